"""A POST sent again with the same key gets the first one's answer and does nothing again."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any, cast

from django.core.files.uploadedfile import UploadedFile
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from patientsakerhet.access.models import IdempotencyKey
from patientsakerhet.organisation.models import Person
from patientsakerhet.rest.refusals import KeyBusy, KeyMissing, KeyReused
from patientsakerhet.rest.scopes import actor

HEADER = "Idempotency-Key"
KEPT = timedelta(hours=72)
WAIT = "2s"
"""How long a second request waits for the first one to finish."""


class OncePerKey(APIView):
    """A view whose POSTs demand an `Idempotency-Key`; 400 without, 422 when it was another's.

    The key's row is written in the request's own transaction: a refused request leaves none and
    may be sent again, and a second one waits here until the first has committed.
    """

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        self._claimed: IdempotencyKey | None = None
        return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method == "POST":
            self._claim(request)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        if self._claimed is not None and response.status_code < 400:
            self._claimed.status = response.status_code
            self._claimed.body = response.data
            self._claimed.save(update_fields=["status", "body"])
        return response

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, _Replayed):
            return exc.response
        return super().handle_exception(exc)

    def _claim(self, request: Request) -> None:
        key = request.headers.get(HEADER, "").strip()
        if not key or len(key) > 100:
            raise KeyMissing
        person = actor(request)
        digest = _digest(request)
        made, row = _claim_row(person, key, digest)
        if made:
            self._claimed = row
            return
        if row.digest != digest:
            raise KeyReused
        raise _Replayed(
            Response(row.body, status=row.status, headers={"Idempotency-Replayed": "true"})
        )


class _Replayed(Exception):
    """Stops the request: it has been answered before."""

    def __init__(self, response: Response) -> None:
        super().__init__("replayed")
        self.response = response


def _digest(request: Request) -> str:
    """What tells this request from another: its address and what was sent.

    A form with files is told by its parts, read as they came, since a body with files may be
    larger than what is held in memory.
    """
    digest = hashlib.sha256(request.get_full_path().encode())
    if not request.content_type.startswith("multipart/"):
        digest.update(b"\x00" + request.body)
        return digest.hexdigest()
    sent = cast("MultiValueDict[str, Any]", request.data)
    for name, values in sorted(sent.lists()):
        for value in values:
            digest.update(b"\x00" + name.encode() + b"\x00")
            if isinstance(value, UploadedFile):
                digest.update((value.name or "").encode() + b"\x00")
                for chunk in value.chunks():
                    digest.update(chunk)
                value.seek(0)
            else:
                digest.update(str(value).encode())
    return digest.hexdigest()


def _claim_row(person: Person, key: str, digest: str) -> tuple[bool, IdempotencyKey]:
    """Whether the key is this request's, and its row."""
    forget = timezone.now() - KEPT
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = %s", [WAIT])
            cursor.execute(
                """
                INSERT INTO access_idempotencykey (person_id, key, digest, status, created_at)
                VALUES (%s, %s, %s, 0, now())
                ON CONFLICT (person_id, key) DO UPDATE
                    SET digest = EXCLUDED.digest, status = 0, body = NULL, created_at = now()
                    WHERE access_idempotencykey.created_at < %s
                RETURNING id
                """,
                [person.pk, key, digest, forget],
            )
            made = cursor.fetchone() is not None
            cursor.execute("SET LOCAL lock_timeout = 0")
    except OperationalError as busy:
        raise KeyBusy from busy
    return made, IdempotencyKey.objects.get(person=person, key=key)

"""The same sentences as a page would show, with the status that a program understands."""

from __future__ import annotations

from typing import Any

from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

from patientsakerhet.lib.refusal import NotAllowed, Refused, Stale


class VersionMissing(APIException):
    """A change without `If-Match`."""

    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_detail = "Skicka ärendets version i If-Match."


class KeyMissing(APIException):
    """A POST without `Idempotency-Key`."""

    status_code = status.HTTP_400_BAD_REQUEST
    default_detail = "Skicka en Idempotency-Key, till exempel ett UUID."


class KeyReused(APIException):
    """The key of one request sent with another."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_detail = "Nyckeln har använts till en annan begäran."


class KeyBusy(APIException):
    """The first request with this key is still running."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = "En begäran med samma nyckel pågår. Försök igen om en stund."


def explain(error: Exception, context: dict[str, Any]) -> Response | None:
    """403 and 409 with reasons where a page would have shown the same words; 412 for a stale edit."""
    if not isinstance(error, Refused):
        return exception_handler(error, context)
    set_rollback()
    codes = {NotAllowed: status.HTTP_403_FORBIDDEN, Stale: status.HTTP_412_PRECONDITION_FAILED}
    code = next((code for kind, code in codes.items() if isinstance(error, kind)), 409)
    return Response({"reasons": error.reasons}, status=code)

"""Taking in what has come: kept as it came and promised to be read, once, whatever dies when."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from patientsakerhet.audit import trail
from patientsakerhet.cases import files
from patientsakerhet.cases.files import Received
from patientsakerhet.lib import waking
from patientsakerhet.organisation.models import Person
from sakerhetsmeddelanden.models import IncomingFile, IncomingMessage, MailPlace

READ = "sakerhetsmeddelanden.tasks.read_message"
TOO_LARGE = (
    "Meddelandet är större än vad som tas in. Bara huvudet är sparat; hela meddelandet ligger kvar "
    "i brevlådan."
)


@dataclass(frozen=True)
class Place:
    """Where in the mailbox it lies."""

    mailbox: str
    uid_validity: int
    uid: int
    size: int


@dataclass(frozen=True)
class TakenIn:
    """The message, and whether it was this arrival that made it."""

    message: IncomingMessage
    is_new: bool


def take_in(
    raw: IO[bytes],
    *,
    door: str,
    received_at: datetime,
    place: Place | None = None,
    size: int | None = None,
    by: Person | None = None,
) -> TakenIn:
    """What has come is kept to the byte and waits to be read; the same bytes again are the same message.

    `size` is given, and larger than what is handed over, when only the head was taken.
    """
    sha256, kept = files.keep(raw)
    told = kept if size is None else size
    values = {
        "door": door,
        "size": told,
        "is_whole": told <= kept,
        "received_at": received_at,
        "remarks": [] if told <= kept else [TOO_LARGE],
    }
    return _once(sha256, values, place=place, by=by)


def take_written(
    told: Mapping[str, object],
    *,
    door: str,
    submission: UUID,
    received: Sequence[Received] = (),
    subject: str,
    text: str,
    sender: str,
    sender_name: str,
    by: Person | None = None,
) -> TakenIn:
    """What somebody has written in a form, or another system has sent, is kept as it was written.

    `submission` makes a second sending of the same the same message. The files have been taken in by
    `files.receive`.
    """
    content = {
        "submission": submission.hex,
        "told": dict(told),
        "files": [[one.name, one.sha256] for one in received],
    }
    raw = json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1).encode()
    sha256, size = files.keep(io.BytesIO(raw))
    values = {
        "submission": submission,
        "door": door,
        "size": size,
        "received_at": timezone.now(),
        "subject": subject[:998],
        "text": text,
        "sender": sender[:254],
        "sender_name": sender_name[:200],
    }
    return _once(sha256, values, received=received, by=by)


def _once(
    sha256: str,
    values: Mapping[str, Any],
    *,
    place: Place | None = None,
    received: Sequence[Received] = (),
    by: Person | None,
) -> TakenIn:
    """The message with these bytes, or of this sending, made if it is not there."""
    submission = values.get("submission")
    try:
        with transaction.atomic():
            earlier = _known(sha256, submission)
            message = earlier or _new(sha256, values, received, by=by)
            if place is not None:
                _lay(message, place)
    except IntegrityError:
        # Two at once: the other one has committed, or this failure is about something else and
        # must be seen.
        earlier = _known(sha256, submission)
        if earlier is None:
            raise
        if place is not None:
            _lay(earlier, place)
        return TakenIn(earlier, is_new=False)
    return TakenIn(message, is_new=earlier is None)


def _known(sha256: str, submission: object) -> IncomingMessage | None:
    same = Q(sha256=sha256) | (Q(submission=submission) if submission else Q(pk__in=[]))
    return IncomingMessage.objects.filter(same).first()


def _new(
    sha256: str, values: Mapping[str, Any], received: Sequence[Received], *, by: Person | None
) -> IncomingMessage:
    message = IncomingMessage.objects.create(sha256=sha256, **values)
    IncomingFile.objects.bulk_create(
        IncomingFile(
            message=message,
            position=position,
            name=one.name,
            sha256=one.sha256,
            size=one.size,
            content_type=one.content_type,
        )
        for position, one in enumerate(received)
    )
    trail.record(
        "incoming_message.taken_in",
        by=by,
        object_type="incoming_message",
        object_id=message.pk,
        body={"door": message.door, "size": message.size, "sha256": sha256},
    )
    waking.after_commit(READ, message.pk)
    return message


def _lay(message: IncomingMessage, place: Place) -> None:
    MailPlace.objects.bulk_create(
        [
            MailPlace(
                message=message,
                mailbox=place.mailbox,
                uid_validity=place.uid_validity,
                uid=place.uid,
                size=place.size,
                sha256=message.sha256,
            )
        ],
        ignore_conflicts=True,
    )

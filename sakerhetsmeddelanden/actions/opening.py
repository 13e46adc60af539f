"""Opening what came in, for those who handle it: the files, and the original as it came."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases import files, scanning
from patientsakerhet.cases.models import Attachment
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import Person
from sakerhetsmeddelanden.models import IncomingFile, IncomingMessage

STOPPED = "Filen stoppades av kontrollen och går inte att öppna."
CHECKING = "Filen kontrolleras. Försök igen om en stund."


@contextmanager
def file_of(file: IncomingFile, *, by: Person) -> Iterator[BinaryIO]:
    """The file for reading, with its reading written down; refuses one not found clean."""
    policy.check_anywhere(by, Can.MANAGE_NOTICES)
    if file.verdict == Attachment.Verdict.REFUSED:
        raise NotReady(STOPPED)
    if file.verdict != Attachment.Verdict.CLEAN:
        raise NotReady(CHECKING)
    with files.opened(file.sha256) as opened:
        _note("incoming_file.read", file.message_id, by)
        yield opened


@contextmanager
def original_of(message: IncomingMessage, *, by: Person) -> Iterator[BinaryIO]:
    """The message as it came; refuses one in which the scanner finds harm, now and not only then."""
    policy.check_anywhere(by, Can.MANAGE_NOTICES)
    with files.opened(message.sha256) as opened:
        if scanning.is_on():
            try:
                found = scanning.ask(opened).found
            except scanning.ScannerIsAway:
                raise NotReady(CHECKING) from None
            if found:
                raise NotReady(STOPPED)
            opened.seek(0)
        _note("incoming_message.original_read", message.pk, by)
        yield opened


def _note(action: str, message_id: int, by: Person) -> None:
    trail.read(
        action,
        by=by,
        right=Can.MANAGE_NOTICES,
        object_type="incoming_message",
        object_id=message_id,
    )

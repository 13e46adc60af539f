"""Adding files to cases, judging them, and opening them for whoever may."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from django.db import transaction

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases import files, scanning
from patientsakerhet.cases.actions import core
from patientsakerhet.cases.files import Received
from patientsakerhet.cases.models import Attachment, Case, Comment
from patientsakerhet.lib import waking
from patientsakerhet.lib.refusal import NotAllowed, NotReady
from patientsakerhet.organisation.models import Person

logger = logging.getLogger(__name__)

SCAN = "patientsakerhet.cases.tasks.scan_attachment"
SCANNED_AT_A_TIME = 20


@transaction.atomic
def attach(
    case: Case,
    received: Received,
    *,
    by: Person,
    audience: str = Comment.Audience.INTERNAL,
) -> Attachment:
    """The file, taken in by `files.receive`, is in the case for its audience."""
    locked = core.begin(case, by=by, needs=Can.COMMENT)
    if audience != Comment.Audience.PARTIES:
        policy.check(by, Can.READ, locked)
    if audience == Comment.Audience.REPORTER:
        policy.check(by, Can.ANSWER_REPORTER, locked)
    return _add(locked, received, by=by, shown=by, audience=audience, right=Can.COMMENT)


def attach_as_reporter(case: Case, received: Received, *, by: Person | None) -> Attachment:
    """The file is in the reporter's own case; runs in the transaction of what it came with.

    The caller has made sure that it is she, and that nobody else writes in the case meanwhile. The
    same file sent twice is in it once.
    """
    earlier = case.attachments.filter(
        sha256=received.sha256, name=received.name, audience=Comment.Audience.REPORTER
    ).first()
    if earlier is not None:
        return earlier
    shown = case.reporter.shown if by is not None else None
    return _add(
        case, received, by=by, shown=shown, audience=Comment.Audience.REPORTER, right="reporter"
    )


@contextmanager
def opened(attachment: Attachment, *, by: Person) -> Iterator[BinaryIO]:
    """The file for reading, with its reading written down.

    The reporter may open what is in her own conversation. Refuses whoever else may not read what was said to its audience, a file that has not been found
    clean, and one whose bytes have changed.
    """
    case = attachment.case
    right = _right(attachment, by)
    if not right:
        trail.denied("attachment.read", by=by, case_id=case.pk, number=case.number)
        raise NotAllowed("Du har inte behörighet att öppna filen.")
    if attachment.verdict == Attachment.Verdict.REFUSED:
        raise NotReady("Filen stoppades av kontrollen och går inte att öppna.")
    if attachment.verdict != Attachment.Verdict.CLEAN:
        raise NotReady("Filen kontrolleras. Försök igen om en stund.")
    with files.opened(attachment.sha256) as file:
        trail.read(
            "attachment.read",
            by=by,
            case_id=case.pk,
            number=case.number,
            right=right,
            object_type="attachment",
            object_id=attachment.pk,
        )
        yield file


def _right(attachment: Attachment, person: Person) -> str:
    """By which right the person may open the file; "" when by none."""
    held = policy.capabilities(person, attachment.case)
    if Can.READ in held:
        return Can.READ
    if attachment.audience == Comment.Audience.PARTIES and Can.READ_EXTRACT in held:
        return Can.READ_EXTRACT
    to_her = attachment.audience == Comment.Audience.REPORTER
    filed_it = Case.objects.filed_by(person).filter(pk=attachment.case_id).exists()
    return "reporter" if to_her and filed_it else ""


def scan(attachment_id: int) -> str:
    """The verdict on a file that waits for one; it waits on when nobody can give it."""
    waiting = Attachment.objects.filter(
        pk=attachment_id, verdict=Attachment.Verdict.PENDING
    ).first()
    if waiting is None:
        return ""
    try:
        with files.opened(waiting.sha256) as file:
            found = scanning.ask(file).found if scanning.is_on() else ""
    except scanning.ScannerIsAway as away:
        logger.warning("attachment %s waits on: %s", attachment_id, away)
        return Attachment.Verdict.PENDING
    except files.DamagedFile:
        logger.error("attachment %s has a row but no such file", attachment_id)
        found = "skadad"
    return _judge(waiting, found)


def scan_waiting() -> None:
    """Files that wait have been judged, oldest first, until nobody can judge them."""
    waiting = Attachment.objects.filter(verdict=Attachment.Verdict.PENDING).order_by("pk")
    for pk in waiting.values_list("pk", flat=True)[:SCANNED_AT_A_TIME]:
        if scan(pk) == Attachment.Verdict.PENDING:
            return


def sweep() -> int:
    """Files that no row points at are gone after a day; how many. Rows without a file are reported."""
    kept = set(Attachment.objects.values_list("sha256", flat=True)) | files.held_elsewhere()
    lying = set(files.stored())
    for sha256 in kept - lying:
        logger.error("no file for rows with hash %s", sha256[:12])
    return sum(files.remove_orphan(sha256) for sha256 in lying - kept)


def _add(
    case: Case,
    received: Received,
    *,
    by: Person | None,
    shown: Person | None,
    audience: str,
    right: str,
) -> Attachment:
    verdict = Attachment.Verdict.PENDING if scanning.is_on() else Attachment.Verdict.CLEAN
    attachment = Attachment.objects.create(
        case=case,
        audience=audience,
        name=received.name,
        sha256=received.sha256,
        size=received.size,
        content_type=received.content_type,
        verdict=verdict,
        by=shown,
    )
    trail.record(
        "attachment.added",
        by=by,
        case_id=case.pk,
        number=case.number,
        right=right,
        object_type="attachment",
        object_id=attachment.pk,
        body={"name": received.name, "size": received.size, "audience": audience},
    )
    if verdict == Attachment.Verdict.PENDING:
        waking.after_commit(SCAN, attachment.pk)
    return attachment


@transaction.atomic
def _judge(attachment: Attachment, found: str) -> str:
    """The verdict stands, once, with its line in the trail."""
    verdict = Attachment.Verdict.REFUSED if found else Attachment.Verdict.CLEAN
    changed = Attachment.objects.filter(
        pk=attachment.pk, verdict=Attachment.Verdict.PENDING
    ).update(verdict=verdict, verdict_note=found)
    if changed:
        trail.record(
            f"attachment.{verdict}",
            by=None,
            case_id=attachment.case_id,
            number=attachment.case.number,
            right="scan",
            object_type="attachment",
            object_id=attachment.pk,
        )
    return verdict

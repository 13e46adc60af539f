"""Keeping the promise that what was taken in is read: in a process of its own, then written once."""

from __future__ import annotations

import hashlib
import logging
import tempfile
import time
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from patientsakerhet.audit import trail
from patientsakerhet.cases import file_names, file_types, files, scanning
from patientsakerhet.cases.models import Attachment
from patientsakerhet.lib import text as texts
from patientsakerhet.notifications import returns
from patientsakerhet.register.models import Party
from sakerhetsmeddelanden.actions import matching
from sakerhetsmeddelanden.intake import identifiers, limited, lookalike
from sakerhetsmeddelanden.intake.parsed import FoundFile, Reading
from sakerhetsmeddelanden.models import IncomingFile, IncomingMessage, ProposedField, SafetyNotice
from sakerhetsmeddelanden.models.intake import IncomingMessageQuerySet

logger = logging.getLogger(__name__)

ADVISORY = "application/csaf+json"
LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 3
SWEEP_SECONDS = 40.0
SCANNED_AT_A_TIME = 20
GAVE_UP = f"Läsningen har avbrutits {MOST_ATTEMPTS} gånger utan att bli klar."
HEAD_ALONE = "Meddelandet är för stort. Hämta det ur brevlådan och ladda upp det som hör hit."


def sweep() -> int:
    """Everything that waits to be read is, oldest first, as far as the time goes; how many."""
    began, done = time.monotonic(), 0
    while time.monotonic() - began < SWEEP_SECONDS:
        waiting = _claimable().order_by("pk").values_list("pk", flat=True).first()
        if waiting is None:
            break
        done += read(waiting)
    judge_files()
    return done


def read(message_id: int) -> bool:
    """The message has been read; False when it was already, or somebody else is at it.

    The attempt is written down before it begins: a message that makes whoever reads it die ends
    in quarantine after a few.
    """
    if not _claim(message_id):
        return False
    message = IncomingMessage.objects.get(pk=message_id)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if message.attempts > MOST_ATTEMPTS:
            reading = Reading(problem=GAVE_UP)
        elif message.submission is None:
            reading = _read_mail(message, folder)
        else:
            reading = _read_written(message, folder)
        return _write(message_id, reading, folder)


def judge_files() -> None:
    """Files that wait for the scanner have been judged, oldest first, until it is away."""
    waiting = IncomingFile.objects.filter(verdict=Attachment.Verdict.PENDING).exclude(
        message__read_at=None
    )
    for file in waiting.order_by("pk")[:SCANNED_AT_A_TIME]:
        verdict, note = _judged(file.sha256, file.name)
        if verdict == Attachment.Verdict.PENDING:
            return
        IncomingFile.objects.filter(pk=file.pk, verdict=Attachment.Verdict.PENDING).update(
            verdict=verdict, verdict_note=note
        )


def _claimable() -> IncomingMessageQuerySet:
    free = Q(lease_until=None) | Q(lease_until__lt=timezone.now())
    return IncomingMessage.objects.unread().filter(free)


def _claim(message_id: int) -> bool:
    return bool(
        _claimable()
        .filter(pk=message_id)
        .update(lease_until=timezone.now() + LEASE, attempts=F("attempts") + 1)
    )


def _read_mail(message: IncomingMessage, folder: Path) -> Reading:
    try:
        with files.opened(message.sha256):
            original = files.place_of(message.sha256)
    except files.DamagedFile:
        return Reading(problem="Det sparade originalet saknas eller är ändrat.")
    return limited.read_mail(original, folder, trusted=settings.MAIL_AUTH_SERVERS)


def _read_written(message: IncomingMessage, folder: Path) -> Reading:
    """What somebody wrote in a form is already apart; its files are read."""
    came_with = list(message.files.all())
    reading = limited.read_files(
        [(files.place_of(one.sha256), one.name) for one in came_with],
        folder,
        subject=message.subject,
        text=message.text,
    )
    reading.text, reading.sender = message.text, message.sender
    reading.sender_name = message.sender_name
    reading.subject = message.subject or reading.subject
    return reading


@transaction.atomic
def _write(message_id: int, reading: Reading, folder: Path) -> bool:
    """What was read stands in the rows, once; and where the message lies after that."""
    message = IncomingMessage.objects.select_for_update(of=("self",)).get(pk=message_id)
    if message.read_at is not None:
        return False
    message.read_at, message.lease_until = timezone.now(), None
    _tell(message, reading)
    came_with = _keep_files(message, reading, folder)
    ProposedField.objects.bulk_create(
        ProposedField(
            message=message,
            code=one.code,
            value=one.value,
            file=came_with.get(one.source),
            page=one.page,
            line=one.line,
            quote=one.quote,
        )
        for one in reading.fields
        if one.code != "version" or one.value
    )
    found = {one.code: one.value for one in reading.fields}
    message.fsn_key = identifiers.plain_reference(found.get("fsn_ref", ""))
    message.fsca_key = identifiers.plain_reference(found.get("fsca_ref", ""))
    message.edition = found.get("version", "")[:20]
    message.content_digest = _digest(message.text, came_with.values())
    problem = reading.problem or ("" if message.is_whole else HEAD_ALONE)
    if problem:
        message.verdict, message.problem = IncomingMessage.Verdict.QUARANTINE, problem
    elif about := _about_ours(message):
        _belongs_to(message, about)
    matching.suggest(message)
    message.save()
    trail.record(
        "incoming_message.read",
        by=None,
        object_type="incoming_message",
        object_id=message.pk,
        body={"verdict": message.verdict, "fields": len(reading.fields)},
    )
    return True


def _tell(message: IncomingMessage, reading: Reading) -> None:
    message.subject = reading.subject[:998]
    message.sender, message.sender_name = reading.sender[:254], reading.sender_name[:200]
    message.reply_to, message.recipient = reading.reply_to[:254], reading.to[:998]
    message.message_id = reading.message_id[:255]
    message.answers = [one[:255] for one in reading.answers]
    message.sent_at = datetime.fromisoformat(reading.sent_at) if reading.sent_at else None
    message.is_automatic = reading.is_automatic
    message.authenticated_by = reading.authenticated_by[:255]
    message.spf, message.dkim, message.dmarc = reading.spf, reading.dkim, reading.dmarc
    message.text = reading.text
    message.remarks = [*message.remarks, *reading.remarks]
    domain = message.sender.rpartition("@")[2]
    if domain:
        message.supplier = Party.objects.writing_from(message.sender).first()
        if message.supplier is None:
            known = [d for ds in _domains() for d in ds]
            message.lookalike_of = lookalike.of(domain, known)


def _domains() -> Sequence[list[str]]:
    return list(
        Party.objects.current().exclude(mail_domains=[]).values_list("mail_domains", flat=True)
    )


def _keep_files(
    message: IncomingMessage, reading: Reading, folder: Path
) -> dict[str, IncomingFile]:
    """The files lie in the store with their verdicts; by the reading's places."""
    if message.submission is not None:
        rows = list(message.files.all())
        for row, found in zip(rows, reading.files, strict=False):
            row.pages, row.problem = found.pages, found.problem
            if found.content_type == ADVISORY:
                row.content_type = found.content_type
            row.verdict, row.verdict_note = _judged(row.sha256, row.name)
            row.save(update_fields=["pages", "problem", "content_type", "verdict", "verdict_note"])
        return {found.place: row for row, found in zip(rows, reading.files, strict=False)}
    return {
        found.place: _kept(message, position, found, folder)
        for position, found in enumerate(reading.files)
    }


def _kept(message: IncomingMessage, position: int, found: FoundFile, folder: Path) -> IncomingFile:
    with (folder / found.place).open("rb") as source:
        sha256, size = files.keep(source)
    name = file_names.plain(found.name)
    verdict, note = _judged(sha256, name)
    return IncomingFile.objects.create(
        message=message,
        position=position,
        name=name,
        sha256=sha256,
        size=size,
        content_type=_type_of(sha256, name, found.content_type),
        verdict=verdict,
        verdict_note=note,
        pages=found.pages,
        problem=found.problem,
    )


def _type_of(sha256: str, name: str, claimed: str) -> str:
    if claimed == ADVISORY:
        return claimed
    try:
        return file_types.type_of(files.place_of(sha256), name)
    except file_types.Unsuitable:
        return claimed


def _judged(sha256: str, name: str) -> tuple[str, str]:
    """What is found about the file; it is stopped when it is not a passive document, or harmful."""
    try:
        file_types.type_of(files.place_of(sha256), name)
    except file_types.Unsuitable as unsuitable:
        return Attachment.Verdict.REFUSED, unsuitable.reason[:200]
    if not scanning.is_on():
        return Attachment.Verdict.CLEAN, ""
    try:
        with files.opened(sha256) as file:
            found = scanning.ask(file).found
    except scanning.ScannerIsAway as away:
        logger.warning("a file that came in waits on: %s", away)
        return Attachment.Verdict.PENDING, ""
    return (Attachment.Verdict.REFUSED if found else Attachment.Verdict.CLEAN), found


def _digest(text: str, came_with: Iterable[IncomingFile]) -> str:
    """The same for the same words and files, whoever sent them; nothing for nothing."""
    words = texts.tokens(text)
    hashes = sorted(one.sha256 for one in came_with)
    if not words and not hashes:
        return ""
    return hashlib.sha256(" ".join([*words, "|", *hashes]).encode()).hexdigest()


def _about_ours(message: IncomingMessage) -> returns.Returned | None:
    """A mail that came back, or answers one of ours, is written down where that was sent."""
    if message.submission is not None or not message.is_whole:
        return None
    return returns.receive(files.place_of(message.sha256).read_bytes())


def _belongs_to(message: IncomingMessage, about: returns.Returned) -> None:
    message.decided_at = timezone.now()
    notice = SafetyNotice.objects.filter(case=about.message.case_id).first()
    if notice is None:
        message.verdict = IncomingMessage.Verdict.SET_ASIDE
        message.reason = "Svar på eller besked om ett eget utskick."
    else:
        message.verdict, message.notice = IncomingMessage.Verdict.FOLLOW_UP, notice
        message.reason = "Svar på eller besked om ett eget utskick i ärendet."

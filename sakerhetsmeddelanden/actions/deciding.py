"""Saying what has come in is: a notice, part of one, or nothing for us."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction
from django.utils import timezone

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases.actions import attachments
from patientsakerhet.cases.files import Received
from patientsakerhet.cases.models import Attachment, Case
from patientsakerhet.lib.refusal import NotReady, Stale
from patientsakerhet.organisation.models import Person
from patientsakerhet.register.models import Party
from sakerhetsmeddelanden import template
from sakerhetsmeddelanden.actions import matching, notices
from sakerhetsmeddelanden.actions.notices import NewNotice, Read
from sakerhetsmeddelanden.actions.reading import ADVISORY
from sakerhetsmeddelanden.models import IncomingFile, IncomingMessage, SafetyNotice

CHANNELS = {
    IncomingMessage.Door.MAIL: SafetyNotice.Channel.MAIL,
    IncomingMessage.Door.FORM: SafetyNotice.Channel.FORM,
    IncomingMessage.Door.UPLOAD: SafetyNotice.Channel.UPLOAD,
    IncomingMessage.Door.API: SafetyNotice.Channel.API,
}


@transaction.atomic
def promote(
    message: IncomingMessage,
    values: Mapping[str, str],
    *,
    by: Person,
    version: int | None = None,
) -> Case:
    """The message has become a notice with these values, and its files are in the case.

    Once: whoever presses again gets the same case. Refuses what is not read yet, and what has been
    decided otherwise.
    """
    locked = _begin(message, by=by, version=version, again=IncomingMessage.Verdict.NOTICE)
    if locked.notice is not None:
        return locked.notice.case
    places = {one.code: one for one in locked.proposals.select_related("file")}
    fields = {
        code: Read(value.strip(), places[code].place if code in places else "")
        for code, value in values.items()
        if code in template.FIELDS and value.strip()
    }
    maker = fields["4.7"].value.split("\n")[0][:200] if "4.7" in fields else ""
    came_with = list(locked.files.all())
    case = notices.promote(
        NewNotice(
            title=_title(fields, locked),
            channel=_channel(locked, came_with),
            received_at=locked.received_at,
            fields=fields,
            supplier=locked.supplier,
            supplier_text="" if locked.supplier else (locked.sender_name or locked.sender)[:200],
            manufacturer=Party.objects.called(maker).first() if maker else None,
            manufacturer_text=maker,
            reply_address=_reply_address(locked),
            sort=SafetyNotice.Sort.SERVICE
            if any(one.content_type == ADVISORY for one in came_with)
            else SafetyNotice.Sort.DEVICE,
            language=_language(locked, came_with),
            text="\n".join([locked.text, *(p for one in came_with for p in one.pages)])[:200_000],
        ),
        by=by,
        submission=submission_of(locked),
    )
    notice = SafetyNotice.objects.get(pk=case.pk)
    _put_files(case, came_with, by=by)
    _decide(locked, IncomingMessage.Verdict.NOTICE, by=by, notice=notice)
    matching.match_published(notice)
    return case


@transaction.atomic
def add_to(
    message: IncomingMessage, notice: SafetyNotice, *, by: Person, version: int | None = None
) -> Case:
    """The message belongs to the notice, whose case has its files; refuses one she may not handle."""
    locked = _begin(message, by=by, version=version, again=IncomingMessage.Verdict.FOLLOW_UP)
    if locked.notice is not None:
        return locked.notice.case
    policy.check(by, Can.MANAGE_NOTICES, notice.case)
    _put_files(notice.case, list(locked.files.all()), by=by)
    _decide(locked, IncomingMessage.Verdict.FOLLOW_UP, by=by, notice=notice)
    return notice.case


@transaction.atomic
def set_aside(
    message: IncomingMessage, reason: str, *, by: Person, version: int | None = None
) -> IncomingMessage:
    """The message is nothing for us, for this reason; it can be brought back."""
    locked = _begin(message, by=by, version=version)
    if not reason.strip():
        raise NotReady("Skriv varför meddelandet läggs åt sidan.")
    _decide(locked, IncomingMessage.Verdict.SET_ASIDE, by=by, reason=reason.strip()[:500])
    return locked


@transaction.atomic
def bring_back(
    message: IncomingMessage, *, by: Person, version: int | None = None
) -> IncomingMessage:
    """What was laid aside waits again; in quarantine if it lay there."""
    policy.check_anywhere(by, Can.MANAGE_NOTICES)
    locked = _locked(message, version)
    if locked.verdict != IncomingMessage.Verdict.SET_ASIDE:
        raise NotReady("Meddelandet är inte lagt åt sidan.")
    locked.verdict = (
        IncomingMessage.Verdict.QUARANTINE if locked.problem else IncomingMessage.Verdict.WAITING
    )
    locked.decided_at = locked.decided_by = None
    locked.reason = ""
    _save(locked, "incoming_message.brought_back", by=by)
    return locked


def submission_of(message: IncomingMessage) -> UUID:
    """The same for the same message, so that it can become one notice only."""
    return uuid5(NAMESPACE_URL, f"varsam:incoming-message:{message.pk}")


def _begin(
    message: IncomingMessage, *, by: Person, version: int | None, again: str = ""
) -> IncomingMessage:
    policy.check_anywhere(by, Can.MANAGE_NOTICES)
    locked = _locked(message, None)
    if locked.verdict == again and locked.decided_by_id == by.pk:
        return locked
    if not locked.is_undecided:
        raise NotReady(f"Meddelandet är redan avgjort: {locked.get_verdict_display()}.")
    if version is not None and locked.version != version:
        raise Stale
    if locked.read_at is None:
        raise NotReady("Meddelandet läses fortfarande. Försök igen om en stund.")
    return locked


def _locked(message: IncomingMessage, version: int | None) -> IncomingMessage:
    locked = (
        IncomingMessage.objects.select_for_update(of=("self",))
        .select_related("notice__case", "supplier")
        .get(pk=message.pk)
    )
    if version is not None and locked.version != version:
        raise Stale
    return locked


def _decide(
    locked: IncomingMessage,
    verdict: str,
    *,
    by: Person,
    notice: SafetyNotice | None = None,
    reason: str = "",
) -> None:
    locked.verdict, locked.notice, locked.reason = verdict, notice, reason
    locked.decided_at, locked.decided_by = timezone.now(), by
    _save(locked, f"incoming_message.{verdict}", by=by)


def _save(locked: IncomingMessage, action: str, *, by: Person) -> None:
    locked.version += 1
    locked.save(
        update_fields=["verdict", "notice", "reason", "decided_at", "decided_by", "version"]
    )
    case = locked.notice.case if locked.notice is not None else None
    trail.record(
        action,
        by=by,
        case_id=case.pk if case else None,
        number=case.number if case else "",
        right=Can.MANAGE_NOTICES,
        object_type="incoming_message",
        object_id=locked.pk,
        body={"reason": locked.reason} if locked.reason else None,
    )


def _put_files(case: Case, came_with: list[IncomingFile], *, by: Person) -> None:
    """What has not been stopped is in the case; the same file again changes nothing."""
    there = set(case.attachments.values_list("sha256", flat=True))
    for one in came_with:
        if one.verdict != Attachment.Verdict.REFUSED and one.sha256 not in there:
            received = Received(one.name, one.sha256, one.size, one.content_type)
            attachments.attach(case, received, by=by)


def _title(fields: Mapping[str, Read], message: IncomingMessage) -> str:
    for code in ("device_name", "1.2"):
        if code in fields:
            return fields[code].value.split("\n")[0][:200]
    return message.subject[:200] or "Säkerhetsmeddelande"


def _channel(message: IncomingMessage, came_with: list[IncomingFile]) -> str:
    if any(one.content_type == ADVISORY for one in came_with):
        return SafetyNotice.Channel.ADVISORY
    return CHANNELS[IncomingMessage.Door(message.door)]


def _reply_address(message: IncomingMessage) -> str:
    """Where the supplier wants its answer, unless the sender is made to look like somebody else."""
    return "" if message.lookalike_of else message.reply_to or message.sender


def _language(message: IncomingMessage, came_with: list[IncomingFile]) -> str:
    text = "\n".join([message.text, *(p for one in came_with for p in one.pages[:2])])
    swedish = sum(text.casefold().count(word) for word in (" och ", " att ", " är ", "å", "ä", "ö"))
    english = sum(text.casefold().count(word) for word in (" the ", " and ", " of ", " to "))
    if swedish == english == 0:
        return SafetyNotice.Language.OTHER
    return SafetyNotice.Language.SWEDISH if swedish >= english else SafetyNotice.Language.ENGLISH

"""Answering the supplier: the form filled in, signed and sent; and the day by which it is wanted."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, time

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases import files
from patientsakerhet.cases.actions import attachments, core, deadlines, steps
from patientsakerhet.cases.models import Attachment, Case, Deadline
from patientsakerhet.documents import pdf, word
from patientsakerhet.lib import calendar
from patientsakerhet.lib.refusal import NotReady, WrongStep
from patientsakerhet.notifications import outbox
from patientsakerhet.organisation.models import Person
from sakerhetsmeddelanden.actions import corrections
from sakerhetsmeddelanden.models import SafetyNotice, SupplierReply
from sakerhetsmeddelanden.reply import forms, gathering
from sakerhetsmeddelanden.reply.facts import Answers, Details
from sakerhetsmeddelanden.workflow import (
    ACTIONS_ONGOING,
    AWAITING_UNITS,
    FOLLOW_UP,
    KIND,
    NOT_APPLICABLE,
    REPLY_SENT,
)

CLOCK = "supplier_reply"
"""The purpose of the deadline that the supplier has set, and the name of its rule."""
MESSAGE = "supplier_reply"

ANSWERABLE = (NOT_APPLICABLE, AWAITING_UNITS, ACTIONS_ONGOING, REPLY_SENT, FOLLOW_UP)
"""It is known whether the region is concerned, and whoever is has been asked."""


@transaction.atomic
def prepare(
    case: Case,
    *,
    by: Person,
    form: str,
    language: str,
    details: Details,
    partial: bool = False,
    version: int | None = None,
) -> SupplierReply:
    """The form is filled in from the answers as they are now, signed, and kept as PDF and Word.

    Refuses before anybody has been asked, and a form that would look complete while a unit is
    missing: `partial` says that the coordinator knows.
    """
    locked = core.begin(case, by=by, needs=Can.MANAGE_NOTICES, version=version)
    if locked.status not in ANSWERABLE:
        raise WrongStep(
            "Leverantören kan svaras när meddelandet är utskickat eller inte berör oss."
        )
    notice = _notices().get(pk=locked.pk)
    said = gathering.answers(notice)
    if not said.is_complete and not partial:
        raise NotReady(missing(said))
    now = timezone.now()
    document = forms.document(
        forms.Form(
            sort=form,
            language=language,
            number=locked.number,
            subject=gathering.subject(notice),
            answers=said,
            details=details,
            signed_by=by.name,
            signed_at=now,
        )
    )
    core.save(locked)
    stem = f"{locked.number}-svar-{notice.replies.count() + 1}"
    reply = SupplierReply.objects.create(
        notice=notice,
        form=form,
        language=language,
        settled=said.settled,
        total=said.total,
        details=_plain(details),
        pdf=_keep(locked, f"{stem}.pdf", pdf.make(document), by=by),
        word=_keep(locked, f"{stem}.docx", word.make(document), by=by),
        prepared_by=by,
        prepared_at=now,
    )
    _tell("notice.reply_prepared", reply, locked, by=by)
    return reply


@transaction.atomic
def send(reply: SupplierReply, *, by: Person, to: str, version: int | None = None) -> SupplierReply:
    """The form is on its way to the supplier, as a PDF with a mail of the outbox.

    Refuses a form that has been sent, and one that no longer says what the units do. A complete
    form moves the notice on; a partial one does not, and the supplier's day still runs.
    """
    locked = core.begin(reply.notice.case, by=by, needs=Can.MANAGE_NOTICES, version=version)
    reply = SupplierReply.objects.select_for_update(of=("self",)).get(pk=reply.pk)
    if reply.sent_at is not None:
        raise WrongStep("Det här svaret är redan skickat.")
    notice = _notices().select_for_update(of=("self",)).get(pk=locked.pk)
    said = gathering.answers(notice)
    if (said.settled, said.total) != (reply.settled, reply.total):
        raise NotReady(
            "Enheternas svar har ändrats sedan formuläret fylldes i. Fyll i det på nytt."
        )
    corrections.refuse_outdated(notice, reply.prepared_at)
    now = timezone.now()
    message = outbox.promise(
        MESSAGE,
        key=f"{MESSAGE}:{reply.pk}",
        address=to,
        case_id=locked.pk,
        number=locked.number,
        context={"reply": reply.pk, "language": reply.language, "complete": reply.is_complete},
    )
    reply.sent_to, reply.sent_by, reply.sent_at, reply.message = to, by, now, message
    reply.save(update_fields=["sent_to", "sent_by", "sent_at", "message"])
    notice.replied_at, notice.replied_in_part = now, not reply.is_complete
    notice.save(update_fields=["replied_at", "replied_in_part"])
    corrections.settle(notice, by=by, at=now)
    if reply.is_complete:
        locked.deadlines.open().filter(purpose=CLOCK).update(met_at=now, next_alarm_at=None)
    _tell("notice.reply_sent", reply, locked, by=by)
    if reply.is_complete and locked.status in {AWAITING_UNITS, ACTIONS_ONGOING}:
        locked.safety_notice = notice
        steps.move(locked, "reply", by=by, right=Can.MANAGE_NOTICES)
    else:
        locked.due_at = deadlines.earliest(locked)
        core.save(locked, "due_at")
    return reply


def keep_clock(case: Case, *, at: datetime) -> None:
    """The deadline that the supplier has set runs as the notice says; for whoever changes the notice.

    Without a day of the supplier's, the rule's own time counts from when the notice came. What is
    already overdue is so at once; when no reply is wanted nothing runs. The caller saves `due_at`.
    """
    notice = _notices().get(pk=case.pk)
    running = case.deadlines.open().filter(purpose=CLOCK).first()
    is_answered = notice.replied_at is not None and not notice.replied_in_part
    if not notice.reply_required or is_answered or case.is_final:
        if running is not None:
            running.met_at, running.next_alarm_at = at, None
            running.save(update_fields=["met_at", "next_alarm_at"])
    else:
        wanted = _wanted(case, notice)
        if running is None:
            wanted.save()
        elif running.due_at != wanted.due_at:
            wanted.pk = running.pk
            wanted.save()
    case.due_at = deadlines.earliest(case)


def missing(said: Answers) -> str:
    """How many units have not answered, and what to do about it."""
    left = said.total - said.settled
    units = "En enhet har" if left == 1 else f"{left} enheter har"
    return (
        f"{units} inte svarat färdigt ({said.settled} av {said.total} är klara). Vänta, eller skicka "
        "ett svar som säger att det är ofullständigt."
    )


def _wanted(case: Case, notice: SafetyNotice) -> Deadline:
    """The deadline as it should be, not saved."""
    rule = deadlines.rule_for(KIND, CLOCK)
    if rule is None:
        raise NotReady(
            "Det finns ingen tidsgräns för svaret till leverantören. Be en systemförvaltare lägga till en."
        )
    wanted = deadlines.made(case, rule, at=notice.received_at, purpose=CLOCK)
    if notice.reply_by is not None:
        wanted.due_at = calendar.moment(notice.reply_by, time(23, 59, 59))
        deadlines.set_around(wanted, rule, due=wanted.due_at)
    return wanted


def _notices() -> QuerySet[SafetyNotice]:
    return SafetyNotice.objects.select_related("case__owning_unit")


def _keep(case: Case, name: str, content: bytes, *, by: Person) -> Attachment:
    return attachments.attach(case, files.receive(SimpleUploadedFile(name, content)), by=by)


def _plain(details: Details) -> dict[str, str]:
    return {
        key: value.isoformat() if hasattr(value, "isoformat") else (value or "")
        for key, value in asdict(details).items()
    }


def _tell(action: str, reply: SupplierReply, case: Case, *, by: Person) -> None:
    trail.record(
        action,
        by=by,
        case_id=case.pk,
        number=case.number,
        unit_id=case.owning_unit_id,
        right=Can.MANAGE_NOTICES,
        object_type="supplier_reply",
        object_id=reply.pk,
        body={
            "form": reply.form,
            "settled": reply.settled,
            "total": reply.total,
            "sha256": reply.pdf.sha256,
        },
    )

"""What coordinators do with a notice: confirm what was read, judge, move it on, close it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.utils import timezone

from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases.actions import core, deadlines, steps
from patientsakerhet.cases.models import Case
from patientsakerhet.lib import calendar
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import Person
from patientsakerhet.register.actions import parties
from patientsakerhet.register.models import Party
from sakerhetsmeddelanden.actions import earlier, recipients, replies
from sakerhetsmeddelanden.actions.notices import columns_of
from sakerhetsmeddelanden.models import NoticeField, RiskClass, SafetyNotice
from sakerhetsmeddelanden.workflow import ASSESSING, OPEN, REGISTERED, SELECTED

MAY_MEND = set(OPEN)
BY_HAND = {
    "register", "assess", "set_aside", "reconsider", "keep_answers", "all_answered",
    "follow_up", "close", "reopen",
}  # fmt: skip
"""Steps somebody takes by pressing a button; the others follow from sending and replying."""


@transaction.atomic
def confirm_fields(
    case: Case, values: Mapping[str, str], *, by: Person, version: int | None = None
) -> Case:
    """The fields say this and somebody has looked at them; the notice's own columns follow.

    Refuses a day that is none, with every such sentence at once. An empty value is confirmed as
    empty: the message does not say.
    """
    locked = core.begin(case, by=by, needs=Can.MANAGE_NOTICES, version=version)
    if locked.status not in MAY_MEND:
        raise NotReady(f"Fälten kan inte ändras när ärendet är ”{locked.status_label}”.")
    columns, unread = columns_of(values)
    if unread:
        raise NotReady(list(unread.values()))
    notice = SafetyNotice.objects.get(pk=locked.pk)
    now = timezone.now()
    held = {one.code: one for one in notice.fields.all()}
    changed, new = [], []
    before: dict[str, Any] = {}
    for code, value in values.items():
        value = value.strip()
        row = held.get(code)
        if row is None and not value:
            continue
        if row is None:
            row = NoticeField(notice=notice, code=code)
            new.append(row)
        elif row.confirmed_at is not None and row.value == value:
            continue
        else:
            changed.append(row)
        if row.value != value:
            before[code] = [row.value, value]
        row.confirm(value, by=by, at=now)
    NoticeField.objects.bulk_create(new)
    NoticeField.objects.bulk_update(changed, ["value", "confirmed_by", "confirmed_at"])
    for name, value in columns.items():
        setattr(notice, name, value)
    if columns:
        notice.save(update_fields=list(columns))
    if new or changed:
        replies.keep_clock(locked, at=now)
        core.save(locked, "due_at")
        _record(locked, "notice.fields_confirmed", by=by, body={"fields": before})
    return locked


@transaction.atomic
def name_parties(
    case: Case,
    *,
    by: Person,
    manufacturer: Party | None,
    supplier: Party | None,
    reply_address: str = "",
    remember: bool = False,
    version: int | None = None,
) -> Case:
    """The notice is from this manufacturer, sent by this supplier.

    With `remember` the manufacturer is found next time by what the notice calls it.
    """
    locked = core.begin(case, by=by, needs=Can.MANAGE_NOTICES, version=version)
    notice = SafetyNotice.objects.get(pk=locked.pk)
    changes: dict[str, Any] = {"supplier": supplier, "reply_address": reply_address}
    if notice.manufacturer_id != (manufacturer.pk if manufacturer else None):
        changes |= {"manufacturer": manufacturer, "subject_changed_at": timezone.now()}
    for name, value in changes.items():
        setattr(notice, name, value)
    notice.save(update_fields=list(changes))
    if remember and manufacturer is not None and notice.manufacturer_text:
        parties.learn(manufacturer, notice.manufacturer_text[:160], by=by)
    core.save(locked)
    _record(
        locked,
        "notice.parties_named",
        by=by,
        body={
            "manufacturer": manufacturer.pk if manufacturer else None,
            "supplier": supplier.pk if supplier else None,
        },
    )
    return locked


@transaction.atomic
def judge(
    case: Case,
    *,
    by: Person,
    risk_class: RiskClass,
    urgency: str,
    reason: str,
    instruction: str = "",
    answer_on: date | None = None,
    version: int | None = None,
) -> Case:
    """The notice has this risk class, and units answer by the day chosen, the supplier's or the class's.

    The supplier's day counts when it is earlier than what the class gives. Refuses a day that has
    passed, and one after the supplier's.
    """
    locked = core.begin(case, by=by, needs=Can.MANAGE_NOTICES, version=version)
    if locked.status not in {REGISTERED, ASSESSING}:
        raise NotReady("Bedömningen görs innan meddelandet skickas ut.")
    if not reason.strip():
        raise NotReady("Skriv vad riskklassen grundas på.")
    notice = SafetyNotice.objects.get(pk=locked.pk)
    due, basis = answer_day(notice, risk_class, chosen=answer_on, at=timezone.now())
    before = [notice.risk_class_id, notice.answer_by]
    values = {
        "risk_class": risk_class,
        "urgency": urgency,
        "risk_reason": reason,
        "instruction": instruction,
        "answer_by": due,
        "answer_basis": basis,
    }
    for name, value in values.items():
        setattr(notice, name, value)
    notice.save(update_fields=list(values))
    core.save(locked)
    _record(
        locked,
        "notice.judged",
        by=by,
        body={"risk_class": [before[0], risk_class.pk], "answer_by": [before[1], due]},
    )
    return locked


def answer_day(
    notice: SafetyNotice, risk_class: RiskClass, *, chosen: date | None, at: datetime
) -> tuple[datetime, str]:
    """By when the units answer, and where that comes from."""
    rule = deadlines.later(at, risk_class.answer_within, risk_class.answer_measured)
    suppliers = [day for day in (notice.reply_by, notice.act_by) if day is not None]
    limit = calendar.end_of_day(min(suppliers)) if suppliers else None
    if chosen is not None:
        due = calendar.end_of_day(chosen)
        if due < at:
            raise NotReady("Dagen då enheterna ska svara har redan varit.")
        if limit is not None and limit > at and due > limit:
            raise NotReady(
                f"Leverantören vill ha svar senast {min(suppliers)}. Välj en tidigare dag."
            )
        return due, SafetyNotice.AnswerBasis.CHOSEN
    if limit is not None and at < limit < rule:
        return limit, SafetyNotice.AnswerBasis.SUPPLIER
    return rule, SafetyNotice.AnswerBasis.RULE


@transaction.atomic
def take_step(
    case: Case, name: str, *, by: Person, reason: str = "", version: int | None = None
) -> Case:
    """The notice has moved along this arrow; who begins to judge it handles it."""
    if name not in BY_HAND:
        raise NotReady("Det steget följer av utskicket eller av svaret till leverantören.")
    handler = by if name in {"assess", "reconsider"} else None
    moved = steps.take_step(case, name, by=by, reason=reason, version=version, handler=handler)
    if name == "keep_answers":
        earlier.keep_or_refuse(moved.safety_notice, by=by)
    if name == "set_aside":
        _let_go(moved, by=by, reason=reason)
    return moved


def _let_go(case: Case, *, by: Person, reason: str) -> None:
    """No unit is sent to, so none that was chosen has it any longer."""
    for recipient in case.safety_notice.recipients.filter(status=SELECTED):
        locked = recipients.lock(recipient)
        recipients.move(locked, "remove", by=by, right=Can.MANAGE_NOTICES, note=reason)


def moment_of(day: date | None) -> datetime | None:
    """Noon of the day, for a notice that came on it."""
    return calendar.moment(day, time(12)) if day else None


def _record(case: Case, action: str, *, by: Person, body: Mapping[str, Any]) -> None:
    trail.record(
        action,
        by=by,
        case_id=case.pk,
        number=case.number,
        right=Can.MANAGE_NOTICES,
        body=body,
    )

"""What the units have answered and what the notice says, read for a reply form."""

from __future__ import annotations

from django.utils import timezone

from sakerhetsmeddelanden.models import Recipient, RecipientDevice, SafetyNotice
from sakerhetsmeddelanden.reply.facts import Answers, Customer, DeviceLine, Subject
from sakerhetsmeddelanden.workflow import (
    ENDED,
    QUEUED,
    REMOVED,
    SELECTED,
    SETTLED,
    WAIVED,
)

NOT_SENT = (SELECTED, QUEUED)


def answers(notice: SafetyNotice) -> Answers:
    """The answers as they are now, in five statements however many units there are.

    Whoever was removed before anything was sent, or ended without being asked for an answer, is
    not among them. A unit that says it is not affected has no devices in the form.
    """
    asked = list(
        notice.recipients.exclude(status__in=[REMOVED, ENDED])
        .select_related("unit__care_provider")
        .order_by("unit__path")
    )
    own = notice.case.owning_unit.care_provider_id
    return Answers(
        settled=sum(one.status in SETTLED for one in asked),
        total=len(asked),
        waived=sum(one.status == WAIVED for one in asked),
        affected=sum(one.answer == Recipient.Answer.AFFECTED for one in asked),
        informed=sum(one.status not in NOT_SENT for one in asked),
        devices=_devices(asked),
        customers=[_customer(one) for one in asked if one.unit.care_provider_id != own],
    )


def subject(notice: SafetyNotice) -> Subject:
    """The notice in the supplier's own words: the template's fields, or else what we know it by."""
    said = {one.code: one.value or one.proposed for one in notice.fields.all()}
    products = list(notice.products.all())
    codes = [code for one in products for code in (*one.model_numbers, *one.udi_dis)]
    return Subject(
        fsn_ref=notice.fsn_ref or notice.fsca_ref,
        dated_on=notice.dated_on,
        product=said.get("device_name", "")
        or said.get("1.2", "")
        or ", ".join(one.trade_name for one in products if one.trade_name)
        or notice.case.title,
        codes=", ".join(dict.fromkeys(codes)) or said.get("1.5", ""),
        numbers="; ".join(one.range_text for one in products if one.range_text)
        or said.get("1.7", ""),
    )


def _customer(recipient: Recipient) -> Customer:
    return Customer(
        name=recipient.unit.name,
        provider=recipient.unit.care_provider.name,
        informed_on=timezone.localdate(recipient.sent_at) if recipient.sent_at else None,
        has_answered=bool(recipient.answer),
    )


def _devices(asked: list[Recipient]) -> list[DeviceLine]:
    """The devices of the units that are affected or have not said, each with what was done."""
    units = {one.pk: one.unit.name for one in asked if one.answer != Recipient.Answer.NOT_AFFECTED}
    rows = (
        RecipientDevice.objects.filter(recipient__in=units)
        .exclude(outcome=RecipientDevice.Outcome.NOT_AFFECTED)
        .select_related("device__model")
        .order_by("recipient__unit__path", "pk")
    )
    return [
        DeviceLine(
            unit=units[row.recipient_id],
            name=str(row.device.model) if row.device else row.named,
            number=_number(row),
            outcome=row.outcome,
            on=row.outcome_on,
            quantity=1 if row.quantity is None else row.quantity,
        )
        for row in rows
    ]


def _number(row: RecipientDevice) -> str:
    """What the supplier knows the device by."""
    if row.device is None:
        return ""
    return row.device.serial_number or row.device.lot_number or row.device.inventory_number


def reply_language(notice: SafetyNotice) -> str:
    """Swedish to whoever wrote in Swedish, otherwise English."""
    return "sv" if notice.language == SafetyNotice.Language.SWEDISH else "en"

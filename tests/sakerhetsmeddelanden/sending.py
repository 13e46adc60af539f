"""Notices that have been sent out, and what their units say, through the product's own actions."""

from datetime import timedelta

from django.utils import timezone

from patientsakerhet.cases.actions import steps
from patientsakerhet.notifications.models import Message
from patientsakerhet.organisation.models import Role
from sakerhetsmeddelanden.actions import answers, distribution
from sakerhetsmeddelanden.actions.answers import DeviceSaid, Said
from sakerhetsmeddelanden.models import (
    AffectedProduct,
    Recipient,
    RecipientDevice,
    RiskClass,
    SafetyNotice,
)
from tests.factories import Region, fresh, make_device, make_unit, person_as
from tests.sakerhetsmeddelanden.making import chosen, entered


def region_with_units(count=1):
    """A region whose ward, and more units beside it, have a mailbox and a manager."""
    region = Region()
    region.ward.mailbox = "avdelning4@exempel.se"
    region.ward.save(update_fields=["mailbox"])
    region.manager = person_as(Role.UNIT_MANAGER, region.ward)
    region.units = [region.ward]
    for n in range(1, count):
        unit = make_unit(f"Mottagning {n}", parent=region.hospital)
        unit.mailbox = f"mottagning{n}@exempel.se"
        unit.save(update_fields=["mailbox"])
        region.units.append(unit)
    return region


def assessed(region, *, risk="yellow", answer_by=None):
    """A notice that is ready to go out, once its recipients are chosen."""
    case = entered(region)
    steps.take_step(case, "assess", by=region.coordinator)
    notice = SafetyNotice.objects.get(pk=case.pk)
    if not notice.products.exists():
        AffectedProduct.objects.create(notice=notice, trade_name="Volumed 300")
    now = timezone.now()
    notice.risk_class = RiskClass.objects.current().get(code=risk)
    notice.answer_by = answer_by or now + timedelta(days=5)
    notice.answer_basis = "chosen"
    notice.targeted_at, notice.targeted_by = now, region.coordinator
    notice.save()
    return fresh(case)


def ask_about(recipient, *devices):
    """The recipient is asked about these devices."""
    return [
        RecipientDevice.objects.create(
            recipient=recipient, device=device, ground="model", reason="Samma modell."
        )
        for device in devices
    ]


def ready(region, *, devices=0, risk="yellow", **given):
    """A notice with every unit of the region chosen, and so many devices at each."""
    case = assessed(region, risk=risk, **given)
    for unit in region.units:
        recipient = chosen(case, unit, by=region.coordinator)
        ask_about(recipient, *(make_device(unit=unit) for _ in range(devices)))
    return case


def sent_out(region, *, handed_over=True, **given):
    """The same, sent out; and handed over to the units' mail servers."""
    case = ready(region, **given)
    sending = distribution.distribute(case, by=region.coordinator)
    while not distribution.proceed(sending, seconds=60):
        continue
    if handed_over:
        hand_over()
    return fresh(case)


def hand_over():
    """Every mail of a notice has been taken over by the server it was for."""
    Message.objects.filter(kind__startswith="notice", state="pending").update(
        state="sent", sent_at=timezone.now()
    )
    distribution.sweep(seconds=60)


def recipient_of(case, unit):
    return Recipient.objects.select_related("notice__case", "unit").get(
        notice=case.pk, unit=unit.pk
    )


def affected(recipient, by, *, done=False, **said):
    signer = by if isinstance(by, answers.Signer) else answers.signed_in(by)
    return answers.answer(recipient, Said(affected=True, done=done, **said), signer=signer)


def not_affected(recipient, by, **said):
    signer = by if isinstance(by, answers.Signer) else answers.signed_in(by)
    return answers.answer(recipient, Said(affected=False, **said), signer=signer)


def dealt_with(recipient, outcome="quarantined", **said):
    """The same answer about each of the recipient's devices."""
    today = timezone.localdate()
    return {
        pk: DeviceSaid(outcome, on=today, **said)
        for pk in recipient.devices.values_list("pk", flat=True)
    }


def silent_for(recipient, **time):
    """The recipient was asked this long ago: every moment of its rows lies so much earlier."""
    back = timedelta(**time)
    row = Recipient.objects.get(pk=recipient.pk)
    if row.distribution_id:
        sending = row.distribution
        sending.begun_at -= back
        sending.save(update_fields=["begun_at"])
    Recipient.objects.filter(pk=row.pk).update(
        next_step_at=row.next_step_at and row.next_step_at - back,
        due_at=row.due_at and row.due_at - back,
        version=row.version + 1,
    )
    return Recipient.objects.get(pk=row.pk)

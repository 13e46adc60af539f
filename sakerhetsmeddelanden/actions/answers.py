"""What a unit says: affected or not, device by device, done; corrected with a reason, never by opening a mail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases import sealing
from patientsakerhet.lib import calendar, text
from patientsakerhet.lib.refusal import NotReady, Stale, WrongStep
from patientsakerhet.organisation.models import Person
from patientsakerhet.register.actions import states
from patientsakerhet.register.models import Device
from sakerhetsmeddelanden.actions import corrections, links, recipients
from sakerhetsmeddelanden.models import AnswerLink, Recipient, RecipientDevice
from sakerhetsmeddelanden.workflow import (
    ACKNOWLEDGED_AFFECTED,
    ACTION_DONE,
    ANSWERED,
    FOLLOW_UP,
    NOT_AFFECTED,
    RECIPIENT_WORKFLOW,
    REPLY_SENT,
    SENT_OUT,
    WAITING,
    WAIVED,
)

ANSWERABLE = (*SENT_OUT, REPLY_SENT, FOLLOW_UP)
"""The states of a notice in which its units may answer and correct what they have answered."""
WHY_CHANGED = "Skriv varför svaret ändras."
Outcome = RecipientDevice.Outcome
REGISTERED = {
    Outcome.QUARANTINED: Device.Status.QUARANTINED,
    Outcome.RETURNED: Device.Status.RETURNED,
    Outcome.EXCHANGED: Device.Status.RETURNED,
    Outcome.DESTROYED: Device.Status.SCRAPPED,
}
"""What the register then says of the device; whatever else is said, one of these is taken back."""
UNDONE = frozenset({Outcome.NOT_AFFECTED, Outcome.NOT_HERE})
"""What says that there was nothing to do."""


@dataclass(frozen=True)
class Signer:
    """Who answers: somebody signed in, whoever a personal link has let in, or a voice on the telephone."""

    name: str
    via: str
    person: Person | None = None
    """Who is signed in; on the telephone, who wrote it down."""
    link: AnswerLink | None = None

    @property
    def signs(self) -> bool:
        """Whether the answer counts as signed; what was said on the telephone does not."""
        return self.via != Recipient.Via.PHONE


def signed_in(person: Person, *, via: str = Recipient.Via.PAGE) -> Signer:
    """The person herself, with her title."""
    return Signer(", ".join(one for one in (person.name, person.title) if one)[:120], via, person)


def through(link: AnswerLink, name: str) -> Signer:
    """Whoever a link and its code have let in, by the name she gives; refuses one without."""
    name = text.clean_line(name)
    if not name:
        raise NotReady("Skriv ditt namn och din befattning.")
    return Signer(name[:120], Recipient.Via.LINK, link=link)


def on_the_telephone(name: str, *, by: Person) -> Signer:
    """Whoever was spoken to, written down by somebody who is signed in."""
    name = text.clean_line(name)
    if not name:
        raise NotReady("Skriv vem du talade med.")
    return Signer(name[:120], Recipient.Via.PHONE, by)


@dataclass(frozen=True)
class DeviceSaid:
    """What is said of one device."""

    outcome: str
    on: date | None = None
    quantity: int | None = None
    note: str = ""
    was: str | None = None
    """The answer that was shown when somebody began to write; None when it does not matter."""


@dataclass(frozen=True)
class Said:
    """An answer."""

    affected: bool
    done: bool = False
    """Everything that was asked for is done."""
    note: str = ""
    devices: Mapping[int, DeviceSaid] = field(default_factory=dict)
    """By the key of the recipient's device."""
    all_devices: DeviceSaid | None = None
    """What is said of every device that nothing else is said of."""
    reason: str = ""
    """Why an earlier answer is changed."""


@transaction.atomic
def answer(
    recipient: Recipient, said: Said, *, signer: Signer, version: int | None = None
) -> Recipient:
    """The unit has answered; refuses what is half said, and a change without a reason.

    The same answer by the same signer again changes nothing, so that pressing twice is no fault.
    """
    locked = _begin(recipient, signer)
    if _is_said_already(locked, said, signer):
        return locked
    recipients.expect(locked, version)
    reason = _reason(locked, said)
    now = timezone.now()
    before = corrections.standing(locked)
    _put_devices(locked, said, signer=signer, at=now)
    facts = _facts(locked, said, signer=signer, at=now)
    if said.affected:
        _acknowledge(locked, said, facts, signer=signer, reason=reason, at=now)
    else:
        _deny(locked, facts, signer=signer, reason=reason, at=now)
    corrections.follow(locked, before, reason=reason, by=signer.person)
    return locked


@transaction.atomic
def tick(
    recipient: Recipient, devices: Mapping[int, DeviceSaid], *, signer: Signer, reason: str = ""
) -> Recipient:
    """Some devices are dealt with and the rest left for another day; a unit that ticks is affected.

    Refuses a device that somebody else has answered for meanwhile, and a change without a reason.
    """
    if not devices:
        raise NotReady("Markera minst en utrustning.")
    locked = _begin(recipient, signer)
    now = timezone.now()
    said = Said(affected=True, note=locked.answer_note, devices=devices, reason=reason)
    if locked.answer and locked.status != ACKNOWLEDGED_AFFECTED and not reason.strip():
        raise NotReady(WHY_CHANGED)
    _put_devices(locked, said, signer=signer, at=now)
    if locked.status == ACKNOWLEDGED_AFFECTED:
        recipients.write(locked)
        _tell_ticked(locked, devices, signer=signer, reason=_masked(locked, reason), at=now)
        return locked
    before, reason = corrections.standing(locked), _masked(locked, reason)
    facts = _facts(locked, said, signer=signer, at=now)
    _acknowledge(locked, said, facts, signer=signer, reason=reason, at=now)
    corrections.follow(locked, before, reason=reason, by=signer.person)
    return locked


# --- beginning --------------------------------------------------------------------------------


def _begin(recipient: Recipient, signer: Signer) -> Recipient:
    """The locked recipient, after the signer's right and the notice's state are looked at."""
    locked = recipients.lock(recipient)
    if signer.link is not None:
        link = AnswerLink.objects.select_related("recipient").get(pk=signer.link.pk)
        if link.recipient_id != locked.pk or not links.still_opens(link):
            raise NotReady("Länken gäller inte längre. Ring och be om en ny.")
    elif signer.person is not None:
        needs = Can.ANSWER_NOTICE if signer.signs else Can.MANAGE_NOTICES
        recipients.check(locked, by=signer.person, needs=needs)
    if locked.notice.case.status not in ANSWERABLE:
        raise WrongStep("Meddelandet tar inte emot svar nu. Hör av dig till samordnaren.")
    if locked.status == WAIVED:
        raise WrongStep("Chefläkaren har beslutat att svaret inte behövs.")
    if locked.status not in (*WAITING, *ANSWERED):
        raise WrongStep("Enheten är inte tillfrågad.")
    return locked


def _is_said_already(recipient: Recipient, said: Said, signer: Signer) -> bool:
    """Whether the very same answer is what stands, by the same signer."""
    same_signer = (recipient.answered_name, recipient.answered_by_id) == (
        signer.name,
        signer.person.pk if signer.person else None,
    )
    return (
        same_signer
        and recipient.status == _goal(said, signer)
        and recipient.answer_note == sealing.mask(said.note.strip()).text
        and said.all_devices is None
        and all(
            (one.outcome, one.outcome_on, one.quantity) == (told.outcome, told.on, told.quantity)
            for one in recipient.devices.filter(pk__in=said.devices)
            for told in [said.devices[one.pk]]
        )
    )


def _goal(said: Said, signer: Signer) -> str:
    if said.affected:
        return ACTION_DONE if said.done else ACKNOWLEDGED_AFFECTED
    return NOT_AFFECTED if signer.signs else "acknowledged_not_affected"


def _reason(recipient: Recipient, said: Said) -> str:
    """Why the answer is changed; refuses without one when what stood said something else."""
    now = Recipient.Answer.AFFECTED if said.affected else Recipient.Answer.NOT_AFFECTED
    is_changed = bool(recipient.answer) and (
        recipient.answer != now or recipient.status in (ACTION_DONE, NOT_AFFECTED)
    )
    if is_changed and not said.reason.strip():
        raise NotReady(WHY_CHANGED)
    return _masked(recipient, said.reason) if is_changed else ""


# --- devices ----------------------------------------------------------------------------------


def _put_devices(recipient: Recipient, said: Said, *, signer: Signer, at: datetime) -> None:
    """What is said of each device stands, and of the rest what is said of all."""
    rows = recipient.devices.select_related("device").order_by("device", "pk")
    devices = {one.pk: one for one in rows.select_for_update(of=("self",))}
    if set(said.devices) - set(devices):
        raise NotReady("En av utrustningarna hör inte till enheten.")
    told = dict(said.devices)
    if said.all_devices is not None:
        rest = (pk for pk, one in devices.items() if not one.outcome or not said.affected)
        told |= {pk: said.all_devices for pk in rest if pk not in told}
    unsaid = (one for pk, one in devices.items() if pk not in told and one.outcome not in UNDONE)
    if not said.affected and any(unsaid):
        raise NotReady("Säg om utrustningarna inte finns hos er, eller inte berörs.")
    wrong = [
        sentence for pk, one in told.items() if (sentence := _wrong_with(one, devices[pk], at))
    ]
    if wrong:
        raise NotReady(list(dict.fromkeys(wrong)))
    for pk, one in told.items():
        _put(devices[pk], one, signer=signer, at=at)


def _wrong_with(said: DeviceSaid, device: RecipientDevice, at: datetime) -> str:
    """What stops this answer about a device, as a sentence; "" when nothing does."""
    if said.was is not None and said.was != device.outcome and said.outcome != device.outcome:
        raise Stale(f"Någon annan hann svara om {device}. Läs svaret och ändra om det är fel.")
    if said.outcome not in Outcome.values:
        return f"{device}: välj vad ni har gjort."
    if said.on is not None and said.on > calendar.local_day(at):
        return f"{device}: dagen har inte varit än."
    if said.outcome not in UNDONE and said.on is None:
        return f"{device}: skriv vilken dag det gjordes."
    return ""


def _put(device: RecipientDevice, said: DeviceSaid, *, signer: Signer, at: datetime) -> None:
    note = text.clean_line(sealing.mask(said.note).text)[:300]
    new = (said.outcome, said.on, said.quantity, note)
    if (device.outcome, device.outcome_on, device.quantity, device.note) == new:
        return
    _register(device, said, signer)
    device.outcome, device.outcome_on, device.quantity, device.note = new
    device.answered_at, device.answered_name = at, signer.name
    device.answered_by = signer.person
    device.save(
        update_fields=[
            "outcome",
            "outcome_on",
            "quantity",
            "note",
            "answered_at",
            "answered_name",
            "answered_by",
        ]
    )


def _register(device: RecipientDevice, said: DeviceSaid, signer: Signer) -> None:
    """The register says of the device what the unit says, and no longer what it said before."""
    if device.device is None:
        return
    status = REGISTERED.get(Outcome(said.outcome))
    if status is None and device.outcome in REGISTERED:
        status = Device.Status.IN_USE
    if status is not None:
        states.stand_as(device.device, status, by=signer.person, on=said.on)


# --- the recipient ----------------------------------------------------------------------------


def _facts(recipient: Recipient, said: Said, *, signer: Signer, at: datetime) -> dict[str, Any]:
    """What the recipient's own columns become."""
    return {
        "answer": Recipient.Answer.AFFECTED if said.affected else Recipient.Answer.NOT_AFFECTED,
        "answer_note": _masked(recipient, said.note),
        "answered_at": at,
        "answered_by": signer.person,
        "answered_name": signer.name,
        "answered_via": signer.via,
        "done_at": at if said.affected and said.done else None,
        "next_step_at": _measures_due(recipient) if said.affected and not said.done else None,
    }


def _measures_due(recipient: Recipient) -> datetime | None:
    """When an affected unit is reminded of what it has left to do."""
    act_by = recipient.notice.act_by
    return calendar.start_of_day(act_by) if act_by else None


def _acknowledge(
    recipient: Recipient,
    said: Said,
    facts: dict[str, Any],
    *,
    signer: Signer,
    reason: str,
    at: datetime,
) -> None:
    body = _body(signer, reason)
    if recipient.status != ACKNOWLEDGED_AFFECTED and (
        not said.done or recipient.status not in RECIPIENT_WORKFLOW.named("finish").sources
    ):
        _move(recipient, "acknowledge", signer, note=reason, body=body, at=at, **facts)
    elif not said.done:
        recipients.write(recipient, **facts)
        _tell_ticked(recipient, said.devices, signer=signer, reason=reason, at=at)
    if said.done:
        _move(recipient, "finish", signer, note=reason, body=body, at=timezone.now(), **facts)


def _deny(
    recipient: Recipient, facts: dict[str, Any], *, signer: Signer, reason: str, at: datetime
) -> None:
    body = _body(signer, reason)
    name = "sign_not_affected" if signer.signs else "deny"
    if recipient.status not in RECIPIENT_WORKFLOW.named(name).sources:
        # What was said to be done, or signed, is taken back before something else is said.
        back = {**facts, "answer": Recipient.Answer.AFFECTED, "done_at": None}
        _move(recipient, "acknowledge", signer, note=reason, body=body, at=at, **back)
        at = timezone.now()
    _move(recipient, name, signer, note=reason, body=body, at=at, **facts)


def _move(recipient: Recipient, name: str, signer: Signer, **given: Any) -> None:
    right = Can.ANSWER_NOTICE if signer.signs else Can.MANAGE_NOTICES
    recipients.move(recipient, name, by=signer.person, right=right, **given)


def _tell_ticked(
    recipient: Recipient,
    devices: Mapping[int, DeviceSaid],
    *,
    signer: Signer,
    reason: str,
    at: datetime,
) -> None:
    """Some of it is done: an event and a line in the trail, no move."""
    case = recipient.notice.case
    body = {**_body(signer, reason), "devices": len(devices)}
    recipients.tell(recipient, "ticked", by=signer.person, note=reason, body=body, at=at)
    trail.record(
        "notice.ticked",
        by=signer.person,
        case_id=case.pk,
        number=case.number,
        unit_id=recipient.unit_id,
        right=Can.ANSWER_NOTICE,
        object_type="recipient",
        object_id=recipient.pk,
        body={"devices": sorted(devices)},
    )


def _body(signer: Signer, reason: str) -> dict[str, Any]:
    return {
        "signed": signer.name,
        "via": signer.via,
        **({"link": str(signer.link.pk)} if signer.link else {}),
        **({"corrected": True} if reason else {}),
    }


def _masked(recipient: Recipient, written: str) -> str:
    """The text as others may read it; the original is sealed when a personal number stood in it."""
    written = text.clean(written).strip()
    masked = sealing.mask(written)
    if masked.found:
        field = f"recipient:{recipient.pk}:{recipient.version}"
        sealing.seal(recipient.notice.case, field, written)
    return masked.text

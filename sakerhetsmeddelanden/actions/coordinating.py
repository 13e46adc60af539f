"""What whoever manages a notice does with its recipients: sends again, rings, reminds, lets somebody in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases import sealing
from patientsakerhet.cases.models import Case
from patientsakerhet.lib import text
from patientsakerhet.lib.refusal import NotReady, Refused, WrongStep
from patientsakerhet.notifications import actions as messages
from patientsakerhet.notifications.models import Message
from patientsakerhet.organisation.models import Person
from sakerhetsmeddelanden.actions import addressees, answers, recipients, reminding
from sakerhetsmeddelanden.actions.addressees import Addressee
from sakerhetsmeddelanden.actions.answers import Said
from sakerhetsmeddelanden.models import AnswerLink, Recipient, RecipientMail
from sakerhetsmeddelanden.workflow import ACKNOWLEDGED_AFFECTED, BOUNCED, PHONED, WAITING

MOST = 500
"""Units reminded by one press."""
NOBODY_TO_WRITE_TO = "Enheten har ingen e-postadress. Ring, eller skriv en adress."


@transaction.atomic
def send_again(
    recipient: Recipient, *, by: Person, address: str = "", version: int | None = None
) -> Recipient:
    """The notice is on its way to the unit once more, to another address when one is given.

    Refuses a unit that has answered. What came back of earlier mails is written off.
    """
    locked = _begin(recipient, by=by, version=version)
    now = timezone.now()
    to = [Addressee(address=_checked(address))] if address.strip() else addressees.of(locked)
    if not to:
        raise NotReady(NOBODY_TO_WRITE_TO)
    _write_off(locked, by=by, reason="Skickat igen.")
    if locked.status in BOUNCED:
        recipients.move(
            locked, "queue", by=by, right=Can.MANAGE_NOTICES, at=now, address=to[0].written
        )
    else:
        recipients.write(locked, address=to[0].written)
        _record(locked, "sent_again", by=by)
    addressees.write_to([(locked, one) for one in to], RecipientMail.Purpose.AGAIN, at=now)
    return locked


@transaction.atomic
def send_link(link: AnswerLink, *, by: Person) -> RecipientMail:
    """The link is on its way to the person it was made for; its code is not in the mail."""
    locked = recipients.lock(link.recipient)
    policy.check(by, Can.MANAGE_NOTICES, locked.notice.case)
    if link.revoked_at is not None or link.expires_at <= timezone.now():
        raise NotReady("Länken gäller inte längre. Gör en ny.")
    now = timezone.now()
    to = Addressee(address=link.address, link=link)
    addressees.write_to([(locked, to)], RecipientMail.Purpose.AGAIN, at=now)
    _record(locked, "link_sent", by=by, body={"to": link.address})
    return locked.mails.latest("at", "pk")


@dataclass(frozen=True)
class Call:
    """A telephone call: with whom, on what number, what was said, and what it meant."""

    spoke_with: str
    said: str
    number: str = ""
    answered: Said | None = None
    """What the unit answered, when it did; unsigned until somebody there signs it."""


@transaction.atomic
def phone(recipient: Recipient, call: Call, *, by: Person, version: int | None = None) -> Recipient:
    """A call is written down, and what was answered in it stands until the unit signs it."""
    locked = _begin(recipient, by=by, version=version, also=(ACKNOWLEDGED_AFFECTED,))
    who, said = text.clean_line(call.spoke_with), text.clean(call.said).strip()
    if not who or not said:
        raise NotReady(
            "Skriv vem du talade med och vad som sades. Skriv ”ingen svarade” om så var."
        )
    body = {"with": who[:120], "number": text.clean_line(call.number)[:40]}
    note = sealing.mask(said)
    if note.found:
        sealing.seal(locked.notice.case, f"call:{locked.pk}:{locked.version}", said)
    if locked.status in WAITING and locked.status != PHONED:
        recipients.move(locked, "phone", by=by, right=Can.MANAGE_NOTICES, note=note.text, body=body)
    else:
        _record(locked, "phoned_again", by=by, note=note.text, body=body)
    _write_off(locked, by=by, reason="Uppringd i stället.")
    if call.answered is not None:
        signer = answers.on_the_telephone(who, by=by)
        return answers.answer(locked, call.answered, signer=signer)
    return locked


@dataclass(frozen=True)
class Reminded:
    """How many units a press of the button reached, and what was said of the others."""

    count: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    """Reason -> how many."""


def remind_now(case: Case, chosen: Sequence[Recipient], *, by: Person) -> Reminded:
    """Each of these units is reminded at once, in a transaction of its own; the timetable goes on."""
    policy.check(by, Can.MANAGE_NOTICES, case)
    if not chosen:
        raise NotReady("Markera minst en enhet.")
    if len(chosen) > MOST:
        raise NotReady(f"Markera högst {MOST} enheter åt gången.")
    count, refused = 0, dict[str, int]()
    for recipient in chosen:
        try:
            _remind_one(recipient, by=by)
            count += 1
        except Refused as refusal:
            refused[str(refusal)] = refused.get(str(refusal), 0) + 1
    return Reminded(count, refused)


@transaction.atomic
def _remind_one(recipient: Recipient, *, by: Person) -> None:
    locked = _begin(recipient, by=by)
    to = addressees.of(locked)
    if not to:
        raise NotReady(NOBODY_TO_WRITE_TO)
    now = timezone.now()
    addressees.write_to([(locked, one) for one in to], RecipientMail.Purpose.REMINDER, at=now)
    reminding.remind(locked, now, by=by, next_step_at=locked.next_step_at)


def _begin(
    recipient: Recipient, *, by: Person, version: int | None = None, also: Sequence[str] = ()
) -> Recipient:
    """The locked recipient; refuses whoever does not manage the notice, and a unit that has answered."""
    locked = recipients.lock(recipient)
    policy.check(by, Can.MANAGE_NOTICES, locked.notice.case)
    recipients.expect(locked, version)
    if locked.status not in (*WAITING, *also):
        raise WrongStep("Enheten har svarat, eller är inte tillfrågad.")
    return locked


def _write_off(recipient: Recipient, *, by: Person, reason: str) -> None:
    """Mails that could not be delivered have been seen to, and leave the list of such."""
    dead = Message.objects.filter(notice_mail__recipient=recipient, state=Message.State.DEAD)
    # A report that is just being read holds its message and then wants our row: not waited for.
    for message in dead.select_for_update(of=("self",), skip_locked=True):
        messages.close(message, by=by, reason=reason)


def _checked(address: str) -> str:
    address = address.strip().lower()
    try:
        validate_email(address)
    except ValidationError as wrong:
        raise NotReady("Skriv en e-postadress, som namn@vard.example.") from wrong
    return address


def _record(
    recipient: Recipient,
    what: str,
    *,
    by: Person,
    note: str = "",
    body: dict[str, str] | None = None,
) -> None:
    """Something was done with the recipient without moving it."""
    case = recipient.notice.case
    recipients.tell(recipient, what, by=by, note=note, body=body)
    trail.record(
        f"notice.{what}",
        by=by,
        case_id=case.pk,
        number=case.number,
        unit_id=recipient.unit_id,
        right=Can.MANAGE_NOTICES,
        object_type="recipient",
        object_id=recipient.pk,
        body=body,
    )

"""Whom a recipient's mails go to: the unit's own mailbox, or those who answer for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from patientsakerhet.access import holders
from patientsakerhet.access.policy import Can
from patientsakerhet.notifications import outbox
from patientsakerhet.notifications.outbox import Owed
from patientsakerhet.organisation.models import CareProvider, Person, Unit, stand_in
from sakerhetsmeddelanden.actions import links
from sakerhetsmeddelanden.models import AnswerLink, Recipient, RecipientMail

MOST = 5
"""People of one unit who are written to; the rest find it on their own page."""
KINDS = {
    RecipientMail.Purpose.FIRST: "notice",
    RecipientMail.Purpose.AGAIN: "notice",
    RecipientMail.Purpose.RETRY: "notice",
    RecipientMail.Purpose.REMINDER: "notice_reminder",
    RecipientMail.Purpose.ESCALATION: "notice_escalation",
    RecipientMail.Purpose.ACTIONS: "notice_actions",
}


@dataclass(frozen=True)
class Addressee:
    """One to whom a mail goes: a person, or an address, by a personal link or not."""

    person: Person | None = None
    address: str = ""
    link: AnswerLink | None = None

    @property
    def written(self) -> str:
        """The address itself."""
        return self.person.email if self.person else self.address


def of(recipient: Recipient) -> list[Addressee]:
    """Those who are asked: for a system its maintainers, for a unit its mailbox or its answerers.

    A unit of another provider in which nobody can sign in gets a personal link. Nobody at all for
    a unit without mailbox and people: somebody must ring.
    """
    maintainers = _maintainers(recipient)
    if maintainers:
        return maintainers
    if _is_outside(recipient.unit):
        existing = list(recipient.links.open())
        if not existing and recipient.unit.mailbox:
            existing = [links.make_first(recipient)]
        return [Addressee(address=one.address, link=one) for one in existing]
    if recipient.unit.mailbox:
        return [Addressee(address=recipient.unit.mailbox)]
    return [Addressee(person=one) for one in _holders(Can.ANSWER_NOTICE, recipient.unit)]


def managers_of(recipient: Recipient) -> list[Addressee]:
    """Those to whom a silent unit is lifted."""
    return [Addressee(person=one) for one in _holders(Can.GET_ESCALATIONS, recipient.unit)]


def write_to(
    letters: Sequence[tuple[Recipient, Addressee]],
    purpose: RecipientMail.Purpose,
    *,
    at: datetime,
    late: bool = False,
) -> None:
    """Each of these is owed a mail; once for a recipient, an address and a moment."""
    kind = KINDS[purpose]
    owed, mails = [], []
    for recipient, to in letters:
        key = f"{kind}:{recipient.pk}:{purpose.value}:{at.timestamp():.6f}:{to.written}"[:200]
        case = recipient.notice.case
        context = {
            "recipient": recipient.pk,
            **({"link": str(to.link.pk)} if to.link else {}),
            **({"late": True} if late else {}),
        }
        owed.append(Owed(key, to.person, to.address, case.pk, case.number, context))
        mails.append((recipient, key))
    promised = outbox.promise_many(kind, owed)
    RecipientMail.objects.bulk_create(
        RecipientMail(recipient=recipient, message=promised[key], purpose=purpose, at=at)
        for recipient, key in mails
    )


def _maintainers(recipient: Recipient) -> list[Addressee]:
    found = []
    for one in recipient.systems.all():
        if one.person is not None and one.person.is_active:
            found.append(Addressee(person=one.person))
        if one.mailbox:
            found.append(Addressee(address=one.mailbox))
    return list({one.written: one for one in found}.values())


def _is_outside(unit: Unit) -> bool:
    """A unit of another provider, in which nobody who may answer can sign in."""
    if unit.care_provider.kind == CareProvider.Kind.REGION:
        return False
    return not holders.every(Can.ANSWER_NOTICE, unit).exists()


def _holders(capability: Can, unit: Unit) -> list[Person]:
    today = timezone.localdate()
    people = holders.nearest(capability, unit)[:MOST]
    return list({(one := stand_in(person, on=today)).pk: one for person in people}.values())

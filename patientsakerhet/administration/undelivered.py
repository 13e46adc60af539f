"""Messages that could not be sent: who may know of them, and what is said about them.

Whoever may see that something was not delivered sees the number and why. To whom it was to go is
shown to those who may know that anyway: a unit's mailbox to everybody here, a case's reporter and
staff to those who may see reporters in the case, the rest to administrators.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.cases.models import Case
from patientsakerhet.notifications import kinds, unwritten
from patientsakerhet.notifications.models import Message, MessageQuerySet
from patientsakerhet.organisation.models import Person, Unit

HIDDEN = "visas bara för den som får se vem ärendet gäller"
_WHY = {
    "550": "Adressen finns inte hos mottagaren.",
    "551": "Adressen finns inte hos mottagaren.",
    "553": "Adressen är felskriven.",
    "501": "Adressen är felskriven.",
    "552": "Mottagarens brevlåda är full.",
    "554": "Mottagarens mejlserver vägrade ta emot mejlet.",
}


@dataclass(frozen=True)
class Recipient:
    """To whom the message was to go, as far as the reader may know."""

    words: str
    shown: bool
    unit: Unit | None = None
    person: Person | None = None


def known_to(person: Person) -> MessageQuerySet:
    """Messages this person may see were not delivered: all to administrators, to others those of
    cases they may read."""
    if not policy.may(person, Can.SEE_UNDELIVERED):
        return Message.objects.none()
    if policy.may(person, Can.ADMINISTER):
        return Message.objects.all()
    return Message.objects.filter(
        Exists(Case.objects.visible_to(person).filter(pk=OuterRef("case_id")))
    )


def recipient(message: Message, *, reader: Person) -> Recipient:
    """To whom it was to go, for this reader."""
    unit = Unit.objects.filter(mailbox=message.address).first() if message.address else None
    if unit is not None:
        return Recipient(f"{unit.name}, {message.address}", True, unit=unit)
    if not may_know_recipient(message, reader=reader):
        return Recipient(HIDDEN, False)
    if message.person is None:
        return Recipient(message.address, True)
    return Recipient(f"{message.person.name}, {message.person.email}", True, person=message.person)


def may_know_recipient(message: Message, *, reader: Person) -> bool:
    """Whether the reader may know to whom it was to go."""
    if message.case_id is None:
        return policy.may(reader, Can.ADMINISTER)
    case = Case.objects.filter(pk=message.case_id).first()
    return case is not None and Can.SEE_REPORTER in policy.capabilities(reader, case)


def about(message: Message) -> str:
    """What it was to say, as its subject would have said it."""
    known = {kind.name: kind.subject for kind in kinds.every()}
    return known.get(message.kind, message.kind).format(number=message.number).strip()


def why(code: str) -> str:
    """Why it could not be sent, in words."""
    if code.startswith(unwritten.PREFIX):
        return "Varsam kunde inte sätta samman mejlet. Det är ett fel i Varsam: meddela driften."
    if code == "bad_header":
        return "Adressen innehåller tecken som inte går att skicka till."
    if code == "not_supported":
        return "Mejlservern klarar inte adressen."
    if not code.startswith("smtp_"):
        return "Mejlservern svarade inte på ett dygn."
    answer = code.removeprefix("smtp_")
    if answer.startswith("4"):
        return "Mejlservern bad oss vänta, ett helt dygn."
    return _WHY.get(answer, "Mejlservern vägrade ta emot mejlet.")

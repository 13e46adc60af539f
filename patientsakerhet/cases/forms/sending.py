"""The one-time ticket of a form: who it was handed to, so that it is sent once and by her."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from django.core import signing

from patientsakerhet.organisation.models import Person

TICKET = "avvikelse.sending"
RECEIPT = "avvikelse.receipt"
RECEIPT_SHOWN = timedelta(hours=12)
"""A shift: the receipt shows the code of whoever has no account, so its address must not last."""


@dataclass(frozen=True)
class Sending:
    """One sending of one form; `person_id` is whoever was signed in when the form was handed out."""

    id: UUID
    person_id: int | None

    @classmethod
    def begin(cls, person: Person | None) -> Sending:
        """A new one."""
        return cls(uuid4(), person.pk if person else None)

    def ticket(self) -> str:
        """As it stands in the form."""
        return self._signed(TICKET)

    def receipt(self) -> str:
        """As it stands in the address of the receipt."""
        return self._signed(RECEIPT)

    def _signed(self, salt: str) -> str:
        return signing.dumps([self.id.hex, self.person_id], salt=salt)


def from_ticket(ticket: str) -> Sending | None:
    """The sending a form's ticket stands for; nothing when it is none of ours."""
    return _opened(ticket, TICKET)


def from_receipt(token: str) -> Sending | None:
    """The sending a receipt's address stands for; nothing when it is none of ours, or too old."""
    return _opened(token, RECEIPT, RECEIPT_SHOWN)


def _opened(token: str, salt: str, lasts: timedelta | None = None) -> Sending | None:
    try:
        number, person_id = signing.loads(token, salt=salt, max_age=lasts)
    except signing.BadSignature:
        return None
    return Sending(UUID(number), person_id)

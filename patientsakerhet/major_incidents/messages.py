"""The messages that major incidents give rise to, and whether they still make sense."""

from __future__ import annotations

from patientsakerhet.cases.messages import still_visible, to_case
from patientsakerhet.cases.models import Case
from patientsakerhet.major_incidents.workflow import DECLARED, KIND
from patientsakerhet.notifications import kinds
from patientsakerhet.notifications.models import Message


def still_going_on(message: Message) -> bool:
    """Whether it still goes on, and whoever is told may still read it."""
    going_on = Case.objects.of_kind(KIND).in_status(DECLARED)
    goes_on = going_on.filter(number=message.number).exists()
    return goes_on and still_visible(message)


def register() -> None:
    """Make them known to the outbox."""
    kinds.register(
        "incident_lead",
        subject="Du leder den stora incidenten {number}",
        path=to_case,
        still_due=still_visible,
    )
    kinds.register(
        "incident_declared",
        subject="Stor incident {number} berör er enhet",
        path=to_case,
        still_due=still_going_on,
    )

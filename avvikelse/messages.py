"""The messages that coordination gives rise to."""

from __future__ import annotations

from django.urls import reverse

from avvikelse.models import Handover
from avvikelse.workflow import QUEUE
from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.cases.messages import still_visible, to_case
from patientsakerhet.cases.models import Case
from patientsakerhet.notifications import kinds
from patientsakerhet.notifications.models import Message


def register() -> None:
    """Make them known to the outbox."""
    kinds.register(
        "urgent_report",
        subject="Brådskande: {number} väntar på koordinering",
        path=to_queue,
        still_due=still_waits,
    )
    for kind, subject in (
        ("analysis_lead", "Du leder händelseanalysen av {number}"),
        ("analysis_reported", "Händelseanalysen av {number} är klar"),
    ):
        kinds.register(kind, subject=subject, path=to_analysis, still_due=still_visible)
    kinds.register(
        "handover_reminder",
        subject="{number} väntar på att ni tar emot det",
        path=to_case,
        still_due=still_unreceived,
    )


def to_queue(message: Message) -> str:
    """The queue with the case shown beside it."""
    return f"{reverse('coordination')}?arende={message.number}"


def to_analysis(message: Message) -> str:
    """The part of the case with the event analysis."""
    return reverse("deviation_analysis", args=[message.number])


def still_waits(message: Message) -> bool:
    """Whether the case is still in the queue and the person may still coordinate it."""
    if message.person is None or message.case_id is None:
        return False
    case = Case.objects.filter(pk=message.case_id, status__in=QUEUE).first()
    return case is not None and Can.COORDINATE in policy.capabilities(message.person, case)


def still_unreceived(message: Message) -> bool:
    """Whether the unit has still not received what it was handed."""
    waits = Handover.objects.pending().filter(pk=message.context.get("handover")).exists()
    return waits and still_visible(message)

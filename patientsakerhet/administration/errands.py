"""The errands of those who look after the product: what could not be delivered."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.administration import undelivered
from patientsakerhet.cases import agenda
from patientsakerhet.cases.agenda import Errand, Line
from patientsakerhet.cases.errands import list_of
from patientsakerhet.notifications.models import Message
from patientsakerhet.organisation.models import Person
from patientsakerhet.ui import swedish


def not_delivered(person: Person) -> QuerySet[Message] | None:
    """Messages nobody has got, longest waiting first."""
    if not policy.may(person, Can.SEE_UNDELIVERED):
        return None
    return undelivered.known_to(person).dead().order_by("created_at", "pk")


def _line(message: Message) -> Line:
    waited = swedish.waited(message.created_at, now=timezone.now())
    return Line(
        title=undelivered.about(message),
        url=reverse("undelivered_message", args=[message.pk]),
        lead=waited.text,
        since=waited.since,
        meta=(undelivered.why(message.last_error),),
    )


def register() -> None:
    """Make them known to the first page and the navigation."""
    agenda.register(
        Errand(
            "undelivered",
            "Ej levererat",
            not_delivered,
            _line,
            list_of("undelivered"),
            "Allt som inte gick att skicka",
            order=85,
        )
    )

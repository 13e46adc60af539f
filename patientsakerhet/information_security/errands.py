"""The errands of information security: follow-ups whose day is near."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from patientsakerhet.cases import agenda
from patientsakerhet.cases.agenda import Errand, Line
from patientsakerhet.cases.errands import list_of
from patientsakerhet.information_security.models import SecurityFollowUp
from patientsakerhet.organisation.models import Person
from patientsakerhet.ui import swedish

NEAR = timedelta(days=14)


def follow_ups(person: Person) -> QuerySet[SecurityFollowUp]:
    """Hers to do within two weeks, or late."""
    rows = SecurityFollowUp.objects.planned().filter(
        responsible=person, planned_on__lte=timezone.localdate() + NEAR
    )
    return rows.select_related("unit").order_by("planned_on", "pk")


def _line(row: SecurityFollowUp) -> Line:
    lead = swedish.until(row.planned_on, today=timezone.localdate())
    return Line(
        title=row.title,
        url=reverse("security_follow_up", args=[row.pk]),
        lead=lead.text,
        since=lead.since,
        tone=lead.tone,
        meta=(row.unit.name,),
    )


def register() -> None:
    """Make them known to the first page."""
    agenda.register(
        Errand(
            "security_follow_ups", "Uppföljningar av informationssäkerheten", follow_ups, _line,
            list_of("security_follow_ups", "state=planerade"), "Alla planerade", order=75,
        )
    )  # fmt: skip

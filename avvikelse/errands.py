"""The errands of deviations: what waits to be coordinated, received, or looked at by the chief physician."""

from __future__ import annotations

from dataclasses import replace

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from avvikelse import queue
from avvikelse.models import Assessment
from avvikelse.workflow import ASSIGNED, HANDLED, KIND, RETURNED
from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.cases import agenda
from patientsakerhet.cases.agenda import Errand, Line
from patientsakerhet.cases.errands import case_due, list_of
from patientsakerhet.cases.models import Case
from patientsakerhet.organisation.models import Person
from patientsakerhet.ui import swedish


def to_coordinate(person: Person) -> QuerySet[Case] | None:
    """The queue, longest waiting first."""
    if not policy.may(person, Can.COORDINATE):
        return None
    return queue.in_queue(person).in_queue_order().select_related("filing_unit")


def to_receive(person: Person) -> QuerySet[Case] | None:
    """What her units have been given and not received; those who coordinate see that in the queue."""
    if not policy.may(person, Can.RECEIVE):
        return None
    units = policy.units_where(person, Can.RECEIVE, without=Can.COORDINATE)
    given = Case.objects.where_may(person, Can.RECEIVE).open().of_kind(KIND).in_status(ASSIGNED)
    return (
        given.filter(owning_unit__in=units)
        .order_by("status_since", "pk")
        .select_related("filing_unit", "owning_unit")
    )


def late(person: Person) -> QuerySet[Case] | None:
    """What her units have, or she once coordinated, that has passed its deadline.

    What waits to be coordinated stands in the queue, with its own waiting.
    """
    if not policy.may(person, Can.GET_ESCALATIONS):
        return None
    cases = Case.objects.where_may(person, Can.GET_ESCALATIONS).of_kind(KIND)
    late = cases.in_status(*HANDLED).overdue()
    if not policy.may(person, Can.COORDINATE):
        # The few that her units have open, rather than everybody's, asked one after another.
        late = late.filter(owning_unit__in=policy.units_where(person, Can.GET_ESCALATIONS))
    return late.most_urgent_first().select_related("owning_unit", "handler")


def downgrades(person: Person) -> QuerySet[Assessment] | None:
    """Assessments somebody else has lowered and nobody has looked at."""
    if not policy.may(person, Can.REVIEW_DOWNGRADES):
        return None
    return (
        Assessment.objects.filter(
            is_downgrade=True,
            reviewed_at=None,
            deviation__case__in=Case.objects.where_may(person, Can.REVIEW_DOWNGRADES),
        )
        .exclude(by=person)
        .order_by("-at", "-pk")
        .select_related("deviation__case", "by")
    )


def _waiting(case: Case) -> Line:
    waited = swedish.waited(case.filed_at, now=timezone.now())
    late = case.due_at is not None and case.due_at < timezone.now()
    return Line(
        title=case.title,
        url=f"{reverse('coordination')}?arende={case.number}",
        lead=waited.text,
        since=waited.since,
        tone="bad" if late else "",
        meta=(case.number, case.filing_unit.name),
        chip="Väntar svar" if case.status == RETURNED else "",
        chip_tone="warn",
    )


def _given(case: Case) -> Line:
    waited = swedish.waited(case.status_since, now=timezone.now())
    late = case.due_at is not None and case.due_at < timezone.now()
    return Line(
        title=case.title,
        url=case.get_absolute_url(),
        lead=waited.text,
        since=waited.since,
        tone="bad" if late else "",
        meta=(case.number, f"från {case.filing_unit.name}", f"till {case.owning_unit.name}"),
    )


def _late(case: Case) -> Line:
    line = case_due(case)
    who = case.handler.name if case.handler else "ingen handläggare"
    return replace(line, meta=(*line.meta, who))


def _all_late(person: Person) -> str:
    """Those of her units; everything where she coordinates."""
    whose = "" if policy.may(person, Can.COORDINATE) else "whose=units&"
    handled = "&".join(f"status={status}" for status in HANDLED)
    return f"{reverse('cases')}?{whose}overdue=on&{handled}&order=urgent"


def _lowered(assessment: Assessment) -> Line:
    waited = swedish.waited(assessment.at, now=timezone.now())
    by = assessment.by.name if assessment.by else ""
    return Line(
        title=assessment.deviation.case.title,
        url=reverse("downgrades"),
        lead=waited.text,
        since=waited.since,
        meta=(assessment.deviation.case.number, f"sänkt av {by}"),
    )


def register() -> None:
    """Make them known to the first page and the navigation."""
    for errand in (
        Errand(
            "to_coordinate", "Att koordinera", to_coordinate, _waiting,
            list_of("coordination"), "Till koordineringen", order=30,
        ),
        Errand(
            "to_receive", "Att ta emot", to_receive, _given,
            list_of("cases", f"whose=units&status={ASSIGNED}"), "Alla att ta emot", order=40,
        ),
        Errand("late", "Förfallet", late, _late, _all_late, "Allt som är förfallet", order=80),
        Errand(
            "downgrades", "Sänkta bedömningar att granska", downgrades, _lowered,
            list_of("downgrades"), "Alla att granska", order=45,
        ),
    ):  # fmt: skip
        agenda.register(errand)

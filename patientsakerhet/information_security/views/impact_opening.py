"""Opening an impact assessment for somebody, and what stands above and beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from patientsakerhet.access import policy
from patientsakerhet.access.asking import person_of
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.authority_reports.models import AuthorityReport
from patientsakerhet.cases.models import Case, Measure, Transition
from patientsakerhet.cases.views.frame import Head, act_of, left_title, tabs_of
from patientsakerhet.cases.views.way import steps_of
from patientsakerhet.information_security import impact_workflow as flow
from patientsakerhet.information_security.actions import advising, impact
from patientsakerhet.information_security.models import (
    ImpactAssessment,
    RightsRisk,
    ScreeningAnswer,
)
from patientsakerhet.lib.planning import whole_or_404
from patientsakerhet.organisation.models import Person
from patientsakerhet.ui import swedish
from patientsakerhet.ui.parts import Block

FORWARD = ("need", "ask_advice", "submit")
PLACES = {
    "every_criterion_is_answered": "provning",
    "is_described": "behandlingen",
    "necessity_is_judged": "behandlingen",
    "risks_are_written": "risker",
    "risks_are_met": "risker",
    "officer_is_chosen": "rad",
    "officer_has_advised": "rad",
    "authority_is_consulted": "samrad",
}
"""Guard -> the place on the page where what it asks for is done."""


@dataclass(frozen=True)
class Opened:
    """An assessment as it lies before somebody, and what she may do with it."""

    assessment: ImpactAssessment
    may: frozenset[Can]
    by: Person

    @property
    def case(self) -> Case:
        """The case itself."""
        return self.assessment.case

    def leads_in(self, *states: str) -> bool:
        """Whether she leads it, and it is in one of these states."""
        return Can.LEAD_CLASSIFICATION in self.may and self.case.status in states

    @property
    def advises(self) -> bool:
        """Whether she writes the officer's advice down, now."""
        row = self.assessment
        is_asked = self.case.status == flow.ADVISING and bool(row.officer)
        return is_asked and advising.needed(row) in self.may

    @property
    def decides(self) -> bool:
        """Whether the decision is hers, now."""
        return Can.DECIDE_CLASSIFICATION in self.may and self.case.status == flow.TO_DECIDE

    def url(self, name: str, *args: object) -> str:
        """An address below the assessment's own."""
        return reverse(name, args=[self.case.number, *args])


def open_assessment(request: HttpRequest, number: str) -> Opened:
    """The assessment with this number, whole; one that may not be known of does not exist."""
    by = person_of(request)
    seen = get_object_or_404(
        ImpactAssessment.objects.visible_to(by).only("pk"), case__number=number
    )
    moves = Transition.objects.select_related("by").order_by("occurred_at", "pk")
    rows = ImpactAssessment.objects.for_page().prefetch_related(
        Prefetch("screening", ScreeningAnswer.objects.select_related("criterion")),
        Prefetch("risks", RightsRisk.objects.prefetch_related("measures__owner")),
        Prefetch("case__measures", Measure.objects.select_related("owner")),
        Prefetch("case__authority_reports", AuthorityReport.objects.select_related("kind")),
        Prefetch("case__transitions", moves),
    )
    found = whole_or_404(rows, pk=seen.pk)
    return Opened(found, policy.capabilities(by, found.case), by)


def record_reading(opened: Opened, place: str) -> None:
    trail.read(
        "case.read",
        by=opened.by,
        case_id=opened.case.pk,
        number=opened.case.number,
        unit_id=opened.case.owning_unit_id,
        right=Can.READ_CLASSIFICATION,
        body={"part": place},
    )


def crumbs() -> list[tuple[str, str]]:
    return [
        ("Informationsklassning", reverse("classifications")),
        ("Konsekvensbedömningar", reverse("impact_assessments")),
    ]


def head_of(opened: Opened, current: str) -> Head:
    row, case = opened.assessment, opened.case
    acts, blocks = {}, []
    for one in flow.WORKFLOW.available(case.status):
        if one.name not in impact.BY_HAND or Can(one.needs) not in opened.may:
            continue
        acts[one.name] = act_of(
            one,
            row,
            url=opened.url("impact_step", one.name),
            version=case.version,
            leads_on=one.name in FORWARD,
        )
    ahead = [s for s in flow.WORKFLOW.available(case.status) if s.name in (*FORWARD, "approve")]
    for guard in ahead[0].guards if ahead else ():
        if guard.__name__ in PLACES and (text := guard(row)):
            place = f"{opened.url('impact_assessment')}#{PLACES[guard.__name__]}"
            blocks.append(Block(text.rstrip("."), place))
    first = next((name for name in FORWARD if name in acts), "")
    forward = acts.pop(first, None)
    facts = [("System", row.system.name, reverse("register_system", args=[row.system.pk]))] if (
        row.system is not None
    ) else []  # fmt: skip
    if row.programme is not None:
        facts.append(("Program", row.programme.name, ""))
    facts += [("Ansvarig", row.owner.name, ""), ("Leder bedömningen", row.lead.name, "")]
    facts.append(("Påbörjad", swedish.day(case.filed_at), ""))
    if row.officer:
        advice = f", {row.get_advice_display()}" if row.advised_on else ""
        facts.append(("Dataskyddsombud", f"{row.officer}{advice}", ""))
    if row.decided_at and row.decided_by:
        facts.append(("Beslutad", f"{swedish.day(row.decided_at)}, {row.decided_by.name}", ""))
    if row.review_on:
        facts.append(("Ses över", swedish.day(row.review_on), ""))
    chips: Any = [(case.status_label, "good" if case.status == flow.APPROVED else "info")]
    if row.remains_high:
        chips.append(("Hög kvarvarande risk", "bad"))
    return Head(
        chips=chips,
        steps=steps_of(case),
        tabs=tabs_of(
            (
                ("impact_assessment", "Bedömning", None),
                ("case_reports", "Anmälningar", len(case.authority_reports.all()) or None),
                ("impact_history", "Historik", None),
            ),
            current,
            opened.url,
        ),
        forward=forward,
        others=list(acts.values()),
        left=blocks,
        left_title=left_title(len(blocks), "nästa steg"),
        left_count=len(blocks),
        facts=facts,
    )

"""What was ordered, said better; who takes part; the process gone through step by step."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max

from patientsakerhet.access import policy
from patientsakerhet.access.models import Level
from patientsakerhet.cases.actions import core as spine
from patientsakerhet.cases.models import Case
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import Person
from patientsakerhet.risk_analysis.actions import core
from patientsakerhet.risk_analysis.actions.commissions import check_people, lead
from patientsakerhet.risk_analysis.models import AnalysisMember, ProcessStep, RiskAnalysis
from patientsakerhet.risk_analysis.workflow import ANALYSING, COMMISSIONED, DECIDING, PLANNED

PEOPLE_AT_WORK = (COMMISSIONED, ANALYSING, DECIDING)


@transaction.atomic
def describe(
    case: Case,
    *,
    by: Person,
    title: str,
    occasion: str,
    change: str,
    scope: str,
    delimitation: str = "",
    takes_effect_on: date | None = None,
    report_by: date | None = None,
    version: int | None = None,
) -> RiskAnalysis:
    """The commission says this from now on."""
    analysis = core.begin(case, by=by, version=version)
    if not change.strip() or not scope.strip():
        raise NotReady("Skriv vad som förändras och vad analysen omfattar.")
    texts = core.masked(
        analysis.case, "analysis", change=change, scope=scope, delimitation=delimitation
    )
    given: dict[str, Any] = {
        **texts,
        "occasion": occasion,
        "takes_effect_on": takes_effect_on,
        "report_by": report_by,
    }
    for name, value in given.items():
        setattr(analysis, name, value)
    analysis.save(update_fields=list(given))
    analysis.case.title = core.masked(analysis.case, "analysis", title=title)["title"][:200]
    spine.save(analysis.case, "title")
    core.finish(analysis, "analysis.described", by=by, indexes=True)
    return analysis


@transaction.atomic
def view_as_patient(
    case: Case, *, by: Person, patient_view: str, version: int | None = None
) -> RiskAnalysis:
    """How the patient's view is taken care of is written down."""
    analysis = core.begin(case, by=by, version=version)
    analysis.patient_view = core.masked(analysis.case, "analysis", view=patient_view)["view"]
    analysis.save(update_fields=["patient_view"])
    core.finish(analysis, "analysis.patient_view", by=by)
    return analysis


@transaction.atomic
def hand_over(
    case: Case, *, by: Person, leader: Person, version: int | None = None
) -> RiskAnalysis:
    """Somebody else leads the analysis from now on, and is told."""
    analysis = core.begin(case, by=by, version=version, states=PEOPLE_AT_WORK)
    check_people(analysis.commissioned_by, leader, analysis.case.owning_unit)
    if analysis.case.handler == leader:
        raise NotReady(f"{leader} leder redan analysen.")
    lead(analysis, leader, by=by)
    spine.save(analysis.case, "handler")
    core.finish(analysis, "analysis.leader", by=by, body={"leader": leader.pk})
    return analysis


@transaction.atomic
def add_member(
    case: Case,
    *,
    by: Person,
    part: str,
    person: Person | None = None,
    name: str = "",
    title: str = "",
    version: int | None = None,
) -> AnalysisMember:
    """Somebody more takes part; with an account she may read the analysis from now on.

    Refuses a leader, who is appointed by `hand_over`, and somebody who takes part already.
    """
    analysis = core.begin(case, by=by, version=version, states=PEOPLE_AT_WORK)
    if part == AnalysisMember.Part.LEADER:
        raise NotReady("Analysen har en ledare. Byt analysledare i stället.")
    name = person.name if person else core.masked(analysis.case, "member", name=name)["name"]
    if not name:
        raise NotReady("Skriv vem som deltar.")
    if person is not None and analysis.members.filter(person=person).exists():
        raise NotReady(f"{person} deltar redan.")
    member = AnalysisMember.objects.create(
        analysis=analysis,
        person=person,
        name=name[:120],
        title=(title or (person.title if person else ""))[:120],
        part=part,
    )
    if person is not None:
        policy.reach(analysis.case, Level.READER, person=person)
    core.finish(
        analysis,
        "analysis.member_added",
        by=by,
        object_type="analysismember",
        object_id=member.pk,
        body={"part": part, "person": person.pk if person else None},
    )
    return member


@transaction.atomic
def remove_member(member: AnalysisMember, *, by: Person, version: int | None = None) -> None:
    """She no longer takes part, and no longer reads the analysis for that reason."""
    analysis = core.begin(member.analysis.case, by=by, version=version, states=PEOPLE_AT_WORK)
    if member.part == AnalysisMember.Part.LEADER:
        raise NotReady("Analysledaren kan bytas, inte tas bort.")
    if member.person is not None:
        policy.withdraw(analysis.case, Level.READER, person=member.person)
    key = member.pk
    member.delete()
    core.finish(
        analysis,
        "analysis.member_removed",
        by=by,
        object_type="analysismember",
        object_id=key,
        body={"part": member.part},
    )


# --- the process ------------------------------------------------------------------------------


@transaction.atomic
def add_step(
    case: Case, *, by: Person, title: str, description: str = "", version: int | None = None
) -> ProcessStep:
    """One more step, last."""
    analysis = core.begin(case, by=by, version=version, states=PLANNED)
    last = analysis.steps.aggregate(last=Max("position"))["last"] or 0
    texts = core.masked(analysis.case, f"step{last + 1}", title=title, description=description)
    if not texts["title"]:
        raise NotReady("Skriv vad steget heter.")
    step = ProcessStep.objects.create(
        analysis=analysis,
        position=last + 1,
        title=texts["title"][:120],
        description=texts["description"],
    )
    _tell(analysis, "analysis.step_added", step, by=by)
    return step


@transaction.atomic
def change_step(
    step: ProcessStep, *, by: Person, title: str, description: str = "", version: int | None = None
) -> ProcessStep:
    """The step says this from now on."""
    analysis = core.begin(step.analysis.case, by=by, version=version, states=PLANNED)
    texts = core.masked(analysis.case, f"step{step.position}", title=title, description=description)
    if not texts["title"]:
        raise NotReady("Skriv vad steget heter.")
    step.title, step.description = texts["title"][:120], texts["description"]
    step.save(update_fields=["title", "description"])
    _tell(analysis, "analysis.step_changed", step, by=by)
    return step


@transaction.atomic
def move_step(
    step: ProcessStep, *, by: Person, up: bool, version: int | None = None
) -> ProcessStep:
    """The step changes places with the one before it, or the one after."""
    analysis = core.begin(step.analysis.case, by=by, version=version, states=PLANNED)
    rows = list(analysis.steps.order_by("position"))
    place = rows.index(step)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(rows):
        raise NotReady("Steget står redan först." if up else "Steget står redan sist.")
    rows[place], rows[other] = rows[other], rows[place]
    for position, one in enumerate(rows, start=1):
        one.position = position
    ProcessStep.objects.bulk_update(rows, ["position"])
    _tell(analysis, "analysis.step_moved", step, by=by)
    return step


@transaction.atomic
def remove_step(step: ProcessStep, *, by: Person, version: int | None = None) -> None:
    """The step is gone; refuses one that risks stand in."""
    analysis = core.begin(step.analysis.case, by=by, version=version, states=PLANNED)
    if step.risks.exists():
        raise NotReady("Risker är beskrivna i steget. Flytta dem till ett annat steg först.")
    title, key = step.title, step.pk
    step.delete()
    for position, one in enumerate(analysis.steps.order_by("position"), start=1):
        if one.position != position:
            one.position = position
            one.save(update_fields=["position"])
    core.finish(
        analysis,
        "analysis.step_removed",
        by=by,
        object_type="processstep",
        object_id=key,
        body={"title": title},
    )


def _tell(analysis: RiskAnalysis, action: str, step: ProcessStep, *, by: Person) -> None:
    core.finish(
        analysis,
        action,
        by=by,
        object_type="processstep",
        object_id=step.pk,
        body={"title": step.title},
    )

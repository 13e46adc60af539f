"""Measures against risks: proposed by the team, decided by whoever ordered the analysis."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from patientsakerhet.access.policy import Can
from patientsakerhet.cases.actions import measures
from patientsakerhet.cases.models import Case, Measure
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import Person
from patientsakerhet.risk_analysis.actions import core
from patientsakerhet.risk_analysis.models import Risk, RiskAnalysis, RiskMeasure
from patientsakerhet.risk_analysis.workflow import ANALYSING, DECIDING, FOLLOW_UP

DECISIONS = (("accept", "genomförs"), ("reject", "avslås"))
"""What can be decided about a proposal."""
PROPOSED_IN = (ANALYSING,)
DECIDED_IN = (DECIDING,)


@transaction.atomic
def propose(
    case: Case, risks: Iterable[Risk], *, by: Person, version: int | None = None, **given: Any
) -> Measure:
    """The measure is proposed against these risks, as `measures.decide` takes it."""
    analysis = core.begin(case, by=by, version=version, states=PROPOSED_IN)
    aimed = _aimed(analysis, risks)
    measure = measures.propose(analysis.case, by=by, **given)
    _aim(aimed, measure)
    _tell(analysis, "analysis.measure_proposed", measure, aimed, by=by)
    return measure


@transaction.atomic
def aim(
    case: Case,
    measure: Measure,
    risks: Iterable[Risk],
    *,
    by: Person,
    version: int | None = None,
) -> Measure:
    """The analysis's measure is to lower these risks and no others."""
    analysis = core.begin(case, by=by, version=version, states=PROPOSED_IN)
    if not analysis.case.served_by.filter(measure=measure).exists():
        raise NotReady("Åtgärden hör inte till den här analysen.")
    aimed = _aimed(analysis, risks)
    RiskMeasure.objects.filter(measure=measure, risk__analysis=analysis).exclude(
        risk__in=aimed
    ).delete()
    _aim(aimed, measure)
    _tell(analysis, "analysis.measure_aimed", measure, aimed, by=by)
    return measure


@transaction.atomic
def accept(
    case: Case,
    measure: Measure,
    *,
    by: Person,
    measure_version: int,
    reason: str = "",
    version: int | None = None,
) -> Measure:
    """The measure is to be done; its owner is told."""
    analysis = _begin_decision(case, measure, by=by, version=version)
    made = measures.accept(
        measure, by=by, version=measure_version, reason=reason, needs=Can.DECIDE_ANALYSIS
    )
    _tell(analysis, "analysis.measure_accepted", measure, (), by=by, right=Can.DECIDE_ANALYSIS)
    return made


@transaction.atomic
def reject(
    case: Case,
    measure: Measure,
    *,
    by: Person,
    measure_version: int,
    reason: str,
    version: int | None = None,
) -> Measure:
    """The measure is not to be done, for this reason; risks that counted on it are judged anew."""
    analysis = _begin_decision(case, measure, by=by, version=version)
    made = measures.reject(
        measure, by=by, version=measure_version, reason=reason, needs=Can.DECIDE_ANALYSIS
    )
    _tell(analysis, "analysis.measure_rejected", measure, (), by=by, right=Can.DECIDE_ANALYSIS)
    return made


@transaction.atomic
def conclude(
    case: Case, *, by: Person, conclusion: str, version: int | None = None
) -> RiskAnalysis:
    """What the analysis comes to, in words, for the final report."""
    analysis = core.begin(case, by=by, version=version, states=(ANALYSING, DECIDING, FOLLOW_UP))
    analysis.conclusion = core.masked(analysis.case, "analysis", conclusion=conclusion)[
        "conclusion"
    ]
    analysis.save(update_fields=["conclusion"])
    core.finish(analysis, "analysis.concluded", by=by)
    return analysis


def _begin_decision(
    case: Case, measure: Measure, *, by: Person, version: int | None
) -> RiskAnalysis:
    analysis = core.begin(
        case, by=by, version=version, needs=Can.DECIDE_ANALYSIS, states=DECIDED_IN
    )
    if not analysis.case.served_by.filter(measure=measure).exists():
        raise NotReady("Åtgärden hör inte till den här analysen.")
    return analysis


def _aimed(analysis: RiskAnalysis, risks: Iterable[Risk]) -> list[Risk]:
    """The risks as they stand in the analysis; refuses none, and a stranger."""
    wanted = {one.pk for one in risks}
    found = list(analysis.risks.filter(pk__in=wanted, withdrawn_at=None).order_by("serial"))
    if not wanted or len(found) != len(wanted):
        raise NotReady("Välj vilka av analysens risker som åtgärden ska minska.")
    return found


def _aim(risks: Iterable[Risk], measure: Measure) -> None:
    for risk in risks:
        RiskMeasure.objects.get_or_create(risk=risk, measure=measure)
        if risk.accepted_reason:
            risk.accepted_reason = ""
            risk.save(update_fields=["accepted_reason"])


def _tell(
    analysis: RiskAnalysis,
    action: str,
    measure: Measure,
    risks: Iterable[Risk],
    *,
    by: Person,
    right: Can = Can.LEAD_ANALYSIS,
) -> None:
    core.finish(
        analysis,
        action,
        by=by,
        right=right,
        object_type="measure",
        object_id=measure.pk,
        body={"measure": measure.title, "risks": [one.serial for one in risks]},
    )

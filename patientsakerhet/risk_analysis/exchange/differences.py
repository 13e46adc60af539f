"""Where a file says something else of an analysis than what stands here since it was read in."""

from __future__ import annotations

from collections.abc import Sequence

from patientsakerhet.cases import sealing
from patientsakerhet.cases.models import Case, Measure
from patientsakerhet.exchange.cells import differing
from patientsakerhet.organisation.models import Person
from patientsakerhet.risk_analysis.actions.past import PastAnalysis, PastRisk
from patientsakerhet.risk_analysis.models import Risk, RiskAnalysis, Scoring

Difference = tuple[str, object, object]


def of(told: PastAnalysis, case: Case, *, by: Person) -> str:
    """In words; empty when all is the same, and to whoever may not read the analysis."""
    visible = RiskAnalysis.objects.whole().filter(case__in=Case.objects.visible_to(by))
    row = visible.filter(pk=case.pk).first()
    if row is None:
        return ""
    both: list[Difference] = [
        ("Rubrik", _masked(told.title)[:200], row.case.title),
        ("Enhet", told.unit, row.case.filing_unit),
        ("Uppdraget gavs", told.commissioned_on, row.commissioned_on),
        ("Förändringen", _masked(told.change), row.change),
        ("Omfattning", _masked(told.scope), row.scope),
        ("Slutsats", _masked(told.conclusion), row.conclusion),
    ]
    stands = {one.title: one for one in row.risks.all()}
    said = {_masked(one.title)[:200]: one for one in told.risks}
    for title, risk in said.items():
        if title not in stands:
            both.append((f"risken ”{title}”", "finns", "saknas"))
        else:
            both += _risk(title, risk, stands[title])
    both += [(f"risken ”{one}”", "saknas", "finns") for one in stands if one not in said]
    return differing(both)


def _risk(title: str, said: PastRisk, stands: Risk) -> list[Difference]:
    """Its judgement as things were, and what is done against it."""
    both: list[Difference] = []
    if said.before:
        both.append((f"risken ”{title}”, före", _factors(said.before), _judged(stands.before)))
    measures = {one.measure.title: one.measure for one in stands.aims.all()}
    for one in said.measures:
        name = _masked(one.title)[:200]
        measure = measures.get(name)
        label = Measure.Status(one.status).label
        if measure is None:
            both.append((f"åtgärden ”{name}”", label, "saknas"))
        else:
            both.append((f"åtgärden ”{name}”", label, measure.get_status_display()))
    return both


def _judged(scoring: Scoring | None) -> str:
    if scoring is None:
        return ""
    given = (scoring.severity, scoring.probability, scoring.detection)
    return _factors([one for one in given if one is not None])


def _factors(steps: Sequence[int]) -> str:
    return " × ".join(str(one) for one in steps)


def _masked(text: str) -> str:
    return sealing.mask(text.strip()).text

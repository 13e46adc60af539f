"""How every change of an analysis begins and ends."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases import sealing
from patientsakerhet.cases.actions import core, filing
from patientsakerhet.cases.models import Case
from patientsakerhet.lib import text
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import Person
from patientsakerhet.risk_analysis.models import RiskAnalysis
from patientsakerhet.risk_analysis.workflow import PLANNED, WORKFLOW


def begin(
    case: Case,
    *,
    by: Person,
    version: int | None = None,
    needs: Can = Can.LEAD_ANALYSIS,
    states: Collection[str] = PLANNED,
) -> RiskAnalysis:
    """The analysis with its case locked; refuses in another state than these."""
    locked = core.begin(case, by=by, needs=needs, version=version)
    if locked.status not in states:
        raise NotReady(
            f"Det går inte att ändra när analysen är i läget {WORKFLOW.label(locked.status)}."
        )
    analysis = RiskAnalysis.objects.select_related("method").get(pk=locked.pk)
    analysis.case = locked
    return analysis


def finish(
    analysis: RiskAnalysis,
    action: str,
    *,
    by: Person,
    right: Can = Can.LEAD_ANALYSIS,
    object_type: str = "",
    object_id: int | None = None,
    body: dict[str, Any] | None = None,
    indexes: bool = False,
) -> None:
    """The version goes up, the trail tells, and the words are found anew where they changed."""
    core.save(analysis.case)
    if indexes:
        filing.index(analysis.case, searchable(analysis))
    trail.record(
        action,
        by=by,
        case_id=analysis.pk,
        number=analysis.case.number,
        unit_id=analysis.case.owning_unit_id,
        right=right,
        object_type=object_type,
        object_id=object_id,
        body=body,
    )


def masked(case: Case, place: str, **written: str) -> dict[str, str]:
    """The texts as others may read them; an original with a personal number is sealed under its place."""
    told = {}
    for name, words in written.items():
        found = sealing.mask(text.clean(words).strip())
        if found.found:
            sealing.seal(case, f"{place}:{name}"[:60], words)
        told[name] = found.text
    return told


def searchable(analysis: RiskAnalysis) -> str:
    """Everything somebody may remember of it."""
    risks = analysis.risks.values_list("title", "cause", "consequence")
    return "\n".join((analysis.change, analysis.scope, *(part for row in risks for part in row)))

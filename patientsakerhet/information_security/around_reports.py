"""What classifications and impact assessments show and tell to their reports to authorities."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.http import HttpRequest

from patientsakerhet.authority_reports import around
from patientsakerhet.cases.models import Case
from patientsakerhet.information_security import impact_workflow, workflow
from patientsakerhet.information_security.models import (
    ImpactAssessment,
    InformationClassification,
    RightsRisk,
    SecurityRisk,
)
from patientsakerhet.information_security.views import head, impact_opening, opening

PART = "case_reports"
FRAME = "information_security/frame.html"


def register() -> None:
    """Make classifications and impact assessments cases that can be reported."""
    around.register(
        workflow.KIND, around.Around(open_classification, facts_of_classification, occurred_at)
    )
    around.register(
        impact_workflow.KIND, around.Around(open_assessment, facts_of_assessment, occurred_at)
    )


def open_classification(request: HttpRequest, number: str) -> around.Framed:
    """The classification in its own frame, for whoever may read it."""
    opened = opening.open_classification(request, number)
    context = {"opened": opened, "head": head.head_of(opened, PART), "crumbs": head.crumbs()}
    return around.Framed(opened.case, opened.by, opened.may, FRAME, context)


def open_assessment(request: HttpRequest, number: str) -> around.Framed:
    """The impact assessment in its own frame, for whoever may read it."""
    opened = impact_opening.open_assessment(request, number)
    context = {
        "opened": opened,
        "head": impact_opening.head_of(opened, PART),
        "crumbs": impact_opening.crumbs(),
    }
    return around.Framed(opened.case, opened.by, opened.may, FRAME, context)


def occurred_at(_case: Case) -> datetime | None:
    """They look ahead: neither tells of an event."""
    return None


def facts_of_classification(case: Case) -> dict[str, str]:
    """Which information it is about, and what its risks say may happen."""
    row = InformationClassification.objects.select_related("system").get(pk=case.pk)
    return {
        "system": row.system.name if row.system is not None else "",
        "affected": row.information,
        "could_have_happened": _told(row.risks.all()),
    }


def facts_of_assessment(case: Case) -> dict[str, str]:
    """What is processed, and what the risks to people say may happen."""
    row = ImpactAssessment.objects.select_related("system").get(pk=case.pk)
    return {
        "system": row.system.name if row.system is not None else "",
        "affected": row.description,
        "could_have_happened": _told(row.risks.all()),
    }


def _told(risks: Iterable[SecurityRisk | RightsRisk]) -> str:
    return "\n".join(
        ": ".join(part for part in (one.title, one.consequence) if part) for one in risks
    )

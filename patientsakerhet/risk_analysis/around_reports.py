"""What an analysis shows and tells to its reports to authorities: its page's frame, and its own facts."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest

from patientsakerhet.authority_reports import around
from patientsakerhet.cases.models import Case
from patientsakerhet.risk_analysis.models import RiskAnalysis
from patientsakerhet.risk_analysis.views.head import crumbs, head_of
from patientsakerhet.risk_analysis.views.opening import open_analysis
from patientsakerhet.risk_analysis.workflow import KIND, risks_of

PART = "case_reports"


def register() -> None:
    """Make risk analyses cases that can be reported."""
    around.register(KIND, around.Around(open_framed, facts, occurred_at))


def open_framed(request: HttpRequest, number: str) -> around.Framed:
    """The analysis in its own frame, for whoever may read it."""
    opened = open_analysis(request, number)
    return around.Framed(
        case=opened.case,
        by=opened.by,
        may=opened.may,
        template="risk_analysis/analysis.html",
        context={"opened": opened, "head": head_of(opened, PART), "crumbs": crumbs()},
    )


def occurred_at(_case: Case) -> datetime | None:
    """An analysis looks ahead: it tells of no event."""
    return None


def facts(case: Case) -> dict[str, str]:
    """What is to change, and what the risks say may come of it."""
    analysis = RiskAnalysis.objects.whole().get(pk=case.pk)
    risks = risks_of(analysis)
    systems = {one.name for risk in risks for one in risk.systems.all()}
    products = {one for risk in risks for one in risk.products.all()}
    return {
        "what_happened": analysis.change,
        "could_have_happened": "\n".join(
            ": ".join(part for part in (one.title, one.consequence) if part) for one in risks
        ),
        "causes": "\n".join(one.cause for one in risks if one.cause),
        "system": ", ".join(sorted(systems)),
        "product": ", ".join(sorted(str(one) for one in products)),
        "manufacturer": ", ".join(sorted({one.manufacturer.name for one in products})),
    }

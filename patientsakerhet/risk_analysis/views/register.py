"""The register of risks across analyses, and raising a risk from a case."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from patientsakerhet.access import policy
from patientsakerhet.access.asking import person_of
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases.models import Case
from patientsakerhet.cases.views.acting import perform
from patientsakerhet.exchange import writer
from patientsakerhet.lib.refusal import Refused
from patientsakerhet.risk_analysis.actions import risks as actions
from patientsakerhet.risk_analysis.exchange import lists
from patientsakerhet.risk_analysis.forms.raising import RaiseForm
from patientsakerhet.risk_analysis.models import Risk
from patientsakerhet.risk_analysis.register_filters import RiskFilter
from patientsakerhet.risk_analysis.views.listing import asked_of
from patientsakerhet.risk_analysis.words import BANDS, TONES
from patientsakerhet.ui import paging, swedish

FIRST = ("q", "band", "unit", "system")
"""What stands above the list; the rest is folded."""


@require_safe
def risks(request: HttpRequest) -> HttpResponse:
    """The register; what it was narrowed by and which analyses it showed is written down."""
    by = person_of(request)
    visible = Risk.objects.visible_to(by).standing()
    narrowed = RiskFilter(request.GET, queryset=visible, request=request)
    is_valid = narrowed.form.is_valid()
    rows = narrowed.qs if is_valid else Risk.objects.none().order_by("pk")
    page = paging.page_of(lists.for_register(rows), request.GET.get("sida", ""))
    trail.read(
        "search.made" if request.GET.get("q") else "list.read",
        by=by,
        right=Can.READ,
        body={
            "list": "risks",
            "filter": [list(pair) for pair in narrowed.described()],
            "cases": sorted({risk.analysis_id for risk in page.rows}),
        },
    )
    before, after = paging.addresses(request, page)
    asked = asked_of(request)
    fields = narrowed.form.visible_fields()
    context: dict[str, Any] = {
        "filter": narrowed,
        "first": [narrowed.form[name] for name in FIRST],
        "others": [one for one in fields if one.name not in FIRST],
        "unfolded": any(asked.get(one.name) for one in fields if one.name not in FIRST),
        "rows": [_row(risk) for risk in page.rows],
        "count": paging.count_of(rows),
        "before": before,
        "after": after,
        "query": asked.urlencode(),
        "may_export": policy.may(by, Can.EXPORT),
    }
    return render(request, "risk_analysis/register.html", context, status=200 if is_valid else 422)


@require_safe
def extract(request: HttpRequest, form: str) -> HttpResponseBase:
    """The selection as a file, of the risks she may take out."""
    by = person_of(request)
    policy.check_anywhere(by, Can.EXPORT)
    try:
        return writer.respond(lists.risks(request.GET.dict(), by), form, by=by)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse('risks')}?{asked_of(request).urlencode()}")


@require_http_methods(["GET", "HEAD", "POST"])
def raise_from(request: HttpRequest, number: str) -> HttpResponse:
    """A risk that a case has woken: into an analysis under way, or into a new one."""
    by = person_of(request)
    case = get_object_or_404(Case.objects.visible_to(by), number=number)
    policy.check_anywhere(by, Can.LEAD_ANALYSIS)
    form = RaiseForm(request.POST or None, person=by, initial={"title": case.title})
    context = {
        "case": case,
        "form": form,
        "crumbs": [(case.number, case.get_absolute_url())],
        "raised": Risk.objects.visible_to(by)
        .standing()
        .filter(raised_from=case)
        .select_related("analysis__case"),
    }

    def again(status: int) -> HttpResponse:
        return render(request, "risk_analysis/raise.html", context, status=status)

    if request.method != "POST":
        return again(200)
    made: list[Risk] = []

    def do() -> None:
        told = dict(form.cleaned_data)
        analysis = told.pop("analysis")
        made.append(actions.add(analysis.case, by=by, raised_from=case, **told))

    answer = perform(
        request, form, do, done="Risken är lyft. Bedöm den.", to=reverse("risks"), again=again
    )
    if not made:
        return answer
    return redirect("analysis_risk", made[0].analysis.case.number, made[0].serial)


def _row(risk: Any) -> dict[str, Any]:
    case = risk.analysis.case
    return {
        "title": risk.title,
        "url": reverse("analysis_risk", args=[case.number, risk.serial]),
        "number": f"{case.number}, risk {risk.serial}",
        "analysis": case.title,
        "unit": case.owning_unit.name,
        "score": risk.score,
        "band": BANDS[risk.band] if risk.band else "",
        "tone": TONES[risk.band] if risk.band else "",
        "status": case.status_label,
        "review": risk.waits,
        "accepted": bool(risk.accepted_reason),
        "reviewed": swedish.day(risk.reviewed_at),
        "measures": risk.measures_count,
    }

"""What analyses can start from: the templates, and one of them to read and change."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from patientsakerhet.access import policy
from patientsakerhet.access.asking import person_of
from patientsakerhet.access.policy import Can
from patientsakerhet.cases.views.acting import perform, renewed
from patientsakerhet.risk_analysis.actions import templates as actions
from patientsakerhet.risk_analysis.forms.templates import TemplateForm
from patientsakerhet.risk_analysis.models import AnalysisTemplate
from patientsakerhet.risk_analysis.views.head import crumbs
from patientsakerhet.risk_analysis.views.opening import open_analysis

TITLE = "Mallar för riskanalys"


@require_safe
def templates(request: HttpRequest) -> HttpResponse:
    """Every template, also those that are not offered."""
    policy.check_anywhere(person_of(request), Can.LEAD_ANALYSIS)
    context: dict[str, Any] = {
        "rows": [
            {
                "one": one,
                "occasion": one.get_occasion_display().capitalize(),
                "steps": len(one.content["steps"]),
                "risks": len(one.content["risks"]),
            }
            for one in AnalysisTemplate.objects.all()
        ],
        "crumbs": crumbs(),
    }
    return render(request, "risk_analysis/templates.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new template, empty or with the steps and risks of an analysis."""
    policy.check_anywhere(person_of(request), Can.LEAD_ANALYSIS)
    content: dict[str, Any] | None = None
    initial: dict[str, Any] = {"is_offered": True, "version": 1}
    if number := request.GET.get("fran", ""):
        analysis = open_analysis(request, number).analysis
        content = actions.content_of(analysis)
        initial |= {"name": analysis.case.title[:120], "occasion": analysis.occasion}
    form = TemplateForm(request.POST or None, content=content, initial=initial)
    return _page(request, None, form, "Ny mall")


@require_http_methods(["GET", "HEAD", "POST"])
def template(request: HttpRequest, pk: int) -> HttpResponse:
    """The template as it stands, to change."""
    policy.check_anywhere(person_of(request), Can.LEAD_ANALYSIS)
    row = get_object_or_404(AnalysisTemplate, pk=pk)
    names = ("name", "occasion", "text", "is_offered", "version")
    initial = {name: getattr(row, name) for name in names}
    form = TemplateForm(request.POST or None, content=row.content, initial=initial)
    return _page(request, row, form, row.name)


def _page(
    request: HttpRequest, row: AnalysisTemplate | None, form: TemplateForm, title: str
) -> HttpResponse:
    by = person_of(request)

    def again(status: int) -> HttpResponse:
        context: dict[str, Any] = {
            "row": row,
            "form": renewed(form, row) if row else form,
            "title": title,
            "crumbs": [*crumbs(), (TITLE, reverse("risk_templates"))],
        }
        return render(request, "risk_analysis/template.html", context, status=status)

    if request.method != "POST":
        return again(200)
    return perform(
        request,
        form,
        lambda: actions.put(row, by=by, **form.given()),
        done="Mallen är sparad.",
        to=reverse("risk_templates"),
        again=again,
    )

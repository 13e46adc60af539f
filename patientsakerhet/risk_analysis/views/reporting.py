"""The part with the final report: the conclusion, what it will say, signing it, the editions; and the steps."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.cases.views.acting import perform, renewed
from patientsakerhet.documents.content import Heading
from patientsakerhet.risk_analysis import report, workflow
from patientsakerhet.risk_analysis.actions import handling, proposals
from patientsakerhet.risk_analysis.forms.proposals import (
    ConclusionForm,
    ReasonForm,
    SignForm,
    StepForm,
)
from patientsakerhet.risk_analysis.views.head import crumbs, head_of
from patientsakerhet.risk_analysis.views.opening import Opened, open_analysis, record_reading

CONCLUDED_IN = (workflow.ANALYSING, workflow.DECIDING, workflow.FOLLOW_UP)
SAYS = {
    "send_back": "Analysen går tillbaka till teamet. De ser vad du skriver.",
    "revise": "Teamet kan ändra risker och föreslå nya åtgärder. Beslutade åtgärder står kvar.",
    "reopen": "Analysen går tillbaka till uppföljningen.",
    "cancel": "Analysen avslutas utan slutrapport. Föreslagna åtgärder tas tillbaka.",
}


@require_safe
def part(request: HttpRequest, number: str) -> HttpResponse:
    """The part."""
    return page(request, open_analysis(request, number))


def page(
    request: HttpRequest,
    opened: Opened,
    *,
    refused: tuple[str, BaseForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The part; a form that was refused stands as it was sent."""
    record_reading(opened, "slutrapport")
    analysis = opened.analysis
    version = {"version": opened.case.version}
    made: dict[str, Any] = {"conclude": None, "sign": None}
    if opened.leads and opened.case.status in CONCLUDED_IN:
        made["conclude"] = ConclusionForm(initial={**version, "conclusion": analysis.conclusion})
    if opened.decides and opened.case.status == workflow.DECIDING:
        made["sign"] = SignForm(initial=version)
    if refused is not None:
        made[refused[0]] = renewed(refused[1], opened.case)
    draft = report.document(
        analysis,
        signed_by=opened.by,
        signed_at=timezone.now(),
        edition=len(analysis.reports.all()) + 1,
    )
    context: dict[str, Any] = {
        "opened": opened,
        "head": head_of(opened, "analysis_report"),
        "crumbs": crumbs(),
        **made,
        "missing": workflow.WORKFLOW.named("sign").missing(analysis),
        "editions": list(analysis.reports.all()),
        "sections": [
            one.text for one in draft.blocks if isinstance(one, Heading) and one.level == 1
        ],
    }
    return render(request, "risk_analysis/report.html", context, status=status)


@require_POST
def conclude(request: HttpRequest, number: str) -> HttpResponse:
    """What the analysis comes to."""
    opened, form = open_analysis(request, number), ConclusionForm(request.POST)
    return perform(
        request,
        form,
        lambda: proposals.conclude(opened.case, by=opened.by, **form.cleaned_data),
        done="Slutsatsen är sparad.",
        to=opened.url("analysis_report"),
        again=lambda status: page(request, opened, refused=("conclude", form), status=status),
    )


@require_POST
def sign(request: HttpRequest, number: str) -> HttpResponse:
    """The report is signed."""
    opened, form = open_analysis(request, number), SignForm(request.POST)
    return perform(
        request,
        form,
        lambda: handling.sign(opened.case, by=opened.by, **form.cleaned_data),
        done="Slutrapporten är undertecknad.",
        to=f"{opened.url('analysis_report')}#utgavor",
        again=lambda status: page(request, opened, refused=("sign", form), status=status),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """One step, at once or with a reason."""
    opened = open_analysis(request, number)
    found = workflow.WORKFLOW.named(name)
    if request.method != "POST":
        policy.check(opened.by, Can(found.needs), opened.case)
    shape = ReasonForm if found.reason else StepForm
    form: forms.Form = shape(request.POST or None, initial={"version": opened.case.version})

    def again(status: int) -> HttpResponse:
        context = {
            "opened": opened,
            "head": head_of(opened, ""),
            "crumbs": crumbs(),
            "form": renewed(form, opened.case),
            "title": found.label,
            "says": SAYS.get(name, ""),
            "missing": found.missing(opened.analysis),
        }
        return render(request, "risk_analysis/step.html", context, status=status)

    if request.method != "POST":
        return again(200)
    return perform(
        request,
        form,
        lambda: handling.take_step(opened.case, name, by=opened.by, **form.cleaned_data),
        done=f"{workflow.WORKFLOW.label(found.target)}.",
        to=opened.url("analysis_risks") if name == "start" else opened.case.get_absolute_url(),
        again=again,
    )

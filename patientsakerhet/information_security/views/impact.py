"""One impact assessment: its screening, words, risks, advice, consultation and decision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.cases.views.acting import perform, renewed
from patientsakerhet.cases.views.measure_words import state_of
from patientsakerhet.information_security import impact_workflow as flow
from patientsakerhet.information_security.actions import advising, impact
from patientsakerhet.information_security.forms.classification import ReasonForm, StepForm
from patientsakerhet.information_security.forms.impact import (
    AdviceForm,
    ApproveForm,
    ConsultForm,
    ImpactForm,
    OfficerForm,
    RightsForm,
    ScreeningForm,
)
from patientsakerhet.information_security.models import (
    RightsRisk,
)
from patientsakerhet.information_security.views import history
from patientsakerhet.information_security.views.impact_opening import (
    Opened,
    crumbs,
    head_of,
    open_assessment,
    record_reading,
)
from patientsakerhet.information_security.views.risks import band
from patientsakerhet.ui import swedish
from patientsakerhet.ui.parts import Act


@require_safe
def part(request: HttpRequest, number: str) -> HttpResponse:
    """The whole assessment on one page."""
    return page(request, open_assessment(request, number))


def page(
    request: HttpRequest,
    opened: Opened,
    *,
    refused: tuple[str, forms.BaseForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page, with the form that was refused as it was sent, by its name."""
    record_reading(opened, "bedömning")
    row, version = opened.assessment, opened.case.version
    sent = {refused[0]: renewed(refused[1], opened.case)} if refused else {}

    def form(name: str, make: Callable[[], forms.BaseForm]) -> forms.BaseForm:
        return sent.get(name) or make()

    latest = impact.review_day(timezone.localdate()) if opened.decides else None
    words = {name: getattr(row, name) for name in ImpactForm.base_fields if name != "version"}
    context: dict[str, Any] = {
        "opened": opened,
        "head": head_of(opened, "impact_assessment"),
        "crumbs": crumbs(),
        "row": row,
        "screening": form(
            "screen", lambda: ScreeningForm(rows=row.screening.all(), initial={"version": version})
        )
        if opened.leads_in(flow.SCREENING)
        else None,
        "words": form("write", lambda: ImpactForm(initial={**words, "version": version}))
        if opened.leads_in(flow.DRAFTING)
        else None,
        "risks": [_risk(opened, one, sent) for one in row.risks.all()],
        "writes_risks": opened.leads_in(flow.DRAFTING),
        "new_risk": form("r0", lambda: RightsForm(initial={"version": version}, prefix="r0")),
        "new_open": "r0" in sent,
        "officer": form("officer", lambda: OfficerForm.of(row, version=version))
        if opened.leads_in(*advising.CHOSEN_IN) and row.advised_on is None
        else None,
        "advice": form(
            "advise", lambda: AdviceForm(initial={"version": version, "text": row.advice_text})
        )
        if opened.advises
        else None,
        "consult": form(
            "consult",
            lambda: ConsultForm(
                initial={
                    "version": version,
                    "consulted_on": row.consulted_on,
                    "answered_on": row.consultation_answered_on,
                    "answer": row.consultation_answer,
                }
            ),
        )
        if opened.leads_in(flow.TO_DECIDE) and row.remains_high
        else None,
        "decide": form("decide", lambda: ApproveForm(latest=latest, initial={"version": version}))
        if opened.decides
        else None,
    }
    return render(request, "information_security/assessment.html", context, status=status)


def _done(
    request: HttpRequest,
    opened: Opened,
    name: str,
    form: forms.BaseForm,
    do: Callable[[], Any],
    place: str,
    done: str = "Sparat.",
) -> HttpResponse:
    return perform(
        request,
        form,
        do,
        done=done,
        to=f"{opened.url('impact_assessment')}#{place}",
        again=lambda status: page(request, opened, refused=(name, form), status=status),
    )


@require_POST
def screen(request: HttpRequest, number: str) -> HttpResponse:
    """The criteria are answered."""
    opened = open_assessment(request, number)
    form = ScreeningForm(request.POST, rows=opened.assessment.screening.all())

    def do() -> None:
        version = form.cleaned_data["version"]
        impact.screen(opened.case, form.answers, by=opened.by, version=version)

    return _done(request, opened, "screen", form, do, "provning")


@require_POST
def write(request: HttpRequest, number: str) -> HttpResponse:
    """The processing is described."""
    opened = open_assessment(request, number)
    form = ImpactForm(request.POST)

    def do() -> None:
        impact.write(opened.case, by=opened.by, **form.cleaned_data)

    return _done(request, opened, "write", form, do, "behandlingen")


@require_POST
def put_risk(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """A risk as written; `pk` 0 is a new one."""
    opened = open_assessment(request, number)
    row = _risk_row(opened, pk) if pk else None
    form = RightsForm(request.POST, prefix=f"r{pk}")

    def do() -> None:
        version = form.cleaned_data["version"]
        impact.put_risk(opened.case, form.risk, by=opened.by, row=row, version=version)

    return _done(request, opened, f"r{pk}", form, do, "risker", "Risken är sparad.")


@require_POST
def remove_risk(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The risk was none."""
    opened = open_assessment(request, number)
    row = _risk_row(opened, pk)
    form = StepForm(request.POST)

    def do() -> None:
        impact.remove_risk(row, by=opened.by, version=form.cleaned_data["version"])

    return _done(request, opened, "", form, do, "risker", "Risken är borttagen.")


@require_POST
def choose_officer(request: HttpRequest, number: str) -> HttpResponse:
    """The data protection officer is chosen."""
    opened = open_assessment(request, number)
    form = OfficerForm(request.POST)

    def do() -> None:
        advising.choose_officer(opened.case, by=opened.by, **form.cleaned_data)

    return _done(request, opened, "officer", form, do, "rad", "Dataskyddsombudet är valt.")


@require_POST
def advise(request: HttpRequest, number: str) -> HttpResponse:
    """The data protection officer's advice is written down."""
    opened = open_assessment(request, number)
    form = AdviceForm(request.POST)

    def do() -> None:
        advising.advise(opened.case, by=opened.by, **form.cleaned_data)

    return _done(request, opened, "advise", form, do, "rad")


@require_POST
def consult(request: HttpRequest, number: str) -> HttpResponse:
    """Prior consultation was asked for, or answered."""
    opened = open_assessment(request, number)
    form = ConsultForm(request.POST)

    def do() -> None:
        impact.consult(opened.case, by=opened.by, **form.cleaned_data)

    return _done(request, opened, "consult", form, do, "samrad")


@require_POST
def decide(request: HttpRequest, number: str) -> HttpResponse:
    """It is decided about the processing."""
    opened = open_assessment(request, number)
    form = ApproveForm(request.POST)

    def do() -> None:
        impact.decide(opened.case, by=opened.by, **form.cleaned_data)

    return _done(request, opened, "decide", form, do, "beslut", "Beslutet är fattat.")


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """One step, at once or with a reason."""
    opened = open_assessment(request, number)
    found = flow.WORKFLOW.named(name)
    if request.method != "POST":
        policy.check(opened.by, Can(found.needs), opened.case)
    shape: type[forms.Form] = ReasonForm if found.reason else StepForm
    form = shape(request.POST or None, initial={"version": opened.case.version})

    def again(status: int) -> HttpResponse:
        context = {
            "opened": opened,
            "head": head_of(opened, ""),
            "crumbs": crumbs(),
            "form": renewed(form, opened.case),
            "title": found.label,
            "says": "",
            "missing": found.missing(opened.assessment),
        }
        return render(request, "information_security/step.html", context, status=status)

    if request.method != "POST":
        return again(200)
    return perform(
        request,
        form,
        lambda: impact.take_step(opened.case, name, by=opened.by, **form.cleaned_data),
        done=f"{flow.WORKFLOW.label(found.target)}.",
        to=opened.url("impact_assessment"),
        again=again,
    )


@require_safe
def past(request: HttpRequest, number: str) -> HttpResponse:
    """The steps, and the changes or the readings, newest first."""
    opened = open_assessment(request, number)
    record_reading(opened, "historik")
    context = {
        "opened": opened,
        "head": head_of(opened, "impact_history"),
        "crumbs": crumbs(),
        **history.told(request, opened.case, flow.WORKFLOW, Can.SEE_READERS in opened.may),
    }
    return render(request, "information_security/history.html", context)


def _risk_row(opened: Opened, pk: int) -> RightsRisk:
    rows = RightsRisk.objects.filter(assessment=opened.assessment)
    return get_object_or_404(rows.select_related("assessment__case"), pk=pk)


def _risk(opened: Opened, row: RightsRisk, sent: dict[str, forms.BaseForm]) -> dict[str, Any]:
    mine, today = sent.get(f"r{row.pk}"), timezone.localdate()
    return {
        "row": row,
        "tone": band(row.score),
        "tone_after": band(row.score_after),
        "measures": [
            (one, reverse("measure", args=[one.pk]), state_of(one, today), swedish.day(one.due_on))
            for one in row.measures.all()
        ],
        "measure_url": opened.url("impact_measure", row.pk),
        "form": mine or RightsForm.of(row, version=opened.case.version),
        "open": mine is not None,
        "url": opened.url("impact_risk", row.pk),
        "remove": Act(
            "Ta bort risken",
            opened.url("impact_risk_remove", row.pk),
            kind="quiet",
            fields={"version": opened.case.version},
        ),
    }

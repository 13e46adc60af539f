"""The part with the risks: written, judged before and after, treated; their measures; the decision."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from patientsakerhet.access import holders, policy
from patientsakerhet.access.policy import Can
from patientsakerhet.cases.views.acting import perform, renewed
from patientsakerhet.cases.views.measure_words import state_of
from patientsakerhet.information_security.actions import assessing, deciding
from patientsakerhet.information_security.forms.classification import (
    DecisionForm,
    NoRisksForm,
    RiskForm,
    RiskMeasureForm,
    StepForm,
)
from patientsakerhet.information_security.models import SecurityRisk
from patientsakerhet.information_security.views.head import crumbs, head_of
from patientsakerhet.information_security.views.opening import (
    Opened,
    open_classification,
    record_reading,
)
from patientsakerhet.ui import swedish
from patientsakerhet.ui.parts import Act, Tone


@require_safe
def part(request: HttpRequest, number: str) -> HttpResponse:
    """Each risk with its score, what is proposed, and its measures."""
    return page(request, open_classification(request, number))


def page(
    request: HttpRequest,
    opened: Opened,
    *,
    risk: tuple[int, RiskForm] | None = None,
    none: NoRisksForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The part, with what was refused as it was sent; risk 0 is a new one."""
    record_reading(opened, "risker")
    row, version = opened.classification, opened.case.version
    if risk is not None:
        renewed(risk[1], opened.case)
    context: dict[str, Any] = {
        "opened": opened,
        "head": head_of(opened, "classification_risks"),
        "crumbs": crumbs(),
        "row": row,
        "risks": [_risk(opened, one, risk) for one in row.risks.all()],
        "new": risk[1]
        if risk is not None and risk[0] == 0
        else RiskForm(initial={"version": version}, prefix="r0"),
        "new_open": (risk is not None and risk[0] == 0) or not row.risks.all(),
        "none": none or NoRisksForm(initial={"version": version}, prefix="inga"),
    }
    return render(request, "information_security/risks.html", context, status=status)


@require_POST
def put(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """A risk as written; `pk` 0 is a new one."""
    opened = open_classification(request, number)
    row = _row(opened, pk) if pk else None
    form = RiskForm(request.POST, prefix=f"r{pk}")

    def do() -> None:
        version = form.cleaned_data["version"]
        if row is None:
            assessing.add_risk(opened.case, form.risk, by=opened.by, version=version)
        else:
            assessing.change_risk(row, form.risk, by=opened.by, version=version)

    return perform(
        request,
        form,
        do,
        done="Risken är sparad.",
        to=f"{opened.url('classification_risks')}#risker",
        again=lambda status: page(request, opened, risk=(pk, form), status=status),
    )


@require_POST
def remove(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The risk was none."""
    opened = open_classification(request, number)
    row = _row(opened, pk)
    form = StepForm(request.POST)
    return perform(
        request,
        form,
        lambda: assessing.remove_risk(row, by=opened.by, version=form.cleaned_data["version"]),
        done="Risken är borttagen.",
        to=f"{opened.url('classification_risks')}#risker",
        again=lambda status: page(request, opened, status=status),
    )


@require_POST
def say_none(request: HttpRequest, number: str) -> HttpResponse:
    """Why there are no risks."""
    opened = open_classification(request, number)
    form = NoRisksForm(request.POST, prefix="inga")
    return perform(
        request,
        form,
        lambda: assessing.say_no_risks(opened.case, by=opened.by, **form.cleaned_data),
        done="Skälet är sparat.",
        to=opened.url("classification_risks"),
        again=lambda status: page(request, opened, none=form, status=status),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def measure(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The page where a measure against a risk is decided."""
    opened = open_classification(request, number)
    row = _row(opened, pk)
    if request.method != "POST":
        policy.check(opened.by, Can.LEAD_CLASSIFICATION, opened.case)
    people = holders.every(Can.DO_MEASURES, opened.case.filing_unit).order_by("name")[:100]
    form = RiskMeasureForm(
        request.POST or None, people=people, initial={"version": opened.case.version}
    )

    def again(status: int) -> HttpResponse:
        record_reading(opened, "ny åtgärd")
        context = {
            "opened": opened,
            "head": head_of(opened, "classification_risks"),
            "crumbs": crumbs(),
            "form": renewed(form, opened.case),
            "risk": row,
            "back": opened.url("classification_risks"),
        }
        return render(request, "information_security/measure_new.html", context, status=status)

    if request.method != "POST":
        return again(200)
    return perform(
        request,
        form,
        lambda: assessing.decide_measure(row, by=opened.by, **form.cleaned_data),
        done="Åtgärden är beslutad.",
        to=f"{opened.url('classification_risks')}#risk-{row.pk}",
        again=again,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def decision(request: HttpRequest, number: str) -> HttpResponse:
    """What the owner decided about the risks, or the form where she does."""
    opened = open_classification(request, number)
    longest = deciding.valid_until(timezone.localdate()) if opened.decides else None
    form = DecisionForm(
        request.POST or None, longest=longest, initial={"version": opened.case.version}
    )

    def again(status: int) -> HttpResponse:
        record_reading(opened, "beslut")
        context = {
            "opened": opened,
            "head": head_of(opened, "classification_decision"),
            "crumbs": crumbs(),
            "row": opened.classification,
            "form": renewed(form, opened.case),
            "risks": [_risk(opened, one, None) for one in opened.classification.risks.all()],
        }
        return render(request, "information_security/decision.html", context, status=status)

    if request.method != "POST":
        return again(200)
    return perform(
        request,
        form,
        lambda: deciding.decide(opened.case, by=opened.by, **form.cleaned_data),
        done="Beslutet är fattat. Klassningen gäller.",
        to=opened.url("classification_decision"),
        again=again,
    )


def band(score: int | None) -> Tone:
    """The tone of a score: low, to be watched, high."""
    if score is None:
        return ""
    return "bad" if score >= 8 else "warn" if score >= 4 else "good"


def _row(opened: Opened, pk: int) -> SecurityRisk:
    rows = SecurityRisk.objects.filter(classification=opened.classification)
    return get_object_or_404(rows.select_related("classification__case"), pk=pk)


def _risk(
    opened: Opened, row: SecurityRisk, refused: tuple[int, RiskForm] | None
) -> dict[str, Any]:
    """A risk as its card shows it."""
    mine = refused is not None and refused[0] == row.pk
    today = timezone.localdate()
    return {
        "row": row,
        "tone": band(row.score),
        "tone_after": band(row.score_after),
        "measures": [
            (one, reverse("measure", args=[one.pk]), state_of(one, today), swedish.day(one.due_on))
            for one in row.measures.all()
        ],
        "form": refused[1] if refused and mine else RiskForm.of(row, version=opened.case.version),
        "open": mine,
        "url": opened.url("classification_risk", row.pk),
        "measure_url": opened.url("classification_measure", row.pk),
        "remove": Act(
            "Ta bort risken",
            opened.url("classification_risk_remove", row.pk),
            kind="quiet",
            fields={"version": opened.case.version},
        ),
    }

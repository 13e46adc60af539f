"""The part with the measures: proposed against risks, decided one by one, and how they go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from patientsakerhet.access import holders, policy
from patientsakerhet.access.policy import Can
from patientsakerhet.cases.models import Measure
from patientsakerhet.cases.views.acting import perform, renewed
from patientsakerhet.cases.views.measure_words import State, state_of
from patientsakerhet.risk_analysis.actions import proposals
from patientsakerhet.risk_analysis.actions.proposals import DECIDED_IN, PROPOSED_IN
from patientsakerhet.risk_analysis.forms.proposals import AimForm, DecisionForm, ProposalForm
from patientsakerhet.risk_analysis.models import Risk
from patientsakerhet.risk_analysis.querysets import measures_of
from patientsakerhet.risk_analysis.views.head import crumbs, head_of
from patientsakerhet.risk_analysis.views.opening import Opened, open_analysis, record_reading
from patientsakerhet.risk_analysis.workflow import risks_of

SUGGESTED = 100


@dataclass(frozen=True)
class Row:
    """A measure as the part shows it, with the form to decide about it."""

    measure: Measure
    url: str
    state: State
    risks: list[tuple[str, str, str]]
    """Number, title and address of each risk it is to lower."""
    decide: Any
    aim: Any


@require_safe
def part(request: HttpRequest, number: str) -> HttpResponse:
    """The part."""
    return page(request, open_analysis(request, number))


def page(
    request: HttpRequest,
    opened: Opened,
    *,
    refused: tuple[str, int, BaseForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The part; a form that was refused stands as it was sent, by its name and measure."""
    record_reading(opened, "åtgärder")
    aimed: dict[int, list[Risk]] = {}
    for risk in risks_of(opened.analysis):
        for one in risk.aims.all():
            aimed.setdefault(one.measure_id, []).append(risk)
    today = timezone.localdate()
    context: dict[str, Any] = {
        "opened": opened,
        "head": head_of(opened, "analysis_measures"),
        "crumbs": crumbs(),
        "rows": [
            Row(
                one,
                reverse("measure", args=[one.pk]),
                state_of(one, today),
                [
                    (str(risk.serial), risk.title, opened.url("analysis_risk", risk.serial))
                    for risk in aimed.get(one.pk, ())
                ],
                _decision(opened, one, refused),
                _aim(opened, one, aimed.get(one.pk, []), refused),
            )
            for one in measures_of(opened.case)
        ],
        "may_propose": opened.leads
        and opened.case.status in PROPOSED_IN
        and bool(risks_of(opened.analysis)),
        "opens": (refused[0], refused[1]) if refused else ("", 0),
    }
    return render(request, "risk_analysis/measures.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, number: str) -> HttpResponse:
    """A new proposal."""
    opened = open_analysis(request, number)
    if request.method != "POST":
        policy.check(opened.by, Can.LEAD_ANALYSIS, opened.case)
    people = holders.every(Can.DO_MEASURES, opened.case.owning_unit).order_by("name")[:SUGGESTED]
    wanted = request.GET.get("risk", "")
    initial = {
        "version": opened.case.version,
        "risks": [one for one in risks_of(opened.analysis) if str(one.serial) == wanted],
    }
    form = ProposalForm(
        request.POST or None, analysis=opened.analysis, people=people, initial=initial
    )

    def again(status: int) -> HttpResponse:
        record_reading(opened, "ny åtgärd")
        context = {
            "opened": opened,
            "head": head_of(opened, "analysis_measures"),
            "crumbs": crumbs(),
            "form": renewed(form, opened.case),
        }
        return render(request, "risk_analysis/measure_new.html", context, status=status)

    if request.method != "POST":
        return again(200)
    return perform(
        request,
        form,
        lambda: proposals.propose(
            opened.case,
            form.cleaned_data["risks"],
            by=opened.by,
            version=form.cleaned_data["version"],
            **form.given(),
        ),
        done="Åtgärden är föreslagen. Bedöm risken som den blir när åtgärden är gjord.",
        to=f"{opened.url('analysis_measures')}#atgarder",
        again=again,
    )


@require_POST
def aim(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Which risks the measure is to lower."""
    opened = open_analysis(request, number)
    measure = get_object_or_404(opened.case.measures, pk=pk)
    form = AimForm(request.POST, analysis=opened.analysis, prefix=f"mot{pk}")
    return perform(
        request,
        form,
        lambda: proposals.aim(opened.case, measure, by=opened.by, **form.cleaned_data),
        done="Sparat.",
        to=f"{opened.url('analysis_measures')}#atgarder",
        again=lambda status: page(request, opened, refused=("aim", pk, form), status=status),
    )


@require_POST
def decide(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Yes or no to the proposal."""
    opened = open_analysis(request, number)
    measure = get_object_or_404(opened.case.measures, pk=pk)
    form = DecisionForm(request.POST, prefix=f"beslut{pk}")

    def do() -> None:
        told = dict(form.cleaned_data)
        is_yes = told.pop("decision") == DecisionForm.YES
        act = proposals.accept if is_yes else proposals.reject
        act(opened.case, measure, by=opened.by, **told)

    return perform(
        request,
        form,
        do,
        done="Beslutet är sparat.",
        to=f"{opened.url('analysis_measures')}#atgarder",
        again=lambda status: page(request, opened, refused=("decide", pk, form), status=status),
    )


def _decision(opened: Opened, measure: Measure, refused: tuple[str, int, BaseForm] | None) -> Any:
    if (
        not opened.decides
        or opened.case.status not in DECIDED_IN
        or measure.status != Measure.Status.PROPOSED
    ):
        return None
    if refused is not None and refused[:2] == ("decide", measure.pk):
        return renewed(refused[2], opened.case)
    initial = {"version": opened.case.version, "measure_version": measure.version}
    return DecisionForm(initial=initial, prefix=f"beslut{measure.pk}")


def _aim(
    opened: Opened,
    measure: Measure,
    risks: list[Risk],
    refused: tuple[str, int, BaseForm] | None,
) -> Any:
    if (
        not opened.leads
        or opened.case.status not in PROPOSED_IN
        or measure.status != Measure.Status.PROPOSED
    ):
        return None
    if refused is not None and refused[:2] == ("aim", measure.pk):
        return renewed(refused[2], opened.case)
    initial = {"version": opened.case.version, "risks": risks}
    return AimForm(analysis=opened.analysis, initial=initial, prefix=f"mot{measure.pk}")

"""The part with the process and its risks: the matrix before and after, the table, a new risk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.administration.views.acting import act_and_tell
from patientsakerhet.cases.views.acting import perform, renewed
from patientsakerhet.risk_analysis.actions import risks, team
from patientsakerhet.risk_analysis.forms.risks import RiskForm
from patientsakerhet.risk_analysis.forms.team import ProcessStepForm
from patientsakerhet.risk_analysis.models import ProcessStep, Risk
from patientsakerhet.risk_analysis.picture import picture
from patientsakerhet.risk_analysis.views.head import crumbs, head_of
from patientsakerhet.risk_analysis.views.opening import Opened, open_analysis, record_reading
from patientsakerhet.risk_analysis.words import level, tone
from patientsakerhet.risk_analysis.workflow import (
    aimed_measures,
    needs_measure,
    risks_of,
)


@dataclass(frozen=True)
class Row:
    """A risk as the table shows it."""

    serial: int
    title: str
    url: str
    step: str
    before: str
    before_tone: str
    after: str
    after_tone: str
    measures: int
    note: str


@require_safe
def part(request: HttpRequest, number: str) -> HttpResponse:
    """The part."""
    return page(request, open_analysis(request, number))


def page(
    request: HttpRequest,
    opened: Opened,
    *,
    refused: tuple[int, BaseForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The part; a step's form that was refused stands as it was sent, 0 for a new step's."""
    record_reading(opened, "risker")
    analysis = opened.analysis
    standing = risks_of(analysis)
    context: dict[str, Any] = {
        "opened": opened,
        "head": head_of(opened, "analysis_risks"),
        "crumbs": crumbs(),
        "steps": [(one, _step_form(opened, one, refused)) for one in analysis.steps.all()],
        "new_step": _step_form(opened, None, refused),
        "opens": refused[0] if refused else -1,
        "rows": [_row(opened, one) for one in standing],
        "withdrawn": [one for one in analysis.risks.all() if one.withdrawn_at],
        "before": picture(
            analysis.method,
            [(one, one.before) for one in standing],
            key="fore",
            title="Före åtgärder",
        ),
        "after": picture(
            analysis.method,
            [(one, one.after or one.before) for one in standing],
            key="efter",
            title="Efter åtgärder",
        ),
        "is_judged": any(one.before for one in standing),
        "limits": limits(opened),
    }
    return render(request, "risk_analysis/risks.html", context, status=status)


def limits(opened: Opened) -> list[tuple[int, str]]:
    """The bands in words, gravest first."""
    method = opened.analysis.method
    return [
        (3, f"Hög från {method.high_from}"),
        (2, f"Medelhög från {method.medium_from}"),
        (1, f"Låg under {method.medium_from}"),
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, number: str) -> HttpResponse:
    """A new risk."""
    opened = open_analysis(request, number)
    if request.method != "POST":
        policy.check(opened.by, Can.LEAD_ANALYSIS, opened.case)
    initial = {"version": opened.case.version, "step": request.GET.get("steg", "")}
    form = RiskForm(request.POST or None, analysis=opened.analysis, initial=initial)

    def again(status: int) -> HttpResponse:
        record_reading(opened, "ny risk")
        context = {
            "opened": opened,
            "head": head_of(opened, "analysis_risks"),
            "crumbs": crumbs(),
            "form": renewed(form, opened.case),
        }
        return render(request, "risk_analysis/risk_new.html", context, status=status)

    if request.method != "POST":
        return again(200)
    made: list[Risk] = []
    answer = perform(
        request,
        form,
        lambda: made.append(risks.add(opened.case, by=opened.by, **form.cleaned_data)),
        done="Risken är tillagd. Bedöm den.",
        to=opened.url("analysis_risks"),
        again=again,
    )
    return redirect(opened.url("analysis_risk", made[0].serial)) if made else answer


# --- the process ------------------------------------------------------------------------------


@require_POST
def add_step(request: HttpRequest, number: str) -> HttpResponse:
    """One more step of the process."""
    opened, form = open_analysis(request, number), ProcessStepForm(request.POST)
    return perform(
        request,
        form,
        lambda: team.add_step(opened.case, by=opened.by, **form.cleaned_data),
        done="Steget är tillagt.",
        to=f"{opened.url('analysis_risks')}#process",
        again=lambda status: page(request, opened, refused=(0, form), status=status),
    )


@require_POST
def change_step(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """A step says something else."""
    opened = open_analysis(request, number)
    step = get_object_or_404(ProcessStep, analysis=opened.analysis, pk=pk)
    form = ProcessStepForm(request.POST, prefix=f"steg{pk}")
    return perform(
        request,
        form,
        lambda: team.change_step(step, by=opened.by, **form.cleaned_data),
        done="Steget är sparat.",
        to=f"{opened.url('analysis_risks')}#process",
        again=lambda status: page(request, opened, refused=(pk, form), status=status),
    )


@require_POST
def move_step(request: HttpRequest, number: str, pk: int, way: str) -> HttpResponse:
    """A step earlier or later, or gone."""
    opened = open_analysis(request, number)
    step = get_object_or_404(ProcessStep, analysis=opened.analysis, pk=pk)
    if way == "bort":
        act_and_tell(request, lambda: team.remove_step(step, by=opened.by), f"{step} är borttaget.")
    else:
        act_and_tell(
            request,
            lambda: team.move_step(step, by=opened.by, up=way == "upp"),
            f"{step} är flyttat.",
        )
    return redirect(f"{opened.url('analysis_risks')}#process")


def _step_form(
    opened: Opened, step: ProcessStep | None, refused: tuple[int, BaseForm] | None
) -> Any:
    if not opened.plans:
        return None
    key = step.pk if step else 0
    if refused is not None and refused[0] == key:
        return renewed(refused[1], opened.case)
    version = {"version": opened.case.version}
    if step is None:
        return ProcessStepForm(initial=version)
    stands = {**version, "title": step.title, "description": step.description}
    return ProcessStepForm(initial=stands, prefix=f"steg{step.pk}")


def _row(opened: Opened, risk: Risk) -> Row:
    before, after = risk.before, risk.after
    waiting = sum(one.handled_at is None for one in risk.reviews.all())
    note = ""
    if waiting:
        note = "Ska omprövas"
    elif before is None and risk.copied_from is not None:
        note = f"Var {level(risk.copied_from.latest)}. Bedöm på nytt"
    elif risk.accepted_reason:
        note = "Godtas utan åtgärd"
    elif needs_measure(risk) and not aimed_measures(risk):
        note = "Åtgärd krävs"
    return Row(
        serial=risk.serial,
        title=risk.title,
        url=opened.url("analysis_risk", risk.serial),
        step=risk.step.title if risk.step else "Hela processen",
        before=level(before),
        before_tone=tone(before),
        after=level(after) if after else "",
        after_tone=tone(after),
        measures=len(aimed_measures(risk)),
        note=note,
    )

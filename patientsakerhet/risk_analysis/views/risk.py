"""One risk: its words, its judgements before and after, its measures, and judging it again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from patientsakerhet.cases.models import Case
from patientsakerhet.cases.views.acting import perform, renewed
from patientsakerhet.cases.views.measure_words import state_of
from patientsakerhet.risk_analysis import watching
from patientsakerhet.risk_analysis.actions import risks
from patientsakerhet.risk_analysis.actions.risks import ACCEPTED_IN, JUDGED_IN, REVIEWED_IN
from patientsakerhet.risk_analysis.forms.risks import (
    AcceptRiskForm,
    ReviewForm,
    RiskForm,
    ScoreForm,
    WithdrawForm,
)
from patientsakerhet.risk_analysis.models import Risk, Scoring
from patientsakerhet.risk_analysis.views.head import crumbs, head_of
from patientsakerhet.risk_analysis.views.opening import Opened, open_analysis, record_reading
from patientsakerhet.risk_analysis.words import level, tone
from patientsakerhet.risk_analysis.workflow import aimed_measures, needs_measure
from patientsakerhet.ui.parts import Cell, Column, table_rows

SHOWN = 20
"""So many of the latest deviations are shown."""
MEASURES = [Column("Åtgärd"), Column("Ansvarig"), Column("Styrka"), Column("Läge")]
STAGES = {"fore": Scoring.Stage.BEFORE, "efter": Scoring.Stage.AFTER}


@require_safe
def risk(request: HttpRequest, number: str, serial: int) -> HttpResponse:
    """The risk's page."""
    opened = open_analysis(request, number)
    return page(request, opened, opened.risk(serial))


def page(
    request: HttpRequest,
    opened: Opened,
    row: Risk,
    *,
    refused: tuple[str, BaseForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page; a form that was refused stands as it was sent."""
    record_reading(opened, f"risk {row.serial}")
    name, form = refused or ("", None)
    forms = _forms(opened, row)
    if form is not None:
        forms[name] = renewed(form, opened.case)
    aims = [one.measure for one in row.aims.all()]
    context: dict[str, Any] = {
        "opened": opened,
        "head": head_of(opened, "analysis_risks"),
        "crumbs": [*crumbs(), (opened.case.number, opened.url("analysis_risks"))],
        "here": f"Risk {row.serial}",
        "risk": row,
        "opens": name,
        **forms,
        "judged": [
            ("Före åtgärder", level(row.before), tone(row.before), row.before),
            ("Efter åtgärder", level(row.after), tone(row.after), row.after),
        ],
        "history": [
            {"one": one, "level": level(one), "tone": tone(one)}
            for one in sorted(row.scorings.all(), key=lambda one: (one.at, one.pk), reverse=True)
        ],
        "former": _former(row),
        "lacks_measure": needs_measure(row) and not aimed_measures(row),
        "method": opened.analysis.method,
        "scales": _scales(opened),
        "columns": MEASURES,
        "measures": table_rows(MEASURES, [_cells(one) for one in aims]),
        "is_watched": watching.is_watched(row),
        "deviations": _deviations(opened, row),
        "reviews": [one for one in row.reviews.all() if one.handled_at],
        "waiting": [one for one in row.reviews.all() if not one.handled_at],
    }
    return render(request, "risk_analysis/risk.html", context, status=status)


@require_POST
def change(request: HttpRequest, number: str, serial: int) -> HttpResponse:
    """The risk says something else."""
    opened = open_analysis(request, number)
    form = RiskForm(request.POST, analysis=opened.analysis)
    return _act(request, opened, serial, ("change", form), risks.change, "Risken är sparad.")


@require_POST
def score(request: HttpRequest, number: str, serial: int, stage: str) -> HttpResponse:
    """The risk is judged, before measures or after them."""
    opened = open_analysis(request, number)
    form = ScoreForm(request.POST, method=opened.analysis.method, prefix=stage)

    def judge(row: Risk, **given: Any) -> Any:
        return risks.score(row, stage=STAGES.get(stage, stage), **given)

    return _act(request, opened, serial, (stage, form), judge, "Bedömningen är sparad.")


@require_POST
def withdraw(request: HttpRequest, number: str, serial: int) -> HttpResponse:
    """The risk is struck out."""
    opened, form = open_analysis(request, number), WithdrawForm(request.POST)
    return _act(request, opened, serial, ("withdraw", form), risks.withdraw, "Risken är struken.")


@require_POST
def accept(request: HttpRequest, number: str, serial: int) -> HttpResponse:
    """The risk is lived with, or no longer."""
    opened, form = open_analysis(request, number), AcceptRiskForm(request.POST)
    return _act(request, opened, serial, ("accept", form), risks.accept, "Sparat.")


@require_POST
def review(request: HttpRequest, number: str, serial: int) -> HttpResponse:
    """The risk has been looked at again."""
    opened = open_analysis(request, number)
    form = ReviewForm(request.POST, method=opened.analysis.method)
    return _act(request, opened, serial, ("review", form), risks.review, "Risken är omprövad.")


def _act(
    request: HttpRequest,
    opened: Opened,
    serial: int,
    sent: tuple[str, BaseForm],
    do: Callable[..., Any],
    done: str,
) -> HttpResponse:
    row, form = opened.risk(serial), sent[1]
    return perform(
        request,
        form,
        lambda: do(row, by=opened.by, **form.cleaned_data),
        done=done,
        to=opened.url("analysis_risk", serial),
        again=lambda status: page(request, opened, row, refused=sent, status=status),
    )


def _forms(opened: Opened, row: Risk) -> dict[str, Any]:
    """What she may fill in, as it stands; nothing where she may not."""
    status, method = opened.case.status, opened.analysis.method
    version = {"version": opened.case.version}
    forms: dict[str, Any] = dict.fromkeys(
        ("change", "fore", "efter", "withdraw", "accept", "review")
    )
    if not opened.leads or row.withdrawn_at is not None:
        return forms
    is_met = bool(aimed_measures(row))
    if opened.plans:
        forms["change"] = RiskForm.of(row, version=opened.case.version)
        forms["withdraw"] = None if is_met else WithdrawForm(initial=version)
    if status in ACCEPTED_IN and not is_met and (needs_measure(row) or row.accepted_reason):
        forms["accept"] = AcceptRiskForm(initial={**version, "reason": row.accepted_reason})
    if status in JUDGED_IN[Scoring.Stage.BEFORE]:
        forms["fore"] = ScoreForm(
            initial=_stands(row.before or _judged_then(row), version), method=method, prefix="fore"
        )
    if status in JUDGED_IN[Scoring.Stage.AFTER] and row.before and any(row.aims.all()):
        forms["efter"] = ScoreForm(
            initial=_stands(row.after, version), method=method, prefix="efter"
        )
    if status in REVIEWED_IN and row.before:
        forms["review"] = ReviewForm(initial=version, method=method)
    return forms


def _judged_then(row: Risk) -> Scoring | None:
    """The judgement that held of the risk that this one is a copy of, when it was on the same scales."""
    then = row.copied_from.latest if row.copied_from else None
    same = then is not None and then.method.code == row.analysis.method.code
    return then if same else None


def _former(row: Risk) -> dict[str, Any] | None:
    """The risk that this one is a copy of, and how it was judged there."""
    if row.copied_from is None:
        return None
    case, then = row.copied_from.analysis.case, row.copied_from.latest
    return {
        "text": f"{case.number}, risk {row.copied_from.serial}",
        "url": reverse("analysis_risk", args=[case.number, row.copied_from.serial]),
        "level": level(then),
        "tone": tone(then),
        "at": then.at if then else None,
    }


def _stands(scoring: Scoring | None, version: dict[str, int]) -> dict[str, Any]:
    if scoring is None:
        return dict(version)
    names = ("severity", "probability", "detection")
    return {**version, **{name: getattr(scoring, name) for name in names}}


def _scales(opened: Opened) -> list[tuple[str, list[tuple[int, str, str]]]]:
    """The method's scales with what each step means."""
    method = opened.analysis.method
    scales = [
        ("Allvarlighetsgrad", method.severity_labels, method.severity_texts),
        ("Sannolikhet", method.probability_labels, method.probability_texts),
        ("Upptäckt", method.detection_labels, method.detection_texts),
    ]
    return [
        (label, [(step, word, text) for step, (word, text) in enumerate(zip(words, texts, strict=True), start=1)])
        for label, words, texts in scales
        if words
    ]  # fmt: skip


def _deviations(opened: Opened, row: Risk) -> list[Case]:
    """What has happened around the risk since it was last looked at, as far as she may read it."""
    if not watching.is_watched(row):
        return []
    rows = watching.deviations(row).visible_to(opened.by).newest_first()
    return list(rows.select_related("filing_unit")[:SHOWN])


def _cells(measure: Any) -> list[Cell | str]:
    state = state_of(measure, timezone.localdate())
    return [
        Cell(measure.title, reverse("measure", args=[measure.pk])),
        measure.owner.name,
        measure.get_strength_display().capitalize(),
        Cell(state.text, tone=state.tone),
    ]

"""The measures of one case: those decided, a new one, one that serves other cases already."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from avvikelse.actions import investigation
from avvikelse.forms.case_investigation import WithoutMeasureForm
from avvikelse.views.case_head import crumbs, head_of
from avvikelse.views.case_opening import Opened, conflict_of, open_whole, record_reading
from avvikelse.workflow import HANDLED
from patientsakerhet.access import holders, policy
from patientsakerhet.access.policy import Can
from patientsakerhet.cases.actions import measures
from patientsakerhet.cases.forms.measures import ExistingForm, MeasureForm
from patientsakerhet.cases.models import Measure
from patientsakerhet.cases.views.acting import perform
from patientsakerhet.cases.views.measure_words import state_of
from patientsakerhet.ui import swedish
from patientsakerhet.ui.parts import Cell, Column, table_rows

COLUMNS = [
    Column("Åtgärd"),
    Column("Ansvarig"),
    Column("Klar senast"),
    Column("Styrka"),
    Column("Läge"),
]


@require_safe
def part(request: HttpRequest, number: str) -> HttpResponse:
    """The part with the measures."""
    return page(request, open_whole(request, number))


def page(
    request: HttpRequest,
    opened: Opened,
    *,
    existing: ExistingForm | None = None,
    without: WithoutMeasureForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The part, with a form as it was sent when it was refused."""
    record_reading(opened, "atgarder")
    row, case = opened.deviation, opened.case
    made = list(case.measures.all())
    decides = opened.can(Can.DECIDE_MEASURES) and not case.is_final
    writes = opened.can(Can.INVESTIGATE) and case.status in HANDLED
    words = request.GET.get("sok", "").replace("\x00", "").strip()[:80]
    if existing is None and decides and words:
        existing = ExistingForm(person=opened.by, case=case, words=words)
    if without is None and writes and not made:
        without = WithoutMeasureForm(
            initial={"closing_note": row.closing_note, "version": case.version}
        )
    context: dict[str, Any] = {
        "opened": opened,
        "head": head_of(opened, "deviation_measures"),
        "crumbs": crumbs(opened),
        "columns": COLUMNS,
        "rows": table_rows(COLUMNS, [_cells(one) for one in made]),
        "decides": decides,
        "existing": existing,
        "words": words,
        "row": row,
        "without": without,
        "without_conflict": conflict_of(without, opened) if without else None,
    }
    return render(request, "avvikelse/case_measures.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, number: str) -> HttpResponse:
    """The page where a new measure is decided."""
    opened = open_whole(request, number)
    people = holders.every(Can.DO_MEASURES, opened.case.owning_unit).order_by("name")[:100]
    if request.method != "POST":
        policy.check(opened.by, Can.DECIDE_MEASURES, opened.case)
    form = MeasureForm(request.POST or None, people=people)

    def again(status: int) -> HttpResponse:
        record_reading(opened, "ny åtgärd")
        context = {
            "opened": opened,
            "head": head_of(opened, "deviation_measures"),
            "crumbs": crumbs(opened),
            "form": form,
        }
        return render(request, "avvikelse/case_measure_new.html", context, status=status)

    if request.method != "POST":
        return again(200)
    return perform(
        request,
        form,
        lambda: measures.decide(opened.case, by=opened.by, **form.cleaned_data),
        done="Åtgärden är beslutad.",
        to=f"{opened.url('deviation_measures')}#atgarder",
        again=again,
    )


@require_POST
def serve_also(request: HttpRequest, number: str) -> HttpResponse:
    """A measure decided elsewhere serves this case too."""
    opened = open_whole(request, number)
    form = ExistingForm(request.POST, person=opened.by, case=opened.case)
    return perform(
        request,
        form,
        lambda: measures.serve_also(form.cleaned_data["measure"], opened.case, by=opened.by),
        done="Åtgärden gäller nu det här ärendet också.",
        to=f"{opened.url('deviation_measures')}#atgarder",
        again=lambda status: page(request, opened, existing=form, status=status),
    )


@require_POST
def without(request: HttpRequest, number: str) -> HttpResponse:
    """Why the case can close without a measure."""
    opened = open_whole(request, number)
    form = WithoutMeasureForm(
        request.POST,
        initial={"closing_note": opened.deviation.closing_note, "version": opened.case.version},
    )
    return perform(
        request,
        form,
        lambda: investigation.conclude(opened.case, by=opened.by, **form.cleaned_data),
        done="Skälet är sparat.",
        to=opened.url("deviation_measures"),
        again=lambda status: page(request, opened, without=form, status=status),
    )


def _cells(one: Measure) -> list[Cell | str]:
    state = state_of(one, timezone.localdate())
    return [
        Cell(one.title, reverse("measure", args=[one.pk])),
        one.owner.name,
        swedish.day(one.due_on),
        one.get_strength_display().capitalize(),
        Cell(state.text, tone=state.tone),
    ]

"""Why an incident happened, what was learnt, and the measures that came of it."""

from __future__ import annotations

from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from patientsakerhet.access import holders, policy
from patientsakerhet.access.policy import Can
from patientsakerhet.cases.views.acting import perform, renewed
from patientsakerhet.cases.views.measure_words import state_of
from patientsakerhet.major_incidents.actions import handling
from patientsakerhet.major_incidents.forms.incident import IncidentMeasureForm, LearnForm
from patientsakerhet.major_incidents.views.head import crumbs, head_of
from patientsakerhet.major_incidents.views.opening import Opened, open_incident, record_reading
from patientsakerhet.ui import swedish
from patientsakerhet.ui.parts import Cell, Column, table_rows

PART = "incident_lessons"
SUGGESTED = 100
COLUMNS = [Column("Åtgärd"), Column("Ansvarig"), Column("Klar senast"), Column("Läge")]


@require_safe
def part(request: HttpRequest, number: str) -> HttpResponse:
    """The part with lessons and measures."""
    return page(request, open_incident(request, number))


def page(
    request: HttpRequest, opened: Opened, *, refused: BaseForm | None = None, status: int = 200
) -> HttpResponse:
    """The part, with the form as it was sent when it was refused."""
    record_reading(opened, "lärdomar")
    row, today = opened.incident, timezone.localdate()
    words = {"cause": row.cause, "lessons": row.lessons, "version": opened.case.version}
    form = renewed(refused or LearnForm(initial=words), opened.case) if opened.writes else None
    cells: list[list[Cell | str]] = []
    for one in opened.case.measures.all():
        state = state_of(one, today)
        cells.append(
            [
                Cell(one.title, reverse("measure", args=[one.pk])),
                one.owner.name,
                swedish.day(one.due_on),
                Cell(state.text, tone=state.tone),
            ]
        )
    context: dict[str, Any] = {
        "opened": opened,
        "head": head_of(opened, PART),
        "crumbs": crumbs(),
        "row": row,
        "form": form,
        "columns": COLUMNS,
        "rows": table_rows(COLUMNS, cells),
        "decides": opened.writes and Can.DECIDE_MEASURES in opened.may,
    }
    return render(request, "major_incidents/lessons.html", context, status=status)


@require_POST
def learn(request: HttpRequest, number: str) -> HttpResponse:
    """Cause and lessons."""
    opened, form = open_incident(request, number), LearnForm(request.POST)
    return perform(
        request,
        form,
        lambda: handling.learn(opened.case, by=opened.by, **form.cleaned_data),
        done="Sparat.",
        to=f"{opened.url(PART)}#lardomar",
        again=lambda status: page(request, opened, refused=form, status=status),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def measure(request: HttpRequest, number: str) -> HttpResponse:
    """The page where a measure is decided because of the incident."""
    opened = open_incident(request, number)
    if request.method != "POST":
        policy.check(opened.by, Can.LEAD_INCIDENT, opened.case)
    people = holders.every(Can.DO_MEASURES, opened.case.owning_unit).order_by("name")[:SUGGESTED]
    form = IncidentMeasureForm(
        request.POST or None, people=people, initial={"version": opened.case.version}
    )

    def again(status: int) -> HttpResponse:
        record_reading(opened, "ny åtgärd")
        context = {
            "opened": opened,
            "head": head_of(opened, PART),
            "crumbs": crumbs(),
            "form": renewed(form, opened.case),
        }
        return render(request, "major_incidents/measure_new.html", context, status=status)

    if request.method != "POST":
        return again(200)
    return perform(
        request,
        form,
        lambda: handling.decide_measure(opened.case, by=opened.by, **form.cleaned_data),
        done="Åtgärden är beslutad.",
        to=f"{opened.url(PART)}#atgarder",
        again=again,
    )

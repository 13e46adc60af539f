"""Pages of charts, each chart as a file, and new limits for those that have them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from patientsakerhet.access import policy
from patientsakerhet.access.asking import person_of
from patientsakerhet.audit import trail
from patientsakerhet.cases.views.acting import perform, take_back
from patientsakerhet.exchange import writer
from patientsakerhet.lib.refusal import NotAllowed, Refused
from patientsakerhet.organisation.models import Person, Unit
from patientsakerhet.ui import swedish
from patientsakerhet.ui.parts import Tab
from rapporter import registry, rights
from rapporter.actions import recalculations as actions
from rapporter.charts.chart import Chart
from rapporter.control_charts.signals import expected_by_chance
from rapporter.dashboards import boards, inflow
from rapporter.dashboards.asking import Asking
from rapporter.dashboards.boards import Board, UnknownBoard
from rapporter.forms.dashboards import DashboardForm, RecalculationForm, own_unit
from rapporter.models import Recalculation
from rapporter.registry import Measure, UnknownMeasure

WITHOUT = "utan"
"""The parameter that leaves every recalculation out."""
SEVERAL = 2
"""From so many control charts on it is said how many would have a signal by chance."""


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """One page of charts."""
    by = person_of(request)
    policy.check_anywhere(by, *rights.SOME)
    board = _board(request, by)
    form = DashboardForm(_given(request), by=by, shown=board.fields)
    is_valid = form.is_valid()
    shown: list[tuple[Chart, str, list[tuple[str, str]]]] = []
    context: dict[str, Any] = {"unit": "", "signals": ""}
    if is_valid:
        asking = form.asking(without=WITHOUT in request.GET)
        made = [make(asking) for _, make in board.charts]
        shown = [
            (one, _file_of(request, board, one), _links(request, board, one, asking))
            for one in made
        ]
        context |= {"unit": asking.asked.unit, "signals": _signals(made)}
        trail.read(
            "list.read", by=by, body={"list": f"dashboard:{board.key}", "filter": _told(asking)}
        )
    context |= {
        "board": board,
        "form": form,
        "charts": shown,
        "tabs": [
            Tab(one.label, _address(request, one), current=one is board) for one in boards.BOARDS
        ],
    }
    return render(request, "rapporter/dashboard.html", context, status=200 if is_valid else 422)


@require_safe
def chart_extract(request: HttpRequest, form: str) -> HttpResponseBase:
    """The numbers of one chart as a file."""
    by = person_of(request)
    policy.check_anywhere(by, *rights.SOME)
    board = _board(request, by)
    make = dict(board.charts).get(request.GET.get("diagram") or board.charts[0][0])
    if make is None:
        raise Http404
    told = DashboardForm(_given(request), by=by, shown=board.fields)
    back = _address(request, board)
    if not told.is_valid():
        return redirect(back)
    asking = told.asking(without=WITHOUT in request.GET)
    try:
        return writer.respond(make(asking).extract(_told(asking)), form, by=by)
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(back)


@require_http_methods(["GET", "HEAD", "POST"])
def recalculations(request: HttpRequest) -> HttpResponse:
    """New limits for one measure's chart at one unit: those there are, and another."""
    by = person_of(request)
    policy.check_anywhere(by, actions.RIGHT)
    measure, unit = _measure(request), _unit(request, by)
    actions.allow(by, unit)
    rows = Recalculation.objects.of(unit).filter(measure=measure.key)
    here = f"{reverse('recalculations')}?{urlencode({'matt': measure.key, 'unit': unit.code})}"
    form = RecalculationForm(None if "row" in request.POST else request.POST or None)
    if "row" in request.POST:
        row = get_object_or_404(rows.in_force(), pk=request.POST["row"])
        return take_back(
            request,
            lambda: actions.withdraw(row, by=by),
            done="Omräkningen är tillbakatagen.",
            to=here,
        )

    def again(status: int) -> HttpResponse:
        context = {
            "form": form,
            "measure": measure,
            "unit": unit,
            "rows": rows.select_related("decided_by", "withdrawn_by").order_by("-begins_on", "-pk"),
            "shift": _has_shift(by, unit, measure),
            "back": f"{reverse('dashboard')}?{urlencode({'vy': _home(measure), 'unit': unit.code})}",
        }
        return render(request, "rapporter/recalculations.html", context, status=status)

    if request.method != "POST":
        return again(200)
    return perform(
        request,
        form,
        lambda: actions.recalculate(
            measure.key,
            unit,
            by=by,
            begins_on=form.cleaned_data["month"],
            reason=form.cleaned_data["reason"],
            confirmed=frozenset(form.cleaned_data["confirmed"]),
            saw_shift=_has_shift(by, unit, measure),
        ),
        done="Gränserna är omräknade.",
        to=here,
        again=again,
    )


def _board(request: HttpRequest, by: Person) -> Board:
    try:
        key = request.GET.get("vy", "")
        return boards.of(key) if key else boards.first_of(policy.capabilities_anywhere(by))
    except UnknownBoard as unknown:
        raise Http404 from unknown


def _measure(request: HttpRequest) -> Measure:
    """The measure whose chart it is; one whose chart has no limits of its own is not there."""
    try:
        found = registry.of(request.GET.get("matt") or inflow.RECALCULATED[0])
    except UnknownMeasure as unknown:
        raise Http404 from unknown
    if found.family_key not in inflow.RECALCULATED:
        raise Http404
    return found


def _unit(request: HttpRequest, by: Person) -> Unit:
    code = request.GET.get("unit", "")
    if code:
        return get_object_or_404(Unit, code=code)
    unit = own_unit(by)
    if unit is None:
        raise Http404
    return unit


def _has_shift(by: Person, unit: Unit, measure: Measure) -> bool:
    form = DashboardForm({"unit": unit.code}, by=by, shown=())
    return form.is_valid() and inflow.has_shift(form.asking(), measure)


def _home(measure: Measure) -> str:
    """The page that the measure's chart stands on."""
    return "manad" if measure.family_key in ("filed_deviations", "filed_sort") else "omraden"


def _given(request: HttpRequest) -> dict[str, str]:
    return request.GET.dict()


def _asked(request: HttpRequest, board: Board, *left_out: str) -> dict[str, str]:
    """What is asked, as an address carries it on."""
    names = ("unit", *board.fields, WITHOUT)
    told = {name: request.GET[name] for name in names if request.GET.get(name)}
    return {"vy": board.key, **{k: v for k, v in told.items() if k not in left_out}}


def _address(request: HttpRequest, board: Board) -> str:
    return f"{reverse('dashboard')}?{urlencode(_asked(request, board))}"


def _file_of(request: HttpRequest, board: Board, chart: Chart) -> str:
    told = {**_asked(request, board), "diagram": chart.about.key}
    return f"{reverse('chart_extract', args=['csv'])}?{urlencode(told)}"


def _links(
    request: HttpRequest, board: Board, chart: Chart, asking: Asking
) -> list[tuple[str, str]]:
    """What can be done about a chart's limits, by whom they concern."""
    found: list[tuple[str, str]] = []
    key, unit = chart.about.measure_key, asking.asked.unit
    if chart.judged is None or key.partition(".")[0] not in inflow.RECALCULATED or unit is None:
        return found
    here = reverse("dashboard")
    if WITHOUT in request.GET:
        told = urlencode(_asked(request, board, WITHOUT))
        found.append(("Visa med nya gränser", f"{here}?{told}#{chart.about.key}"))
    elif len(chart.judged.segments) > 1:
        told = urlencode({**_asked(request, board), WITHOUT: "1"})
        found.append(("Visa utan omräkning", f"{here}?{told}#{chart.about.key}"))
    by = asking.asked.by
    if by is not None and policy.may_at(by, actions.RIGHT, unit):
        told = urlencode({"matt": key, "unit": unit.code})
        found.append(("Nya gränser från en dag", f"{reverse('recalculations')}?{told}"))
    return found


def _signals(made: Sequence[Chart]) -> str:
    """How many of the page's control charts have a signal, and how many chance alone would give."""
    judged = [one.judged for one in made if one.judged is not None and one.judged.points]
    if len(judged) < SEVERAL:
        return ""
    found = sum(one.has_signal for one in judged)
    expected = swedish.number(round(expected_by_chance(judged), 1), 1)
    return (
        f"{swedish.number(found)} av {swedish.number(len(judged))} styrdiagram har signal; av slump väntas "
        f"{expected}."
    )


def _told(asking: Asking) -> list[tuple[str, str]]:
    """What was asked in words, as the trail and every file keep it."""
    unit = asking.asked.unit
    found = [("Enhet", unit.name if unit else "alla"), ("År", str(asking.year))]
    for label, value in (("Typ", asking.sort), ("Område", asking.area), ("Tal", asking.scale)):
        if value:
            found.append((label, value))
    return found

"""What comes in: by month and sort, an area by itself, and how much fits nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Q

from patientsakerhet.cases.models import Measure as Action
from patientsakerhet.lib import calendar
from patientsakerhet.ui import swedish
from rapporter import registry
from rapporter.charts import control, multiples, parts
from rapporter.charts.chart import Chart
from rapporter.charts.control import Note
from rapporter.charts.parts import Ranked
from rapporter.control_charts import charts, season
from rapporter.control_charts.rules import Rule
from rapporter.control_charts.series import ControlChart, Value
from rapporter.control_charts.words import Told
from rapporter.dashboards import counting
from rapporter.dashboards.asking import Asking
from rapporter.dashboards.counting import Counted
from rapporter.measures import areas
from rapporter.measures.areas import NONE, NONE_NAME, REST
from rapporter.periods import Period, Step
from rapporter.registry import Measure

MONTHS = 36
FILED = "case__filed_at"
PER_DAY, SEASONLESS = "dag", "sasong"
INCOMING = Told(is_inflow=True)
RECALCULATED = ("filed_deviations", "filed_sort", "it_area", "device_area", "rest_share")
"""Measures, by family, whose charts can be given new limits from a day."""
NOTES = 3
"""At most so many measures are marked in an area's chart, the newest."""
SORTS = 6
"""At most so many sorts have a small chart of their own."""


def inflow(asking: Asking) -> Chart:
    """Kommer fler avvikelser in?"""
    measure = registry.of(f"filed_sort.{asking.sort}" if asking.sort else "filed_deviations")
    counted = _by_month(asking, measure)
    late = counting.preliminary(asking, [each.period for each in counted])
    values = _scaled(asking, counted)
    spc = _judged(asking, measure, counted, values, late)
    told = replace(INCOMING, by="per månad")
    plain = not asking.scale
    return control.control(
        asking.about("inkomna", "Kommer fler avvikelser in?", measure.key),
        spc,
        name=f"Styrdiagram: {measure.name.lower()} per månad",
        ticks=[each.period.tick for each in counted],
        told=told,
        notes=_new_levels(asking, measure, counted),
        urls=[each.url for each in counted] if plain else (),
        explained=_explained(asking, counted),
    )


def by_sort(asking: Asking) -> Chart:
    """Vad är det som kommer in? The largest sorts, small charts on one scale."""
    months = counting.months(asking, 24)
    measure = registry.of("filed_deviations")
    sorts = registry.members("filed_sort")
    found = counting.by_member(asking, sorts, months)
    if found is None:
        grouped = counting.by_group(asking, measure, months, FILED, "kind__code")
        found = {code or NONE: counts for code, counts in grouped.items()}
    names = {one.variant: one.name.partition(": ")[2] for one in sorts}
    largest = sorted(found, key=lambda code: (-sum(found[code]), code))[:SORTS]
    panels = [multiples.Panel(names.get(code, code).capitalize(), found[code]) for code in largest]
    return multiples.multiples(
        asking.about(
            "slag", "Vad är det som kommer in?", measure.key, _largest(names, found, largest)
        ),
        [(each.name, each.tick) for each in months],
        panels,
        name="Inkomna avvikelser per månad och typ",
        unit="st",
    )


def it_areas(asking: Asking) -> Chart:
    """Vilka områden inom IT och telefoni dominerar?"""
    question = f"Vilka områden inom IT och telefoni dominerar {asking.year}?"
    return _areas(asking, "it-omraden", question, "it_area", "IT och telefoni")


def device_areas(asking: Asking) -> Chart:
    """Vilka slag av medicinteknik dominerar?"""
    question = f"Vilka slag av medicinteknik dominerar {asking.year}?"
    return _areas(asking, "mt-omraden", question, "device_area", "Medicinteknik")


def one_area(asking: Asking) -> Chart:
    """Har åtgärderna haft effekt? One area's deviations, with when measures were done."""
    measure = registry.of(asking.area)
    counted = _by_month(asking, measure)
    late = counting.preliminary(asking, [each.period for each in counted])
    values: list[float] = [each.count for each in counted]
    return control.control(
        asking.about("omrade", f"Hur går det inom {measure.name.partition(': ')[2]}?", measure.key),
        _judged(asking, measure, counted, values, late),
        name=f"Styrdiagram: {measure.name.lower()} per månad",
        ticks=[each.period.tick for each in counted],
        told=INCOMING,
        notes=[*_new_levels(asking, measure, counted), *_done(asking, measure, counted)],
        urls=[each.url for each in counted],
        explained=[
            "Streckade lodräta linjer är dagar då åtgärder blev klara. De säger inte varför."
        ]
        if counted
        else [],
    )


def rest(asking: Asking) -> Chart:
    """Är kodningen bra? The share of what fits nowhere."""
    measure = registry.of("rest_share")
    months, values = _rest_by_month(asking)
    breaks, notes = _breaks(asking, measure, months)
    return control.control(
        asking.about("ovrigt", "Är kodningen bra?", measure.key),
        charts.share(values, laney=True, breaks=breaks),
        name="Styrdiagram: andel av avvikelserna i Övrigt per månad",
        ticks=[month.tick for month in months],
        told=Told("Andelen", by="per månad", per_cent=True),
        notes=notes,
        urls=[asking.address(measure, month) for month in months],
    )


def has_shift(asking: Asking, measure: Measure) -> bool:
    """Whether the measure's chart as it stands shows a lasting change of level."""
    if measure.key == "rest_share":
        months, values = _rest_by_month(asking)
        breaks, _ = _breaks(asking, measure, months)
        spc = charts.share(values, laney=True, breaks=breaks)
    else:
        counted = _by_month(asking, measure)
        plain: list[float] = [each.count for each in counted]
        spc = _judged(asking, measure, counted, plain, [False] * len(counted))
    return bool(spc.breaking(Rule.SHIFT))


def _rest_by_month(asking: Asking) -> tuple[list[Period], list[Value]]:
    """Months from the first with a class on, and the share of what fits nowhere in each."""
    months = counting.months(asking, MONTHS)
    found = _rest_told(asking, months)
    if found is None:
        is_rest = Q(event_class__code__endswith=REST)
        found = counting.parts_by_period(asking, registry.of("rest_share"), months, FILED, is_rest)
    first = next((place for place, (whole, _) in enumerate(found) if whole), len(found))
    pairs = zip(months[first:], found[first:], strict=True)
    return months[first:], [Value(month.name, part, whole) for month, (whole, part) in pairs]


def _rest_told(asking: Asking, months: Sequence[Period]) -> list[tuple[int, int]] | None:
    """How many of each month have a class, and how many of them fit nowhere, out of the sums."""
    areas.classed_and_rest(asking.between(months[0].first, months[-1].last))  # read once for all
    found = [areas.classed_and_rest(asking.of(month)) for month in months]
    told = [one for one in found if one is not None]
    return told if len(told) == len(found) else None


def _by_month(asking: Asking, measure: Measure) -> list[Counted]:
    months = counting.months(asking, MONTHS)
    return counting.from_the_first(counting.by_period(asking, measure, months, FILED))


def _judged(
    asking: Asking,
    measure: Measure,
    counted: Sequence[Counted],
    values: Sequence[float],
    late: Sequence[bool],
) -> ControlChart:
    breaks, _ = _breaks(asking, measure, [each.period for each in counted])
    return charts.xmr(
        [
            Value(each.period.name, value, preliminary=unsure)
            for each, value, unsure in zip(counted, values, late, strict=True)
        ],
        breaks=breaks,
    )


def _breaks(
    asking: Asking, measure: Measure, months: Sequence[Period]
) -> tuple[list[int], list[Note]]:
    """Where the lines begin anew, and what is said there."""
    places: list[int] = []
    notes: list[Note] = []
    for row in asking.recalculations.get(measure.key, ()):
        place = next((n for n, month in enumerate(months) if month.last >= row.begins_on), None)
        if place:
            places.append(place)
            who = f"{row.decided_by.name}, {swedish.day(row.decided_at)}"
            notes.append(
                Note(place - 0.5, f"Nya gränser från {months[place].name}: {row.reason} ({who})")
            )
    return places, notes


def _new_levels(asking: Asking, measure: Measure, counted: Sequence[Counted]) -> list[Note]:
    return _breaks(asking, measure, [each.period for each in counted])[1]


def _scaled(asking: Asking, counted: Sequence[Counted]) -> list[float]:
    """The counts, or the same by day or without the season."""
    values: list[float] = [each.count for each in counted]
    if asking.scale == PER_DAY:
        return [
            season.per_day(each.period.first, value)
            for each, value in zip(counted, values, strict=True)
        ]
    found = _season(counted)
    if asking.scale == SEASONLESS and found is not None:
        return [
            found.without(each.period.first, value)
            for each, value in zip(counted, values, strict=True)
        ]
    return values


def _season(counted: Sequence[Counted]) -> season.Season | None:
    return season.season([(each.period.first, float(each.count)) for each in counted])


def _explained(asking: Asking, counted: Sequence[Counted]) -> list[str]:
    found = _season(counted)
    if asking.scale == PER_DAY:
        return ["Talen är omräknade till månader om 30,4 dagar."]
    if asking.scale == SEASONLESS and found is None:
        return ["Säsongen kan inte räknas bort än: det behövs 36 månader. Talen är som de är."]
    if asking.scale == SEASONLESS:
        return ["Säsongen är borträknad: talen är vad en månad utan säsong skulle ha haft."]
    if found is not None and found.is_worth_it:
        return [
            "Säsongen förklarar en stor del av variationen. Välj talen utan säsong för att se resten."
        ]
    return []


def _done(asking: Asking, measure: Measure, counted: Sequence[Counted]) -> list[Note]:
    """When measures of the area's cases became done."""
    if not counted:
        return []
    whole = asking.between(counted[0].period.first, counted[-1].period.last)
    cases = measure.rows_for(whole).order_by().values("pk")
    rows: Any = (
        Action.objects.filter(
            serves__case__in=cases, status=Action.Status.DONE, done_at__isnull=False
        )
        .order_by("-done_at", "-pk")
        .distinct()
        .values_list("title", "done_at")[:NOTES]
    )
    found = []
    for title, at in rows:
        place = next(
            (n for n, each in enumerate(counted) if each.period.last >= calendar.local_day(at)),
            None,
        )
        if place is not None:
            found.append(Note(place, f"Åtgärd klar {swedish.day(at)}: {title}"))
    return found[::-1]


def _areas(asking: Asking, key: str, question: str, family: str, whole: str) -> Chart:
    members = registry.members(family)
    year = asking.this_year
    period = Period(step=Step.YEAR, first=year.first, last=year.last)
    told = counting.by_member(asking, members, [period])
    found = (
        counting.by_value(asking, registry.of("filed_deviations"), "event_class__code")
        if told is None
        else {code: count for code, [count] in told.items()}
    )
    bars = [
        Ranked(
            one.name.partition(": ")[2],
            found[one.variant],
            asking.address(one, period),
            is_rest=one.variant.endswith(REST),
        )
        for one in members
        if found.get(one.variant)
    ]
    about = asking.about(key, question, "filed_deviations", _dominating(bars))
    definition = (
        "Inkomna avvikelser som skrevs under året, efter händelseklass. Klassen är den som avvikelsen har "
        "nu; avvikelser utan klass är inte med. Övrigt står sist oavsett storlek. Varje tal är ett mått."
    )
    return parts.pareto(
        replace(about, definition=definition),
        bars,
        name=f"{whole} {asking.year}",
        noun="avvikelser",
    )


def _dominating(bars: Sequence[Ranked]) -> str:
    """So few areas make up half; or that there are none."""
    if not bars:
        return "Inga avvikelser har en sådan händelseklass det året."
    whole = sum(bar.value for bar in bars)
    named = sorted((bar for bar in bars if not bar.is_rest), key=lambda bar: (-bar.value, bar.name))
    so_far, count = 0.0, 0
    for bar in named:
        so_far, count = so_far + bar.value, count + 1
        if so_far >= whole / 2:
            break
    if so_far < whole / 2:
        return f"Övrigt är mer än hälften av {swedish.number(whole)}: klassningen säger för lite."
    if count == 1:
        share = round(100 * so_far / whole)
        return f"{named[0].name} står för {share} % av {swedish.number(whole)} avvikelser."
    names = ", ".join(bar.name for bar in named[: count - 1]) + f" och {named[count - 1].name}"
    if count > 3:
        return f"Ingen dominerar: det behövs {swedish.in_words(count)} områden för att nå hälften."
    share = round(100 * so_far / whole)
    return f"{names} står tillsammans för {share} % av {swedish.number(whole)} avvikelser."


def _largest(names: dict[str, str], found: dict[str, list[int]], largest: Sequence[str]) -> str:
    if not largest:
        return "Inga avvikelser har kommit in de senaste två åren."
    first = largest[0]
    whole = sum(sum(counts) for counts in found.values())
    share = round(100 * sum(found[first]) / whole)
    if names.get(first) == NONE_NAME:
        return f"De flesta har ingen typ: {share} % av {swedish.number(whole)} på två år."
    return f"Vanligast är {names.get(first, first).lower()}: {share} % av {swedish.number(whole)} på två år."

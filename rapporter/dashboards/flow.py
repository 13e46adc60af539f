"""How the work flows: in and out, when we are caught up, how long cases wait, where it stops, what has become old."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from patientsakerhet.lib import calendar
from patientsakerhet.ui import swedish
from rapporter import periods, registry
from rapporter.charts import multiples, parts, series, waiting
from rapporter.charts.chart import Chart
from rapporter.charts.multiples import Panel
from rapporter.charts.series import Ahead, Balance, Column, Layer
from rapporter.charts.waiting import Stage, Steps
from rapporter.dashboards import counting
from rapporter.dashboards.asking import Asking
from rapporter.flow import balance, forecast, lengths, of_cases, prepared, stages, words
from rapporter.flow.forecast import Week
from rapporter.flow.of_cases import LABELS, STAGES
from rapporter.flow.prepared import Time
from rapporter.periods import Period, Step
from rapporter.registry import Asked

MONTHS = 24
WEEKS = 52
QUARTERS = 8
AHEAD = 26
KINDS = 5
"""At most so many sorts have a bar of their own, those with most time."""
SEED = 20
"""The same question has the same forecast."""
NAMES = {stage: label.capitalize() for stage, label in LABELS.items()}


def in_and_out(asking: Asking) -> Chart:
    """Hinner vi med?"""
    whole = counting.months(asking, MONTHS)
    found = [_books(one) for one in prepared.by_month(_spanning(asking, whole))]
    came, left, open_then = map(registry.of, ("flow_came", "flow_left", "flow_open"))
    months = [
        Balance(
            month.name,
            month.tick,
            one.came,
            one.left,
            one.after,
            (
                asking.address(came, month),
                asking.address(left, month),
                asking.address(open_then, month),
            ),
        )
        for month, one in zip(whole, found, strict=True)
    ]
    months = months[
        next((n for n, one in enumerate(months) if one.into or one.backlog), len(months)) :
    ]
    finding = "Inga ärenden har kommit in de senaste två åren."
    if months:
        last = found[-12:]
        year = balance.Period(
            last[0].start,
            last[-1].end,
            last[0].before,
            sum(one.filed for one in last),
            sum(one.reopened for one in last),
            sum(one.left for one in last),
            last[-1].after,
        )
        finding = f"De senaste tolv månaderna: {words.balance(year)}"
        little = lengths.little(asking.asked, (year.start, year.end), year.filed)
        finding = " ".join(filter(None, (finding, words.little(little))))
    return series.in_and_out(
        asking.about("takt", "Hinner vi med?", "flow_open", finding),
        months,
        name="Ärenden in och ut per månad, och öppna vid månadens slut",
    )


def caught_up(asking: Asking) -> Chart:
    """När är vi ikapp? Past weeks drawn again, on end."""
    weeks, found = _weeks(asking)
    backlog = found[-1].backlog
    target = backlog // 2
    known = [
        Column(
            week.name, week.tick, one.backlog, url=asking.address(registry.of("flow_open"), week)
        )
        for week, one in zip(weeks[-AHEAD:], found[-AHEAD:], strict=True)
    ]
    about = asking.about("ikapp", "När är vi ikapp?", "flow_open")
    if not backlog:
        return series.fan(
            asking.about("ikapp", about.question, "flow_open", "Kön är tom."), [], [], name="Prognos",
            noun="öppna",
        )  # fmt: skip
    drawn = forecast.caught_up(
        backlog, [Week(one.came, one.left) for one in found], target=target, seed=SEED, shown=AHEAD
    )
    ahead = [
        Ahead(week.name, week.tick, middle, low, high)
        for week, (low, middle, high) in zip(_following(weeks[-1], AHEAD), drawn.fan, strict=True)
    ]
    day = calendar.add_calendar_days(weeks[-1].last, 1)
    finding = f"Målet är hälften av dagens kö. {words.caught_up(drawn, target, day)}"
    return series.fan(
        asking.about("ikapp", about.question, "flow_open", finding),
        known,
        ahead,
        name="Öppna ärenden per vecka och prognos i dagens takt",
        noun="öppna",
        target=target,
    )


def waiting_time(asking: Asking) -> Chart:
    """Hur länge väntar ärenden på oss?"""
    years = (asking.year, asking.year - 1)
    found = lengths.until_coordinated(asking.asked, [_of_year(year) for year in years])
    this, last = (
        Steps(str(year), one.days, [1 - share for share in one.shares], one.total, one.waiting)
        for year, one in zip(years, found, strict=True)
    )
    return waiting.curves(
        asking.about(
            "vantan",
            "Hur länge väntar ärenden på oss?",
            "flow_waiting.half",
            waited(this, last),
        ),
        [this, last] if last.total else [this],
        name="Andel ärenden som inte är koordinerade, efter antal dagar",
    )


def where_it_stops(asking: Asking) -> Chart:
    """Var tar det stopp? Case-days by stage, each sort of case a bar."""
    window = _of_year(asking.year)
    loads = lengths.loads(asking.asked, window)
    whole = loads.pop("", [])
    bars = [parts.Whole("Alla", _days(whole))] if any(one.time for one in whole) else []
    own = [
        parts.Whole(kind, _days(held))
        for kind, held in loads.items()
        if any(one.time for one in held)
    ]
    own = own if len(own) > 1 else []
    stop = stages.bottleneck(whole)
    if stop is not None:
        paced = lengths.with_pace(asking.asked, window, stop)
        whole = [paced if one is stop else one for one in whole]
    bars += sorted(own, key=lambda bar: -sum(bar.parts))[:KINDS]
    return parts.shares(
        asking.about(
            "stopp",
            f"Var tar det stopp {asking.year}?",
            "flow_lead.investigation",
            words.bottleneck(whole, dict(LABELS)),
        ),
        list(LABELS.values()),
        bars,
        name="Andel av ärendenas tid i varje steg",
        unit="ärendedagar",
    )


def stage_times(asking: Asking) -> Chart:
    """Blir något steg långsammare? Days within which 85 percent were through, by quarter."""
    yesterday = calendar.add_calendar_days(asking.today, -1)
    quarters = periods.ending(yesterday, Step.QUARTER, QUARTERS)
    found = lengths.paces(asking.asked, [_span(quarter) for quarter in quarters])
    panels = [Panel(name, [one[stage].most for one in found]) for stage, name in NAMES.items()]
    return multiples.multiples(
        asking.about(
            "ledtider", "Blir något steg långsammare?", "flow_lead.investigation", _slower(panels)
        ),
        [(quarter.name, quarter.tick) for quarter in quarters],
        [panel for panel in panels if any(value is not None for value in panel.values)],
        name="Dagar inom vilka 85 procent var igenom, per steg och kvartal",
        unit="dagar",
        decimals=1,
    )


def moving(asking: Asking) -> Chart:
    """Hur rör sig arbetet? How many are in each stage at the end of each week."""
    weeks, times = _weeks(asking)
    found = {stage: [one.open.get(stage, 0) for one in times] for stage in STAGES}
    layers = [Layer(NAMES[stage], found[stage]) for stage in STAGES]
    growth = {stage: counts[-1] - counts[0] for stage, counts in found.items()}
    most = max(growth, key=lambda stage: growth[stage])
    finding = "Inga ärenden har varit öppna det senaste året."
    if any(map(any, found.values())):
        finding = "Inget steg har fler ärenden än för ett år sedan."
        if growth[most] > 0:
            finding = (
                f"{NAMES[most]} växer mest: {swedish.number(found[most][-1])} ärenden mot "
                f"{swedish.number(found[most][0])} för ett år sedan."
            )
    return series.flow(
        asking.about("flode", "Hur rör sig arbetet?", "flow_open", finding),
        [(week.name, week.tick) for week in weeks],
        layers,
        name="Öppna ärenden i varje steg vid veckans slut",
    )


def too_old(asking: Asking) -> Chart:
    """Vilka öppna ärenden är för gamla?"""
    paces, found = paces_of_a_year(asking), lengths.ageing(asking.asked)
    this_year = periods.of(asking.today, Step.YEAR)
    rows = [
        Stage(
            NAMES[stage],
            found.in_stage.get(stage, []),
            paces[stage].half,
            paces[stage].most,
            asking.address(registry.of(f"flow_open_stage.{stage}"), this_year),
        )
        for stage in STAGES
    ]
    return waiting.ageing(
        asking.about(
            "alder",
            "Vilka öppna ärenden är för gamla?",
            "flow_slow",
            words.ageing(found.in_stage, found.oldest, paces),
        ),
        rows,
        name="Öppna ärenden efter tid i steget",
    )


def paces_of_a_year(asking: Asking) -> dict[str, stages.Pace]:
    """How long each stage has taken of late: the lines that open cases are held against."""
    if "paces" not in asking.memory:
        first = calendar.start_of_day(of_cases.year_before(asking.today))
        [asking.memory["paces"]] = lengths.paces(asking.asked, [(first, asking.asked.as_of)])
    found: dict[str, stages.Pace] = asking.memory["paces"]
    return found


def _weeks(asking: Asking) -> tuple[list[Period], list[Time]]:
    """The last whole weeks, and what came, went and lay there in each."""
    weeks = periods.ending(calendar.add_calendar_days(asking.today, -1), Step.WEEK, WEEKS)
    if "weeks" not in asking.memory:
        asking.memory["weeks"] = prepared.by_week(_spanning(asking, weeks))
    return weeks, asking.memory["weeks"]


def _spanning(asking: Asking, among: Sequence[Period]) -> Asked:
    return asking.between(among[0].first, among[-1].last)


def _books(month: Time) -> balance.Period:
    """A month of the sums as a period of the books."""
    start, end = (
        calendar.start_of_day(day) for day in (month.first, calendar.add_months(month.first, 1))
    )
    before = month.backlog - month.came + month.left
    return balance.Period(
        start, end, before, month.filed, month.reopened, month.left, month.backlog
    )


def _of_year(year: int) -> tuple[datetime, datetime]:
    return _span(periods.of(calendar.today().replace(year=year, month=1, day=1), Step.YEAR))


def _span(period: Period) -> tuple[datetime, datetime]:
    after = calendar.add_calendar_days(period.last, 1)
    return calendar.start_of_day(period.first), calendar.start_of_day(after)


def waited(this: Steps, last: Steps) -> str:
    """What the curves say, by the same rule as the measure flow_waiting."""
    if not this.total:
        return f"Inga ärenden skrevs {this.name}."
    half, most = this.quantile(0.5), this.quantile(0.85)
    if half is None:
        told = f"Mindre än hälften av ärendena från {this.name} är koordinerade än."
    elif most is None:
        told = f"Hälften var koordinerade inom {words.length(half)}; 85 procent är det inte än."
    else:
        told = (
            f"Hälften var koordinerade inom {words.length(half)} och 85 procent inom "
            f"{words.length(most)}."
        )
    before = last.quantile(0.5)
    return told if before is None else f"{told} {last.name}: hälften inom {words.length(before)}."


def _days(loads: Sequence[stages.Load]) -> list[float]:
    return [one.time / timedelta(days=1) for one in loads]


def _following(week: Period, count: int) -> list[Period]:
    found = [week]
    for _ in range(count):
        found.append(periods.of(calendar.add_calendar_days(found[-1].last, 1), Step.WEEK))
    return found[1:]


def _slower(panels: Sequence[Panel]) -> str:
    """The stage whose newest quarter with a number is furthest above that of a year before."""
    grown: list[tuple[float, str, float, float]] = []
    for panel in panels:
        for place in range(len(panel.values) - 1, 3, -1):
            now, then = panel.values[place], panel.values[place - 4]
            if now is not None and then is not None:
                grown.append((now - then, panel.name, now, then))
                break
    if not grown:
        return "Det går inte att jämföra med för ett år sedan än."
    more, name, now, then = max(grown)
    if more <= 0:
        return "Inget steg tar längre tid än för ett år sedan."
    return f"{name}: 85 procent är igenom på {words.length(now)}, mot {words.length(then)} ett år tidigare."

"""Charts over time: bars by period, in and out with the backlog, flow areas, forecast."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from patientsakerhet.ui import swedish
from rapporter.charts import scale
from rapporter.charts.chart import BROKEN, NOTHING, About, Cell, Chart, Table, number
from rapporter.charts.control import APART, axis
from rapporter.charts.drawing import Area, Bar, Drawing, Line, Mark, Part, Role, Word
from rapporter.charts.scale import Scale
from rapporter.charts.screen import Sign

LEFT, RIGHT, WIDE, NAMES = 6.0, 78.0, 97.0, 80.0
TOP, DEPTH = 18, 190
BELOW = 34
"""Pixels for the axis' names."""
KINDS: tuple[Role, ...] = ("k1", "k2", "k3", "k4", "k6")


@dataclass(frozen=True)
class Column:
    """One period's number, with an earlier one to compare with if there is one."""

    label: str
    tick: str
    value: float
    before: float | None = None
    url: str = ""
    is_ahead: bool = False
    """The period has not begun."""


@dataclass(frozen=True)
class Balance:
    """What came in and went out in a period, and what was open at its end."""

    label: str
    tick: str
    into: int
    out: int
    backlog: int
    urls: tuple[str, str, str] = ("", "", "")
    is_open: bool = False
    """The period still runs."""


@dataclass(frozen=True)
class Layer:
    """One stage of the flow: how many are in it at each moment."""

    name: str
    counts: Sequence[int]


@dataclass(frozen=True)
class Ahead:
    """A forecast for a period: the middle, and what it lies between."""

    label: str
    tick: str
    middle: float
    low: float
    high: float


def columns(
    about: About,
    bars: Sequence[Column],
    *,
    name: str,
    noun: str,
    before: str = "",
    period: str = "Månad",
    breaks: Collection[int] = (),
) -> Chart:
    """Upright bars, oldest first; `before` names the paler bars beside them.

    From the bars at the places in `breaks` on, the number means something else than before.
    """
    compared = any(bar.before is not None for bar in bars)
    headings = [period, noun.capitalize(), *([before.capitalize()] if compared else [])]
    rows = [
        [
            Cell(bar.label),
            number(None if bar.is_ahead else bar.value, url=bar.url),
            *([number(bar.before)] if compared else []),
        ]
        for bar in bars
    ]
    total = swedish.number(sum(bar.value for bar in bars))
    return Chart(
        about=about,
        name=name,
        finding=about.finding or NOTHING,
        shows=f"{total} {noun}, {bars[0].label} till {bars[-1].label}." if bars else "",
        drawing=_columns(bars, compared, breaks) if bars else None,
        table=Table(headings, rows, frozenset(range(1, len(headings)))),
        legend=_legend(noun, before if compared else "", is_broken=bool(breaks)),
    )


def _legend(noun: str, before: str, *, is_broken: bool) -> list[tuple[Sign, str]]:
    found: list[tuple[Sign, str]] = []
    if before:
        found += [("bar", noun), ("bar-past", before)]
    if is_broken:
        found.append(("limit", BROKEN))
    return found


def in_and_out(about: About, months: Sequence[Balance], *, name: str) -> Chart:
    """Bars in and out of each period and the line of what is open, on one axis in cases."""
    rows = [
        [
            Cell(month.label + (" (pågår)" if month.is_open else "")),
            number(month.into, url=month.urls[0]),
            number(month.out, url=month.urls[1]),
            number(month.backlog, url=month.urls[2]),
        ]
        for month in months
    ]
    shows = ""
    if months:
        shows = (
            f"{months[0].label} till {months[-1].label}: in {swedish.number(sum(m.into for m in months))}, "
            f"ut {swedish.number(sum(m.out for m in months))}, öppna vid slutet "
            f"{swedish.number(months[-1].backlog)}."
        )
    return Chart(
        about=about,
        name=name,
        finding=about.finding or NOTHING,
        shows=shows,
        drawing=_balance(months) if months else None,
        table=Table(["Månad", "In", "Ut", "Öppna vid slutet"], rows, frozenset({1, 2, 3})),
        legend=[("bar", "in"), ("bar-past", "ut"), ("data", "öppna")],
    )


def flow(
    about: About, moments: Sequence[tuple[str, str]], layers: Sequence[Layer], *, name: str
) -> Chart:
    """How many cases are in each stage at each moment (label, tick); the first layer lies on top.

    At most five layers.
    """
    if len(layers) > len(KINDS):
        raise ValueError("at most five layers can be told apart")
    totals = [sum(counts) for counts in zip(*(layer.counts for layer in layers), strict=True)]
    rows = [
        [Cell(label), *(number(layer.counts[place]) for layer in layers), number(totals[place])]
        for place, (label, _) in enumerate(moments)
    ]
    headings = ["Dag", *(layer.name.capitalize() for layer in layers), "Summa"]
    shows = ""
    if moments and layers:
        now = ", ".join(f"{layer.name} {swedish.number(layer.counts[-1])}" for layer in layers)
        shows = f"{moments[0][0]} till {moments[-1][0]}. Sist: {now}."
    drawn = len(moments) > 1 and any(totals)
    return Chart(
        about=about,
        name=name,
        finding=about.finding or NOTHING,
        shows=shows,
        drawing=_flow([tick for _, tick in moments], layers, totals) if drawn else None,
        table=Table(headings, rows, frozenset(range(1, len(headings)))),
        legend=[(KINDS[place], layer.name) for place, layer in enumerate(layers)],
    )


def fan(
    about: About,
    known: Sequence[Column],
    ahead: Sequence[Ahead],
    *,
    name: str,
    noun: str,
    target: float | None = None,
) -> Chart:
    """What was, and what may come: the middle of the forecast in its interval of 80 per cent."""
    rows = [[Cell(one.label), number(one.value, url=one.url), Cell(""), Cell("")] for one in known]
    rows += [
        [
            Cell(f"{one.label} (prognos)"),
            number(one.middle, 0),
            number(one.low, 0),
            number(one.high, 0),
        ]
        for one in ahead
    ]
    shows = ""
    if known and ahead:
        last = ahead[-1]
        shows = (
            f"{known[-1].label}: {swedish.number(known[-1].value)}. {last.label}: "
            f"{swedish.number(last.middle, 0)}, mellan {swedish.number(last.low, 0)} och "
            f"{swedish.number(last.high, 0)}."
        )
    return Chart(
        about=about,
        name=name,
        finding=about.finding or NOTHING,
        shows=shows,
        drawing=_fan(known, ahead, target) if known else None,
        table=Table(
            ["Period", noun.capitalize(), "80 % från", "80 % till"], rows, frozenset({1, 2, 3})
        ),
        legend=[("data", "känt"), ("soon", "prognos"), ("band", "80 % av utfallen väntas här")],
    )


def _columns(bars: Sequence[Column], compared: bool, breaks: Collection[int]) -> Drawing:
    down = scale.scale(
        [bar.value for bar in bars] + [bar.before or 0 for bar in bars],
        start=TOP + DEPTH,
        end=TOP,
    )
    parts: list[Part] = [*scale.grid(down, [swedish.number(mark) for mark in down.marks])]
    slot = (WIDE - LEFT) / len(bars)
    wide = min(slot * 0.7, 9)
    across = [LEFT + slot * (place + 0.5) for place in range(len(bars))]
    for x, bar in zip(across, bars, strict=True):
        here = wide / 2 if compared else wide
        if bar.before is not None:
            parts.append(_upright(x - wide / 2, here, down, bar.before, "bar-past"))
        if bar.is_ahead:
            continue
        parts.append(_upright(x if compared else x - wide / 2, here, down, bar.value, "bar"))
        if len(bars) <= 12:
            middle = x + wide / 4 if compared else x
            parts.append(
                Word(middle, down(bar.value) - 5, swedish.number(bar.value), "dat", "middle")
            )
    for place in sorted(breaks):
        x = LEFT + slot * place
        parts.append(Line([(x, TOP), (x, TOP + DEPTH)], "limit"))
    return Drawing(
        TOP + DEPTH + BELOW, [*parts, *axis([bar.tick for bar in bars], across, TOP + DEPTH)]
    )


def _balance(months: Sequence[Balance]) -> Drawing:
    most = [value for month in months for value in (month.into, month.out, month.backlog)]
    down = scale.scale(most, start=TOP + DEPTH, end=TOP)
    parts: list[Part] = [
        *scale.grid(down, [swedish.number(mark) for mark in down.marks], right=RIGHT + 2)
    ]
    slot = (RIGHT - LEFT) / len(months)
    wide = slot * 0.36
    across = [LEFT + slot * (place + 0.5) for place in range(len(months))]
    for x, month in zip(across, months, strict=True):
        parts.append(_upright(x - wide, wide, down, month.into, "bar"))
        parts.append(_upright(x, wide, down, month.out, "bar-past"))
    line = [(x, down(month.backlog)) for x, month in zip(across, months, strict=True)]
    parts.append(Line(line, "data"))
    x, y = line[-1]
    parts.append(Mark(x, y, "ring", 4))
    parts.append(Word(NAMES, y + 4, f"öppna {swedish.number(months[-1].backlog)}", "dat"))
    return Drawing(
        TOP + DEPTH + BELOW, [*parts, *axis([month.tick for month in months], across, TOP + DEPTH)]
    )


def _flow(ticks: Sequence[str], layers: Sequence[Layer], totals: Sequence[int]) -> Drawing:
    down = scale.scale(totals, start=TOP + DEPTH, end=TOP)
    across = scale.spread(len(ticks), LEFT, RIGHT)
    parts: list[Part] = [
        *scale.grid(down, [swedish.number(mark) for mark in down.marks], right=RIGHT)
    ]
    below = [0] * len(ticks)
    names: list[tuple[float, str]] = []
    for place in range(len(layers) - 1, -1, -1):
        layer = layers[place]
        above = [low + count for low, count in zip(below, layer.counts, strict=True)]
        upper = [(x, down(value)) for x, value in zip(across, above, strict=True)]
        lower = [(x, down(value)) for x, value in zip(across, below, strict=True)]
        parts.append(Area([*upper, *reversed(lower)], KINDS[place]))
        parts.append(Line(upper, "mean"))
        if layer.counts[-1]:
            names.append(
                (
                    (upper[-1][1] + lower[-1][1]) / 2,
                    f"{layer.name} {swedish.number(layer.counts[-1])}",
                )
            )
        below = above
    last = float(TOP + DEPTH + APART)
    for y, text in names:
        last = min(y + 4, last - APART)
        parts.append(Word(NAMES, last, text, "lab"))
    return Drawing(TOP + DEPTH + BELOW, [*parts, *axis(ticks, across, TOP + DEPTH)])


def _fan(known: Sequence[Column], ahead: Sequence[Ahead], target: float | None) -> Drawing:
    values = [one.value for one in known] + [one.high for one in ahead] + [target or 0]
    down = scale.scale(values, start=TOP + DEPTH, end=TOP)
    across = scale.spread(len(known) + len(ahead), LEFT, WIDE)
    parts: list[Part] = [*scale.grid(down, [swedish.number(mark) for mark in down.marks])]
    if target is not None:
        parts.append(Line([(LEFT, down(target)), (WIDE, down(target))], "goal"))
        parts.append(Word(LEFT, down(target) - 5, f"mål {swedish.number(target)}", "lab"))
    was = [(x, down(one.value)) for x, one in zip(across, known, strict=False)]
    if ahead:
        later = across[len(known) :]
        upper = [was[-1], *((x, down(one.high)) for x, one in zip(later, ahead, strict=True))]
        lower = [was[-1], *((x, down(one.low)) for x, one in zip(later, ahead, strict=True))]
        middle = [was[-1], *((x, down(one.middle)) for x, one in zip(later, ahead, strict=True))]
        parts.append(Area([*upper, *reversed(lower)], "band"))
        parts.append(Line(middle, "soon"))
        x, y = middle[-1]
        parts.append(Word(x, y - 8, swedish.number(ahead[-1].middle, 0), "dat", "end"))
    parts.append(Line(was, "data"))
    parts.append(Mark(*was[-1], "ring", 4))
    ticks = [one.tick for one in known] + [one.tick for one in ahead]
    return Drawing(TOP + DEPTH + BELOW, [*parts, *axis(ticks, across, TOP + DEPTH)])


def _upright(x: float, wide: float, down: Scale, value: float, role: Role) -> Bar:
    return Bar(x, down(value), wide, down.start - down(value), role)

"""Charts of how a whole is made up, and of units beside each other: parts, Pareto, funnel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from patientsakerhet.ui import swedish
from rapporter.charts import scale
from rapporter.charts.chart import NOTHING, About, Cell, Chart, Table, number, per_cent
from rapporter.charts.control import level
from rapporter.charts.drawing import Bar, Drawing, Line, Mark, Part, Place, Role, Word, anchored
from rapporter.charts.series import KINDS
from rapporter.control_charts.funnel import Funnel
from rapporter.control_charts.words import Told

ROW = 40
"""Pixels for each bar with its name above it."""
THICK = 14
HIDDEN = 8.0
"""How long every bar is of which the number is hidden, in per cent of the width."""
LEFT, RIGHT = 6.0, 96.0
TOP, DEPTH = 18, 220
LIMITS: tuple[tuple[str, Role], ...] = (
    ("upper", "limit"),
    ("lower", "limit"),
    ("near_upper", "past"),
    ("near_lower", "past"),
)
NAMED = 6
"""At most so many units outside the limits are named in the drawing."""


@dataclass(frozen=True)
class Ranked:
    """One category with its number; what is left over (Övrigt) stands last whatever its size."""

    name: str
    value: float
    url: str = ""
    is_rest: bool = False


@dataclass(frozen=True)
class Masked:
    """One category of which the number may be hidden: then `shown` is what stands in its place."""

    name: str
    value: float | None
    shown: str = ""
    is_rest: bool = False


@dataclass(frozen=True)
class Whole:
    """One whole, divided: its parts in the order that the chart names them in."""

    name: str
    parts: Sequence[float]


def pareto(
    about: About, bars: Sequence[Ranked], *, name: str, noun: str, what: str = "område"
) -> Chart:
    """Lying bars, largest first and the rest last, with how much of the whole there is so far.

    `what` is a bar: område, händelseklass.
    """
    ordered = sorted(bars, key=lambda bar: (bar.is_rest, -bar.value, bar.name))
    whole = sum(bar.value for bar in ordered)
    so_far = list(accumulate(bar.value for bar in ordered))
    rows = [
        [
            Cell(bar.name),
            number(bar.value, url=bar.url),
            per_cent(bar.value / whole if whole else None),
            per_cent(up_to / whole if whole else None),
        ]
        for bar, up_to in zip(ordered, so_far, strict=True)
    ]
    shows = ""
    if whole:
        first = ordered[0]
        shows = (
            f"{swedish.number(whole)} {noun} i {swedish.number(len(ordered))} delar; störst är "
            f"{first.name} med {swedish.number(first.value)}."
        )
    return Chart(
        about=about,
        name=name,
        finding=about.finding or NOTHING,
        shows=shows,
        drawing=_pareto(ordered, so_far, whole) if whole else None,
        table=Table(
            [what.capitalize(), noun.capitalize(), "Andel", "Andel hittills"],
            rows,
            frozenset({1, 2, 3}),
        ),
        legend=[("bar", noun), ("past", "andel av alla, räknat uppifrån")],
    )


def masked(
    about: About, bars: Sequence[Masked], *, name: str, noun: str, what: str = "område"
) -> Chart:
    """Lying bars of which some are hidden: those are hatched, all as long, and in no order of size.

    Nothing of a hidden number can be read out of the drawing, neither its length nor its place.
    """
    ordered = sorted(
        bars, key=lambda bar: (bar.is_rest, bar.value is None, -(bar.value or 0), bar.name)
    )
    rows = [[Cell(bar.name), _masked_cell(bar)] for bar in ordered]
    seen = [bar for bar in ordered if bar.value is not None]
    hidden = [bar.name for bar in ordered if bar.value is None]
    told = ", ".join(f"{bar.name} {swedish.number(bar.value)}" for bar in seen if bar.value)
    return Chart(
        about=about,
        name=name,
        finding=about.finding or NOTHING,
        shows=" ".join(
            filter(
                None,
                (f"{told}." if told else "", f"Dolda tal: {', '.join(hidden)}." if hidden else ""),
            )
        ),
        drawing=_masked(ordered),
        table=Table([what.capitalize(), noun.capitalize()], rows, frozenset({1})),
        legend=[("bar", noun)],
    )


def _masked_cell(bar: Masked) -> Cell:
    return Cell(bar.shown) if bar.value is None else number(bar.value)


def _masked(bars: Sequence[Masked]) -> Drawing:
    whole = max((bar.value or 0 for bar in bars), default=0) or 1
    parts: list[Part] = []
    for place, bar in enumerate(bars):
        y = place * ROW + 20
        if bar.value is None:
            parts += _hatched(y)
        else:
            wide = 100 * bar.value / whole
            parts.append(Bar(0, y, wide, THICK, "bar-past" if bar.is_rest else "bar"))
        said = bar.shown if bar.value is None else swedish.number(bar.value)
        parts.append(Word(0, y - 6, f"{bar.name} · {said}", "lab"))
    return Drawing(len(bars) * ROW, parts)


def _hatched(y: float) -> list[Part]:
    """A bar of a length of its own, which says nothing of how many there are."""
    edge: list[Place] = [(0, y), (HIDDEN, y), (HIDDEN, y + THICK), (0, y + THICK), (0, y)]
    strokes = [
        Line([(at, y + THICK), (at + HIDDEN / 4, y)], "mean")
        for at in (n * HIDDEN / 8 for n in range(7))
    ]
    return [Line(edge, "mean"), *strokes]


def shares(
    about: About, names: Sequence[str], wholes: Sequence[Whole], *, name: str, unit: str
) -> Chart:
    """Bars of 100 per cent; `names` are the parts, five at most, left to right."""
    if len(names) > len(KINDS):
        raise ValueError("at most five parts can be told apart")
    rows = []
    for whole in wholes:
        total = sum(whole.parts)
        cells = [per_cent(part / total if total else None) for part in whole.parts]
        rows.append([Cell(whole.name), *cells, number(total, 0)])
    shows = " ".join(
        f"{whole.name}: "
        + ", ".join(
            f"{part_name} {round(100 * part / sum(whole.parts))} procent"
            for part_name, part in zip(names, whole.parts, strict=True)
        )
        + "."
        for whole in wholes
        if sum(whole.parts)
    )
    drawn = [whole for whole in wholes if sum(whole.parts)]
    return Chart(
        about=about,
        name=name,
        finding=about.finding or NOTHING,
        shows=shows,
        drawing=_shares(drawn) if drawn else None,
        table=Table(
            ["Stapel", *(each.capitalize() for each in names), f"Summa, {unit}"],
            rows,
            frozenset(range(1, len(names) + 2)),
        ),
        legend=[(KINDS[place], each) for place, each in enumerate(names)],
    )


def funnel(
    about: About, found: Funnel, *, name: str, told: Told, size: str, urls: Sequence[str] = ()
) -> Chart:
    """Units by their size and their rate, with limits that narrow; never a ranking."""
    outside = {unit.label for unit in found.outside}
    ordered = sorted(enumerate(found.units), key=lambda pair: pair[1][0].label)
    rows = [
        [
            Cell(unit.label),
            Cell(level(unit.value or 0.0, told), urls[place] if place < len(urls) else ""),
            number(unit.of),
            number(unit.count),
            Cell("utanför gräns" if unit.label in outside else swedish.DASH),
        ]
        for place, (unit, _) in ordered
    ]
    centre = found.centre
    shows = ""
    if centre is not None:
        shows = (
            f"{swedish.number(len(found.units))} enheter; alla tillsammans {level(centre, told)}; "
            f"{swedish.number(len(outside))} utanför gräns."
        )
    return Chart(
        about=about,
        name=name,
        finding=about.finding or _funnel_finding(found),
        shows=shows,
        drawing=_funnel(found, told, size) if found.units else None,
        table=Table(
            ["Enhet", told.subject, size.capitalize(), "Antal", "Signal"],
            rows,
            frozenset({1, 2, 3}),
        ),
        legend=[
            ("ring", "en enhet"),
            ("diamond", "utanför gräns"),
            ("limit", "gräns: utanför är det knappast slump"),
            ("past", "nära gräns"),
        ],
    )


def _funnel_finding(found: Funnel) -> str:
    if not found.curve:
        return "För få enheter för gränser."
    if not found.outside:
        return "Ingen enhet skiljer sig från de andra mer än slumpen gör."
    names = ", ".join(unit.label for unit in found.outside[:NAMED])
    more = len(found.outside) - NAMED
    rest = f" och {swedish.in_words(more)} till" if more > 0 else ""
    return f"Utanför gränserna: {names}{rest}. Det säger var man ska fråga, inte vem som är bäst."


def _pareto(bars: Sequence[Ranked], so_far: Sequence[float], whole: float) -> Drawing:
    def across(value: float) -> float:
        return 100 * value / whole

    parts: list[Part] = []
    line = []
    for place, (bar, up_to) in enumerate(zip(bars, so_far, strict=True)):
        y = place * ROW + 20
        parts.append(Bar(0, y, across(bar.value), THICK, "bar-past" if bar.is_rest else "bar"))
        line.append((min(across(up_to), 99.0), y + THICK / 2))
    parts.append(Line(line, "past"))
    parts += [Mark(x, y, "ring", 2.5) for x, y in line]
    for place, bar in enumerate(bars):
        text = f"{bar.name} · {swedish.number(bar.value)}"
        parts.append(Word(0, place * ROW + 14, text, "lab"))
    parts.append(Word(100, line[-1][1] + THICK / 2 + 16, "100 %", anchor="end"))
    return Drawing(len(bars) * ROW + 14, parts)


def _shares(wholes: Sequence[Whole]) -> Drawing:
    parts: list[Part] = []
    for place, whole in enumerate(wholes):
        total = sum(whole.parts)
        y = place * (ROW + 24)
        parts.append(Word(0, y + 14, whole.name, "lab"))
        at = 0.0
        for kind, part in zip(KINDS, whole.parts, strict=False):
            wide = 100 * part / total
            parts.append(Bar(at, y + 20, max(wide - 0.3, 0), THICK + 4, kind))
            if wide >= 9:
                text = f"{round(wide)}{swedish.HARD_SPACE}%"
                parts.append(Word(at, y + 51, text))
            at += wide
    return Drawing(len(wholes) * (ROW + 24) - 6, parts)


def _funnel(found: Funnel, told: Told, size: str) -> Drawing:
    values = [unit.value or 0.0 for unit, _ in found.units]
    tops = [line.upper for _, line in found.curve if line.upper is not None]
    # Near no size at all the limits are wide without end; they are cut where twice the highest unit is.
    most = min(max(tops, default=0.0), 2 * max(values)) if tops else max(values)
    down = scale.scale([*values, most], start=TOP + DEPTH, end=TOP, whole=False)
    sizes = [unit.of or 0.0 for unit, _ in found.units]
    across = scale.scale(sizes, start=LEFT, end=RIGHT)
    parts: list[Part] = [*scale.grid(down, [_mark(mark, told) for mark in down.marks])]
    for which, role in LIMITS:
        places = [
            (across(at), down(value))
            for at, line in found.curve
            if (value := getattr(line, which)) is not None and value <= down.high
        ]
        if len(places) > 1:
            parts.append(Line(places, role))
    if found.centre is not None:
        y = down(found.centre)
        parts.append(Line([(LEFT, y), (RIGHT, y)], "mean"))
        parts.append(Word(100, y - 5, f"alla {level(found.centre, told)}", "lab", "end"))
    for unit, line in found.units:
        x, y = across(unit.of or 0.0), down(unit.value or 0.0)
        outside = line.has_outside(unit.value)
        parts.append(Mark(x, y, "diamond" if outside else "ring", 6 if outside else 4))
    for unit in found.outside[:NAMED]:
        x, y = across(unit.of or 0.0), down(unit.value or 0.0)
        parts.append(Word(x, y - 10, unit.label, "sig", anchored(x, 50, 50)))
    bottom = TOP + DEPTH + 16
    for place, mark in enumerate(across.marks):
        last = place == len(across.marks) - 1
        text = f"{swedish.number(mark)} {size}" if last else swedish.number(mark)
        parts.append(Word(across(mark), bottom, text, anchor="end" if last else "middle"))
    return Drawing(TOP + DEPTH + 26, parts)


def _mark(value: float, told: Told) -> str:
    if told.per_cent:
        return f"{swedish.number(round(100 * value))}{swedish.HARD_SPACE}%"
    return swedish.number(value)

"""The control chart as a drawing: points, level, limits, signals, recalculations and what happened when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from patientsakerhet.ui import swedish
from rapporter.charts import scale
from rapporter.charts.chart import About, Cell, Chart, Table
from rapporter.charts.drawing import Area, Drawing, Line, Mark, Part, Role, Shape, Word, anchored
from rapporter.charts.scale import Scale
from rapporter.charts.screen import Sign
from rapporter.control_charts import words
from rapporter.control_charts.rules import Rule
from rapporter.control_charts.series import ControlChart, Maturity, Point, Segment
from rapporter.control_charts.signals import Signal, signals
from rapporter.control_charts.words import MONTHLY, Told

LEFT, RIGHT, NAMES = 5.0, 77.0, 79.0
"""Per cent: where points begin and end, and where the lines' names stand."""
TOP, DEPTH = 20, 196
"""Pixels above the area, and how deep it is."""
NOTE = 15
"""Pixels for each line of notes above the area."""
CUT = 32
"""Signs of a note in the drawing; the whole of it stands below."""
APART = 13
"""Pixels between the names of two lines."""
NAMED = 8
SIGNS: dict[str, tuple[Sign, str]] = {
    "ring": ("ring", "vanlig {period}"),
    "square": ("square", "del av skifte eller trend, eller nära gräns"),
    "diamond": ("diamond", "utanför gräns"),
    "open": ("open", "preliminär, kan öka; räknas inte in"),
    "dot": ("dot", "undantagen ur gränserna"),
}
NO_LOWER = "Det finns ingen nedre gräns: talen är för få för att kunna signalera nedåt."


@dataclass(frozen=True)
class Note:
    """Something that happened at a point, or (with a half) between two: a measure, a new level."""

    place: float
    text: str


def control(
    about: About,
    chart: ControlChart,
    *,
    name: str,
    ticks: Sequence[str],
    told: Told = MONTHLY,
    notes: Sequence[Note] = (),
    urls: Sequence[str] = (),
    explained: Sequence[str] = (),
) -> Chart:
    """The chart; `ticks` name the points along the axis (two lines: "okt.\\n2026"), `urls` lead to rows.

    The finding is the chart's own unless `about` has one.
    """
    finding = about.finding or words.finding(chart, told)
    drawn = _drawing(chart, ticks, told, notes) if chart.points else None
    shapes = {_shape(point) for point in chart.points}
    return Chart(
        about=about,
        name=name,
        finding=finding,
        shows=_shows(chart, told),
        drawing=drawn,
        table=_table(chart, told, urls),
        legend=[
            (sign, text.format(period=told.period))
            for shape, (sign, text) in SIGNS.items()
            if shape in shapes and shapes != {"ring"}
        ],
        notes=[*explained, *(note.text for note in notes), *_no_lower(chart, told)],
        judged=chart,
    )


def _drawing(
    chart: ControlChart, ticks: Sequence[str], told: Told, notes: Sequence[Note]
) -> Drawing:
    top = TOP + NOTE * len(notes)
    values = [point.value for point in chart.points if point.value is not None]
    lines = [each for point in chart.points for each in (point.lines.upper, point.lines.centre)]
    down = scale.scale(
        [*values, *(each for each in lines if each is not None)],
        start=top + DEPTH,
        end=top,
        whole=not told.per_cent,
    )
    across = scale.spread(len(chart.points), LEFT, RIGHT)
    parts: list[Part] = [
        *scale.grid(down, [told.number(mark) for mark in down.marks], right=RIGHT + 2)
    ]
    for segment in chart.segments:
        parts += _level(chart, segment, across, down, told)
    for place, note in enumerate(notes):
        parts += _noted(note, place, across, top)
    parts += _joined(chart, across, down)
    parts += [
        Mark(x, down(point.value), _shape(point), 3.2 if not point.rules else 4.8)
        for x, point in zip(across, chart.points, strict=True)
        if point.value is not None
    ]
    parts += _signals(chart, across, down, told)
    parts += _names(chart, down, told)
    parts += axis(ticks, across, top + DEPTH)
    return Drawing(top + DEPTH + 34, parts)


def axis(ticks: Sequence[str], across: Sequence[float], bottom: float) -> list[Part]:
    """The names below the area; of many some, of two lines each, fewer where it is narrow."""
    found: list[Part] = []
    for number, thin in scale.named(len(ticks), NAMED):
        for line, text in enumerate(ticks[number].split("\n")):
            y = bottom + 16 + 14 * line
            found.append(Word(across[number], y, text, anchor="middle", thin=thin))
    return found


def _level(
    chart: ControlChart, segment: Segment, across: Sequence[float], down: Scale, told: Told
) -> list[Part]:
    """The band, level and limits of a segment, each flat about its point."""
    half = _half(across)
    numbers = range(segment.start, segment.stop)

    def flat(which: str) -> list[tuple[float, float]]:
        places = []
        for number in numbers:
            value = getattr(chart.points[number].lines, which)
            if value is not None:
                y = down(max(value, 0.0))
                right = min(across[number] + half, RIGHT + 1)
                places += [(max(across[number] - half, LEFT - 1), y), (right, y)]
        return places

    upper, lower, centre = flat("upper"), flat("lower"), flat("centre")
    full = segment.maturity is Maturity.FULL
    found: list[Part] = []
    if upper and lower:
        found.append(Area([*upper, *reversed(lower)], "band"))
    found += [Line(upper, "limit" if full else "goal")] if upper else []
    if lower and any(_is_limit(chart.points[number].lines.lower, told) for number in numbers):
        found.append(Line(lower, "limit" if full else "goal"))
    return [*found, *([Line(centre, "mean")] if centre else [])]


def _joined(chart: ControlChart, across: Sequence[float], down: Scale) -> list[Part]:
    """The points joined; a missing one breaks the line, and what is preliminary is dashed."""
    found: list[Part] = []
    for before, (x, point) in enumerate(zip(across[1:], list(chart.points)[1:], strict=True)):
        earlier = chart.points[before]
        if point.value is None or earlier.value is None:
            continue
        here, there = (x, down(point.value)), (across[before], down(earlier.value))
        role: Role = "soon" if point.given.preliminary else "data"
        last = found[-1] if found else None
        if isinstance(last, Line) and last.role == role and last.places[-1] == there:
            found[-1] = Line([*last.places, here], role)
        else:
            found.append(Line([there, here], role))
    return found


def _signals(chart: ControlChart, across: Sequence[float], down: Scale, told: Told) -> list[Part]:
    """Words beside the newest point outside, and the newest shift."""
    places = {id(point): number for number, point in enumerate(chart.points)}
    newest: dict[Rule, Signal] = {}
    for signal in signals(chart):
        newest[signal.rule] = signal
    found: list[Part] = []
    outside, shift = newest.get(Rule.OUTSIDE), newest.get(Rule.SHIFT)
    if outside:
        point = outside.last
        x, value = across[places[id(point)]], point.value or 0.0
        y = down(value)
        text = f"{told.number(value)} – utanför gräns"
        above = y - 12 if y > TOP + NOTE else y + 20
        found.append(Word(x, above, text, "sig", "end" if x > 40 else "start"))
    if shift:
        numbers = [places[id(point)] for point in shift.points]
        x = sum(across[number] for number in numbers) / len(numbers)
        levels = [down(point.value or 0.0) for point in shift.points]
        y = max(levels) + 22 if shift.up else min(levels) - 14
        side = "över" if shift.up else "under"
        text = f"{len(numbers)} i rad {side} nivån"
        found.append(Word(x, y, text, "sig", anchored(x, 25, 62)))
    return found


def _names(chart: ControlChart, down: Scale, told: Told) -> list[Part]:
    """The newest lines' names beside them, apart from each other."""
    lines = next(
        (p.lines for p in reversed(list(chart.points)) if p.lines.centre is not None), None
    )
    if lines is None:
        return []
    told_of = [("övre", lines.upper), ("nivå", lines.centre), ("nedre", lines.lower)]
    found: list[Part] = []
    last = float(-APART)
    for name, value in told_of:
        if value is None or (name == "nedre" and not _is_limit(value, told)):
            continue
        last = max(down(value) + 4, last + APART)
        found.append(Word(NAMES, last, f"{name} {level(value, told)}", "lab"))
    return found


def _noted(note: Note, place: int, across: Sequence[float], top: float) -> list[Part]:
    half = _half(across)
    number = int(note.place)
    x = across[min(number, len(across) - 1)] + (half if note.place % 1 else 0)
    y = 11.0 + NOTE * place
    text = note.text if len(note.text) <= CUT else f"{note.text[: CUT - 1].rstrip()}…"
    right = x > 50
    return [
        Line([(x, y - 9), (x, top + DEPTH)], "goal"),
        Word(x, y, text, "lab", "end" if right else "start", shift=-5 if right else 5),
    ]


def _half(across: Sequence[float]) -> float:
    return (across[1] - across[0]) / 2 if len(across) > 1 else 2.0


def _shape(point: Point) -> Shape:
    if point.given.preliminary:
        return "open"
    if Rule.OUTSIDE in point.rules:
        return "diamond"
    if point.given.excluded:
        return "dot"
    return "square" if point.rules else "ring"


def _is_limit(lower: float | None, told: Told) -> bool:
    """Whether there is anything below the lower limit, as it is said."""
    return lower is not None and round(100 * lower if told.per_cent else lower, 1) > 0


def level(value: float, told: Told) -> str:
    """A level or limit as its name says it: with one decimal where that says something."""
    if told.per_cent:
        return f"{swedish.number(round(100 * value, 1), 1)}{swedish.HARD_SPACE}%"
    decimals = 0 if abs(value) >= 100 else 1 if abs(value) >= 1 or value == 0 else 2
    return swedish.number(round(value, decimals), decimals)


def _shows(chart: ControlChart, told: Told) -> str:
    if not chart.points:
        return ""
    count = swedish.number(len(chart.points))
    span = f"{count} {told.periods}, {chart.points[0].label} till {chart.points[-1].label}."
    latest = chart.latest
    if latest is None or latest.lines.centre is None:
        return span
    usual = told.usual(latest.lines)
    limits = f", det vanliga {usual}" if usual else ""
    return f"{span} Nivån är {level(latest.lines.centre, told)}{limits}."


def _table(chart: ControlChart, told: Told, urls: Sequence[str]) -> Table:
    out_of = any(point.given.of is not None for point in chart.points)
    headings = [told.period.capitalize(), "Värde", "Nivå", "Nedre gräns", "Övre gräns", "Signal"]
    rows = []
    for number, point in enumerate(chart.points):
        url = urls[number] if number < len(urls) else ""
        row = [
            Cell(point.label),
            _value(point.value, told, url),
            _value(point.lines.centre, told),
            _value(point.lines.lower if _is_limit(point.lines.lower, told) else None, told),
            _value(point.lines.upper, told),
            Cell(words.point_words(point)),
        ]
        if out_of:
            of = point.given.of
            row.insert(2, Cell(swedish.DASH if of is None else swedish.number(of), value=of))
        rows.append(row)
    if out_of:
        headings.insert(2, "Av")
    return Table(headings, rows, frozenset(range(1, len(headings) - 1)))


def _value(value: float | None, told: Told, url: str = "") -> Cell:
    if value is None:
        return Cell(swedish.DASH, value="")
    if told.per_cent:
        return Cell(level(value, told), url, round(100 * value, 1))
    exact = value if value == int(value) else round(value, 1)
    return Cell(swedish.number(exact), url, exact)


def _no_lower(chart: ControlChart, told: Told) -> list[str]:
    latest = chart.latest
    if latest is None or latest.lines.lower is None or _is_limit(latest.lines.lower, told):
        return []
    return [NO_LOWER]

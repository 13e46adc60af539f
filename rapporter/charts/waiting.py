"""Charts of waiting: who still waits after how long, what has become old, and what came when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from patientsakerhet.ui import swedish
from rapporter.charts import scale
from rapporter.charts.chart import NOTHING, About, Cell, Chart, Table, number
from rapporter.charts.drawing import Drawing, Line, Mark, Part, Role, Word, anchored
from rapporter.charts.screen import Sign

LEFT, RIGHT = 6.0, 96.0
TOP, DEPTH, BELOW = 18, 190, 26
STAGE = 62
"""Pixels for each stage of the ageing dots."""
DRAWN = 160
"""At most so many dots a stage; of more every n-th is drawn, and it is said."""
HEAP = 4
"""So many dots above each other at most."""
PARTS = (0.5, 0.85, 0.95)


@dataclass(frozen=True)
class Steps:
    """A curve of who still waits: it falls to `shares[i]` at `times[i]`, in days."""

    name: str
    times: Sequence[float]
    shares: Sequence[float]
    total: int
    waiting: int
    """So many of them still wait."""

    def quantile(self, part: float) -> float | None:
        """By when this part has happened; None when it never does."""
        for time, share in zip(self.times, self.shares, strict=True):
            if share <= 1 - part + 1e-12:
                return time
        return None


@dataclass(frozen=True)
class Stage:
    """The open cases of a stage by age in days, and how long that stage has taken before."""

    name: str
    ages: Sequence[float]
    half: float | None
    """P50 of those that have passed it."""
    most: float | None
    """P85."""
    url: str = ""


@dataclass(frozen=True)
class Event:
    """Something on a day."""

    day: date
    text: str
    url: str = ""


def curves(
    about: About,
    steps: Sequence[Steps],
    *,
    name: str,
    until: float | None = None,
    target: float | None = None,
) -> Chart:
    """One or two curves, the first the one that is asked about; days after `until` are left out."""
    if len(steps) > 2:
        raise ValueError("two curves at most can be told apart")
    rows = [
        [
            Cell(one.name),
            *(_days(one.quantile(part)) for part in PARTS),
            number(one.total),
            number(one.waiting),
        ]
        for one in steps
    ]
    drawn = any(one.times for one in steps)
    roles: list[Sign] = ["data", "past"]
    return Chart(
        about=about,
        name=name,
        finding=about.finding or NOTHING,
        shows=" ".join(map(_shown, steps)),
        drawing=_curves(steps, until, target) if drawn else None,
        table=Table(
            ["Kurva", "Hälften inom", "85 % inom", "95 % inom", "Antal", "Väntar än"],
            rows,
            frozenset(range(1, 6)),
        ),
        legend=[(role, one.name) for role, one in zip(roles, steps, strict=False)],
    )


def ageing(about: About, stages: Sequence[Stage], *, name: str) -> Chart:
    """A dot for each open case by its age, stage by stage, against how long the stage usually takes."""
    rows = [
        [
            Cell(stage.name, stage.url),
            number(len(stage.ages)),
            number(sum(age > stage.most for age in stage.ages) if stage.most is not None else None),
            _days(stage.half),
            _days(stage.most),
            _days(max(stage.ages, default=None)),
        ]
        for stage in stages
    ]
    old = sum(age > stage.most for stage in stages for age in stage.ages if stage.most is not None)
    count = sum(len(stage.ages) for stage in stages)
    thinned = [stage for stage in stages if len(stage.ages) > DRAWN]
    return Chart(
        about=about,
        name=name,
        finding=about.finding or NOTHING,
        shows=f"{swedish.number(count)} öppna ärenden, {swedish.number(old)} äldre än 85 % brukar bli.",
        drawing=_ageing(stages) if count else None,
        table=Table(
            ["Steg", "Öppna", "Äldre än P85", "Hälften inom", "85 % inom", "Äldsta"],
            rows,
            frozenset(range(1, 6)),
        ),
        legend=[
            ("dot", "ett öppet ärende"),
            ("square", "äldre än 85 % brukar bli i steget"),
            ("mean", "hälften brukar vara klara"),
            ("limit", "85 % brukar vara klara"),
        ],
        notes=[
            f"I {stage.name} ritas {swedish.number(DRAWN)} av {swedish.number(len(stage.ages))} ärenden, "
            "jämnt fördelade efter ålder."
            for stage in thinned
        ],
    )


def timeline(about: About, events: Sequence[Event], first: date, last: date, *, name: str) -> Chart:
    """A dot for each event along the days from first to last."""
    ordered = sorted(events, key=lambda event: event.day)
    rows = [
        [
            Cell(swedish.day(event.day), event.url),
            Cell(event.text),
            number((event.day - ordered[place - 1].day).days if place else None),
        ]
        for place, event in enumerate(ordered)
    ]
    return Chart(
        about=about,
        name=name,
        finding=about.finding or NOTHING,
        shows=f"{swedish.number(len(events))} mellan {swedish.day(first)} och {swedish.day(last)}.",
        drawing=_timeline(ordered, first, last) if ordered else None,
        table=Table(["Dag", "Vad", "Dagar sedan förra"], rows, frozenset({2})),
    )


def _curves(steps: Sequence[Steps], until: float | None, target: float | None) -> Drawing:
    ends = [time for one in steps for time in one.times]
    most = until or _useful(steps) or max(ends, default=1.0)
    across = scale.scale([most, target or 0], start=LEFT, end=RIGHT)
    down = scale.Scale(0, 1, TOP + DEPTH, TOP, (0, 0.25, 0.5, 0.75, 1))
    words = [f"{round(100 * mark)}{swedish.HARD_SPACE}%" for mark in down.marks]
    parts: list[Part] = [*scale.grid(down, words)]
    if target is not None:
        x = across(target)
        parts.append(Line([(x, TOP), (x, TOP + DEPTH)], "goal"))
        side = anchored(x, 75, 75)
        shift = 6 if side == "start" else -6
        parts.append(Word(x, TOP + 10, f"mål {days_told(target)}", "lab", side, shift=shift))
    roles: tuple[Role, Role] = ("data", "past")
    for role, one in reversed(list(zip(roles, steps, strict=False))):
        parts.append(Line(_falling(one, across, down), role))
    half = steps[0].quantile(0.5)
    if half is not None and half <= across.high:
        share = next(s for t, s in zip(steps[0].times, steps[0].shares, strict=True) if t >= half)
        y = down(share)
        text = f"hälften inom {days_told(half)}"
        parts.append(Mark(across(half), y, "ring", 4))
        right = across(half) > 60
        parts.append(
            Word(
                across(half),
                y - 9,
                text,
                "dat",
                "end" if right else "start",
                shift=-8 if right else 8,
            )
        )
    bottom = TOP + DEPTH + 16
    for place, mark in enumerate(across.marks):
        last = place == len(across.marks) - 1
        text = f"{swedish.number(mark)} dagar" if last else swedish.number(mark)
        parts.append(Word(across(mark), bottom, text, anchor="end" if last else "middle"))
    return Drawing(TOP + DEPTH + BELOW, parts)


def _falling(one: Steps, across: scale.Scale, down: scale.Scale) -> list[tuple[float, float]]:
    """The steps of a curve as far as the axis reaches."""
    places = [(across.start, down(1))]
    share = 1.0
    for time, left in zip(one.times, one.shares, strict=True):
        if time > across.high:
            break
        places += [(across(time), down(share)), (across(time), down(left))]
        share = left
    return [*places, (across.end, down(share))]


def _useful(steps: Sequence[Steps]) -> float | None:
    """As far as nearly all have happened: the tail of the slowest few is not drawn."""
    found = [one.quantile(0.95) for one in steps]
    return (
        None if any(each is None for each in found) else max(each or 0.0 for each in found) * 1.25
    )


def _ageing(stages: Sequence[Stage]) -> Drawing:
    values = [age for stage in stages for age in stage.ages]
    values += [stage.most for stage in stages if stage.most is not None]
    across = scale.scale(values, start=2, end=RIGHT)
    parts: list[Part] = []
    for place, stage in enumerate(stages):
        top = place * STAGE
        base = top + STAGE - 10
        parts.append(Word(0, top + 13, f"{stage.name} {swedish.number(len(stage.ages))}", "lab"))
        parts.append(Line([(0, base + 6), (100, base + 6)], "grid"))
        lines: tuple[tuple[float | None, Role], ...] = ((stage.half, "mean"), (stage.most, "limit"))
        for value, role in lines:
            if value is not None:
                parts.append(Line([(across(value), top + 18), (across(value), base + 6)], role))
        parts += _dots(stage, across, base)
    bottom = len(stages) * STAGE + 14
    for place, mark in enumerate(across.marks):
        last = place == len(across.marks) - 1
        text = f"{swedish.number(mark)} dagar" if last else swedish.number(mark)
        parts.append(Word(across(mark), bottom, text, anchor=anchored(across(mark), 3, 95)))
    return Drawing(bottom + 8, parts)


def _dots(stage: Stage, across: scale.Scale, base: float) -> list[Part]:
    """The dots, those of nearly the same age above each other."""
    ages = sorted(stage.ages)
    if len(ages) > DRAWN:
        ages = [ages[round(place * (len(ages) - 1) / (DRAWN - 1))] for place in range(DRAWN)]
    found: list[Part] = []
    heaps: dict[int, int] = {}
    for age in ages:
        x = across(age)
        here = round(x / 1.4)
        level = heaps.get(here, 0) % HEAP
        heaps[here] = heaps.get(here, 0) + 1
        old = stage.most is not None and age > stage.most
        found.append(Mark(x, base - 7 * level, "square" if old else "dot", 3))
    return found


def _timeline(events: Sequence[Event], first: date, last: date) -> Drawing:
    span = max((last - first).days, 1)

    def across(day: date) -> float:
        return 2 + 96 * (day - first).days / span

    parts: list[Part] = [Line([(2, 34), (98, 34)], "mean")]
    parts += [Mark(across(event.day), 34, "ring", 5) for event in events]
    year = first.year + (first > date(first.year, 1, 1))
    while date(year, 1, 1) <= last:
        x = across(date(year, 1, 1))
        parts.append(Line([(x, 22), (x, 46)], "grid"))
        parts.append(Word(x, 60, str(year), anchor="middle" if 4 < x < 96 else "start"))
        year += 1
    newest = events[-1]
    x = across(newest.day)
    parts.append(Word(x, 16, swedish.day(newest.day), "dat", anchored(x)))
    return Drawing(68, parts)


def _days(value: float | None) -> Cell:
    if value is None:
        return Cell("ej uppnådd", value="")
    return Cell(days_told(value), value=round(value, 1))


def days_told(value: float) -> str:
    """3,5 dagar, 1 dag, 14 dagar."""
    count = swedish.number(round(value) if value >= 10 or value == int(value) else round(value, 1))
    return f"{count}{swedish.HARD_SPACE}{'dag' if count == '1' else 'dagar'}"


def _shown(one: Steps) -> str:
    half, most = one.quantile(0.5), one.quantile(0.85)
    told = [
        f"{words} inom {days_told(value)}" if value is not None else f"{words} ej uppnådd"
        for words, value in (("hälften", half), ("85 procent", most))
    ]
    return (
        f"{one.name}: {', '.join(told)}; {swedish.number(one.total)} ärenden, varav "
        f"{swedish.number(one.waiting)} väntar än."
    )

"""Who writes about what, and when: the stream of reports with its waves, clusters and duplicates."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from patientsakerhet.demonstration.prose import Topic, topic_by_code, topics
from patientsakerhet.demonstration.region import Region, UnitSpec
from patientsakerhet.demonstration.scene import OFFICE_SETTINGS, fits
from patientsakerhet.demonstration.seasons import (
    CLOSES,
    OPENS,
    at,
    clock,
    filing_days,
    spread,
)
from patientsakerhet.lib import calendar

YEARS = 3
TWINS = 0.03
"""The share of events that two people write about."""


@dataclass(frozen=True, slots=True)
class Wave:
    """One bad day: many reports about the same thing (stor incident)."""

    name: str
    days_ago: int
    topic: str
    count: int
    begins: time
    hours: float


WAVES = (
    Wave("Telefonväxelns stopp", 742, "vaxel_fel", 9, time(10, 5), 3),
    Wave("Provsvaren stod stilla", 478, "provsvar_saknas", 14, time(6, 40), 6),
    Wave("Journalens stora stopp", 212, "journal_nere", 30, time(7, 36), 5),
    Wave("Korten slutade läsas", 61, "kort_fungerar_inte", 11, time(6, 55), 2.5),
)


@dataclass(frozen=True, slots=True)
class Occasion:
    """Somebody at a unit writes about something at a moment."""

    filed_at: datetime
    occurred_at: datetime
    unit: UnitSpec
    topic: Topic
    wave: Wave | None = None
    twin_of: int | None = None
    on_paper: bool = False


def occasions(region: Region, today: date, count: int, rng: random.Random) -> list[Occasion]:
    """About `count` occasions over three years up to today, in order of time."""
    first = today - timedelta(days=YEARS * 365)
    waves = [one for wave in WAVES for one in _wave(region, wave, today, count, rng)]
    single = round((count - len(waves)) / (1 + TWINS))
    about = {
        unit.code: [topic for topic in topics() if fits(region, topic, unit)]
        for unit in region.filing_units
    }
    stream = [
        _single(region, about, day, today, rng) for day in filing_days(first, today, single, rng)
    ]
    ordered = sorted([*stream, *waves], key=lambda one: one.filed_at)
    return _with_twins(ordered, rng)


def emphasis(topic: Topic, days_ago: float) -> float:
    """How much more or less than usual is written about the topic at that time."""
    more = 1.0
    if topic.kind == "medical_device":
        more *= 0.8 + 1.1 * max(0.0, 1 - days_ago / 430)
    if topic.tag == "reorganisation":
        more *= 3.5 if 300 <= days_ago <= 600 else 0.7 if days_ago < 300 else 0.05
    if topic.code in ("pump_tyst", "pump_tryck") and days_ago < 160:
        more *= 2.4
    return more


def _single(
    region: Region, about: dict[str, list[Topic]], day: date, today: date, rng: random.Random
) -> Occasion:
    units = region.filing_units
    days_ago = (today - day).days
    while True:
        unit = rng.choices(units, [one.reports for one in units])[0]
        if _existed(unit, days_ago):
            break
    fitting = about[unit.code]
    weights = [topic.weight * emphasis(topic, days_ago) for topic in fitting]
    filed_at = at(day, clock(unit.setting, rng))
    lag = min(spread(4, rng, 1.5), 21 * 24)
    return Occasion(
        filed_at=filed_at,
        occurred_at=_occurred(filed_at - timedelta(hours=lag), unit, rng),
        unit=unit,
        topic=rng.choices(fitting, weights)[0],
    )


def _occurred(moment: datetime, unit: UnitSpec, rng: random.Random) -> datetime:
    """The moment, or in places closed at night an earlier one when they were open."""
    if unit.setting not in OFFICE_SETTINGS or OPENS <= moment.time() <= CLOSES:
        return moment
    open_day = calendar.add_working_days(moment.date(), -1)
    return at(open_day, time(rng.randint(8, 15), rng.randrange(60)))


def _existed(unit: UnitSpec, days_ago: int) -> bool:
    opened, closed = unit.opened_days_ago, unit.closed_days_ago
    return (opened is None or days_ago < opened) and (closed is None or days_ago > closed)


def _wave(
    region: Region, wave: Wave, today: date, count: int, rng: random.Random
) -> list[Occasion]:
    """Reports of one bad working day, most of them the same day, some from paper the day after."""
    topic = topic_by_code()[wave.topic]
    day = calendar.next_working_day(today - timedelta(days=wave.days_ago))
    begins = at(day, wave.begins)
    fitting = [unit for unit in region.filing_units if unit.setting in topic.settings]
    size = max(2, round(wave.count * count / 2400)) if count < 2400 else wave.count
    units = rng.sample(fitting, min(size, len(fitting)))
    made = []
    for place in range(size):
        unit = units[place % len(units)]
        occurred = begins + timedelta(hours=rng.uniform(0, wave.hours * 0.8))
        on_paper = place > 0 and rng.random() < 0.25
        filed = occurred + timedelta(minutes=rng.randint(8, 190))
        if on_paper:
            filed = at(day, time(9)) + timedelta(days=1, minutes=rng.randint(0, 400))
        made.append(Occasion(filed, occurred, unit, topic, wave, on_paper=on_paper))
    return made


def _with_twins(ordered: Sequence[Occasion], rng: random.Random) -> list[Occasion]:
    """Some events are written about twice from the same unit, within a day and a half."""
    last = ordered[-1].filed_at
    twins = []
    for place, one in enumerate(ordered):
        if one.wave is None and rng.random() < TWINS:
            filed_at = one.filed_at + timedelta(minutes=rng.randint(15, 2000))
            if filed_at <= last:
                twins.append((place, filed_at))
    marked = [(one.filed_at, 0, place, one) for place, one in enumerate(ordered)]
    marked += [(filed_at, 1, place, ordered[place]) for place, filed_at in twins]
    marked.sort(key=lambda row: row[:3])
    place_of = {place: new for new, (_, is_twin, place, _) in enumerate(marked) if not is_twin}
    return [
        Occasion(
            filed_at,
            one.occurred_at,
            one.unit,
            one.topic,
            one.wave,
            place_of[place] if is_twin else None,
            one.on_paper,
        )
        for filed_at, is_twin, place, one in marked
    ]

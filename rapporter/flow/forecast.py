"""What is likely to come in, and when the queue is as short as wanted: with intervals, or not at all.

Every run draws from the seed that it is given, so that the same question has the same answer. A model
that does not beat last year's month is not shown; then last year's month is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from rapporter.flow import log_linear

SEASON = 12
RUNS = 2_000
LEVEL = 0.8
BACKTEST = 12
"""So many of the latest months are foretold from those before them, to see how well it would have gone."""
WEEKS_IN_BLOCK = 4
HORIZON = 156
"""Weeks; whoever is not done in three years with how things go is told "never"."""


@dataclass(frozen=True, slots=True)
class Expected:
    """One month to come: what to expect, and from where to where with 80 percent."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Inflow:
    """The months to come, how they were foretold, and how well that would have gone before."""

    months: tuple[Expected, ...]
    method: str
    """`model`, or `last_year` where the model was no better."""
    error: float | None
    """The model's mean error over the naive one's (MASE); below one it is better. None: too few months."""
    seed: int


def inflow(
    history: Sequence[int], months: int, *, seed: int, start: int = 0, runs: int = RUNS
) -> Inflow:
    """The next months' inflow from whole past months, oldest first.

    `start` is the place in the year (0 is January) of the first of them. From 24 months on a month's
    factor and a trend are fitted (log-linear, with the dispersion that is seen); from 13 on the
    level of the last twelve with last year's growth; the interval is drawn from the fit.
    """
    if len(history) < SEASON:
        raise ValueError("twelve whole months at least")
    error = backtest(history, start=start)
    if error is not None and error >= 1:
        return Inflow(tuple(_last_year(history, months)), "last_year", error, seed)
    return Inflow(tuple(_drawn(history, months, seed, start, runs)), "model", error, seed)


def backtest(history: Sequence[int], *, start: int = 0) -> float | None:
    """How far off the model is, in units of how far off last year's month is (MASE).

    Each of the latest months is foretold from those before it alone, up to three months ahead, the way
    it would have been.
    """
    wrong = naive = 0.0
    for origin in range(max(len(history) - BACKTEST, 2 * SEASON), len(history)):
        past, ahead = history[:origin], history[origin : origin + 3]
        told = _means(past, len(ahead), start)
        for place, (mean, real) in enumerate(zip(told, ahead, strict=True)):
            wrong += abs(mean - real)
            naive += abs(past[origin - SEASON + place] - real)
    return wrong / naive if naive else None


def _means(history: Sequence[int], months: int, start: int) -> list[float]:
    if len(history) < 2 * SEASON:
        return [_level(history)] * months
    fit = log_linear.fit(history, SEASON, start)
    return [fit.mean(len(history) + ahead) for ahead in range(months)]


def _level(history: Sequence[int]) -> float:
    """The last twelve months' mean, grown for half a year as they did over the twelve before."""
    recent, before = history[-SEASON:], history[-2 * SEASON : -SEASON]
    mean = sum(recent) / SEASON
    if not before or not sum(before):
        return mean
    growth = mean / (sum(before) / len(before))
    return mean * math.sqrt(min(max(growth, 0.5), 2.0))


def _drawn(history: Sequence[int], months: int, seed: int, start: int, runs: int) -> list[Expected]:
    dice = Random(seed)  # noqa: S311  chance for a simulation, which must be the same each time
    if len(history) >= 2 * SEASON:
        fit = log_linear.fit(history, SEASON, start)
        dispersion = fit.dispersion
        paths = []
        for _ in range(runs):
            drawn = fit.drawn(dice)
            paths.append([drawn(len(history) + ahead) for ahead in range(months)])
    else:
        level = _level(history)
        mean = sum(history[-SEASON:]) / SEASON
        square = sum((one - mean) ** 2 for one in history[-SEASON:]) / (SEASON - 1)
        dispersion = max(square / mean, 1.0) if mean else 1.0
        unsure = math.sqrt(dispersion * max(level, 1.0) / SEASON)
        paths = [[max(dice.gauss(level, unsure), 0.0)] * months for _ in range(runs)]
    means = _means(history, months, start)
    found = []
    for ahead, mean in enumerate(means):
        counts = sorted(_count(path[ahead], dispersion, dice) for path in paths)
        found.append(Expected(mean, *_middle(counts)))
    return found


def _last_year(history: Sequence[int], months: int) -> list[Expected]:
    """The same month of last year, give or take how far off that has been."""
    values = [float(history[-SEASON + ahead % SEASON]) for ahead in range(months)]
    misses = sorted(two - one for one, two in zip(history[:-SEASON], history[SEASON:], strict=True))
    low, high = _middle(misses) if misses else (0.0, 0.0)
    return [Expected(one, max(one + min(low, 0.0), 0.0), one + max(high, 0.0)) for one in values]


def _count(mean: float, dispersion: float, dice: Random) -> float:
    """A whole number with this mean and so many times a Poisson's variance."""
    return round(dice.gammavariate(mean / dispersion, dispersion)) if mean > 0 else 0


def _middle(ordered: Sequence[float]) -> tuple[float, float]:
    """From where to where the middle 80 percent lie."""
    return nth(ordered, (1 - LEVEL) / 2), nth(ordered, (1 + LEVEL) / 2)


def nth(ordered: Sequence[float], part: float) -> float:
    """The first of the values in order at or above this part of them, as `percentile_disc`."""
    return ordered[max(math.ceil(round(part * len(ordered), 9)) - 1, 0)]


@dataclass(frozen=True, slots=True)
class Week:
    """What came in and what went out in one whole week."""

    came: int
    left: int


@dataclass(frozen=True)
class CaughtUp:
    """When the queue is as short as wanted, if things go as they have gone."""

    half: int | None
    """Weeks until it is as likely as not; None is never."""
    likely: int | None
    """Weeks until it is so in 85 of 100 runs."""
    share: float
    """Of the runs, those that came there at all."""
    fan: tuple[tuple[float, float, float], ...]
    """Each week to come: the backlog's low, middle and high of 80 percent of the runs."""
    seed: int


def caught_up(
    backlog: int,
    weeks: Sequence[Week],
    *,
    target: int = 0,
    seed: int,
    shown: int = 52,
    runs: int = RUNS,
) -> CaughtUp:
    """Past weeks drawn in blocks of four, on end, so that what hangs together stays together."""
    if len(weeks) < WEEKS_IN_BLOCK:
        raise ValueError("four whole weeks at least")
    dice = Random(seed)  # noqa: S311  chance for a simulation, which must be the same each time
    blocks = _blocks([one.came - one.left for one in weeks])
    reached: list[float] = []
    fan: list[list[int]] = [[] for _ in range(shown)]
    for _ in range(runs):
        number, first = backlog, 0 if backlog <= target else None
        for begins in range(0, HORIZON, WEEKS_IN_BLOCK):
            block = blocks[dice.randrange(len(blocks))]
            if begins >= shown and first is None and number + block.lowest > target:
                number += block.growth  # nothing of it is shown, and nothing reached
                continue
            for week, step in enumerate(block.steps, begins):
                if week >= shown and first is not None:
                    break
                number = max(number + step, 0)
                if week < shown:
                    fan[week].append(number)
                if first is None and number <= target:
                    first = week + 1
            else:
                continue
            break
        reached.append(math.inf if first is None else first)
    reached.sort()
    return CaughtUp(
        _weeks(nth(reached, 0.5)),
        _weeks(nth(reached, 0.85)),
        sum(one < math.inf for one in reached) / runs,
        tuple((nth(week, 0.1), nth(week, 0.5), nth(week, 0.9)) for week in map(sorted, fan)),
        seed,
    )


@dataclass(frozen=True, slots=True)
class _Block:
    """Past weeks that hang together: what the queue grew by in each, in all, and at the least so far."""

    steps: Sequence[int]
    growth: int
    lowest: int


def _blocks(growth: Sequence[int]) -> list[_Block]:
    found = []
    for start in range(len(growth) - WEEKS_IN_BLOCK + 1):
        steps = growth[start : start + WEEKS_IN_BLOCK]
        found.append(_Block(steps, sum(steps), min(accumulate(steps))))
    return found


def closings_needed(backlog: int, target: int, weeks: int, came: float) -> float:
    """How many must leave a week to be at the target in so many weeks, if `came` come in a week."""
    return max(came + (backlog - target) / weeks, 0.0)


def _weeks(value: float) -> int | None:
    return None if math.isinf(value) else int(value)

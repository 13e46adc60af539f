"""How the lines of each sort of chart are made: the values of the base in, the lines at a value out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, fsum, log, sqrt
from statistics import median

from rapporter.control_charts.rules import NONE, Lines
from rapporter.control_charts.series import Value

At = Callable[[Value], Lines]
Fit = Callable[[Sequence[Value]], At]
"""The base, in order and without what is left out, to the lines at any value."""

D2 = 1.128
"""Mean range of two by their standard deviation."""
D4 = 3.267
"""The upper limit of a range of two, by the mean range."""
BETWEEN = 3.6
"""The power that makes times between look like counts (Nelson 1994)."""
OUTER = 0.00135
"""The share beyond one limit at three standard deviations."""


@dataclass(frozen=True)
class Profile:
    """How far out the limits lie, in mean ranges. The two differ in the fifth figure."""

    outer: float


NHS = Profile(2.66)
QICHARTS = Profile(3 / D2)


def mean(values: Iterable[float]) -> float | None:
    """The mean, or None of nothing."""
    found = list(values)
    return fsum(found) / len(found) if found else None


def ranges(values: Sequence[float | None]) -> list[float]:
    """The moving ranges; a missing value takes both its ranges away."""
    return [
        abs(after - before)
        for before, after in pairwise(values)
        if before is not None and after is not None
    ]


def mean_range(values: Sequence[float | None], *, screened: bool) -> float | None:
    """The mean moving range; screened, those that are themselves signals are left out once."""
    found = ranges(values)
    average = mean(found)
    if average is None or not screened:
        return average
    return mean(each for each in found if each < D4 * average)


def xmr(profile: Profile = NHS, *, screened: bool = True) -> Fit:
    """Individual values, limits by the moving range."""

    def fit(base: Sequence[Value]) -> At:
        values = [each.value for each in base]
        centre = mean(each for each in values if each is not None)
        spread = mean_range(values, screened=screened)
        return _everywhere(_around(centre, None if spread is None else profile.outer * spread / 3))

    return fit


def moving_range(base: Sequence[Value]) -> At:
    """Of values that are ranges already."""
    centre = mean(each.value for each in base if each.value is not None)
    if centre is None:
        return _everywhere(NONE)
    upper = D4 * centre
    return _everywhere(Lines(centre, 0.0, upper, 0.0, upper * 2 / 3))


def middle(base: Sequence[Value]) -> At:
    """The median alone."""
    values = [each.value for each in base if each.value is not None]
    return _everywhere(Lines(median(values)) if values else NONE)


def count(base: Sequence[Value]) -> At:
    """Counts out of something constant."""
    centre = mean(each.value for each in base if each.value is not None)
    if centre is None:
        return _everywhere(NONE)
    return _everywhere(_around(centre, sqrt(centre), lowest=0.0))


def rate(*, laney: bool = False) -> Fit:
    """Counts by an exposure that varies; Laney's correction for more spread than chance gives."""
    return _by_exposure(lambda centre, of: sqrt(centre / of), laney=laney, highest=None)


def share(*, laney: bool = False) -> Fit:
    """Shares; Laney's correction for more spread than chance gives."""
    return _by_exposure(
        lambda centre, of: sqrt(centre * (1 - centre) / of), laney=laney, highest=1.0
    )


def between(base: Sequence[Value]) -> At:
    """Days between events, made symmetric by a power and back; every one above zero."""
    values = [each.value for each in base]
    if any(each is not None and each <= 0 for each in values):
        raise ValueError("the time between two events is above zero")
    powers = [None if each is None else each ** (1 / BETWEEN) for each in values]
    centre = mean(each for each in powers if each is not None)
    spread = mean_range(powers, screened=True)
    around = _around(centre, None if spread is None else spread / D2)
    back = [
        None if line is None else max(line, 0.0) ** BETWEEN
        for line in (
            around.centre,
            around.lower,
            around.upper,
            around.near_lower,
            around.near_upper,
        )
    ]
    return _everywhere(Lines(*back))


def cases_between(base: Sequence[Value]) -> At:
    """Cases between events, limits of three deviations as R draws them: never for alarms."""
    values = [each.value for each in base if each.value is not None]
    if not values:
        return _everywhere(NONE)
    average = fsum(values) / len(values)
    around = _around(average, sqrt(average * (average + 1)), lowest=0.0)
    return _everywhere(
        Lines(median(values), around.lower, around.upper, around.near_lower, around.near_upper)
    )


def cases_between_by_chance(base: Sequence[Value]) -> At:
    """Cases between events, limits by the probability itself."""
    average = mean(each.value for each in base if each.value is not None)
    if average is None or average <= 0:
        return _everywhere(NONE)
    stays = log(1 - 1 / (average + 1))

    def quantile(share: float) -> float:
        return float(max(ceil(log(1 - share) / stays) - 1, 0))

    return _everywhere(Lines(quantile(0.5), quantile(OUTER), quantile(1 - OUTER)))


def _by_exposure(
    deviation: Callable[[float, float], float], *, laney: bool, highest: float | None
) -> Fit:
    def fit(base: Sequence[Value]) -> At:
        known = [each for each in base if each.value is not None and each.of]
        exposed = fsum(each.of or 0.0 for each in known)
        if not exposed:
            return _everywhere(NONE)
        centre = fsum(each.count or 0.0 for each in known) / exposed
        wider: float | None = 1.0
        if laney:
            wider = _more_than_chance(base, centre, deviation)

        def at(value: Value) -> Lines:
            if not value.of or wider is None:
                return Lines(centre)
            one = deviation(centre, value.of) * wider
            return _around(centre, one, lowest=0.0, highest=highest)

        return at

    return fit


def _more_than_chance(
    base: Sequence[Value], centre: float, deviation: Callable[[float, float], float]
) -> float | None:
    """Laney's sigma of the standardised values."""
    standardised: list[float | None] = []
    for each in base:
        one = deviation(centre, each.of) if each.of else 0.0
        standardised.append((each.value - centre) / one if each.value is not None and one else None)
    spread = mean_range(standardised, screened=True)
    return None if spread is None else spread / D2


def _around(
    centre: float | None,
    deviation: float | None,
    *,
    lowest: float | None = None,
    highest: float | None = None,
) -> Lines:
    """Limits at three deviations and near limits at two, within what can be."""
    if centre is None or deviation is None:
        return Lines(centre)

    def within(line: float) -> float:
        line = line if lowest is None else max(line, lowest)
        return line if highest is None else min(line, highest)

    return Lines(
        centre,
        within(centre - 3 * deviation),
        within(centre + 3 * deviation),
        within(centre - 2 * deviation),
        within(centre + 2 * deviation),
    )


def _everywhere(lines: Lines) -> At:
    return lambda _: lines

"""How sure a change between two counts is: the exact conditional interval of their ratio.

Given the sum of two counts, one of them is binomial; Clopper & Pearson (1934), doi:10.2307/2331986,
give the interval of its share, and the share gives the ratio. Pure sums, no database.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

LEVEL = 0.95
_STEPS = 200
_TINY = 1e-300


@dataclass(frozen=True)
class Ratio:
    """A count against an earlier one, with its 95 per cent interval; None where there is no number."""

    before: int
    now: int
    value: float | None
    low: float
    high: float | None

    @property
    def excludes_no_change(self) -> bool:
        """Whether chance alone is a poor explanation of the difference."""
        return self.low > 1 or (self.high is not None and self.high < 1)


def ratio(before: int, now: int) -> Ratio:
    """How many times the earlier count the later one is."""
    if before < 0 or now < 0:
        raise ValueError("a count is not negative")
    low, high = of_share(now, before + now)
    return Ratio(
        before=before,
        now=now,
        value=now / before if before else None,
        low=low / (1 - low) if low < 1 else math.inf,
        high=high / (1 - high) if high < 1 else None,
    )


def of_share(count: int, total: int) -> tuple[float, float]:
    """The interval of a share that was seen as so many of so many."""
    tail = (1 - LEVEL) / 2
    low = 0.0 if count == 0 else _solve(lambda p: _beta(p, count, total - count + 1), tail)
    high = 1.0 if count == total else _solve(lambda p: _beta(p, count + 1, total - count), 1 - tail)
    return low, high


def _solve(rising: Callable[[float], float], aim: float) -> float:
    """Where a rising function of a share reaches the aim."""
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if middle in (low, high):  # no number lies between
            break
        if rising(middle) < aim:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _beta(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function I_x(a, b)."""
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    )
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a
    return 1 - front * _fraction(1 - x, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    """Its continued fraction, by Lentz's method."""
    c, d = 1.0, 1 - (a + b) * x / (a + 1)
    d = 1 / (d if abs(d) > _TINY else _TINY)
    found = d
    for m in range(1, 1000):
        for numerator in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 + numerator * d
            d = 1 / (d if abs(d) > _TINY else _TINY)
            c = 1 + numerator / c
            c = c if abs(c) > _TINY else _TINY
            found *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return found

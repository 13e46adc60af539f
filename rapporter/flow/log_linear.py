"""Counts by month as a trend and a factor per month: a Poisson regression with log link, by hand.

Fitted by iteratively reweighted least squares; the dispersion is Pearson's, and what is not known of
the coefficients is drawn from their normal approximation.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

ROUNDS = 30
CLOSE = 1e-10
RIDGE = 1e-9
"""Keeps a month that never had anything from having no factor at all."""
FEWEST = 1e-3

Matrix = list[list[float]]


@dataclass(frozen=True)
class Fit:
    """The coefficients, and how sure they are."""

    season: int
    start: int
    length: int
    coefficients: tuple[float, ...]
    dispersion: float
    """How many times a Poisson's variance is seen; one at least."""
    root: Matrix
    """The Cholesky root of the coefficients' covariance."""

    def mean(self, place: int) -> float:
        """The mean at a place in the row of months; those to come lie after the last."""
        return _mean(self._row(place), self.coefficients)

    def drawn(self, dice: Random) -> Callable[[int], float]:
        """Means from coefficients that might as well have been."""
        chance = [dice.gauss(0.0, 1.0) for _ in self.coefficients]
        other = [
            one + sum(root * step for root, step in zip(row, chance, strict=False))
            for one, row in zip(self.coefficients, self.root, strict=True)
        ]
        return lambda place: _mean(self._row(place), other)

    def _row(self, place: int) -> list[float]:
        return row(place, self.season, self.start, self.length)


def row(place: int, season: int, start: int, length: int) -> list[float]:
    """What stands for a month: one, how far along it is, and which month of the year."""
    month = (start + place) % season
    return [1.0, (place - length / 2) / season, *(float(month == one) for one in range(1, season))]


def fit(counts: Sequence[int], season: int, start: int = 0) -> Fit:
    """The fit to counts in a row, two seasons of them at least."""
    length = len(counts)
    if length < 2 * season:
        raise ValueError("two whole years at least")
    rows = [row(place, season, start, length) for place in range(length)]
    width = len(rows[0])
    told = [math.log(max(sum(counts) / length, FEWEST))] + [0.0] * (width - 1)
    for _ in range(ROUNDS):
        means = [_mean(one, told) for one in rows]
        step = _solved(
            _weighted(rows, means),
            [
                sum(
                    one[n] * (count - mean)
                    for one, count, mean in zip(rows, counts, means, strict=True)
                )
                for n in range(width)
            ],
        )
        told = [one + max(min(change, 2.0), -2.0) for one, change in zip(told, step, strict=True)]
        if max(map(abs, step)) < CLOSE:
            break
    means = [_mean(one, told) for one in rows]
    pearson = sum((count - mean) ** 2 / mean for count, mean in zip(counts, means, strict=True))
    dispersion = max(pearson / max(length - width, 1), 1.0)
    covariance = _inverse(_weighted(rows, means))
    root = cholesky([[dispersion * one for one in line] for line in covariance])
    return Fit(season, start, length, tuple(told), dispersion, root)


def _mean(row: Sequence[float], coefficients: Sequence[float]) -> float:
    sum_of = sum(one * two for one, two in zip(row, coefficients, strict=True))
    return max(math.exp(min(sum_of, 30.0)), FEWEST)


def _weighted(rows: Sequence[Sequence[float]], weights: Sequence[float]) -> Matrix:
    """X'WX."""
    width = len(rows[0])
    found = [[0.0] * width for _ in range(width)]
    for one, weight in zip(rows, weights, strict=True):
        places = [n for n in range(width) if one[n]]
        for n in places:
            for m in places:
                found[n][m] += weight * one[n] * one[m]
    for n in range(width):
        found[n][n] += RIDGE
    return found


def cholesky(matrix: Matrix) -> Matrix:
    """The lower root L of L L' = matrix."""
    root: Matrix = []
    for n, line in enumerate(matrix):
        found: list[float] = []
        for m in range(n + 1):
            rest = line[m] - sum(
                one * two for one, two in zip(found, root[m] if m < n else found, strict=False)
            )
            found.append(math.sqrt(max(rest, 1e-15)) if m == n else rest / root[m][m])
        root.append(found)
    return root


def _solved(matrix: Matrix, right: Sequence[float]) -> list[float]:
    """x of matrix x = right."""
    root = cholesky(matrix)
    half: list[float] = []
    for line, one in zip(root, right, strict=True):
        half.append((one - sum(a * b for a, b in zip(line, half, strict=False))) / line[-1])
    found = [0.0] * len(right)
    for n in reversed(range(len(right))):
        rest = sum(root[m][n] * found[m] for m in range(n + 1, len(right)))
        found[n] = (half[n] - rest) / root[n][n]
    return found


def _inverse(matrix: Matrix) -> Matrix:
    """Column by column; the matrix is symmetric, and so is what comes of it."""
    width = len(matrix)
    return [_solved(matrix, [float(n == m) for m in range(width)]) for n in range(width)]

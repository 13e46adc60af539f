"""Anhøj's rules: a segment that stays too long on one side of its line, or crosses it too seldom."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from math import comb, log2

from rapporter.control_charts.series import Runs


def runs(values: Iterable[float | None], centre: float | None) -> Runs:
    """The statistics of the values; those that are missing or lie on the line are left out."""
    sides = (
        [value > centre for value in values if value is not None and value != centre]
        if (centre is not None)
        else []
    )
    lengths = [len(list(same)) for _, same in groupby(sides)]
    return Runs(
        useful=len(sides),
        longest=max(lengths, default=0),
        longest_usual=longest_usual(len(sides)),
        crossings=max(len(lengths) - 1, 0),
        crossings_usual=crossings_usual(len(sides)),
    )


def longest_usual(useful: int) -> int:
    """The longest run that is no signal; halves are rounded to the even number, as R does."""
    return round(log2(useful)) + 3 if useful else 0


def crossings_usual(useful: int) -> int:
    """The fewest crossings that are no signal: the 5 per cent quantile of chance alone."""
    if not useful:
        return 0
    tosses, seen = useful - 1, 0
    for crossings in range(useful):
        seen += comb(tosses, crossings)
        if seen * 20 >= 2**tosses:
            return crossings
    return tosses

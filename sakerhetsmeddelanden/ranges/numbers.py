"""Comparing serial numbers, lots and versions: before, within, after, or not comparable."""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import Literal

Place = Literal["before", "within", "after", "elsewhere", "unclear"]
"""Where a number lies: `elsewhere` when its letters are others, `unclear` when no order is given."""

_PARTS = re.compile(r"\d+|\D+")


def compact(written: str) -> str:
    """As the register keeps it: capitals, without blanks, hyphens and the like."""
    return re.sub(r"[\s\-_./:#]+", "", written).upper()


def skeleton(number: str) -> tuple[str, ...]:
    """The letters of a compacted number, in order, with a sign for each run of digits."""
    return tuple("0" if part.isdigit() else part for part in _PARTS.findall(number))


def digits(number: str) -> tuple[int, ...]:
    """The runs of digits of a compacted number."""
    return tuple(int(part) for part in _PARTS.findall(number) if part.isdigit())


def can_bound(low: str, high: str) -> bool:
    """Whether the two are ends of one series: same letters, in order."""
    a, b = compact(low), compact(high)
    return bool(digits(a)) and skeleton(a) == skeleton(b) and digits(a) <= digits(b)


def same(written: str, given: str) -> Place:
    """Whether the two are the same number; unclear when only leading zeros tell them apart."""
    a, b = compact(written), compact(given)
    if a == b:
        return "within"
    if skeleton(a) == skeleton(b) and digits(a) == digits(b) and digits(a):
        return "unclear"
    if a.isdigit() != b.isdigit() and len(digits(a)) == len(digits(b)) == 1:
        # One is written with letters and the other without: SN1600 and 1600.
        return "unclear" if digits(a) == digits(b) else "elsewhere"
    return "elsewhere"


def place(written: str, *, low: str, high: str, above: bool, below: bool) -> Place:
    """Where the number lies against ends of which one may be missing."""
    if low and low == high:
        return same(written, low)
    a = compact(written)
    ends = [compact(one) for one in (low, high) if one]
    here = digits(a)
    if not here or not ends:
        return (
            "unclear"
            if ends and not all(any(s.isalpha() for s in e) for e in ends)
            else "elsewhere"
        )
    shape = skeleton(ends[0])
    if skeleton(a) != shape:
        lettered = any(part != "0" for part in shape)
        mine = any(part != "0" for part in skeleton(a))
        if lettered and mine:
            return "elsewhere"
        inside = any(
            _between(
                (one,), low and digits(ends[0])[-1:], high and digits(ends[-1])[-1:], above, below
            )
            == "within"
            for one in here
        )
        return "unclear" if inside else "elsewhere"
    found = _between(here, low and digits(ends[0]), high and digits(ends[-1]), above, below)
    if found == "within" and _differs_in_zeros(a, ends):
        return "unclear"
    return found


def _between(
    here: tuple[int, ...],
    low: tuple[int, ...] | Literal[""],
    high: tuple[int, ...] | Literal[""],
    above: bool,
    below: bool,
) -> Place:
    if low and (here < low or (above and here == low)):
        return "before"
    if high and (here > high or (below and here == high)):
        return "after"
    return "within"


def _differs_in_zeros(number: str, ends: list[str]) -> bool:
    """Whether it has leading zeros where no end of the same length has any."""
    runs = [part for part in _PARTS.findall(number) if part.isdigit()]
    zeros = [len(part) > 1 and part[0] == "0" for part in runs]
    if not any(zeros):
        return False
    widths = {tuple(len(p) for p in _PARTS.findall(end) if p.isdigit()) for end in ends}
    return tuple(len(part) for part in runs) not in widths


# --- versions -----------------------------------------------------------------------------------

_VERSION = re.compile(r"\d+|[A-Z]+")


def version_parts(written: str) -> tuple[tuple[int, str], ...]:
    """4.2.1b -> ((4, ""), (2, ""), (1, "B")); letters belong to the number before them."""
    text = re.sub(r"^\s*(?:VERSION|VER|REV|SW|V)\.?\s*(?=\d)", "", written.upper())
    parts: list[tuple[int, str]] = []
    for part in _VERSION.findall(text):
        if part.isdigit():
            parts.append((int(part), ""))
        elif parts:
            parts[-1] = (parts[-1][0], parts[-1][1] + part)
    return tuple(parts)


def version_place(written: str, *, low: str, high: str, above: bool, below: bool) -> Place:
    """Where the version lies; unclear when a bound names only the beginning of it.

    "4.2 and earlier" does not say whether 4.2.7 is among them.
    """
    here = version_parts(written)
    if not here:
        return "unclear"
    for bound, is_low, outside in ((low, True, above), (high, False, below)):
        if not bound:
            continue
        end = version_parts(bound)
        if not end:
            return "unclear"
        order = _compare(here, end)
        if order is None:
            return "unclear"
        if order == 0:
            if outside:
                return "before" if is_low else "after"
            continue
        longer = len(here) > len(end) and here[: len(end)] == end
        if longer and not outside and not is_low:
            return "unclear"
        if longer and outside and is_low:
            return "unclear"
        if is_low and order < 0:
            return "before"
        if not is_low and order > 0:
            return "after"
    return "within"


def begins(written: str, prefix: str) -> bool:
    """Whether the version is the prefix or one under it: 4.7 under 4."""
    here, wanted = version_parts(written), version_parts(prefix)
    return bool(wanted) and here[: len(wanted)] == wanted


def _compare(a: tuple[tuple[int, str], ...], b: tuple[tuple[int, str], ...]) -> int | None:
    """-1, 0, 1; None when letters decide and only one of them has any."""
    for (one, letters), (other, others) in zip_longest(a, b, fillvalue=(0, "")):
        if one != other:
            return -1 if one < other else 1
        if letters != others:
            if not letters or not others:
                return None
            return -1 if letters < others else 1
    return 0

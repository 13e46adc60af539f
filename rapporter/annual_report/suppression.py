"""Small numbers hidden in what is made public, and enough beside them that nobody can count them out.

A table is cells with sums over them. One to four are hidden; then more cells, those that say least
first, until every hidden cell might be each of one to four for all that is shown. What a reader can
work out is asked of `Feasible`, over all tables at once: cells that several tables show are one cell.
Pure, whole numbers.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice

Key = Hashable
SMALL = range(1, 5)
"""What is hidden."""
TRIES = 20_000
"""So many guesses at most before a cell counts as one that can be worked out."""


class Shown(StrEnum):
    """How a cell stands in what is made public."""

    VALUE = "value"
    SMALL = "small"
    """One to four: <5."""
    BESIDE = "beside"
    """Hidden so that a small one beside it cannot be worked out."""
    UNSEEN = "unseen"
    """Stands in no table by itself, only in the sums of others."""


@dataclass(frozen=True)
class Sum:
    """A cell that is the sum of others."""

    total: Key
    parts: tuple[Key, ...]


@dataclass(frozen=True)
class Tables:
    """Everything that is to be made public: cells, sums among them, and which cells are protected.

    What is not protected is shown whatever it is: totals that name nobody.
    """

    cells: Mapping[Key, int]
    sums: Sequence[Sum] = ()
    protected: frozenset[Key] = frozenset()
    already: Mapping[Key, Shown] = field(default_factory=dict)
    """How cells stand in what is public already: what is shown there cannot be hidden any more, and what
    is hidden there is not shown now."""
    twins: Mapping[Key, Key] = field(default_factory=dict)
    """Cells that a reader may take for the same number, each way: one is not hidden without the other."""


@dataclass
class Feasible:
    """What a reader can work out: the values that hidden cells may have, for all that is shown."""

    tables: Tables
    shown: Mapping[Key, Shown]
    ceiling: int = field(init=False)

    def __post_init__(self) -> None:
        self.ceiling = sum(self.tables.cells.values()) + len(SMALL) * len(self.tables.cells) + 10
        self._sums: dict[Key, list[Sum]] = {}
        for one in self.tables.sums:
            for key in (one.total, *one.parts):
                self._sums.setdefault(key, []).append(one)
        self._known: dict[Key, list[Sum]] = {}

    def can_be(self, key: Key, value: int) -> bool:
        """Whether the hidden cell may have this value; False too when that cannot be found out in time."""
        low, high = self._domain(key)
        if not low <= value <= high:
            return False
        sums = self.around(key)
        cells = dict.fromkeys([key, *(cell for one in sums for cell in (one.total, *one.parts))])
        domains = {cell: self._domain(cell) for cell in cells}
        self._left = TRIES
        return self._solves({**domains, key: (value, value)}, sums)

    def is_safe(self, key: Key) -> bool:
        """Whether a hidden cell may be each of one to four; one hidden beside, four numbers or more.

        Of what stands nowhere by itself, only a small number must not be worked out.
        """
        mark = self.shown[key]
        if mark == Shown.UNSEEN and not (
            key in self.tables.protected and self.tables.cells[key] in SMALL
        ):
            return True
        if mark in (Shown.SMALL, Shown.UNSEEN):
            return all(self.can_be(key, value) for value in SMALL)
        own = self.tables.cells[key]
        reach = _near((max(SMALL.stop, own - 12), own + 12), own)
        return len(
            list(islice((one for one in reach if self.can_be(key, one)), len(SMALL)))
        ) >= len(SMALL)

    def around(self, key: Key) -> list[Sum]:
        """The sums that hang together with the hidden cell, by cells that are hidden as well."""
        if key in self._known:
            return self._known[key]
        found: dict[Sum, None] = {}
        met, ahead = {key}, [key]
        while ahead:
            for one in self._sums.get(ahead.pop(), []):
                found.setdefault(one)
                for cell in (one.total, *one.parts):
                    if cell not in met and self.shown.get(cell, Shown.VALUE) != Shown.VALUE:
                        met.add(cell)
                        ahead.append(cell)
        in_order = list(found)
        self._known |= dict.fromkeys(met, in_order)
        return in_order

    def _domain(self, key: Key) -> tuple[int, int]:
        """What the cell may be by its mark alone."""
        value = self.tables.cells[key]
        return {
            Shown.VALUE: (value, value),
            Shown.SMALL: (SMALL.start, SMALL.stop - 1),
            Shown.BESIDE: (SMALL.stop, self.ceiling),
            Shown.UNSEEN: (0, self.ceiling),
        }[self.shown.get(key, Shown.VALUE)]

    def _solves(self, domains: dict[Key, tuple[int, int]], sums: Sequence[Sum]) -> bool:
        """Whether some choice within the domains keeps every sum."""
        narrowed = self._narrow(dict(domains), sums)
        if narrowed is None:
            return False
        open_keys = [key for key, (low, high) in narrowed.items() if low < high]
        if not open_keys or not sums:
            return True
        key = min(open_keys, key=lambda one: narrowed[one][1] - narrowed[one][0])
        for value in _near(narrowed[key], self.tables.cells[key]):
            self._left -= 1
            if self._left < 0:
                return False
            if self._solves({**narrowed, key: (value, value)}, sums):
                return True
        return False

    def _narrow(
        self, domains: dict[Key, tuple[int, int]], sums: Sequence[Sum]
    ) -> dict[Key, tuple[int, int]] | None:
        """The domains as narrow as the sums make them; None when one is empty."""
        changed = True
        while changed:
            changed = False
            for one in sums:
                low = sum(domains[key][0] for key in one.parts)
                high = sum(domains[key][1] for key in one.parts)
                if not self._cut(domains, one.total, low, high):
                    return None
                total_low, total_high = domains[one.total]
                for key in one.parts:
                    mine = domains[key]
                    least = total_low - (high - mine[1])
                    most = total_high - (low - mine[0])
                    if not self._cut(domains, key, least, most):
                        return None
                    if domains[key] != mine:
                        low += domains[key][0] - mine[0]
                        high += domains[key][1] - mine[1]
                        changed = True
        return domains

    @staticmethod
    def _cut(domains: dict[Key, tuple[int, int]], key: Key, low: int, high: int) -> bool:
        mine = domains[key]
        domains[key] = (max(mine[0], low), min(mine[1], high))
        return domains[key][0] <= domains[key][1]


def hide(tables: Tables) -> dict[Key, Shown] | None:
    """How every cell stands in public; None when nothing short of leaving the tables out protects them."""
    shown = {
        key: tables.already.get(
            key, Shown.SMALL if key in tables.protected and value in SMALL else Shown.VALUE
        )
        for key, value in tables.cells.items()
    }
    for key, twin in tables.twins.items():
        if shown[twin] == Shown.BESIDE and _may_be_hidden(tables, shown, key):
            shown[key] = Shown.BESIDE
    exposed = set(_exposed(tables, shown))
    while exposed:
        more = _next(tables, shown, [key for key in shown if key in exposed])
        if more is None:
            return None
        twin = tables.twins.get(more)
        both = [more, *([twin] if twin and _may_be_hidden(tables, shown, twin) else [])]
        shown |= dict.fromkeys(both, Shown.BESIDE)
        exposed = _again(tables, shown, both, exposed)
    return shown


def attacked(tables: Tables, shown: Mapping[Key, Shown]) -> list[Key]:
    """The hidden cells that a reader of everything can narrow down."""
    return list(_exposed(tables, shown))


def small_first(counts: Mapping[str, int], *, rest: str, at_least: int = 3) -> dict[str, int]:
    """The counts with small ones added to the rest, where there are three or more of them."""
    few = [name for name, count in counts.items() if name != rest and count in SMALL]
    if len(few) < at_least:
        return dict(counts)
    kept = {name: count for name, count in counts.items() if name not in few}
    kept[rest] = kept.get(rest, 0) + sum(counts[name] for name in few)
    return kept


def _exposed(tables: Tables, shown: Mapping[Key, Shown]) -> list[Key]:
    feasible = Feasible(tables, shown)
    return [key for key, mark in shown.items() if mark != Shown.VALUE and not feasible.is_safe(key)]


def _again(
    tables: Tables, shown: Mapping[Key, Shown], more: Sequence[Key], exposed: set[Key]
) -> set[Key]:
    """What is exposed when more cells are hidden: only what hangs together with them is asked anew."""
    feasible = Feasible(tables, shown)
    sums = [one for key in more for one in feasible.around(key)]
    near = {*more, *(key for one in sums for key in (one.total, *one.parts))}
    hidden = [key for key in near if shown[key] != Shown.VALUE]
    return (exposed - near) | {key for key in hidden if not feasible.is_safe(key)}


def _next(tables: Tables, shown: Mapping[Key, Shown], exposed: Iterable[Key]) -> Key | None:
    """The cell to hide next: in a sum with an exposed one, protected, large enough, that says least."""
    wanted = set(exposed)
    found = {
        key
        for one in tables.sums
        if wanted & {one.total, *one.parts}
        for key in (one.total, *one.parts)
        if _may_be_hidden(tables, shown, key)
    }
    return min(found, key=lambda key: (tables.cells[key], repr(key)), default=None)


def _may_be_hidden(tables: Tables, shown: Mapping[Key, Shown], key: Key) -> bool:
    """Whether the cell is shown, and large enough, protected and new, so that it may be hidden beside another."""
    return (
        shown[key] == Shown.VALUE
        and key in tables.protected
        and key not in tables.already
        and tables.cells[key] >= SMALL.stop
    )


def _near(domain: tuple[int, int], value: int) -> Iterator[int]:
    """The values of a domain, those nearest to the true one first: the truth keeps every sum."""
    low, high = domain
    start = min(max(value, low), high)
    yield start
    for step in range(1, high - low + 1):
        if start + step <= high:
            yield start + step
        if start - step >= low:
            yield start - step

"""Units beside each other by their size: which differ more than chance would make them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapporter.control_charts import lines
from rapporter.control_charts.lines import Fit
from rapporter.control_charts.rules import Lines
from rapporter.control_charts.series import FEWEST, Value

STEPS = 60
"""So many places the limits are drawn at."""


@dataclass(frozen=True)
class Funnel:
    """The units, what they have in common, and the limits at every size between them."""

    units: Sequence[tuple[Value, Lines]]
    curve: Sequence[tuple[float, Lines]]

    @property
    def outside(self) -> list[Value]:
        """The units beyond the outer limits."""
        return [unit for unit, line in self.units if line.has_outside(unit.value)]

    @property
    def centre(self) -> float | None:
        """What all units have together."""
        return self.units[0][1].centre if self.units else None


def funnel(units: Sequence[Value], *, is_share: bool = False) -> Funnel:
    """Units with their counts and what they are out of; near limits at two, limits at three deviations.

    A unit without a size is left out; with fewer than five units there are no limits.
    """
    known = [each for each in units if each.of and each.count is not None]
    fit: Fit = lines.share() if is_share else lines.rate()
    at = fit(known)
    if len(known) < FEWEST:
        centre = at(known[0]).centre if known else None
        return Funnel([(each, Lines(centre)) for each in known], [])
    sizes = [each.of for each in known if each.of]
    lowest, highest = min(sizes), max(sizes)
    places = [lowest + (highest - lowest) * step / STEPS for step in range(STEPS + 1)]
    return Funnel(
        [(each, at(each)) for each in known],
        [(size, at(Value("", 0, size))) for size in places],
    )

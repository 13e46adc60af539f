"""What a page of charts is asked about: whose, which sort, which area, which year, and by whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from patientsakerhet.lib import calendar
from rapporter import periods, registry
from rapporter.charts.chart import About
from rapporter.models import Recalculation
from rapporter.periods import Period
from rapporter.registry import Asked, Measure


@dataclass(frozen=True)
class Asking:
    """A page's question; `asked` holds the unit, the reader and the moment."""

    asked: Asked
    year: int
    sort: str = ""
    area: str = ""
    scale: str = ""
    recalculations: Mapping[str, Sequence[Recalculation]] = field(default_factory=dict)
    """By measure; nothing when the charts are asked for without."""
    memory: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)
    """What has been read for one chart and serves another."""

    @property
    def today(self) -> date:
        """The day of the moment."""
        return calendar.local_day(self.asked.as_of)

    def of(self, period: Period) -> Asked:
        """The same for one period."""
        return self.between(period.first, period.last)

    def between(self, first: date, last: date) -> Asked:
        """The same for these days."""
        return replace(self.asked, first=first, last=last)

    @property
    def this_year(self) -> Asked:
        """The same for the year chosen."""
        return self.of(periods.of(date(self.year, 1, 1), periods.Step.YEAR))

    def address(self, measure: Measure, period: Period) -> str:
        """Where exactly the rows of the measure's number for the period are."""
        told = {"year": str(period.year)}
        if period.part:
            told["part"] = period.part
        if self.asked.unit is not None:
            told["unit"] = self.asked.unit.code
        return f"{reverse('figure', args=[measure.key])}?{urlencode(told)}"

    def about(self, key: str, question: str, measure: str, finding: str = "") -> About:
        """What a chart of the measure is about; its definition is the measure's."""
        found = registry.of(measure)
        return About(
            key=key,
            question=question,
            definition=found.definition,
            as_of=self.asked.as_of,
            finding=finding,
            measure_key=found.key,
            measure=self.address(found, periods.of(date(self.year, 1, 1), periods.Step.YEAR)),
        )

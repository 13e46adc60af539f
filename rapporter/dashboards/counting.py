"""Numbers of registered measures, many periods or groups at once: each equals the measure's own answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q
from django.db.models.functions import TruncMonth, TruncQuarter, TruncWeek, TruncYear

from avvikelse.models import Deviation
from patientsakerhet.cases.models import Case
from patientsakerhet.lib import calendar
from rapporter import periods, registry
from rapporter.control_charts.series import FULL
from rapporter.dashboards.asking import Asking
from rapporter.flow import kept, lateness, truncation
from rapporter.flow.lateness import Late
from rapporter.flow.truncation import SETTLED_FROM, Arrival, Seen
from rapporter.periods import Period, Step
from rapporter.registry import Measure

CUT = {
    Step.WEEK: TruncWeek,
    Step.MONTH: TruncMonth,
    Step.QUARTER: TruncQuarter,
    Step.YEAR: TruncYear,
}
SHOWN = 36
"""No chart asks of more months than this: what is read for one of them tells the others as well."""
LOOKED_BACK = 365
"""Days back over which it is seen how late cases are written down."""
LATEST = timedelta(days=60)
"""What is written down later than this was read in from before, and tells nothing of how it goes now."""
ENOUGH = 30
"""With fewer cases nothing is said of how late they come."""


@dataclass(frozen=True)
class Counted:
    """One period's number, and where its rows are."""

    period: Period
    count: int
    url: str


def by_period(asking: Asking, measure: Measure, among: Sequence[Period], day: str) -> list[Counted]:
    """How many rows each period has, in one statement; `day` is the moment that decides the period."""
    found: dict[date, int] = {}
    known = tallied(asking, measure, among)
    if known is not None:
        found = {each.first: count for each, count in zip(among, known, strict=True)}
    else:
        for cut, count in _grouped(asking, measure, among, day):
            found[cut] = count
    return [
        Counted(each, found.get(each.first, 0), asking.address(measure, each)) for each in among
    ]


def tallied(asking: Asking, measure: Measure, among: Sequence[Period]) -> list[int] | None:
    """The number of each period out of the sums that are kept; None where those do not tell."""
    shown = months(asking, SHOWN)
    first = min(shown[0].first, among[0].first)
    last = max(shown[-1].last, among[-1].last)
    if measure.tallied(asking.between(first, last)) is None:  # read once for all, and remembered
        return None
    found = [measure.tallied(asking.of(each)) for each in among]
    told = [count for count in found if count is not None]
    return told if len(told) == len(found) else None


def by_member(
    asking: Asking, members: Sequence[Measure], among: Sequence[Period]
) -> dict[str, list[int]] | None:
    """The numbers of each of a family that has any: its variant -> a number for each period.

    Out of the sums that are kept; None where those do not tell.
    """
    found = {}
    for one in members:
        counts = tallied(asking, one, among)
        if counts is None:
            return None
        if any(counts):
            found[one.variant] = counts
    return found


def by_group(
    asking: Asking, measure: Measure, among: Sequence[Period], day: str, group: str
) -> dict[str, list[int]]:
    """The same by what stands in another column: its value -> a number for each period."""
    found: dict[str, dict[date, int]] = {}
    for value, cut, count in _grouped(asking, measure, among, day, group):
        found.setdefault(value or "", {})[cut] = count
    return {value: [counts.get(each.first, 0) for each in among] for value, counts in found.items()}


def parts_by_period(
    asking: Asking, measure: Measure, among: Sequence[Period], day: str, part: Q
) -> list[tuple[int, int]]:
    """How many rows each period has, and how many of them are so."""
    rows = _within(asking, measure, among).order_by()
    found = {
        _day(cut): (whole, some)
        for cut, whole, some in rows.annotate(cut=_cut(among, day))
        .values("cut")
        .annotate(whole=Count("pk"), some=Count("pk", filter=part))
        .values_list("cut", "whole", "some")
    }
    return [found.get(each.first, (0, 0)) for each in among]


def by_value(asking: Asking, measure: Measure, group: str) -> dict[str, int]:
    """How many rows of the chosen year have each value in the column."""
    rows = measure.rows_for(asking.this_year).order_by()
    return dict(rows.values(group).annotate(count=Count("pk")).values_list(group, "count"))


def from_the_first(counted: Sequence[Counted]) -> list[Counted]:
    """Without the empty periods before the first that has anything: nothing was kept then.

    Nor with that first one itself, where enough remain: what began within a period is a part of one.
    """
    first = next((place for place, each in enumerate(counted) if each.count), len(counted))
    began_within = first > 0 and len(counted) - first > FULL
    return list(counted[first + began_within :])


def preliminary(asking: Asking, among: Sequence[Period]) -> list[bool]:
    """Which periods are not known well enough yet: some of their cases are written down later."""
    coming = _coming(asking)
    if coming is None:
        return [False] * len(among)
    return [_known(asking, each, coming) < SETTLED_FROM for each in among]


def _known(asking: Asking, period: Period, coming: Arrival | Late) -> float:
    """The share of the period's cases that has come to light."""
    days = (period.last - period.first).days + 1
    now = asking.asked.as_of
    ages = [
        (now - calendar.end_of_day(period.first + timedelta(days=n))) / timedelta(days=1)
        for n in range(days)
    ]
    return sum(coming.share(max(age, 0.0)) for age in ages) / days


def _coming(asking: Asking) -> Arrival | Late | None:
    """How late cases have been written down, of those of the last year; None of too few."""
    if "coming" not in asking.memory and kept.can_tell(asking.asked):
        late = _late(asking)
        asking.memory["coming"] = late if late.count >= ENOUGH else None
    if "coming" not in asking.memory:
        measure = registry.of("filed_deviations")
        first = calendar.add_calendar_days(asking.today, -LOOKED_BACK)
        now = asking.asked.as_of
        rows = measure.rows_for(asking.between(first, asking.today)).order_by()
        found = rows.annotate(told=Min("case__transitions__recorded_at")).values_list(
            "case__filed_at", "told"
        )
        seen = [
            Seen(
                max(told - filed, timedelta()) / timedelta(days=1),
                (now - filed) / timedelta(days=1),
            )
            for filed, told in found
            if told - filed <= LATEST
        ]
        asking.memory["coming"] = truncation.arrival(seen) if len(seen) >= ENOUGH else None
    found_before: Arrival | Late | None = asking.memory["coming"]
    return found_before


def _late(asking: Asking) -> Late:
    """The same of the kept rows."""
    return lateness.of_filed(
        asking.asked,
        calendar.start_of_day(calendar.add_calendar_days(asking.today, -LOOKED_BACK)),
        calendar.end_of_day(asking.today),
        door=Deviation.Door.DEVIATION,
        origin=Case.Origin.INCOMING,
        latest=LATEST,
    )


def _grouped(
    asking: Asking, measure: Measure, among: Sequence[Period], day: str, *groups: str
) -> list[tuple[Any, ...]]:
    rows = _within(asking, measure, among).order_by().annotate(cut=_cut(among, day))
    counted = rows.values(*groups, "cut").annotate(count=Count("pk"))
    return [
        (*values, _day(cut), count)
        for *values, cut, count in counted.values_list(*groups, "cut", "count")
    ]


def _within(asking: Asking, measure: Measure, among: Sequence[Period]) -> Any:
    return measure.rows_for(asking.between(among[0].first, among[-1].last))


def _cut(among: Sequence[Period], day: str) -> Any:
    return CUT[among[0].step](day, tzinfo=calendar.SWEDEN)


def _day(cut: Any) -> date:
    return calendar.local_day(cut) if isinstance(cut, datetime) else cut


def months(asking: Asking, count: int) -> list[Period]:
    """The last whole months."""
    return periods.ending(calendar.add_calendar_days(asking.today, -1), Step.MONTH, count)

"""Taking everything a report shows out of the registers, as it was known at one moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property, partial
from typing import Any

from django.utils import timezone

from patientsakerhet.cases.models import Transition
from patientsakerhet.lib import calendar
from rapporter import registry
from rapporter.annual_report import (
    canonical,
    counting,
    foretelling,
    former,
    intervals,
    plan,
    retelling,
    why,
)
from rapporter.annual_report.counting import EXACT, Alike, Dim, Number
from rapporter.annual_report.former import Year
from rapporter.annual_report.models import AnnualReport
from rapporter.annual_report.plan import Breakdown
from rapporter.annual_report.snapshot_taken import FORM, Taken, made_by
from rapporter.flow import of_cases
from rapporter.registry import Asked, Measure


@dataclass
class _Taker:
    report: AnnualReport
    taken: Taken
    former: Mapping[int, Year]
    """The years before, as their editions froze them."""
    memory: dict[Any, Any] = field(default_factory=dict)
    """What has been read for one measure and serves the next."""
    also: list[Measure] = field(default_factory=list)
    """Measures that were counted without their rows being kept."""
    unexplained: list[tuple[int, Measure, dict[str, Any]]] = field(default_factory=list)
    """Years before last with a measure's figure in them that is another now."""

    @cached_property
    def was_in_use(self) -> bool:
        """Whether anything had been written down here a year earlier; else nothing was known then.

        What was brought in from another system afterwards is compared as it is known now.
        """
        then = _a_year_before(self.taken.cutoff_at)
        return Transition.objects.filter(recorded_at__lte=then).exists()

    @property
    def last(self) -> int:
        """The year before the one that is reported."""
        return self.report.year - 1

    def read_the_flow(self) -> None:
        """The flow of all years that are told, as known now, is read once for them all."""
        measure = registry.of(plan.OF_THE_QUEUE[0])
        first = min((self.last, *self.former))
        for year in range(first + 1, self.report.year + 1):
            of_cases.lend(*(self.asked(measure, one, "cutoff") for one in (first, year)))

    def rows(self, measure: Measure, year: int, known: str) -> Alike:
        """The rows of the measure and year, taken once."""
        name = f"{measure.key}:{year}:{known}"
        if name not in self.taken.series:
            dims = plan.DIMS.get(measure.key, ())
            asked = self.asked(measure, year, known)
            self._take(name, measure, asked, dims, is_tallied=self.is_tallied(measure, year))
        return self.taken.series[name].alike

    def is_tallied(self, measure: Measure, year: int) -> bool:
        """Whether rows of the year are counted without being kept: nobody shows them but beside what its own
        edition kept.
        """
        shown = (
            self.report.year - one.years for one in plan.BREAKDOWNS if one.measure == measure.key
        )
        return year < min((self.last, *shown))

    def _take(
        self,
        name: str,
        measure: Measure,
        asked: Asked,
        dims: Sequence[Dim] = (),
        *,
        is_tallied: bool = False,
    ) -> Alike:
        found = counting.series_of(
            name, measure, asked, dims, with_facts=self.taken.keeps_facts and not is_tallied
        )
        self.taken.series[name] = found
        return found.alike

    def asked(self, measure: Measure, year: int, known: str) -> Asked:
        """The question: `then` is as the year's own report asked it, or could have."""
        as_of = self.taken.cutoff_at
        if known == "then":
            told = self.former.get(year)
            as_of = _a_year_before(as_of) if told is None else told.cutoff_at
        return Asked(
            first=date(year, 1, 1),
            last=last_day(year),
            as_of=as_of,
            unit=None if measure.key in plan.OF_THE_REGION else self.report.unit,
            memory=self.memory,
        )

    def figure(self, name: str, measure: Measure) -> None:
        """The figure this year, last year as it was known then, and the years before then and now."""
        now = self._number(plan.FIGURES, name, measure, self.report.year, "cutoff")
        since = self._number(plan.KNOWN, name, measure, self.last, "now")
        then = since
        if self.last in self.former or self.was_in_use:
            then = self._number(plan.FIGURES, name, measure, self.last, "then")
            self.taken.numbers.append(then)
        before, broken = then.value, ""
        reported = self._reported(name, self.last)
        if reported is not None:
            before = former.exact(reported["value"])
            broken = former.definition(measure.key, measure.version, reported)
        low = high = None
        if measure.is_counted and not broken and before is not None and before == int(before):
            ratio = intervals.ratio(int(before), int(now.value or 0))
            low, high = _decimal(ratio.low), _decimal(ratio.high)
        self.taken.numbers += [replace(now, low=low, high=high), since]
        self.taken.figures[name] = {
            "name": measure.name,
            "value": _written(now.value),
            "before": _written(before),
            "since": _written(since.value),
            "reported": reported is not None,
            "former": self._former(name, measure, since.value, then.value),
            "break": broken,
            "unit": measure.unit,
            "decimals": measure.decimals,
            "counted": measure.is_counted,
            "measure": measure.key,
            "version": measure.version,
            "disclosure": measure.disclosure,
            "region": measure.key in plan.OF_THE_REGION,
        }

    def _reported(self, name: str, year: int) -> Mapping[str, Any] | None:
        """The figure as the year's own edition has it."""
        told = self.former.get(year)
        return None if told is None else told.figures.get(name)

    def _former(
        self, name: str, measure: Measure, since: Decimal | None, then: Decimal | None
    ) -> dict[str, Any]:
        """Year -> what its own edition told of the figure, what is known now, and why the two differ.

        Since the first of the years that have an edition with the figure in it; of one that has none
        there is only what is counted now.
        """
        reported = {year: self._reported(name, year) for year in self.former}
        first = min((year for year, kept in reported.items() if kept), default=self.last)
        found: dict[str, Any] = {}
        for year in range(first, self.report.year):
            now = since
            if year != self.last:
                number = self._number(plan.KNOWN, name, measure, year, "now")
                self.taken.numbers.append(number)
                now = number.value
            told: dict[str, Any] = {"now": _written(now), "why": ""}
            kept = reported.get(year)
            if kept is not None:
                told |= {
                    "told": kept["value"],
                    "measure": kept["measure"],
                    "version": kept["version"],
                    "edition": self.former[year].edition,
                    "why": former.definition(measure.key, measure.version, kept),
                }
                if not told["why"] and former.apart(kept["value"], told["now"]):
                    if year == self.last:
                        told["why"] = _why(measure, told, then)
                    else:
                        self.unexplained.append((year, measure, told))
            found[str(year)] = told
        return found

    def explain(self) -> None:
        """Why figures of years before last are others now; year by year, for each is read as known then."""
        for year in sorted({one for one, *_ in self.unexplained}):
            memory, self.memory = self.memory, {}
            for _, measure, told in (one for one in self.unexplained if one[0] == year):
                asked = self.asked(measure, year, "then")
                told["why"] = _why(measure, told, measure.answer(asked).value)
            self.memory = memory

    def breakdown(self, table: Breakdown) -> None:
        """The table's cells, year by year."""
        measure = registry.of(table.measure)
        this = self.report.year
        seen: dict[str, str] = {}
        years = range(this - table.years, this + 1)
        groups: dict[tuple[int, str], dict[Any, int]] = {}
        for year in years:
            known = "cutoff" if year == this else "now"
            for (part, said), count in sorted(self.rows(measure, year, known).items()):
                dims = dict(said)
                if not table.only(dims):
                    continue
                code = "" if table.dim == "year" else dims[table.dim]
                seen.setdefault(code, dims.get(f"{table.dim}_label", ""))
                groups.setdefault((year, code), {})[part, said] = count
        if table.dim == "month":
            seen = {f"{n:02}": name for n, name in enumerate(plan.MONTHS, start=1)}
        if table.dim == "year":
            seen = {"": ""}
        told = {
            year: self.former[year].in_table(table.key) for year in years if year in self.former
        }
        for cells in told.values():
            seen = {code: one.dims["label"] for code, one in cells.items()} | seen
        for code in plan.in_order(table, seen, groups, this):
            for year in years:
                known = "cutoff" if year == this else "now"
                of = {
                    "year": year, "known": known, "by": table.dim, "code": code, "label": seen[code]
                }  # fmt: skip
                some = groups.get((year, code), {})
                self.taken.numbers.append(
                    counting.number(table.key, measure.key, measure.version, of, some)
                )
        for year in told:
            now = {code: sum(groups.get((year, code), {}).values()) for code in seen}
            self.taken.numbers += retelling.table(
                table,
                measure,
                self.former[year],
                seen,
                now,
                partial(self._anew, table, measure, year),
            )

    def _anew(self, table: Breakdown, measure: Measure, year: int) -> Mapping[str, int]:
        """Code -> how many that were known when the year was told, as they are counted today."""
        found: Counter[str] = Counter()
        for (_, said), count in self.rows(measure, year, "then").items():
            dims = dict(said)
            if table.only(dims):
                found["" if table.dim == "year" else dims[table.dim]] += count
        return found

    def queue(self) -> None:
        """What came in and went out each month, and what was open at its end."""
        for month in range(1, 13):
            first = date(self.report.year, month, 1)
            last = calendar.add_months(first, 1) - timedelta(days=1)
            if calendar.start_of_day(first) > self.taken.cutoff_at:
                break
            for key in plan.OF_THE_QUEUE:
                measure = registry.of(key)
                asked = replace(self.asked(measure, first.year, "cutoff"), first=first, last=last)
                name = f"{key}:{first.year}-{month:02}:cutoff"
                rows = self._take(name, measure, asked)
                dims = {"year": first.year, "month": f"{month:02}", "series": name}
                self.taken.numbers.append(
                    counting.number(plan.QUEUE, key, measure.version, dims, rows)
                )

    def risks(self) -> None:
        """How many risks were on each level before measures, and are after them; nothing without risks."""
        measure = registry.of("analysed_risks")
        rows = self.rows(measure, self.report.year, "cutoff")
        for by in ("before", "after") if rows else ():
            for code, label in plan.BANDS:
                dims = {
                    "year": self.report.year, "known": "cutoff", "by": by, "code": code, "label": label
                }  # fmt: skip
                some = {key: count for key, count in rows.items() if dict(key[1])[by] == code}
                self.taken.numbers.append(
                    counting.number(plan.RISKS, measure.key, measure.version, dims, some)
                )

    def foretold(self) -> None:
        """What is likely to come in, and how long the queue is likely to be, from the last whole month on."""
        month = calendar.local_day(self.taken.cutoff_at).replace(day=1)
        last = min(last_day(self.report.year), month - timedelta(days=1))
        first = calendar.add_months(last.replace(day=1), 1 - foretelling.HISTORY)
        came, left, still = (registry.of(key) for key in plan.OF_THE_QUEUE)
        asked = replace(self.asked(came, self.report.year, "cutoff"), first=first, last=last)
        told = foretelling.past(
            _days(came, asked),
            _days(left, asked),
            sum(self.rows(still, self.report.year, "cutoff").values()),
            last,
            {one.key: one.version for one in (came, left, still)},
        )
        self.taken.numbers += foretelling.numbers(told)
        began = min(
            (month for month, _ in told.months), default=None
        )  # none where nobody has written
        for source in self.former.values():
            if began and date(source.year, 1, 1) >= began:
                self.taken.numbers += retelling.inflow(came, source)
        self.also += [came, left, still]

    def _number(self, table: str, name: str, measure: Measure, year: int, known: str) -> Number:
        dims = {"figure": name, "year": year, "known": known}
        if self.is_tallied(measure, year):
            dims["tallied"] = True
        rows = self.rows(measure, year, known)
        found = counting.number(table, measure.key, measure.version, dims, rows)
        if measure.reckon is None:
            return found
        value = measure.answer(self.asked(measure, year, known)).value
        exact = None if value is None else value.quantize(EXACT)
        return replace(found, value=exact, dims={**dims, "reckoned": True})


def take(report: AnnualReport, *, at: datetime | None = None, to_sign: bool = False) -> Taken:
    """Everything the report shows, as it was known at the cut-off, or now while that lies ahead.

    With every row behind it, when it is to be signed as it stands. Reads only; the caller makes it one moment.
    """
    now = at or timezone.now()
    cutoff = min(report.cutoff_at, now)
    is_final = report.cutoff_at <= now
    taken = Taken(cutoff, now, is_final, keeps_facts=to_sign and is_final)
    taker = _Taker(report, taken, former.years(report))
    taker.read_the_flow()
    blocks = {block for one in report.template.sections.all() for block in one.blocks}
    measures = plan.measures(blocks)
    for name in sorted(measures):
        taker.figure(name, measures[name])
    for table in plan.BREAKDOWNS:
        if table.key in blocks:
            taker.breakdown(table)
    if plan.QUEUE in blocks:
        taker.queue()
    if plan.RISKS in blocks:
        taker.risks()
    if blocks & set(plan.FORETOLD):
        taker.foretold()
    taker.explain()
    used = {one.measure.key: one.measure for one in taken.series.values()}
    used |= {one.key: one for one in taker.also}
    taken.made_by = {
        **made_by(report, used.values()), "form": FORM, "former": former.told(taker.former)
    }  # fmt: skip
    return taken


def _why(measure: Measure, told: Mapping[str, Any], anew: Decimal | None) -> str:
    """Why a figure of a former year is another now; `anew` is what was known then, counted today."""
    then, now = (former.exact(told[one]) for one in ("told", "now"))
    again = None if anew is None else anew.quantize(EXACT)
    return why.reason(then, now, again, counted=measure.is_counted)


def _days(measure: Measure, asked: Asked) -> Counter[date]:
    """How many steps into or out of the queue fall on each day in Sweden."""
    rows = measure.rows_for(asked).order_by().select_related(None)
    found: Counter[date] = Counter()
    for before, at, filed_at in rows.values_list("from_status", "occurred_at", "case__filed_at"):
        found[calendar.local_day(at if before else filed_at)] += 1
    return found


def _written(value: Decimal | None) -> str | None:
    return None if value is None else canonical.decimal(value)


def _decimal(value: float | None) -> Decimal | None:
    if value is None or value == float("inf"):
        return None
    return Decimal(str(value)).quantize(EXACT)


def last_day(year: int) -> date:
    """The last day of a year."""
    return date(year, 12, 31)


def _a_year_before(at: datetime) -> datetime:
    local = timezone.localtime(at)
    leap = (local.month, local.day) == (2, 29)
    return local.replace(year=local.year - 1, day=28 if leap else local.day)

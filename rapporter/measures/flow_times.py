"""How long cases take: until coordinated, through each stage, until closed, and in the period as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from avvikelse.workflow import KIND, QUEUE
from patientsakerhet.access.policy import Can
from patientsakerhet.cases.actions import deadlines
from patientsakerhet.cases.models import Case, DeadlineRule, Transition
from patientsakerhet.exchange.writer import Column
from patientsakerhet.lib import calendar, survival
from patientsakerhet.lib.survival import Observation, kaplan_meier
from rapporter.flow import competing, kept, lengths, of_cases, on_time, spells, stages, waiting
from rapporter.flow.competing import aalen_johansen
from rapporter.flow.of_cases import LABELS, Log, counted, log_of, period
from rapporter.flow.spells import days_between, elapsed
from rapporter.flow.stages import Pace
from rapporter.flow.waiting import COORDINATED, Way
from rapporter.registry import SHOWN, Asked, Direction, Disclosure, Family, Measure
from rapporter.registry import register as known

SECTION = "Väntan och ledtider"
DAY = timedelta(days=1)
PARTS = {"half": (0.5, "hälften"), "most": (0.85, "85 procent")}
CASE_COLUMNS = (
    Column("Nummer", "number"),
    Column("Rubrik", "title"),
    Column("Kom in", "filed_at"),
    Column("Ägande enhet", "owning_unit__name"),
)
LAST = "last"
"""In a question's memory: the question that was last asked of a row, with its log; the next row asks the same."""
STAY_COLUMNS = (
    Column("Nummer", "case__number"),
    Column("Rubrik", "case__title"),
    Column("Steg", "step"),
    Column("Början", "occurred_at"),
    Column("Enhet", "to_unit__name"),
)


def filed_in(asked: Asked) -> Any:
    """The cases that were written in the period."""
    first, after = period(asked)
    rows = counted(asked).filter(filed_at__gte=first, filed_at__lt=min(after, asked.as_of))
    return rows.order_by("-filed_at", "-pk")


def open_in(asked: Asked) -> Any:
    """The cases that were open, for the first time, at some time in the period."""
    first, after = period(asked)
    end = min(after, asked.as_of)
    found: Any
    if kept.can_tell(asked):
        question = """
            SELECT case_id FROM ways
            WHERE filed_at < %(end)s AND (closed_at IS NULL OR closed_at >= %(first)s)
        """
        found = lengths.cases(asked, question, {"first": first, "end": end})
    else:
        found = [
            case
            for case, way in log_of(asked).ways.items()
            if way.filed < end and (way.closed is None or way.closed >= first)
        ]
    return counted(asked).filter(pk__in=found).order_by("-filed_at", "-pk")


def stays_in(asked: Asked) -> Any:
    """The stays in the stage that began in the period: the steps into it."""
    first, after = period(asked)
    found: Any
    if kept.can_tell(asked):
        question = """
            SELECT begun_by FROM stays
            WHERE stage = %(stage)s AND start >= %(first)s AND start < %(after)s
        """
        given = {"stage": asked.variant, "first": first, "after": after}
        found = lengths.cases(asked, question, given)
    else:
        begun = log_of(asked).begun_in[asked.variant]
        found = lengths.among(pk for pk, one in begun if first <= one.start < after)
    return Transition.objects.filter(pk__in=found).order_by("-occurred_at", "-pk")


def until_coordinated(row: Case, asked: Asked) -> Decimal:
    """Days until the case was coordinated, or ended without, or waited until now."""
    way = _way(row, asked)
    return Decimal(days_between(way.filed, way.coordinated or way.settled or asked.as_of))


def until_closed(row: Case, asked: Asked) -> Decimal:
    """Days until the case closed the first time, or was open until now."""
    way = _way(row, asked)
    return Decimal(days_between(way.filed, way.closed or asked.as_of))


def until_settled(row: Case, asked: Asked) -> Decimal:
    """Days until the case closed for good, or was open until now."""
    way = _way(row, asked)
    return Decimal(days_between(way.filed, way.settled or asked.as_of))


def stay(row: Transition, asked: Asked) -> Decimal:
    """Days of the stay, so far or until it ended."""
    one = _log(row.case_id, asked).begun[row.pk]
    return Decimal(days_between(one.start, one.until(asked.as_of)))


def coordinated_within(_rows: Any, asked: Asked) -> Decimal | None:
    """The days within which this part was coordinated, of all that were written."""
    if kept.can_tell(asked):
        [told] = _once(asked, "coordinated", lengths.until_coordinated, [period(asked)])
        return _decimal(told.quantile(_part(asked)))
    seen = waiting.until_coordinated(log_of(asked).ways.values(), *period(asked), asked.as_of)
    return _decimal(aalen_johansen(seen).quantile(_part(asked), COORDINATED))


def closed_within(_rows: Any, asked: Asked) -> Decimal | None:
    """The days within which this part closed the first time."""
    if kept.can_tell(asked):
        return _of_pace(asked, _once(asked, "closed", lengths.until_closed, period(asked)))
    seen = waiting.until_closed(log_of(asked).ways.values(), *period(asked), asked.as_of)
    return _decimal(kaplan_meier(seen).quantile(_part(asked)))


def settled_within(_rows: Any, asked: Asked) -> Decimal | None:
    """The days within which this part closed for good."""
    if kept.can_tell(asked):
        return _of_pace(asked, _once(asked, "settled", lengths.until_settled, period(asked)))
    seen = waiting.until_settled(log_of(asked).ways.values(), *period(asked), asked.as_of)
    return _decimal(kaplan_meier(seen).quantile(_part(asked)))


def through_in_the_period(_rows: Any, asked: Asked) -> Decimal | None:
    """The days within which this part closes at the pace of the period."""
    if kept.can_tell(asked):
        return _of_pace(asked, _once(asked, "in period", lengths.in_period, period(asked)))
    seen = waiting.in_period(log_of(asked).ways.values(), *period(asked), asked.as_of)
    return _decimal(kaplan_meier(seen).quantile(_part(asked)))


def stays_within(_rows: Any, asked: Asked) -> Decimal | None:
    """The days within which 85 percent of the stays were over."""
    if kept.can_tell(asked):
        [paces] = _once(asked, "paces", lengths.paces, [period(asked)])
        return _decimal(paces[asked.variant].most)
    begun = (one for _, one in log_of(asked).begun_in[asked.variant])
    seen = stages.lead_times(begun, asked.variant, *period(asked), asked.as_of)
    return _decimal(kaplan_meier(seen).quantile(PARTS["most"][0]))


def on_target(_rows: Any, asked: Asked) -> Decimal | None:
    """The percentage coordinated or rejected before what the deadline's rule allows had passed.

    Each wait is measured in the time that it was allowed, which working days make longer for some.
    """
    rule = deadlines.rule_for(KIND, QUEUE[0])
    if rule is None:
        return None
    longest, waiting_still = _waits(asked, rule)
    if longest is None or (longest < 1 and waiting_still):
        return None
    return _decimal(100 * (1 - waiting_still))


def _waits(asked: Asked, rule: DeadlineRule) -> tuple[float | None, float]:
    """The longest wait in what it was allowed, and the share that waits when all that has passed."""
    first, after = period(asked)
    if kept.can_tell(asked):
        by_hours = rule.measured == DeadlineRule.Measured.HOURS
        days = (
            []
            if by_hours
            else [asked.first + DAY * n for n in range((asked.last - asked.first).days + 1)]
        )
        ends = {
            day: deadlines.later(calendar.start_of_day(day), rule.amount, rule.measured)
            for day in days
        }
        return on_time.waits(asked, (first, after), ends, rule.amount if by_hours else None)
    seen = []
    for way in log_of(asked).ways.values():
        if first <= way.filed < min(after, asked.as_of):
            done = way.coordinated or way.settled
            end = deadlines.later(way.filed, rule.amount, rule.measured)
            part = elapsed(way.filed, done or asked.as_of) / elapsed(way.filed, end)
            seen.append(Observation(part, "done" if done else ""))
    curve = kaplan_meier(seen)
    return (curve.followed, curve.waiting(1)) if seen else (None, 1.0)


def _once(asked: Asked, what: str, ask: Callable[..., Any], window: Any) -> Any:
    """What is asked of the kept rows, for the half and the most of it once."""
    key = (what, asked.first, asked.last, asked.as_of, asked.unit, asked.by)
    if key not in asked.memory:
        asked.memory[key] = ask(asked, window)
    return asked.memory[key]


def _of_pace(asked: Asked, pace: Pace) -> Decimal | None:
    return _decimal(pace.half if _part(asked) == lengths.HALF else pace.most)


def _way(row: Case, asked: Asked) -> Way:
    return _log(row.pk, asked).ways[row.pk]


def _log(case: int, asked: Asked) -> Log:
    """What the case's part is read from: the cases on a page when it is on one, else every case."""
    shown = asked.memory.get(SHOWN, ())
    if case not in shown:
        last = asked.memory.get(LAST)
        if last is None or last[0] is not asked:
            last = asked.memory[LAST] = (asked, log_of(asked))
        every: Log = last[1]
        return every
    key = (SHOWN, asked.as_of)
    if key not in asked.memory:
        asked.memory[key] = of_cases.read(Case.objects.filter(pk__in=shown), asked.as_of)
    found: Log = asked.memory[key]
    return found


def _part(asked: Asked) -> float:
    return PARTS[asked.variant][0]


def _decimal(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _parts() -> Iterable[tuple[str, str, str]]:
    return [(code, label, "") for code, (_, label) in PARTS.items()]


def by_stage() -> Iterable[tuple[str, str, str]]:
    """One measure for each stage."""
    return [(code, label, "") for code, label in LABELS.items()]


def address(row: Any) -> str:
    """Where a case is."""
    found: str = row.get_absolute_url()
    return found


def case_address(row: Any) -> str:
    """Where the case of a step is."""
    found: str = row.case.get_absolute_url()
    return found


READING = (
    of_cases.counted, of_cases.open_within, of_cases.log_of, of_cases.read, of_cases._one,
    of_cases.period, spells.elapsed, spells.days, calendar.start_of_day,
)  # fmt: skip
"""What every figure of the flow hangs on."""
CURVES = (survival.kaplan_meier, survival.Curve.quantile, survival.AtRisk)
UNFINISHED = (
    "Ärenden som inte är klara räknas med så länge de har väntat. Enheten är den som äger ärendet."
)
MEASURES: tuple[tuple[str, str, str, str, Any, Any, Any, Family | None, tuple[Any, ...]], ...] = (
    (
        "flow_waiting", "Tid till koordinering, {}", "dagen då ärendet skrevs",
        "Antal dagar inom vilka {} av periodens ärenden koordinerades första gången. Avvisade ärenden "
        f"räknas bland alla men blir aldrig koordinerade. {UNFINISHED}",
        filed_in, until_coordinated, coordinated_within, Family(_parts),
        (waiting.until_coordinated, competing.aalen_johansen, competing.Incidence),
    ),
    (
        "flow_through", "Tid till avslut, {}", "dagen då ärendet skrevs",
        "Antal dagar inom vilka {} av periodens ärenden avslutades eller avvisades första gången. "
        f"{UNFINISHED}",
        filed_in, until_closed, closed_within, Family(_parts), (waiting.until_closed, *CURVES),
    ),
    (
        "flow_settled", "Tid till slutligt avslut, {}", "dagen då ärendet skrevs",
        "Antal dagar inom vilka {} av periodens ärenden avslutades eller avvisades för gott; det som är "
        f"återöppnat är inte klart. {UNFINISHED}",
        filed_in, until_settled, settled_within, Family(_parts), (waiting.until_settled, *CURVES),
    ),
    (
        "flow_period", "Tid till avslut i periodens takt, {}", "varje dag som ärendet var öppet",
        "Antal dagar inom vilka {} av ärendena avslutas i den takt som var under perioden. Varje ärende som "
        "var öppet någon gång under perioden räknas, från den ålder det hade när perioden började. "
        f"{UNFINISHED}",
        open_in, until_closed, through_in_the_period, Family(_parts), (waiting.in_period, *CURVES),
    ),
)  # fmt: skip


def register() -> None:
    """Make the measures known."""
    common: dict[str, Any] = {
        "version": 2,
        "section": SECTION,
        "direction": Direction.DOWN,
        "disclosure": Disclosure.TOTAL,
        "needs": (Can.READ,),
        "unit": "dagar",
        "decimals": 1,
    }
    of_a_case: dict[str, Any] = {
        "columns": CASE_COLUMNS,
        "related": ("owning_unit",),
        "address": address,
    }
    for key, name, date_field, definition, rows, weigh, reckon, family, rests_on in MEASURES:
        known(
            Measure(
                key=key,
                name=name,
                definition=definition,
                date_field=date_field,
                rows=rows,
                weigh=weigh,
                weighed_by=("pk",),
                reckon=reckon,
                family=family,
                rests_on=(*READING, *rests_on),
                **common,
                **of_a_case,
            )
        )
    known(
        Measure(
            key="flow_lead",
            name="Ledtid i {}, 85 procent",
            definition=(
                "Antal dagar inom vilka 85 procent av vistelserna i steget {} tog slut, av dem som började "
                f"under perioden. Den som kommer tillbaka räknas en gång till. {UNFINISHED}"
            ),
            date_field="dagen då ärendet kom till steget",
            rows=stays_in,
            weigh=stay,
            weighed_by=("case_id",),
            reckon=stays_within,
            family=Family(by_stage),
            columns=STAY_COLUMNS,
            related=("case", "to_unit"),
            address=case_address,
            rests_on=(*READING, of_cases.by_stage, stages.lead_times, *CURVES),
            **{**common, "version": 3},
        )
    )
    known(
        Measure(
            key="flow_on_target",
            name="Koordinerade i tid",
            definition=(
                "Andelen i procent av periodens ärenden som koordinerades eller avvisades innan tidsgränsen "
                f"för ett nytt ärende. {UNFINISHED}"
            ),
            date_field="dagen då ärendet skrevs",
            rows=filed_in,
            weigh=until_coordinated,
            weighed_by=("pk",),
            reckon=on_target,
            rests_on=(*READING, _waits, deadlines.later, *CURVES),
            **{**common, "version": 3, "direction": Direction.UP, "unit": "procent"},
            **of_a_case,
        )
    )

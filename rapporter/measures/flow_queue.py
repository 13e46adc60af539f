"""The queue: what came, what left, what is open, by stage and sort, and what is older than it should be."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, Q, Subquery

from avvikelse.workflow import CLOSED, KIND, REJECTED
from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.cases import kinds
from patientsakerhet.cases.models import Code, Transition
from patientsakerhet.exchange.writer import Column
from patientsakerhet.lib import calendar
from rapporter.breakdowns import UNIT, Breakdown
from rapporter.flow import kept, lengths, of_cases, prepared, stages, words
from rapporter.flow.of_cases import (
    STAGE_OF,
    STAGES,
    counted,
    log_of,
    log_read,
    period,
    year_before,
)
from rapporter.flow.prepared import Time
from rapporter.flow.reaching import secrecies
from rapporter.flow.stages import Pace
from rapporter.measures.flow_times import (
    CASE_COLUMNS,
    CURVES,
    READING,
    address,
    by_stage,
    case_address,
)
from rapporter.registry import Asked, Direction, Disclosure, Family, Measure
from rapporter.registry import register as known

OPEN, ENDS = tuple(STAGE_OF), (CLOSED, REJECTED)
STEP_COLUMNS = (
    Column("Nummer", "case__number"),
    Column("Rubrik", "case__title"),
    Column("Steg", "step"),
    Column("Dag", "occurred_at"),
    Column("Ägande enhet", "case__owning_unit__name"),
)
FROM_NOTHING = ""
UNTYPED = "untyped"


def last_moment(asked: Asked) -> datetime:
    """The last moment of the period, or the one asked as of when it goes on."""
    return min(calendar.end_of_day(asked.last), asked.as_of)


def open_at_the_end(asked: Asked) -> Any:
    """The cases that were open at the end of the period."""
    moment = last_moment(asked)
    steps = Transition.objects.filter(
        case=OuterRef("pk"), recorded_at__lte=asked.as_of, occurred_at__lte=moment
    )
    last = Subquery(steps.order_by("-occurred_at", "-pk").values("to_status")[:1])
    # Until the first step was typed in, a case that came in on paper waited to be coordinated.
    rows = of_cases.open_within(counted(asked), moment, asked.as_of)
    rows = rows.annotate(status_then=last).filter(filed_at__lte=moment)
    rows = rows.filter(Q(status_then__in=OPEN) | Q(status_then=None))
    return rows.order_by("filed_at", "pk")


def open_in_stage(asked: Asked) -> Any:
    """Of those, the ones in the stage."""
    told = Q(status_then__in=STAGES[asked.variant])
    if asked.variant == next(iter(STAGES)):
        told |= Q(status_then=None)
    return open_at_the_end(asked).filter(told)


def open_of_kind(asked: Asked) -> Any:
    """Of those, the ones of the sort."""
    path = kinds.of(KIND).code_path
    if asked.variant == UNTYPED:
        return open_at_the_end(asked).filter(**{path: None})
    return open_at_the_end(asked).filter(**{f"{path}__code": asked.variant})


def steps_in(asked: Asked) -> Any:
    """The steps that brought cases into or out of the queue in the period, as they were known."""
    first, after = period(asked)
    rows = Transition.objects.filter(
        case__in=counted(asked).order_by().values("pk"),
        recorded_at__lte=asked.as_of,
        occurred_at__lte=asked.as_of,
    )
    filed = Q(from_status=FROM_NOTHING, case__filed_at__gte=first, case__filed_at__lt=after)
    within = Q(occurred_at__gte=first, occurred_at__lt=after)
    reopened = Q(from_status__in=ENDS, to_status__in=OPEN) & within
    left = Q(from_status__in=OPEN, to_status__in=ENDS) & within
    return rows.filter(filed | reopened | left).order_by("-occurred_at", "-pk")


def came(asked: Asked) -> Any:
    """The steps that brought cases in: filed, opened again, taken back."""
    return steps_in(asked).filter(to_status__in=OPEN)


def left(asked: Asked) -> Any:
    """The steps that brought cases out: closed, rejected."""
    return steps_in(asked).filter(to_status__in=ENDS)


def one_in_or_out(row: Transition, _asked: Asked) -> Decimal:
    """One more in the queue, or one less."""
    return Decimal(-1 if row.to_status in ENDS else 1)


def slow_in_stage(asked: Asked) -> Any:
    """The cases open at the end that had been in their stage longer than 85 percent of the stays take."""
    moment = last_moment(asked)
    year = calendar.start_of_day(year_before(calendar.local_day(moment)))
    if kept.can_tell(asked):
        [paces] = lengths.paces(asked, [(year, moment)], at=moment)
        return open_at_the_end(asked).filter(pk__in=lengths.slow(asked, moment, paces))
    log = log_of(asked)
    lines: dict[str, Pace] = {}
    for stage, begun in log.begun_in.items():
        lines |= stages.paces([one for _, one in begun], [stage], year, moment, moment)
    found = [one.case for one in stages.ageing(log.spells, moment) if words.is_slow(one, lines)]
    return open_at_the_end(asked).filter(pk__in=found)


def period_of_sums(asked: Asked) -> list[Time] | None:
    """The months of the period, or its days, out of the sums; None of what those do not hold."""
    if not kept.can_tell(asked) or secrecies(asked) != set(policy.NEEDED_FOR_SECRECY):
        return None
    after = asked.last + timedelta(days=1)
    whole = asked.first.day == after.day == 1
    key = ("sums", whole, asked.as_of, asked.unit, asked.by)
    known: tuple[date, date, list[Time]] | None = asked.memory.get(key)
    if known is None or not known[0] <= asked.first <= asked.last <= known[1]:
        times = (prepared.by_month if whole else prepared.by_day)(asked)
        known = asked.memory[key] = (asked.first, asked.last, times)
    return [one for one in known[2] if asked.first <= one.first < after]


def tally_open(asked: Asked) -> int | None:
    """How many were open at the end."""
    times = period_of_sums(asked)
    if times:
        return times[-1].backlog
    log = log_read(asked)
    return None if log is None else log.books.backlog(last_moment(asked))


def tally_in_stage(asked: Asked) -> int | None:
    """How many were in the stage."""
    times = period_of_sums(asked)
    return times[-1].open.get(asked.variant, 0) if times else None


def tally_of_kind(asked: Asked) -> int | None:
    """How many of the sort were open."""
    times = period_of_sums(asked)
    if not times:
        return None
    if "labels" not in asked.memory:
        asked.memory["labels"] = {code: label for code, label, _ in _sorts()}
    labels: dict[str, str] = asked.memory["labels"]
    name = of_cases.UNTYPED if asked.variant == UNTYPED else labels[asked.variant]
    if list(labels.values()).count(name) > 1:
        return None  # the sums are asked for by name
    return times[-1].open_by_sort.get(name, 0)


def tally_came(asked: Asked) -> int | None:
    """How many steps brought cases in."""
    times = period_of_sums(asked)
    if times:
        return sum(one.came for one in times)
    log = log_read(asked)
    return None if log is None else log.books.period(*period(asked)).came


def tally_left(asked: Asked) -> int | None:
    """How many steps brought cases out."""
    times = period_of_sums(asked)
    if times:
        return sum(one.left for one in times)
    log = log_read(asked)
    return None if log is None else log.books.period(*period(asked)).left


def tally_growth(asked: Asked) -> int | None:
    """What came in less what went out."""
    into, out = tally_came(asked), tally_left(asked)
    return None if into is None or out is None else into - out


def _sorts() -> Iterable[tuple[str, str, str]]:
    tree = Code.objects.of(kinds.of(KIND).code_system).order_by("position", "pk")
    return [*((one.code, one.label, "") for one in tree), (UNTYPED, "utan typ", "")]


OWNER = "Dubbletter räknas inte. Enheten är den som äger ärendet."
END = "när perioden slutade, eller är det nu när den pågår"
AT_THE_END = (*READING, last_moment, open_at_the_end)
STEPS = (*READING, steps_in)
CASES: tuple[tuple[str, str, str, Any, Family | None, tuple[Any, ...]], ...] = (
    (
        "flow_open", "Öppna ärenden",
        f"Ärenden som var öppna {END}. {OWNER}",
        open_at_the_end, None, AT_THE_END,
    ),
    (
        "flow_open_stage", "Öppna ärenden i {}",
        f"Ärenden som var i steget {{}} {END}. {OWNER}",
        open_in_stage, Family(by_stage), AT_THE_END,
    ),
    (
        "flow_open_sort", "Öppna ärenden: {}",
        f"Ärenden av typen ”{{}}” som var öppna {END}. Typen är den som ärendet har nu. {OWNER}",
        open_of_kind, Family(_sorts), AT_THE_END,
    ),
    (
        "flow_slow", "Öppna längre än de flesta",
        "Ärenden, öppna när perioden slutade, som då hade varit i sitt steg längre än 85 procent av "
        f"vistelserna det senaste året. {OWNER}",
        slow_in_stage, None, (*AT_THE_END, of_cases.by_stage, stages.paces, stages.ageing, words.is_slow, *CURVES),
    ),
)  # fmt: skip
TRANSITIONS: tuple[tuple[str, str, str, Direction, Any, Any], ...] = (
    (
        "flow_came", "Kom in i kön",
        f"Ärenden som skrevs, återöppnades eller togs tillbaka under perioden. {OWNER}",
        Direction.NEUTRAL, came, None,
    ),
    (
        "flow_left", "Gick ut ur kön",
        f"Ärenden som avslutades eller avvisades under perioden, varje gång det hände. {OWNER}",
        Direction.NEUTRAL, left, None,
    ),
    (
        "flow_growth", "Köns tillväxt",
        "Det som kom in i kön minus det som gick ut under perioden: exakt skillnaden mellan öppna ärenden när "
        f"den slutade och när den började. {OWNER}",
        Direction.DOWN, steps_in, one_in_or_out,
    ),
)  # fmt: skip


TALLIES = {
    "flow_open": tally_open,
    "flow_open_stage": tally_in_stage,
    "flow_open_sort": tally_of_kind,
    "flow_came": tally_came,
    "flow_left": tally_left,
    "flow_growth": tally_growth,
}
"""The measures whose numbers the sums hold."""
VERSIONS = {
    "flow_open": 3,
    "flow_open_stage": 2,
    "flow_open_sort": 2,
    "flow_slow": 3,
    "flow_came": 2,
    "flow_left": 2,
    "flow_growth": 2,
}
"""The later ones have the same numbers: told by sums, or without going through what had closed before."""


def register() -> None:
    """Make the measures known."""
    common: dict[str, Any] = {
        "section": "Kön",
        "disclosure": Disclosure.TOTAL,
        "needs": (Can.READ,),
    }
    for key, name, definition, rows, family, rests_on in CASES:
        known(
            Measure(
                key=key,
                version=VERSIONS.get(key, 1),
                name=name,
                definition=definition,
                date_field="periodens sista dag",
                direction=Direction.DOWN,
                rows=rows,
                family=family,
                columns=CASE_COLUMNS,
                related=("owning_unit",),
                address=address,
                breakdowns=(
                    Breakdown(UNIT, "enhet", "owning_unit"),
                    Breakdown("kind", "typ", "deviation__kind__code", "deviation__kind__label"),
                ),
                adds_up=False,
                tally=TALLIES.get(key),
                rests_on=rests_on,
                **common,
            )
        )
    for key, name, definition, direction, rows, weigh in TRANSITIONS:
        known(
            Measure(
                key=key,
                version=VERSIONS.get(key, 1),
                name=name,
                definition=definition,
                date_field="dagen då det hände; för ett nytt ärende dagen då det skrevs",
                direction=direction,
                rows=rows,
                weigh=weigh,
                weighed_by=("to_status",),
                tally=TALLIES.get(key),
                columns=STEP_COLUMNS,
                related=("case__owning_unit",),
                address=case_address,
                breakdowns=(Breakdown(UNIT, "enhet", "case__owning_unit"),)
                if weigh is None
                else (),
                rests_on=STEPS,
                **common,
            )
        )

"""The stays of the product's own cases, read from their transitions alone.

What counts are deviations, suggestions and complaints that are no duplicates; a case that was taken for
one for a while waited to be coordinated all the same. A case begins when it came in, which for one
written on paper is before it was typed in. Nothing is read from what the case is now.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from avvikelse.workflow import (
    ASSIGNED,
    CLOSED,
    FOLLOW_UP,
    IN_ACTION,
    IN_INVESTIGATION,
    KIND,
    MERGED,
    QUEUE,
    REJECTED,
)
from patientsakerhet.cases.models import Case, Code, Transition
from patientsakerhet.lib import calendar
from rapporter.flow.balance import Books
from rapporter.flow.spells import Spell, Stay, stays
from rapporter.flow.waiting import Way
from rapporter.measures.recorded import JUST_NOW, status_recorded
from rapporter.registry import Asked

COORDINATION, RECEPTION = "coordination", "reception"
INVESTIGATION, ACTION, FOLLOWING = "investigation", "action", "follow_up"
STAGES: Mapping[str, tuple[str, ...]] = {
    COORDINATION: (*QUEUE, MERGED),
    RECEPTION: (ASSIGNED,),
    INVESTIGATION: (IN_INVESTIGATION,),
    ACTION: (IN_ACTION,),
    FOLLOWING: (FOLLOW_UP,),
}
"""Stage -> the states that it covers, in the order that a case goes through them."""
LABELS: Mapping[str, str] = {
    COORDINATION: "koordinering",
    RECEPTION: "mottagande",
    INVESTIGATION: "orsaksutredning",
    ACTION: "åtgärd",
    FOLLOWING: "uppföljning",
}
ENDS: Mapping[str, str] = {CLOSED: "avslutad", REJECTED: "avvisad"}
STAGE_OF: Mapping[str, str] = {status: stage for stage, some in STAGES.items() for status in some}
UNTYPED = "Utan typ"
SORTS = "deviation_kind"
"""The tree that the sorts of case are chosen from."""
HANDED_ON = frozenset(STAGES) - {COORDINATION}
COORDINATE = "coordinate"

FILED, OWNED = "filing_unit", "owning_unit"
"""A case belongs to the unit that wrote it, or to the one that has it now."""


def counted(asked: Asked, side: str = OWNED) -> Any:
    """The cases that count, of the unit asked for and within what whoever asks may read.

    As it was known at the moment asked for: known then, and not known then as a duplicate.
    """
    rows = _reached(asked, side).annotate(known_status=status_recorded("pk", asked.as_of))
    return rows.filter(known_status__isnull=False).exclude(known_status=MERGED)


def _reached(asked: Asked, side: str) -> Any:
    return asked.within(asked.seen(Case.objects.of_kind(KIND)), side)


def open_within(rows: Any, first: datetime, as_of: datetime) -> Any:
    """Of these, the cases that may have been open at or after `first`.

    What is known of a case later than `as_of` does not tell when it closed. Of a moment ago everything
    is known: nobody closes a case in the past and is asked in the same minute.
    """
    known = as_of >= timezone.now() - JUST_NOW
    if known and first >= as_of:
        return rows.filter(is_final=False)  # those that are open now, by their own index
    told: Any = Q(closed_at=None) | Q(closed_at__gte=first)
    if not known:
        later = Transition.objects.filter(case=OuterRef("pk"), recorded_at__gt=as_of)
        told |= Exists(later)
    return rows.filter(told)


@dataclass(frozen=True)
class Log:
    """Stays and ways of some cases, as they were known at a moment."""

    spells: Sequence[Spell]
    ways: Mapping[int, Way]
    begun: Mapping[int, Spell]
    """The transition that began a stay -> the stay."""
    now: datetime

    @cached_property
    def begun_in(self) -> Mapping[str, Sequence[tuple[int, Spell]]]:
        """Stage -> its stays, each with the transition that began it."""
        return by_stage(self.begun)

    @cached_property
    def stays(self) -> list[Stay]:
        """The times that the cases were open."""
        return stays(self.spells)

    @cached_property
    def books(self) -> Books:
        """What came in and went out, laid out to be counted."""
        return Books(self.stays)


def by_stage(begun: Mapping[int, Spell]) -> Mapping[str, Sequence[tuple[int, Spell]]]:
    """Stage -> its stays, each with the transition that began it."""
    found: dict[str, list[tuple[int, Spell]]] = {stage: [] for stage in STAGES}
    for pk, one in begun.items():
        found[one.stage].append((pk, one))
    return found


def log_of(asked: Asked, side: str = OWNED) -> Log:
    """What is needed for a period and the year before it: the cases open at some time in them.

    Read once for each question, and remembered with it.
    """
    key = ("flow", asked.first, asked.as_of, asked.unit, asked.by, side)
    if key not in asked.memory:
        first = calendar.start_of_day(year_before(asked.first))
        rows = _reached(asked, side).filter(filed_at__lte=asked.as_of)
        asked.memory[key] = read(open_within(rows, first, asked.as_of), asked.as_of)
    found: Log = asked.memory[key]
    return found


def lend(asked: Asked, later: Asked) -> None:
    """What is read for a question serves one of a later period, as of the same moment, as well.

    It holds every case that the later one needs, and those that had closed before that change nothing.
    """
    later.memory["flow", later.first, later.as_of, later.unit, later.by, OWNED] = log_of(asked)


def log_read(asked: Asked) -> Log | None:
    """What has been read already and holds the period; None when nothing has."""
    for key, log in asked.memory.items():
        if key[0] != "flow" or key[2:] != (asked.as_of, asked.unit, asked.by, OWNED):
            continue
        if key[1] <= asked.first:
            found: Log = log
            return found
    return None


def year_before(day: date) -> date:
    """The same day a year earlier."""
    return calendar.add_months(day, -12)


def read(cases: Any, as_of: datetime) -> Log:
    """The stays of these cases as known then, without those known then as duplicates; one statement."""
    labels: dict[int | None, str] = {
        None: UNTYPED,
        **dict(Code.objects.of(SORTS).values_list("pk", "label")),
    }
    rows = (
        Transition.objects.filter(
            case__in=cases.order_by().values("pk"), recorded_at__lte=as_of, occurred_at__lte=as_of
        )
        .order_by("case", "occurred_at", "pk")
        .values_list(
            "case_id", "pk", "step", "to_status", "occurred_at",
            "case__filed_at", "case__deviation__kind",
        )
    )  # fmt: skip
    spells: list[Spell] = []
    ways: dict[int, Way] = {}
    begun: dict[int, Spell] = {}
    for case, grouped in groupby(rows.iterator(chunk_size=10_000), key=itemgetter(0)):
        steps = list(grouped)
        if steps[-1][3] == MERGED:
            continue
        own, starts, way = _one(case, steps, labels[steps[0][6]])
        spells += own
        ways[case] = way
        begun.update(zip(starts, own, strict=True))
    return Log(spells, ways, begun, as_of)


def _one(
    case: int, steps: Sequence[tuple[Any, ...]], kind: str
) -> tuple[list[Spell], list[int], Way]:
    """The stays of one case, the transitions that began them, and its way."""
    filed = steps[0][5]
    found: list[Spell] = []
    starts: list[int] = []
    visits: dict[str, int] = {}
    stage, since, begun_by = "", filed, 0
    coordinated = closed = settled = None
    end = last_end = ""
    for place, (_, pk, step, status, at, _, _) in enumerate(steps):
        moment = filed if place == 0 or at < filed else at
        into = STAGE_OF.get(status, "")
        if coordinated is None and (step == COORDINATE or into in HANDED_ON):
            coordinated = moment
        if into == stage:
            continue
        if stage:
            found.append(Spell(case, stage, since, moment, kind, into or status, visits[stage]))
            starts.append(begun_by)
        if into:
            visits[into] = visits.get(into, 0) + 1
            settled, last_end = None, ""
        else:
            settled, last_end = moment, status
            if closed is None:
                closed, end = moment, status
        stage, since, begun_by = into, moment, pk
    if stage:
        found.append(Spell(case, stage, since, None, kind, "", visits[stage]))
        starts.append(begun_by)
    return found, starts, Way(case, filed, coordinated, closed, end, settled, last_end, kind)


def months(asked: Asked) -> list[datetime]:
    """The bounds of the whole months of the period that had ended, as clocks in Sweden show them."""
    return _bounds(asked, asked.first.replace(day=1), lambda day: calendar.add_months(day, 1))


def weeks(asked: Asked) -> list[datetime]:
    """The bounds of the whole ISO weeks of the period that had ended."""
    monday = calendar.add_calendar_days(asked.first, -asked.first.weekday() % 7)
    return _bounds(asked, monday, lambda day: calendar.add_calendar_days(day, 7))


def _bounds(asked: Asked, day: date, following: Callable[[date], date]) -> list[datetime]:
    found = []
    after = calendar.add_calendar_days(asked.last, 1)
    while day <= after and calendar.start_of_day(day) <= asked.as_of:
        found.append(calendar.start_of_day(day))
        day = following(day)
    return found


def ends_of_days(asked: Asked) -> list[datetime]:
    """The end of each day of the period that had ended."""
    days = (asked.last - asked.first).days + 1
    bounds = [
        calendar.start_of_day(calendar.add_calendar_days(asked.first, n + 1)) for n in range(days)
    ]
    return [one for one in bounds if one <= asked.as_of]


def period(asked: Asked) -> tuple[datetime, datetime]:
    """The first moment of the period, and the first after it."""
    after = calendar.add_calendar_days(asked.last, 1)
    return calendar.start_of_day(asked.first), calendar.start_of_day(after)

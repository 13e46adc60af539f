"""Six hundred random histories: the flow's figures are those of looking at each event, and add up.

Written, coordinated, bounced, taken for a duplicate and back, closed, rejected, opened again, typed in from
paper and written down late, around the nights when the clock is moved, the turn of the year and a leap day;
some steps at the very same moment. Drawn by the printed seed. No database: that what is read out of it is
the same is shown beside, with the product's own acts.
"""

import math
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from patientsakerhet.lib.calendar import SWEDEN
from patientsakerhet.lib.survival import kaplan_meier
from rapporter.flow import of_cases, stages, waiting
from rapporter.flow.balance import Books, little
from rapporter.flow.competing import aalen_johansen
from rapporter.flow.waiting import COORDINATED

LOGS = 600
ODD = (
    datetime(2023, 12, 31, 22, 30, tzinfo=UTC), datetime(2023, 12, 31, 23, 30, tzinfo=UTC),
    datetime(2024, 2, 29, 11, tzinfo=UTC), datetime(2024, 3, 31, 0, 59, tzinfo=UTC),
    datetime(2024, 3, 31, 1, tzinfo=UTC), datetime(2024, 10, 27, 0, 30, tzinfo=UTC),
    datetime(2024, 10, 27, 1, 30, tzinfo=UTC), datetime(2024, 12, 31, 23, tzinfo=UTC),
)  # fmt: skip
STAGE = {
    "reported": "coordination", "in_coordination": "coordination", "returned": "coordination",
    "merged": "coordination", "assigned": "reception", "in_investigation": "investigation",
    "in_action": "action", "follow_up": "follow_up",
}  # fmt: skip
ON = {
    "reported": ("in_coordination", "assigned", "rejected", "merged", "returned"),
    "in_coordination": ("assigned", "rejected", "merged"),
    "returned": ("in_coordination", "rejected"),
    "merged": ("in_coordination",),
    "assigned": ("in_investigation", "in_coordination", "assigned"),
    "in_investigation": ("in_action", "in_coordination", "closed", "in_investigation"),
    "in_action": ("follow_up", "in_investigation", "in_action"),
    "follow_up": ("closed", "in_action"),
    "closed": ("in_investigation", "in_action"),
    "rejected": ("in_coordination",),
}
MONTHS = [datetime(2023 + n // 12, n % 12 + 1, 1, tzinfo=SWEDEN) for n in range(11, 27)]
AFTER = timedelta(seconds=1)


class Step:
    """One row of a case's history: into which state, when it was so, when it was written down."""

    def __init__(self, pk, status, at, recorded, before):
        self.pk, self.status, self.at, self.recorded = pk, status, at, recorded
        self.name = (
            "file" if not before
            else "coordinate" if before in ("reported", "in_coordination") and status == "assigned"
            else "step"
        )  # fmt: skip


def log(chance):
    """Case -> when it came in, and its steps."""
    found, pk = {}, 0
    for case in range(chance.randint(1, 9)):
        begin = chance.choice(ODD) if chance.random() < 0.5 else at_random(chance)
        on_paper = chance.random() < 0.2
        filed = begin - timedelta(days=chance.randint(1, 40)) if on_paper else begin
        status, at, written, rows = "", begin, begin, []
        for n in range(chance.randint(1, 12)):
            before, status = status, chance.choice(ON[status]) if n else "reported"
            at += timedelta(seconds=chance.choice((0, 1, 3600, 86_400 * 3, 86_400 * 40)))
            late = chance.choice((0, 0, 0, 86_400, 86_400 * 60))
            written = max(written, at + timedelta(seconds=late))
            pk += 1
            rows.append(Step(pk, status, at, written, before))
        found[case] = (filed, rows)
    return found


def at_random(chance):
    return datetime(2023, 12, 20, tzinfo=UTC) + timedelta(seconds=chance.randint(0, 86_400 * 400))


def known(told, as_of):
    """What was known then, in the order it happened; without duplicates."""
    found = {}
    for case, (filed, rows) in told.items():
        some = [one for one in rows if one.recorded <= as_of and one.at <= as_of]
        some.sort(key=lambda one: (one.at, one.pk))
        if some and some[-1].status != "merged":
            found[case] = (filed, some)
    return found


def counted(told, as_of):
    """The product's stays and ways of what was known then."""
    spells, ways = [], {}
    for case, (filed, rows) in known(told, as_of).items():
        steps = [(case, one.pk, one.name, one.status, one.at, filed, None) for one in rows]
        own, starts, ways[case] = of_cases._one(case, steps, "")
        assert len(own) == len(starts)
        spells += own
    return of_cases.Log(spells, ways, {}, as_of)


def moved(filed, rows):
    """State and moment of each step; nothing happens to a case before it came in."""
    return [(one.status, filed if n == 0 else max(one.at, filed)) for n, one in enumerate(rows)]


def status_at(filed, rows, moment):
    """Its state then, by looking at each step; nothing before it came in."""
    return ([status for status, at in moved(filed, rows) if at <= moment] or [""])[-1]


def brute_period(told, first, last):
    """(Filed, opened again, left) by looking at each step and the one before it."""
    found = Counter()
    for filed, rows in told.values():
        found["filed"] += first <= filed < last
        for (before, _), (status, at) in pairwise(moved(filed, rows)):
            if first <= at < last:
                found["left"] += before in STAGE and status not in STAGE
                found["reopened"] += before not in STAGE and status in STAGE
    return found["filed"], found["reopened"], found["left"]


def brute_waits(told, first, last, as_of):
    """(Days, how it ended) of each case filed in the period, until it was coordinated."""
    found = []
    for filed, rows in told.values():
        if not first <= filed < min(last, as_of):
            continue
        steps = list(zip(moved(filed, rows), rows, strict=True))
        given = [
            at for (status, at), one in steps
            if one.name == "coordinate" or STAGE.get(status, "coordination") != "coordination"
        ]  # fmt: skip
        end, at = steps[-1][0]
        while len(steps) > 1 and steps[-2][0][0] == end:
            steps.pop()
            at = steps[-1][0][1]
        if given:
            found.append((days(filed, given[0]), COORDINATED))
        elif end not in STAGE:
            found.append((days(filed, at), end))
        else:
            found.append((days(filed, as_of), ""))
    return sorted(found)


def brute_closings(told, first, last, as_of):
    """(Days, how it ended) of each case filed in the period, until it ended the first time."""
    found = []
    for filed, rows in told.values():
        if first <= filed < min(last, as_of):
            ends = [(at, status) for status, at in moved(filed, rows) if status not in STAGE]
            at, end = ends[0] if ends else (as_of, "")
            found.append((days(filed, at), end))
    return sorted(found)


def product_limit(seen, share, *, of=None):
    """The first time by which the share has come to `of`, another end taking its part: one by one."""
    left, come = 1.0, 0.0
    times = sorted({time for time, event in seen if event})
    for now in times:
        waits = sum(time >= now for time, _ in seen)
        ends = sum(time == now and bool(event) for time, event in seen)
        here = sum(time == now and (event == of if of else bool(event)) for time, event in seen)
        come += left * here / waits
        left *= 1 - ends / waits
        if come >= share - 1e-12:
            return now
    return None


def days(start, end):
    return (end.astimezone(UTC) - start.astimezone(UTC)).total_seconds() / 86_400


def test_figures_are_those_of_each_event_and_add_up(chance):
    seen = Counter()
    for number in range(LOGS):
        told = log(chance)
        as_of = chance.choice(ODD) if chance.random() < 0.2 else at_random(chance)
        _holds(told, as_of, number, seen)
    assert all(
        seen[what] > LOGS / 10 for what in ("reopened", "left", "filed", "waited", "open")
    ), seen


def _holds(told, as_of, number, seen):
    product, rows = counted(told, as_of), known(told, as_of)
    books = Books(product.stays)
    bounds = [*(one for one in MONTHS if one < as_of), as_of]
    for first, last in pairwise(bounds):
        found = books.period(first, last)
        assert (found.filed, found.reopened, found.left) == brute_period(rows, first, last), number
        assert found.after == found.before + found.came - found.left
        before = [status_at(*one, last - timedelta(microseconds=1)) for one in rows.values()]
        assert found.after == sum(one in STAGE for one in before), number
        sums = little(product.stays, first, last)
        assert sums.holds
        assert sums.arrivals == found.filed
        seen.update(filed=found.filed, reopened=found.reopened, left=found.left)
    for moment in bounds:
        stage = Counter(STAGE.get(status_at(*one, moment)) for one in rows.values())
        assert stages.in_stage(product.spells, moment) == Counter(
            {name: many for name, many in stage.items() if name}
        ), number
        assert books.backlog(moment) == sum(many for name, many in stage.items() if name)
        seen["open"] += books.backlog(moment)
    _waits_are_those_of_each_case(product, rows, (bounds[0], as_of), number, seen)
    _nothing_later_is_known(told, as_of, product)


def _waits_are_those_of_each_case(product, rows, period, number, seen):
    ways = product.ways.values()
    waits = waiting.until_coordinated(ways, *period, product.now)
    told = brute_waits(rows, *period, product.now)
    assert sorted((one.time, one.event) for one in waits) == told, number
    ended = waiting.until_closed(ways, *period, product.now)
    closings = brute_closings(rows, *period, product.now)
    assert sorted((one.time, one.event) for one in ended) == closings, number
    for share in (0.5, 0.85):
        same(aalen_johansen(waits).quantile(share, COORDINATED),
             product_limit(told, share, of=COORDINATED))  # fmt: skip
        same(kaplan_meier(ended).quantile(share), product_limit(closings, share))
    seen["waited"] += bool(waits)


def same(one, two):
    assert (one is None) == (two is None)
    assert one is None or math.isclose(one, two, abs_tol=1e-9)


def _nothing_later_is_known(told, as_of, product):
    """Steps written down after the moment, whenever they happened, change nothing that was known."""
    later = {
        case: (
            filed,
            [
                *rows,
                Step(9_000 + case, "closed", filed + AFTER, as_of + AFTER, "assigned"),
                Step(9_500 + case, "merged", as_of + AFTER, as_of + AFTER, "closed"),
            ],
        )
        for case, (filed, rows) in told.items()
    }
    later[-1] = (as_of - AFTER, [Step(9_999, "reported", as_of - AFTER, as_of + AFTER, "")])
    assert counted(later, as_of).spells == product.spells
    assert counted(later, as_of).ways == product.ways
    assert counted(later, as_of + timedelta(days=1)).ways != product.ways

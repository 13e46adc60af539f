"""A real log of hand-overs read in as 2016's cases: the flow's figures, counted again from the file alone.

Every seventh incident of the optional data folder's log; figures of March, and of the half year.
"""

from datetime import UTC, date, datetime, timedelta
from math import ceil

import pytest
from django.db import connection
from django.utils import timezone

from patientsakerhet.lib.calendar import SWEDEN
from rapporter import registry
from rapporter.flow import of_cases, prepared
from rapporter.flow.balance import Books, little
from rapporter.registry import Asked
from tests.avvikelse.exchange import test_real_log as log
from tests.factories import Region

pytestmark = [pytest.mark.django_db, pytest.mark.long]
rows = log.rows

STAGE = {
    "New": "coordination", "Awaiting User Info": "coordination", "Active": "investigation",
    "Awaiting Evidence": "investigation", "Awaiting Vendor": "action", "Awaiting Problem": "action",
    "Resolved": "follow_up",
}  # fmt: skip
MARCH = date(2016, 3, 1), date(2016, 3, 31)
HALF = date(2016, 1, 1), date(2016, 6, 30)


class Incident:
    """One incident as the file tells it: when it was opened, and which state it came to when."""

    def __init__(self, events):
        self.opened = log.moment(events[0][log.OPENED])
        self.states = [("New", self.opened)]
        self.coordinated = None
        for row in events:
            at, state, group = log.moment(row[log.UPDATED]), row[log.STATE], row[log.GROUP]
            handled = STAGE.get(state, "coordination") != "coordination"
            if self.coordinated is None and (group != "?" or handled):
                self.coordinated = at
            if state != self.states[-1][0]:
                self.states.append((state, at))
        self.closed = [at for state, at in self.states if state == "Closed"]

    def at(self, moment):
        known = [state for state, at in self.states if at < moment]
        return STAGE.get(known[-1], "out") if known else ""

    def stays(self, stage):
        found, inside = [], None
        for state, at in self.states:
            if STAGE.get(state, "out") == stage:
                inside = inside or at
            elif inside:
                found.append((inside, at))
                inside = None
        return found


def within(moment, first, last):
    return first <= moment.astimezone(SWEDEN).date() <= last


def days(start, end):
    return (end.astimezone(UTC) - start.astimezone(UTC)).total_seconds() / 86_400


def disc(values, part):
    ordered = sorted(values)
    return ordered[ceil(round(part * len(ordered), 9)) - 1]


def value(key, first, last):
    answer = registry.of(key).answer(Asked(first, last, timezone.now()))
    return float(answer.value)


def test_the_figures_are_those_that_the_file_tells(rows):
    chosen = [row for row in rows[1:] if int(row[log.NUMBER]) % 7 == 0]
    log.read_in(log.packed(rows[0], chosen), Region().coordinator)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # nobody does it for rows that are never committed
    told = {}
    for row in chosen:
        if not log.contradicts(row):
            told.setdefault(row[log.NUMBER], []).append(row)
    incidents = [Incident(events) for events in told.values()]
    assert len(incidents) > 600

    filed = {
        span: [one for one in incidents if within(one.opened, *span)] for span in (MARCH, HALF)
    }
    for span, some in filed.items():
        waits = [days(one.opened, one.coordinated) for one in some if one.coordinated]
        waits += [float("inf")] * (len(some) - len(waits))
        closings = [days(one.opened, one.closed[0]) for one in some]
        settled = [days(one.opened, one.closed[-1]) for one in some]
        for part, share in (("half", 0.5), ("most", 0.85)):
            for key, lengths in (
                ("flow_waiting", waits), ("flow_through", closings), ("flow_settled", settled),
            ):  # fmt: skip
                assert value(f"{key}.{part}", *span) == pytest.approx(
                    disc(lengths, share), abs=1e-9
                )
        for stage in of_cases.STAGES:
            if stage == of_cases.RECEPTION:
                continue
            lengths = [
                days(*stay)
                for one in incidents
                for stay in one.stays(stage)
                if within(stay[0], *span)
            ]
            found = value(f"flow_lead.{stage}", *span)
            assert found == pytest.approx(disc(lengths, 0.85), abs=1e-9), (span, stage)

    end = datetime(2016, 4, 1, tzinfo=SWEDEN)
    still = [one.at(end) for one in incidents]
    still = [stage for stage in still if stage not in ("", "out")]
    left = sum(within(at, *MARCH) for one in incidents for at in one.closed)
    opened = [at for one in incidents for state, at in again(one)]
    assert value("flow_open", *MARCH) == len(still)
    for stage in of_cases.STAGES:
        assert value(f"flow_open_stage.{stage}", *MARCH) == still.count(stage)
    assert value("flow_left", *MARCH) == left
    came = len(filed[MARCH]) + sum(within(at, *MARCH) for at in opened)
    assert value("flow_came", *MARCH) == came
    assert value("flow_growth", *MARCH) == came - left

    asked = Asked(*MARCH, timezone.now())
    stays = of_cases.log_of(asked).stays
    assert little(stays, datetime(2016, 3, 1, tzinfo=SWEDEN), end).holds
    assert Books(stays).backlog(end - timedelta(microseconds=1)) == len(still)
    _are_the_same_counted_in_advance(asked, len(filed[MARCH]), left, still)


def again(one):
    """The states that a closed incident was opened again to."""
    return [two for one, two in zip(one.states, one.states[1:], strict=False) if one[0] == "Closed"]


def _are_the_same_counted_in_advance(asked, filed, left, still):
    for _ in range(2):
        [march] = prepared.by_month(asked)
        assert (march.filed, march.left, march.backlog) == (filed, left, len(still))
        assert march.open == {stage: still.count(stage) for stage in set(still)}
        last = prepared.by_day(asked)[-1]
        assert (last.first, last.open) == (MARCH[1], march.open)
        while prepared.fold():
            pass

"""Stays and measures of real cases: what counts, as of when, for whom, with exactly the rows behind it."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine

from avvikelse.actions import closing, coordination
from avvikelse.models import Deviation
from patientsakerhet.access.policy import Can
from patientsakerhet.cases import history
from patientsakerhet.cases.history import PastCase, PastStep
from patientsakerhet.lib.calendar import SWEDEN, start_of_day
from patientsakerhet.organisation.models import Role
from rapporter import registry
from rapporter.flow import of_cases
from rapporter.flow.balance import Books, little
from rapporter.flow.spells import overlapping, stays
from rapporter.registry import Asked
from tests.factories import Region, code, file_report, in_status, person_as, prepare_to_coordinate

pytestmark = pytest.mark.django_db

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
STAGES = list(of_cases.STAGES)


def at(month, day, hour=12, year=2026):
    return datetime(year, month, day, hour, tzinfo=SWEDEN)


def on(*told, **more):
    return time_machine.travel(at(*told, **more), tick=False)


def asked(by=None, unit=None, as_of=None, **more):
    return Asked(FIRST, LAST, as_of or at(6, 30), unit, by, **more)


def value(key, question):
    """The number, which for what is counted is that of the rows."""
    measure = registry.of(key)
    answer = measure.answer(question)
    if measure.is_counted:
        assert answer.value == answer.rows.count()
    return None if answer.value is None else round(float(answer.value), 6)


def backdated(region, *moments):
    """A case written down now that came in, and was taken into the queue and back, at these moments."""
    steps = ("file", "reported"), ("take", "in_coordination"), ("release", "reported")
    past = [
        PastStep(step, status, moment, region.desk)
        for (step, status), moment in zip(steps, moments, strict=False)
    ]
    told = PastCase(
        "deviation", "Från papper", region.ward, past, "papper",
        source_system="paper", source_key=str(uuid4()),
    )  # fmt: skip
    [case] = history.write([told], by=region.coordinator, right=Can.IMPORT_CASES)
    Deviation.objects.create(
        case=case,
        channel=Deviation.Channel.PAPER,
        what_happened="Pumpen stannade.",
        nature=Deviation.Nature.UNKNOWN,
        affected=Deviation.Affected.UNKNOWN,
        precision=Deviation.Precision.UNKNOWN,
    )
    return case


class World:
    """Six cases in the first half of 2026, each with a life of its own."""

    def __init__(self):
        with on(1, 1):
            self.region = region = Region()
            self.by, self.handler = region.coordinator, region.investigator
        with on(1, 3):
            self.closed = self.filed()
        with on(1, 10):  # seven days to be coordinated, closed the same day, opened again later
            in_status("closed", region, case=self.closed)
        with on(3, 1):
            closing.reopen(self.closed, by=self.manager(), reason="Det hände igen.")
        with on(2, 1):
            self.rejected = self.filed()
        with on(2, 3):
            coordination.reject(self.rejected, by=self.by, reason="Ingen avvikelse.", answer="Nej.")
        with on(2, 1):
            self.duplicate, self.split = self.filed(), self.filed()
        with on(2, 5):
            coordination.merge(self.duplicate, into=self.closed, by=self.by)
            coordination.merge(self.split, into=self.closed, by=self.by)
        with on(2, 15):
            coordination.unmerge(self.split, by=self.by, reason="Två olika händelser.")
        with on(2, 21):
            prepare_to_coordinate(self.split, by=self.by)
            coordination.coordinate(self.split, to=region.operations, by=self.by)
        with on(4, 2):
            # Brought in from paper, where it was written on the last evening of the year before.
            self.paper = backdated(region, at(12, 31, 23, year=2025))
        with on(5, 1):
            self.bounced = in_status("assigned", region, case=self.filed())
        with on(5, 4):
            coordination.send_back(self.bounced, by=self.handler, reason="Inte vårt.")
        with on(5, 6):
            coordination.coordinate(self.bounced, to=region.devices, by=self.by)

    def filed(self, **fields):
        return file_report(self.region.ward, self.region.reporter, **fields)

    def manager(self):
        return person_as(Role.UNIT_MANAGER, self.region.devices)


def test_stays_and_figures_of_real_cases():
    world = World()
    question = asked()
    log = of_cases.log_of(question)
    own = {case: [one for one in log.spells if one.case == case.pk] for case in (
        world.closed, world.rejected, world.split, world.paper, world.bounced
    )}  # fmt: skip

    assert len(log.spells) == sum(map(len, own.values())), "the duplicate has no part in it"
    assert not overlapping(log.spells)
    local = {
        case: [(one.stage, one.start, one.end, one.to, one.visit) for one in some]
        for case, some in own.items()
    }
    assert local[world.rejected] == [("coordination", at(2, 1), at(2, 3), "rejected", 1)]
    assert local[world.split] == [
        ("coordination", at(2, 1), at(2, 21), "reception", 1),
        ("reception", at(2, 21), None, "", 1),
    ], "taken for a duplicate for ten days, it waited all the same"
    assert local[world.paper] == [("coordination", at(12, 31, 23, year=2025), None, "", 1)]
    assert local[world.bounced] == [
        ("coordination", at(5, 1), at(5, 1), "reception", 1),
        ("reception", at(5, 1), at(5, 4), "coordination", 1),
        ("coordination", at(5, 4), at(5, 6), "reception", 2),
        ("reception", at(5, 6), None, "", 2),
    ]
    assert local[world.closed][0] == ("coordination", at(1, 3), at(1, 10), "reception", 1)
    assert local[world.closed][-1] == ("investigation", at(3, 1), None, "", 2)
    assert {one.kind for one in own[world.split]} == {
        code("deviation_kind", "medical_device").label
    }
    assert {one.kind for one in own[world.paper]} == {of_cases.UNTYPED}

    way = log.ways[world.closed.pk]
    assert (way.filed, way.coordinated, way.closed) == (at(1, 3), at(1, 10), at(1, 10))
    assert (way.settled, way.end) == (None, "closed")

    # Written in 2026: closed, rejected, split, bounced; coordinated after 7, never, 20 and 0 days.
    assert value("flow_waiting.half", question) == 7
    assert value("flow_waiting.most", question) is None, "one in four was rejected"
    # First closed: after 7 days, 2 days; open: since 1 February and 1 May.
    assert value("flow_through.half", question) == 7
    assert value("flow_settled.half", question) is None
    assert value("flow_lead.reception", question) is None, "two of four are there still"
    assert value("flow_lead.coordination", question) == 20
    assert value("flow_on_target", question) == 75.0
    # At the pace of the year: the one from paper counts too, and two of five are less than half.
    assert value("flow_period.half", question) is None
    assert registry.of("flow_period.half").answer(question).rows.count() == 5
    assert value("flow_open", question) == 4
    assert [value(f"flow_open_stage.{one}", question) for one in STAGES] == [1, 2, 1, 0, 0]
    assert value("flow_open_sort.medical_device", question) == 3
    assert value("flow_open_sort.untyped", question) == 1
    sorts = [one.key for one in registry.every() if one.family_key == "flow_open_sort"]
    assert sum(value(one, question) for one in sorts) == 4
    assert (value("flow_came", question), value("flow_left", question)) == (5, 2)
    assert value("flow_growth", question) == 3
    assert (
        value("flow_open", replace(question, first=date(2025, 1, 1), last=date(2025, 12, 31))) == 1
    )
    rows = registry.of("flow_waiting.half").answer(question).rows
    assert {row.pk for row in rows} == {
        world.closed.pk, world.rejected.pk, world.split.pk, world.bounced.pk,
    }  # fmt: skip
    measure = registry.of("flow_waiting.half")
    assert measure.part(world.split, question) == 20
    assert measure.part(world.closed, question) == Decimal(7)

    _the_books_add_up(log)
    _nothing_recorded_later_counts(world)
    _whoever_sees_less_counts_less(world)


def _the_books_add_up(log):
    open_times = stays(log.spells)
    assert little(open_times, start_of_day(FIRST), at(6, 30)).holds
    books = Books(open_times)
    for month in of_cases.months(asked()):
        before = month - timedelta(days=20)
        period = books.period(before, month)
        assert period.after == period.before + period.came - period.left
    assert books.backlog(at(6, 30)) == value("flow_open", asked())
    assert books.period(start_of_day(FIRST), at(6, 30)).growth == value("flow_growth", asked())
    assert [bound.month for bound in of_cases.months(asked())] == [1, 2, 3, 4, 5, 6]
    assert of_cases.weeks(asked())[0] == at(1, 5, 0)
    assert of_cases.ends_of_days(asked())[0] == at(1, 2, 0)
    assert len(of_cases.ends_of_days(asked())) == 180


def _nothing_recorded_later_counts(world):
    then = asked(as_of=at(2, 4))
    assert value("flow_open", then) == 2, "the two that are not known as duplicates yet"
    assert value("flow_growth", then) == 2
    assert of_cases.log_of(then).ways[world.closed.pk].settled == at(1, 10)
    # The one written on paper was not known until it was typed in.
    assert world.paper.pk not in of_cases.log_of(asked(as_of=at(4, 1))).ways
    assert value("flow_open", asked(as_of=at(2, 10))) == 0, "both taken for duplicates"


def test_what_has_been_read_of_the_flow_tells_the_queue_as_its_rows_do():
    """Of an earlier moment, month by month, by a log that was read for a longer period."""
    world = World()
    seen = set()
    for as_of in (at(2, 4), at(2, 10), at(4, 1), at(6, 30)):
        year = asked(as_of=as_of)
        wider = replace(year, first=date(2025, 1, 1), last=date(2025, 12, 31))
        of_cases.lend(wider, year)
        assert of_cases.log_of(year) is of_cases.log_of(wider)
        for month in range(1, 7):
            last = date(2026, month + 1, 1) - timedelta(days=1)
            question = replace(year, first=date(2026, month, 1), last=last)
            for key in ("flow_open", "flow_came", "flow_left"):
                told = registry.of(key).tallied(question)
                assert told == registry.of(key).rows_for(question).count(), (key, as_of, month)
                seen.add((key, told))
        assert registry.of("flow_open").tallied(replace(year, unit=world.region.devices)) is None
    assert {("flow_open", 4), ("flow_came", 2), ("flow_left", 0), ("flow_left", 1)} <= seen


def _whoever_sees_less_counts_less(world):
    region = world.region
    stranger = person_as(Role.UNIT_MANAGER, region.private)
    with on(6, 30):
        assert value("flow_open", asked(region.physician)) == 4
        assert value("flow_open", asked(region.physician, region.devices)) == 2
        assert value("flow_open", asked(person_as(Role.UNIT_MANAGER, region.operations))) == 1
        assert value("flow_open", asked(stranger)) == 0
        assert value("flow_waiting.half", asked(stranger)) is None
        assert not of_cases.log_of(asked(stranger)).spells

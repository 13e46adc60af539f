"""What the calendar does by itself: a new year's report is opened, and writers are told on their day."""

from datetime import date

import pytest
import time_machine

from patientsakerhet.notifications.models import Message
from patientsakerhet.organisation.models import Role
from rapporter.annual_report.actions import writing, yearly
from rapporter.annual_report.models import AnnualReport
from tests.factories import person_as
from tests.rapporter.annual_report.making import World, section_of
from tests.rapporter.region_2023 import at

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World(filed=1)


def on(*day):
    return time_machine.travel(at(date(*day)), tick=False)


def test_a_new_years_report_is_opened_once_by_whoever_answered_for_the_last(world, caplog):
    last = world.begun()
    with on(2024, 2, 2):
        assert (yearly.open_years(), yearly.open_years()) == (1, 0)

    opened = AnnualReport.objects.get(year=2024)
    assert (opened.unit, opened.previous, opened.case.handler) == (
        last.annual_report.unit, last.annual_report, world.coordinator
    )  # fmt: skip
    assert opened.builds.count() == 1
    law = opened.case.deadlines.get(purpose="by_law")
    assert law.due_at.date() == date(2025, 3, 1)
    world.coordinator.is_active = False
    world.coordinator.save()
    with on(2025, 1, 1):
        assert yearly.open_years() == 0
    assert "nobody answers for the report of" in caplog.text


def test_writers_are_told_on_the_calendars_day_and_once(world):
    with on(2024, 1, 2):
        case = world.begun(day=date(2024, 1, 2))
        author = person_as(Role.REPORTER, world.region.ward)
        writing.hand_section(section_of(case, "agera"), author, by=world.coordinator)
        told = Message.objects.filter(kind="report_section", person=author)
        before = told.count()
        assert yearly.tell_writers() == 0
    with on(2024, 1, 7):
        assert (yearly.tell_writers(), yearly.tell_writers()) == (1, 1)

    assert told.count() == before + 1

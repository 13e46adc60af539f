"""When a silent unit is reminded: the hours of its risk class, at times when somebody is at work."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from sakerhetsmeddelanden.timetable import Moment, What, due, following, moments

SWEDEN = ZoneInfo("Europe/Stockholm")
YELLOW = {"remind_after": [24, 72], "escalate_after": 120, "around_the_clock": False}
RED = {"remind_after": [2, 8], "escalate_after": 24, "around_the_clock": True}


def at(day, clock):
    return datetime.fromisoformat(f"2026-{day} {clock}").replace(tzinfo=SWEDEN)


def written(timetable):
    return [f"{one.at.astimezone(SWEDEN):%m-%d %H:%M} {one.what}" for one in timetable]


@pytest.mark.parametrize(
    ("begins", "expected"),
    [
        # Monday: all within the week, and the weekend waits for Monday morning
        (
            at("11-16", "10:00"),
            ["11-17 10:00 remind", "11-19 10:00 remind", "11-23 08:00 escalate"],
        ),
        # Thursday afternoon
        (
            at("11-19", "16:30"),
            ["11-20 16:30 remind", "11-23 08:00 remind", "11-24 16:30 escalate"],
        ),
        # before and after the day's hours
        (
            at("11-16", "06:00"),
            ["11-17 08:00 remind", "11-19 08:00 remind", "11-23 08:00 escalate"],
        ),
        (
            at("11-16", "20:00"),
            ["11-18 08:00 remind", "11-20 08:00 remind", "11-23 08:00 escalate"],
        ),
        # Christmas: Wednesday 23 December, next working day is Monday 28
        (
            at("12-23", "10:00"),
            ["12-28 08:00 remind", "12-28 08:00 remind", "12-28 10:00 escalate"],
        ),
    ],
)
def test_ordinary_notices_disturb_at_working_hours(begins, expected):
    assert written(moments(begins, **YELLOW)) == expected


def test_a_red_notice_disturbs_around_the_clock():
    # Saturday evening
    assert written(moments(at("11-21", "22:00"), **RED)) == [
        "11-22 00:00 remind",
        "11-22 06:00 remind",
        "11-22 22:00 escalate",
    ]


def test_hours_pass_truly_when_the_clocks_are_set_back():
    # The night to 25 October has 25 hours.
    assert written(moments(at("10-24", "23:00"), **RED))[1] == "10-25 06:00 remind"


def test_a_reminder_after_the_manager_knows_has_lost_its_point():
    assert written(
        moments(
            at("11-16", "10:00"), remind_after=[2, 48], escalate_after=24, around_the_clock=True
        )
    ) == ["11-16 12:00 remind", "11-17 10:00 escalate"]


def test_only_the_last_that_should_have_happened_is_due():
    timetable = moments(at("11-16", "10:00"), **YELLOW)

    assert due(timetable, at("11-17", "09:59")) is None
    assert due(timetable, at("11-17", "10:00")) == Moment(timetable[0].at, What.REMIND)
    assert due(timetable, at("11-30", "10:00")) == timetable[2]
    assert following(timetable, at("11-17", "10:00")) == timetable[1].at
    assert following(timetable, at("11-30", "10:00")) is None

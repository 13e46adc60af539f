"""Days and moments in Sweden: working days, ends of days, daylight saving. All such sums are here.

"Due on a day" means the end of that day in Sweden. "n days" counts local days; "n hours" counts
elapsed time; around a change of the clock the two differ, so neither is left to a database
session's zone or to bare `timedelta` on local times.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from patientsakerhet.lib.refusal import Refused

SWEDEN = ZoneInfo("Europe/Stockholm")


class AmbiguousTime(Refused):
    """The clock showed this time twice (autumn); only a person knows which was meant."""

    def __init__(self, day: date, clock: time) -> None:
        super().__init__(
            f"Klockan {clock:%H:%M} inträffade två gånger den {day:%Y-%m-%d}, när sommartiden "
            "slutade. Ange om det var sommartid eller normaltid."
        )


class NonexistentTime(Refused):
    """The clock never showed this time (spring)."""

    def __init__(self, day: date, clock: time) -> None:
        super().__init__(
            f"Klockan {clock:%H:%M} fanns inte den {day:%Y-%m-%d}, när klockan ställdes fram till "
            "sommartid. Ange en annan tid."
        )


def today() -> date:
    """The day it is in Sweden."""
    return datetime.now(SWEDEN).date()


def local(at: datetime) -> datetime:
    """The same moment as a clock in Sweden shows it."""
    _require_zone(at)
    return at.astimezone(SWEDEN)


def local_day(at: datetime) -> date:
    """The Swedish day a moment falls on."""
    return local(at).date()


def holiday_name(day: date) -> str:
    """The Swedish name of the holiday, or "" on other days; Sundays have no name."""
    return _holidays(day.year).get(day, "")


def is_working_day(day: date) -> bool:
    """Monday to Friday and neither a public holiday nor an eve that is kept as one."""
    return day.weekday() < 5 and day not in _holidays(day.year)


def next_working_day(day: date) -> date:
    """The first working day on or after this day."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def add_working_days(day: date, count: int) -> date:
    """The day on which `count` working days have passed after this one.

    The day itself is not counted, whatever it is; with 0 the answer is the first working day on
    or after it. A negative count goes backwards.
    """
    if count == 0:
        return next_working_day(day)
    stride = timedelta(days=1 if count > 0 else -1)
    left = abs(count)
    while left:
        day += stride
        left -= is_working_day(day)
    return day


def add_calendar_days(day: date, count: int) -> date:
    """The day `count` days later."""
    return day + timedelta(days=count)


def add_months(day: date, count: int) -> date:
    """The same day of the month `count` months later, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    first = date(year, month + 1, 1)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), following - timedelta(days=1))


def add_hours(at: datetime, hours: float) -> datetime:
    """The moment when this much time has truly passed, as a clock in Sweden shows it."""
    _require_zone(at)
    # Adding to a local time would move the hands, not the time, across a change of the clock.
    return (at.astimezone(UTC) + timedelta(hours=hours)).astimezone(SWEDEN)


def working_days_between(first: date, last: date) -> int:
    """How many working days lie after `first`, up to and including `last`; 0 when it is earlier."""
    days = max((last - first).days, 0)
    return sum(is_working_day(first + timedelta(days=n)) for n in range(1, days + 1))


def start_of_day(day: date) -> datetime:
    """Midnight at which the day begins in Sweden."""
    return datetime.combine(day, time.min, SWEDEN)


def end_of_day(day: date) -> datetime:
    """The last moment of the day in Sweden: what is due on a day is due then."""
    return datetime.combine(day, time.max, SWEDEN)


def moment(day: date, clock: time, *, summer_time: bool | None = None) -> datetime:
    """The moment a clock in Sweden showed this; asks where it did so twice or never.

    `summer_time` answers the question where the time occurred twice.
    """
    earlier = datetime.combine(day, clock.replace(tzinfo=None, fold=0), SWEDEN)
    later = earlier.replace(fold=1)
    if earlier.utcoffset() == later.utcoffset():
        return earlier
    if earlier.astimezone(UTC).astimezone(SWEDEN).time() != earlier.time():
        raise NonexistentTime(day, clock)
    if summer_time is None:
        raise AmbiguousTime(day, clock)
    return earlier if summer_time else later


def _require_zone(at: datetime) -> None:
    if at.tzinfo is None:
        raise ValueError("A moment without a time zone is not a moment.")


@lru_cache(maxsize=128)
def _holidays(year: int) -> dict[date, str]:
    """Public holidays and the eves kept as such (midsummer, Christmas, New Year), by day."""
    calendar = holidays.country_holidays(
        "SE",
        years=year,
        categories=("public", "de_facto"),
        include_sundays=False,
        language="sv",
    )
    return {day: name for day, name in calendar.items() if day.year == year}

"""Which days a report is over, what can be asked of a measure, and what its largest part is said to be."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from patientsakerhet.lib.calendar import SWEDEN
from rapporter import registry
from rapporter.builder import drawing, spans
from rapporter.builder.dividing import Part
from rapporter.builder.questions import MOST_PERIODS, Question, pictures_of
from rapporter.builder.spans import Span
from rapporter.periods import Step

NOW = datetime(2026, 11, 30, 12, tzinfo=SWEDEN)


@pytest.mark.parametrize(
    ("span", "first", "last"),
    [
        # 30 November goes on, so the last whole month is October.
        ("months_12", date(2025, 11, 1), date(2026, 10, 31)),
        ("months_36", date(2023, 11, 1), date(2026, 10, 31)),
        ("weeks_26", date(2026, 6, 1), date(2026, 11, 29)),
        ("this_year", date(2026, 1, 1), date(2026, 12, 31)),
        ("last_year", date(2025, 1, 1), date(2025, 12, 31)),
        ("years_5", date(2021, 1, 1), date(2025, 12, 31)),
        ("last_quarter", date(2026, 7, 1), date(2026, 9, 30)),
        ("last_month", date(2026, 10, 1), date(2026, 10, 31)),
        ("last_week", date(2026, 11, 23), date(2026, 11, 29)),
    ],
)
def test_a_span_moves_with_today(span, first, last):
    assert spans.days(span, date(2026, 11, 30)) == (first, last)


def test_every_span_has_its_days():
    for span in Span.values:
        first, last = spans.days(span, date(2026, 1, 1), date(2026, 2, 3), date(2026, 3, 4))
        assert first <= last, span
    with pytest.raises(ValueError, match="has both"):
        spans.days("given", date(2026, 1, 1))


def test_periods_that_are_only_partly_asked_for_are_cut():
    found = spans.within(date(2026, 1, 1), date(2026, 1, 13), Step.WEEK)

    assert [(period.name, first.day, last.day) for period, first, last in found] == [
        ("vecka 1 2026", 1, 4),
        ("vecka 2 2026", 5, 11),
        ("vecka 3 2026", 12, 13),
    ]


def asked(measure="filed_deviations", breakdown="month", picture="columns", **more):
    return Question(registry.of(measure), breakdown, picture, **more)


@pytest.mark.parametrize(
    ("question", "about"),
    [
        (asked(), ()),
        (asked(breakdown="event_class", picture="bars"), ()),
        (asked("feedback_soon", picture="line"), ()),
        (asked("feedback_soon", picture="columns"), ("picture",)),
        (asked(breakdown="event_class", picture="control"), ("picture",)),
        (asked(breakdown="year", picture="control"), ("picture",)),
        (asked(breakdown="occasion", picture="bars"), ("breakdown",)),
        (asked(span="given", first=date(2026, 1, 1)), ("first",)),
        (asked(span="given", first=date(2026, 1, 2), last=date(2026, 1, 1)), ("last",)),
        (
            asked(breakdown="week", span="given", first=date(2020, 1, 1), last=date(2026, 1, 1)),
            ("breakdown",),
        ),
        (asked(breakdown="week", span="months_36"), ()),
    ],
)
def test_what_cannot_be_asked_is_told(question, about):
    assert tuple(question.wrong(NOW)) == about


def test_three_years_of_weeks_are_as_many_as_are_drawn():
    assert len(spans.within(date(2023, 11, 1), date(2026, 10, 31), Step.WEEK)) <= MOST_PERIODS


def test_a_level_is_no_column_and_years_have_no_limits():
    assert pictures_of(registry.of("filed_deviations"), Step.MONTH)[0] == "columns"
    for level in ("feedback_soon", "flow_open"):
        assert pictures_of(registry.of(level), Step.MONTH) == ("line", "control")
    assert "control" not in pictures_of(registry.of("filed_deviations"), Step.YEAR)
    assert pictures_of(registry.of("filed_deviations"), None) == ("bars",)


@pytest.mark.parametrize(
    ("numbers", "is_time", "said"),
    [
        ({"maj 2026": 3, "juni 2026": 1}, True, "Flest i maj 2026: 3 av 4 (75 procent)."),
        ({"Risk": 2, "Tillbud": 2, "Övrigt": 1}, False,
         "Flest har ”Risk” och ”Tillbud”: 2 var av 5 (40 procent var)."),
        (dict.fromkeys("ABCD", 1), False, "Flest, 1 var, har fyra av fyra."),
    ],
)  # fmt: skip
def test_the_largest_part_is_named(numbers, is_time, said):
    some = [Part(name, Decimal(number), "") for name, number in numbers.items()]

    assert drawing.most(registry.of("filed_deviations"), some, is_time=is_time) == said

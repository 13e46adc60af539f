"""What charts say: every sentence with the numbers that it is said of."""

from datetime import date

import pytest

from rapporter.control_charts import charts, words
from rapporter.control_charts.rules import Rule
from rapporter.control_charts.season import per_day, season
from rapporter.control_charts.series import Value
from rapporter.control_charts.signals import (
    Assurance,
    assurance,
    change,
    expected_by_chance,
    signals,
)
from rapporter.control_charts.words import (
    MONTHLY,
    MORE_REPORTS,
    Told,
    between_finding,
    finding,
    run_finding,
)
from rapporter.registry import Direction

MONTHS = (
    "januari", "februari", "mars", "april", "maj", "juni",
    "juli", "augusti", "september", "oktober", "november", "december",
)  # fmt: skip
CALM = [30, 34, 31, 33, 30, 35, 31, 34, 32, 33, 30, 34]
SWINGS = [5, 45, 3, 48] * 3


def months(*numbers):
    return [
        Value(f"{MONTHS[place % 12]} {2024 + place // 12}", each)
        for place, each in enumerate(numbers)
    ]


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ([], "Inga månader att visa än."),
        ([3, 4, 5, 6], "För få månader för gränser."),
        (
            [30, 34, 31, 33, 30],
            "Inget tecken på förändring. Antalet varierar av sig självt mellan ungefär 24 och 40 per "
            "månad; att maj 2024 blev 30 och månaden före 33 säger i sig ingenting. Gränserna är "
            "provisoriska: de bygger på 5 månader.",
        ),
        (
            CALM,
            "Inget tecken på förändring. Antalet varierar av sig självt mellan ungefär 24 och 40 per "
            "månad; att december 2024 blev 34 och månaden före 30 säger i sig ingenting.",
        ),
        (
            [0, 2, 1, 3, 0, 2, 1, 0, 3, 1, 2, 0],
            "Inget tecken på förändring. Antalet varierar av sig självt upp till ungefär 6,1 per månad; "
            "att december 2024 blev 0 och månaden före 2 säger i sig ingenting.",
        ),
        ([7] * 14, "Alla månader är lika."),
        (
            [*CALM, 61],
            "Januari 2025 (61) ligger utanför det vanliga (26–43). Något särskilt har troligen hänt "
            "just då – leta där.",
        ),
        (
            [60, *CALM, 2, 31],
            "Februari 2025 (2) ligger utanför det vanliga (18–46). Något särskilt har troligen hänt "
            "just då – leta där. Det gäller även januari 2024.",
        ),
        (
            [5, 28, 5, 28, 5, 28, 29, 28, 30, 27, 28, 29, 28],
            "Åtta månader i rad över nivån 23. Nivån har troligen ändrats sedan juni 2024.",
        ),
        (
            [5, 28, 5, 28, 29, 28, 30, 27, 28, 29, 5, 28, 5],
            "Sju månader i rad över nivån 21, april 2024 till oktober 2024.",
        ),
        (
            [*SWINGS, 20, 21, 22, 23, 24, 25, 26, 27],
            "Åtta månader i följd uppåt, till och med augusti 2025.",
        ),
        (
            [*SWINGS, 27, 26, 25, 24, 23, 22, 21],
            "Åtta månader i följd nedåt, till och med juli 2025.",
        ),
    ],
)
def test_the_answer_of_a_chart(numbers, expected):
    assert finding(charts.xmr(months(*numbers))) == expected


def test_two_of_three_near_a_limit_ask_for_open_eyes():
    found = charts.xmr(months(30, 34, 31, 33, 30, 34, 37, 40, 40, 36, 32, 30, 31, 32))
    near = [signal for signal in signals(found) if signal.rule is Rule.NEAR]

    assert [point.value for signal in near for point in signal.points] == [40, 40]
    assert finding(found) == (
        "Två av tre månader nära övre gränsen, till och med september 2024 – håll ögonen öppna."
    )


def test_more_reports_are_no_worse_and_it_is_said_where_there_is_a_signal():
    told = Told(is_inflow=True)

    assert finding(charts.xmr(months(*CALM, 61)), told).endswith(f"leta där. {MORE_REPORTS}")
    assert MORE_REPORTS not in finding(charts.xmr(months(*CALM)), told)


def test_shares_are_said_as_per_cent():
    values = [Value(each.label, each.count, 100) for each in months(*CALM, 90)]

    assert finding(charts.share(values), Told("Andelen", by="", per_cent=True)) == (
        "Januari 2025 (90\u00a0%) ligger utanför det vanliga (22–51\u00a0%). Något särskilt har troligen hänt "
        "just då – leta där. Tolv månader i rad under nivån 37\u00a0%, januari 2024 till december 2024."
    )


@pytest.mark.parametrize(
    ("up", "direction", "expected"),
    [
        (True, Direction.UP, "förbättring"),
        (False, Direction.UP, "försämring"),
        (True, Direction.DOWN, "försämring"),
        (False, Direction.DOWN, "förbättring"),
        (True, Direction.NEUTRAL, "förändring"),
        (False, Direction.NEUTRAL, "förändring"),
    ],
)
def test_which_way_is_better(up, direction, expected):
    found = charts.xmr(months(*CALM, 61 if up else 1))

    assert [change(each, direction) for each in signals(found) if each.rule is Rule.OUTSIDE] == [
        expected
    ]


@pytest.mark.parametrize(
    ("target", "up", "down"),
    [
        (10, Assurance.ALWAYS, Assurance.NEVER),
        (32, Assurance.SOMETIMES, Assurance.SOMETIMES),
        (60, Assurance.NEVER, Assurance.ALWAYS),
    ],
)
def test_whether_a_target_is_met(target, up, down):
    found = charts.xmr(months(*CALM))

    assert assurance(found, target, Direction.UP) is up
    assert assurance(found, target, Direction.DOWN) is down
    assert assurance(found, target, Direction.NEUTRAL) is None
    assert assurance(charts.xmr(months(*CALM[:8])), target, Direction.UP) is None


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ([1, 2, 3], "För få månader för att skilja förändring från slump."),
        ([1, 9, 2, 8] * 4, "Inget tecken på förändring."),
        (
            [1] * 8 + [9] * 8,
            "Åtta månader i rad på samma sida av medianen; slumpen ger sällan fler än sju. Nivån har "
            "troligen ändrats.",
        ),
        (
            [1, 1, 1, 1, 9, 9, 9, 9] * 2,
            "Kurvan korsar medianen 3 gånger; slumpen ger sällan färre än 4. Nivån har troligen "
            "ändrats.",
        ),
    ],
)
def test_the_answer_of_a_run_chart(numbers, expected):
    assert run_finding(charts.run(months(*numbers)).segments[0].runs) == expected


def test_the_answer_of_days_between():
    calm = [20, 40, 25, 50, 30, 22, 45, 28, 33, 41, 26]

    assert between_finding(charts.between(months(*calm)), "anmälningar") == (
        "Inget tecken på förändring. Det går oftast 32 dagar mellan två anmälningar, senast 26."
    )
    assert between_finding(charts.between(months(*calm, 900)), "anmälningar").endswith(
        "December 2024 kom efter 900 dagar, längre än vanligt – leta där."
    )
    assert between_finding(charts.between(months(*calm[:4])), "anmälningar") == (
        "För få anmälningar för gränser."
    )


def test_what_chance_alone_would_show():
    calm = charts.xmr(months(*CALM))

    assert expected_by_chance([calm] * 20) == pytest.approx(20 * 0.08)
    assert expected_by_chance([charts.xmr([])]) == 0


# Season


def test_a_month_by_day():
    assert per_day(date(2026, 2, 1), 28) == pytest.approx(30.4375)
    assert per_day(date(2028, 2, 1), 29) == pytest.approx(30.4375)
    assert per_day(date(2026, 7, 1), 31) == pytest.approx(30.4375)


def of_years(count, of_month):
    return [
        (date(2023 + n // 12, n % 12 + 1, 1), of_month(n % 12 + 1, 2023 + n // 12))
        for n in range(12 * count)
    ]


def test_a_season_is_taken_out_where_it_is_worth_it():
    found = season(of_years(3, lambda month, year: 40 if month == 7 else 80 + (month + year) % 2))

    assert found.is_worth_it
    assert sum(found.index) == pytest.approx(12)
    assert found.index[6] == pytest.approx(40 / 77.1, abs=0.01)
    assert found.without(date(2026, 7, 1), 40) == pytest.approx(77.1, abs=0.5)


def test_a_season_needs_three_years_and_something_in_each_month():
    assert season(of_years(2, lambda month, _: month)) is None
    assert season(of_years(3, lambda month, _: 0 if month == 7 else 9)) is None
    assert season(of_years(3, lambda month, _: None if month == 7 else 9)) is None


def test_no_season_is_taken_out_of_what_has_none():
    numbers = of_years(4, lambda month, year: 50 + (month * 7 + year * 5) % 11)

    assert not season(numbers).is_worth_it


def test_words_are_for_laymen():
    said = " ".join(
        finding(charts.xmr(months(*numbers)), MONTHLY)
        for numbers in ([*CALM, 61], CALM, [*SWINGS, 20, 21, 22, 23, 24, 25, 26, 27])
    )

    assert not {word for word in ("sigma", "outlier", "p-värde", "signifikant") if word in said}
    assert words.MORE_REPORTS.startswith("Fler")

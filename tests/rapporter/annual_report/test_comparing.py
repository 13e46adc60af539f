"""When then and now stand beside each other, why they differ, and how a line over the years is broken. No database."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from rapporter.annual_report import comparing, pictures, plan, why
from rapporter.annual_report.drawing import look
from rapporter.annual_report.publishing import CUTOFF, NOW, REPORTED, Column, Line, Shelf
from rapporter.annual_report.so_far import so_far
from rapporter.annual_report.wording import NotSo, compared

AT = datetime(2024, 1, 31, 22, 59, tzinfo=UTC)
PLAIN = {
    "name": "Inkomna", "measure": "filed", "version": 2, "unit": "st", "decimals": 0,
    "disclosure": "A", "counted": True, "region": False, "break": "",
}  # fmt: skip


def figure(value, before=None, since=None, **former):
    years = {year.removeprefix("y"): one for year, one in former.items()}
    return {**PLAIN, "value": value, "before": before, "since": since, "former": years}


def told(value, now, reason="", version=2):
    return {
        "told": value, "now": now, "why": reason, "measure": "filed", "version": version,
        "edition": "1.0",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("then", "now", "apart"),
    [
        (1000, 1004, False),
        (1000, 1005, True),
        (100, 101, False),
        (100, 102, True),
        (0, 1, True),
        (7, 7, False),
    ],
)
def test_both_are_told_from_more_than_one_per_cent_or_four(then, now, apart):
    assert why.differs(Decimal(then), Decimal(now)) is apart
    assert why.differs(Decimal(now), Decimal(then)) is apart


@pytest.mark.parametrize(
    ("then", "now", "anew", "more", "reason"),
    [
        (34, 41, 34, {}, "skrevs in senare"),
        (34, 30, 34, {}, "rättat"),
        (34, 30, 30, {}, "rättat eller omkodat"),
        (34, 36, 30, {}, "skrevs in senare, rättat eller omkodat"),
        (34, 30, 30, {"recoded": True}, "omkodat"),
        (12, 9, 12, {"counted": False}, "skrevs in senare"),
        (None, 9, None, {}, "skrevs in senare"),
        (12, None, None, {}, "rättat eller omkodat"),
    ],
)
def test_the_reason_is_what_the_registers_say(then, now, anew, more, reason):
    numbers = (None if one is None else Decimal(one) for one in (then, now, anew))
    assert why.reason(*numbers, **more) == reason


def test_a_year_counted_now_and_another_definition_are_seen_in_words_and_in_the_drawing():
    kept = figure(
        "1151",
        y2020=told("700", "712", "ny definition", version=1),
        y2021={"now": "820", "why": ""},
        y2022=told("959", "980", "skrevs in senare"),
    )

    table = comparing.years({"F09": kept}, 2023, AT)

    assert table.rows == [
        ["Inkomna", "700 (annan definition)", "820 (räknat nu)", "959", "1\u00a0151"],
        ["Inkomna, nu känt", "712", "samma", "980", "samma"],
    ]
    assert table.plain == [
        ["Inkomna", "700", "820", "959", "1151"],
        ["Inkomna, nu känt", "712", "820", "980", "1151"],
    ]
    assert "Inkomna: 700; ny definition räknat nu 820, 959, 1\u00a0151." in table.chart.alt
    assert list(table.chart.legend) == [("open", "räknat nu"), ("limit", "ny definition")]
    assert "stroke-dasharray" in table.chart.paper
    assert comparing.has_years(kept, 2023)
    assert not comparing.has_years(figure("5", y2022=told("4", "4")), 2023)


def test_a_figure_that_meant_something_else_is_compared_in_no_words():
    broken = {
        **figure("60", "30", "31", y2022=told("30", "31", "ny definition", version=1)),
        "break": "ny definition",
    }

    with pytest.raises(NotSo, match="betydde något annat"):
        compared(look({"F09": broken})("F09"))


def test_last_year_has_a_second_column_where_now_is_another_number():
    figures = {
        "F09": figure("60", "30", "37", y2022=told("30", "37", "skrevs in senare")),
        "F10": {**figure("6", "5", "5", y2022=told("5", "5")), "name": "Egna"},
        "F11": {**figure("9", "8", "8", y2022={"now": "8", "why": ""}), "name": "Nya"},
    }

    heads, rows, note = comparing.last_year(figures, figures, 2022, frozenset())

    assert heads == ["2022, då känt", "2022, nu känt"]
    assert rows["F09"] == (["30", "37"], ["30", "37"])
    assert rows["F10"] == (["5", "samma"], ["5", "5"])
    assert rows["F11"] == (["8 (räknat nu)", "samma"], ["8", "8"])
    assert note.endswith("Nu känt är ett annat tal: Inkomna (skrevs in senare).")
    assert comparing.last_year(figures, ["F11"], 2022, frozenset())[0] == ["2022, räknat nu"]
    hidden = frozenset({("F09", "before")})
    assert comparing.last_year(figures, ["F09"], 2022, hidden)[1]["F09"] == (
        ["<5", "37"],
        [None, "37"],
    )
    assert comparing.last_year(figures, ["F09"], 2022, hidden)[2] == ""


def test_a_table_by_year_says_how_each_year_is_known():
    columns = [Column(2021, NOW), Column(2022, REPORTED), Column(2022, NOW), Column(2023, CUTOFF)]
    values = dict(zip(columns, (20, 25, 31, 50), strict=True))
    line = Line("", "", values, {2022: "skrevs in senare"})
    shelf = Shelf("D7", "Per år", "device_notices", columns, [line], tells_source=True)

    table = comparing.by_year(shelf, None)

    assert table.headings == ["År", "Antal", "Nu känt", "Skäl"]
    assert table.rows == [
        ["2021, räknat nu", "20", "samma", ""],
        ["2022", "25", "31", "skrevs in senare"],
        ["2023", "50", "samma", ""],
    ]
    shelf.redefined = {2022}
    assert comparing.by_year(shelf, None).rows[1][0] == "2022, annan definition"
    shelf.tells_source, shelf.redefined = False, set()
    assert comparing.by_year(shelf, None).rows[0][0] == "2021"


# --- a draft of a year that is not over ------------------------------------------------------------

NOVEMBER = datetime(2026, 11, 30, 18, 0, tzinfo=UTC)


def months(so_far):
    """Thirty a month in 2025 and forty a month so far in 2026."""
    before, now = Column(2025, NOW), Column(2026, CUTOFF)
    lines = [
        Line(f"{n:02}", name, {before: 30, now: 0 if n == 12 else 40})
        for n, name in enumerate(plan.MONTHS, start=1)
    ]
    return Shelf(
        "D1", "Inkomna per månad", "filed", [before, now], lines, total="Hela året",
        tells_source=True, so_far=so_far,
    )  # fmt: skip


def test_a_year_that_is_not_over_shows_no_month_to_come_and_compares_what_is_over():
    shelf = months(so_far(2026, NOVEMBER))

    table = comparing.shelf(shelf, pictures.picture(shelf, "Alla.", NOVEMBER))

    assert table.headings == ["Månad", "2025, räknat nu", "2026 till 30\u00a0nov."]
    assert table.rows[-3:] == [
        ["november", "30", "40"], ["december", "30", "–"], ["Hela året", "360", "440"]
    ]  # fmt: skip
    assert table.plain[-2] == ["12", 30, None]
    assert "Januari till oktober: +33" in table.chart.finding
    assert "från 300 till 400" in table.chart.finding
    assert [cell.text for cell in table.chart.table.rows[-1]] == ["december", "–", "30"]
    whole = pictures.picture(months(None), "Alla.", NOVEMBER)
    assert whole.paper.count("<rect") == table.chart.paper.count("<rect") + 1


def test_a_year_that_is_over_is_compared_whole():
    shelf = months(None)

    table = comparing.shelf(shelf, pictures.picture(shelf, "Alla.", NOVEMBER))

    assert table.headings[-1] == "2026"
    assert table.rows[-2] == ["december", "30", "0"]
    assert "från 360 till 440" in table.chart.finding


@pytest.mark.parametrize(
    ("at", "until", "to_come", "whole"),
    [
        (datetime(2026, 1, 14, tzinfo=UTC), " till 14\u00a0jan.", 11, 0),
        (datetime(2026, 10, 31, 22, 59, tzinfo=UTC), " till 31\u00a0okt.", 2, 9),
        (datetime(2026, 10, 31, 23, 0, tzinfo=UTC), " till 1\u00a0nov.", 1, 10),
        (datetime(2026, 12, 31, 22, 59, tzinfo=UTC), " till 31\u00a0dec.", 0, 11),
    ],
)
def test_how_far_a_year_has_come_is_told_by_the_swedish_day(at, until, to_come, whole):
    found = so_far(2026, at)

    assert (found.until, len(found.to_come), len(found.whole_months)) == (until, to_come, whole)
    assert so_far(2026, datetime(2026, 12, 31, 23, 0, tzinfo=UTC)) is None


def test_last_year_says_how_much_of_it_stands_beside_a_part_of_this_one():
    figures = {"F09": figure("60", "30", "30", y2025={"now": "30", "why": ""})}
    edition = {"F09": figure("60", "30", "30", y2025=told("30", "30"))}

    def head(some, until):
        return comparing.last_year(some, some, 2025, frozenset(), until=until)[0]

    assert head(figures, " till 30 nov.") == ["2025 till 30 nov., räknat nu"]
    assert head(figures, ", hela året") == ["2025, hela året, räknat nu"]
    assert head(edition, " till 30 nov.") == ["2025, hela året"]

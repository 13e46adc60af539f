"""Figures stand year by year as each year's report told them, drawn in pages and documents alike."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from patientsakerhet.documents.content import Drawing
from rapporter.annual_report import pictures
from rapporter.annual_report.contents import contents
from rapporter.annual_report.ingredients import frozen_of
from rapporter.annual_report.publishing import INTERNAL, PUBLIC
from rapporter.annual_report.setting import document
from tests.rapporter.annual_report.making import World

AT = datetime(2024, 1, 31, 22, 59, tzinfo=UTC)


def kept(name, value, **years):
    return {
        "name": name, "value": value, "decimals": 0, "disclosure": "A",
        "years": {year.removeprefix("y"): told for year, told in years.items()},
    }  # fmt: skip


def as_told(kept, value):
    """What an earlier edition told of the figure, and what is known now."""
    alike = {"measure": kept["measure"], "version": kept["version"], "edition": "1.0"}
    return {"told": value, "now": value, "why": "", **alike}


def test_each_figure_has_a_line_and_what_is_not_known_is_a_gap():
    table = pictures.years(
        {
            "F09": kept("Inkomna", "1151", y2020="700", y2021="820", y2022="959"),
            "F11": kept("Meddelanden", "50", y2021="20", y2022="25"),
        },
        2023,
        AT,
    )

    assert table.headings == ["Mått", "2020", "2021", "2022", "2023"]
    assert table.rows == [
        ["Inkomna", "700", "820", "959", "1\u00a0151"],
        ["Meddelanden", "–", "20", "25", "50"],
    ]
    assert table.plain[1] == ["Meddelanden", None, "20", "25", "50"]
    assert "Inkomna: 700, 820, 959, 1\u00a0151." in table.chart.alt
    assert table.chart.svg.count("<title") == 1
    assert table.chart.paper
    assert pictures.years({}, 2023, AT) is None


@pytest.mark.django_db
def test_former_years_come_from_their_editions_and_are_shown_once():
    world = World(filed=6)
    before = world.in_review(world.started())
    world.signed(before)
    world.file(date(2024, 5, 1))
    build = world.started(date(2025, 2, 1), year=2024).annual_report.builds.get()
    frozen = frozen_of(build.snapshot)
    told = frozen.figures["F09"]["former"]
    assert {year: (one["told"], one["now"], one["why"]) for year, one in told.items()} == {
        "2023": ("6", "6", "")
    }
    assert not [
        one
        for one in contents(build.ingredients, frozen, INTERNAL).tables
        if one.key == "ar-for-ar"
    ]

    longer = {
        name: {**kept, "former": {"2022": as_told(kept, "4"), **kept["former"]}}
        for name, kept in frozen.figures.items()
    }
    said = contents(build.ingredients, replace(frozen, figures=longer), INTERNAL)
    public = contents(build.ingredients, replace(frozen, figures=longer), PUBLIC)

    rows = [row for one in said.tables if one.key == "ar-for-ar" for row in one.rows]
    assert [row[0] for row in rows].count("Inkomna avvikelser") == 1
    assert next(row for row in rows if row[0] == "Inkomna avvikelser") == [
        "Inkomna avvikelser", "4", "6", "1",
    ]  # fmt: skip
    drawn = [one for one in document(said, at=AT).blocks if isinstance(one, Drawing)]
    assert any("Inkomna avvikelser: 4, 6, 1." in one.alt for one in drawn)
    protected = {kept["name"] for kept in longer.values() if kept["disclosure"] == "B"}
    told = {row[0] for one in public.tables if one.key == "ar-for-ar" for row in one.rows}
    assert protected
    assert not protected & told

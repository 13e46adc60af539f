"""Figures stand year by year as each year's report told them, drawn in pages and documents alike."""

from datetime import UTC, datetime

from rapporter.annual_report import pictures

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

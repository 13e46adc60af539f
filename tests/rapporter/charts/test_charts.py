"""Every kind of chart: named, described, with a table of the same numbers, on a page and on paper."""

import re

import pytest
from defusedxml import ElementTree
from django.template.loader import render_to_string

from rapporter.charts import control, multiples, parts, scale, series, waiting
from rapporter.charts.drawing import Area, Bar, Line, Mark, Word
from rapporter.control_charts import charts
from tests.rapporter.charts.samples import (
    KINDS,
    ODD,
    about,
    made_ageing,
    made_control,
    made_curves,
    made_flow,
    made_funnel,
    made_in_and_out,
    made_pareto,
    made_shares,
    values,
)

SVG = "{http://www.w3.org/2000/svg}"


def of(chart, sort):
    return [part for part in chart.drawing.parts if isinstance(part, sort)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_drawing_has_its_name_and_says_what_it_shows(kind):
    made = KINDS[kind]()

    root = ElementTree.fromstring(str(made.svg))

    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"{made.about.key}-t {made.about.key}-d"
    title, description = root.find("title"), root.find("desc")
    assert (title.get("id"), title.text) == (f"{made.about.key}-t", made.name)
    assert description.get("id") == f"{made.about.key}-d"
    assert (
        description.text
        == f"{made.finding} {made.shows} Samma tal står i tabellen under diagrammet."
    )
    assert made.shows
    assert not re.search(r"\bstyle=|<script|\bfill=\"#", str(made.svg))


@pytest.mark.parametrize("kind", KINDS)
def test_on_paper_every_look_stands_on_the_shape(kind):
    root = ElementTree.fromstring(KINDS[kind]().paper)

    assert root.get("width") == "640"
    for shape in root.iter():
        assert shape.get("class") is None
        if shape.tag.removeprefix(SVG) in {"polyline", "line"}:
            assert shape.get("stroke")
        if shape.tag.removeprefix(SVG) in {"rect", "polygon", "path", "circle", "text"}:
            assert shape.get("fill")


@pytest.mark.parametrize("kind", KINDS)
def test_on_paper_the_legend_stands_below_the_drawing(kind):
    made = KINDS[kind]()
    root = ElementTree.fromstring(made.paper)
    said = {text.text for text in root.iter(f"{SVG}text")}

    assert {text for _, text in made.legend} <= said
    assert int(root.get("height")) == made.drawing.height + 18 * len(made.legend)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_lies_outside_the_drawing(kind):
    made = KINDS[kind]()

    for part in made.drawing.parts:
        match part:
            case Line(places) | Area(places):
                found = list(places)
            case Bar(x, y, width, height):
                found = [(x, y), (x + width, y + height)]
            case Mark(x, y) | Word(x, y):
                found = [(x, y)]
        assert all(0 <= x <= 100.01 and -0.01 <= y <= made.drawing.height for x, y in found), part


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_shows_question_answer_drawing_table_definition_and_time(kind):
    made = KINDS[kind]()

    page = render_to_string("rapporter/chart.html", {"chart": made, "csv": "/uttag/"})

    assert page.index(made.about.question) < page.index('class="answer"') < page.index("<svg")
    assert "22 nov. 2026 06:00".replace(" ", "\u00a0", 2) in page
    assert made.about.definition in page
    assert 'href="/rapporter/matt/x/"' in page
    assert 'href="/uttag/"' in page
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    assert body.count("<tr>") == len(made.table.rows)
    assert ODD not in page


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_has_the_numbers_of_the_table(kind):
    made = KINDS[kind]()

    extract = made.extract([("Enhet", "alla")])

    assert extract.rows.count() == len(made.table.rows)
    assert [column.heading for column in extract.columns] == list(made.table.headings)
    assert ("Definition", "Så räknar vi.") in extract.selection
    for row, cells in zip(extract.rows, made.table.rows, strict=True):
        for value, cell in zip(row.values(), cells, strict=True):
            if isinstance(value, int | float):
                shown = cell.text.replace("\u00a0", "").replace("−", "-").replace(",", ".")
                assert float(re.match(r"-?[\d.]+", shown)[0]) == pytest.approx(value)


def test_a_document_gets_the_answer_the_drawing_and_the_table():
    made = made_pareto()

    heading, answer, picture, table = made.blocks(2)

    assert (heading.text, heading.level, answer.text) == ("Vad visar omraden?", 2, "Svaret.")
    assert (picture.svg, picture.alt) == (made.paper, made.alt)
    assert [row[0] for row in table.rows] == [ODD, "Telefoni", "Övrigt"]


# Each kind by its numbers


def test_a_point_of_a_control_chart_for_each_value_and_a_sign_for_each_sort():
    made = made_control()

    marks = of(made, Mark)
    assert [mark.shape for mark in marks] == ["ring"] * 14 + ["open"]
    assert {line.role for line in of(made, Line)} >= {"data", "soon", "mean", "limit", "goal"}
    # The line is broken at the recalculation's missing month, and dashed to the preliminary one.
    joined = [len(line.places) for line in of(made, Line) if line.role in {"data", "soon"}]
    assert joined == [13, 2]
    assert made.table.rows[0][1].url == "/rader/0"
    assert made.table.rows[15][5].text == "preliminär"
    assert made.notes[0] == f"ny nivå: {ODD}"


def test_what_lies_outside_and_a_shift_are_said_in_the_drawing():
    spc = charts.xmr(values(5, 28, 5, 28, 29, 28, 30, 27, 28, 29, 5, 28, 5, 90))
    made = control.control(about("s", ""), spc, name="S", ticks=[str(n) for n in range(14)])

    words = [word.text for word in of(made, Word) if word.role == "sig"]
    assert words == ["90 – utanför gräns", "7 i rad över nivån"]
    assert [mark.shape for mark in of(made, Mark)].count("diamond") == 1
    assert [mark.shape for mark in of(made, Mark)].count("square") == 7


def test_without_points_there_is_no_drawing_but_a_sentence():
    made = control.control(about("s", ""), charts.xmr([]), name="S", ticks=[])

    assert (made.drawing, made.svg, made.paper) == (None, "", "")
    assert made.finding == "Inga månader att visa än."
    assert "<svg" not in render_to_string("rapporter/chart.html", {"chart": made, "csv": ""})


def test_a_lower_limit_that_nothing_can_fall_below_is_not_drawn():
    spc = charts.xmr(values(0, 2, 1, 3, 0, 2, 1, 0, 3, 1, 2, 0))
    made = control.control(about("s", ""), spc, name="S", ticks=[str(n) for n in range(12)])

    assert made.notes == [control.NO_LOWER]
    assert [line.role for line in of(made, Line)].count("limit") == 1
    assert {row[3].text for row in made.table.rows} == {"–"}


def test_bars_begin_at_zero_and_are_as_high_as_their_numbers():
    bars = of(made_in_and_out(), Bar)

    bottoms = {round(bar.y + bar.height, 6) for bar in bars}
    heights = [bar.height for bar in bars]
    assert len(bottoms) == 1
    assert [round(height / heights[0], 6) for height in heights] == [1, 0.4, 0.5, 0.9]
    assert made_in_and_out().table.rows[1][0].text == "juni 2026 (pågår)"


def test_the_areas_of_a_flow_lie_on_each_other():
    made = made_flow()
    lower, upper = of(made, Area)

    # Drawn from below: the last stage lies on the axis, and the first on that.
    assert list(lower.places[:3]) == list(reversed(upper.places[3:]))
    assert [cell.text for cell in made.table.rows[0]] == ["vecka 1", "3", "10", "13"]


def test_the_curve_of_waiting_falls_in_steps_and_says_when_half_are_done():
    made = made_curves()
    data = next(line for line in of(made, Line) if line.role == "data")

    across, down = data.places[1]
    assert data.places[0] < (across, down)
    assert [place[1] for place in data.places] == sorted(place[1] for place in data.places)
    assert "hälften inom 3 dagar".replace("3 ", "3\u00a0") in {word.text for word in of(made, Word)}
    assert [cell.text.replace("\u00a0", " ") for cell in made.table.rows[0]] == [
        "2026", "3 dagar", "ej uppnådd", "ej uppnådd", "4", "1",
    ]  # fmt: skip


def test_an_old_case_has_a_sign_of_its_own():
    made = made_ageing()

    assert [mark.shape for mark in of(made, Mark)] == ["dot", "dot", "dot", "square"]
    assert made.table.rows[0][0].url == "/utredning"
    assert [cell.text.replace("\u00a0", " ") for cell in made.table.rows[0]][1:] == [
        "4", "1", "4 dagar", "20 dagar", "40 dagar",
    ]  # fmt: skip


def test_of_very_many_cases_some_are_drawn_and_it_is_said():
    stage = waiting.Stage("Ny", tuple(range(1000)), None, None)
    made = waiting.ageing(about("alder"), [stage], name="Ålder")

    marks = of(made, Mark)
    assert len(marks) == waiting.DRAWN
    assert made.table.rows[0][1].value == 1000
    assert made.notes == [
        "I Ny ritas 160 av 1\u00a0000 ärenden, jämnt fördelade efter ålder.",
    ]


def test_what_is_left_over_stands_last_and_the_shares_end_at_the_whole():
    made = made_pareto()

    assert [cell.text.replace("\u00a0", " ") for cell in made.table.rows[-1]] == [
        "Övrigt", "50", "50 %", "100 %",
    ]  # fmt: skip
    assert [bar.width for bar in of(made, Bar)] == [40, 10, 50]
    assert [bar.role for bar in of(made, Bar)] == ["bar", "bar", "bar-past"]


def test_the_parts_of_a_whole_are_a_hundred_per_cent_and_nothing_has_no_bar():
    made = made_shares()

    first, second = of(made, Bar)
    assert (first.x, second.x) == (0, 25)
    assert [cell.text for cell in made.table.rows[1]] == ["IT", "–", "–", "0"]
    assert made.is_patterned


def test_a_funnel_names_who_is_outside_and_ranks_nobody():
    made = made_funnel()

    assert made.finding == (
        f"Utanför gränserna: {ODD}. Det säger var man ska fråga, inte vem som är bäst."
    )
    assert [mark.shape for mark in of(made, Mark)].count("diamond") == 1
    names = [row[0].text for row in made.table.rows]
    assert names == sorted(names)


@pytest.mark.parametrize(
    "empty",
    [
        lambda: series.columns(about("a"), [], name="A", noun="a"),
        lambda: series.in_and_out(about("a"), [], name="A"),
        lambda: series.flow(about("a"), [], [], name="A"),
        lambda: series.fan(about("a"), [], [], name="A", noun="a"),
        lambda: multiples.multiples(about("a"), [], [], name="A", unit="dagar"),
        lambda: waiting.curves(about("a"), [waiting.Steps("2026", (), (), 0, 0)], name="A"),
        lambda: waiting.ageing(about("a"), [], name="A"),
        lambda: waiting.timeline(
            about("a"),
            [],
            made_curves().about.as_of.date(),
            made_curves().about.as_of.date(),
            name="A",
        ),
        lambda: parts.pareto(about("a"), [], name="A", noun="a"),
        lambda: parts.shares(about("a"), ("x",), [], name="A", unit="dagar"),
    ],
)
def test_nothing_at_all_is_no_drawing(empty):
    made = empty()

    assert made.drawing is None
    assert made.finding == "Svaret."
    assert render_to_string("rapporter/chart.html", {"chart": made, "csv": ""})


def test_more_parts_than_can_be_told_apart_are_refused():
    with pytest.raises(ValueError, match="five parts"):
        parts.shares(about("a"), "abcdef", [], name="A", unit="dagar")
    with pytest.raises(ValueError, match="five layers"):
        series.flow(about("a"), [], [series.Layer(each, ()) for each in "abcdef"], name="A")


@pytest.mark.parametrize(
    ("values", "whole", "marks"),
    [
        ([0], True, [0, 1]),
        ([3], True, [0, 1, 2, 3]),
        ([7], True, [0, 2, 4, 6, 8]),
        ([151], True, [0, 50, 100, 150, 200]),
        ([0.84], False, [0, 0.5, 1]),
    ],
)
def test_an_axis_has_round_marks_from_zero(values, whole, marks):
    found = scale.scale(values, start=100, end=0, whole=whole)

    assert list(found.marks) == pytest.approx(marks)
    assert (found(0), found(found.high)) == (100, 0)


@pytest.mark.parametrize(
    ("count", "named"),
    [(3, [0, 1, 2]), (24, [2, 5, 8, 11, 14, 17, 20, 23]), (36, [5, 11, 17, 23, 29, 35])],
)
def test_the_last_of_an_axis_is_named_and_the_same_months_of_every_year(count, named):
    assert [number for number, _ in scale.named(count, 8)] == named
    assert scale.named(count, 8)[-1] == (count - 1, False)

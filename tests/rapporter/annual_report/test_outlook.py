"""Risk analyses, log reviews and forecasts in a report: counted, kept with what they rest on, said in words."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from patientsakerhet.log_review import actions as reviewing
from patientsakerhet.organisation.models import Role
from rapporter.annual_report import foretelling, freezing, outlook
from rapporter.annual_report.contents import contents
from rapporter.annual_report.foretelling import Past
from rapporter.annual_report.ingredients import frozen_of
from rapporter.annual_report.publishing import INTERNAL
from rapporter.flow import forecast
from rapporter.flow.forecast import Week
from tests.factories import person_as
from tests.log_review.making import reviewed
from tests.rapporter.annual_report.making import World
from tests.rapporter.region_2023 import at
from tests.risk_analysis.making import World as Analyses

VERSIONS = {"flow_came": 1, "flow_left": 1, "flow_open": 1}
MONTHS = [(date(2021 + n // 12, n % 12 + 1, 1), 80 + 3 * n + 20 * (n % 12 == 0)) for n in range(36)]
WEEKS = [(date(2022, 12, 26) + timedelta(weeks=n), Week(20, 22 - n % 3)) for n in range(52)]
PAST = Past(MONTHS, WEEKS, 60, VERSIONS)
CUTOFF = datetime(2024, 1, 31, 22, 59, tzinfo=UTC)


def told(_measure):
    return "Definitionen."


def test_a_past_is_whole_months_since_the_first_case_and_whole_weeks():
    came = Counter({date(2023, 2, 20): 3, date(2023, 3, 1): 2, date(2023, 4, 30): 1})
    left = Counter({date(2023, 4, 23): 4, date(2023, 4, 24): 5})

    found = foretelling.past(came, left, 7, date(2023, 4, 30), VERSIONS)

    assert found.months == [(date(2023, 3, 1), 2), (date(2023, 4, 1), 1)]
    on_the_first = foretelling.past(
        came + Counter([date(2023, 2, 1)]), left, 7, date(2023, 4, 30), VERSIONS
    )
    assert on_the_first.months[0] == (date(2023, 2, 1), 4)
    furthest = foretelling.past(came, left, 7, date(2026, 1, 31), VERSIONS)
    assert (len(furthest.months), furthest.months[0]) == (36, (date(2023, 2, 1), 3))
    assert found.weeks[0] == (date(2023, 2, 20), Week(3, 0))
    assert found.weeks[-2:] == [
        (date(2023, 4, 17), Week(0, 4)),
        (date(2023, 4, 24), Week(1, 5)),
    ]
    assert foretelling.numbers(found) == [
        one for one in foretelling.numbers(found) if one.table == "P2"
    ], "three months are too few to foretell from"


@pytest.fixture(scope="module")
def cells():
    """The cells of both forecasts, drawn once."""
    return foretelling.numbers(PAST)


def test_a_forecast_is_kept_with_what_it_was_made_from_and_can_be_made_again(cells):
    ahead = [one for one in cells if one.table == "P1" and not one.dims.get("was")]
    drawn = forecast.inflow([count for _, count in MONTHS], 12, seed=foretelling.SEED, start=0)

    assert [one.dims["code"] for one in ahead] == [f"2024-{n:02}" for n in range(1, 13)]
    assert [float(one.value) for one in ahead] == pytest.approx(
        [one.value for one in drawn.months], abs=1e-6
    )
    assert foretelling.disagreeing(cells) == []

    def told_of(*codes):
        return "\n".join(
            foretelling.disagreeing(
                replace(one, value=(one.value or 0) + 1) if one.dims["code"] in codes else one
                for one in cells
            )
        )

    made_from = told_of("2022-03", "flow_left:2023-01-02")
    assert "Prognosen P1 " in made_from
    assert "Prognosen P2 " in made_from
    foretold = told_of("2024-05", "likely")
    assert "Prognosen P1 2024-05 " in foretold
    assert "Prognosen P2 likely " in foretold


def test_what_another_version_foretold_is_left_as_it_is(cells):
    others = [
        replace(one, dims={**one.dims, "made_by": "another"}) if "made_by" in one.dims else one
        for one in cells
    ]
    assert (
        foretelling.disagreeing([replace(others[0], value=others[0].value + 1), *others[1:]]) == []
    )


def test_a_forecast_is_said_with_its_interval(cells):
    inflow = outlook.inflow(cells, told, CUTOFF)
    queue = outlook.caught_up(cells, told, CUTOFF)

    assert inflow.headings == ["Månad", "Väntas", "Lägst", "Högst"]
    assert [row[0] for row in inflow.rows][::11] == ["januari 2024", "december 2024"]
    for _, middle, low, high in inflow.plain:
        assert low <= middle <= high
    most = max(inflow.plain, key=lambda row: row[1])
    assert f"mellan {most[2]} och {most[3]}." in inflow.chart.finding
    assert "väntas omkring" in inflow.chart.finding
    assert "36 hela månader" in inflow.note
    assert "Åtta av tio utfall" in inflow.note
    assert queue.chart.finding.startswith(
        "Målet är hälften av kön. Med nuvarande takt är kön nere i 30"
    )
    assert [row[0] for row in queue.plain] == [
        "2024-03-25",
        "2024-06-24",
        "2024-09-23",
        "2024-12-23",
    ]
    assert "de senaste 52 hela veckorna" in queue.note
    assert inflow.chart.svg
    assert queue.chart.svg


def test_a_year_and_a_half_shows_neither_trend_nor_season():
    found = outlook.inflow(foretelling.numbers(replace(PAST, months=MONTHS[:18])), told, CUTOFF)

    assert {row[1] for row in found.plain} == {found.plain[0][1]}
    assert "En enskild månad väntas ge mellan" in found.chart.finding
    assert found.note.startswith("Prognosen bygger på 18 hela månader: de senaste tolvs nivå.")


def test_with_too_little_past_nothing_is_foretold():
    assert foretelling.numbers(Past(MONTHS[:11], WEEKS[:3], 60, VERSIONS)) == []
    assert outlook.inflow([], told, CUTOFF) is None
    assert outlook.caught_up([], told, CUTOFF) is None


@pytest.mark.django_db
def test_a_report_holds_the_years_risk_analyses_and_log_reviews():
    world = World(filed=2)
    region = world.region
    world.coordinator = region.physician
    with time_machine.travel(at(date(2023, 5, 2)), tick=False):
        analyses = Analyses(region)
        analyses.in_status("closed")
        analyses.in_status("follow_up", title="Nytt larm")
        analyses.in_status("deciding", title="Inte undertecknad")
        reviewer = person_as(Role.LOG_REVIEWER, region.root)
        reviewed(region.root, reviewer)
        reviewed(region.ward, reviewer, outcome="questions", note="Vi frågar.")
        reviewing.withdraw(reviewed(region.root, reviewer), by=reviewer, reason="Fel period.")
    with time_machine.travel(at(date(2024, 1, 15)), tick=False):
        reviewed(region.root, reviewer)

    case = world.started(unit=region.root)
    report = case.annual_report

    snapshot = report.builds.get().snapshot
    said = contents(report.builds.get().ingredients, frozen_of(snapshot), INTERNAL)
    tables = {table.key: table for table in said.tables}
    assert tables["RA"].plain == [["Hög", 2, 0], ["Låg", 0, 2]]
    assert tables["RA"].chart.finding == "Höga risker: två före åtgärder, noll när de är klara."
    assert tables["RM"].plain == [["late", 1], ["done", 1], ["*", 2]]
    assert tables["LK"].plain == [["questions", 0, 1], ["nothing", 0, 1], ["*", 0, 2]]
    figures = {name: kept["value"] for name, kept in snapshot.figures.items()}
    assert [
        figures[name]
        for name in ("risk_analyses", "analysed_risks", "analysis_measures_left", "log_reviews")
    ] == ["2", "2", "1", "2"]
    assert "P1" not in tables
    handed_in = world.in_review(case).annual_report.newest.snapshot
    assert freezing.wrong(handed_in) == []
    assert handed_in.sha256 == snapshot.sha256

"""Former years stand as their own editions told them, with what is known now beside, and why: three frozen years."""

import json
from dataclasses import replace
from datetime import date, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection

from avvikelse.actions import coordination
from patientsakerhet.cases.models import Case
from patientsakerhet.organisation.models import Role
from rapporter import registry
from rapporter.annual_report import drawing, former, freezing, taken_out, wording
from rapporter.annual_report.comparing import APPENDIX
from rapporter.annual_report.contents import contents
from rapporter.annual_report.ingredients import frozen_of
from rapporter.annual_report.models import Edition
from rapporter.annual_report.publishing import INTERNAL, PUBLIC
from rapporter.annual_report.suppression import SMALL
from tests.factories import code, person_as
from tests.rapporter.annual_report.making import World
from tests.rapporter.region_2023 import at

pytestmark = [pytest.mark.django_db, pytest.mark.long]

FILED = {2021: 30, 2022: 37, 2023: 60, 2024: 44}
CLASSES = [
    *["it.login"] * 8, *["it.network"] * 2, *["it.other"] * 6, *["device.infusion"] * 9,
    *["device.monitoring"] * 3, *["device.other"] * 5, *["reorganisation"] * 4,
]  # fmt: skip
LATE = 7


class Years(World):
    """A region with three years behind it: each has its edition, and something happens to each afterwards."""

    def __init__(self):
        super().__init__(filed=0, since=date(2020, 12, 1))
        self.coordinator = self.region.physician
        with time_machine.travel(at(date(2020, 12, 2)), tick=False):
            self.desk = person_as(Role.COORDINATOR, self.region.root)
        self.cases = {year: self.filed(year) for year in FILED if year < 2024}

    def filed(self, year):
        """The year's deviations, spread over it, two in three with what happened."""
        found = []
        for n in range(FILED[year]):
            day = date(year, 1, 3) + timedelta(days=360 * n // FILED[year])
            unit = (
                self.region.private
                if n % 12 == 0
                else self.region.operations
                if n % 9 == 0
                else None
            )
            case = self.file(day, unit=unit)
            found.append(case)
            if n % 3:
                key = CLASSES[(n * 7 + year) % len(CLASSES)]
                self.classify(case, key, day + timedelta(days=5))
        return found

    def classify(self, case, key, day):
        with time_machine.travel(at(day), tick=False):
            coordination.classify(case, by=self.desk, event_class=code("event_class", key))

    def late(self, year, told):
        """Deviations of the year that are written down afterwards."""
        cases = [self.file(date(year, 7, 1 + n)) for n in range(LATE)]
        past_every_guard(
            "UPDATE cases_transition SET recorded_at = %s WHERE case_id = ANY(%s)",
            [at(told), [one.pk for one in cases]],
        )

    def told(self, year, **texts):
        return self.edition(year, self.region.root, **texts)


def past_every_guard(sql, values):
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, values)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def redefined(monkeypatch, key):
    """The measure means something else from now on."""
    measure = registry.of(key)
    later = replace(measure, version=measure.version + 1)
    monkeypatch.setitem(registry._registered.measures, key, later)
    kept = {**registry.versions()}
    kept[key] = {**kept[key], str(later.version): kept[key][str(measure.version)]}
    monkeypatch.setattr(registry, "versions", lambda: kept)


def said_in(edition, audience=INTERNAL):
    """The edition as the audience reads it, and its tables of other things than figures by their keys."""
    said = contents(edition.ingredients, frozen_of(edition.snapshot), audience)
    return said, {
        table.key: table
        for table in said.tables
        if not table.key.startswith("siffror-") and table.key != "ar-for-ar"
    }


def rows_of(said, name):
    """Every row of the figure with its headings, in the sections' tables."""
    return [
        (table.headings, row)
        for table in said.tables
        if table.key.startswith("siffror-")
        for row in table.rows
        if row[0] == name
    ]


def value(edition, name="F09"):
    return edition.snapshot.figures[name]["value"]


@pytest.fixture
def world():
    return Years()


@pytest.mark.thorough  # three years written, signed and rebuilt take two minutes
def test_three_frozen_years_stand_as_they_were_told_with_what_is_known_now(world, monkeypatch):
    first = world.told(2021)
    world.late(2021, date(2022, 8, 1))
    second = world.told(2022)
    some = Case.objects.filter(filed_at__year=2022, deviation__event_class__code="device.infusion")
    for case in some.order_by("pk")[:3]:
        world.classify(case, "device.monitoring", date(2023, 6, 1))
    redefined(monkeypatch, "device_notices")
    third = world.told(2023)
    world.filed(2024)
    past_every_guard(
        "UPDATE avvikelse_deviation SET door = 'complaint' WHERE case_id = ANY(%s)",
        [[one.pk for one in world.cases[2023][30:36]]],
    )
    redefined(monkeypatch, "filed_deviations")
    fourth = world.told(2024, agera="Det kom {{F09}} avvikelser.")

    _every_figure_is_as_its_edition_told_it(fourth, {2021: first, 2022: second, 2023: third})
    _what_came_late_stands_beside(first, second)
    _what_was_recoded_and_redefined_says_so(first, third)
    _what_means_something_else_is_not_compared(third, fourth)
    for edition in (first, second, third, fourth):
        _nothing_small_is_told(edition)
        assert freezing.wrong(edition.snapshot) == []
        out = StringIO()
        call_command("rebuild_annual_report", edition.report.case.number, stdout=out)
        assert "filerna är desamma" in out.getvalue()
    _a_cell_that_is_not_the_editions_is_found(fourth)


def _every_figure_is_as_its_edition_told_it(newest, editions):
    for name, kept in newest.snapshot.figures.items():
        assert list(kept["former"]) == ["2021", "2022", "2023"], name
        for year, told in kept["former"].items():
            own = editions[int(year)].snapshot.figures[name]
            assert (told["told"], told["version"]) == (own["value"], own["version"]), name
            assert bool(told["why"]) == (
                told["version"] != kept["version"]
                or (told["told"] != told["now"] and former.apart(told["told"], told["now"]))
            ), (name, year)
    why = [one["why"] for one in newest.snapshot.figures["F10"]["former"].values()]
    assert why[:2] == ["", ""]


def _what_came_late_stands_beside(first, second):
    said, by_key = said_in(second)
    told = value(first)
    now = str(int(told) + LATE)
    months = by_key["D1"]
    assert months.headings == ["Månad", "2021, då känt", "2021, nu känt", "2022", "Skäl"]
    assert months.rows[-1][:3] == ["Hela året", told, now]
    july = months.rows[6]
    assert (int(july[2]) - int(july[1]), july[-1]) == (LATE, "skrevs in senare")
    assert months.plain[-1][1:3] == [int(told), int(now)]
    assert ("bar-past", "2021, då känt") in months.chart.legend
    for headings, row in rows_of(said, "Inkomna avvikelser"):
        assert headings == ["Mått", "2022", "2021, då känt", "2021, nu känt", "Förändring"]
        assert row[2:4] == [told, now]
        assert f"från {told} till" in row[-1]
    assert ["Inkomna avvikelser", "2021", told, now, "skrevs in senare"] in by_key[
        "forr_och_nu"
    ].rows
    assert "2021, utgåva 1.0, som det var känt" in by_key["forr_och_nu"].note
    assert "Berättelsen för 2021 angav" in by_key["D5"].note
    files = {
        form: taken_out.answer(said, form, name="x").content.decode() for form in ("csv", "json")
    }
    assert f"Inkomna avvikelser per månad;Hela året;2021, då känt;{told}\r\n" in files["csv"]
    assert f"Inkomna avvikelser per månad;Hela året;2021, nu känt;{now}\r\n" in files["csv"]
    assert f"{APPENDIX};Inkomna avvikelser;Skäl;skrevs in senare\r\n" in files["csv"]
    tables = [one for part in json.loads(files["json"])["sections"] for one in part["tables"]]
    kept = next(one for one in tables if one["key"] == "forr_och_nu")
    assert ["F09", 2021, told, now, "skrevs in senare"] in kept["values"]


def _what_was_recoded_and_redefined_says_so(first, third):
    said, by_key = said_in(third)
    areas = {row[0]: row for row in by_key["D3"].rows}
    assert by_key["D3"].headings == ["Område", "2022, då känt", "2022, nu känt", "2023", "Skäl"]
    for name, more in (("Övervakning", 3), ("Infusion", -3)):
        assert int(areas[name][2]) - int(areas[name][1]) == more
        assert areas[name][-1] == "omkodat"
    assert by_key["D1"].headings == ["Månad", "2022", "2023"], "nothing has changed"
    assert [row[0] for row in by_key["D7"].rows] == [
        "2021, annan definition", "2022, annan definition", "2023",
    ]  # fmt: skip
    assert "betydde något annat i berättelsen för 2021 och 2022" in by_key["D7"].note
    assert ("limit", "ny definition") in by_key["D7"].chart.legend
    years = [row for table in said.tables if table.key == "ar-for-ar" for row in table.rows]
    told = value(first)
    by_name = {row[0]: row[1:] for row in years}
    assert by_name["Inkomna avvikelser"] == [told, *(value(one) for one in (_before(third), third))]
    assert by_name["Inkomna avvikelser, nu känt"] == [str(int(told) + LATE), "samma", "samma"]
    assert "Berättelsen för 2021 angav att" in by_key["P1"].note


def _before(edition):
    return Edition.objects.get(report=edition.report.previous)


def _what_means_something_else_is_not_compared(third, fourth):
    said, by_key = said_in(fourth)
    for _, row in rows_of(said, "Inkomna avvikelser"):
        assert row[-1] == "ny definition: går inte att jämföra"
    look = drawing.look(fourth.snapshot.figures)("F09")
    with pytest.raises(wording.NotSo, match="betydde något annat"):
        wording.say(look, "jämförelse")
    months = by_key["D1"]
    assert months.headings == ["Månad", "2023, då känt", "2023, nu känt", "2024", "Skäl"]
    assert {row[-1] for row in months.rows[:-1]} == {"ny definition"}
    now = fourth.snapshot.figures["F09"]["former"]["2023"]["now"]
    assert months.rows[-1][1:3] == [value(third), now]
    assert 0 < int(value(third)) - int(now) <= 6
    assert ("bar-past", "2023, nu känt") in months.chart.legend, "what is counted alike is compared"
    (years,) = [
        table
        for table in said.tables
        if table.key == "ar-for-ar" and any(row[0] == "Inkomna avvikelser" for row in table.rows)
    ]
    row = next(row for row in years.rows if row[0] == "Inkomna avvikelser")
    assert all(text.endswith("(annan definition)") for text in row[1:4])
    assert ("limit", "ny definition") in years.chart.legend
    assert "; ny definition " in years.chart.alt


def _nothing_small_is_told(edition):
    """In public, protected tables show no number of one to four, then or now, and give none away."""
    said, by_key = said_in(edition, PUBLIC)
    assert edition.snapshot.leaks == []
    for key in ("D1s", "D2", "D3"):
        for row in by_key[key].plain if key in by_key else []:
            assert not [one for one in row[1:] if isinstance(one, int) and one in SMALL], row
    protected = {
        kept["name"] for kept in edition.snapshot.figures.values() if kept["disclosure"] == "B"
    }
    for table in said.tables:
        if table.key in ("ar-for-ar", "forr_och_nu"):
            small = [
                row for row in table.rows if row[0] in protected and set(row[1:]) & set("1234")
            ]
            assert not small


def _a_cell_that_is_not_the_editions_is_found(edition):
    cell = edition.snapshot.cells.filter(dims__known="reported", table="D1").first()
    past_every_guard("UPDATE annual_report_cell SET value = 99 WHERE id = %s", [cell.pk])
    assert any("det årets berättelse angav" in one for one in freezing.wrong(edition.snapshot))


def test_a_year_without_an_edition_says_that_it_is_counted_now():
    world = World(filed=6, before=3)
    build = world.started().annual_report.builds.get()
    said = contents(build.ingredients, frozen_of(build.snapshot), INTERNAL)
    by_key = {table.key: table for table in said.tables}

    assert by_key["D1"].headings == ["Månad", "2022, räknat nu", "2023"]
    assert [row[0] for row in by_key["D7"].rows] == ["2021, räknat nu", "2022, räknat nu", "2023"]
    assert ("bar-past", "2022, räknat nu") in by_key["D1"].chart.legend
    assert {tuple(headings) for headings, _ in rows_of(said, "Inkomna avvikelser")} == {
        ("Mått", "2023", "2022, räknat nu", "Förändring")
    }
    assert "För 2022 finns ingen fastställd berättelse" in by_key["forr_och_nu"].note
    assert by_key["forr_och_nu"].rows == []


def test_a_second_report_is_drafted_where_nobody_has_written():
    world = World(filed=0)
    first = world.started()
    world.in_review(first, agera="Inget har kommit in.", sammanfattning="Inget har kommit in.")
    world.signed(first)

    second = world.started(day=date(2025, 2, 1), year=2024)

    assert second.annual_report.builds.get().state == "done"

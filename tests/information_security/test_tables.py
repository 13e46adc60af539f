"""A classification with its risks as a sheet, by page and by command."""

import io

import pytest
from django.core.management import call_command
from django.urls import reverse
from openpyxl import load_workbook

from tests.factories import person_as
from tests.information_security.making import World
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World()


def sheets(content):
    book = load_workbook(io.BytesIO(content))
    return {
        sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()]
        for sheet in book.worksheets
    }


def told(rows):
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def test_a_classification_is_a_sheet_of_its_risks_and_one_of_its_levels(world):
    case = world.assessed()
    risk = world.risk(case, treatment="reduce", treatment_reason="")
    world.measure(risk)
    other = world.risk(case, title="Systemet stannar", threatens="availability", severity=1)

    answer = signed_in(world.owner).get(
        reverse("classification_extract", args=[case.number, "xlsx"])
    )
    found = sheets(b"".join(answer.streaming_content))

    rows = told(found[f"Risker {case.number}"])
    assert [(row["Risk"], row["Risktal"], row["Åtgärd"]) for row in rows] == [
        (risk.title, 6, "Inför stark inloggning"),
        (other.title, 2, None),
    ]
    assert (rows[0]["Hotar"], rows[0]["Ansvarig"]) == ("konfidentialitet", world.owner.name)
    facts = dict(found["Klassningen"])
    assert (facts["System"], facts["Konfidentialitet"]) == (world.system.name, "3")
    assert facts["Skäl, riktighet"] == "Patienters uppgifter kan röjas eller saknas."
    assert facts["Deltagare"] == "Olle Ägare, ägare"


def test_whoever_may_not_read_it_meets_nothing(world):
    case = world.assessed()
    stranger = person_as("unit_manager", world.region.ward)

    answer = signed_in(stranger).get(reverse("classification_extract", args=[case.number, "csv"]))

    assert answer.status_code == 404


def test_the_risks_of_many_are_taken_out_by_command(world, tmp_path):
    one, other = world.assessed(), world.assessed(world.ordered(system=world.another_system()))
    for case in (one, other):
        world.risk(case)
    path = tmp_path / "risker.xlsx"

    call_command("export_file", "classification_risks", str(path))
    both = told(sheets(path.read_bytes())["Riskbedömningar"])
    call_command("export_file", "classification_risks", str(path), filter=[f"number={one.number}"])
    single = told(sheets(path.read_bytes())["Riskbedömningar"])

    assert [row["Klassning"] for row in both] == [other.number, one.number]
    assert [(row["Klassning"], row["Konfidentialitet"]) for row in single] == [(one.number, 3)]

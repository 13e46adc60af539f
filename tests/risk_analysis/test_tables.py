"""An analysis as the form people fill in: a row for each risk and measure, by page and by command."""

import io

import pytest
from django.core.management import call_command
from django.urls import reverse
from openpyxl import load_workbook

from patientsakerhet.audit.models import Event
from patientsakerhet.organisation.models import Role
from patientsakerhet.risk_analysis.actions import handling, risks
from tests.factories import fresh, person_as
from tests.made_once import made_once
from tests.risk_analysis.making import World
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db


_made, world = made_once(World)


def sheets(content):
    book = load_workbook(io.BytesIO(content))
    return book, {
        sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()]
        for sheet in book.worksheets
    }


def told(rows):
    """The rows of a sheet by their headings."""
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def test_an_analysis_is_a_sheet_with_a_row_for_each_risk_and_measure(world):
    case = world.with_team(world.commissioned())
    handling.take_step(case, "start", by=world.leader)
    grave = world.risk(case, existing_controls="Larmtest.")
    world.proposal(case, grave)
    world.proposal(case, grave, title="Övning", strength="weak")
    mild = world.risk(case, "Litet", factors=(1, 2))
    struck = world.risk(case, "Struket")
    risks.withdraw(struck, by=world.leader, reason="Dubblett.")

    answer = signed_in(world.leader).get(reverse("analysis_extract", args=[case.number, "xlsx"]))
    book, found = sheets(b"".join(answer.streaming_content))

    rows = told(found[f"Risktabell {case.number}"])
    assert [(row["Nr"], row["Risk"], row["Åtgärd"]) for row in rows] == [
        (1, grave.title, "Ställ in samma larmljud som förut"),
        (1, grave.title, "Övning"),
        (2, mild.title, None),
    ]
    first = rows[0]
    assert [first[name] for name in ("Processteg", "Orsaker", "Det som redan skyddar")] == [
        "Användning", "Nytt larmljud.", "Larmtest.",
    ]  # fmt: skip
    assert [
        first[name] for name in ("Allvarlighetsgrad", "Sannolikhet", "Risktal", "Risknivå")
    ] == [3, 3, 9, "hög"]
    assert [first[name] for name in ("Risktal efter", "Risknivå efter")] == [3, "låg"]
    assert [first[name] for name in ("Styrka", "Ansvarig", "Beslut")] == [
        "stark", world.leader.name, "Föreslagen",
    ]  # fmt: skip
    assert "Upptäckt" not in first, "the method has no such scale"
    assert ["Enhet", world.region.ward.name] in found["Uppdraget"]
    sheet = book.worksheets[0]
    assert (sheet.page_setup.orientation, sheet.print_title_rows) == ("landscape", "$1:$1")
    assert sheet["C2"].alignment.wrap_text
    taken = Event.objects.with_body().filter(action="export.made").get()
    assert taken.payload.body["cases"] == [case.pk]


def test_whoever_may_not_take_out_or_read_is_refused(world):
    case = world.commissioned()
    address = reverse("analysis_extract", args=[case.number, "xlsx"])
    strangers = person_as(Role.UNIT_MANAGER, world.region.operations)

    assert signed_in(strangers).get(address).status_code == 404
    unknown = signed_in(world.leader).get(address.replace("xlsx", "pdf"))
    assert unknown.headers["Location"] == reverse("analysis_risks", args=[case.number])


def test_the_tables_of_many_analyses_are_taken_out_by_command(world, tmp_path):
    one, other = world.commissioned(), world.commissioned(title="Flytt av dagkirurgin")
    world.risk(one)
    world.risk(other, "Remissen saknar mottagare")
    path = tmp_path / "tabell.xlsx"

    call_command("export_file", "risk_tables", str(path))
    both = told(sheets(path.read_bytes())[1]["Risktabeller"])
    call_command("export_file", "risk_tables", str(path), filter=[f"number={other.number}"])
    single = told(sheets(path.read_bytes())[1]["Risktabeller"])

    assert [row["Riskanalys"] for row in both] == [one.number, other.number]
    assert [(row["Rubrik"], row["Risk"], row["Enhet"]) for row in single] == [
        ("Flytt av dagkirurgin", "Remissen saknar mottagare", fresh(other).owning_unit.code)
    ]


def test_a_table_costs_the_same_however_many_risks(world, django_assert_num_queries):
    case = world.commissioned()
    world.risk(case)
    client = signed_in(world.leader)
    address = reverse("analysis_extract", args=[case.number, "csv"])
    b"".join(client.get(address))

    with django_assert_num_queries(31):
        one = b"".join(client.get(address)).count(b"\r\n")
    for number in range(2):
        world.risk(case, f"Risk {number}")
    with django_assert_num_queries(31):
        three = b"".join(client.get(address)).count(b"\r\n")
    assert three == one + 2

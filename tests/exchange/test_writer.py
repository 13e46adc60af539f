"""What leaves as a file: every row, no formula, the selection printed, a mark in the trail."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime

import pytest
from django.db.models import CharField, DateField, DateTimeField, F, Value
from openpyxl import load_workbook

from patientsakerhet.audit.models import Event, Payload
from patientsakerhet.cases.models import Case
from patientsakerhet.exchange import writer
from patientsakerhet.exchange.writer import Column, Extract
from patientsakerhet.lib.refusal import Refused
from patientsakerhet.organisation.models import Unit
from tests.factories import file_report, make_person, make_unit

pytestmark = pytest.mark.django_db

DANGEROUS = [
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠A1",
]


def units(names, **more):
    for name in names:
        make_unit(name)
    return Extract(
        name="enheter",
        title="Enheter",
        rows=Unit.objects.order_by("pk"),
        columns=[Column("Namn", "name"), *more.pop("columns", [])],
        **more,
    )


def content(response):
    return b"".join(response.streaming_content)


def sheet_rows(data):
    book = load_workbook(io.BytesIO(data))
    return book, [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]


def csv_rows(data):
    assert data.startswith("\ufeff".encode())
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_formula_in_csv_is_a_text(text):
    rows = csv_rows(content(writer.respond(units([text]), "csv", by=make_person())))
    assert rows[2] == [f"'{text}"]


@pytest.mark.parametrize("text", ["a=b", "Avdelning 4", "1-2", "'=1", "å@ö"])
def test_an_ordinary_text_in_csv_is_left_as_it_is(text):
    rows = csv_rows(content(writer.respond(units([text]), "csv", by=make_person())))
    assert rows[2] == [text]


@pytest.mark.parametrize("text", [*DANGEROUS, "#N/A", "#REF!", "TRUE", "007"])
def test_a_text_in_a_workbook_is_a_text(text):
    data = content(writer.respond(units([text]), "xlsx", by=make_person()))
    cell = load_workbook(io.BytesIO(data)).worksheets[0]["A2"]
    assert cell.data_type in {"s", "inlineStr"}
    assert cell.value.replace("\r", "\n") == text.replace("\r", "\n")  # XML has one line break
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")


def test_an_unprintable_sign_does_not_break_a_workbook():
    extract = units(["Bra"], columns=[Column("Text", Value("a\x01b", CharField()))])
    _, rows = sheet_rows(content(writer.respond(extract, "xlsx", by=make_person())))
    assert rows[1] == ["Bra", "a\ufffdb"]


def test_semicolons_quotes_and_line_breaks_come_back_as_they_were():
    text = 'Rad 1; "citat"\nrad 2, slut'
    rows = csv_rows(content(writer.respond(units([text]), "csv", by=make_person())))
    assert rows[2] == [text]


def typed():
    moment = datetime(2026, 7, 1, 12, 30, tzinfo=UTC)
    return [
        Column("Antal", "depth"),
        Column("Öppen", "receives_cases"),
        Column("Dag", Value(date(2026, 7, 1), DateField())),
        Column("Stund", Value(moment, DateTimeField())),
        Column("Inget", "hsa_id"),
        Column("Ord", F("depth"), {1: "ett"}.get),
    ]


def test_csv_values_are_written_as_a_swede_reads_them():
    rows = csv_rows(content(writer.respond(units(["A"], columns=typed()), "csv", by=make_person())))
    assert rows[1] == ["Namn", "Antal", "Öppen", "Dag", "Stund", "Inget", "Ord"]
    assert rows[2] == ["A", "1", "ja", "2026-07-01", "2026-07-01 14:30", "", "ett"]


def test_workbook_values_keep_their_types():
    _, rows = sheet_rows(
        content(writer.respond(units(["A"], columns=typed()), "xlsx", by=make_person()))
    )
    day, moment = datetime(2026, 7, 1), datetime(2026, 7, 1, 14, 30)  # noqa: DTZ001  as in the sheet
    assert rows[1] == ["A", 1, "ja", day, moment, None, "ett"]


def test_the_selection_is_printed_in_both():
    by = make_person("Anna Berg")
    extract = units(["A", "B"], selection=[("Vårdgivare", "Region Exempel")])

    cover = csv_rows(content(writer.respond(extract, "csv", by=by)))[0][0]
    book, _ = sheet_rows(content(writer.respond(extract, "xlsx", by=by)))
    facts = {row[0].value: row[1].value for row in book["Urval"].iter_rows()}

    assert cover.startswith("Urval: Vårdgivare: Region Exempel · rader 2 · uttaget 20")
    assert cover.endswith("av Anna Berg")
    assert facts["Urval"] == "Vårdgivare: Region Exempel"
    assert (facts["Rader"], facts["Av"], facts["Innehåll"]) == ("2", "Anna Berg", "Enheter")


def test_the_trail_knows_what_left_before_it_leaves():
    by = make_person()
    case = file_report()
    extract = Extract(
        name="arenden",
        title="Ärenden",
        rows=Case.objects.all(),
        columns=[Column("Nummer", "number")],
        selection=[("Läge", "Inkommen")],
        case_id="pk",
        right="export",
    )

    writer.respond(extract, "csv", by=by)

    event = Event.objects.get(action="export.made")
    assert (event.actor_id, event.kind, event.right) == (by.pk, Event.Kind.READ, "export")
    assert Payload.objects.get(event=event).body == {
        "what": "arenden",
        "format": "csv",
        "filter": [["Läge", "Inkommen"]],
        "cases": [case.pk],
        "count": 1,
    }


def test_an_unknown_form_is_refused_and_leaves_no_mark():
    with pytest.raises(Refused, match="Välj CSV eller Excel"):
        writer.respond(units(["A"]), "pdf", by=make_person())
    assert not Event.objects.filter(action="export.made").exists()


def test_too_big_a_workbook_is_refused_with_a_way_out(monkeypatch):
    monkeypatch.setattr(writer, "SHEET_ROWS", 1)
    with pytest.raises(Refused, match="som CSV"):
        writer.respond(units(["A", "B"]), "xlsx", by=make_person())


def test_more_rows_than_a_chunk_all_leave_once(monkeypatch):
    monkeypatch.setattr(writer, "CHUNK", 3)
    parts = list(writer.respond(units([f"E{n}" for n in range(8)]), "csv", by=make_person()))
    assert len(parts) == 3
    assert [row[0] for row in csv_rows(b"".join(parts))[2:]] == [f"E{n}" for n in range(8)]


def test_the_file_is_named_by_content_and_day():
    response = writer.respond(units(["A"]), "csv", by=make_person())
    assert response.headers["Content-Disposition"].startswith('attachment; filename="enheter-20')
    assert response.headers["Content-Type"].startswith("text/csv")


def test_a_command_saves_the_same_file(tmp_path):
    by = make_person("Anna Berg")
    extract = units(["A"])
    with (tmp_path / "e.csv").open("wb") as target:
        assert writer.save(extract, "csv", target, by=by) == 1
    answered = content(writer.respond(extract, "csv", by=by))
    assert (tmp_path / "e.csv").read_bytes()[:60] == answered[:60]
    assert (tmp_path / "e.csv").read_bytes()[-20:] == answered[-20:]

"""Files as people and systems make them, and as attackers do: every row read, or said why not."""

import gzip
import io
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from patientsakerhet.exchange import separated, tables, workbooks
from patientsakerhet.exchange.tables import Unreadable, read

PLAIN = "Kod;Namn\r\navd-4;Avdelning Åäö\r\navd-5;Avdelning 5\r\n"


def cells(table):
    return [row.cells for row in table.rows]


def problems(table):
    return [(row.number, row.problem) for row in table.rows if row.problem]


def workbook(*rows, title="Blad"):
    book = Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


# --- what a text file may be -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("latin-1", "cp1252"),
        ("cp1252", "cp1252"),
    ],
)
def test_the_encoding_is_found_out(encoding, said):
    table = read(PLAIN.encode(encoding), "f.csv")
    assert table.heading == ("Kod", "Namn")
    assert cells(table) == [("avd-4", "Avdelning Åäö"), ("avd-5", "Avdelning 5")]
    assert table.form == f"CSV, {said}, semikolon"


def test_bytes_that_windows_does_not_know_are_latin_1():
    assert cells(read(b"Kod\n\xe5\x81b\n", "f.csv")) == [("å\x81b",)]


@pytest.mark.parametrize(
    ("sign", "said"), [(";", "semikolon"), (",", "komma"), ("\t", "tabb"), ("|", "lodstreck")]
)
def test_the_separator_is_found_out(sign, said):
    table = read(PLAIN.replace(";", sign).encode(), "f.csv")
    assert cells(table) == [("avd-4", "Avdelning Åäö"), ("avd-5", "Avdelning 5")]
    assert table.form.endswith(said)


def test_a_comma_in_a_quoted_heading_does_not_mislead():
    table = read(b'"Namn, fullt, eller kort";Kod\na;b\n', "f.csv")
    assert table.heading == ("Namn, fullt, eller kort", "Kod")


def test_a_packed_file_is_unpacked():
    assert cells(read(gzip.compress(PLAIN.encode()), "f.csv.gz"))[1] == ("avd-5", "Avdelning 5")


def test_our_own_export_is_read_back_as_it_was():
    export = '\ufeff"Urval: allt; rader 1"\r\nKod;Namn\r\na;\'=1+1\r\n'
    table = read(export.encode(), "f.csv")
    assert table.heading == ("Kod", "Namn")
    assert cells(table) == [("a", "=1+1")]


def test_rows_keep_their_numbers_and_empty_ones_are_counted():
    table = read(b"\nKod\n\na\n;\nb\n", "f.csv")
    assert [(row.number, row.cells) for row in table.rows] == [(4, ("a",)), (6, ("b",))]
    assert table.blanks == 3


def test_a_line_break_within_a_cell_is_one_row():
    table = read(b'Kod;Text\na;"ett\r\ntv\xc3\xa5"\nb;c\n', "f.csv")
    assert [(row.number, row.cells) for row in table.rows] == [
        (2, ("a", "ett\ntvå")),
        (3, ("b", "c")),
    ]


def test_a_second_column_of_the_same_name_can_be_named():
    table = read(b"category,category,Sys_Updated at\n1,2,3\n", "f.csv")
    assert (table.column("Category"), table.column("category#2")) == (0, 1)
    assert table.column("sys updated AT") == 2
    assert table.column("missing") is None


# --- rows that cannot be used -------------------------------------------------------------------


def test_ragged_rows_say_so_and_the_others_are_read():
    table = read(b"A;B;C\n1;2;3\n1;2\n1;2;3;4\n1;2;3;;\n", "f.csv")
    assert problems(table) == [
        (3, "Raden har 2 celler, rubrikraden 3 celler."),
        (4, "Raden har 4 celler, rubrikraden 3 celler."),
    ]
    assert [row.cells for row in table.rows] == [
        ("1", "2", "3"),
        ("1", "2", ""),
        ("1", "2", "3"),
        ("1", "2", "3"),
    ]


@pytest.mark.parametrize(
    ("sign", "name"), [("\x00", "U+0000"), ("\x07", "U+0007"), ("\u202e", "U+202E")]
)
def test_an_unprintable_sign_is_refused_with_its_place(sign, name):
    table = read(f"A;B\nbra;bra\nbra;da{sign}lig\n".encode(), "f.csv")
    [(number, problem)] = problems(table)
    assert number == 3
    assert problem.startswith("Cell 2: ")
    assert name in problem


def test_a_huge_cell_is_refused_and_the_next_row_is_read():
    table = read(f"A\n{'x' * 40_000}\nb\n".encode(), "f.csv")
    assert problems(table) == [(2, "Cell 1 har fler än 32 767 tecken.")]
    assert table.rows[1].cells == ("b",)
    assert len(table.rows[0].cells[0]) < 100


# --- files that cannot be used ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "tom"),
        (b"\n \r\n\t", "tom"),
        (b"\x00\x00\x00", "tom"),
        (b"Urval: allt\n", "ingen rubrikrad"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "gamla format"),
        (b"\xff\xfea\x00b", "utf-16"),
        (b"\xef\xbb\xbfKod\n\xff\xfe\n", "utf-8-sig"),
        (b"\x1f\x8b" + b"x" * 20, "skadad"),
        (gzip.compress(b"A\n1\n", mtime=0)[:-6], "skadad"),
        (b"PK\x03\x04" + b"x" * 100, "skadat"),
        (b"A" + b";A" * 400 + b"\n", "kolumner"),
        (b"A\n" + b";" * 5000 + b"x\n", "fler än 3000 celler"),
        (b"A\x07\n1\n", "Rubrikraden går inte att läsa. Cell 1"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_words(content, said):
    with pytest.raises(Unreadable, match=said):
        read(content, "f.csv")


def test_a_quotation_mark_never_closed_is_found():
    content = b'A;B\n1;2\n1;"' + b"x;y\n" * 300_000
    with pytest.raises(Unreadable, match=r"från rad 3 \(textrad 3\)"):
        read(content, "f.csv")


def test_too_big_a_file_is_refused_unread(monkeypatch):
    monkeypatch.setattr(tables, "MAX_BYTES", 10)
    with pytest.raises(Unreadable, match="större än"):
        read(b"A\n" + b"1\n" * 10, "f.csv")


def test_a_packed_bomb_stops_at_the_limit(monkeypatch):
    monkeypatch.setattr(tables, "MAX_UNPACKED", 1000)
    with pytest.raises(Unreadable, match="uppackad"):
        read(gzip.compress(b"A\n" * 1000), "f.csv.gz")


def test_more_rows_than_a_million_are_refused(monkeypatch):
    monkeypatch.setattr(tables, "MAX_ROWS", 2)
    with pytest.raises(Unreadable, match="1 000 000 rader"):
        read(b"A\n1\n2\n3\n", "f.csv")


# --- workbooks ----------------------------------------------------------------------------------


def test_a_workbook_is_read_as_somebody_would_have_typed_it():
    table = read(
        workbook(
            ["Kod", "Dag", "Stund", "Antal", "Ja"],
            ["007", date(2026, 7, 1), datetime(2026, 7, 1, 14, 30), 5.0, True],  # noqa: DTZ001  a cell's own clock
            [None, None, None, 1.5, False],
        ),
        "f.xlsx",
    )
    assert table.form == "Excel, bladet Blad"
    assert cells(table) == [
        ("007", "2026-07-01", "2026-07-01 14:30:00", "5", "ja"),
        ("", "", "", "1.5", "nej"),
    ]


def test_a_formula_is_refused_with_its_cell():
    table = read(workbook(["A", "B"], ["1", "=A2+1"], ["2", "3"]), "f.xlsx")
    assert problems(table) == [(2, "Cell B2 innehåller en formel. Klistra in den som värde.")]
    assert len(table.rows) == 2


def test_empty_cells_at_the_end_of_a_row_are_there_all_the_same():
    assert cells(read(workbook(["A", "B", "C"], ["1"], [None, "2"]), "f.xlsx")) == [
        ("1", "", ""),
        ("", "2", ""),
    ]


def test_a_row_with_text_beyond_the_heading_says_so():
    table = read(workbook(["A"], ["1", None, "kvar"], ["2"]), "f.xlsx")
    assert problems(table) == [(2, "Raden har 3 celler, rubrikraden 1 cell.")]


def _repacked(content, change):
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w") as new:
        for part in old.infolist():
            new.writestr(part.filename, change(part.filename, old.read(part)), zipfile.ZIP_DEFLATED)
    return target.getvalue()


def test_a_workbook_that_would_grow_without_end_is_refused_before_it_is_unpacked():
    bomb = _repacked(
        workbook(["A"]),
        lambda name, data: b" " * 20_000_000 if name.endswith("styles.xml") else data,
    )
    assert len(bomb) < 100_000
    with pytest.raises(Unreadable, match="för stort"):
        read(bomb, "f.xlsx")


def test_a_workbook_with_entities_is_refused():
    laughs = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">]>'

    def spike(name, data):
        return laughs + data.split(b"?>", 1)[-1] if name.endswith("sheet1.xml") else data

    with pytest.raises(Unreadable, match="skadat"):
        read(_repacked(workbook(["A"], ["b"]), spike), "f.xlsx")


def test_a_workbook_whose_row_numbers_lie_is_refused():
    lying = _repacked(
        workbook(["A"], ["b"]),
        lambda name, data: data.replace(b'r="2"', b'r="9999999"').replace(
            b'r="A2"', b'r="A9999999"'
        ),
    )
    with pytest.raises(Unreadable, match="utanför tabellen"):
        read(lying, "f.xlsx")


@pytest.mark.parametrize(
    "part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml"]
)
@pytest.mark.parametrize("harm", ["cut", "gone", "other"])
def test_a_damaged_workbook_is_refused_in_words(part, harm):
    def damage(name, data):
        if name != part:
            return data
        return {"cut": data[: len(data) // 2], "gone": b"", "other": b"<html/>"}[harm]

    with pytest.raises(Unreadable):
        read(_repacked(workbook(["A"], ["b"]), damage), "f.xlsx")


def test_a_zip_that_is_no_workbook_is_refused():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        packed.writestr("läs.txt", "hej")
    with pytest.raises(Unreadable, match="skadat"):
        read(target.getvalue(), "f.xlsx")


def test_the_parts_know_their_limits():
    assert separated.LONGEST > tables.MAX_CELL
    assert workbooks.SHEET_END > tables.MAX_ROWS

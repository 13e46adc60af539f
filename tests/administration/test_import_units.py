"""The organisation from a file: a tree in any order, changes dated, all or nothing, twice the same."""

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from patientsakerhet.exchange.models import ImportRun
from patientsakerhet.organisation.models import CareProvider, Unit, UnitPeriod
from tests.administration.conftest import exported, lines

pytestmark = pytest.mark.django_db(databases=["default", "trail"])

TREE = """\
Kod;Namn;Överordnad kod;HSA-id;Funktionsbrevlåda;Vårdgivare;Slag;Tar emot;Koordinerar;Gäller från;Gäller till
avd-1;Avdelning 1;sjukhuset;;;;;ja;;2020-01-01;
sjukhuset;Sjukhuset;regionen;SE9999999999-E1A2;sjukhuset@exempel.se;;;;;2020-01-01;
regionen;Regionen;;;;Region Prov;region;;;2020-01-01;
kommunen;Kommunen;;;;Provkommun;kommun;ja;nej;2020-01-01;2030-12-31
"""


def tree():
    return [(unit.code, unit.depth, unit.care_provider.name) for unit in Unit.objects.all()]


@pytest.fixture
def region():
    """Nothing but the administrator's own unit."""
    from types import SimpleNamespace

    from tests.factories import make_provider, make_unit

    return SimpleNamespace(root=make_unit("Rot", code="rot", provider=make_provider(name="Rot")))


def test_children_may_stand_before_their_parents(read_in):
    run = read_in("units", TREE)

    assert (run.state, run.counts) == ("done", {"added": 4})
    assert tree() == [
        ("rot", 1, "Rot"),
        ("regionen", 1, "Region Prov"),
        ("sjukhuset", 2, "Region Prov"),
        ("avd-1", 3, "Region Prov"),
        ("kommunen", 1, "Provkommun"),
    ]
    hospital = Unit.objects.get(code="sjukhuset")
    assert (hospital.hsa_id, hospital.mailbox) == ("SE9999999999-E1A2", "sjukhuset@exempel.se")
    assert Unit.objects.get(code="avd-1").receives_cases
    assert Unit.objects.get(code="kommunen").valid_to == date(2030, 12, 31)
    assert CareProvider.objects.get(name="Provkommun").kind == "municipality"


def test_the_trial_leaves_no_trace_in_the_tree(try_out):
    run = try_out("units", TREE)
    assert (run.state, run.planned) == ("ready", {"added": 4})
    assert Unit.objects.count() == 1
    assert not CareProvider.objects.filter(name="Region Prov").exists()


def test_the_same_file_again_changes_nothing(read_in):
    read_in("units", TREE)
    before = list(Unit.objects.values())
    assert read_in("units", TREE).planned == {"unchanged": 4}
    assert list(Unit.objects.values()) == before
    assert not UnitPeriod.objects.exists()


def test_our_own_export_read_in_changes_nothing(read_in, tmp_path):
    read_in("units", TREE)
    assert read_in("units", exported("units", tmp_path)).planned == {"unchanged": 5}


def test_changes_are_told_in_words_and_dated(read_in):
    read_in("units", TREE)
    since = timezone.localdate() - timedelta(days=3)
    changed = TREE.replace("Avdelning 1;sjukhuset", "Kirurgen;regionen").replace(
        "sjukhuset@exempel.se", "nya@exempel.se"
    )

    run = read_in("units", changed, since=f"{since}")

    assert run.counts == {"changed": 2, "unchanged": 2}
    assert lines(run) == [
        (2, "changed", "Namn: Avdelning 1 → Kirurgen; Överordnad kod: sjukhuset → regionen"),
        (3, "changed", "Funktionsbrevlåda: sjukhuset@exempel.se → nya@exempel.se"),
    ]
    ward = Unit.objects.get(code="avd-1")
    assert [(p.name, p.parent.code, p.valid_to) for p in ward.periods.all()] == [
        ("Avdelning 1", "sjukhuset", since - timedelta(days=1)),
        ("Kirurgen", "regionen", None),
    ]
    assert Unit.objects.find_problems() == ([], [], [], [], [])


def test_an_empty_cell_and_a_missing_column_change_nothing(read_in):
    read_in("units", TREE)
    run = read_in("units", "Kod;Namn;Funktionsbrevlåda\nsjukhuset;;\n")
    assert run.planned == {"unchanged": 1}


def test_a_moved_parent_takes_its_children_along_within_one_file(read_in):
    read_in("units", TREE)
    run = read_in(
        "units",
        "Kod;Namn;Överordnad kod\nsjukhuset;Sjukhuset;kommunen\navd-1;Avdelning ett;sjukhuset\n",
    )
    assert run.counts == {"changed": 2}
    assert [code for code, _, _ in tree()] == ["rot", "regionen", "kommunen", "sjukhuset", "avd-1"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (";Utan kod;regionen;;;;;;;;", "Kod saknas."),
        ("ny;;regionen;;;;;;;;", "Namn saknas."),
        ("ny;Ny;borta;;;;;;;;", "Överordnad kod: borta finns varken i filen eller i trädet."),
        ("ny;Ny;;;;;;;;;", "Välj vårdgivare, eller en överordnad enhet."),
        ("ny;Ny;;;;Okänd;;;;;", "Vårdgivaren Okänd är ny. Skriv i Slag vad den är för slag."),
        ("ny;Ny;;;;Okänd;stat;;;;", "Slag: stat finns inte. Välj bland region, kommun, privat"),
        ("ny;Ny;regionen;X;;;;;;;", "HSA-id: Skriv HSA-id som SE"),
        ("ny;Ny;regionen;;ingen;;;;;;", "Funktionsbrevlåda: ingen är ingen e-postadress."),
        ("ny;Ny;regionen;;;;;kanske;;;", "Tar emot: skriv ja eller nej, inte kanske."),
        ("ny;Ny;regionen;;;;;;;25-10-26;", "Gäller från: skriv 25-10-26 som år-månad-dag"),
        ("ny;Ny;regionen;;;;;;;1/2/2026;", "Gäller från: skriv 1/2/2026 som år-månad-dag"),
        ("ny;Ny;regionen;;;;;;;0001-01-01;", "Gäller från: skriv 0001-01-01"),
        ("ny;Ny;regionen;;;;;;;2026-02-01;2026-01-01", "unit_ends_after_it_begins"),
        ("avd-1;Igen;regionen;;;;;;;;", "Koden avd-1 finns på flera rader."),
        ("två ord;Ny;regionen;;;;;;;;", "Enhetskod:"),
        (f"ny;{'x' * 121};regionen;;;;;;;;", "Namn är längre än 120 tecken."),
        ("ny;Ny;ny;;;;;;;;", "ny finns varken i filen eller i trädet"),
        ("ny;Ny;regionen;SE9999999999-E1A2;;;;;;;", "HSA-id: Enhet med detta HSA-id finns redan"),
        ("ny;Ny;regionen;;;;;;;", "Raden har 10 celler, rubrikraden 11 celler."),
        ("ny;N\x07y;regionen;;;;;;;;", "U+0007"),
    ],
)
def test_a_bad_row_is_told_and_nothing_of_the_file_is_read_in(read_in, row, said):
    run = read_in("units", f"{TREE}{row}\n")

    faults = run.lines.filter(outcome="error")
    assert [one.number for one in faults] == [6] or "flera rader" in said
    assert said in faults.get().text
    assert run.state == ImportRun.State.READY
    assert Unit.objects.count() == 1


def test_units_in_a_circle_are_refused(read_in):
    run = read_in("units", "Kod;Namn;Överordnad kod\na;A;b\nb;B;a\n")
    assert [one.outcome for one in run.lines.all()] == ["error", "error"]


def test_a_tree_deeper_than_can_be_is_refused_without_a_crash(read_in):
    deep = "".join(f"n{n};Nivå {n};n{n - 1}\n" for n in reversed(range(1, 1500)))
    run = read_in("units", f"Kod;Namn;Överordnad kod\n{deep}n0;Nivå 0;rot\n")
    assert run.state == "ready"
    assert run.lines.filter(outcome="error", text__contains="för djupt").exists()
    assert Unit.objects.count() == 1


def test_a_missing_column_is_named_beside_those_that_are_there(try_out):
    run = try_out("units", "Enhet;Namn\nx;X\n")
    assert run.state == "failed"
    assert run.failure == "Kolumnen Kod saknas. Filens rubriker är: Enhet, Namn."


def test_a_column_that_is_not_read_is_said(try_out):
    assert try_out("units", "Kod;Namn;Kostnadsställe\nrot;Rot;12\n").ignored == ["Kostnadsställe"]


def test_the_command_reads_the_same_file(tmp_path, capsys, admin):
    path = tmp_path / "enheter.csv"
    path.write_text(TREE, "utf-8")

    call_command("import_file", "units", str(path), "--dry-run")
    assert Unit.objects.count() == 1
    call_command("import_file", "units", str(path), "--by", admin.email)

    assert Unit.objects.count() == 5
    said = capsys.readouterr().out
    assert "enheter.csv: provläst (CSV, utf-8, semikolon), 4 rader" in said
    assert "enheter.csv: inläst" in said
    assert "4 nya enheter" in said
    assert ImportRun.objects.get(state="done").by == admin


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["units", "finns-inte.csv"], "finns-inte.csv"),
        (["bilar", "x.csv"], "Välj vad filen innehåller"),
        (["units", "bad.csv"], "1 rad går inte att läsa in"),
        (["units", "empty.csv"], "Filen är tom"),
        (["units", "bad.csv", "--by", "ingen@exempel.se"], "ingen@exempel.se finns inte"),
    ],
)
def test_the_command_says_what_is_wrong_and_ends_with_a_fault(
    tmp_path, monkeypatch, capsys, admin, arguments, said
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.csv").write_text("Kod;Namn\n")
    (tmp_path / "bad.csv").write_text("Kod;Namn\nny;\n")
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(CommandError, match=said):
        call_command("import_file", *arguments)


def test_the_export_command_writes_csv_and_excel(tmp_path, read_in):
    read_in("units", TREE)
    for name in ("e.csv", "e.xlsx"):
        call_command("export_file", "units", str(tmp_path / name), "--filter", "q=avd")
    assert b"avd-1" in (tmp_path / "e.csv").read_bytes()
    assert b"kommunen" not in (tmp_path / "e.csv").read_bytes()
    assert read_in("units", (tmp_path / "e.xlsx").read_bytes(), name="e.xlsx").planned == {
        "unchanged": 1
    }
    with pytest.raises(CommandError, match="CSV eller Excel"):
        call_command("export_file", "units", str(tmp_path / "e.pdf"))


def test_telephone_numbers_are_read_in_and_taken_out_again(read_in, tmp_path):
    read_in("units", TREE)

    run = read_in("units", "Kod;Namn;Telefonnummer\nsjukhuset;Sjukhuset;08-465 004 10\n")
    wrong = read_in("units", "Kod;Namn;Telefon\nsjukhuset;Sjukhuset;ring växeln\n")

    assert run.counts == {"changed": 1}
    assert "Telefon" in run.lines.get().text
    assert Unit.objects.get(code="sjukhuset").phone == "08-465 004 10"
    assert "Skriv telefonnumret med siffror" in wrong.lines.get().text
    assert "08-465 004 10" in exported("units", tmp_path, q="sjukhuset").decode("utf-8-sig")

"""Code trees by hand and from files: a changed list never rewrites what was coded before."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from avvikelse.actions import investigation
from patientsakerhet.administration.actions import codes
from patientsakerhet.cases import defaults_imdrf
from patientsakerhet.cases.models import Code, CodeSystem
from patientsakerhet.lib.refusal import NotAllowed, NotReady
from patientsakerhet.organisation.models import Role
from tests.administration.conftest import exported, lines
from tests.factories import Region, code, in_status, person_as
from tests.made_once import made_once

pytestmark = pytest.mark.django_db(databases=["default", "trail"])

ANNEXES = Path(settings.BASE_DIR) / "../shared/data/codes"


def _administrator():
    region = Region()
    return region, person_as(Role.ADMINISTRATOR, region.root)


_made, administrator = made_once(_administrator)


@pytest.fixture
def region(administrator):
    return administrator[0]


@pytest.fixture
def admin(administrator):
    return administrator[1]


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def tree():
    return CodeSystem.objects.get(key="event_class")


def labels(system, day=None):
    rows = Code.objects.of(system).order_by("position", "code")
    return list(
        (rows.filter(valid_from__lte=day) if day else rows.current()).values_list(
            "label", flat=True
        )
    )


# --- by hand ----------------------------------------------------------------------------------


def test_a_code_is_added_last_in_its_tree(admin, tree, today):
    made = codes.add_code(tree, by=admin, code="pandemic", label=" Pandemi ")
    assert labels("event_class")[-1] == "Pandemi"
    assert (made.valid_from, made.parent) == (today, None)


def test_a_renamed_code_is_a_new_row_and_the_old_one_stays(admin, today):
    old = code("event_class", "it.login")
    made = codes.rename_code(old, by=admin, label="Inloggning", since=today)

    old.refresh_from_db()
    assert (old.label, old.valid_to) == ("Inloggning och behörighet", today - timedelta(days=1))
    assert (made.code, made.label, made.valid_from, made.valid_to) == (
        "it.login",
        "Inloggning",
        today,
        None,
    )
    assert "Inloggning och behörighet" not in labels("event_class")


def test_a_case_coded_before_keeps_the_label_it_was_given(admin, region):
    case = in_status("assigned", region)
    kind = case.deviation.kind
    codes.rename_code(kind, by=admin, label="Medicinteknik")
    case.deviation.refresh_from_db()
    assert case.deviation.kind.label == "Medicinteknisk produkt"


def test_codes_below_a_renamed_one_follow_it(admin):
    made = codes.rename_code(code("event_class", "it"), by=admin, label="IT")
    assert made.children.current().count() == 11


def test_a_code_from_today_is_corrected_where_it_stands(admin, tree):
    made = codes.add_code(tree, by=admin, code="x", label="Fel stavt")
    again = codes.rename_code(made, by=admin, label="Rätt stavat")
    assert (again.pk, Code.objects.filter(code="x").count()) == (made.pk, 1)


def test_a_rename_to_the_same_is_nothing(admin):
    row = code("event_class", "it")
    assert codes.rename_code(row, by=admin, label=row.label) == row


def test_an_ended_code_can_not_be_chosen_from_the_day_after(admin, today):
    row = codes.end_code(code("event_class", "it.login"), by=admin, last_day=today)
    assert row in Code.objects.current()
    codes.end_code(row, by=admin, last_day=today - timedelta(days=1))
    assert row not in Code.objects.current()


def test_a_code_with_codes_below_it_cannot_end_before_them(admin, today):
    with pytest.raises(NotReady, match="koder som gäller längre"):
        codes.end_code(code("event_class", "it"), by=admin, last_day=today)


def test_the_same_code_twice_at_once_is_refused(admin, tree):
    with pytest.raises(NotReady, match="gäller redan"):
        codes.add_code(tree, by=admin, code="it", label="Igen")


def test_a_code_ended_can_come_back(admin, tree, today):
    row = code("event_class", "it.login")
    codes.end_code(row, by=admin, last_day=today - timedelta(days=1))
    codes.add_code(tree, by=admin, code="it.login", label="Inloggning")
    assert Code.objects.filter(system=tree, code="it.login").count() == 2


def test_a_code_changes_places_with_its_neighbour(admin):
    before = labels("deviation_kind")
    codes.move_code(code("deviation_kind", "service"), by=admin, up=True)
    after = labels("deviation_kind")
    assert (after[:2], after[2:]) == ([before[1], before[0]], before[2:])
    codes.move_code(code("deviation_kind", "service"), by=admin, up=False)
    assert labels("deviation_kind") == before
    with pytest.raises(NotReady, match="ytterst"):
        codes.move_code(code("deviation_kind", "delivery"), by=admin, up=True)


def test_a_tree_that_follows_a_release_is_not_changed_by_hand(admin, today):
    row = code("imdrf_a", "A01")
    for act in (
        lambda: codes.add_code(row.system, by=admin, code="A99", label="X"),
        lambda: codes.rename_code(row, by=admin, label="X"),
        lambda: codes.end_code(row, by=admin, last_day=today),
        lambda: codes.move_code(row, by=admin, up=False),
    ):
        with pytest.raises(NotReady, match="följer en utgåva"):
            act()


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_nobody_else_may(region, tree, today, role):
    other = person_as(role, region.root)
    row = code("event_class", "it.login")
    for act in (
        lambda: codes.add_code(tree, by=other, code="x", label="X"),
        lambda: codes.rename_code(row, by=other, label="X"),
        lambda: codes.end_code(row, by=other, last_day=today),
        lambda: codes.move_code(row, by=other, up=True),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert not Code.objects.filter(code="x").exists()


# --- from a file ------------------------------------------------------------------------------

HEAD = "Kodverk;Kod;Benämning;Definition;Överordnad kod;Ordning;Gäller från;Gäller till\n"


def test_codes_are_read_in_whatever_their_order(read_in):
    run = read_in(
        "codes",
        f"{HEAD}event_class;pandemic.flu;Influensa;;pandemic;;;\nevent_class;pandemic;Pandemi;;;5;;\n",
    )
    assert run.counts == {"added": 2}
    assert code("event_class", "pandemic.flu").parent == code("event_class", "pandemic")
    assert labels("event_class")[0] == "Pandemi"


def test_our_own_export_read_in_changes_nothing(read_in, tmp_path):
    for system in ("event_class", "cause_area"):
        run = read_in("codes", exported("codes", tmp_path, system=system))
        assert set(run.planned) == {"unchanged"}


def test_a_new_label_holds_from_the_chosen_day_and_an_end_is_taken_over(read_in, today):
    since = today + timedelta(days=5)
    run = read_in(
        "codes",
        f"{HEAD}event_class;it.login;Inloggning;;it;;;\n"
        f"event_class;it.network;Nätverk;;it;;;{since}\n",
        since=f"{since}",
    )
    assert lines(run) == [
        (2, "changed", "Benämning: Inloggning och behörighet → Inloggning"),
        (3, "changed", f"Gäller till: inget → {since}"),
    ]
    assert list(
        Code.objects.filter(code="it.login")
        .order_by("valid_from")
        .values_list("label", "valid_from")
    ) == [("Inloggning och behörighet", date(2020, 1, 1)), ("Inloggning", since)]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("borta;x;X;;;;;", "Kodverk: borta finns inte. Välj bland cause_area"),
        ("event_class;;X;;;;;", "Kod saknas."),
        ("event_class;x;;;;;;", "Benämning saknas."),
        ("event_class;x;X;;borta;;;", "Överordnad kod: borta finns inte i kodverket."),
        ("event_class;x;X;;;två;;", "Ordning: två är inget helt tal."),
        ("event_class;x;X;;;;;\nevent_class;x;Y;;;;;", "Koden x finns på flera rader."),
        ("event_class;it.login;Inloggning och behörighet;;care;;;", "ligger under it"),
        ("imdrf_a;A01;Nytt;;;;;", "följer en utgåva"),
        ("event_class;x;X;;y;;;\nevent_class;y;Y;;x;;;", "finns inte i kodverket"),
    ],
)
def test_a_bad_row_is_told_and_no_code_is_read_in(read_in, row, said):
    before = Code.objects.count()
    run = read_in("codes", f"{HEAD}event_class;ny;Ny;;;;;\n{row}\n")
    assert any(said in one.text for one in run.lines.filter(outcome="error"))
    assert run.state == "ready"
    assert Code.objects.count() == before


# --- IMDRF ------------------------------------------------------------------------------------


def annex(*rows):
    return json.dumps(
        [
            {
                "code": hierarchy.split("|")[-1],
                "term": term,
                "definition": f"About {term}.",
                "Status": status,
                "CodeHierarchy": hierarchy,
                "Non-IMDRF Code": "Licensed:1",
            }
            for hierarchy, term, status in rows
        ]
    )


def starter(letter, *, but=()):
    return [
        (key, term, "Not selectable" if letter in "EG" else "")
        for key, (term, _) in defaults_imdrf.STARTER.items()
        if key[0] == letter and key not in but
    ]


def test_the_first_level_ships_with_swedish_labels():
    assert Code.objects.of("imdrf_a").get(code="A09").label == "Fel utvärde eller fel resultat"
    counts = {
        annex_letter: Code.objects.of(f"imdrf_{annex_letter.lower()}").count()
        for annex_letter in defaults_imdrf.NAMES
    }
    assert counts == {"A": 27, "B": 24, "C": 23, "D": 19, "E": 24, "F": 28, "G": 7}
    assert not Code.objects.of("imdrf_e").selectable().exists()
    defaults_imdrf.install()
    assert Code.objects.of("imdrf_a").count() == 27


def test_an_annex_adds_terms_below_ours_and_keeps_our_labels(read_in):
    content = annex(
        *starter("G"), ("G01|G01001", "Absorber", ""), ("G01|G01001|G0100101", "Filter", "")
    )
    run = read_in("imdrf", content, release="2025")

    assert run.counts == {"added": 2, "changed": 7}
    group, absorber = code("imdrf_g", "G01"), code("imdrf_g", "G01001")
    assert (group.label, group.release, group.selectable) == (
        "Biologisk eller kemisk del",
        "2025",
        False,
    )
    assert group.definition == "Biological and Chemical. About Biological and Chemical."
    assert (absorber.label, absorber.parent, absorber.selectable) == ("Absorber", group, True)
    assert code("imdrf_g", "G0100101").parent == absorber
    assert not Code.objects.filter(definition__contains="Licensed").exists()
    assert read_in("imdrf", content, release="2025").planned == {"unchanged": 9}


def test_a_term_under_two_groups_is_read_in_where_it_belongs(read_in):
    twice = annex(
        *starter("E"),
        ("E01|E0102", "Brain Injury", ""),
        ("E20|E0102", "Brain Injury", ""),
        ("E23|E2337", "Stenosis", ""),
        ("E23|E2337", "Stenosis", ""),
    )
    run = read_in("imdrf", twice, release="2025")
    assert run.counts == {"added": 2, "changed": 24, "unchanged": 2}
    assert code("imdrf_e", "E0102").parent == code("imdrf_e", "E01")
    assert set(run.lines.filter(outcome="unchanged").values_list("text", flat=True)) == {
        "står också under E20",
        "en upprepning",
    }


def test_a_new_release_dates_what_it_changes_and_ends_what_it_leaves_out(read_in, today):
    first = annex(
        *starter("F"),
        ("F04|F0401", "Late", ""),
        ("F05|F0501", "Gone", ""),
        ("F06|F0601", "Old", ""),
    )
    read_in("imdrf", first, release="2025")
    Code.objects.of("imdrf_f").update(valid_from=date(2025, 1, 1))
    second = annex(
        *starter("F"),
        ("F04|F0401", "Later", "Modified (editorial)"),
        ("F06|F0601", "Old", "Retired"),
    )

    run = read_in("imdrf", second, release="2026")

    late = Code.objects.of("imdrf_f").filter(code="F0401").order_by("valid_from")
    assert list(late.values_list("label", "release")) == [("Late", "2025"), ("Later", "2026")]
    yesterday = today - timedelta(days=1)
    assert code("imdrf_f", "F0501").valid_to == code("imdrf_f", "F0601").valid_to == yesterday
    assert run.lines.get(number=None).text == "avslutad: finns inte i utgåvan"
    assert run.lines.get(number=None).key == "F0501"


def test_a_term_that_means_something_else_loses_our_label(read_in):
    rows = [row if row[0] != "F02" else ("F02", "Something Else", "") for row in starter("F")]
    Code.objects.of("imdrf_f").update(valid_from=date(2020, 1, 1))
    read_in("imdrf", annex(*rows), release="2026")
    assert Code.objects.of("imdrf_f").current().get(code="F02").label == "Something Else"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "ingen JSON-fil"),
        ("[" * 100_000, "ingen JSON-fil"),
        ('{"code": 1}', "ingen lista med termer"),
        ("[]", "ingen lista med termer"),
        ("[1]", "ingen lista med termer"),
        (annex(("A01", "X", ""), ("B01", "Y", "")), "en bilaga, A till G, och bara den"),
        (annex(("Z01", "X", "")), "en bilaga, A till G, och bara den"),
    ],
)
def test_a_file_that_is_no_annex_is_refused_in_words(try_out, content, said):
    run = try_out("imdrf", content, release="2025")
    assert run.state == "failed"
    assert said in run.failure


def test_an_annex_without_its_release_is_refused(try_out):
    assert "vilken utgåva" in try_out("imdrf", annex(*starter("G"))).failure


def test_a_gathering_code_is_not_chosen_for_a_case(region):
    case = in_status("in_investigation", region)
    with pytest.raises(NotReady, match="längre ned"):
        investigation.add_device_code(case, by=region.investigator, code=code("imdrf_g", "G01"))
    investigation.add_device_code(case, by=region.investigator, code=code("imdrf_a", "A09"))


@pytest.mark.parametrize(
    ("letters", "first"), [("f", 66), pytest.param("a-g", 478, marks=pytest.mark.long)]
)
def test_the_official_annexes_are_read_in_place(letters, first, capsys):
    files = sorted(ANNEXES.glob(f"imdrf_annex[{letters}].json"))
    if not files:
        pytest.skip(f"the optional data folder is absent: {ANNEXES}")
    expected = {
        path.stem[-1]: [
            one for one in json.loads(path.read_text("utf-8")) if one["Status"] != "Retired"
        ]
        for path in files
    }
    call_command("import_codes", "imdrf", *map(str, files), "--release", "2024")

    for letter, terms in expected.items():
        # Some terms of annex E stand under a second group as well.
        terms = [one for one in terms if one["code"].startswith(one["CodeHierarchy"][:3])]
        held = {row.code: row for row in Code.objects.of(f"imdrf_{letter}").current()}
        assert set(held) == {one["code"] for one in terms}
        for one in terms:
            row = held[one["code"]]
            term = " ".join(one["term"].split())
            assert row.label in (term, defaults_imdrf.STARTER.get(row.code, ("", ""))[1])
            assert row.selectable == (not one["Status"].startswith("Not selectable"))
    assert not Code.objects.filter(definition__contains="MedDRA").exists()
    ours = Code.objects.filter(code__in=defaults_imdrf.STARTER, system__key__startswith="imdrf_")
    assert all(row.label == defaults_imdrf.STARTER[row.code][1] for row in ours)

    call_command("import_codes", "imdrf", str(files[0]), "--release", "2024")
    assert f"{first} oförändrade koder" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("import_codes", "imdrf", str(files[0]))

"""People and roles from a file: by address, several rows for several roles, twice the same."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from patientsakerhet.organisation.models import Assignment, Person, Role
from tests.administration.conftest import exported, lines
from tests.factories import make_person, person_as

pytestmark = pytest.mark.django_db(databases=["default", "trail"])

HEAD = "E-post;Namn;Befattning;HSA-id;Enhetskod;Roll;Från;Till\n"


@pytest.fixture
def staff(region):
    return HEAD + (
        f"Eva@Exempel.se;Eva Ek;Läkare;SE9999999999-P001;{region.ward.code};chefläkare;2026-01-01;\n"
        f"eva@exempel.se;Eva Ek;;;{region.sibling.code};investigator;2026-01-01;2026-06-30\n"
        "bo@exempel.se;Bo Alm;Sekreterare;;;;;\n"
    )


def roles(email):
    return list(
        Assignment.objects.filter(person__email=email)
        .order_by("role")
        .values_list("role", "valid_from", "valid_to")
    )


def test_people_and_their_roles_are_read_in(read_in, staff, region):
    run = read_in("people", staff)

    assert run.counts == {"added": 2, "changed": 1}
    eva = Person.objects.get(email="eva@exempel.se")
    assert (eva.name, eva.title, eva.hsa_id) == ("Eva Ek", "Läkare", "SE9999999999-P001")
    assert eva.home_unit == region.ward
    assert not eva.has_usable_password()
    assert roles("eva@exempel.se") == [
        ("chief_physician", date(2026, 1, 1), None),
        ("investigator", date(2026, 1, 1), date(2026, 6, 30)),
    ]
    assert roles("bo@exempel.se") == []


def test_the_same_file_again_changes_nothing(read_in, staff):
    read_in("people", staff)
    assert read_in("people", staff).planned == {"unchanged": 3}
    assert Assignment.objects.filter(person__email="eva@exempel.se").count() == 2


def test_our_own_export_read_in_changes_nothing(read_in, staff, tmp_path, region):
    read_in("people", staff)
    run = read_in("people", exported("people", tmp_path))
    assert set(run.planned) == {"unchanged"}
    assert run.ignored == ["Aktiv"]


def test_an_end_day_added_later_ends_the_role_and_is_told(read_in, staff):
    read_in("people", staff)
    run = read_in("people", staff.replace("2026-01-01;\n", "2026-01-01;2027-12-31\n", 1))
    assert roles("eva@exempel.se")[0] == ("chief_physician", date(2026, 1, 1), date(2027, 12, 31))
    assert [line[1] for line in lines(run)] == ["changed"]
    assert "till: inget → 2027-12-31" in lines(run)[0][2]


def test_a_role_without_a_day_begins_today_once(read_in, region):
    content = f"{HEAD}bo@exempel.se;Bo;;;{region.ward.code};rapportör;;\n"
    read_in("people", content)
    assert roles("bo@exempel.se") == [("reporter", timezone.localdate(), None)]
    assert read_in("people", content).planned == {"unchanged": 1}


def test_people_who_are_not_in_the_file_are_left_alone(read_in, staff, region):
    other = person_as(Role.COORDINATOR, region.administration)
    read_in("people", staff)
    assert Person.objects.get(pk=other.pk).is_active
    assert other.assignments.get().valid_to is None


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (";Utan;;;;;;", "E-post saknas."),
        ("ingen;Ingen;;;;;;", "E-post: ingen är ingen e-postadress."),
        ("ny@exempel.se;;;;;;;", "Namn saknas."),
        ("ny@exempel.se;Ny;;;borta;utredare;;", "Enhetskod: borta finns inte."),
        ("ny@exempel.se;Ny;;;;utredare;;", "Enhetskod saknas: en roll gäller vid en enhet."),
        (
            "ny@exempel.se;Ny;;;WARD;kung;;",
            "Roll: kung finns inte. Välj bland rapportör, enhetschef",
        ),
        ("ny@exempel.se;Ny;;;WARD;utredare;2026-13-01;", "Från: skriv 2026-13-01 som år-månad-dag"),
        ("ny@exempel.se;Ny;;;WARD;utredare;2026-02-01;2026-01-01", "före den första"),
        ("ny@exempel.se;Ny;;X;;;;", "HSA-id: Skriv HSA-id som SE"),
        ("ny@exempel.se;Ny;;SE9999999999-P001;;;;", "HSA-id: Person med detta HSA-id finns redan"),
        ("eva@exempel.se;Eva Alm;;;;;;", "Namn är Eva Alm här men Eva Ek på en tidigare rad."),
        ("eva@exempel.se;Eva Ek;;;WARD;chefläkare;2026-01-01;", "finns på en rad till"),
        ("stangd@exempel.se;;;;WARD;utredare;;", "avstängd"),
    ],
)
def test_a_bad_row_is_told_and_nobody_is_read_in(read_in, staff, region, row, said):
    make_person("Stängd", email="stangd@exempel.se", is_active=False)
    before = Person.objects.count()

    run = read_in("people", f"{staff}{row.replace('WARD', region.ward.code)}\n")

    assert said in run.lines.get(outcome="error").text
    assert run.state == "ready"
    assert Person.objects.count() == before


def test_an_ended_role_is_not_lengthened_in_silence(read_in, region):
    eva = person_as(Role.INVESTIGATOR, region.ward, email="eva@exempel.se")
    held = eva.assignments.get()
    held.valid_to = timezone.localdate() + timedelta(days=1)
    held.save()
    later = timezone.localdate() + timedelta(days=99)
    run = read_in("people", f"{HEAD}eva@exempel.se;;;;{region.ward.code};utredare;;{later}\n")
    assert "Ge rollen på nytt" in run.lines.get(outcome="error").text

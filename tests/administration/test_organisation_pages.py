"""The pages of organisation and people: what they show, change and refuse, and what they ask of the database."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from patientsakerhet.organisation.models import (
    Absence,
    Assignment,
    CareProvider,
    Person,
    Role,
    Unit,
    UnitPeriod,
)
from patientsakerhet.ui import swedish
from tests.factories import Region, make_person, make_provider, make_unit, person_as
from tests.made_once import made_once
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db(databases=["default", "trail"])
TODAY = timezone.localdate


def _people():
    region = Region()
    admin = person_as(Role.ADMINISTRATOR, region.root)
    anna = make_person("Anna Berg", email="anna@exempel.se", home_unit=region.ward)
    return region, admin, anna


_made, people = made_once(_people)


@pytest.fixture
def region(people):
    return people[0]


@pytest.fixture
def admin(people):
    return people[1]


@pytest.fixture
def anna(people):
    return people[2]


@pytest.fixture
def client(admin):
    return signed_in(admin)


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def shown(client, name, *args, **asked):
    answer = client.get(reverse(name, args=args), asked)
    assert answer.status_code == 200
    return text_of(answer)


def marked(client, url, prefix):
    """The mark that a form of the page carries."""
    page = client.get(url).content.decode()
    return re.search(rf'name="seen" value="([^"]+)" id="{prefix}seen"', page)[1]


# --- care providers -------------------------------------------------------------------------------


def test_a_provider_is_added_changed_and_listed_with_its_units(client, region):
    url = reverse("new_provider")
    given = {"name": "Kommunen", "kind": "municipality", "organisation_number": "212000-0001"}
    assert client.post(url, given).headers["Location"] == reverse("providers")
    row = CareProvider.objects.get(name="Kommunen")
    make_unit("Hemtjänsten", provider=row)
    page = shown(client, "providers", q="kommunen")
    assert "212000-0001" in page
    assert "1 enheter" in page

    own = reverse("provider", args=[row.pk])
    seen = marked(client, own, "id_")
    client.post(own, {**given, "name": "Kommunen Norr", "seen": seen})
    row.refresh_from_db()
    assert row.name == "Kommunen Norr"

    late = client.post(own, {**given, "name": "Kommunen Syd", "seen": seen})
    assert late.status_code == 409
    assert "En kollega sparade" in text_of(late)
    assert "Kommunen Syd" in late.content.decode()
    row.refresh_from_db()
    assert row.name == "Kommunen Norr"


def test_a_provider_of_a_name_that_is_taken_is_refused_with_the_text_kept(client, region):
    taken = region.root.care_provider.name

    answer = client.post(reverse("new_provider"), {"name": taken, "kind": "region"})

    assert answer.status_code == 409
    assert f'value="{taken}"' in answer.content.decode()
    assert CareProvider.objects.filter(name=taken).count() == 1


# --- units ----------------------------------------------------------------------------------------


def test_the_tree_is_listed_in_its_order_and_searched_with_what_it_lies_under(client, region):
    page = shown(client, "units")
    assert page.index("Sjukhuset") < page.index("Avdelning 4") < page.index("Medicinsk teknik")

    found = shown(client, "units", q="avdelning 4")
    assert "under Sjukhuset" in found
    assert "Medicinsk teknik" not in found
    assert "Inga enheter" in shown(client, "units", q="finns inte")


def test_a_unit_is_added_under_another(client, region):
    under = client.get(reverse("new_unit"), {"under": region.hospital.code})
    assert f"Sjukhuset ({region.hospital.code})" in under.content.decode()

    answer = client.post(
        reverse("new_unit"),
        {
            "name": "Avdelning 9",
            "code": "avd-9",
            "parent": region.hospital.code,
            "mailbox": "avd9@exempel.se",
            "receives_cases": "on",
        },
    )

    assert answer.headers["Location"] == reverse("unit", args=["avd-9"])
    made = Unit.objects.get(code="avd-9")
    assert made.care_provider == region.hospital.care_provider
    assert Unit.objects.get_parent(made).code == region.hospital.code
    assert (made.receives_cases, made.coordinates) == (True, False)


@pytest.mark.parametrize(
    ("given", "status", "said"),
    [
        ({"name": ""}, 422, "Skriv enhetens namn."),
        ({"code": "avd 9"}, 422, "a till z"),
        ({"parent": "finns-inte"}, 422, "Det finns ingen enhet"),
        ({"parent": ""}, 409, "Välj vårdgivare"),
        ({"hsa_id": "x"}, 409, "HSA-id"),
    ],
)
def test_a_unit_that_cannot_be_is_refused_in_words(given, status, said, client, region):
    told = {"name": "Avdelning 9", "code": "avd-9", "parent": region.hospital.code, **given}

    answer = client.post(reverse("new_unit"), told)

    assert (answer.status_code, said in text_of(answer)) == (status, True)
    assert not Unit.objects.filter(code="avd-9").exists()


def test_a_units_address_is_changed_at_once(client, region):
    url = reverse("unit", args=[region.ward.code])
    given = {
        "seen": marked(client, url, "andra_"),
        "hsa_id": "se9999999999-e1a2",
        "mailbox": "avd4@exempel.se",
        "phone": "08-465 004 00",
        "care_provider": region.ward.care_provider_id,
        "valid_from": "2000-01-01",
    }

    assert client.post(reverse("change_unit", args=[region.ward.code]), given).status_code == 302

    row = Unit.objects.get(pk=region.ward.pk)
    assert (row.hsa_id, row.mailbox) == ("SE9999999999-E1A2", "avd4@exempel.se")
    assert row.receives_cases is False
    assert "SE9999999999-E1A2" in shown(client, "unit", region.ward.code)
    page = client.get(reverse("unit", args=[region.ward.code])).content.decode()
    assert '<a href="tel:0846500400">08-465 004 00</a>' in page


def test_a_telephone_number_has_digits(client, region):
    url = reverse("unit", args=[region.ward.code])
    given = {
        "seen": marked(client, url, "andra_"),
        "phone": "växeln",
        "care_provider": region.ward.care_provider_id,
        "valid_from": "2000-01-01",
    }

    answer = client.post(reverse("change_unit", args=[region.ward.code]), given)

    assert answer.status_code == 422
    assert "Skriv telefonnumret med siffror" in text_of(answer)
    assert 'value="växeln"' in answer.content.decode()


def test_whoever_is_second_sees_what_the_first_wrote(client, region):
    url = reverse("unit", args=[region.ward.code])
    given = {
        "seen": marked(client, url, "andra_"),
        "mailbox": "min@exempel.se",
        "care_provider": region.ward.care_provider_id,
        "valid_from": "2000-01-01",
    }
    Unit.objects.filter(pk=region.ward.pk).update(mailbox="deras@exempel.se")

    answer = client.post(reverse("change_unit", args=[region.ward.code]), given)

    assert answer.status_code == 409
    assert "deras@exempel.se" in answer.content.decode()
    again = re.search(r'name="seen" value="([^"]+)" id="andra_', answer.content.decode())[1]
    answer = client.post(reverse("change_unit", args=[region.ward.code]), {**given, "seen": again})
    assert answer.status_code == 302
    assert Unit.objects.get(pk=region.ward.pk).mailbox == "min@exempel.se"


def test_a_unit_moves_and_keeps_its_past(client, region):
    url = reverse("unit", args=[region.ward.code])
    given = {
        "seen": marked(client, url, "flytta_"),
        "name": "Avdelning 44",
        "parent": region.administration.code,
        "since": TODAY().isoformat(),
    }

    assert client.post(reverse("move_unit", args=[region.ward.code]), given).status_code == 302

    row = Unit.objects.get(pk=region.ward.pk)
    assert (row.name, Unit.objects.get_parent(row)) == ("Avdelning 44", region.administration)
    page = shown(client, "unit", region.ward.code)
    assert "Avdelning 4 , under Sjukhuset" in page
    assert "Avdelning 44 , under Digitalisering IT och MT" in page


def test_a_move_from_a_later_day_stands_as_coming(client, region):
    url = reverse("unit", args=[region.ward.code])
    later = TODAY() + timedelta(days=30)
    given = {
        "seen": marked(client, url, "flytta_"),
        "name": "Avdelning 4",
        "parent": region.administration.code,
        "since": later.isoformat(),
    }

    client.post(reverse("move_unit", args=[region.ward.code]), given)

    assert Unit.objects.get_parent(Unit.objects.get(pk=region.ward.pk)) == region.hospital
    assert UnitPeriod.objects.filter(unit=region.ward, valid_from=later).exists()
    assert "(kommande)" in shown(client, "unit", region.ward.code)


def test_a_unit_cannot_lie_under_itself(client, region):
    url = reverse("unit", args=[region.hospital.code])
    given = {
        "seen": marked(client, url, "flytta_"),
        "name": "Sjukhuset",
        "parent": region.ward.code,
    }

    answer = client.post(reverse("move_unit", args=[region.hospital.code]), given)

    assert (answer.status_code, "under sig själv" in text_of(answer)) == (409, True)


def test_a_unit_ends_when_nothing_is_left_in_it_and_goes_on_again(client, region):
    last = {"last_day": TODAY().isoformat()}
    refused = client.post(reverse("end_unit", args=[region.hospital.code]), last)
    assert refused.status_code == 409
    assert "2 enheter ligger under den" in text_of(refused)

    client.post(reverse("end_unit", args=[region.ward.code]), last)
    assert Unit.objects.get(pk=region.ward.pk).valid_to == TODAY()
    until = swedish.day(TODAY()).replace(swedish.HARD_SPACE, " ")
    assert f"Finns till {until}" in shown(client, "unit", region.ward.code)

    client.post(reverse("reopen_unit", args=[region.ward.code]))
    assert Unit.objects.get(pk=region.ward.pk).valid_to is None


def test_the_administrator_is_told_how_many_cases_and_not_which(client, region):
    from tests.factories import in_status

    case = in_status("in_investigation", region)
    answer = client.post(
        reverse("end_unit", args=[region.devices.code]), {"last_day": TODAY().isoformat()}
    )

    assert "1 öppet ärende" in text_of(answer)
    assert case.number not in answer.content.decode()
    assert case.title not in answer.content.decode()


# --- people and roles -----------------------------------------------------------------------------


def test_a_person_is_added_found_and_changed(client, region):
    answer = client.post(
        reverse("new_person"),
        {"name": "Eva Ek", "email": "EVA@exempel.se", "home_unit": region.ward.code},
    )
    eva = Person.objects.get(email="eva@exempel.se")
    assert answer.headers["Location"] == reverse("person", args=[eva.pk])
    assert "Eva Ek" in shown(client, "people", q="eva")
    assert "inga" in shown(client, "people", q="eva")

    url = reverse("person", args=[eva.pk])
    client.post(
        reverse("person_change", args=[eva.pk]),
        {
            "seen": marked(client, url, "andra_"),
            "name": "Eva Eklund",
            "email": "eva@exempel.se",
            "title": "Läkare",
            "home_unit": region.sibling.code,
        },
    )
    eva.refresh_from_db()
    assert (eva.name, eva.title, eva.home_unit) == ("Eva Eklund", "Läkare", region.sibling)


def test_an_address_that_is_taken_is_refused_with_the_text_kept(client, anna):
    answer = client.post(reverse("new_person"), {"name": "Eva Ek", "email": anna.email})

    assert (answer.status_code, 'value="Eva Ek"' in answer.content.decode()) == (409, True)
    assert Person.objects.filter(email=anna.email).count() == 1


@pytest.mark.parametrize("role", Role.values)
def test_each_role_is_given_shown_and_ended(role, client, region, anna):
    label = Role(role).label
    given = {"role": role, "unit": region.ward.code, "valid_from": TODAY().isoformat()}

    client.post(reverse("person_role", args=[anna.pk]), given)

    held = Assignment.objects.get(person=anna)
    assert (held.role, held.unit, held.valid_to) == (role, region.ward, None)
    assert f"{label[:1].upper()}{label[1:]}" in shown(client, "person", anna.pk)
    assert f"{label}, Avdelning 4" in shown(client, "people", q="anna")
    assert "Anna Berg" in shown(client, "roles", role=role, unit=region.ward.code)

    last = TODAY() + timedelta(days=10)
    url = reverse("end_role", args=[held.pk])
    assert label in shown(client, "end_role", held.pk)
    assert client.post(url, {"last_day": last.isoformat()}).status_code == 302
    held.refresh_from_db()
    assert held.valid_to == last


def test_a_role_that_ends_at_once_is_over_and_a_later_one_is_coming(client, region, anna):
    client.post(
        reverse("person_role", args=[anna.pk]), {"role": "investigator", "unit": region.ward.code}
    )
    client.post(reverse("end_role", args=[Assignment.objects.get(person=anna).pk]), {})
    assert not Assignment.objects.filter(person=anna).exists()

    later = TODAY() + timedelta(days=5)
    client.post(
        reverse("person_role", args=[anna.pk]),
        {"role": "investigator", "unit": region.ward.code, "valid_from": later.isoformat()},
    )
    assert "kommande" in shown(client, "person", anna.pk)
    assert "Anna Berg" in shown(client, "roles", standing="coming")
    assert "Anna Berg" not in shown(client, "roles")


@pytest.mark.parametrize(
    ("given", "status", "said"),
    [
        ({"role": ""}, 422, "Välj en roll."),
        ({"unit": ""}, 422, "Skriv enheten."),
        ({"valid_from": "2026-05-02", "valid_to": "2026-05-01"}, 409, "före den första"),
    ],
)
def test_a_role_that_cannot_be_is_refused_in_words(given, status, said, client, region, anna):
    told = {"role": "investigator", "unit": region.ward.code, **given}

    answer = client.post(reverse("person_role", args=[anna.pk]), told)

    assert (answer.status_code, said in text_of(answer)) == (status, True)
    assert not Assignment.objects.filter(person=anna).exists()


def test_the_last_administrator_stays(client, admin):
    held = Assignment.objects.get(person=admin)

    answer = client.post(reverse("end_role", args=[held.pk]), {})

    assert (answer.status_code, "Utse en annan" in text_of(answer)) == (409, True)
    own = client.post(reverse("person_deactivate", args=[admin.pk]), follow=True)
    assert "Du kan inte stänga av dig själv" in text_of(own)


def test_a_person_is_closed_out_and_let_in_again(client, region):
    row = person_as("coordinator", region.desk)

    client.post(reverse("person_deactivate", args=[row.pk]))
    row.refresh_from_db()
    assert not row.is_active
    assert "Tidigare roller, 1" in shown(client, "person", row.pk)
    assert row.name not in shown(client, "people")
    assert row.name in shown(client, "people", standing="closed")

    client.post(reverse("person_reactivate", args=[row.pk]))
    row.refresh_from_db()
    assert row.is_active


# --- absence --------------------------------------------------------------------------------------


def days(first, last):
    today = TODAY()
    return {
        "first_day": (today + timedelta(days=first)).isoformat(),
        "last_day": (today + timedelta(days=last)).isoformat(),
    }


def test_one_says_oneself_when_one_is_away(region, anna):
    client = signed_in(anna)
    given = {**days(0, 7), "substitute": region.investigator.email}

    assert client.post(reverse("own_absence"), given).status_code == 302

    row = Absence.objects.get(person=anna)
    assert row.substitute == region.investigator
    assert f"Ersättare {region.investigator.name}" in shown(client, "own_absence")
    assert "Anna Berg" in shown(signed_in(region.investigator), "own_absence")
    overlapping = client.post(reverse("own_absence"), given)
    assert (overlapping.status_code, "redan en frånvaro" in text_of(overlapping)) == (409, True)

    client.post(reverse("remove_own_absence", args=[row.pk]))
    assert not Absence.objects.filter(person=anna).exists()


@pytest.mark.parametrize(
    ("given", "status", "said"),
    [
        (days(3, 1), 422, "före den första"),
        (days(-9, -2), 409, "redan slut"),
        ({**days(0, 1), "substitute": "anna@exempel.se"}, 409, "ersättare"),
        ({**days(0, 1), "substitute": "ingen alls"}, 422, "ingen som heter"),
        ({"first_day": "", "last_day": "x"}, 422, "Skriv första dagen."),
    ],
)
def test_an_absence_that_cannot_be_is_refused_in_words(given, status, said, anna):
    answer = signed_in(anna).post(reverse("own_absence"), given)

    assert (answer.status_code, said in text_of(answer).lower() or said in text_of(answer)) == (
        status,
        True,
    )
    assert not Absence.objects.exists()


def test_the_administrator_says_it_for_somebody_and_sees_all(client, region, anna):
    client.post(reverse("new_absence"), {"person": anna.email, **days(1, 2)})
    client.post(reverse("person_absence", args=[anna.pk]), days(5, 6))
    assert Absence.objects.filter(person=anna).count() == 2
    shown(client, "absences")  # what was just done is told once
    assert shown(client, "absences").count("Anna Berg") == 2
    assert "Ingen frånvaro" in shown(client, "absences", standing="now")

    first = Absence.objects.filter(person=anna).order_by("first_day")[0]
    client.post(reverse("remove_absence", args=[first.pk]))
    assert Absence.objects.filter(person=anna).count() == 1


def test_another_ones_absence_does_not_exist(region, anna):
    row = Absence.objects.create(person=anna, first_day=TODAY(), last_day=TODAY())

    answer = signed_in(region.investigator).post(reverse("remove_own_absence", args=[row.pk]))

    assert answer.status_code == 404
    assert Absence.objects.filter(pk=row.pk).exists()


# --- every form asks for the token ----------------------------------------------------------------

FORMS = (
    ("new_provider", "", {"name": "K", "kind": "region"}),
    ("provider", "provider", {"name": "K", "kind": "region"}),
    ("new_unit", "", {"name": "N", "code": "n-1", "parent": "ward"}),
    ("change_unit", "unit", {"mailbox": ""}),
    ("move_unit", "unit", {"name": "N"}),
    ("end_unit", "unit", {"last_day": "2199-01-01"}),
    ("reopen_unit", "unit", {}),
    ("new_person", "", {"name": "N", "email": "n@exempel.se"}),
    ("person_change", "person", {"name": "N", "email": "n@exempel.se"}),
    ("person_role", "person", {"role": "reporter", "unit": "ward"}),
    ("person_absence", "person", days(0, 1)),
    ("person_deactivate", "person", {}),
    ("person_reactivate", "person", {}),
    ("end_role", "role", {"last_day": ""}),
    ("new_absence", "", {"person": "anna@exempel.se", **days(0, 1)}),
    ("remove_absence", "absence", {}),
    ("own_absence", "", days(0, 1)),
    ("remove_own_absence", "own", {}),
)


def test_every_form_asks_for_the_token(admin, region, anna):
    other = person_as("coordinator", region.desk)
    today = TODAY()
    keys = {
        "": [],
        "provider": [region.root.care_provider_id],
        "unit": [region.ward.code],
        "person": [anna.pk],
        "role": [Assignment.objects.get(person=other).pk],
        "absence": [Absence.objects.create(person=other, first_day=today, last_day=today).pk],
        "own": [Absence.objects.create(person=admin, first_day=today, last_day=today).pk],
    }
    client = signed_in(admin, enforce_csrf_checks=True)
    page = client.get(reverse("own_absence")).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    without, with_it = {}, {}
    for name, about, given in FORMS:
        url = reverse(name, args=keys[about])
        with transaction.atomic():
            without[name] = client.post(url, given).status_code
            answer = client.post(url, {**given, "csrfmiddlewaretoken": token})
            with_it[name] = answer.status_code
            transaction.set_rollback(True)

    assert {name: status for name, status in without.items() if status != 403} == {}
    assert {name: status for name, status in with_it.items() if status not in DONE} == {}


DONE = {302, 409, 422}
"""How a form answers that has read what was sent."""


# --- what the pages ask of the database -----------------------------------------------------------


def fill(region, numbers):
    """One of everything that a list shows for each number."""
    for number in numbers:
        unit = make_unit(f"Enhet {number}", parent=region.ward)
        make_provider("private", f"Kliniken {number}")
        row = person_as("investigator", unit)
        Assignment.objects.create(person=row, role="reporter", unit=region.ward)
        Absence.objects.create(
            person=row, first_day=TODAY(), last_day=TODAY(), substitute=region.physician
        )


QUERIES = {
    "providers": 7,
    "units": 8,
    "people": 9,
    "roles": 8,
    "absences": 7,
    "unit": 15,
    "person": 11,
    "own_absence": 8,
}


def test_every_page_asks_the_same_of_the_database_however_much_there_is(region, admin, anna):
    administrator, physician = signed_in(admin), signed_in(region.physician)
    args = {"unit": [region.ward.code], "person": [anna.pk]}
    administrator.get(reverse("units"))
    physician.get(reverse("own_absence"))
    for numbers in (range(1), range(1, 3)):
        for _ in numbers:
            Assignment.objects.create(
                person=anna, role="reporter", unit=make_unit(parent=region.sibling)
            )
        fill(region, numbers)
        asked = {}
        for name in QUERIES:
            client = physician if name == "own_absence" else administrator
            url = reverse(name, args=args.get(name, []))
            with CaptureQueriesContext(connection) as caught:
                assert client.get(url).status_code == 200, name
            asked[name] = len(caught)

        assert asked == QUERIES


@pytest.mark.parametrize("name", ["units", "people", "roles", "absences", "providers"])
def test_pages_lead_both_ways_and_show_each_row_once(name, region, client, monkeypatch):
    from patientsakerhet.ui import paging

    usual = paging.page_of.__kwdefaults__
    monkeypatch.setattr(paging.page_of, "__kwdefaults__", {**usual, "size": 3})
    monkeypatch.setattr(paging, "SIZE", 3)
    fill(region, range(5))
    first = url = reverse(name)
    seen, pages = [], 0
    while url:
        page = client.get(url).content.decode()
        pages += 1
        seen += re.findall(r'<th scope="row"[^>]*><a href="([^"]+)"', page)
        after = re.search(r'href="([^"]+)" rel="next"', page)
        url = first + after[1].replace("&amp;", "&") if after else ""

    assert pages > 1
    if name in {"units", "people", "providers"}:
        assert len(seen) == len(set(seen))
    assert (
        len(seen)
        == {
            "units": Unit.objects.current().count(),
            "people": Person.objects.filter(is_active=True).count(),
            "roles": Assignment.objects.current().count(),
            "absences": Absence.objects.count(),
            "providers": CareProvider.objects.count(),
        }[name]
    )


def test_what_the_list_shows_is_what_the_file_holds(region, client, anna):
    Assignment.objects.create(
        person=anna,
        role="reporter",
        unit=region.ward,
        valid_from=date(2020, 1, 1),
        valid_to=date(2021, 1, 1),
    )
    page = client.get(reverse("roles"), {"standing": "ended"}).content.decode()
    link = re.search(r'href="([^"]+/ut/assignments/csv/[^"]*)"', page)[1].replace("&amp;", "&")

    rows = b"".join(client.get(link).streaming_content).decode("utf-8-sig").splitlines()

    assert "urval: visa: avslutade" in rows[0].lower()
    assert [row.split(";")[2:] for row in rows[2:]] == [
        ["rapportör", "Anna Berg", "anna@exempel.se", "2020-01-01", "2021-01-01"]
    ]

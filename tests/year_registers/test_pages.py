"""The pages and the API of the registers of the year."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from patientsakerhet.audit.models import Event
from patientsakerhet.organisation.models import Role, Unit
from patientsakerhet.year_registers.models import (
    Meeting,
    RegisterTerm,
    Responsibility,
    RoleShare,
    Training,
)
from tests.factories import person_as
from tests.made_once import made_once
from tests.matrix.walk import put_away
from tests.signing_in import signed_in
from tests.year_registers.making import Year

pytestmark = pytest.mark.django_db


_made, year = made_once(Year)


def text_of(answer):
    return answer.content.decode()


def forms(year):
    """For each register: the page that adds, what is sent, the page of one, the model, what is changed."""
    held = year.held(name="Eva Ek")
    unit = {"unit": year.unit.code}
    return {
        "meetings": (
            "meeting_new",
            {"kind": "workshop", "title": "Riskhantering", "held_on": year.today,
             "state": "held", "participants": 9, **unit},
            "meeting", Meeting, {"participants": 11},
        ),
        "trainings": (
            "training_new",
            {"kind": "induction", "title": "Introduktion", "first_day": year.today,
             "state": "held", "trained": 21, **unit},
            "training", Training, {"trained": 22},
        ),
        "responsibilities": (
            "responsibility_new",
            {"duty": "Leda arbetet", "function": "Chefläkare", "post": "chefläkaren",
             "basis": "PSL 3 kap. 9 §", "valid_from": year.today, **unit},
            "responsibility", Responsibility, {"post": "ny chefläkare"},
        ),
        "role_shares": (
            "role_share_new",
            {"person": held.person.email, "role": held.role, "percent": 100,
             "valid_from": held.valid_from, **unit},
            "role_share", RoleShare, {"percent": 75},
        ),
    }  # fmt: skip


@pytest.mark.parametrize("name", ["meetings", "trainings", "responsibilities", "role_shares"])
def test_a_row_is_added_found_changed_and_taken_out(year, name):
    new, given, one, model, change = forms(year)[name]
    client = signed_in(year.keeper)

    made = client.post(reverse(new), given)
    assert made.status_code == 302, text_of(made)
    row = model.objects.get()
    assert str(row.get_absolute_url()) in text_of(client.get(reverse(name)))
    page = reverse(one, args=[row.pk])
    changed = client.post(page, {**given, **change, "version": 1})
    assert changed.status_code == 302, text_of(changed)
    row.refresh_from_db()
    field, value = next(iter(change.items()))
    assert (getattr(row, field), row.version) == (value, 2)
    stale = client.post(page, {**given, **change, "version": 1})
    assert stale.status_code == 409
    assert f'value="{value}"' in text_of(stale)
    wrong = client.post(reverse(new), {**given, "unit": "finns inte"})
    assert wrong.status_code == 422
    assert "Det finns ingen enhet som heter" in text_of(wrong)
    for form in ("csv", "xlsx"):
        answer = client.get(reverse(f"{name}_extract", args=[form]))
        assert answer.status_code == 200
        assert len(b"".join(answer.streaming_content)) > 100
        put_away(answer)
    assert Event.objects.filter(action="export.made", actor_id=year.keeper.pk).count() == 2


@pytest.mark.parametrize("name", ["meetings", "trainings", "responsibilities", "role_shares"])
def test_a_program_does_what_the_page_does(year, name):
    _, given, _, _, change = forms(year)[name]
    given = {key: str(value) if isinstance(value, date) else value for key, value in given.items()}
    client = signed_in(year.keeper)
    address = f"/api/v1/{name.replace('_', '-')}/"

    def send(method, path, body, **headers):
        return getattr(client, method)(
            path, body, content_type="application/json",
            headers={"Idempotency-Key": f"{method}{path}", **headers},
        )  # fmt: skip

    made = send("post", address, given)
    assert made.status_code == 201, made.content
    one = f"{address}{made.json()['id']}/"
    changed = send("put", one, {**given, **change}, **{"If-Match": '"v1"'})
    assert changed.status_code == 200, changed.content
    field, value = next(iter(change.items()))
    assert (changed.json()[field], changed.json()["version"]) == (value, 2)
    other = person_as(Role.UNIT_MANAGER, year.unit)
    refused = signed_in(other).post(address, given, headers={"Idempotency-Key": "x"})
    assert refused.status_code == 403
    assert [row["id"] for row in client.get(address).json()["results"]] == [made.json()["id"]]
    assert client.get("/api/v1/register-terms/").json()["results"][0]["code"] == "workshop"


def test_lists_are_narrowed_by_what_stands_in_them(year):
    workshop = year.meeting()
    patients = year.meeting(
        kind=RegisterTerm.objects.get(code="patient_representatives"), topic=None,
        title="Rådet", held_on=year.today - timedelta(days=40), unit=year.region.desk,
    )  # fmt: skip
    cancelled = year.meeting(state="cancelled", reason="Sjuka", title="Inställt")
    client = signed_in(year.keeper)

    def shown(**asked):
        answer = client.get(reverse("meetings"), asked)
        assert answer.status_code == 200
        return {row[0].text for row in answer.context["rows"]}

    assert shown() == {workshop.title, patients.title, cancelled.title}
    assert shown(kind="patient_representatives") == {"Rådet"}
    assert shown(topic="risk_management", state="held") == {workshop.title}
    assert shown(state="cancelled") == {"Inställt"}
    assert shown(unit="Patientsäkerhet") == {"Rådet"}
    assert shown(q="råd") == {"Rådet"}
    assert shown(until=year.today - timedelta(days=1)) == {"Rådet"}
    assert shown(since=year.today) == {workshop.title, cancelled.title}
    assert client.get(reverse("meetings"), {"since": "x"}).status_code == 422


def test_rows_are_seen_at_ones_units_and_responsibilities_by_all_who_read(year):
    rows = year.keys()
    beside = signed_in(person_as(Role.UNIT_MANAGER, year.region.hospital))

    for name in ("meeting", "training", "role_share"):
        assert beside.get(reverse(name, args=[rows[name]])).status_code == 404
    assert "Inga möten" in text_of(beside.get(reverse("meetings")))
    page = beside.get(reverse("responsibility", args=[rows["responsibility"]]))
    assert "PSL 3 kap. 9 §" in text_of(page)
    assert "<summary>Ändra" not in text_of(page)
    changed = beside.post(reverse("responsibility", args=[rows["responsibility"]]), {"duty": "X"})
    assert changed.status_code in {403, 422}
    assert Responsibility.objects.get().duty == "Leda arbetet"


def test_pages_ask_the_database_as_much_for_one_row_as_for_three(year):
    client = signed_in(year.keeper)
    client.get(reverse("meetings"))
    for more in (1, 2):
        for _ in range(more):
            rows = year.keys()
        asked = {}
        for name in [*LISTS, *PAGES]:
            address = reverse(name, args=[rows[name]] if name in PAGES else [])
            with CaptureQueriesContext(connection) as caught:
                assert client.get(address).status_code == 200
            asked[name] = len(caught)

        assert asked == {**LISTS, **PAGES}


LISTS = {"meetings": 11, "trainings": 10, "responsibilities": 9, "role_shares": 10}
PAGES = {"meeting": 9, "training": 8, "responsibility": 7, "role_share": 7}


def test_a_row_keeps_a_unit_that_has_closed_since(year):
    row = year.meeting(unit=year.region.desk)
    Unit.objects.filter(pk=year.region.desk.pk).update(valid_to=year.today - timedelta(days=1))
    given = {"kind": "workshop", "title": "Bytt rubrik", "held_on": year.today, "state": "held",
             "unit": year.region.desk.code, "version": 1}  # fmt: skip

    answer = signed_in(year.keeper).post(reverse("meeting", args=[row.pk]), given)

    assert answer.status_code == 302, text_of(answer)
    assert signed_in(year.keeper).post(reverse("meeting_new"), given).status_code == 422


def test_an_administrator_adds_and_ends_choices(year):
    client = signed_in(person_as(Role.ADMINISTRATOR, year.region.root))

    made = client.post(
        reverse("register_term_new"),
        {"list": "meeting_kind", "code": "conference", "name": "Konferens",
         "basis": "Regionens eget val.", "position": 5},
    )  # fmt: skip
    assert made.status_code == 302, text_of(made)
    row = RegisterTerm.objects.get(code="conference")
    assert "Konferens" in text_of(client.get(reverse("register_terms")))
    ended = client.post(
        reverse("register_term", args=[row.pk]),
        {"name": "Konferens", "basis": "Regionens eget val.", "position": 5, "version": 1,
         "valid_to": row.valid_from},
    )  # fmt: skip
    assert ended.status_code == 302, text_of(ended)
    keeper = signed_in(year.keeper)
    assert "Konferens" in text_of(keeper.get(reverse("meeting_new"))), "holds today"
    RegisterTerm.objects.filter(pk=row.pk).update(
        valid_from=date(2020, 1, 1), valid_to=year.today - timedelta(days=1)
    )
    assert "Konferens" not in text_of(keeper.get(reverse("meeting_new")))

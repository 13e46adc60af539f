"""The list of every case one may see: rows, pages, views, files, acts on many."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from patientsakerhet.audit.models import Event
from patientsakerhet.cases.models import Case, SavedView
from patientsakerhet.ui import paging
from tests.factories import Region, file_report, fresh, in_status, person_as
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def region():
    return Region()


def numbers(answer):
    return re.findall(r'<span class="num">(AV-[0-9-]+)</span>', answer.content.decode())


def listed(person, query=""):
    return numbers(signed_in(person).get(f"{reverse('cases')}?{query}"))


def test_one_sees_what_one_may_read_newest_first(region):
    old, new = file_report(region.ward), file_report(region.ward)
    Case.objects.filter(pk=old.pk).update(
        filed_at=timezone.now() - timedelta(days=3), version=F("version") + 1
    )

    assert listed(region.coordinator) == [new.number, old.number]
    assert listed(person_as("unit_manager", region.private)) == []
    assert listed(region.reporter) == []


def test_the_list_and_the_search_are_written_with_the_cases_they_showed(region):
    pump = file_report(region.ward, what_happened="Sprutpumpen stannade.")
    file_report(region.ward, what_happened="Skrivaren stannade.")

    assert listed(region.coordinator, "q=sprutpump&open=open") == [pump.number]

    event = Event.objects.with_body().get(action="search.made")
    assert event.actor_id == region.coordinator.pk
    assert event.payload.body == {
        "list": "cases",
        "filter": [["Sök", "sprutpump"], ["Läge", "Öppna"]],
        "cases": [pump.pk],
    }
    listed(region.coordinator)
    assert Event.objects.filter(action="list.read").count() == 1


def test_pages_lead_both_ways_and_keep_the_filter(region, monkeypatch):
    cases = [file_report(region.ward) for _ in range(5)]
    wanted = [case.number for case in reversed(cases)]
    usual = paging.page_of.__kwdefaults__
    monkeypatch.setattr(paging.page_of, "__kwdefaults__", {**usual, "size": 2})
    monkeypatch.setattr(paging, "SIZE", 2)
    client = signed_in(region.coordinator)
    answer, seen = client.get(f"{reverse('cases')}?open=open"), []
    while True:
        seen += numbers(answer)
        after = re.search(r'href="([^"]+)" rel="next"', answer.content.decode())
        if after is None:
            break
        address = after[1].replace("&amp;", "&")
        assert "open=open" in address
        answer = client.get(reverse("cases") + address)

    assert seen == wanted
    before = re.search(r'href="([^"]+)" rel="prev"', answer.content.decode())[1]
    assert numbers(client.get(reverse("cases") + before.replace("&amp;", "&"))) == wanted[2:4]


def test_a_cursor_from_elsewhere_is_a_bad_request(region):
    assert (
        signed_in(region.coordinator).get(f"{reverse('cases')}?sida=hitte-p%C3%A5").status_code
        == 400
    )


def test_a_filter_that_cannot_be_meant_is_an_error_and_shows_nothing(region):
    file_report(region.ward)

    answer = signed_in(region.coordinator).get(f"{reverse('cases')}?filed_from=igår")

    assert answer.status_code == 422
    assert numbers(answer) == []
    assert "data-summary" in answer.content.decode()


def test_a_list_asks_as_much_of_the_database_with_one_row_as_with_three(region):
    client = signed_in(region.coordinator)
    file_report(region.ward)
    client.get(reverse("cases"))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("cases"))
    in_status("in_investigation", region)
    file_report(region.private)
    with CaptureQueriesContext(connection) as three:
        client.get(reverse("cases"))

    assert len(one) == len(three)
    assert len(three) <= 10


def test_a_selection_is_saved_under_a_name_and_taken_away(region):
    client = signed_in(region.coordinator)
    address = f"{reverse('cases_views')}?open=open&severity_from=3"

    assert "Allvarlighet" in client.get(address).content.decode()
    assert client.post(address, {"name": "Svåra"}).status_code == 302
    twice = client.post(address, {"name": "Svåra"})

    assert twice.status_code == 409
    assert "Du har redan en vy som heter så." in twice.content.decode()
    view = SavedView.objects.get()
    assert (view.person, view.query) == (region.coordinator, "open=open&severity_from=3")
    page = client.get(f"{reverse('cases')}?{view.query}").content.decode()
    assert re.search(r'aria-current="page">Svåra', page)
    signed_in(region.physician).post(reverse("cases_view_forget", args=[view.pk]))
    assert SavedView.objects.exists(), "another's view stays"
    client.post(reverse("cases_view_forget", args=[view.pk]))
    assert not SavedView.objects.exists()


def test_seven_views_are_shown_and_the_rest_wait_in_a_menu(region):
    for n in range(6):
        SavedView.objects.create(
            person=region.coordinator, page="cases", name=f"Vy {n}", query=f"q={n}", position=n
        )

    page = signed_in(region.coordinator).get(reverse("cases")).content.decode()

    shown = page.split('aria-label="Vyer"')[1].split("</nav>")[0]
    assert shown.count("<li>") == 7
    assert "Fler vyer" in page


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_selection_leaves_as_a_file_and_that_is_written(form, region):
    pump = file_report(region.ward, what_happened="Sprutpumpen stannade.")
    file_report(region.ward, what_happened="Skrivaren stannade.")

    answer = signed_in(region.coordinator).get(
        f"{reverse('cases_extract')}?format={form}&q=sprutpump"
    )

    content = b"".join(answer.streaming_content)
    if form == "csv":
        lines = content.decode("utf-8-sig").splitlines()
        assert "Sök: sprutpump" in lines[0]
        assert [line.split(";")[0] for line in lines[2:]] == [pump.number]
    event = Event.objects.with_body().get(action="export.made")
    assert event.payload.body["cases"] == [pump.pk]


def test_whoever_may_not_take_out_data_gets_no_file(region):
    reader = person_as("infosec_coordinator", region.root)

    assert signed_in(reader).get(f"{reverse('cases_extract')}?format=csv").status_code == 403
    assert not Event.objects.filter(action="export.made").exists()


def test_the_marked_cases_leave_as_a_file(region):
    marked, _ = file_report(region.ward), file_report(region.ward)

    answer = signed_in(region.coordinator).post(
        reverse("cases_extract"), {"case": [marked.number], "format": "csv"}
    )

    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert [line.split(";")[0] for line in lines[2:]] == [marked.number]


def many(person, act, cases, **fields):
    return signed_in(person).post(
        reverse("cases_many"),
        {
            "act": act,
            "case": [case.number for case in cases],
            "version": [f"{case.number}:{case.version}" for case in cases],
            **fields,
        },
    )


def test_appointing_many_is_shown_first_and_then_done(region):
    one, two = in_status("in_investigation", region), in_status("in_investigation", region)
    colleague = person_as("investigator", region.devices)
    by = region.coordinator
    assert many(by, "appoint", [one, two]).status_code == 200

    shown = many(by, "appoint", [one, two], steg="visa", handler=colleague.email)

    assert "Alla går. Ingenting är gjort än." in shown.content.decode()
    assert fresh(one).handler == region.investigator
    done = many(by, "appoint", [one, two], steg="gor", handler=colleague.email)
    assert done.status_code == 302
    assert {fresh(one).handler, fresh(two).handler} == {colleague}


def test_handing_over_many_tells_what_will_not_go_and_why(region):
    good, closed = in_status("in_investigation", region), in_status("closed", region)
    fields = {"to": region.operations.code, "reason": "Gäller driften."}

    shown = many(region.coordinator, "hand_over", [good, closed], steg="visa", **fields)

    page = shown.content.decode()
    assert "1 går, 1 går inte. Ingenting är gjort än." in page
    assert "går inte när ärendet är ”Avslutad”" in page
    done = many(region.coordinator, "hand_over", [good, closed], steg="gor", **fields)
    assert done.status_code == 200
    assert fresh(good).owning_unit == region.operations
    assert fresh(closed).status == "closed"


def test_what_changed_since_it_was_shown_is_not_written_over(region):
    case = in_status("in_investigation", region)
    Case.objects.filter(pk=case.pk).update(version=F("version") + 1)
    colleague = person_as("investigator", region.devices)

    answer = many(region.coordinator, "appoint", [case], steg="gor", handler=colleague.email)

    assert "Någon annan ändrade ärendet" in answer.content.decode()
    assert fresh(case).handler == region.investigator


def test_acts_on_many_reach_only_what_one_may(region):
    case = in_status("in_investigation", region)
    stranger = person_as("unit_manager", region.private)

    answer = many(stranger, "appoint", [case], steg="gor", handler=stranger.email)

    assert answer.status_code == 302
    assert fresh(case).handler == region.investigator
    assert many(region.reporter, "appoint", [case]).status_code == 403

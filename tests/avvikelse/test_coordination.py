"""The queue's page: who sees what, its views and filters, the case beside it, what it costs to show."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from avvikelse import queue
from avvikelse.actions import assessment, coordination
from avvikelse.preparation import keeping
from patientsakerhet.audit.models import Event
from patientsakerhet.cases.actions import steps
from patientsakerhet.cases.models import SavedView
from patientsakerhet.organisation.models import Role
from tests.factories import (
    Region,
    code,
    file_report,
    in_status,
    make_device,
    make_person,
    person_as,
)
from tests.made_once import made_once
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db

URL = "/koordinering/"
PUMP = "Infusionspumpen MT-20417 larmade inte när slangen var klämd."


_made, region = made_once(Region)


@pytest.fixture
def client(region):
    return signed_in(region.coordinator)


def report(region, text=PUMP, unit=None, **fields):
    told = {"what_happened": text, "immediate_action": "", **fields}
    return file_report(unit or region.ward, region.reporter, **told)


def numbers(answer):
    return [row.number for row in answer.context["listed"].rows]


# --- who ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [r for r in Role.values if r not in {"coordinator", "chief_physician"}])  # fmt: skip
def test_whoever_coordinates_nowhere_is_refused(role, region):
    client = signed_in(person_as(role, region.root))

    assert client.get(URL).status_code == 403


def test_the_queue_holds_what_the_desk_coordinates_and_nothing_else(region, client):
    mine = report(region)
    given = in_status("assigned", region)
    elsewhere = Region()
    theirs = file_report(elsewhere.ward, elsewhere.reporter)

    assert numbers(client.get(URL)) == [mine.number]
    assert client.get(URL, {"arende": theirs.number}).status_code == 404
    assert given.number not in numbers(client.get(URL))


def test_a_case_of_higher_secrecy_is_seen_by_those_who_may(region, client):
    hidden = report(region)
    steps.set_secrecy(hidden, 2, by=region.physician, reason="Skyddad.")

    assert numbers(client.get(URL)) == []
    assert numbers(signed_in(region.physician).get(URL)) == [hidden.number]


def test_reading_the_list_and_the_case_is_written_down(region, client):
    first, second = report(region), report(region)

    client.get(URL)

    listed = Event.objects.filter(action="list.read").latest("pk")
    assert sorted(listed.payload.body["cases"]) == sorted([first.pk, second.pk])
    read = Event.objects.filter(action="case.read").latest("pk")
    assert (read.case_id, read.actor_id) == (first.pk, region.coordinator.pk)


# --- the list -------------------------------------------------------------------------------------


def test_the_longest_waiting_comes_first_and_says_how_long(region, client):
    with time_machine.travel(timezone.now() - timedelta(days=20)):
        oldest = report(region)
    with time_machine.travel(timezone.now() - timedelta(days=9)):
        older = report(region)
    new = report(region)

    answer = client.get(URL)

    assert numbers(answer) == [oldest.number, older.number, new.number]
    assert [row.tone for row in answer.context["listed"].rows] == ["bad", "warn", ""]
    assert answer.context["listed"].rows[0].wait.text == "20\u00a0d"
    assert answer.context["listed"].late == "2 över målet"


def test_a_row_says_what_sets_the_case_apart(region, client):
    make_device("MT-20417", region.devices)
    report(region, potential=4, actual=0, nature="adverse_event")
    report(region)
    keeping.sweep()

    first, second = client.get(URL).context["listed"].rows

    assert [chip.text for chip in first.chips] == ["Allvarlig risk", "Möjlig dubblett"]
    assert [chip.text for chip in second.chips] == ["Möjlig dubblett"]
    assert (first.lead, first.unit) == ("Förslag", "Medicinsk teknik")


def test_a_similar_case_the_reader_may_not_read_is_not_even_counted(region, client):
    hidden = report(region)
    report(region)
    keeping.sweep()
    steps.set_secrecy(hidden, 2, by=region.physician, reason="Skyddad.")

    answer = client.get(URL)

    assert [chip.text for chip in answer.context["listed"].rows[0].chips] == []
    assert answer.context["shown"].alike == []
    assert hidden.number not in answer.text


def test_each_view_holds_its_own(region, client):
    incoming = report(region)
    own = report(region, unit=region.operations)
    private = report(region, unit=region.private)
    mine = report(region)
    coordination.take(mine, by=region.coordinator)
    asked = report(region)
    coordination.ask_reporter(asked, "Vilken?", by=region.coordinator)
    coordination.classify(
        incoming, by=region.coordinator, kind=code("deviation_kind", "medical_device")
    )

    def of(view):
        return set(numbers(client.get(URL, {"vy": view})))

    everything = {incoming.number, own.number, private.number, mine.number, asked.number}
    assert of("alla") == everything
    assert of("egna") == {own.number}
    assert of("inkomna") == everything - {own.number}
    assert of("mina") == {mine.number, asked.number}
    assert of("vantar") == {asked.number}
    assert of("privata") == {private.number}
    assert of("kommuner") == set()
    assert of("typ-medical_device") == {incoming.number}
    assert of("något annat") == everything


def test_every_view_counts_what_it_holds(region, client):
    report(region)
    report(region, unit=region.private)
    coordination.take(report(region), by=region.coordinator)
    late = in_status("assigned", region)

    with time_machine.travel(timezone.now() + timedelta(days=7)):
        client = signed_in(region.coordinator)
        listed = client.get(URL).context["listed"]
        for tab in [*listed.tabs, *listed.more_tabs]:
            shown = client.get(tab.url)
            assert len(numbers(shown)) == tab.count, tab.label
        assert numbers(client.get(URL, {"vy": "ej-mottagna"})) == [late.number]


def test_the_filter_narrows_by_words_unit_severity_and_kind(region, client):
    pump = report(region, potential=3, actual=0)
    lift = report(region, "Taklyften stannade.", unit=region.sibling)
    keeping.sweep()

    def found(**asked):
        return numbers(client.get(URL, asked))

    assert found(q="taklyft") == [lift.number]
    assert found(q=pump.number) == [pump.number]
    assert found(filing_unit="Avdelning 4") == [pump.number]
    assert found(severity_from="3") == [pump.number]
    assert found(type="medical_device") == [pump.number, lift.number]
    assert found(origin="own") == []
    assert found(severity_from="x") == [pump.number, lift.number]


def test_pages_follow_each_other_and_the_case_shown_is_on_them(region, client, monkeypatch):
    cases = [report(region) for _ in range(5)]
    monkeypatch.setattr("avvikelse.views.coordination_list.SIZE", 2)

    first = client.get(URL)
    second = client.get(first.context["listed"].after)

    assert numbers(first) == [case.number for case in cases[:2]]
    assert numbers(second) == [case.number for case in cases[2:4]]
    assert second.context["shown"].case == cases[2]
    assert client.get(URL, {"sida": "trasig"}).status_code == 400


def test_the_page_costs_as_much_with_three_rows_as_with_one(region, client):
    def cost():
        with CaptureQueriesContext(connection) as asked:
            assert client.get(URL).status_code == 200
        return len(asked)

    in_status("rejected", region, case=report(region))
    report(region)
    keeping.sweep()
    client.get(URL)  # the session's first page is noted once
    assert cost() == 28
    for _ in range(2):
        report(region)
    keeping.sweep()
    client.get(URL)  # the session's first page is noted once
    assert cost() == 28


def test_an_empty_queue_says_so_and_offers_a_way_on(client):
    assert "Inget att koordinera här" in client.get(URL).text
    assert "Inget i kön stämmer" in client.get(URL, {"q": "finnsinte"}).text


# --- the case beside it ---------------------------------------------------------------------------


def test_the_case_asked_for_stands_beside_the_list_without_scripts(region, client):
    report(region)
    asked = report(region, "Taklyften stannade med patienten i selen.")

    answer = client.get(URL, {"arende": asked.number.lower()})

    assert answer.context["shown"].case == asked
    assert "Taklyften stannade med patienten i selen." in answer.text
    assert "data-open" in answer.text


def test_htmx_gets_the_case_alone(region, client):
    case = report(region)

    answer = client.get(URL, {"arende": case.number}, headers={"HX-Request": "true"})

    assert "<html" not in answer.text
    assert case.title in answer.text


def test_the_suggestion_is_shown_with_its_reason(region, client):
    make_device("MT-20417", region.devices)
    report(region)
    keeping.sweep()

    shown = client.get(URL).context["shown"]

    assert shown.title == "Föreslagen enhet: Medicinsk teknik"
    assert shown.why == "Volumed 300 med inventarienummer MT-20417 står i deras register."
    assert shown.found == [("device", "Volumed 300 MT-20417")]
    assert shown.form.initial["kind"] == str(code("deviation_kind", "medical_device").pk)


def test_without_a_preparation_the_coordinator_decides_alone(region, client):
    report(region)

    answer = client.get(URL)

    assert answer.context["shown"].title == "Underlaget tas fram"
    assert "Koordinera dit" not in answer.text
    assert "Välj enhet" in answer.text


def test_the_reporters_name_is_shown_to_those_who_may_see_it(region, client):
    report(region)

    assert ("Rapportör", region.reporter.name) in client.get(URL).context["shown"].facts


def test_a_merged_case_leads_to_its_parent(region, client):
    parent, child = report(region), report(region)
    coordination.merge(child, into=parent, by=region.coordinator)

    answer = client.get(URL, {"arende": child.number})

    assert f'Sammanslaget med <a href="{parent.get_absolute_url()}"' in answer.text


# --- not received ---------------------------------------------------------------------------------


def test_what_nobody_has_received_in_time_stands_in_a_list_of_its_own(region, client):
    case = in_status("assigned", region)
    assert numbers(client.get(URL, {"vy": "ej-mottagna"})) == []

    with time_machine.travel(timezone.now() + timedelta(days=7)):
        client = signed_in(region.coordinator)
        answer = client.get(URL, {"vy": "ej-mottagna"})
        assert numbers(answer) == [case.number]
        row = answer.context["listed"].rows[0]
        assert (row.lead, row.unit, row.wait.text) == (
            "Lämnad till",
            "Medicinsk teknik",
            "7\u00a0d",
        )
        coordination.receive(case, by=region.investigator)
        assert numbers(client.get(URL, {"vy": "ej-mottagna"})) == []


# --- the extract, saved views, news ----------------------------------------------------------------


def test_the_extract_holds_the_whole_view_and_says_which(region, client):
    pump = report(region)
    report(region, "Taklyften stannade.")

    answer = client.get(reverse("coordination_extract"), {"q": "infusionspump"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")

    rows = text.splitlines()
    assert "vy: alla" in rows[0].lower()
    assert "infusionspump" in rows[0]
    assert rows[1].startswith("Nummer;Rubrik;Läge")
    assert [row.split(";")[0] for row in rows[2:]] == [pump.number]
    made = Event.objects.filter(action="export.made").latest("pk")
    assert made.payload.body["cases"] == [pump.pk]


def test_an_unknown_format_is_refused_in_words(region, client):
    answer = client.get(reverse("coordination_extract"), {"format": "pdf"}, follow=True)

    assert "Välj CSV eller Excel." in answer.text


def test_a_view_of_ones_own_is_kept_shown_and_taken_away(region, client):
    pump = report(region)
    report(region, "Taklyften stannade.")
    saving = reverse("coordination_views")

    client.post(saving, {"name": "Pumpar", "fran": "q=infusionspump&arende=X&sida=abc"})

    view = SavedView.objects.get(person=region.coordinator)
    assert (view.name, view.query) == ("Pumpar", "q=infusionspump")
    listed = client.get(f"{URL}?{view.query}").context["listed"]
    assert [tab.label for tab in listed.tabs if tab.current] == ["Pumpar"]
    assert [row.number for row in listed.rows] == [pump.number]

    again = client.post(saving, {"name": "Pumpar", "fran": "q=x"})
    assert again.status_code == 422
    assert "redan en vy" in again.text

    other = signed_in(person_as(Role.COORDINATOR, region.administration))
    forget = reverse("coordination_forget_view", args=[view.pk])
    assert other.post(forget).status_code == 404
    client.post(forget)
    assert not SavedView.objects.exists()


def test_what_has_come_since_is_told(region, client):
    before = timezone.now().isoformat()
    url = reverse("coordination_news")
    assert client.get(url, {"sedan": before}).text.strip() == ""

    report(region)
    assert "Ett nytt ärende" in client.get(url, {"sedan": before}).text
    report(region)
    assert "2 nya ärenden" in client.get(url, {"sedan": before}).text
    assert client.get(url, {"sedan": "i går"}).text.strip() == ""


def test_a_very_long_queue_is_counted_no_further_than_to_its_limit(region, monkeypatch):
    for _ in range(4):
        report(region)
    monkeypatch.setattr(queue, "COUNTED", 2)

    counted = queue.counts(region.coordinator, queue.goal())

    assert counted.more
    assert counted.of(queue.ALL) == 3


def test_somebody_who_has_left_sees_nothing(region):
    person = make_person()
    assert signed_in(person).get(URL).status_code == 403


def test_the_coordinators_own_assessment_replaces_the_reporters_in_the_list(region, client):
    case = report(region, potential=4, actual=0)
    assert client.get(URL).context["listed"].rows[0].chips[0].text == "Allvarlig risk"

    assessment.assess(
        case, by=region.coordinator, actual=0, potential=1, probability=1, reason="Lindrigare."
    )

    assert client.get(URL).context["listed"].rows[0].chips == []

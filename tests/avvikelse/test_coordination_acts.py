"""What is pressed in the queue: done, refused in words with everything kept, undone; and what follows."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from avvikelse.actions import coordination
from avvikelse.models import Assessment
from avvikelse.preparation import keeping
from patientsakerhet.cases.models import Case, Comment, Link
from patientsakerhet.notifications.models import Message
from tests.avvikelse.test_coordination import PUMP, report
from tests.factories import (
    Region,
    code,
    file_report,
    fresh,
    in_status,
    make_device,
    make_system,
    person_as,
)
from tests.made_once import made_once
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db


def act(client, name, case, follow=True, **told):
    return client.post(reverse(f"coordination_{name}", args=[case.number]), told, follow=follow)


def decided(case, **told):
    return {
        "version": fresh(case).version,
        "kind": code("deviation_kind", "medical_device").pk,
        "actual": "0",
        "risk": "2-3",
        "gor": "coordinate",
        **told,
    }


def prepared(region, text=PUMP, **fields):
    case = report(region, text, **fields)
    keeping.sweep()
    return case


def _waiting():
    region = Region()
    make_device("MT-20417", region.devices)
    return region, prepared(region)


_made, waiting = made_once(_waiting)


@pytest.fixture
def region(waiting):
    return waiting[0]


@pytest.fixture
def case(waiting):
    """The one case in the queue, with its suggestion."""
    return waiting[1]


@pytest.fixture
def client(region):
    return signed_in(region.coordinator)


# --- the decision ---------------------------------------------------------------------------------


def test_one_press_classifies_assesses_and_sends_it_where_it_was_suggested(region, client, case):
    following = prepared(region, "Taklyften stannade.")

    answer = act(client, "decide", case, **decided(case))

    moved = fresh(case)
    assert (moved.status, moved.owning_unit, moved.risk_score) == ("assigned", region.devices, 6)
    assert moved.deviation.kind == code("deviation_kind", "medical_device")
    assert f"{case.number} koordinerades till Medicinsk teknik." in answer.text
    assert answer.context["shown"].case == following


def test_what_is_missing_is_said_beside_the_fields_and_nothing_is_done(region, client, case):
    answer = act(client, "decide", case, **decided(case, kind="", risk="", reason="Text kvar."))

    assert answer.status_code == 422
    assert answer.context["shown"].form.errors == {
        "kind": ["Typ av avvikelse är inte vald."],
        "risk": ["Samordnarens bedömning av allvarlighet saknas."],
    }
    assert 'href="#beslut_risk_0"' in answer.text
    assert fresh(case).status == "reported"
    assert fresh(case).version == case.version


def test_a_lower_assessment_than_the_reporters_asks_why(region, client):
    case = prepared(region, potential=4, actual=0)

    answer = act(client, "decide", case, **decided(case))
    assert answer.status_code == 409
    assert "Bedömningen är lägre än den förra. Skriv varför." in answer.text
    assert Assessment.objects.filter(deviation=case.pk).count() == 1

    act(client, "decide", case, follow=False, **decided(case, reason="Larmet hördes."))
    assert Assessment.objects.get(deviation=case.pk, stage="coordinator").is_downgrade


def test_it_could_not_have_been_milder_than_it_was(region, client, case):
    answer = act(client, "decide", case, **decided(case, actual="3", risk="2-2"))

    assert answer.status_code == 422
    assert "lindrigare än det blev" in answer.text


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(region, client, case):
    told = decided(case)
    coordination.take(case, by=person_as("coordinator", region.administration))

    answer = act(client, "decide", case, **told)

    assert answer.status_code == 409
    assert "Någon annan ändrade ärendet" in answer.text
    assert fresh(case).status == "in_coordination"


def test_the_assessment_can_be_saved_without_moving_the_case(region, client, case):
    answer = act(client, "decide", case, **decided(case, gor="save"))
    again = act(client, "decide", case, **decided(case, gor="save"))

    assert fresh(case).status == "reported"
    assert answer.context["shown"].case == case
    assert again.status_code == 200
    assert Assessment.objects.filter(deviation=case.pk, stage="coordinator").count() == 1


def test_to_another_provider_the_ground_is_asked_for(region, client, case):
    told = {**decided(case), "to": region.private.pk}

    answer = act(client, "unit", case, **told)
    assert answer.status_code == 409
    assert "Ange på vilken grund" in answer.text
    assert 'name="risk" value="2-3"' in answer.text

    act(client, "unit", case, **told, basis="consent")
    assert fresh(case).owning_unit == region.private
    assert fresh(case).handovers.get().basis == "consent"


def test_another_unit_is_chosen_in_a_dialog_or_on_a_page(region, client, case):
    url = reverse("coordination_unit", args=[case.number])

    page, dialog = client.get(url), client.get(url, headers={"HX-Request": "true"})

    assert "<html" in page.text
    assert 'name="risk"' in page.text
    assert "<html" not in dialog.text
    assert 'form="beslut"' in dialog.text
    assert 'name="risk"' not in dialog.text


# --- the rest -------------------------------------------------------------------------------------


def test_take_release_and_the_answer_that_came_by_telephone(region, client, case):
    act(client, "take", case, follow=False)
    assert fresh(case).handler == region.coordinator
    act(client, "release", case)
    assert (fresh(case).status, fresh(case).handler) == ("reported", None)
    coordination.ask_reporter(case, "Vilken pump?", by=region.coordinator)
    act(client, "answered", case)
    assert fresh(case).status == "in_coordination"


def test_the_second_to_take_is_told_that_somebody_was_faster(region, client, case):
    coordination.take(case, by=person_as("coordinator", region.administration))

    answer = act(client, "take", case)

    assert answer.status_code == 409
    assert "går inte när ärendet är" in answer.text


def test_a_question_reaches_the_reporter(region, client, case):
    answer = act(client, "ask", case, version=case.version, question="Vilken pump var det?")

    assert fresh(case).status == "returned"
    assert Comment.objects.get(case=case).text == "Vilken pump var det?"
    assert Message.objects.filter(kind="question", person=region.reporter).exists()
    assert "skickad till rapportören" in answer.text
    assert act(client, "ask", prepared(region), version=1, question=" ").status_code == 422


def test_a_rejection_needs_a_reason_and_an_answer(region, client, case):
    missing = act(client, "reject", case, version=case.version, reason="Fel kö.")
    assert missing.status_code == 422
    assert "Skriv ett svar till rapportören." in missing.text

    act(client, "reject", case, version=case.version, reason="Fel kö.", answer="Tack, men …")
    assert fresh(case).status == "rejected"
    assert Comment.objects.get(case=case, purpose="feedback").text == "Tack, men …"


def test_one_chooses_which_of_two_cases_leads(region, client, case):
    older, newer = case, prepared(region)
    url = reverse("coordination_merge", args=[newer.number])

    page = client.get(url, {"med": older.number})
    assert page.context["form"].initial["parent"] == older.number

    answer = client.post(
        url,
        {"med": older.number, "parent": newer.number, "version": newer.version},
        follow=True,
    )

    assert fresh(older).parent == newer
    assert f"{older.number} är sammanslaget med {newer.number}." in answer.text
    undo = reverse("coordination_undo", args=[older.number])
    assert undo in answer.text
    client.post(undo)
    assert fresh(older).parent is None


def test_every_reporter_of_merged_cases_is_answered(region, client, case):
    parent, child = case, prepared(region)
    act(client, "merge", child, med=parent.number, parent=parent.number, version=child.version)

    coordination.reject(parent, by=region.coordinator, reason="Fel.", answer="Tack båda två.")

    told = Comment.objects.filter(purpose="feedback").values_list("case", "text")
    assert set(told) == {(parent.pk, "Tack båda två."), (child.pk, "Tack båda två.")}


def test_merging_asks_for_a_number_and_knows_only_what_one_may_read(region, client, case):
    url = reverse("coordination_merge", args=[case.number])
    hidden = file_report(Region().ward)

    assert "Ärendets nummer" in client.get(url).text
    assert "som du kan läsa" in client.get(url, {"med": hidden.number}).text
    assert "som du kan läsa" in client.get(url, {"med": case.number}).text


def test_a_similar_case_can_be_linked_instead(region, client, case):
    other = report(region)

    act(client, "link", case, med=other.number)

    assert Link.objects.filter(case=case, other=other).exists()
    assert act(client, "link", case, med="AV-1999-00001").status_code == 409


def test_what_the_text_names_is_added_with_one_press(region, client):
    make_system("Cosmos", region.operations)
    case = prepared(region, PUMP + " Cosmos visade inget.")

    act(client, "tie", case, vad="device")
    act(client, "tie", case, vad="system")

    deviation = fresh(case).deviation
    assert (deviation.device.inventory_number, deviation.system.name) == ("MT-20417", "Cosmos")
    assert act(client, "tie", case, vad="device").status_code == 409
    assert act(client, "tie", case, vad="case").status_code == 409


def test_a_unit_that_has_not_received_is_reminded_once_a_day(region, client):
    case = in_status("assigned", region)
    person_as("unit_manager", region.devices)

    assert "är påmind" in act(client, "remind", case).text
    told = Message.objects.filter(kind="handover_reminder").count()
    assert told == 2  # the investigator and the manager
    assert act(client, "remind", case).status_code == 409
    assert Message.objects.filter(kind="handover_reminder").count() == told


def test_what_is_not_received_can_go_elsewhere_or_be_taken_back(region, client):
    first, second = in_status("assigned", region), in_status("assigned", region)

    act(
        client,
        "hand_over",
        first,
        version=first.version,
        to=region.operations.pk,
        reason="Fel enhet.",
    )
    act(client, "recall", second, version=second.version, reason="Ingen svarar.")

    assert fresh(first).owning_unit == region.operations
    assert fresh(second).status == "in_coordination"


# --- undo, and where one lands ----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["take", "decide", "ask", "reject"])
def test_a_step_is_taken_back_within_ten_minutes(name, region, client, case):
    told = {
        "take": {},
        "decide": decided(case),
        "ask": {"question": "Vilken?"},
        "reject": {"reason": "Fel.", "answer": "Tack."},
    }[name]
    act(client, name, case, follow=False, **told)

    answer = act(client, "undo", case)

    assert fresh(case).status in {"reported", "in_coordination"}
    assert answer.context["shown"].case == case
    assert case.transitions.count() == 3


def test_after_ten_minutes_it_has_to_be_done_by_hand(region, client, case):
    act(client, "take", case, follow=False)

    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        answer = act(client, "undo", case)

    assert answer.status_code == 409
    assert "Det går inte att ångra längre" in answer.text
    assert fresh(case).status == "in_coordination"


def test_the_last_act_can_be_undone_from_the_next_page_too(region, client, case):
    prepared(region)
    act(client, "take", case)

    later = client.get("/koordinering/")
    assert f"Nyss: Du har tagit {case.number}." in later.text
    client.post(later.context["done"]["url"])
    assert client.get("/koordinering/").context["done"] is None


def test_one_goes_on_in_the_view_one_came_from(region, client, case):
    first, last = case, report(region)
    report(region, "Taklyften stannade.")
    where = "vy=inkomna&q=infusionspump"

    answer = act(client, "take", first, fran=where)
    assert answer.redirect_chain[-1][0] == f"/koordinering/?{where}&arende={last.number}"
    answer = act(client, "take", last, fran=where)
    assert answer.redirect_chain[-1][0] == f"/koordinering/?{where}&arende={first.number}"


@pytest.mark.parametrize("fran", ["//ond.example/", "https://ond.example", "next=//ond.example"])
def test_no_address_leads_out_of_the_house(fran, client, case):
    answer = act(client, "take", case, follow=False, fran=fran)

    assert answer.headers["Location"].startswith("/koordinering/")
    assert "ond" not in answer.headers["Location"]


# --- who ------------------------------------------------------------------------------------------

ACTS = [
    "decide",
    "take",
    "release",
    "answered",
    "unit",
    "hand_over",
    "ask",
    "reject",
    "recall",
    "merge",
    "link",
    "tie",
    "remind",
    "undo",
]


def test_an_act_on_what_one_may_not_know_of_is_404_and_on_what_one_only_reads_403(region, case):
    reader = signed_in(person_as("unit_manager", region.ward))
    stranger = signed_in(person_as("coordinator", Region().administration))
    before = Case.objects.filter(pk=case.pk).values().get()
    wrong = []

    for name in ACTS:
        got = act(reader, name, case).status_code, act(stranger, name, case).status_code
        if got != (403, 404) or Case.objects.filter(pk=case.pk).values().get() != before:
            wrong.append(f"{name}: {got}")

    assert not wrong, "\n".join(wrong)


def test_forms_are_refused_without_their_token(region, case):
    client = signed_in(region.coordinator, enforce_csrf_checks=True)

    for name in ACTS:
        assert act(client, name, case).status_code == 403
    assert fresh(case).version == case.version

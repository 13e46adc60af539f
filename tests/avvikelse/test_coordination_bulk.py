"""One act on many: shown first, done case by case, refused in the same words, undone for all."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from avvikelse import tasks
from avvikelse.actions import bulk, coordination
from avvikelse.actions.bulk import Arguments
from avvikelse.models import BulkAct, BulkItem
from avvikelse.preparation import keeping
from patientsakerhet.audit.models import Event
from patientsakerhet.cases.models import Comment
from patientsakerhet.lib.refusal import NotAllowed, NotReady
from tests.avvikelse.test_coordination import report
from tests.factories import (
    Region,
    code,
    fresh,
    in_status,
    person_as,
    prepare_to_coordinate,
)
from tests.made_once import made_once
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db
URL = "/koordinering/mass/"


_made, region = made_once(Region)


@pytest.fixture
def client(region):
    return signed_in(region.coordinator)


def statuses(cases):
    return [fresh(case).status for case in cases]


def told(act, cases, **more):
    versions = [f"{case.number}:{fresh(case).version}" for case in cases]
    return {"act": act, "case": [c.number for c in cases], "version": versions, **more}


# --- shown first ----------------------------------------------------------------------------------


def test_what_will_happen_is_shown_and_nothing_is_done(region, client):
    new, taken = report(region), report(region)
    coordination.take(taken, by=region.coordinator)
    events = Event.objects.filter(kind="change").count()

    answer = client.post(URL, told("take", [new, taken]))

    outcomes = {one.case.number: one.reasons for one in answer.context["outcomes"]}
    assert outcomes == {
        new.number: (),
        taken.number: ("”Ta” går inte när ärendet är ”Under koordinering”.",),
    }
    assert "1 går, 1 går inte. Ingenting är gjort än." in answer.text
    assert statuses([new, taken]) == ["reported", "in_coordination"]
    assert fresh(new).version == new.version
    assert Event.objects.filter(kind="change").count() == events
    assert not BulkAct.objects.exists()


def test_it_is_rehearsed_in_the_words_the_act_itself_uses(region):
    bare, ready = report(region), report(region)
    prepare_to_coordinate(ready, by=region.coordinator)
    arguments = Arguments(unit=region.private.pk)

    outcomes = bulk.rehearse("coordinate", [bare, fresh(ready)], arguments, by=region.coordinator)

    for case, outcome in zip((bare, ready), outcomes, strict=True):
        with pytest.raises(NotReady) as refusal:
            coordination.coordinate(case, to=region.private, by=region.coordinator)
        assert outcome.reasons == tuple(refusal.value.reasons)


# --- done -----------------------------------------------------------------------------------------


def test_each_case_is_done_for_itself_and_the_refused_say_why(region, client):
    cases = [report(region) for _ in range(3)]
    confirmed = told("take", cases, steg="gor")
    coordination.take(cases[1], by=person_as("coordinator", region.administration))

    answer = client.post(URL, confirmed, follow=True)

    assert statuses(cases) == ["in_coordination"] * 3
    assert [fresh(case).handler == region.coordinator for case in cases] == [True, False, True]
    assert "2 av 3 ärenden tagna" in answer.text
    assert "”Ta” går inte när ärendet är ”Under koordinering”." in answer.text
    states = BulkItem.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["done", "refused", "done"]


def test_all_are_coordinated_to_one_unit_with_what_they_lacked(region, client):
    lacking, judged = report(region), report(region)
    keeping.sweep()
    prepare_to_coordinate(judged, by=region.coordinator)
    fields = {"to": region.devices.pk, "actual": "0", "risk": "3-1"}

    shown = client.post(URL, told("coordinate", [lacking, judged], steg="visa", **fields))
    assert [one.will for one in shown.context["outcomes"]] == [True, True]
    client.post(URL, told("coordinate", [lacking, judged], steg="gor", **fields))

    assert statuses([lacking, judged]) == ["assigned", "assigned"]
    assert [fresh(c).risk_score for c in (lacking, judged)] == [3, 4]
    assert fresh(lacking).deviation.kind == code("deviation_kind", "medical_device")


def test_all_are_merged_under_the_chosen_one(region, client):
    cases = [report(region) for _ in range(3)]

    form = client.post(URL, told("merge", cases))
    assert form.context["form"].fields["parent"].initial == cases[0].number
    client.post(URL, told("merge", cases, steg="gor", parent=cases[1].number))

    assert [fresh(case).parent for case in cases] == [cases[1], None, cases[1]]


def test_all_are_rejected_with_one_answer_to_every_reporter(region, client):
    cases = [report(region) for _ in range(2)]
    client.post(
        URL, told("reject", cases, steg="gor", reason="Test.", answer="Tack för rapporten.")
    )

    assert statuses(cases) == ["rejected", "rejected"]
    assert Comment.objects.filter(purpose="feedback", text="Tack för rapporten.").count() == 2


def test_a_personal_number_never_goes_to_several(region, client):
    case = report(region)

    answer = client.post(
        URL, told("reject", [case], steg="visa", reason="x", answer="Gäller 19900101-2385.")
    )

    assert answer.status_code == 409
    assert "Ta bort personnumret" in answer.text


@pytest.mark.parametrize(
    ("act", "fields", "said"),
    [
        ("coordinate", {}, "to"),
        ("merge", {"other": "AV-1999-00001"}, "other"),
        ("reject", {"reason": "x"}, "answer"),
    ],
)
def test_what_is_not_filled_in_is_asked_for(act, fields, said, region, client):
    answer = client.post(URL, told(act, [report(region)], steg="visa", **fields))

    assert answer.status_code == 422
    assert said in answer.context["form"].errors


def test_nothing_marked_leads_back_with_a_word(region, client):
    assert "Markera minst ett ärende" in client.post(URL, {"act": "take"}, follow=True).text
    case = report(region)
    assert "Markera minst" in client.post(URL, told("fly", [case]), follow=True).text


def test_cases_one_may_not_coordinate_are_not_there(region, client):
    theirs = report(Region())

    client.post(URL, told("take", [theirs], steg="gor"))

    assert fresh(theirs).status == "reported"
    assert not BulkAct.objects.exists()


def test_no_more_than_a_page_at_a_time(region):
    cases = [report(region)] * (bulk.MOST + 1)
    with pytest.raises(NotReady, match="högst 100"):
        bulk.begin("take", cases, Arguments(), by=region.coordinator)


# --- progress, undo, workers -----------------------------------------------------------------------


def test_the_page_goes_on_where_it_was(region, client):
    cases = [report(region) for _ in range(3)]
    act = bulk.begin("take", cases, Arguments(), by=region.coordinator)
    assert not bulk.proceed(act, seconds=-1)
    assert statuses(cases) == ["in_coordination", "reported", "reported"]

    page = client.get(reverse("coordination_bulk_act", args=[act.pk]))
    assert "1 av 3 ärenden tagna" in page.text
    assert "2 återstår" in page.text
    part = client.post(
        reverse("coordination_bulk_proceed", args=[act.pk]), headers={"HX-Request": "true"}
    )

    assert "3 av 3 ärenden tagna" in part.text
    assert "<html" not in part.text


def test_a_worker_goes_on_when_the_person_has_left(region):
    cases = [report(region) for _ in range(2)]
    bulk.begin("take", cases, Arguments(), by=region.coordinator)

    tasks.sweep_bulk_acts()

    assert statuses(cases) == ["in_coordination"] * 2
    assert not BulkAct.objects.unfinished().exists()


def test_all_of_it_is_taken_back_at_once(region, client):
    cases = [report(region) for _ in range(3)]
    client.post(URL, told("take", cases, steg="gor"))
    act = BulkAct.objects.get()
    coordination.ask_reporter(cases[0], "Vilken?", by=region.coordinator)
    coordination.release(cases[1], by=region.coordinator)

    answer = client.post(reverse("coordination_bulk_undo", args=[act.pk]), follow=True)

    assert statuses(cases) == ["in_coordination", "reported", "reported"]
    assert "2 av 3 ärenden ångrade" in answer.text
    kept = act.items.filter(state="kept")
    assert all(item.reason for item in kept)


def test_undo_is_for_the_one_who_did_it_and_for_ten_minutes(region, client):
    act = bulk.begin("take", [report(region)], Arguments(), by=region.coordinator)
    bulk.proceed(act)
    with pytest.raises(NotAllowed):
        bulk.undo(act, by=person_as("coordinator", region.administration))
    with time_machine.travel(timezone.now() + timedelta(minutes=11)), pytest.raises(NotReady):
        bulk.undo(act, by=region.coordinator)
    bulk.undo(act, by=region.coordinator)
    with pytest.raises(NotReady, match="redan ångrat"):
        bulk.undo(act, by=region.coordinator)


def test_another_persons_act_does_not_exist(region):
    act = bulk.begin("take", [report(region)], Arguments(), by=region.coordinator)
    other = signed_in(person_as("coordinator", region.administration))

    assert other.get(reverse("coordination_bulk_act", args=[act.pk])).status_code == 404
    for name in ("proceed", "undo"):
        assert other.post(reverse(f"coordination_bulk_{name}", args=[act.pk])).status_code == 404


def test_assigned_cases_are_refused_one_by_one(region):
    given = in_status("assigned", region)
    [outcome] = bulk.rehearse(
        "reject", [given], Arguments(reason="x", answer="y"), by=region.coordinator
    )
    assert outcome.reasons == ("”Avvisa” går inte när ärendet är ”Tilldelad”.",)

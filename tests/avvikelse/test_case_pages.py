"""The case's page over HTTP: who sees what, every act, stale edits, what the extract leaves out."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from avvikelse.actions import assessment, coordination, investigation
from avvikelse.models import Assessment, DeviceCode, Handover, TimelineEntry
from patientsakerhet.access import policy
from patientsakerhet.access.models import Level
from patientsakerhet.audit.models import Event
from patientsakerhet.cases import files
from patientsakerhet.cases.actions import attachments, comments, links
from patientsakerhet.cases.models import Code, CodeSystem, Comment, ExternalTicket, Link, Measure
from tests.cases.sample_files import picture, upload
from tests.factories import (
    Region,
    code,
    decide_measure,
    file_report,
    fresh,
    in_status,
    investigate,
    make_person,
    person_as,
)
from tests.made_once import made_once
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db
PARTS = (
    "deviation",
    "deviation_assessment",
    "deviation_investigation",
    "deviation_measures",
    "deviation_parties",
    "deviation_history",
)


def _investigated():
    region = Region()
    return region, in_status("in_investigation", region)


_made, investigated = made_once(_investigated)


@pytest.fixture
def region(investigated):
    return investigated[0]


@pytest.fixture
def case(investigated):
    return investigated[1]


def url(name, case, *args):
    return reverse(name, args=[case.number, *args])


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def post(person, name, case, data=None, *args):
    return signed_in(person).post(url(name, case, *args), data or {})


# --- who sees what ------------------------------------------------------------------------------


NAMELESS = {"deviation_assessment", "deviation_measures"}
"""Parts where the reporter has no place."""


@pytest.mark.parametrize("part", PARTS)
def test_every_part_opens_for_those_who_read_and_its_reading_is_written(part, region, case):
    """The reporter's name stands there only for those who may see it."""
    name = region.reporter.name
    Comment.objects.create(
        case=case, audience="reporter", text="Det hände igen.", by=region.reporter, by_reporter=True
    )
    for person in (region.coordinator, region.physician, region.investigator):
        before = Event.objects.filter(action="case.read", actor_id=person.pk).count()

        answer = signed_in(person).get(url(part, case))

        assert answer.status_code == 200
        events = Event.objects.filter(action="case.read", actor_id=person.pk, case_id=case.pk)
        assert events.count() == before + 1
        if person == region.investigator:
            assert name not in answer.content.decode()
        elif part not in NAMELESS:
            assert name in answer.content.decode()


def test_a_case_one_may_not_know_of_does_not_exist(region, case):
    stranger = person_as("unit_manager", region.private)
    client = signed_in(stranger)

    answers = {part: client.get(url(part, case)).status_code for part in PARTS}

    assert answers == dict.fromkeys(PARTS, 404)
    assert not Event.objects.filter(action="case.read", actor_id=stranger.pk).exists()


OTHER_STATES = (
    "reported",
    "in_coordination",
    "returned",
    "assigned",
    "in_action",
    "follow_up",
    "closed",
    "rejected",
)
"""Those in which no other test here opens a page."""


@pytest.mark.parametrize("rest", [False, pytest.param(True, marks=pytest.mark.long)])
@pytest.mark.parametrize("status", OTHER_STATES)
def test_every_state_has_its_pages(status, rest, region):
    """The first page and, by turns, two others; then the rest."""
    turn = OTHER_STATES.index(status)
    some = {PARTS[0], *(PARTS[1 + (turn + step) % 5] for step in (0, 2))}
    case = in_status(status, region)
    client = signed_in(region.coordinator)

    answers = {
        part: client.get(url(part, case)).status_code for part in PARTS if (part in some) != rest
    }

    assert answers == dict.fromkeys(answers, 200)
    assert len(answers) == 3


def test_an_act_on_what_one_sees_but_may_not_do_is_forbidden(region, case):
    reader = person_as("reporter", region.devices)
    policy.reach(case, Level.READER, person=reader)

    answer = post(
        reader, "deviation_note", case, {"anteckning-kind": "judgement", "anteckning-text": "X"}
    )

    assert answer.status_code == 403
    assert not case.deviation.notes.exists()


def test_who_has_read_is_shown_to_those_who_may_see_it(region, case):
    signed_in(region.investigator).get(url("deviation", case))
    address = url("deviation_history", case) + "?visa=lasningar"

    assert f"Läste ärendet, {region.investigator.name}" in text_of(
        signed_in(region.coordinator).get(address)
    )
    seen = text_of(signed_in(region.investigator).get(address))
    assert "Läste ärendet" not in seen
    assert "Ändringar" in seen


def test_what_is_left_leads_to_where_it_is_done(region, case):
    page = signed_in(region.investigator).get(url("deviation", case)).content.decode()

    assert (
        f'href="{url("deviation_investigation", case)}#orsaker">Bakomliggande orsak saknas' in page
    )
    assert f'href="{url("deviation_answer", case)}">Återkoppling till rapportören saknas' in page
    assert "saker kvar innan ärendet kan avslutas" in page
    assert page.index('id="kvar"') < page.index("Vad rapportören skrev"), "first on a phone"


def test_a_step_that_cannot_be_taken_says_why(region, case):
    page = text_of(signed_in(region.investigator).get(url("deviation", case)))

    assert "Gå vidare till åtgärd går när det här är gjort: Bakomliggande orsak saknas." in page


# --- merged -------------------------------------------------------------------------------------


def test_a_merged_number_leads_to_the_parent_that_shows_its_text(region):
    parent = file_report(region.ward, region.reporter)
    other = person_as("reporter", region.sibling)
    child = file_report(region.sibling, other, what_happened="Pumpen tystnade på femman.")
    coordination.merge(child, into=parent, by=region.coordinator)
    client = signed_in(region.coordinator)

    answer = client.get(url("deviation", child))

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(url("deviation", parent))
    page = text_of(client.get(answer.headers["Location"].split("#")[0]))
    assert "Pumpen tystnade på femman." in page
    assert other.name in page
    assert f"Du kom hit från {child.number}" in page
    assert client.get(url("deviation", child) + "?eget=1").status_code == 200


# --- the extract --------------------------------------------------------------------------------


@pytest.fixture
def shared(region, case):
    """A case full of what an outsider must not see, shared with a clinic."""
    by = region.investigator
    investigate(case, by=by)
    investigation.note(case, "HEMLIG anteckning", by=by, kind="judgement")
    comments.say(case, "HEMLIG intern kommentar", by=by, audience="internal")
    comments.say(case, "HEMLIG till rapportören", by=by, audience="reporter")
    comments.say(case, "Till alla parter", by=by, audience="parties")
    decide_measure(case, by=by, title="Byt alla sensorer", description="HEMLIG beskrivning")
    attachments.attach(case, files.receive(upload("HEMLIG.png", picture())), by=by)
    policy.reach(case, Level.EXTRACT, unit=region.private)
    return case


def test_the_extract_shows_what_is_shared_and_nothing_else(region, shared):
    outsider = person_as("external_party", region.private)

    answer = signed_in(outsider).get(url("deviation", shared))

    assert answer.status_code == 200
    page = text_of(answer)
    for told in (shared.number, shared.title, "Till alla parter", "Byt alla sensorer"):
        assert told in page
    for kept in (
        "HEMLIG",
        region.reporter.name,
        region.ward.name,
        shared.deviation.what_happened,
        "Trycksensorn visade fel",
    ):
        assert kept not in page
    assert set(answer.context[0].flatten()) & {"opened", "head", "row", "deviation"} == set()


def test_the_other_parts_do_not_exist_in_an_extract(region, shared):
    client = signed_in(person_as("external_party", region.private))

    answers = {part: client.get(url(part, shared)).status_code for part in PARTS[1:]}

    assert answers == dict.fromkeys(PARTS[1:], 404)


def test_an_outsider_writes_to_the_parties_and_to_nobody_else(region, shared):
    outsider = person_as("external_party", region.private)

    said = post(
        outsider, "deviation_say", shared, {"skriv-audience": "parties", "skriv-text": "Hej"}
    )
    refused = post(
        outsider, "deviation_say", shared, {"skriv-audience": "internal", "skriv-text": "Smyg"}
    )

    assert said.status_code == 302
    assert refused.status_code == 422
    assert Comment.objects.filter(by=outsider).values_list("text", flat=True).get() == "Hej"


# --- every act ----------------------------------------------------------------------------------


def test_writing_takes_a_token(region, case):
    client = signed_in(region.investigator, enforce_csrf_checks=True)
    data = {"skriv-audience": "internal", "skriv-text": "Hej"}

    assert client.post(url("deviation_say", case), data).status_code == 403
    page = client.get(url("deviation", case)).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    done = client.post(url("deviation_say", case), {**data, "csrfmiddlewaretoken": token})
    assert done.status_code == 302
    assert Comment.objects.filter(text="Hej", audience="internal").exists()


@pytest.mark.parametrize(
    ("audience", "purpose", "kept"),
    [
        ("internal", "feedback", "note"),
        ("parties", "", "note"),
        ("reporter", "", "note"),
        ("reporter", "question", "question"),
        ("reporter", "feedback", "feedback"),
    ],
)
def test_three_audiences(audience, purpose, kept, region, case):
    data = {"skriv-audience": audience, "skriv-purpose": purpose, "skriv-text": "Hej där"}

    answer = post(region.investigator, "deviation_say", case, data)

    assert answer.status_code == 302
    said = Comment.objects.get(text="Hej där")
    assert (said.audience, said.purpose) == (audience, kept)


def test_feedback_has_a_page_of_its_own(region, case):
    assert signed_in(region.investigator).get(url("deviation_answer", case)).status_code == 200

    post(region.investigator, "deviation_answer", case, {"text": "Sensorn är bytt."})

    assert Comment.objects.filter(purpose="feedback", text="Sensorn är bytt.").exists()


def test_an_assessment_that_is_lower_comes_back_with_what_was_chosen(region, case):
    data = {
        "bedom-actual": "0",
        "bedom-risk": "1-1",
        "bedom-reason": "",
        "bedom-version": case.version,
    }

    refused = post(region.investigator, "deviation_assess", case, data)

    assert refused.status_code == 409
    page = refused.content.decode()
    assert "Bedömningen är lägre än den förra. Skriv varför." in page
    assert re.search(r'value="1-1"[^>]*checked', page)
    done = post(region.investigator, "deviation_assess", case, {**data, "bedom-reason": "Utrett."})
    assert done.status_code == 302
    assert Assessment.objects.get(is_downgrade=True).reason == "Utrett."


def test_classes_are_saved_and_a_stale_edit_shows_both(region, case):
    wanted = code("event_class", "device.infusion")
    data = {
        "klass-kind": code("deviation_kind", "medical_device").pk,
        "klass-event_class": wanted.pk,
    }
    before = case.version
    assert (
        post(
            region.investigator, "deviation_classify", case, {**data, "klass-version": before}
        ).status_code
        == 302
    )
    other = code("event_class", "care.fall")

    stale = post(
        region.coordinator,
        "deviation_classify",
        case,
        {**data, "klass-event_class": other.pk, "klass-version": before},
    )

    assert stale.status_code == 409
    page = text_of(stale)
    assert "Någon annan hann före." in page
    assert region.investigator.name in page
    assert "Händelseklass, som det står nu" in page
    assert "Infusion" in page
    assert "Fall" in page
    assert f'name="klass-version" value="{fresh(case).version}"' in stale.content.decode()


def test_a_note_needs_a_source_when_it_is_a_fact(region, case):
    data = {
        "anteckning-kind": "fact",
        "anteckning-text": "Sensorn är trasig.",
        "anteckning-source": "",
    }
    refused = post(region.investigator, "deviation_note", case, data)
    assert refused.status_code == 409
    assert "Sensorn är trasig." in refused.content.decode()

    post(region.investigator, "deviation_note", case, {**data, "anteckning-source": "Protokoll"})
    note = case.deviation.notes.get()
    post(region.investigator, "deviation_note_withdraw", case, {}, note.pk)

    note.refresh_from_db()
    assert note.withdrawn_at is not None


def moment(**fields):
    at = timezone.localtime() - timedelta(hours=4)
    return {
        "tidpunkt-at_0": f"{at:%Y-%m-%d}",
        "tidpunkt-at_1": f"{at:%H:%M}",
        "tidpunkt-precision": "about",
        "tidpunkt-text": "Pumpen stannade.",
        "tidpunkt-departs": "on",
        **fields,
    }


def test_the_course_of_events_is_written_mended_and_taken_back(region, case):
    by = region.investigator
    assert post(by, "deviation_moment_add", case, moment()).status_code == 302
    entry = TimelineEntry.objects.get()
    assert entry.departs
    assert signed_in(by).get(url("deviation_moment", case, entry.pk)).status_code == 200
    changed = moment(**{"tidpunkt-text": "Den var tyst.", "tidpunkt-version": 1})
    assert post(by, "deviation_moment", case, changed, entry.pk).status_code == 302

    mine = moment(**{"tidpunkt-text": "Min version.", "tidpunkt-version": 1})
    stale = post(region.coordinator, "deviation_moment", case, mine, entry.pk)

    assert stale.status_code == 409
    page = text_of(stale)
    assert "Den var tyst." in page
    assert "Min version." in page
    assert TimelineEntry.objects.get().text == "Den var tyst."
    assert post(by, "deviation_moment_remove", case, {}, entry.pk).status_code == 302
    assert not TimelineEntry.objects.exists()


def test_causes_come_and_go(region, case):
    by = region.investigator
    data = {
        "orsak-area": code("cause_area", "barriers").pk,
        "orsak-text": "Inget larm.",
        "orsak-evidence": "",
    }
    assert post(by, "deviation_cause", case, data).status_code == 422
    assert (
        post(by, "deviation_cause", case, {**data, "orsak-evidence": "Loggen."}).status_code == 302
    )
    cause = case.deviation.causes.get()
    assert post(by, "deviation_cause_remove", case, {}, cause.pk).status_code == 302
    assert not case.deviation.causes.exists()


def test_whether_it_happened_before_is_answered_against_a_search(region, case):
    alike = file_report(region.ward, what_happened="Sprutpumpen stannade också.")
    by = region.investigator
    policy.reach(alike, Level.READER, unit=region.devices)

    searched = signed_in(by).get(url("deviation_investigation", case) + "?sok=sprutpump")

    assert alike.number in searched.content.decode()
    event = Event.objects.with_body().get(action="search.made")
    assert event.payload.body["cases"] == [alike.pk]
    answer = {
        "liknande-answer": "yes",
        "liknande-text": "",
        "liknande-search": "sprutpump",
        "liknande-version": case.version,
    }
    assert post(by, "deviation_similar", case, answer).status_code == 409
    done = post(by, "deviation_similar", case, {**answer, "liknande-text": "Samma sensor."})
    assert done.status_code == 302
    row = case.deviation.investigation
    assert (row.similar_before, row.similar_search, row.similar_hits) == ("yes", "sprutpump", 1)


def test_conclusions_written_at_once_stand_side_by_side(region, case):
    data = {
        "slutsats-could_recur": "Ja, tills alla är bytta.",
        "slutsats-patient_view": "",
        "slutsats-is_event_analysis": "on",
        "slutsats-version": case.version,
    }
    assert post(region.investigator, "deviation_conclude", case, data).status_code == 302

    stale = post(
        region.coordinator, "deviation_conclude", case, {**data, "slutsats-could_recur": "Nej."}
    )

    assert stale.status_code == 409
    page = text_of(stale)
    assert "Ja, tills alla är bytta." in page
    assert "Nej." in page


def test_device_codes_are_found_chosen_and_taken_away(region, case):
    system = CodeSystem.objects.create(key="imdrf_prov", name="IMDRF, prov")
    term = Code.objects.create(
        system=system, code="PROV05", label="Mekaniskt provfel", valid_from=timezone.localdate()
    )
    by = region.investigator

    found = signed_in(by).get(url("deviation_investigation", case) + "?kod=provfel")

    assert "PROV05 Mekaniskt provfel" in found.content.decode()
    post(by, "deviation_code", case, {"code": term.pk})
    chosen = DeviceCode.objects.get()
    assert chosen.code == term
    post(by, "deviation_code_remove", case, {}, chosen.pk)
    assert not DeviceCode.objects.exists()


def test_links_and_tickets(region, case):
    by = region.coordinator
    other = file_report(region.ward)
    hidden = post(
        region.investigator,
        "deviation_link",
        case,
        {"lank-number": other.number, "lank-kind": "similar"},
    )
    assert hidden.status_code == 409, "a case one cannot read is not spoken of"
    post(by, "deviation_link", case, {"lank-number": other.number, "lank-kind": "similar"})
    ticket = {"extern-kind": "problem", "extern-system": "Desk", "extern-number": "PRB-1"}
    post(by, "deviation_ticket", case, ticket)

    assert Link.objects.get().other == other
    page = text_of(signed_in(by).get(url("deviation", case)))
    assert other.number in page
    assert "PRB-1" in page
    assert other.number not in text_of(signed_in(region.investigator).get(url("deviation", case)))
    post(by, "deviation_link_remove", case, {}, Link.objects.get().pk)
    post(by, "deviation_ticket_remove", case, {}, ExternalTicket.objects.get().pk)
    assert not Link.objects.exists()
    assert not ExternalTicket.objects.exists()


def test_a_measure_is_decided_and_serves_another_case(region, case):
    by = region.investigator
    today = timezone.localdate()
    owner = person_as("action_owner", region.devices)
    data = {
        "title": "Byt sensorn",
        "strength": "strong",
        "owner": owner.email,
        "due_on": f"{today + timedelta(days=9)}",
        "effect_sign": "Inga stopp.",
        "effect_due_on": f"{today + timedelta(days=90)}",
    }
    untold = post(by, "deviation_measure_new", case, data)
    assert untold.status_code == 409
    assert "Fråga den ansvariga först." in untold.content.decode()
    assert (
        post(by, "deviation_measure_new", case, {**data, "owner_is_told": "on"}).status_code == 302
    )
    measure = Measure.objects.get()
    assert measure.owner == owner
    second = in_status("in_investigation", region)

    found = signed_in(by).get(url("deviation_measures", second) + "?sok=sensor")
    assert "Byt sensorn" in found.content.decode()
    post(by, "deviation_measure_existing", second, {"befintlig-measure": measure.pk})
    assert set(measure.cases.all()) == {case, second}


def test_why_no_measure_is_needed_lets_the_case_close(region, case):
    by = region.investigator
    post(
        by,
        "deviation_without_measure",
        case,
        {"utan-closing_note": "Redan bytt.", "utan-version": case.version},
    )

    case.deviation.refresh_from_db()
    assert case.deviation.closing_note == "Redan bytt."


def test_a_file_is_added_opened_and_its_opening_written(region, case):
    by = region.investigator
    added = signed_in(by).post(
        url("deviation_attach", case),
        {"fil-audience": "internal", "fil-file": upload("bild.png", picture())},
    )
    assert added.status_code == 302
    file = case.attachments.get()

    answer = signed_in(by).get(reverse("attachment", args=[file.pk]))

    assert b"".join(answer.streaming_content) == picture()
    assert answer.headers["Content-Disposition"] == 'attachment; filename="bild.png"'
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert Event.objects.filter(
        action="attachment.read", object_id=file.pk, actor_id=by.pk
    ).exists()
    stranger = person_as("unit_manager", region.private)
    assert signed_in(stranger).get(reverse("attachment", args=[file.pk])).status_code == 404
    wrong = signed_in(by).post(
        url("deviation_attach", case),
        {"fil-audience": "internal", "fil-file": upload("x.exe", b"MZ")},
    )
    assert wrong.status_code == 409
    assert case.attachments.count() == 1


def test_the_reporter_opens_what_was_sent_to_her_and_nothing_else(region, case):
    by = region.investigator
    hers = attachments.attach(
        case, files.receive(upload("a.png", picture())), by=by, audience="reporter"
    )
    ours = attachments.attach(case, files.receive(upload("b.png", picture())), by=by)
    client = signed_in(region.reporter)

    opened = client.get(reverse("attachment", args=[hers.pk]))
    assert opened.status_code == 200
    assert b"".join(opened.streaming_content) == picture()
    assert client.get(reverse("attachment", args=[ours.pk])).status_code == 404


def test_secrecy_is_changed_with_a_reason(region, case):
    by = region.coordinator
    data = {"secrecy": "1", "reason": "", "version": case.version}
    assert post(by, "deviation_secrecy", case, data).status_code == 422
    assert post(by, "deviation_secrecy", case, {**data, "reason": "Kollega."}).status_code == 302
    assert fresh(case).secrecy == 1


def test_the_original_is_read_by_few_and_marked(region):
    number = "19121212-1212"
    case = file_report(
        region.ward, region.reporter, what_happened=f"Patient {number} fick fel dos."
    )
    assert number not in signed_in(region.coordinator).get(url("deviation", case)).content.decode()

    answer = post(region.coordinator, "deviation_original", case)

    assert f"Patient {number} fick fel dos." in text_of(answer)
    assert Event.objects.filter(action="sealed.read", actor_id=region.coordinator.pk).count() == 1
    manager = person_as("unit_manager", region.ward)
    assert post(manager, "deviation_original", case).status_code == 403


def test_an_extract_is_shared_until_a_day_and_taken_back(region, case):
    by = region.coordinator
    outsider = person_as("external_party", region.private)
    day = timezone.localdate() + timedelta(days=30)
    data = {
        "dela-unit": region.private.code,
        "dela-until": f"{day}",
        "dela-ground": "Samtycke finns.",
    }
    assert post(by, "deviation_share", case, {**data, "dela-ground": ""}).status_code == 422

    assert post(by, "deviation_share", case, data).status_code == 302

    assert signed_in(outsider).get(url("deviation", case)).status_code == 200
    assert "delat utdrag" in text_of(signed_in(by).get(url("deviation_parties", case)))
    post(by, "deviation_stop_sharing", case, {"unit": region.private.code})
    assert signed_in(outsider).get(url("deviation", case)).status_code == 404


# --- steps --------------------------------------------------------------------------------------


def test_a_case_walks_all_the_way_by_its_buttons(region):
    case = in_status("assigned", region)
    by = region.investigator

    def press(name, data=None):
        now = fresh(case)
        return post(by, "deviation_step", now, {"version": now.version, **(data or {})}, name)

    assert press("receive").status_code == 302
    assert fresh(case).handler == by
    refused = press("plan")
    assert refused.status_code == 409
    assert "Bakomliggande orsak saknas." in refused.content.decode()
    investigate(case, by=by)
    measure = decide_measure(case, by=by)
    assert press("plan").status_code == 302
    from patientsakerhet.cases.actions import measures

    measures.finish(measure, by=by, version=1)
    assert press("follow_up").status_code == 302
    assert press("resume", {"reason": "Effekten uteblev."}).status_code == 302
    assert press("follow_up").status_code == 302
    measures.follow_up_effect(measure, by=by, version=2, effect="yes", result="Inga stopp.")
    assessment.assess(case, by=by, actual=0, potential=2, probability=2)
    comments.say(case, "Bytt.", by=by, audience="reporter", purpose="feedback")
    assert press("close").status_code == 302
    assert fresh(case).status == "closed"
    assert press("reopen", {"reason": "Hände igen."}).status_code == 403, "not the investigator"
    manager = person_as("unit_manager", region.devices)
    done = post(manager, "deviation_step", fresh(case), {"reason": "Hände igen."}, "reopen")
    assert done.status_code == 302
    assert fresh(case).status == "in_investigation"


def test_handing_over_to_another_provider_needs_a_ground(region, case):
    by = region.coordinator
    data = {"to": region.private.name, "reason": "Det hände hos er.", "version": case.version}

    refused = post(by, "deviation_step", case, data, "hand_over")

    assert refused.status_code == 409
    assert "på vilken grund" in refused.content.decode()
    assert "Det hände hos er." in refused.content.decode()
    done = post(by, "deviation_step", case, {**data, "basis": "consent"}, "hand_over")
    assert done.status_code == 302
    assert Handover.objects.latest("pk").basis == "consent"
    page = text_of(signed_in(by).get(url("deviation_parties", case)))
    assert "Ej mottagen" in page


def test_a_step_on_a_case_that_has_moved_shows_how_it_stands(region, case):
    data = {"reason": "Fel enhet.", "version": case.version - 1}

    stale = post(region.investigator, "deviation_step", case, data, "send_back")

    assert stale.status_code == 409
    page = text_of(stale)
    assert "Så står det nu" in page
    assert "Fel enhet." in stale.content.decode()
    assert fresh(case).status == "in_investigation"


@pytest.mark.parametrize("name", ["take", "ask", "reject", "coordinate", "restore"])
def test_a_step_from_the_wrong_state_says_so(name, region, case):
    answer = signed_in(region.coordinator).get(url("deviation_step", case, name))

    assert answer.status_code == 200
    assert "går inte när ärendet är ”Orsaksutredning”" in text_of(answer)


def test_a_step_nobody_knows_does_not_exist(region, case):
    assert (
        signed_in(region.coordinator).get(url("deviation_step", case, "flyga")).status_code == 404
    )


def test_coordinators_ask_reject_merge_and_restore(region):
    by = region.coordinator
    asked, bad, double = (file_report(region.ward, region.reporter) for _ in range(3))
    post(by, "deviation_step", asked, {"question": "Vilken pump?"}, "ask")
    assert fresh(asked).status == "returned"
    post(by, "deviation_step", bad, {"reason": "Ingen avvikelse.", "answer": "Tack."}, "reject")
    assert fresh(bad).status == "rejected"
    post(by, "deviation_step", bad, {"reason": "Jo."}, "restore")
    assert fresh(bad).status == "in_coordination"
    post(by, "deviation_step", double, {"into": asked.number}, "merge")
    assert fresh(double).parent == asked
    post(by, "deviation_step", double, {"reason": "Fel."}, "unmerge")
    assert fresh(double).parent is None


def test_a_handler_is_appointed(region, case):
    colleague = person_as("investigator", region.devices)

    answer = post(region.coordinator, "deviation_appoint", case, {"handler": colleague.email})

    assert answer.status_code == 302
    assert fresh(case).handler == colleague


# --- lowered assessments ------------------------------------------------------------------------


def test_the_chief_physician_reviews_what_was_lowered(region, case):
    lowered = assessment.assess(
        case, by=region.investigator, actual=0, potential=1, probability=1, reason="Utrett."
    )
    client = signed_in(region.physician)

    page = text_of(client.get(reverse("downgrades")))

    assert "Från allvarlighet 2, risktal 4 till allvarlighet 1, risktal 1" in page
    assert "Utrett." in page
    client.post(reverse("downgrade_review", args=[lowered.pk]))
    lowered.refresh_from_db()
    assert lowered.reviewed_by == region.physician
    assert "Inget att granska" in text_of(client.get(reverse("downgrades")))
    assert signed_in(region.coordinator).get(reverse("downgrades")).status_code == 403


# --- statements ---------------------------------------------------------------------------------


def grow(region, case, times):
    by = region.investigator
    for _ in range(times):
        comments.say(case, "Hej", by=by)
        investigation.note(case, "Vi tror det.", by=by, kind="judgement")
        investigation.add_to_timeline(case, "Då", by=by, at=timezone.now() - timedelta(hours=2))
        investigate(case, by=by)
        decide_measure(case, by=by, owner=make_person())
        links.add_ticket(case, by=by, kind="problem", system="Desk", number=f"P-{timezone.now()}")
        assessment.assess(case, by=by, actual=0, potential=2, probability=2)
        policy.reach(case, Level.READER, person=make_person())


def test_a_part_asks_as_much_of_the_database_however_much_there_is_in_the_case(region, case):
    client = signed_in(region.investigator)

    def asked():
        counted = {}
        for part in PARTS:
            with CaptureQueriesContext(connection) as statements:
                client.get(url(part, case))
            counted[part] = len(statements)
        return counted

    grow(region, case, 1)
    client.get(url(PARTS[0], case))  # the session's first page is noted once
    assert asked() == STATEMENTS
    grow(region, case, 2)
    assert asked() == STATEMENTS


STATEMENTS = {
    "deviation": 26,
    "deviation_assessment": 27,
    "deviation_investigation": 33,
    "deviation_measures": 23,
    "deviation_parties": 25,
    "deviation_history": 25,
}

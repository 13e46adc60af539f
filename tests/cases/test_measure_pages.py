"""Measures as pages: the list, its files, one measure and what its owner and deciders do with it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from patientsakerhet.access import policy
from patientsakerhet.access.models import Level
from patientsakerhet.audit.models import Event
from patientsakerhet.cases.actions import measures
from patientsakerhet.cases.models import Measure, SavedView
from tests.factories import Region, decide_measure, in_status, make_person, person_as
from tests.made_once import made_once
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db


def _decided():
    region = Region()
    case = in_status("in_investigation", region)
    owner = person_as("action_owner", region.operations, name="Sara Nyholm")
    return region, case, owner, decide_measure(case, by=region.investigator, owner=owner)


_made, decided = made_once(_decided)


@pytest.fixture
def region(decided):
    return decided[0]


@pytest.fixture
def case(decided):
    return decided[1]


@pytest.fixture
def owner(decided):
    return decided[2]


@pytest.fixture
def measure(decided):
    return decided[3]


def send(person, name, measure, **fields):
    fields.setdefault("version", measure.version)
    return signed_in(person).post(reverse(name, args=[measure.pk]), fields)


def now(measure):
    return Measure.objects.get(pk=measure.pk)


def whole(measure, **changed):
    """The form for changes as the page shows it, with some of it changed."""
    return {
        "title": measure.title,
        "description": measure.description,
        "strength": measure.strength,
        "owner": measure.owner.email,
        "due_on": measure.due_on.isoformat(),
        "effect_sign": measure.effect_sign,
        "effect_due_on": measure.effect_due_on.isoformat(),
        "progress": measure.progress,
        "version": measure.version,
        **changed,
    }


# --- the list -------------------------------------------------------------------------------------


def titles(answer):
    return [row.title for row in answer.context["rows"]]


def test_the_list_begins_with_ones_own(region, case, owner, measure):
    decide_measure(case, by=region.investigator, title="Märk pumparna")

    answer = signed_in(owner).get(reverse("measures"))

    assert titles(answer) == ["Byt trycksensor"]
    assert [(view.label, view.count, view.current) for view in answer.context["views"]] == [
        ("Mina", "1", True),
        ("Mina enheters", "0", False),
        ("Försenade", "0", False),
        ("Effekt att följa upp", "0", False),
        ("Alla", "2", False),
    ]


def test_a_manager_without_measures_of_her_own_begins_with_her_units(region, measure):
    manager = person_as("unit_manager", region.devices)

    answer = signed_in(manager).get(reverse("measures"))

    assert titles(answer) == ["Byt trycksensor"]
    assert [view.label for view in answer.context["views"] if view.current] == ["Mina enheters"]


def test_late_measures_and_effects_have_views_of_their_own(region, case, measure):
    done = decide_measure(case, by=region.investigator, title="Märk pumparna")
    today = timezone.localdate()
    Measure.objects.filter(pk=measure.pk).update(due_on=today - timedelta(days=2))
    Measure.objects.filter(pk=done.pk).update(
        status="done", done_at=timezone.now(), effect_due_on=today
    )
    client = signed_in(region.investigator)

    late = client.get(reverse("measures") + "?overdue=on")
    effects = client.get(reverse("measures") + "?effect_due=on")

    assert titles(late) == ["Byt trycksensor"]
    assert "Försenad 2" in late.content.decode()
    assert titles(effects) == ["Märk pumparna"]


def test_a_case_one_may_not_know_of_is_not_named(region, case, measure):
    other = person_as("unit_manager", region.sibling)
    own = in_status("in_investigation", region)
    measures.change(
        decide_measure(own, by=region.investigator, title="Annan"),
        by=region.investigator,
        version=1,
        owner=other,
        owner_is_told=True,
    )

    page = signed_in(other).get(reverse("measures")).content.decode()

    assert own.number in page
    assert case.number not in page
    assert "Byt trycksensor" not in page


def test_a_selection_that_means_nothing_is_said_and_shows_nothing(region, measure):
    answer = signed_in(region.investigator).get(reverse("measures") + "?status=okand")

    assert answer.status_code == 200
    assert titles(answer) == []
    assert "Urvalet gick inte att läsa" in answer.content.decode()


def test_a_made_up_place_in_the_list_is_a_bad_request(region):
    answer = signed_in(region.investigator).get(reverse("measures") + "?status=&sida=hittepa")

    assert answer.status_code == 400


def test_reading_the_list_is_in_the_trail(region, case, measure):
    signed_in(region.investigator).get(reverse("measures") + "?status=open")

    event = Event.objects.reads().with_body().get(actor_id=region.investigator.pk)

    assert event.payload.body == {
        "list": "measures",
        "filter": "status=open",
        "measures": [measure.pk],
        "cases": [case.pk],
    }


def test_the_list_asks_as_much_for_three_rows_as_for_one(region, case):
    client = signed_in(region.investigator)
    client.get(reverse("own_reports"))  # the first request writes the session's age

    for count, more in ((1, 1), (3, 2)):
        for _ in range(more):
            decide_measure(case, by=region.investigator, title="Märk pumparna")
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(reverse("measures"))

        assert len(answer.context["rows"]) == count
        # savepoint and release; session, person, assignments; views; rows, their cases; saved
        # views; trail; the navigation's numbers
        assert len(asked) == 11, "\n".join(one["sql"][:120] for one in asked)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_selection_is_taken_out_as_a_file(form, region, case, measure):
    answer = signed_in(region.investigator).get(
        reverse("measures_extract", args=[form]) + "?status=open"
    )
    content = b"".join(answer)

    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="atgarder-')
    if form == "csv":
        text = content.decode("utf-8-sig")
        assert "Läge: Öppna" in text
        assert "Byt trycksensor" in text
    body = Event.objects.with_body().get(action="export.made").payload.body
    assert (body["what"], body["count"], body["cases"]) == ("atgarder", 1, [case.pk])


def test_an_owner_who_may_not_take_out_is_refused(owner, measure):
    client = signed_in(owner)

    assert client.get(reverse("measures_extract", args=["csv"])).status_code == 403
    assert "Hämta CSV" not in client.get(reverse("measures")).content.decode()


def test_a_file_of_a_kind_we_do_not_write_does_not_exist(region, measure):
    answer = signed_in(region.investigator).get(reverse("measures_extract", args=["pdf"]))

    assert answer.status_code == 404


# --- saved views ----------------------------------------------------------------------------------


def test_a_selection_is_kept_under_a_name_and_taken_away(region):
    client = signed_in(region.investigator)
    page = reverse("measures_views")

    kept = client.post(f"{page}?overdue=on&okand=1&sida=x", {"name": "Försenat hos oss"})
    twice = client.post(f"{page}?status=open", {"name": "Försenat hos oss"})

    view = SavedView.objects.get()
    assert (view.query, view.person) == ("overdue=on", region.investigator)
    assert kept.headers["Location"] == reverse("measures") + "?overdue=on"
    assert twice.status_code == 409
    assert "redan en vy" in twice.content.decode()
    assert "Försenat hos oss" in client.get(reverse("measures")).content.decode()

    client.post(reverse("measures_view_forget", args=[view.pk]))

    assert not SavedView.objects.exists()


def test_another_persons_view_stays(region):
    view = SavedView.objects.create(
        person=region.coordinator, page="atgarder", name="Min", query="overdue=on"
    )

    signed_in(region.investigator).post(reverse("measures_view_forget", args=[view.pk]))

    assert SavedView.objects.exists()


# --- one measure ----------------------------------------------------------------------------------


def test_a_measure_one_may_not_know_of_does_not_exist(region, measure):
    for person in (make_person(), person_as("unit_manager", region.sibling)):
        client = signed_in(person)

        assert client.get(reverse("measure", args=[measure.pk])).status_code == 404
        assert client.post(reverse("measure_finish", args=[measure.pk])).status_code == 404


def test_reading_a_measure_is_in_the_trail_of_its_case(region, case, measure):
    signed_in(region.investigator).get(reverse("measure", args=[measure.pk]))

    event = Event.objects.reads().with_body().get(action="measure.read")

    assert (event.object_id, event.payload.body) == (measure.pk, {"cases": [case.pk]})
    assert event in Event.objects.touching(case.pk)


def test_an_owner_who_sees_an_extract_does_her_measure(region, case, owner, measure):
    page = signed_in(owner).get(reverse("measure", args=[measure.pk])).content.decode()

    assert reverse("measure_begin", args=[measure.pk]) in page
    assert reverse("measure_change", args=[measure.pk]) not in page
    assert case.get_absolute_url() in page

    assert send(owner, "measure_begin", measure).status_code == 302
    assert send(owner, "measure_progress", now(measure), progress="61 av 214").status_code == 302
    assert send(owner, "measure_finish", now(measure)).status_code == 302
    assert (now(measure).status, now(measure).progress) == ("done", "61 av 214")


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("measure_change", {}),
        ("measure_cancel", {"utgar-reason": "Behövs inte.", "utgar-version": 1}),
        ("measure_effect", {"effekt-effect": "yes", "effekt-result": "Bra.", "effekt-version": 1}),
    ],
)
def test_an_owner_does_not_decide(name, fields, owner, measure):
    if name == "measure_change":
        fields = whole(measure, title="Något annat")

    answer = signed_in(owner).post(reverse(name, args=[measure.pk]), fields)

    assert answer.status_code == 403
    assert now(measure).version == 1
    assert Event.objects.using("trail").denials().filter(actor_id=owner.pk).exists()


def test_an_empty_form_from_who_may_not_is_refused_for_that(owner, measure):
    assert send(owner, "measure_cancel", measure).status_code == 403


def test_a_reader_may_look_and_not_touch(region, measure):
    reader = person_as("reporter", region.devices)
    policy.reach(measure.cases.get(), Level.READER, person=reader)
    page = signed_in(reader).get(reverse("measure", args=[measure.pk]))

    assert page.status_code == 200
    assert "Påbörja" not in page.content.decode()
    assert send(reader, "measure_begin", measure).status_code == 403
    assert send(reader, "measure_progress", measure, progress="x").status_code == 403
    assert now(measure).status == "planned"


def test_postponing_without_a_reason_keeps_what_was_written(region, measure):
    later = (measure.due_on + timedelta(days=9)).isoformat()

    answer = signed_in(region.investigator).post(
        reverse("measure_change", args=[measure.pk]),
        whole(measure, due_on=later, title="Byt alla trycksensorer"),
    )
    page = answer.content.decode()

    assert answer.status_code == 409
    assert "Skriv varför åtgärden skjuts upp." in page
    assert "Byt alla trycksensorer" in page
    assert later in page
    assert now(measure).version == 1


def test_postponing_with_a_reason_stands_in_the_history(region, measure):
    later = measure.due_on + timedelta(days=9)
    client = signed_in(region.investigator)
    client.post(
        reverse("measure_change", args=[measure.pk]),
        whole(measure, due_on=later.isoformat(), reason="Väntar på delar."),
    )

    page = client.get(reverse("measure", args=[measure.pk])).content.decode()

    assert now(measure).due_on == later
    assert "Skäl: Väntar på delar." in page
    assert "Klar senast:" in page


def test_a_new_owner_must_have_been_asked(region, measure):
    new = person_as("action_owner", region.operations, name="Ali Rezaei")
    client, url = signed_in(region.investigator), reverse("measure_change", args=[measure.pk])

    refused = client.post(url, whole(measure, owner="Ali Rezaei"))

    assert refused.status_code == 409
    assert "Fråga den ansvariga först" in refused.content.decode()

    client.post(url, whole(measure, owner="Ali Rezaei", owner_is_told="on"))

    assert now(measure).owner == new


def test_a_name_nobody_has_is_asked_about(region, measure):
    answer = signed_in(region.investigator).post(
        reverse("measure_change", args=[measure.pk]), whole(measure, owner="Ingen Alls")
    )

    assert answer.status_code == 422
    assert "Det finns ingen som heter ”Ingen Alls”" in answer.content.decode()


def test_somebody_who_wrote_meanwhile_is_shown_beside_ones_own_text(region, owner, measure):
    measures.change(measure, by=region.investigator, version=1, progress="60 av 214")

    answer = send(owner, "measure_progress", measure, progress="61 av 214")
    page = answer.content.decode()

    assert answer.status_code == 409
    assert region.investigator.name in page
    assert "60 av 214" in page
    assert "61 av 214" in page
    assert 'name="version" value="2"' in page
    assert now(measure).progress == "60 av 214"

    assert send(owner, "measure_progress", now(measure), progress="61 av 214").status_code == 302
    assert now(measure).progress == "61 av 214"


def test_a_button_pressed_on_an_old_page_shows_what_stands_now(region, owner, measure):
    measures.change(measure, by=region.investigator, version=1, progress="60 av 214")

    answer = send(owner, "measure_finish", measure)

    assert answer.status_code == 409
    assert "Någon annan ändrade åtgärden" in answer.content.decode()
    assert now(measure).status == "planned"


def test_cancelling_demands_a_reason(region, measure):
    url = reverse("measure_cancel", args=[measure.pk])
    client = signed_in(region.investigator)

    without = client.post(url, {"utgar-version": 1})
    done = client.post(url, {"utgar-version": 1, "utgar-reason": "Pumparna är utbytta."})

    assert without.status_code == 422
    assert "Skriv varför åtgärden utgår." in without.content.decode()
    assert done.status_code == 302
    assert now(measure).status == "cancelled"
    page = client.get(reverse("measure", args=[measure.pk])).content.decode()
    assert "Pumparna är utbytta." in page
    assert reverse("measure_begin", args=[measure.pk]) not in page


def test_the_effect_is_followed_up_with_its_result(region, owner, measure):
    measures.finish(measure, by=owner, version=1)
    client, url = signed_in(region.investigator), reverse("measure_effect", args=[measure.pk])

    half = client.post(url, {"effekt-version": 2, "effekt-result": "Inga fler stopp."})
    done = client.post(
        url, {"effekt-version": 2, "effekt-effect": "yes", "effekt-result": "Inga fler stopp."}
    )

    assert half.status_code == 422
    assert "Inga fler stopp." in half.content.decode()
    assert done.status_code == 302
    assert now(measure).effect == "yes"
    page = client.get(reverse("measure", args=[measure.pk])).content.decode()
    assert "Avsedd effekt" in page


def test_a_measure_that_serves_two_cases_has_one_history(region, measure):
    other = in_status("in_investigation", region)
    measures.serve_also(measure, other, by=region.investigator)
    measures.begin(measure, by=region.investigator, version=1)
    page = signed_in(region.investigator).get(reverse("measure", args=[measure.pk]))

    told = [one.text for one in page.context["history"]]

    assert told == [
        "Åtgärden påbörjades av",
        "Åtgärden knöts till ett ärende till av",
        "Åtgärden beslutades av",
    ]
    assert other.number in page.content.decode()


def test_a_form_from_elsewhere_is_refused(owner, measure):
    client = signed_in(owner, enforce_csrf_checks=True)
    url = reverse("measure_begin", args=[measure.pk])

    assert client.post(url, {"version": 1}).status_code == 403
    assert now(measure).status == "planned"

    client.get(reverse("measure", args=[measure.pk]))
    token = client.cookies["csrf"].value

    assert client.post(url, {"version": 1, "csrfmiddlewaretoken": token}).status_code == 302
    assert now(measure).status == "started"


def test_the_page_asks_as_much_for_three_cases_as_for_one(region, measure):
    client = signed_in(region.investigator)
    client.get(reverse("own_reports"))  # the first request writes the session's age

    for count, more in ((1, 0), (3, 2)):
        for _ in range(more):
            other = in_status("in_investigation", region)
            measures.serve_also(measure, other, by=region.investigator)
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(reverse("measure", args=[measure.pk]))

        assert len(answer.context["opened"].cases) == count
        # savepoint and release; session, person, assignments; measure, right, cases; trail;
        # history, names; suggested owners; the navigation's numbers
        assert len(asked) == 13, "\n".join(one["sql"][:120] for one in asked)

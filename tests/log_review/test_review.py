"""The log is read by whoever reviews it, never with what cases say; and that it was read is kept."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from patientsakerhet.audit import checkpoints, trail
from patientsakerhet.audit.models import Checkpoint, Event
from patientsakerhet.lib.refusal import NotAllowed, NotReady
from patientsakerhet.log_review import actions, chain
from patientsakerhet.log_review.models import LogReview
from patientsakerhet.log_review.words import said
from patientsakerhet.organisation.models import Role
from tests.factories import Region, file_report, person_as
from tests.log_review.making import reviewed
from tests.matrix.walk import put_away
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def region():
    return Region()


@pytest.fixture
def reviewer(region):
    """Somebody who reviews the log of everybody: also of the private caregiver, which lies under no other."""
    person = person_as(Role.LOG_REVIEWER, region.root)
    person.assignments.create(
        role=Role.LOG_REVIEWER, unit=region.private, valid_from=timezone.localdate()
    )
    return person


def denied(action, by, case):
    """An attempt that was denied, on the connection of the test: the true one commits at once."""
    trail._write(Event.Kind.DENIED, action, by=by, case_id=case.pk, number=case.number)


def listed(person, **asked):
    answer = signed_in(person).get(reverse("log_events"), asked)
    assert answer.status_code == 200
    return [tuple(cell.text for cell in row) for row in answer.context["rows"]]


def test_the_log_says_who_did_what_and_never_what_the_case_says(region, reviewer):
    case = file_report(region.ward, region.reporter, what_happened="Hemligheten om pumpen.")
    with transaction.atomic():
        trail.read("search.made", by=region.physician, body={"cases": [case.pk], "words": "pump"})
    denied("case.close", region.reporter, case)

    page = signed_in(reviewer).get(reverse("log_events"))
    rows = [tuple(cell.text for cell in row) for row in page.context["rows"]]

    body = page.content.decode()
    assert "Hemligheten" not in body
    assert "pump" not in body
    assert ("Ärendet skapades", region.reporter.name, case.number, "–", "Ändring") in [
        row[:2] + row[3:] for row in rows
    ]
    # the search showed one case, and the attempt stands as denied
    assert ("Sökte", region.physician.name, "–", "1", "Läsning") in [
        row[:2] + row[3:] for row in rows
    ]
    assert ("Ärende", region.reporter.name, case.number, "–", "Nekad") in [
        row[:2] + row[3:] for row in rows
    ]


def test_the_log_is_narrowed_by_person_case_sort_and_day(region, reviewer):
    case = file_report(region.ward, region.reporter)
    with transaction.atomic():
        trail.read("list.read", by=region.physician, body={"cases": [case.pk]})
        trail.read("list.read", by=region.physician, body={"cases": []})
        trail.record("sign_in.done", by=region.investigator)
    denied("case.close", region.coordinator, case)
    today = timezone.localdate()

    assert {row[1] for row in listed(reviewer, who=region.physician.name)} == {
        region.physician.name
    }
    about = listed(reviewer, number=case.number.lower())
    assert [row[0] for row in about if row[1] == region.physician.name] == [said("list.read")]
    assert {row[5] for row in listed(reviewer, kind="denied")} == {"Nekad"}
    assert [row[:2] for row in listed(reviewer, area="sign_in")] == [
        ("Loggade in", region.investigator.name)
    ]
    assert listed(reviewer, until=today - timedelta(days=1)) == []
    assert [row[1] for row in listed(reviewer, unit=region.devices.name, until=today)] == [
        region.investigator.name
    ]
    assert signed_in(reviewer).get(reverse("log_events"), {"since": "x"}).status_code == 422


def test_reading_the_log_stands_in_the_log(region, reviewer):
    listed(reviewer, kind="denied")

    (event,) = Event.objects.with_body().filter(action="log.read")
    assert (event.actor_id, event.right) == (reviewer.pk, "review_log")
    assert event.payload.body["filter"] == [["Tilläts eller nekades", "Nekade försök"]]


def test_whoever_reviews_at_a_unit_sees_its_own_people_alone(region):
    here = person_as(Role.LOG_REVIEWER, region.hospital)
    file_report(region.ward, region.reporter)
    with transaction.atomic():
        trail.read("list.read", by=region.physician, body={"cases": []})
        trail.record("audit.restored", by=None)

    assert {row[1] for row in listed(here)} == {region.reporter.name}


def test_the_page_says_how_the_chain_stands(region, reviewer, commit, settings, tmp_path):
    settings.STATE_DIR, settings.AUDIT_CHECKPOINTS = tmp_path, tmp_path / "checkpoints"
    settings.AUDIT_KEY = settings.AUDIT_KEY_FILE = ""
    file_report(region.ward, region.reporter)
    commit()

    def told():
        return signed_in(reviewer).get(reverse("log_events")).content.decode()

    assert "Loggens kedja är inte signerad än." in told()
    commit()
    head = checkpoints.write()
    trail.record("sign_in.done", by=region.reporter)
    commit()
    now = chain.standing()
    assert (now.place, now.later, now.agrees) == (head.seq, now.later, True)
    assert now.later >= 1
    assert "Loggens kedja är kontrollerad och signerad" in told()
    Checkpoint.objects.create(
        epoch=head.epoch + 1, seq=head.seq, hash=b"another", at=timezone.now(), key_id="x",
        signature=b"x",
    )  # fmt: skip
    assert "Loggens kedja stämmer inte" in told()


def test_the_chain_is_a_page_and_a_command_and_open_to_whoever_reviews_everything(
    region, reviewer, commit, tmp_path
):
    file_report(region.ward, region.reporter, what_happened="Hemligheten om pumpen.")
    here = person_as(Role.LOG_REVIEWER, region.hospital)
    address = reverse("log_events_extract", args=["jsonl"])

    assert address in signed_in(reviewer).get(reverse("log_events")).content.decode()
    assert address not in signed_in(here).get(reverse("log_events")).content.decode()
    assert signed_in(here).get(address).status_code == 403
    answer = signed_in(reviewer).get(address)
    commit()
    page = b"".join(answer.streaming_content).decode()
    path = tmp_path / "kedja.jsonl"
    call_command("export_audit", str(path))

    assert page == path.read_text()
    assert page.count("\n") > 1
    assert "Hemligheten" not in page
    made = Event.objects.with_body().get(action="export.made", actor_id=reviewer.pk)
    assert made.payload.body["what"] == "loggkedja"


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_log_is_taken_out_as_it_is_narrowed(region, reviewer, form):
    case = file_report(region.ward, region.reporter)
    asked = {"number": case.number}

    answer = signed_in(reviewer).get(reverse("log_events_extract", args=[form]), asked)

    content = b"".join(answer.streaming_content)
    put_away(answer)
    assert len(content) > 100
    if form == "csv":
        lines = content.decode("utf-8-sig").splitlines()
        assert lines[1].startswith("Händelse;Tid;Person;Vad;Handling;Slag;Ärende;")
        assert any(f"Ärendet skapades;case.filed;ändring;{case.number};" in one for one in lines)
    assert Event.objects.filter(action="export.made", actor_id=reviewer.pk).count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_log_asks_the_database_as_much_for_one_row_as_for_three(region, reviewer, count):
    for _ in range(count):
        file_report(region.ward, region.reporter)
        reviewed(region.root, reviewer)
    client = signed_in(reviewer)

    def statements(address):
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    assert {name: statements(reverse(name)) for name in LISTS} == LISTS


LISTS = {"log_events": 14, "log_reviews": 9}


def test_a_review_is_written_down_from_the_selection_it_is_of(region, reviewer):
    file_report(region.ward, region.reporter)
    today = timezone.localdate()
    client = signed_in(reviewer)
    address = reverse("log_review_new")
    given = {"unit": region.root.code, "outcome": "questions", "note": "Vi frågar."}

    assert "Välj vilken period" in client.get(address).content.decode()
    assert client.post(address, given).status_code == 422
    chosen = f"{address}?who={region.reporter.email}&kind=change&since={today}&until={today}"
    counted = Event.objects.filter(actor_id=region.reporter.pk, kind="change").count()
    made = client.post(chosen, given)

    assert made.status_code == 302, made.content.decode()
    row = LogReview.objects.get()
    assert (row.person, row.events, row.outcome, row.reviewed_by) == (
        region.reporter,
        counted,
        "questions",
        reviewer,
    )
    assert row.selection == f"Person: {region.reporter.email} · Tilläts eller nekades: Ändringar"
    assert "Frågor att följa upp" in client.get(reverse("log_reviews")).content.decode()
    assert Event.objects.filter(action="log_review.recorded", object_id=row.pk).count() == 1


def test_a_review_is_refused(region, reviewer):
    today = timezone.localdate()
    for given, reason in (
        ({"person": reviewer}, "Ingen kontrollerar sin egen åtkomst"),
        ({"outcome": "breach"}, "Skriv vad du fann"),
        ({"last_day": today + timedelta(days=1)}, "efter i dag"),
        ({"first_day": today, "last_day": today - timedelta(days=1)}, "sluta innan den börjar"),
    ):
        with pytest.raises(NotReady, match=reason):
            reviewed(region.root, reviewer, **given)
    for role in (Role.CHIEF_PHYSICIAN, Role.ADMINISTRATOR, Role.COORDINATOR):
        with pytest.raises(NotAllowed):
            reviewed(region.root, person_as(role, region.root))
    with pytest.raises(NotAllowed):
        reviewed(region.root, person_as(Role.LOG_REVIEWER, region.ward))
    assert not LogReview.objects.exists()


def test_a_wrong_review_is_taken_back_with_a_reason_and_stays(region, reviewer):
    row = reviewed(region.root, reviewer)
    client = signed_in(reviewer)

    assert client.post(row.get_absolute_url(), {"reason": " "}).status_code == 422
    assert client.post(row.get_absolute_url(), {"reason": "Fel period."}).status_code == 302
    assert client.post(row.get_absolute_url(), {"reason": "Igen."}).status_code == 409

    row.refresh_from_db()
    assert (row.withdrawn_by, row.withdrawn_why) == (reviewer, "Fel period.")
    assert not LogReview.objects.known_at(timezone.now()).exists()
    assert LogReview.objects.known_at(row.withdrawn_at - timedelta(microseconds=1)).count() == 1
    with pytest.raises(NotReady):
        actions.withdraw(row, by=reviewer, reason="Igen.")


def test_whoever_counts_a_review_does_not_read_whose_doings_it_was_about(region, reviewer):
    row = reviewed(
        region.administration, reviewer, selection="Person: Kim", outcome="breach", note="Såg mer."
    )

    page = signed_in(region.coordinator).get(row.get_absolute_url())

    body = page.content.decode()
    assert page.status_code == 200
    assert "Misstänkt obehörig åtkomst" in body
    assert "Kim" not in body
    assert "Såg mer." not in body
    assert signed_in(person_as(Role.UNIT_MANAGER, region.ward)).get(
        row.get_absolute_url()
    ).status_code == 404  # fmt: skip


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"selection": " "}, "log_review_says_what"),
        ({"outcome": "breach"}, "log_review_tells_what_was_found"),
        ({"withdrawn_why": "Fel."}, "log_review_withdrawn_for_a_reason"),
        ({"withdrawn_at": timezone.now()}, "log_review_withdrawn"),
        ({"last_day": "2000-01-01"}, "log_review_ends_after_it_begins"),
    ],
)
def test_the_database_refuses_what_can_never_be(region, reviewer, change, named):
    row = reviewed(region.root, reviewer)

    with pytest.raises(IntegrityError, match=named), transaction.atomic():
        LogReview.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(IntegrityError, match="log_review_of_somebody_else"), transaction.atomic():
        LogReview.objects.filter(pk=row.pk).update(person=reviewer)

"""Every change, reading and refusal leaves a row that stays as it was written."""

import hashlib
import json

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, connection, connections, transaction
from django.db.transaction import TransactionManagementError

from patientsakerhet.audit import trail
from patientsakerhet.audit.models import Event, Payload, Seal
from patientsakerhet.organisation.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return Person.objects.create_user(email="anna@example.org", name="Anna Ek")


def refused(sql, *values):
    """Run the statement; give back how the database refused it."""
    with pytest.raises(DatabaseError) as refusal, transaction.atomic(), connection.cursor() as cur:
        cur.execute(sql, values)
    return str(refusal.value)


def test_a_change_is_written_with_all_that_was_told(anna):
    event = trail.record(
        "case.filed",
        by=anna,
        case_id=7,
        number="AV-2026-00007",
        unit_id=3,
        right="reporter",
        body={"status": ["", "reported"]},
        object_type="attachment",
        object_id=9,
        via="api:4",
    )
    stored = Event.objects.with_body().get(pk=event.pk)
    assert stored == event
    assert (stored.kind, stored.action, stored.actor_id) == ("change", "case.filed", anna.pk)
    assert (stored.case_id, stored.number, stored.unit_id) == (7, "AV-2026-00007", 3)
    assert (stored.right, stored.via) == ("reporter", "api:4")
    assert (stored.object_type, stored.object_id) == ("attachment", 9)
    assert stored.payload.body == {"status": ["", "reported"]}
    assert stored.at == event.at


def test_an_event_without_body_has_no_payload():
    event = trail.record("case.take", by=None)
    assert event.payload_digest is None
    assert not Payload.objects.filter(pk=event.pk).exists()


def test_the_digest_is_salted():
    first = trail.read("search.made", by=None, body={"words": "x"})
    second = trail.read("search.made", by=None, body={"words": "x"})
    assert bytes(first.payload_digest) != bytes(second.payload_digest)
    payload = Payload.objects.get(pk=first.pk)
    assert len(bytes(payload.salt)) == 32
    opened = hashlib.sha256(bytes(payload.salt) + json.dumps(payload.body).encode()).digest()
    assert opened == bytes(first.payload_digest)


def test_what_the_database_cannot_hold_is_written_with_replacement_signs():
    event = trail.read("search.made", by=None, body={"words": "a\x00b \\u0000 \ud800 å"})
    assert Payload.objects.get(pk=event.pk).body == {"words": "a\ufffdb \\u0000 ? å"}


def test_a_list_is_found_by_each_case_it_showed(anna):
    shown = trail.read("list.read", by=anna, body={"cases": [4, 5]})
    opened = trail.read("case.read", by=anna, case_id=5)
    assert list(Event.objects.touching(5)) == [shown, opened]
    assert list(Event.objects.touching(4)) == [shown]
    assert list(Event.objects.of_case(5)) == [opened]
    assert list(Event.objects.reads().by_person(anna.pk).latest_first()) == [opened, shown]


@pytest.mark.parametrize("action", ["filed", "Case.Filed", "case filed", "", ".x", "case."])
def test_an_action_is_a_dotted_verb(action):
    with (
        pytest.raises(DatabaseError, match="audit_event_action_is_a_dotted_verb"),
        transaction.atomic(),
    ):
        trail.record(action, by=None)


def test_a_refusal_is_written_on_the_second_connection():
    trail.denied("case.read", by=AnonymousUser(), number="AV-2026-1", reason="not_visible")
    assert not Event.objects.exists()
    event = Event.objects.using("trail").with_body().get()
    assert (event.kind, event.action, event.number) == ("denied", "case.read", "AV-2026-1")
    assert event.payload.body == {"reason": "not_visible"}


def test_a_change_and_a_refusal_in_one_test_do_not_wait_for_each_other(anna, commit):
    trail.record("case.take", by=anna)
    commit()
    trail.denied("case.close", by=anna)
    assert Event.objects.using("trail").get().action == "case.close"


@pytest.mark.django_db(transaction=True)
def test_a_refusal_stays_when_the_request_is_rolled_back(anna):
    with transaction.atomic():
        trail.record("case.take", by=anna, case_id=1)
        trail.denied("case.close", by=anna, case_id=1)
        transaction.set_rollback(True)
    assert [event.action for event in Event.objects.all()] == ["case.close"]
    assert Seal.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_change_is_rolled_back_with_its_row():
    with transaction.atomic():
        trail.record("case.take", by=None)
        transaction.set_rollback(True)
    assert not Event.objects.exists()
    assert not Seal.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_written():
    with pytest.raises(TransactionManagementError):
        trail.record("case.take", by=None)


def test_the_second_connection_is_to_the_same_database():
    assert connections["trail"].settings_dict["NAME"] == connection.settings_dict["NAME"]


def test_events_are_sealed_when_the_transaction_commits(commit):
    first = trail.record("case.filed", by=None)
    second = trail.record("case.take", by=None)
    assert not Seal.objects.exists()
    commit()
    one, two = Seal.objects.order_by("seq")
    assert [(one.seq, one.event_id), (two.seq, two.event_id)] == [(1, first.pk), (2, second.pk)]
    assert bytes(one.prev) == bytes(32)
    assert bytes(two.prev) == bytes(one.hash)


def test_time_and_transaction_are_the_databases_own():
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_event (kind, action, at, transaction, version, "
            '"right", via, number, object_type) '
            "VALUES ('change', 'case.filed', '1999-01-01', 1, 9, '', '', '', '') "
            "RETURNING at > now() - interval '1 minute', transaction > 1, version"
        )
        assert cursor.fetchone() == (True, True, 1)


TABLES = ["audit_event", "audit_payload", "audit_seal", "audit_erasure", "audit_checkpoint"]


@pytest.fixture
def full(commit):
    """One row in every table of the trail."""
    event = trail.record("case.filed", by=None, body={"a": 1})
    commit()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT audit_erase(%s, NULL, 'lag', 'beslut 1', %s)", [[event.pk], b"x" * 32]
        )
        cursor.execute(
            "INSERT INTO audit_checkpoint (epoch, seq, hash, at, key_id, signature) "
            "VALUES (1, 1, 'x', now(), '', '')"
        )
    commit()


@pytest.mark.parametrize("table", TABLES)
def test_no_row_of_the_trail_can_be_changed(full, table):
    column = {"audit_event": "action", "audit_payload": "salt", "audit_seal": "hash"}.get(
        table, "id" if table == "audit_checkpoint" else "event_id"
    )
    assert "append-only" in refused(f"UPDATE {table} SET {column} = {column}")


@pytest.mark.parametrize("table", TABLES)
def test_no_row_of_the_trail_can_be_removed(full, table):
    assert "append-only" in refused(f"DELETE FROM {table}")


@pytest.mark.parametrize("table", TABLES)
def test_the_trail_cannot_be_emptied(full, table):
    assert "append-only" in refused(f"TRUNCATE {table} CASCADE")


def test_a_seal_cannot_be_laid_by_hand(full):
    assert "by the database itself" in refused(
        "INSERT INTO audit_seal (seq, event_id, prev, hash) VALUES (9, 9, 'a', 'b')"
    )


def test_content_cannot_be_added_afterwards(commit):
    bare = trail.record("case.filed", by=None)
    assert "does not belong" in refused(
        "INSERT INTO audit_payload (event_id, salt, body) VALUES (%s, 'x', '{}')", bare.pk
    )


def test_erasing_takes_the_content_and_leaves_an_event(anna):
    event = trail.record("case.filed", by=anna, body={"text": "bort"})
    other = trail.record("case.filed", by=anna, body={"text": "kvar"})
    told = trail.erase([event.pk], by=anna, basis="Dataskyddsförordningen art. 17", decision="D-12")
    assert list(Payload.objects.values_list("event_id", flat=True)) == [other.pk, told.pk]
    assert told.action == "audit.erased"
    assert told.actor_id == anna.pk
    assert Payload.objects.get(pk=told.pk).body == {
        "events": [event.pk],
        "basis": "Dataskyddsförordningen art. 17",
        "decision": "D-12",
    }
    assert event.erasure.erased_by == told
    assert Event.objects.filter(pk=event.pk).exists()


def test_an_erasure_is_never_erased(anna):
    event = trail.record("case.filed", by=anna, body={"text": "bort"})
    told = trail.erase([event.pk], by=anna, basis="lag", decision="D-1")
    with pytest.raises(DatabaseError, match="cannot be erased"), transaction.atomic():
        trail.erase([told.pk], by=anna, basis="lag", decision="D-2")


@pytest.mark.parametrize(
    ("basis", "decision", "count"), [("", "D-1", 1), ("lag", " ", 1), ("lag", "D-1", 0)]
)
def test_an_erasure_names_its_ground(anna, basis, decision, count):
    event = trail.record("case.filed", by=anna, body={"text": "bort"})
    with pytest.raises(DatabaseError, match="names up to"), transaction.atomic():
        trail.erase([event.pk][:count], by=anna, basis=basis, decision=decision)


def test_an_erasure_row_cannot_be_written_by_hand(anna):
    event = trail.record("case.filed", by=anna, body={"text": "bort"})
    assert "cannot be erased this way" in refused(
        "INSERT INTO audit_erasure (event_id, erased_by_id) VALUES (%s, %s)", event.pk, event.pk
    )


def test_a_repeatable_read_transaction_meets_a_unique_row_rather_than_a_fork():
    unique = {
        constraint
        for constraint, facts in connection.introspection.get_constraints(
            connection.cursor(), "audit_seal"
        ).items()
        if facts["unique"] and facts["columns"] in (["seq"], ["prev"], ["hash"], ["event_id"])
    }
    assert len(unique) == 4

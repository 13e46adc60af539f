"""Whatever is done to the trail behind its back is found, and the first row is named."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from patientsakerhet.audit import checkpoints, heads, keys, trail, verification, verify_export
from patientsakerhet.audit.models import Checkpoint, Event, Seal
from patientsakerhet.lib.env import WrongSetting
from patientsakerhet.lib.refusal import Refused
from patientsakerhet.organisation.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.STATE_DIR = tmp_path
    settings.AUDIT_CHECKPOINTS = tmp_path / "checkpoints"
    settings.AUDIT_KEY = settings.AUDIT_KEY_FILE = ""


@pytest.fixture
def anna():
    return Person.objects.create_user(email="anna@example.org", name="Anna Ek")


@pytest.fixture
def events(commit, anna):
    """Ten sealed events, each with content."""
    written = [trail.record("case.take", by=anna, case_id=n, body={"n": n}) for n in range(10)]
    commit()
    return written


def tamper(sql, *values):
    """What somebody who owns the database can do: with every trigger asleep."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, values)
        cursor.execute("SET LOCAL session_replication_role = origin")


def fault(**options):
    found = verification.first_fault(**options)
    return found and (found.code, found.seq)


def test_an_untouched_trail_holds(events):
    assert fault() is None
    assert verification.last_place() == 10


def test_an_empty_trail_holds():
    assert fault() is None


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("action", "'case.close'"),
        ("at", "at - interval '1 second'"),
        ("actor_id", "actor_id + 1"),
        ("case_id", "NULL"),
        ("kind", "'read'"),
        ("number", "'AV-2026-00001'"),
        ('"right"', "'x'"),
        ("via", "'x'"),
        ("unit_id", "1"),
        ("object_type", "'x'"),
        ("object_id", "1"),
        ("transaction", "transaction + 1"),
        ("version", "2"),
        ("payload_digest", "sha256('x')"),
    ],
)
def test_a_changed_event_is_named(events, column, value):
    tamper(f"UPDATE audit_event SET {column} = {value} WHERE id = %s", events[4].pk)
    found = verification.first_fault()
    assert (found.code, found.seq) == ("event_changed", 5)
    assert str(events[4].pk) in found.sentence


def test_every_column_of_an_event_is_in_the_chain():
    sealed = "audit_text"
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = %s", [sealed])
        source = cursor.fetchone()[0].replace('"', "")
    missing = [
        field.column for field in Event._meta.concrete_fields if f"e.{field.column}" not in source
    ]
    assert missing == []


def test_a_removed_event_is_named(events):
    tamper("DELETE FROM audit_event WHERE id = %s", events[4].pk)
    assert fault() == ("event_removed", 5)


def test_rows_removed_together_with_their_seals_are_named(events):
    tamper("DELETE FROM audit_event WHERE id = ANY(%s)", [each.pk for each in events[3:6]])
    tamper("DELETE FROM audit_seal WHERE seq BETWEEN 4 AND 6")
    found = verification.first_fault()
    assert (found.code, found.seq) == ("gap", 4)
    assert "4–6" in found.sentence


def test_the_first_row_removed_is_named(events):
    tamper("DELETE FROM audit_seal WHERE seq = 1")
    assert fault() == ("gap", 1)


def test_two_events_that_changed_places_are_named(events):
    tamper(
        "UPDATE audit_event e SET case_id = o.case_id, at = o.at, payload_digest = o.payload_digest "
        "FROM audit_event o WHERE (e.id, o.id) IN ((%s, %s), (%s, %s))",
        events[2].pk,
        events[6].pk,
        events[6].pk,
        events[2].pk,
    )
    found = verification.first_fault()
    assert (found.code, found.seq) == ("event_swapped", 3)
    assert f"händelse {events[6].pk}" in found.sentence


def test_two_seals_that_changed_events_are_named(events):
    tamper(
        "UPDATE audit_seal SET event_id = -event_id WHERE event_id IN (%s, %s)",
        events[2].pk,
        events[6].pk,
    )
    tamper("UPDATE audit_seal SET event_id = %s WHERE event_id = %s", events[2].pk, -events[6].pk)
    tamper("UPDATE audit_seal SET event_id = %s WHERE event_id = %s", events[6].pk, -events[2].pk)
    assert fault() == ("event_swapped", 3)


def test_a_relinked_chain_is_named(events):
    tamper("UPDATE audit_seal SET prev = sha256('x') WHERE seq = 5")
    assert fault() == ("relinked", 5)


def test_an_event_outside_the_chain_is_named(events):
    tamper("DELETE FROM audit_seal WHERE seq = 10")
    found = verification.first_fault()
    assert (found.code, found.seq) == ("unsealed", 10)
    assert str(events[9].pk) in found.sentence


def test_changed_content_is_named(events):
    tamper("UPDATE audit_payload SET body = '{\"n\": 99}' WHERE event_id = %s", events[4].pk)
    assert fault() == ("content_changed", 5)


def test_removed_content_is_named(events):
    tamper("DELETE FROM audit_payload WHERE event_id = %s", events[4].pk)
    assert fault() == ("content_removed", 5)


def test_added_content_is_named(events, commit):
    bare = trail.record("case.take", by=None)
    commit()
    tamper("INSERT INTO audit_payload (event_id, salt, body) VALUES (%s, 'x', '{}')", bare.pk)
    assert fault() == ("content_added", 11)


def test_content_erased_by_decision_is_no_fault(events, anna, commit):
    trail.erase([events[4].pk, events[5].pk], by=anna, basis="lag", decision="D-1")
    commit()
    assert fault() is None


def test_an_erasure_that_no_decision_tells_of_is_named(events, anna, commit):
    told = trail.erase([events[4].pk], by=anna, basis="lag", decision="D-1")
    commit()
    tamper("DELETE FROM audit_payload WHERE event_id = %s", events[2].pk)
    tamper(
        "INSERT INTO audit_erasure (event_id, erased_by_id) VALUES (%s, %s)",
        events[2].pk,
        told.pk,
    )
    assert fault() == ("erasure_untold", 3)


def test_erased_content_put_back_is_named(events, anna, commit):
    trail.erase([events[4].pk], by=anna, basis="lag", decision="D-1")
    commit()
    tamper("INSERT INTO audit_payload VALUES (%s, 'x', '{}')", events[4].pk)
    assert fault() == ("erased_content_kept", 5)


def test_the_first_of_several_faults_is_named(events):
    tamper("UPDATE audit_event SET action = 'x.y' WHERE id = ANY(%s)", [events[7].pk, events[3].pk])
    assert fault() == ("event_changed", 4)
    assert fault(after=4) == ("event_changed", 8)
    assert fault(after=8) is None


# --- signed heads ------------------------------------------------------------------------------


def lay_anew():
    """Recompute every seal, as somebody who owns the database and knows the code can."""
    tamper(
        "DO $$ DECLARE s record; last bytea := audit_genesis(); BEGIN "
        "FOR s IN SELECT seq, event_id FROM audit_seal ORDER BY seq LOOP "
        "UPDATE audit_seal SET prev = last, hash = (SELECT audit_hash(last, e) FROM audit_event e "
        "WHERE e.id = s.event_id) WHERE seq = s.seq RETURNING hash INTO last; END LOOP; END $$"
    )


def against_heads():
    lines, trusted = heads.every(), keys.public_keys()
    return [
        (found.code, found.seq)
        for found in verification.faults_against(lines, [line.is_signed(trusted) for line in lines])
    ]


def test_a_checkpoint_is_a_signed_line_outside_the_database(events):
    head = checkpoints.write()
    assert (head.epoch, head.seq) == (1, 10)
    assert head.hash == bytes(Seal.objects.get(seq=10).hash).hex()
    assert heads.every() == [head]
    assert head.is_signed(keys.public_keys())
    assert Checkpoint.objects.get().seq == 10
    assert against_heads() == []


def test_nothing_new_is_not_signed_again(events):
    assert checkpoints.write() is not None
    assert checkpoints.write() is None
    assert len(heads.every()) == 1


def test_an_empty_trail_is_not_signed():
    assert checkpoints.write() is None


def test_a_cut_tail_is_found(events):
    checkpoints.write()
    tamper("DELETE FROM audit_payload WHERE event_id >= %s", events[7].pk)
    tamper("DELETE FROM audit_seal WHERE seq > 7")
    tamper("DELETE FROM audit_event WHERE id >= %s", events[7].pk)
    assert fault() is None
    assert against_heads() == [("cut", 10)]
    with pytest.raises(Refused, match="stämmer inte med kontrollpunkten"):
        checkpoints.write()


def test_a_chain_laid_anew_is_found(events):
    checkpoints.write()
    tamper("UPDATE audit_event SET actor_id = 99 WHERE id = %s", events[4].pk)
    lay_anew()
    assert fault() is None
    assert against_heads() == [("rewritten", 10)]


def test_a_broken_chain_is_not_signed(events):
    tamper("UPDATE audit_event SET action = 'x.y' WHERE id = %s", events[4].pk)
    with pytest.raises(Refused, match="signeras inte"):
        checkpoints.write()
    assert heads.every() == []


@pytest.mark.parametrize(
    "change",
    [{"seq": 9}, {"hash": "00"}, {"at": "1999"}, {"after": 3}, {"reason": "x"}, {"epoch": 2}],
)
def test_an_edited_line_has_no_valid_signature(events, change):
    checkpoints.write()
    line = json.loads(heads.path().read_text())
    heads.path().write_text(json.dumps({**line, **change}) + "\n")
    assert against_heads() == [("bad_signature", 0)]


def test_a_line_that_is_no_head_has_no_valid_signature(events):
    checkpoints.write()
    with heads.path().open("a") as file:
        file.write("skräp\n")
    assert against_heads() == [("bad_signature", 0)]


def test_a_line_signed_by_somebody_else_is_not_believed(events, settings, tmp_path):
    checkpoints.write()
    settings.STATE_DIR = tmp_path / "another"
    assert against_heads() == [("bad_signature", 0)]


def test_an_earlier_key_is_believed_when_listed_beside_the_private_one(events, tmp_path):
    earlier = keys.signing_key().public_key()
    checkpoints.write()
    (tmp_path / "keys" / "audit.key").unlink()
    assert against_heads() == [("bad_signature", 0)]
    (tmp_path / "keys" / "audit.pub").write_text(keys.public_text(earlier) + "\n")
    assert against_heads() == []


def test_the_private_key_is_for_its_owner_only(tmp_path):
    first = keys.signing_key()
    assert keys.key_id(keys.signing_key().public_key()) == keys.key_id(first.public_key())
    path = tmp_path / "keys" / "audit.key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["audit.key"]


@pytest.mark.parametrize("wrong", ["kort", "åäö", "AAAA"])
def test_a_key_that_is_none_is_refused_with_a_hint(settings, wrong):
    settings.AUDIT_KEY = wrong
    with pytest.raises(WrongSetting, match="audit_keys"):
        keys.signing_key()


@pytest.mark.django_db(transaction=True)
def test_after_a_restore_a_new_epoch_goes_on_and_says_why(anna):
    from django.db import transaction

    def write(count):
        for n in range(count):
            with transaction.atomic():
                trail.record("case.take", by=anna, case_id=n)

    write(4)
    checkpoints.write()
    write(3)
    checkpoints.write()
    with transaction.atomic():  # the database of an hour ago
        tamper(
            "DELETE FROM audit_event WHERE id IN (SELECT event_id FROM audit_seal WHERE seq > 5)"
        )
        tamper("DELETE FROM audit_seal WHERE seq > 5")
    write(3)
    assert against_heads() == [("rewritten", 7)]

    head = checkpoints.write_after_restore("Disken gick sönder.")
    write(1)
    checkpoints.write()

    assert against_heads() == []
    assert fault() is None
    assert [(line.epoch, line.seq, line.after) for line in heads.every()] == [
        (1, 4, None),
        (1, 7, None),
        (2, 9, 4),
        (2, 10, None),
    ]
    told = Event.objects.with_body().get(action="audit.restored")
    assert told.payload.body["last"]["seq"] == 7
    assert told.payload.body["reason"] == "Disken gick sönder."
    assert head.reason == "Disken gick sönder."


@pytest.mark.django_db(transaction=True)
def test_a_restore_without_reason_or_history_is_refused():
    with pytest.raises(Refused, match="varför"):
        checkpoints.write_after_restore(" ")
    with pytest.raises(Refused, match="ingen tidigare"):
        checkpoints.write_after_restore("Disken gick sönder.")


# --- the commands ------------------------------------------------------------------------------


def test_verify_audit_says_that_all_holds(events, capsys):
    call_command("checkpoint_audit")
    call_command("verify_audit")
    said = capsys.readouterr().out
    assert "Signerade plats 10" in said
    assert "10 händelser i obruten kedja" in said


def test_verify_audit_ends_with_one_and_names_the_row(events):
    tamper("UPDATE audit_event SET action = 'x.y' WHERE id = %s", events[4].pk)
    with pytest.raises(CommandError, match=rf"händelse {events[4].pk} \(plats 5\)") as refusal:
        call_command("verify_audit")
    assert refusal.value.returncode == 1


def test_audit_keys_shows_the_public_half_only(capsys, tmp_path):
    call_command("audit_keys")
    said = capsys.readouterr().out
    assert keys.public_text(keys.signing_key().public_key()) in said
    assert (tmp_path / "keys" / "audit.key").read_text() not in said


@pytest.fixture
def exported(events, anna, commit, tmp_path, capsys):
    trail.erase([events[1].pk], by=anna, basis="lag å ”x”\n", decision="D-1")
    trail.denied("case.read", by=anna)
    commit()
    call_command("checkpoint_audit")
    call_command("export_audit", str(tmp_path / "audit.jsonl"), bodies=True)
    capsys.readouterr()
    return tmp_path / "audit.jsonl"


def judged(exported):
    """What the verifier says when it is run as a program of its own, without the product."""
    run = subprocess.run(
        [
            sys.executable,
            "-I",
            str(Path(verify_export.__file__)),
            str(exported),
            "--checkpoints",
            str(heads.path()),
            "--public-key",
            keys.public_text(keys.signing_key().public_key()),
        ],
        capture_output=True,
        text=True,
        check=False,
        env={},
    )
    assert run.stderr == ""
    return run.returncode, run.stdout.strip()


def test_an_export_holds_without_the_product(exported):
    assert judged(exported) == (0, "11 events hold")


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda rows: rows.pop(4), "place 5 is missing"),
        (lambda rows: rows.pop(), "the trail was cut"),
        (lambda rows: rows[4].update(text=rows[4]["text"].replace("take", "tack")), "place 5 was"),
        (lambda rows: rows[4].update(text=None), "the event at place 5 is missing"),
        (lambda rows: rows[4].update(body='{"n": 9}'), "content of the event at place 5"),
        (lambda rows: rows[4].update(prev="11" * 32), "place 5 does not follow place 4"),
    ],
)
def test_a_damaged_export_is_named(exported, damage, said):
    rows = [json.loads(line) for line in exported.read_text().splitlines()]
    damage(rows)
    exported.write_text("".join(json.dumps(row) + "\n" for row in rows))
    code, sentence = judged(exported)
    assert code == 1
    assert said in sentence


def test_an_export_against_a_forged_checkpoint_is_named(exported):
    line = json.loads(heads.path().read_text())
    heads.path().write_text(json.dumps({**line, "hash": "00" * 32}) + "\n")
    assert judged(exported) == (1, "BROKEN: checkpoint line 1 has no valid signature")


def test_an_export_without_bodies_holds_none(events, tmp_path):
    call_command("export_audit", str(tmp_path / "a.jsonl"))
    rows = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text().splitlines()]
    assert {row["body"] for row in rows} == {None}
    assert {row["salt"] for row in rows} == {None}

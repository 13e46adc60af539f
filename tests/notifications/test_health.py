"""The health page says whether promises are kept, not whether a process runs."""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.db.models.functions import Now

from patientsakerhet.audit import trail
from patientsakerhet.notifications import heartbeats, tasks
from patientsakerhet.notifications.models import Heartbeat, Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def alive(monkeypatch):
    monkeypatch.setattr(heartbeats, "_expected", {})
    heartbeats.expect("worker")
    heartbeats.expect("relay")
    heartbeats.beat("worker")
    heartbeats.beat("relay")


def silence(role, **since):
    Heartbeat.objects.filter(role=role).update(at=Now() - timedelta(**since))


def test_all_well_is_200_without_signing_in(alive, client):
    answer = client.get("/halsa")
    assert answer.status_code == 200
    told = answer.json()
    assert all(0 <= age < 60 for age in told["heartbeats"].values()), "a slow machine is no fault"
    assert told | {"heartbeats": sorted(told["heartbeats"])} == {
        "database": "ok",
        "outbox": {"due": 0, "oldest_seconds": 0, "dead": 0},
        "heartbeats": ["relay", "worker"],
        "clock_skew_seconds": 0.0,
        "trail": {"unsigned": 0, "oldest_seconds": 0},
        "problems": [],
        "warnings": [],
    }
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(("minutes", "status"), [(4, 200), (6, 503)])
def test_a_role_that_falls_silent_is_a_problem(alive, client, minutes, status):
    silence("worker", minutes=minutes)
    answer = client.get("/halsa")
    assert answer.status_code == status
    assert answer.json()["problems"] == (["heartbeat:worker"] if status == 503 else [])


@pytest.mark.parametrize(("minutes", "status"), [(6, 200), (13, 503)])
def test_a_role_that_works_seldom_is_missed_later(alive, client, minutes, status):
    heartbeats.expect("deadlines", silent_after=timedelta(minutes=12))
    heartbeats.beat("deadlines")
    silence("deadlines", minutes=minutes)
    assert client.get("/halsa").status_code == status


def test_a_role_never_heard_is_a_problem(alive, client):
    Heartbeat.objects.filter(role="relay").delete()
    answer = client.get("/halsa")
    assert answer.status_code == 503
    assert answer.json()["heartbeats"] == {"relay": None, "worker": 0}


def test_a_clock_set_back_makes_nobody_silent(alive, client):
    silence("worker", hours=-2)
    answer = client.get("/halsa")
    assert (answer.status_code, answer.json()["heartbeats"]["worker"]) == (200, 0)


@pytest.mark.parametrize(("minutes", "status"), [(9, 200), (11, 503)])
def test_a_promise_that_is_not_kept_is_a_problem(alive, client, promise, minutes, status):
    promise()
    Message.objects.update(not_before=Now() - timedelta(minutes=minutes))
    answer = client.get("/halsa")
    assert answer.status_code == status
    assert answer.json()["outbox"] == {"due": 1, "oldest_seconds": minutes * 60, "dead": 0}


def test_what_waits_its_turn_is_no_problem(alive, client, promise):
    promise(urgent=False)
    Message.objects.update(
        created_at=Now() - timedelta(days=3), not_before=Now() - timedelta(days=3)
    )
    promise()
    Message.objects.filter(urgent=True).update(not_before=Now() + timedelta(days=1))
    assert client.get("/halsa").status_code == 200


def test_the_page_says_counts_only(alive, client, promise, person):
    promise(person=person, case_id=4)
    Message.objects.update(state=Message.State.DEAD, last_error="smtp_550")
    answer = client.get("/halsa")
    assert answer.json()["outbox"]["dead"] == 1
    assert person.email not in answer.content.decode()
    assert "AV-2026" not in answer.content.decode()


def test_a_database_that_is_away_is_503(client):
    def away(*_):
        raise OperationalError("no connection")

    with connection.execute_wrapper(away):
        answer = client.get("/halsa")
    assert answer.status_code == 503
    assert answer.json() == {"database": "away", "problems": ["database"]}


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_the_page_is_for_reading(client, method):
    assert getattr(client, method)("/halsa").status_code == 405


def test_the_tasks_give_the_signs_of_life(alive, client):
    Heartbeat.objects.all().delete()
    tasks.heartbeat()
    tasks.deliver()
    tasks.collect_digests()
    assert client.get("/halsa").status_code == 200


@pytest.mark.parametrize(("minutes", "status"), [(29, 200), (31, 503)])
def test_a_trail_that_nobody_signs_is_a_problem(alive, client, commit, minutes, status):
    event = trail.record("case.take", by=None)
    commit()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE audit_event SET at = now() - %s WHERE id = %s",
            [timedelta(minutes=minutes), event.pk],
        )
    answer = client.get("/halsa")
    assert answer.status_code == status
    assert answer.json()["trail"]["unsigned"] == 1

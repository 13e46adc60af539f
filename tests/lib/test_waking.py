"""Waking a worker is fast or not done; it never fails and never waits long."""

import socket
import time

import pytest
from celery import current_app
from django.db import transaction

from patientsakerhet import celery
from patientsakerhet.lib import waking


@pytest.fixture(autouse=True)
def _rested(monkeypatch):
    monkeypatch.setattr(waking, "_tired_until", 0.0)


@pytest.fixture
def queue(monkeypatch):
    """Where the workers' queue is said to be."""

    def at(port):
        monkeypatch.setattr(current_app.conf, "broker_url", f"redis://127.0.0.1:{port}/0")

    return at


def timed(act):
    began = time.monotonic()
    return act(), time.monotonic() - began


def test_a_worker_is_woken_with_an_id():
    assert waking.wake("tests.nothing", 7)
    with current_app.connection_for_read() as connection:
        message = connection.default_channel.basic_get("celery", no_ack=True)
        while message.headers["task"] != "tests.nothing":
            message = connection.default_channel.basic_get("celery", no_ack=True)
    assert message.headers["argsrepr"] == "[7]"


def test_a_queue_that_refuses_costs_less_than_a_second(queue, monkeypatch, caplog):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        queue(probe.getsockname()[1])
        waking.wake("tests.nothing")  # the first in a process also loads the queue's client
        monkeypatch.setattr(waking, "_tired_until", 0.0)
        woken, seconds = timed(lambda: waking.wake("tests.nothing"))
    assert not woken
    assert seconds < 1
    assert "could not wake tests.nothing" in caplog.text


def test_a_queue_that_hangs_costs_about_a_second_once(queue):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(8)
        queue(silent.getsockname()[1])
        woken, seconds = timed(lambda: waking.wake("tests.nothing"))
        assert not woken
        assert 0.4 < seconds < 3
        _, again = timed(lambda: waking.wake("tests.nothing"))
        assert again < 0.05


@pytest.mark.django_db
def test_a_rolled_back_transaction_wakes_nobody(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as waiting, transaction.atomic():
        waking.after_commit("tests.nothing", 1)
        transaction.set_rollback(True)
    assert waiting == []


@pytest.mark.django_db
def test_each_task_is_woken_once_per_id(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as waiting:
        for pk in (1, 2, 1, 2):
            waking.after_commit("tests.nothing", pk)
    assert len(waiting) == 2


def test_every_thread_wakes_the_products_own_workers():
    import threading

    seen = []
    thread = threading.Thread(target=lambda: seen.append(current_app.main))
    thread.start()
    thread.join()
    assert seen == ["varsam"]


def test_everything_by_the_clock_is_a_task_that_exists():
    celery.app.loader.import_default_modules()
    assert set(celery.INTERVALS) <= set(celery.app.tasks)
    assert {entry["task"] for entry in celery.app.conf.beat_schedule.values()} == set(
        celery.INTERVALS
    )


def test_every_sweep_is_done_by_the_clock():
    celery.app.loader.import_default_modules()
    sweeps = {name for name in celery.app.tasks if ".tasks.sweep_" in name}
    assert sweeps <= set(celery.INTERVALS)


def test_a_wake_up_not_taken_before_the_next_is_dropped():
    for entry in celery.app.conf.beat_schedule.values():
        assert entry["options"]["expires"] <= entry["schedule"]


def test_tasks_survive_their_worker_and_leave_no_results():
    conf = celery.app.conf
    assert conf.task_acks_late
    assert conf.task_reject_on_worker_lost
    assert conf.task_ignore_result
    assert conf.result_backend is None
    assert conf.worker_prefetch_multiplier == 1
    assert conf.broker_transport_options["visibility_timeout"] > conf.task_time_limit

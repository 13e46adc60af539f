"""Many who write at once make one chain, never two."""

import threading
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction

from patientsakerhet.audit import checkpoints, heads, trail, verification
from patientsakerhet.audit.models import Event, Seal
from tests.at_once import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.races]


def test_writers_at_once_make_one_chain(chance):
    """Some transactions write one event, some several; some are rolled back."""
    plans = [[(chance.randint(1, 4), chance.random() < 0.2) for _ in range(25)] for _ in range(6)]

    def write(number):
        for count, is_undone in plans[number]:
            with transaction.atomic():
                for step in range(count):
                    trail.record("case.take", by=None, case_id=number, body={"step": step})
                if is_undone:
                    transaction.set_rollback(True)

    assert at_once(*[partial(write, number) for number in range(6)]) == [None] * 6

    kept = sum(count for plan in plans for count, is_undone in plan if not is_undone)
    assert Event.objects.count() == kept
    assert Seal.objects.count() == kept
    assert len({bytes(seal.prev) for seal in Seal.objects.all()}) == kept
    assert verification.last_place() == kept
    assert verification.first_fault() is None


def test_changes_and_refusals_at_once_make_one_chain():
    def write(number):
        for _ in range(10):
            with transaction.atomic():
                trail.record("case.take", by=None, case_id=number)
                trail.denied("case.close", by=None, case_id=number)

    assert at_once(*[partial(write, number) for number in range(4)]) == [None] * 4
    assert Seal.objects.count() == 80
    assert verification.first_fault() is None


def test_a_writer_that_cannot_see_the_others_is_refused_rather_than_forking():
    """Under REPEATABLE READ the last seal that is seen may not be the last."""
    with transaction.atomic():
        trail.record("case.filed", by=None)
    seen, written = threading.Event(), threading.Event()

    def in_an_old_picture():
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            assert Seal.objects.count() == 1
            seen.set()
            assert written.wait(10)
            trail.record("case.close", by=None)

    def meanwhile():
        assert seen.wait(10)
        with transaction.atomic():
            trail.record("case.take", by=None)
        written.set()

    refused, done = at_once(in_an_old_picture, meanwhile)

    assert (type(refused), done) == (IntegrityError, None)
    assert Seal.objects.count() == 2
    assert verification.first_fault() is None


def test_the_head_is_signed_once_by_many_who_sign_at_once(settings, tmp_path):
    settings.STATE_DIR, settings.AUDIT_CHECKPOINTS = tmp_path, tmp_path / "checkpoints"
    settings.AUDIT_KEY = settings.AUDIT_KEY_FILE = ""
    with transaction.atomic():
        trail.record("case.filed", by=None)

    signed = at_once(*[checkpoints.write] * 5)

    assert [head.seq for head in signed if head] == [1]
    assert [head.seq for head in heads.every()] == [1]

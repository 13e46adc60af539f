"""The promise of preparation is kept once, however often it is asked for and whoever dies at it."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from avvikelse import tasks
from avvikelse.actions import coordination
from avvikelse.models import Deviation, Preparation
from avvikelse.preparation import keeping
from patientsakerhet.notifications.models import Message
from patientsakerhet.organisation.models import Absence
from tests.factories import Region, file_report, make_person, prepare_to_coordinate

TEXT = "Infusionspumpen larmade inte när slangen var klämd mot sänggrinden."


@pytest.fixture
def region(db):
    return Region()


def row(case):
    return Preparation.objects.get(pk=case.pk)


def test_filing_promises_a_preparation_and_the_sweep_alone_keeps_it(region):
    case = file_report(region.ward, region.reporter, what_happened=TEXT)
    assert row(case).prepared_at is None

    tasks.sweep_preparations()

    assert row(case).prepared_at is not None
    assert row(case).kind.code == "medical_device"


def test_the_woken_task_prepares_that_report_and_no_other(region):
    first, second = (file_report(region.ward, region.reporter) for _ in range(2))

    tasks.prepare(second.pk)

    assert row(first).prepared_at is None
    assert row(second).prepared_at is not None


def test_a_second_preparation_changes_nothing(region):
    case = file_report(region.ward, region.reporter, what_happened=TEXT)
    assert keeping.prepare(case.pk)
    before = Preparation.objects.filter(pk=case.pk).values().get()

    assert not keeping.prepare(case.pk)
    assert keeping.sweep() == 0
    assert Preparation.objects.filter(pk=case.pk).values().get() == before


def test_whoever_dies_with_it_loses_it_when_the_lease_ends(region):
    case = file_report(region.ward, region.reporter)
    assert keeping.claim() is not None
    assert keeping.claim() is None
    assert keeping.sweep() == 0

    with time_machine.travel(timezone.now() + keeping.LEASE + timedelta(seconds=1)):
        assert keeping.sweep() == 1
    assert row(case).attempts == 2


def test_each_attempt_waits_longer_up_to_a_limit(region):
    case = file_report(region.ward, region.reporter)
    Preparation.objects.filter(pk=case.pk).update(attempts=1)
    claimed = keeping.claim()
    assert claimed.lease_until - timezone.now() > keeping.LEASE * 1.9

    Preparation.objects.filter(pk=case.pk).update(attempts=30, lease_until=None)
    claimed = keeping.claim()
    assert claimed.lease_until - timezone.now() <= keeping.LONGEST_LEASE


def test_two_who_found_out_the_same_write_it_once(region):
    case = file_report(region.ward, region.reporter, what_happened=TEXT)
    one, other = row(case), row(case)

    assert keeping.keep(one)
    assert not keeping.keep(other)


def test_a_case_in_the_queue_that_was_promised_nothing_is_prepared_too(region):
    case = file_report(region.ward, region.reporter, what_happened=TEXT)
    Preparation.objects.all().delete()

    keeping.sweep()

    assert row(case).prepared_at is not None


def test_the_newer_report_stands_in_the_older_ones_list_as_well(region):
    older = file_report(region.ward, region.reporter, what_happened=TEXT)
    keeping.sweep()
    newer = file_report(region.ward, region.reporter, what_happened=TEXT + " Vi bytte pump.")
    keeping.sweep()

    assert [one["case"] for one in row(newer).likely] == [older.pk]
    assert [one["case"] for one in row(older).likely] == [newer.pk]
    assert row(older).likely[0]["duplicate"]
    assert "infusionspumpen" in row(older).likely[0]["why"]["words"]


def test_a_case_that_has_left_the_queue_keeps_the_list_it_was_decided_by(region):
    older = file_report(region.ward, region.reporter, what_happened=TEXT)
    keeping.sweep()
    prepare_to_coordinate(older, by=region.coordinator)
    coordination.coordinate(older, to=region.devices, by=region.coordinator)
    file_report(region.ward, region.reporter, what_happened=TEXT)
    keeping.sweep()

    assert row(older).likely == []


# --- telling the queue ----------------------------------------------------------------------------


def urgent():
    return [m.person for m in Message.objects.filter(kind="urgent_report").order_by("created_at")]


@pytest.mark.parametrize(
    ("nature", "actual", "told"),
    [
        (Deviation.Nature.ADVERSE_EVENT, 4, True),
        (Deviation.Nature.ADVERSE_EVENT, 3, True),
        (Deviation.Nature.ADVERSE_EVENT, 2, False),
        (Deviation.Nature.ADVERSE_EVENT, None, False),
        (Deviation.Nature.NEAR_MISS, 3, False),
        (Deviation.Nature.UNKNOWN, 4, False),
    ],
)
def test_the_desks_coordinators_are_told_at_once_of_serious_harm(region, nature, actual, told):
    file_report(region.ward, region.reporter, nature=nature, actual=actual)

    keeping.sweep()
    keeping.sweep()

    assert urgent() == ([region.coordinator] if told else [])
    assert all(message.urgent for message in Message.objects.filter(kind="urgent_report"))


def test_a_coordinator_who_is_away_is_replaced(region):
    substitute, today = make_person(), timezone.localdate()
    Absence.objects.create(
        person=region.coordinator, first_day=today, last_day=today, substitute=substitute
    )
    file_report(region.ward, region.reporter, nature="adverse_event", actual=4)

    keeping.sweep()

    assert urgent() == [substitute]


def test_nobody_is_told_of_harm_in_a_case_that_has_left_the_queue(region):
    case = file_report(region.ward, region.reporter, nature="adverse_event", actual=4)
    coordination.reject(case, by=region.coordinator, reason="Fel kö.", answer="Tack.")

    keeping.sweep()

    assert urgent() == []


# --- at once --------------------------------------------------------------------------------------


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_sweeps_at_once_prepare_each_report_once():
    region = Region()
    for _ in range(6):
        file_report(
            region.ward, region.reporter, what_happened=TEXT, nature="adverse_event", actual=4
        )
    counted, start = [], Barrier(3)

    def sweep():
        start.wait()
        try:
            counted.append(keeping.sweep())
        finally:
            connection.close()

    threads = [Thread(target=sweep) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(counted) == 6
    assert not Preparation.objects.filter(prepared_at=None).exists()
    assert set(Preparation.objects.values_list("attempts", flat=True)) == {1}
    assert Message.objects.filter(kind="urgent_report").count() == 6

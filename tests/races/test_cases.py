"""Two at once, on real threads and real transactions."""

import threading
from uuid import uuid4

import pytest
from django.db import connections

from avvikelse.actions import coordination
from patientsakerhet.cases.models import Case, Counter, Submission
from patientsakerhet.lib.refusal import Refused
from tests.factories import Region, file_report, fresh, person_as

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]


def at_once(*calls):
    """What each call returned or raised, all of them begun at the same moment."""
    results, gate = [None] * len(calls), threading.Barrier(len(calls))

    def run(place, call):
        gate.wait()
        try:
            results[place] = call()
        except Refused as refusal:
            results[place] = refusal
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


@pytest.mark.parametrize("again", range(5))
def test_two_coordinators_cannot_both_take_a_case(again):
    region = Region()
    case = file_report(region.ward)
    people = [person_as("coordinator", region.administration) for _ in range(4)]

    results = at_once(*[lambda who=who: coordination.take(case, by=who) for who in people])

    won = [result for result in results if isinstance(result, Case)]
    assert len(won) == 1
    assert all(isinstance(result, Refused) for result in results if result not in won)
    assert fresh(case).handler == won[0].handler
    assert case.transitions.filter(step="take").count() == 1


@pytest.mark.parametrize("again", range(3))
def test_a_form_sent_many_times_at_once_is_one_case(again):
    region = Region()
    submission = uuid4()

    results = at_once(
        *[lambda: file_report(region.ward, region.reporter, submission=submission)] * 8
    )

    assert {result.pk for result in results} == {Submission.objects.get(pk=submission).case_id}
    assert Case.objects.count() == 1


def test_numbers_have_no_gaps_and_no_doubles():
    region = Region()

    at_once(*[lambda: file_report(region.ward)] * 8)

    serials = sorted(Case.objects.values_list("serial", flat=True))
    assert serials == list(range(1, 9))
    assert Counter.objects.get().last == 8


@pytest.mark.parametrize("again", range(3))
def test_two_merges_that_cross_do_not_lock_each_other_out(again):
    region = Region()
    one, other = file_report(region.ward), file_report(region.ward)
    by = region.coordinator

    results = at_once(
        lambda: coordination.merge(one, into=other, by=by),
        lambda: coordination.merge(other, into=one, by=by),
    )

    assert sum(isinstance(result, Case) for result in results) == 1
    assert sorted(Case.objects.values_list("status", flat=True)) == ["merged", "reported"]

"""An access row says when its case was filed, and that it is open just when it is, whatever has happened and whoever wrote it."""

from datetime import timedelta

import pytest
from django.db.models import F, Q
from django.utils import timezone

from avvikelse.actions import closing
from patientsakerhet.access import policy
from patientsakerhet.access.models import CaseAccess, Level
from patientsakerhet.cases.models import Case
from tests.factories import STATUSES, Region, file_report, in_status, make_unit

pytestmark = pytest.mark.django_db


def told_wrong():
    """Rows that say something else than their case."""
    return CaseAccess.objects.filter(
        Q(is_open=F("case__is_final")) | ~Q(filed_at=F("case__filed_at"))
    )


def said_of(case):
    return set(CaseAccess.objects.filter(case=case).values_list("is_open", flat=True))


@pytest.mark.parametrize("status", STATUSES)
def test_the_rows_follow_the_case_to_every_status(status):
    case = in_status(status, Region())

    assert said_of(case) == {not case.is_final}
    assert not told_wrong().exists()


def test_the_rows_of_a_case_that_is_reopened_are_open_again():
    region = Region()
    case = in_status("closed", region)
    assert said_of(case) == {False}

    closing.reopen(case, by=region.coordinator, reason="Det hände igen.")

    assert said_of(case) == {True}


@pytest.mark.parametrize("status", ["closed", "reported"])
def test_whoever_the_case_reaches_later_is_told_the_same(status):
    case = in_status(status, Region())

    policy.reach(case, Level.READER, unit=make_unit())
    policy.reach_first(case, {make_unit(): Level.EXTRACT})
    policy.reach_all(case, Level.RECIPIENT, [make_unit().pk])

    assert said_of(case) == {not case.is_final}


def test_the_database_knows_better_than_whoever_writes_the_row():
    closed, still_open = in_status("closed", Region()), file_report()

    CaseAccess.objects.create(case=closed, unit=make_unit(), level=Level.READER, is_open=True)
    CaseAccess.objects.filter(case=closed).update(is_open=True)
    CaseAccess.objects.filter(case=still_open).update(is_open=False)
    CaseAccess.objects.filter(case=still_open).update(filed_at=timezone.now())

    assert (said_of(closed), said_of(still_open)) == ({False}, {True})
    assert not told_wrong().exists()


def test_the_rows_follow_a_case_that_is_dated_otherwise():
    case = file_report()
    earlier = case.filed_at - timedelta(days=3)

    Case.objects.filter(pk=case.pk).update(filed_at=earlier, version=F("version") + 1)

    assert set(CaseAccess.objects.filter(case=case).values_list("filed_at", flat=True)) == {earlier}


def test_what_is_asked_for_as_open_is_what_is_open_among_what_she_may_see():
    region = Region()
    in_status("closed", region)
    still_open = in_status("in_investigation", region)
    for person in (region.investigator, region.coordinator, region.reporter):
        asked = Case.objects.where_may(person, policy.Can.READ, only_open=True)
        assert set(asked) == set(Case.objects.visible_to(person).open())

    assert still_open in Case.objects.where_may(
        region.investigator, policy.Can.READ, only_open=True
    )

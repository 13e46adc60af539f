"""Mending the course of events, and what reasons may hold."""

from datetime import timedelta

import pytest
from django.utils import timezone

from avvikelse.actions import assessment, coordination, investigation
from avvikelse.models import TimelineEntry
from patientsakerhet.audit.models import Event
from patientsakerhet.cases.models import SealedText, Transition
from patientsakerhet.lib.refusal import NotAllowed, NotReady, Stale
from tests.factories import Region, in_status, person_as

pytestmark = pytest.mark.django_db
NUMBER = "19121212-1212"


@pytest.fixture
def region():
    return Region()


@pytest.fixture
def case(region):
    return in_status("in_investigation", region)


@pytest.fixture
def entry(region, case):
    return investigation.add_to_timeline(
        case, "Pumpen larmade.", by=region.investigator, at=timezone.now() - timedelta(hours=5)
    )


def change(entry, by, **fields):
    given = {
        "at": entry.at,
        "version": 1,
        "precision": "about",
        "departs": False,
        "source": "",
        **fields,
    }
    return investigation.change_in_timeline(
        entry, given.pop("text", "Pumpen var tyst."), by=by, **given
    )


def test_a_moment_is_mended_and_the_trail_keeps_what_it_said(region, entry):
    at = timezone.now() - timedelta(hours=6)

    change(entry, region.investigator, at=at, departs=True, precision="exact")

    row = TimelineEntry.objects.get()
    assert (row.text, row.at, row.departs, row.precision, row.version) == (
        "Pumpen var tyst.",
        at,
        True,
        "exact",
        2,
    )
    event = Event.objects.with_body().get(action="case.timeline_changed")
    assert event.payload.body["before"]["text"] == "Pumpen larmade."


def test_two_who_mend_at_once_are_told_of_each_other(region, entry):
    change(entry, region.investigator)

    with pytest.raises(Stale):
        change(entry, region.coordinator, text="Något annat.")

    assert TimelineEntry.objects.get().text == "Pumpen var tyst."


def test_a_moment_to_come_and_a_reader_are_refused(region, entry):
    with pytest.raises(NotReady, match="framåt"):
        change(entry, region.investigator, at=timezone.now() + timedelta(hours=1))
    with pytest.raises(NotAllowed):
        change(entry, person_as("infosec_coordinator", region.devices))

    assert TimelineEntry.objects.get().version == 1


def test_reasons_are_masked_like_any_text(region, case):
    coordination.send_back(case, by=region.investigator, reason=f"Gäller {NUMBER}.")

    taken = Transition.objects.get(step="send_back")
    assert taken.reason == "Gäller 121212-****."
    assert SealedText.objects.get().field == f"transition:{taken.pk}"
    told = Event.objects.with_body().get(action="case.send_back")
    assert "1212-1212" not in str(told.payload.body)


def test_the_reason_for_a_lower_assessment_is_masked(region, case):
    made = assessment.assess(
        case,
        by=region.investigator,
        actual=0,
        potential=1,
        probability=1,
        reason=f"{NUMBER} blev aldrig kopplad.",
    )

    assert made.reason == "121212-**** blev aldrig kopplad."

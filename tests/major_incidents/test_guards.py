"""Each guard of the database over major incidents, met by going around the Python code."""

from datetime import timedelta
from uuid import uuid4

import pytest

from patientsakerhet.cases.actions import filing
from patientsakerhet.major_incidents.models import GatheredCase, MajorIncident
from tests.information_security.test_guards import judged, touched
from tests.major_incidents.making import World
from tests.refusing import refused

pytestmark = pytest.mark.django_db


def test_a_case_of_the_kind_has_its_incident():
    world = World()
    with refused("case_has_its_incident"):
        filing.open_case(
            "major_incident", title="X", unit=world.region.devices, reporter=None,
            submission=uuid4(), by=world.leader, searchable="",
        )  # fmt: skip
        judged()


@pytest.mark.parametrize(
    ("change", "guard"),
    [
        ({"noticed_at": -1}, "major_incident_noticed_after_it_started"),
        ({"ended_at": -1}, "major_incident_ended_after_it_started"),
        ({"declared_at": 0}, "major_incident_declared_after_noticed"),
        ({"what_happened": " "}, "major_incident_says_what_happened"),
    ],
)
def test_moments_and_words(change, guard):
    world = World()
    rows = MajorIncident.objects.filter(pk=world.declared().pk)
    given = {
        name: world.started + timedelta(hours=value) if isinstance(value, int) else value
        for name, value in change.items()
    }
    with refused(guard):
        rows.update(**given)


def test_restored_with_an_end_and_closed_with_what_was_learnt():
    world = World()
    case = world.closed()
    rows = MajorIncident.objects.filter(pk=case.pk)
    with refused("incident_has_ended"):
        rows.update(ended_at=None)
        touched(case)
    with refused("incident_closed_with_its_lessons"):
        rows.update(lessons="")
        touched(case)
    with refused("major_incident_is_never_deleted"):
        rows._raw_delete("default")


def test_what_is_gathered_is_of_a_reported_kind_and_once():
    world = World()
    first, second, told = world.declared(), world.declared(), world.deviation()
    given = {"incident": first.major_incident, "by": world.leader}
    with refused("gathered_case_is_of_a_reported_kind"):
        GatheredCase.objects.create(case=second, **given)
    GatheredCase.objects.create(case=told, **given)
    with refused("gathered_once_per_incident"):
        GatheredCase.objects.create(case=told, **given)

"""The risk scale: a changed one is a new row from a day; what was assessed keeps its scale."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from avvikelse.actions import assessment, scales
from avvikelse.defaults import SCALE
from avvikelse.models import Assessment, RiskScale
from avvikelse.scales import current_scale
from patientsakerhet.lib.refusal import NotAllowed, NotReady
from patientsakerhet.organisation.models import Role
from tests.factories import Region, in_status, person_as

pytestmark = pytest.mark.django_db(databases=["default", "trail"])


@pytest.fixture
def region():
    return Region()


@pytest.fixture
def admin(region):
    return person_as(Role.ADMINISTRATOR, region.root)


def test_a_changed_scale_is_a_new_row_from_its_day(admin, region):
    case = in_status("in_coordination", region)
    assessment.assess(case, by=region.coordinator, actual=1, potential=2, probability=2)
    today = timezone.localdate()
    made = scales.set_scale({**SCALE, "high_from": 9}, by=admin, since=today)

    assert current_scale() == made
    old = RiskScale.objects.exclude(pk=made.pk).get()
    assert old.valid_to == today - timedelta(days=1)
    assert Assessment.objects.get().scale == old


def test_a_scale_for_later_waits_for_its_day(admin):
    before = current_scale()
    scales.set_scale(
        {**SCALE, "high_from": 9}, by=admin, since=timezone.localdate() + timedelta(days=9)
    )
    assert current_scale() == before


def test_what_is_already_so_changes_nothing(admin):
    assert scales.set_scale(SCALE, by=admin) == current_scale()
    assert RiskScale.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"severity_labels": ["a", "b", "c"]}, "alla fyra stegen"),
        ({"probability_texts": ["a", "b", "c", " "]}, "alla fyra stegen"),
        ({"basis": ""}, "vilken grund"),
        ({"high_from": 3}, "risk_scale_high_above_medium"),
        ({"name": ""}, "Namn"),
    ],
)
def test_what_cannot_be_is_refused(admin, given, said):
    with pytest.raises(NotReady, match=said):
        scales.set_scale({**SCALE, **given}, by=admin)
    assert RiskScale.objects.get().valid_to is None


def test_a_day_before_the_scale_in_force_is_refused(admin):
    with pytest.raises(NotReady, match="gäller redan från"):
        scales.set_scale({**SCALE, "high_from": 9}, by=admin, since=date(2019, 1, 1))


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_nobody_else_may(region, role):
    with pytest.raises(NotAllowed):
        scales.set_scale({**SCALE, "high_from": 9}, by=person_as(role, region.root))

"""One act on many cases, carried on by the page and by a worker at the same moment."""

import pytest

from avvikelse.actions import bulk
from avvikelse.actions.bulk import Arguments
from patientsakerhet.cases.models import Transition
from tests.at_once import at_once
from tests.avvikelse.test_coordination import report
from tests.factories import Region

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]


def test_page_and_worker_at_once_do_each_case_once():
    region = Region()
    cases = [report(region) for _ in range(6)]
    act = bulk.begin("take", cases, Arguments(), by=region.coordinator)

    at_once(*[lambda: bulk.proceed(act, seconds=20)] * 3)

    assert set(act.items.values_list("state", flat=True)) == {"done"}
    assert Transition.objects.filter(step="take").count() == 6

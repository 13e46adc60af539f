import pytest

from tests.factories import STATUSES, Region, in_status
from tests.made_once import made_once

_made, region = made_once(Region)


@pytest.mark.django_db
@pytest.mark.parametrize("status", STATUSES)
def test_a_case_walked_to_a_status_passes_every_guard_of_the_database(status, region, commit):
    case = in_status(status, region)

    assert case.status == status
    commit()

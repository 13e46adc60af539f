import pytest

from tests.factories import STATUSES, Region, in_status


@pytest.mark.django_db
@pytest.mark.parametrize("status", STATUSES)
def test_a_case_walked_to_a_status_passes_every_guard_of_the_database(status, commit):
    case = in_status(status, Region())

    assert case.status == status
    commit()

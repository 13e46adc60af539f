"""One history told once for all tests that only read it."""

from datetime import datetime

import pytest

from patientsakerhet.demonstration import history
from patientsakerhet.lib.calendar import SWEDEN

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=SWEDEN)


@pytest.fixture(scope="session")
def told():
    return history.tell(now=NOW)

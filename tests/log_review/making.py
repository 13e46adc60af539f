"""Reviews of the log for the tests, made through the product's own action."""

from datetime import timedelta

from django.utils import timezone

from patientsakerhet.log_review import actions
from patientsakerhet.organisation.models import Role
from tests.factories import person_as


def reviewed(unit, by=None, **given):
    """A review of the log at the unit."""
    today = timezone.localdate()
    told = {
        "unit": unit,
        "first_day": today - timedelta(days=30),
        "last_day": today,
        "selection": "allt",
        "events": 12,
        "outcome": "nothing",
        **given,
    }
    return actions.record(by=by or person_as(Role.LOG_REVIEWER, unit), **told)

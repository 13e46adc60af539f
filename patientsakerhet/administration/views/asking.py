"""Who is asking in the rooms of the settings."""

from django.http import HttpRequest

from patientsakerhet.access import policy
from patientsakerhet.access.asking import person_of
from patientsakerhet.access.policy import Can
from patientsakerhet.organisation.models import Person


def administrator(request: HttpRequest) -> Person:
    """Whoever asks, when she may administer."""
    person = person_of(request)
    policy.check_anywhere(person, Can.ADMINISTER)
    return person

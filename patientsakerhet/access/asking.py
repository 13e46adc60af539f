"""Who is asking: the signed-in person behind a request."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from patientsakerhet.organisation.models import Person


def person_of(request: HttpRequest) -> Person:
    """Whoever is signed in; refuses when nobody is, which the middleware has seen to before."""
    if not isinstance(request.user, Person):
        raise PermissionDenied
    return request.user

"""Who is asking: the signed-in person behind a request, or whoever a command names."""

from django.http import HttpRequest

from patientsakerhet.lib.refusal import NotAllowed, NotReady
from patientsakerhet.organisation.models import Person


def person_of(request: HttpRequest) -> Person:
    """Whoever is signed in; refuses when nobody is, which the middleware has seen to before."""
    if not isinstance(request.user, Person):
        raise NotAllowed("Säg vem det gäller: ingen är inloggad.")
    return request.user


def person_called(address: str) -> Person | None:
    """Who runs a command, by her address; without one it is whoever has the server. Refuses an
    address that nobody active has."""
    if not address:
        return None
    found = Person.objects.filter(email=address.strip().lower(), is_active=True).first()
    if found is None:
        raise NotReady(f"{address} finns inte.")
    return found

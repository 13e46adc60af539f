"""The company one may choose among on the demonstration's sign-in page and in its greeting."""

from patientsakerhet.demonstration.region import region
from patientsakerhet.organisation.models import Person
from patientsakerhet.sign_in.demonstration import Guest


def company() -> list[Guest]:
    """Those with something worth trying, in the region's own order; empty before it is loaded."""
    place = region()
    rows = {
        person.email: person
        for person in Person.objects.filter(
            is_active=True, email__in=[spec.email for spec in place.people if spec.tries]
        )
    }
    return [
        Guest(rows[spec.email], f"{spec.title}, {place.unit[spec.unit].name}", spec.tries)
        for spec in place.people
        if spec.email in rows
    ]

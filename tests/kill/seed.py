"""The people and keys of a kill test, written to an empty product; prints them as JSON.

Run by the test as a program of its own, in the product's environment.
"""

import json
import os
import sys

import django


def main(clients: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "patientsakerhet.settings")
    django.setup()
    from patientsakerhet.access.models import ApiToken, Scope
    from patientsakerhet.organisation.models import Role
    from tests.factories import Region, person_as

    region = Region()
    keys = []
    for number in range(clients):
        person = person_as(Role.REPORTER, region.ward, email=f"klient{number}@exempel.se")
        _, key = ApiToken.objects.create(
            user=person, name="kill", scopes=[Scope.REPORTS_WRITE], made_by=person
        )
        keys.append(key)
    print(json.dumps({"unit": region.ward.code, "keys": keys}))


if __name__ == "__main__":
    main(int(sys.argv[1]))

"""A notice that is ready to go out to so many units, or its sending out; prints the case's key.

Run by the test as a program of its own, in the product's environment.
"""

import os
import sys

import django


def main(act: str, argument: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "patientsakerhet.settings")
    django.setup()
    from patientsakerhet.cases.models import Case
    from sakerhetsmeddelanden.actions import distribution
    from tests.sakerhetsmeddelanden.sending import ready, region_with_units

    if act == "ready":
        print(ready(region_with_units(argument)).pk)
        return
    case = Case.objects.get(pk=argument)
    distribution.distribute(case, by=case.safety_notice.targeted_by)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))

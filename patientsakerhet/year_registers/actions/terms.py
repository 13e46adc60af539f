"""The choices of the registers: added and changed by whoever administers."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import Person
from patientsakerhet.year_registers.actions import core
from patientsakerhet.year_registers.models import RegisterTerm


@transaction.atomic
def put(
    row: RegisterTerm | None,
    *,
    by: Person,
    name: str,
    basis: str,
    position: int,
    valid_to: date | None = None,
    version: int | None = None,
    **new: str,
) -> RegisterTerm:
    """The choice as written; a new one, which `list` and `code` are given for, without a row.

    Neither changes afterwards: figures count by them.
    """
    policy.check_anywhere(by, Can.ADMINISTER)
    if row is None:
        if RegisterTerm.objects.filter(**new).exists():
            raise NotReady(f"Koden {new['code']} finns redan i listan.")
        found = RegisterTerm(valid_from=timezone.localdate(), **new)
        before: dict[str, object] = {}
    else:
        found = core.begin(row, version)
        before = {"name": found.name, "position": found.position, "valid_to": found.valid_to}
    core.in_order(found.valid_from, valid_to, "Valet kan inte sluta innan det börjar.")
    found.name, found.basis = name, basis
    found.position, found.valid_to = position, valid_to
    found.save()
    trail.record(
        "register_term.put",
        by=by,
        right=Can.ADMINISTER,
        object_type="register_term",
        object_id=found.pk,
        body={
            "before": before,
            "after": {"name": name, "position": position, "valid_to": valid_to},
        },
    )
    return found

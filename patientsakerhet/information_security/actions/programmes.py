"""Programmes: added and changed by those who lead classifications."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.information_security.models import Programme
from patientsakerhet.lib.refusal import NotReady, Stale
from patientsakerhet.organisation.models import Person


@transaction.atomic
def put(
    row: Programme | None,
    *,
    by: Person,
    name: str,
    code: str = "",
    description: str = "",
    counted_apart: bool = True,
    valid_to: date | None = None,
    version: int | None = None,
) -> Programme:
    """The programme as written; a new one without a row. Its code does not change once it is used."""
    policy.check_anywhere(by, Can.LEAD_CLASSIFICATION)
    if row is None:
        if Programme.objects.filter(code=code).exists():
            raise NotReady(f"Koden {code} finns redan.")
        row = Programme(code=code)
        before: dict[str, object] = {}
    else:
        row = Programme.objects.select_for_update().get(pk=row.pk)
        if version is not None and version != row.version:
            raise Stale
        row.version += 1
        before = {"name": row.name, "counted_apart": row.counted_apart, "valid_to": row.valid_to}
    if valid_to is not None and valid_to < row.valid_from:
        raise NotReady("Programmet kan inte sluta innan det börjar.")
    row.name, row.description = name, description
    row.counted_apart, row.valid_to = counted_apart, valid_to
    row.save()
    trail.record(
        "programme.put",
        by=by,
        right=Can.LEAD_CLASSIFICATION,
        object_type="programme",
        object_id=row.pk,
        body={
            "before": before,
            "after": {"name": name, "counted_apart": counted_apart, "valid_to": valid_to},
        },
    )
    return row

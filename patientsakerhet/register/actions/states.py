"""Where in its life a device is, as those who have it in their hands say."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from patientsakerhet.audit import trail
from patientsakerhet.organisation.models import Person
from patientsakerhet.register.models import Device

GONE = (Device.Status.RETURNED, Device.Status.SCRAPPED)


@transaction.atomic
def stand_as(
    device: Device, status: Device.Status, *, by: Person | None, on: date | None = None
) -> bool:
    """The device is in this state since the day; False when it was already.

    Whether they may say so is judged where they say it: in the answer to a safety notice, by
    whoever answers for the unit that holds it.
    """
    locked = Device.objects.select_for_update(of=("self",)).get(pk=device.pk)
    before = locked.status
    if before == status:
        return False
    locked.status = status
    locked.out_of_use_on = on if status in GONE else None
    locked.version += 1
    locked.save(update_fields=["status", "out_of_use_on", "version"])
    trail.record(
        "device.stands",
        by=by,
        unit_id=locked.holding_unit_id,
        object_type="device",
        object_id=locked.pk,
        body={"status": [before, status]},
    )
    return True

"""Which device or IT system somebody means by what she wrote."""

from __future__ import annotations

import re

from django.db.models import Q

from patientsakerhet.register.models import Device, ITSystem


def device_numbered(written: str) -> Device | None:
    """The device with this inventory number, however it is spaced, hyphenated or cased."""
    number = "".join(written.split()).upper()
    if not number:
        return None
    bare = re.sub(r"[-–]", "", number)
    spellings = {number, bare, re.sub(r"(?<=[A-ZÅÄÖ])(?=\d)", "-", bare, count=1)}
    found = list(
        Device.objects.filter(inventory_number__in=spellings).select_related("model__manufacturer")
    )
    found.sort(key=lambda device: device.inventory_number != number)  # as written goes first
    return found[0] if found else None


def system_named(written: str) -> ITSystem | None:
    """The IT system with this name, or that people call this."""
    name = written.strip()
    if not name:
        return None
    alike = ITSystem.objects.filter(Q(name__iexact=name) | Q(aliases__icontains=name))
    folded = name.casefold()
    return next(
        (
            system
            for system in alike
            if folded in {system.name.casefold(), *(alias.casefold() for alias in system.aliases)}
        ),
        None,
    )

"""Which device or IT system somebody means by what she wrote."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from patientsakerhet.register import udi
from patientsakerhet.register.models import Device, DeviceModel, ITSystem

LONGEST_CODE = 120
"""So many signs a number or a code off a label has at the most."""


@dataclass(frozen=True)
class Meant:
    """What a number or a code off a label stands for: the individual, or its model alone."""

    device: Device | None = None
    model: DeviceModel | None = None
    serial: str = ""
    """The serial or lot number in the code."""
    fault: str = ""
    """Why the code cannot be read, when it can only be meant for a UDI."""


NOTHING = Meant()


def device_meant(written: str) -> Meant:
    """The device with this inventory number, or that this UDI speaks of; its model when only that."""
    device = device_numbered(written)
    if device is not None:
        return Meant(device, device.model, device.serial_number)
    if not udi.looks_like(written):
        return NOTHING
    try:
        code = udi.read(written, this_year=timezone.localdate().year)
    except udi.NotUdi as refusal:
        return Meant(fault=str(refusal))
    models = DeviceModel.objects.current().select_related("manufacturer")
    model = models.identified(code.di).first() if code.di else None
    serial = code.serial or code.lot
    if model is None:
        return Meant(serial=serial)
    found = model.devices.with_serial(code.serial).select_related("model__manufacturer")[:2]
    one = found[0] if code.serial and len(found) == 1 else None
    return Meant(one, model, serial)


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

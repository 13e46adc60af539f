"""Which device or IT system somebody means by what she wrote."""

from __future__ import annotations

from django.db.models import Q

from patientsakerhet.register.models import Device, ITSystem


def device_numbered(written: str) -> Device | None:
    """The device with this inventory number, however it is spaced or cased."""
    if not written.strip():
        return None
    return Device.objects.numbered(written).select_related("model").first()


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

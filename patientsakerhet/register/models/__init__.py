"""The register's tables: parties, the nomenclature, devices, IT systems."""

from patientsakerhet.register.models.devices import (
    Device,
    DeviceHolding,
    DeviceIdentifier,
    DeviceModel,
    DeviceModelQuerySet,
    DeviceQuerySet,
)
from patientsakerhet.register.models.nomenclature import EmdnTerm
from patientsakerhet.register.models.parties import Party, PartyAlias, PartyQuerySet
from patientsakerhet.register.models.systems import (
    ITSystem,
    ITSystemQuerySet,
    MaintenanceGroup,
    SystemDependency,
)

__all__ = (
    "Device",
    "DeviceHolding",
    "DeviceIdentifier",
    "DeviceModel",
    "DeviceModelQuerySet",
    "DeviceQuerySet",
    "EmdnTerm",
    "ITSystem",
    "ITSystemQuerySet",
    "MaintenanceGroup",
    "Party",
    "PartyAlias",
    "PartyQuerySet",
    "SystemDependency",
)

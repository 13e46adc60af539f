"""Models with their identifiers, and individuals: added, changed, moved, made one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import Person, Unit
from patientsakerhet.register.actions import core
from patientsakerhet.register.models import Device, DeviceIdentifier, DeviceModel

OF_A_MODEL = (
    "manufacturer",
    "name",
    "model_number",
    "catalogue_number",
    "emdn",
    "family",
    "group",
    "managing_unit",
)
OF_A_DEVICE = (
    "model",
    "inventory_number",
    "serial_number",
    "lot_number",
    "software_version",
    "udi_pi",
    "holding_unit",
    "status",
    "bought_on",
    "manufactured_on",
    "expires_on",
    "out_of_use_on",
)


@transaction.atomic
def add_model(given: Mapping[str, Any], *, by: Person | None) -> DeviceModel:
    """A new make and model at the unit that manages it, with the UDI-DI given as `udi_dis`."""
    core.allow_at(given["managing_unit"], by=by)
    model = core.add(DeviceModel(**_only(given, OF_A_MODEL)), "device_model.added", by=by)
    _identify(model, given.get("udi_dis", ()), by=by)
    return model


@transaction.atomic
def change_model(
    model: DeviceModel, given: Mapping[str, Any], *, by: Person | None, version: int | None = None
) -> DeviceModel:
    """The model as given; `udi_dis`, when given, are all the identifiers it has from now on."""
    locked = _locked_model(model, by=by, version=version)
    if "managing_unit" in given:
        core.allow_at(given["managing_unit"], by=by)
    core.change(locked, _only(given, OF_A_MODEL), "device_model.changed", by=by)
    if "udi_dis" in given:
        _identify(locked, given["udi_dis"], by=by)
    return locked


@transaction.atomic
def merge_models(
    model: DeviceModel, *, into: DeviceModel, by: Person | None, version: int | None = None
) -> DeviceModel:
    """Two rows of the same product are one: devices and identifiers are the other's from now on.

    The row itself stays and leads to the other, since cases and notices may point at it.
    """
    first, second = sorted((model.pk, into.pk))
    if first == second:
        raise NotReady("Välj en annan produkt att slå ihop med.")
    DeviceModel.objects.select_for_update().filter(pk__in=(first, second)).order_by("pk").first()
    gone, kept = _locked_model(model, by=by, version=version), _locked_model(into, by=by)
    return absorb(gone, kept, by=by)


def absorb(gone: DeviceModel, kept: DeviceModel, *, by: Person | None) -> DeviceModel:
    """As `merge_models`, for whoever has locked the two and asked whether it may be done."""
    gone.devices.update(model=kept)
    gone.identifiers.update(model=kept)
    gone.merged_from.update(merged_into=kept)
    core.change(gone, {"merged_into": kept}, "device_model.merged", by=by)
    core.record("device_model.got", kept, by=by, body={"from": gone.pk})
    return kept


@transaction.atomic
def add_device(given: Mapping[str, Any], *, by: Person | None) -> Device:
    """A new individual of a model."""
    core.allow_at(given["model"].managing_unit, by=by)
    return core.add(Device(**_spelt(_only(given, OF_A_DEVICE))), "device.added", by=by)


@transaction.atomic
def change_device(
    device: Device, given: Mapping[str, Any], *, by: Person | None, version: int | None = None
) -> Device:
    """The individual as given. A change of unit alone is told of as a move."""
    locked = _locked_device(device, by=by, version=version)
    if "model" in given:
        core.allow_at(given["model"].managing_unit, by=by)
    told = _spelt(_only(given, OF_A_DEVICE))
    action = (
        "device.moved" if set(_differing(locked, told)) == {"holding_unit"} else "device.changed"
    )
    core.change(locked, told, action, by=by)
    return locked


@transaction.atomic
def move(
    device: Device, to: Unit | None, *, by: Person | None, version: int | None = None
) -> Device:
    """The device stands at another unit from now on; refuses one that stands there already."""
    locked = _locked_device(device, by=by, version=version)
    if not core.change(locked, {"holding_unit": to}, "device.moved", by=by):
        raise NotReady(f"Utrustningen finns redan hos {to or 'ingen enhet'}.")
    return locked


def _identify(model: DeviceModel, udi_dis: Any, *, by: Person | None) -> None:
    """The model has these identifiers and no others; refuses one that is another model's."""
    wanted = {di.di: di.agency for di in udi_dis}
    taken = (
        DeviceIdentifier.objects.filter(udi_di__in=wanted)
        .exclude(model=model)
        .select_related("model")
    )
    if other := taken.first():
        raise NotReady(f"UDI-DI {other.udi_di} hör redan till {other.model}.")
    standing = set(model.identifiers.values_list("udi_di", flat=True))
    if standing == set(wanted):
        return
    model.identifiers.exclude(udi_di__in=wanted).delete()
    DeviceIdentifier.objects.bulk_create(
        DeviceIdentifier(model=model, udi_di=di, agency=agency)
        for di, agency in wanted.items()
        if di not in standing
    )
    core.record(
        "device_model.identified", model, by=by, body={"udi_di": [sorted(standing), sorted(wanted)]}
    )


def _locked_model(
    model: DeviceModel, *, by: Person | None, version: int | None = None
) -> DeviceModel:
    locked = (
        DeviceModel.objects.select_for_update(of=("self",))
        .select_related("managing_unit", "manufacturer")
        .get(pk=model.pk)
    )
    core.allow(locked, by=by)
    core.expect(locked, version)
    if locked.merged_into_id is not None:
        raise NotReady(f"{locked} är ihopslagen med en annan produkt. Ändra den i stället.")
    return locked


def _locked_device(device: Device, *, by: Person | None, version: int | None) -> Device:
    locked = (
        Device.objects.select_for_update(of=("self",))
        .select_related("model__managing_unit", "holding_unit")
        .get(pk=device.pk)
    )
    core.allow(locked, by=by)
    core.expect(locked, version)
    return locked


def _only(given: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: given[name] for name in names if name in given}


def _spelt(given: dict[str, Any]) -> dict[str, Any]:
    """With the inventory number as labels are looked up."""
    if "inventory_number" in given:
        given["inventory_number"] = "".join(given["inventory_number"].split()).upper()
    return given


def _differing(row: Device, given: Mapping[str, Any]) -> list[str]:
    return [name for name, value in given.items() if getattr(row, name) != value]

"""Region Exempel as it stands: care providers, units, persons, IT systems and devices.

Everything is invented. Names of persons are put together from Sweden's most common first and last
names, names of makers and products are made up, and no number is anybody's. The same region comes
out every time; only what happens in it depends on a seed.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from patientsakerhet.demonstration import noise

DATA = Path(__file__).parent / "data"
MAIL_DOMAIN = "region.example"
HSA_PREFIX = "SE9999999999"
FIRST_INVENTORY_NUMBER = 20101


@dataclass(frozen=True, slots=True)
class ProviderSpec:
    """A care provider (vårdgivare)."""

    code: str
    name: str
    kind: str
    number: str


@dataclass(frozen=True, slots=True)
class UnitSpec:
    """A unit (enhet); `setting` is what sort of place it is, `reports` how much it writes."""

    code: str
    name: str
    provider: str
    parent: str
    setting: str
    reports: int
    receives: bool
    coordinates: bool
    hsa_id: str
    mailbox: str
    phone: str
    opened_days_ago: int | None
    closed_days_ago: int | None


@dataclass(frozen=True, slots=True)
class PersonSpec:
    """A person and the roles she holds, each as (role, unit code)."""

    key: str
    name: str
    title: str
    unit: str
    email: str
    hsa_id: str
    roles: tuple[tuple[str, str], ...]
    tries: str


@dataclass(frozen=True, slots=True)
class SystemSpec:
    """An IT system; `use` binds it to what the units write about."""

    code: str
    name: str
    use: str
    description: str
    unit: str
    supplier: str


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A device model; `label` is the everyday Swedish word for it."""

    code: str
    name: str
    use: str
    label: str
    maker: str
    software: tuple[str, ...]
    serial: str


@dataclass(frozen=True, slots=True)
class DeviceSpec:
    """One individual of a model, where it stands."""

    inventory: str
    model: ModelSpec
    serial: str
    unit: str
    software: str


@dataclass(frozen=True)
class Region:
    """The whole region, with the questions the history asks about it."""

    providers: tuple[ProviderSpec, ...]
    units: tuple[UnitSpec, ...]
    people: tuple[PersonSpec, ...]
    systems: tuple[SystemSpec, ...]
    models: tuple[ModelSpec, ...]
    devices: tuple[DeviceSpec, ...]

    @cached_property
    def unit(self) -> dict[str, UnitSpec]:
        """Units by code."""
        return {unit.code: unit for unit in self.units}

    @cached_property
    def person(self) -> dict[str, PersonSpec]:
        """Persons by key."""
        return {person.key: person for person in self.people}

    @cached_property
    def system_for(self) -> dict[str, SystemSpec]:
        """The system with each use."""
        return {system.use: system for system in self.systems}

    @cached_property
    def filing_units(self) -> tuple[UnitSpec, ...]:
        """Units that write deviations."""
        return tuple(unit for unit in self.units if unit.reports)

    def devices_at(self, unit: str, use: str = "") -> tuple[DeviceSpec, ...]:
        """Devices the unit holds, of one use or all."""
        return self._held.get((unit, use), ())

    @cached_property
    def _held(self) -> dict[tuple[str, str], tuple[DeviceSpec, ...]]:
        held: dict[tuple[str, str], list[DeviceSpec]] = {}
        for device in self.devices:
            held.setdefault((device.unit, device.model.use), []).append(device)
            held.setdefault((device.unit, ""), []).append(device)
        return {key: tuple(rows) for key, rows in held.items()}

    def holders(self, role: str, unit: str) -> tuple[PersonSpec, ...]:
        """Persons with the role at exactly this unit."""
        return self._holders.get((role, unit), ())

    @cached_property
    def _holders(self) -> dict[tuple[str, str], tuple[PersonSpec, ...]]:
        found: dict[tuple[str, str], list[PersonSpec]] = {}
        for person in self.people:
            for held in person.roles:
                found.setdefault(held, []).append(person)
        return {held: tuple(people) for held, people in found.items()}


@lru_cache(maxsize=1)
def region() -> Region:
    """Region Exempel, the same every time."""
    people = tuple(_people(_read("people")["people"]))
    unit_rows = _read("units")
    managed = {unit for person in people for role, unit in person.roles if role == "unit_manager"}
    units = tuple(_units(unit_rows["units"], managed))
    device_rows = _read("devices")
    models = tuple(_model(row) for row in device_rows["models"])
    return Region(
        providers=tuple(ProviderSpec(**row) for row in unit_rows["providers"]),
        units=units,
        people=people,
        systems=tuple(SystemSpec(**row) for row in _read("systems")["systems"]),
        models=models,
        devices=tuple(_devices(units, models, device_rows)),
    )


def _read(name: str) -> dict[str, Any]:
    with (DATA / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def _units(rows: list[dict[str, Any]], managed: set[str]) -> list[UnitSpec]:
    units = []
    for place, row in enumerate(rows):
        receives = row.get("receives", False) or row["code"] in managed
        coordinates = row.get("coordinates", False)
        units.append(
            UnitSpec(
                code=row["code"],
                name=row["name"],
                provider=row.get("provider", "region"),
                parent=row.get("in", ""),
                setting=row["setting"],
                reports=row.get("reports", 0),
                receives=receives,
                coordinates=coordinates,
                hsa_id=f"{HSA_PREFIX}-E{0x1A2 + 7 * place:X}",
                mailbox=f"{row['code']}@{MAIL_DOMAIN}" if receives or coordinates else "",
                phone=_phone(place) if receives or coordinates else "",
                opened_days_ago=row.get("opened_days_ago"),
                closed_days_ago=row.get("closed_days_ago"),
            )
        )
    return units


def _phone(place: int) -> str:
    """A number in the series that is kept for invented people: 08-465 004 00 to 99."""
    return f"08-465 004 {place % 100:02d}"


def _people(rows: list[dict[str, Any]]) -> list[PersonSpec]:
    return [
        PersonSpec(
            key=_key(row["name"]),
            name=row["name"],
            title=row["title"],
            unit=row["unit"],
            email=f"{_key(row['name'])}@{MAIL_DOMAIN}",
            hsa_id=f"{HSA_PREFIX}-P{0x2B1 + 11 * place:X}",
            roles=tuple(_role(text, row["unit"]) for text in row["roles"]),
            tries=row.get("try", ""),
        )
        for place, row in enumerate(rows)
    ]


def _role(text: str, home: str) -> tuple[str, str]:
    role, _, unit = text.partition("@")
    return role, unit or home


def _key(name: str) -> str:
    """The name as an address writes it: "Karin Åhlén" -> "karin.ahlen"."""
    return noise.plain(name).replace(" ", ".")


def _model(row: dict[str, Any]) -> ModelSpec:
    return ModelSpec(
        code=row["code"],
        name=row["name"],
        use=row["use"],
        label=row["label"],
        maker=row["maker"],
        software=tuple(row["software"]),
        serial=row["serial"],
    )


def _devices(
    units: tuple[UnitSpec, ...], models: tuple[ModelSpec, ...], rows: dict[str, Any]
) -> list[DeviceSpec]:
    """Every unit's own devices, numbered in the order they were bought, and the named ones."""
    by_code = {model.code: model for model in models}
    counts = {row["code"]: row["per"] for row in rows["models"]}
    named = {row["inventory"]: row for row in rows["named"]}
    devices = []
    number = FIRST_INVENTORY_NUMBER
    for model in models:
        for unit in units:
            for _ in range(counts[model.code].get(unit.setting, 0)):
                number += 1 + (number % 5 == 0)
                while f"MT-{number}" in named:
                    number += 1
                software = model.software[number % len(model.software)]
                devices.append(_device(number, model, unit.code, software))
    for inventory, row in named.items():
        number = int(inventory.removeprefix("MT-"))
        devices.append(_device(number, by_code[row["model"]], row["unit"], row["software"]))
    return sorted(devices, key=lambda device: device.inventory)


def _device(number: int, model: ModelSpec, unit: str, software: str) -> DeviceSpec:
    return DeviceSpec(
        inventory=f"MT-{number}",
        model=model,
        serial=f"{model.serial}{number * 37 % 9973:04d}",
        unit=unit,
        software=software,
    )

"""The region's rows: care providers, units, persons with roles, IT systems and devices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from avvikelse.models import RoutingRule
from patientsakerhet.cases.models import Code
from patientsakerhet.demonstration import shelves
from patientsakerhet.demonstration.course import NEW_SERVICE, OLD_SERVICE
from patientsakerhet.demonstration.region import Region
from patientsakerhet.organisation.models import Absence, Assignment, CareProvider, Person, Unit
from patientsakerhet.register.actions import parties
from patientsakerhet.register.models import Device, DeviceModel, ITSystem, Party

LONG_AGO = timedelta(days=4 * 365)
"""Before the first report: since when units and roles are in force."""

RULES: tuple[tuple[str, str, str, str, tuple[str, ...], str], ...] = (
    # name, kind, system, device model, words, receiver
    ("Infusionspumpar Volumed 300", "", "", "volumed-300", (), "medicinsk-teknik"),
    ("Pumpar i texten", "", "", "", ("infusionspump", "sprutpump", "droppump"), "medicinsk-teknik"),
    ("Dialysmaskiner", "", "", "nefra-500", (), "medicinsk-teknik"),
    ("Ventilatorer", "", "", "", ("ventilator", "respirator"), "medicinsk-teknik"),
    ("Journalsystemet", "", "journalvaven", "", (), "journalforvaltning"),
    ("Läkemedelslistan", "", "ordinera", "", (), "journalforvaltning"),
    ("Driftstopp", "", "", "", ("driftstopp", "nere", "låg nere"), "it-drift"),
    ("Provsvar och remisser", "", "", "", ("provsvar", "remiss", "remissen"), "integration"),
    ("Larmtelefoner", "", "larmlanken", "", (), "telefoni"),
    ("Telefonväxeln", "", "rostnavet", "", (), "telefoni"),
    ("Inloggning med kort", "", "kortporten", "", (), "behorighet"),
    ("Trådlöst nät", "", "vardnatet", "", (), "natverk"),
    ("Skrivare och etiketter", "", "utskriften", "", (), "arbetsplats"),
    ("Bildarkivet", "", "bildvalvet", "", (), "mt-applikationer"),
    ("Service och hämtning", "", "servicebordet", "", (), "service-och-support"),
    ("Patientuppgifter på villovägar", "information_security", "", "", (), "informationssakerhet"),
)
UNTRIED_RULE = ("Hjälpmedel i hemmet", ("madrass", "rullstol", "koncentrator"), "hjalpmedelsforrad")
"""A rule somebody has written and not yet switched on."""


@dataclass(frozen=True)
class Rows:
    """The region's rows by the keys the history uses."""

    units: dict[str, Unit]
    people: dict[str, Person]
    systems: dict[str, ITSystem]
    models: dict[str, DeviceModel]
    devices: dict[str, Device]


def settle(region: Region, today: date) -> Rows:
    """The region's rows; the caller has made sure that it is not there already."""
    units = _units(region, today)
    people = _people(region, units)
    _assign(region, units, people, today)
    _let_some_be_away(people, today)
    systems = {
        spec.code: ITSystem(
            name=spec.name,
            aliases=[spec.description.lower()],
            managing_unit=units[spec.unit],
            system_manager=_manager_of(region, people, spec.unit),
        )
        for spec in region.systems
    }
    ITSystem.objects.bulk_create(systems.values())
    models = {
        spec.code: DeviceModel(
            manufacturer=parties.obtain(spec.maker, Party.Part.MANUFACTURER),
            name=spec.name,
            group=spec.label,
            managing_unit=units["medicinsk-teknik"],
        )
        for spec in region.models
    }
    DeviceModel.objects.bulk_create(models.values())
    devices = {
        spec.inventory: Device(
            model=models[spec.model.code],
            inventory_number=spec.inventory,
            serial_number=spec.serial,
            software_version=spec.software,
            holding_unit=units[spec.unit],
        )
        for spec in region.devices
    }
    Device.objects.bulk_create(devices.values(), batch_size=500)
    shelves.fill(region, units, systems, models, today)
    rows = Rows(units, people, systems, models, devices)
    _write_rules(rows)
    return rows


def _units(region: Region, today: date) -> dict[str, Unit]:
    providers = {
        spec.code: CareProvider.objects.create(
            name=spec.name, kind=spec.kind, organisation_number=spec.number
        )
        for spec in region.providers
    }
    units: dict[str, Unit] = {}
    for spec in region.units:
        fields = {
            "care_provider": providers[spec.provider],
            "name": spec.name,
            "code": spec.code,
            "hsa_id": spec.hsa_id,
            "mailbox": spec.mailbox,
            "phone": spec.phone,
            "receives_cases": spec.receives,
            "coordinates": spec.coordinates,
            "valid_from": _day(today, spec.opened_days_ago) or today - LONG_AGO,
            "valid_to": _day(today, spec.closed_days_ago),
        }
        if spec.parent:
            units[spec.parent].refresh_from_db()
            units[spec.code] = Unit.objects.add_child(units[spec.parent], fields)
        else:
            units[spec.code] = Unit.objects.add_root(fields)
    return {unit.code: unit for unit in Unit.objects.select_related("care_provider")}


def _people(region: Region, units: dict[str, Unit]) -> dict[str, Person]:
    people = {
        spec.key: Person(
            email=spec.email,
            password=make_password(None),
            name=spec.name,
            title=spec.title,
            hsa_id=spec.hsa_id,
            home_unit=units[spec.unit],
        )
        for spec in region.people
    }
    Person.objects.bulk_create(people.values())
    return people


def _assign(region: Region, units: dict[str, Unit], people: dict[str, Person], today: date) -> None:
    """Everybody's roles; those of the service unit had them at the old one until it closed."""
    rows = []
    for spec in region.people:
        for role, code in spec.roles:
            rows.append(
                Assignment(
                    person=people[spec.key],
                    role=role,
                    unit=units[code],
                    valid_from=units[code].valid_from,
                )
            )
            if code == NEW_SERVICE:
                rows.append(
                    Assignment(
                        person=people[spec.key],
                        role=role,
                        unit=units[OLD_SERVICE],
                        valid_from=today - LONG_AGO,
                        valid_to=units[OLD_SERVICE].valid_to,
                    )
                )
    Assignment.objects.bulk_create(rows)


def _let_some_be_away(people: dict[str, Person], today: date) -> None:
    """Somebody is away with a substitute, somebody without, somebody soon."""
    for key, first, days, substitute in (
        ("lena.forsgren", -3, 16, "oskar.bergdahl"),
        ("sofie.lundell", -9, 20, None),
        ("jonas.ekstrom", 12, 9, "farah.haddad"),
    ):
        Absence.objects.create(
            person=people[key],
            first_day=today + timedelta(days=first),
            last_day=today + timedelta(days=first + days),
            substitute=people[substitute] if substitute else None,
        )


def _manager_of(region: Region, people: dict[str, Person], unit: str) -> Person | None:
    found = region.holders("system_manager", unit)
    return people[found[0].key] if found else None


def _write_rules(rows: Rows) -> None:
    now, author = timezone.now(), rows.people["maja.lindqvist"]
    made = [
        RoutingRule(
            name=name,
            position=position * 10,
            kind=Code.objects.get(system__key="deviation_kind", code=kind) if kind else None,
            system=rows.systems.get(system),
            device_model=rows.models.get(model),
            words=list(words),
            receiver=rows.units[receiver],
            is_active=True,
            dry_run_at=now,
            changed_by=author,
        )
        for position, (name, kind, system, model, words, receiver) in enumerate(RULES, start=1)
    ]
    name, words, receiver = UNTRIED_RULE
    made.append(
        RoutingRule(
            name=name,
            position=500,
            words=list(words),
            receiver=rows.units[receiver],
            changed_by=author,
        )
    )
    RoutingRule.objects.bulk_create(made)


def _day(today: date, days_ago: int | None) -> date | None:
    return None if days_ago is None else today - timedelta(days=days_ago)

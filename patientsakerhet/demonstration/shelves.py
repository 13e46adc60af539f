"""The rest of the register: what each system hangs on, identifiers of products, more devices.

Makers and products are invented, numbers of articles are in no company's series, and the same come
out every time.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from patientsakerhet.demonstration.region import Region
from patientsakerhet.organisation.models import Unit
from patientsakerhet.register.actions import parties
from patientsakerhet.register.models import (
    Device,
    DeviceIdentifier,
    DeviceModel,
    EmdnTerm,
    ITSystem,
    MaintenanceGroup,
    Party,
    SystemDependency,
)
from patientsakerhet.register.udi import gs1

MORE_MODELS, MORE_DEVICES = 260, 4200
MAKERS = (
    "Almvik Medicinteknik Exempel AB",
    "Brunnsta Instrument Exempel AB",
    "Cervika Exempel GmbH",
    "Dunker Vårdteknik Exempel AB",
    "Eklunda Exempel A/S",
    "Fjärdsta Mätteknik Exempel AB",
    "Gränsholm Exempel Oy",
    "Havsnäs Medical Exempel Inc.",
    "Idvall Exempel S.p.A.",
    "Järnlunda Exempel AB",
)
SORTS = (
    # family, everyday word, EMDN, serial prefix
    ("Infura", "infusionspump", "Z120303", "IF"),
    ("Monara", "övervakningsmonitor", "Z120302", "MN"),
    ("Ventira", "ventilator", "Z120301", "VR"),
    ("Kardova", "EKG-apparat", "Z120503", "KV"),
    ("Defira", "defibrillator", "Z120305", "DF"),
    ("Sonelva", "ultraljudsapparat", "Z1104", "SE"),
    ("Dialva", "dialysmaskin", "Z1209", "DL"),
    ("Okulara", "ögonmikroskop", "Z1212", "OK"),
    ("Laryva", "fiberskop", "Z1214", "LY"),
    ("Ortiva", "gipssåg", "Z1213", "OV"),
    ("Spirva", "spirometer", "Z1215", "SP"),
    ("Telura", "telemetrisändare", "Z120306", "TU"),
    ("Kirva", "diatermiapparat", "Z1201", "KI"),
)
EMDN_OF_USE = {
    "infusionspump": "Z120303",
    "sprutpump": "Z120303",
    "monitor": "Z120302",
    "telemetri": "Z120306",
    "ventilator": "Z120301",
    "hemventilator": "Z120301",
    "anestesi": "Z120301",
    "defibrillator": "Z120305",
    "ekg": "Z120503",
    "ultraljud": "Z1104",
    "dialys": "Z1209",
    "ct": "Z1103",
    "mobilrontgen": "Z1103",
}
MORE_SYSTEMS = (
    # name, description, unit that manages it
    ("Schemaväven", "Bemanning och arbetsscheman", "journalforvaltning"),
    ("Kvalitetsväven", "Utdata till kvalitetsregister", "journalforvaltning"),
    ("Vaccinväven", "Vaccinationer", "journalforvaltning"),
    ("Hjärtvalvet", "Lagring av EKG", "mt-applikationer"),
    ("Ögonvalvet", "Bilder från ögonsjukvården", "mt-applikationer"),
    ("Dosvalvet", "Stråldoser från röntgen", "mt-applikationer"),
    ("Sterilboken", "Spårning av instrument", "mt-applikationer"),
    ("Fordonsnavet", "Ambulansernas uppdrag", "integration"),
    ("Intygsbryggan", "Intyg till myndigheter", "integration"),
    ("Klientvakten", "Skydd på datorer", "it-drift"),
    ("Lagervakten", "Säkerhetskopior", "it-drift"),
)
VITAL = {"journal", "lakemedel", "lab", "integration", "central", "blod"}
"""Uses of systems that care stops without."""


def fill(
    region: Region,
    units: Mapping[str, Unit],
    systems: Mapping[str, ITSystem],
    models: Mapping[str, DeviceModel],
    today: date,
) -> None:
    """What stands on the shelves beside the rows that the history speaks of."""
    chance = random.Random("Region Exempel/register")
    _answer_for(region, units, systems, chance, today)
    terms = {term.code: term for term in EmdnTerm.objects.all()}
    for number, spec in enumerate(region.models):
        model = models[spec.code]
        model.emdn = terms.get(EMDN_OF_USE.get(spec.use, ""))
        model.family = spec.name.split()[0]
        model.catalogue_number = f"9{number:03d}.100"
    DeviceModel.objects.bulk_update(models.values(), ["emdn", "family", "catalogue_number"])
    more = _more_models(units["medicinsk-teknik"], terms)
    _identify([*models.values(), *more])
    _more_devices(more, [units[one.code] for one in region.filing_units], chance, today)


def _answer_for(
    region: Region,
    units: Mapping[str, Unit],
    systems: Mapping[str, ITSystem],
    chance: random.Random,
    today: date,
) -> None:
    """Suppliers, groups, criticality, on-call and the units that depend on each system."""
    groups: dict[str, MaintenanceGroup] = {}
    wards = [units[one.code] for one in region.filing_units]
    needs = []
    for spec in region.systems:
        system = systems[spec.code]
        vital = spec.use in VITAL
        if spec.unit not in groups:
            groups[spec.unit] = MaintenanceGroup.objects.create(
                name=f"Förvaltningsgrupp {units[spec.unit].name}",
                mailbox=f"forvaltning.{spec.unit}@region.example",
                unit=units[spec.unit],
            )
        system.description = spec.description
        if spec.supplier:
            system.supplier = parties.obtain(spec.supplier, Party.Part.SUPPLIER)
        system.maintenance_group = groups[spec.unit]
        system.owner_unit = units[spec.unit]
        system.information_owner = system.system_manager
        system.criticality = "critical" if vital else chance.choice(("high", "medium", "low"))
        system.on_call = "always" if vital else chance.choice(("extended", "office_hours", "none"))
        for ward in wards if vital else chance.sample(wards, min(len(wards), 6)):
            needs.append(
                SystemDependency(
                    system=system, unit=ward, valid_from=today - timedelta(days=4 * 365)
                )
            )
    ITSystem.objects.bulk_update(
        systems.values(),
        [
            "description",
            "supplier",
            "maintenance_group",
            "owner_unit",
            "information_owner",
            "criticality",
            "on_call",
        ],
    )
    ITSystem.objects.bulk_create(
        ITSystem(
            name=name,
            description=description,
            managing_unit=units[unit],
            owner_unit=units[unit],
            maintenance_group=groups[unit],
            criticality=chance.choice(("high", "medium", "low")),
            on_call=chance.choice(("extended", "office_hours", "none")),
        )
        for name, description, unit in MORE_SYSTEMS
    )
    SystemDependency.objects.bulk_create(needs, batch_size=1000)


def _more_models(managing: Unit, terms: Mapping[str, EmdnTerm]) -> list[DeviceModel]:
    makers = [parties.obtain(name, Party.Part.MANUFACTURER) for name in MAKERS]
    made = []
    for number in range(MORE_MODELS):
        family, word, code, prefix = SORTS[number % len(SORTS)]
        made.append(
            DeviceModel(
                manufacturer=makers[number % len(makers)],
                name=f"{family} {110 + 10 * (number // len(SORTS))}",
                model_number=f"{prefix}-{110 + 10 * (number // len(SORTS))}",
                catalogue_number=f"8{number:03d}.200",
                family=family,
                group=word,
                emdn=terms.get(code),
                managing_unit=managing,
            )
        )
    return DeviceModel.objects.bulk_create(made)


def _identify(models: Sequence[DeviceModel]) -> None:
    """Each model has a UDI-DI in GS1's series for use inside a company, which is nobody's."""
    rows = []
    for number, model in enumerate(models):
        body = f"020{number:010d}"
        rows.append(
            DeviceIdentifier(model=model, udi_di=body + gs1.check_digit(body), agency="gs1")
        )
    DeviceIdentifier.objects.bulk_create(rows)


def _more_devices(
    models: Sequence[DeviceModel], homes: Sequence[Unit], chance: random.Random, today: date
) -> None:
    prefixes = {family: prefix for family, _, _, prefix in SORTS}
    rows = []
    for number in range(MORE_DEVICES):
        model = models[int(len(models) * chance.random() ** 2)]
        made = today - timedelta(days=chance.randrange(60, 3600))
        status = chance.choices(
            ("in_use", "stored", "in_service", "quarantined", "missing", "returned", "scrapped"),
            (80, 8, 4, 1, 1, 1, 5),
        )[0]
        rows.append(
            Device(
                model=model,
                inventory_number=f"RX-{100001 + number}",
                serial_number=f"{prefixes[model.family]}{20000 + number}",
                lot_number=f"{made:%y%m}",
                software_version=chance.choice(("", "1.0", "1.2", "2.0", "2.1")),
                holding_unit=chance.choice(homes),
                status=status,
                manufactured_on=made,
                bought_on=made + timedelta(days=chance.randrange(10, 50)),
                out_of_use_on=today if status == "scrapped" else None,
            )
        )
    Device.objects.bulk_create(rows, batch_size=1000)

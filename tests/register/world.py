"""A big register whose truth is known: which devices fall under a range, as a supplier writes it.

    plan = world.plan(devices=50_000, seed=7)          # no database, the same for the same seed
    rows = world.settle(plan)                          # parties, models, units and devices as rows
    for question in world.questions(plan, 40, seed=7):
        question.manufacturer, question.product        # as the notice writes them
        question.serials, question.lots, question.software, question.made
        question.affected, question.undecidable        # numbers of devices, the ready answer
        rows.pks(question.affected), rows.holders(question.affected)

The answer is computed from the numbers the plan was made of, never by reading the written text, so
that it judges whatever reads that text. Devices that were handed back or scrapped are in neither
set. A device is undecidable when what is known of it says neither yes nor no.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from patientsakerhet.organisation.models import Unit
from patientsakerhet.register.actions import parties
from patientsakerhet.register.models import Device, DeviceIdentifier, DeviceModel, Party
from patientsakerhet.register.udi import gs1
from tests.factories import make_provider, make_unit

MAKERS = (
    # name, and other ways suppliers and registers write it
    ("Nordflöde Medical Exempel AB", ("Nordflode Medical Exempel", "NORDFLÖDE MEDICAL EXEMPEL AB")),
    ("B. Exempel Melsungen AG", ("B Exempel", "B. Exempel Medical AB", "B.Exempel")),
    ("Ærion A/S", ("Aerion", "AERION A/S", "Ærion ApS")),
    ("Observa Exempel AB (publ)", ("Observa Exempel", "Observa Ex")),
    ("Hemanova & Co. KGaA", ("Hemanova", "Hemanova GmbH", "HEMANOVA AND CO")),
    ("Kirurgidata, Inc.", ("Kirurgidata", "Kirurgidata Incorporated")),
    ("Sonvida S.p.A.", ("Sonvida", "Sonvida SpA")),
    ("Neova Oy", ("Neova", "NEOVA OYJ")),
)
FAMILIES = (
    ("Volumed", "infusionspump"),
    ("Dosera", "sprutpump"),
    ("Aerovent", "ventilator"),
    ("Observa", "övervakningsmonitor"),
    ("Hemalys", "blodgasanalysator"),
    ("Termakir", "diatermiapparat"),
)
VERSIONS = ("1.0", "1.1", "2.0", "2.0.3", "3.4", "3.10", "4.0")
"""In order; 3.10 comes after 3.4, which is what a comparison of texts gets wrong."""
STYLES = ("{0}-{1}", "{0} - {1}", "{0}–{1}", "{0} till {1}", "{0} to {1}", "från {0} till {1}")
FIRST_DAY = date(2016, 1, 1)
GONE = ("returned", "scrapped")


@dataclass(frozen=True)
class Kind:
    """A make and model as planned."""

    maker: int
    name: str
    family: str
    group: str
    model_number: str
    catalogue_number: str
    udi_dis: tuple[str, ...]
    prefix: str
    width: int


@dataclass(frozen=True)
class One:
    """A device as planned; None where the register does not know."""

    number: int
    kind: int
    unit: int
    serial: int | None
    lot: int | None
    software: str | None
    made_on: date | None
    status: str
    true_serial: int
    true_lot: int
    true_software: str
    true_made_on: date


@dataclass(frozen=True)
class Plan:
    """The whole register as planned; a device's number is its place in `devices`."""

    kinds: tuple[Kind, ...]
    units: int
    devices: tuple[One, ...]

    def serial(self, one: One) -> str:
        """The serial number as it stands on the device."""
        return written_serial(self.kinds[one.kind], one.serial)


@dataclass(frozen=True)
class Question:
    """Which devices a notice is about, as it is written, and the answer."""

    sort: str
    """`serials`, `lots`, `software`, `made`, `model`, `family` or `mixed`."""
    manufacturer: str
    product: str
    kinds: tuple[int, ...]
    udi_dis: tuple[str, ...] = ()
    serials: str = ""
    lots: str = ""
    software: str = ""
    made: str = ""
    affected: frozenset[int] = frozenset()
    undecidable: frozenset[int] = frozenset()
    truly: frozenset[int] = frozenset()
    """The devices that are affected whether or not the register knows enough to tell."""


def plan(devices: int = 50_000, *, seed: int = 1, units: int = 400, kinds: int = 120) -> Plan:
    """A register of so many devices at so many units; the same for the same numbers.

    Of a hundred devices some three lack serial number, ten lot, six software, fifteen the day they
    were made, and seven are no longer in anybody's hands.
    """
    chance = random.Random(f"{seed}/{devices}/{units}/{kinds}")
    made = tuple(_kind(chance, number) for number in range(kinds))
    weights = [1 / (1 + number) ** 0.6 for number in range(kinds)]
    chosen = chance.choices(range(kinds), weights, k=devices)
    homes = [chance.sample(range(units), min(units, 4 + number % 40)) for number in range(kinds)]
    next_serial = [chance.randrange(1000, 9000) for _ in range(kinds)]
    ones = []
    for number, kind in enumerate(chosen):
        next_serial[kind] += chance.randrange(1, 4)
        serial = next_serial[kind]
        made_on = FIRST_DAY + timedelta(days=chance.randrange(3600))
        lot, software = 2000 + serial // 25, chance.choice(VERSIONS)
        status = chance.choices(
            ("in_use", "stored", "in_service", "quarantined", "missing", *GONE),
            (70, 12, 6, 3, 2, 3, 4),
        )[0]
        ones.append(
            One(
                number=number,
                kind=kind,
                unit=chance.choice(homes[kind]),
                serial=None if chance.random() < 0.03 else serial,
                lot=None if chance.random() < 0.10 else lot,
                software=None if chance.random() < 0.06 else software,
                made_on=None if chance.random() < 0.15 else made_on,
                status=status,
                true_serial=serial,
                true_lot=lot,
                true_software=software,
                true_made_on=made_on,
            )
        )
    return Plan(made, units, tuple(ones))


def questions(plan: Plan, count: int = 20, *, seed: int = 1) -> tuple[Question, ...]:
    """So many notices' ranges with their answers, of each sort in turn."""
    chance = random.Random(f"{seed}/questions/{count}")
    sorts = (_by_serials, _by_lots, _by_software, _by_day, _by_model, _by_family, _mixed)
    return tuple(sorts[number % len(sorts)](plan, chance) for number in range(count))


@dataclass
class Rows:
    """The plan as rows."""

    plan: Plan
    units: list[Unit]
    models: list[DeviceModel]
    device_pks: list[int] = field(default_factory=list)

    def pks(self, numbers: Iterable[int]) -> set[int]:
        """The keys of these devices."""
        return {self.device_pks[number] for number in numbers}

    def holders(self, numbers: Iterable[int]) -> set[int]:
        """The keys of the units that hold these devices."""
        return {self.units[self.plan.devices[number].unit].pk for number in numbers}


def settle(plan: Plan) -> Rows:
    """The plan's parties with their spellings, models, units and devices in the database."""
    provider = make_provider()
    units = [
        make_unit(f"Enhet {number}", provider=provider, code=f"varld-{number}")
        for number in range(plan.units)
    ]
    makers = []
    for name, others in MAKERS:
        party = parties.obtain(name, Party.Part.MANUFACTURER)
        for other in others:
            parties.also_written(party, other)
        makers.append(party)
    models = DeviceModel.objects.bulk_create(
        DeviceModel(
            manufacturer=makers[kind.maker],
            name=kind.name,
            model_number=kind.model_number,
            catalogue_number=kind.catalogue_number,
            family=kind.family,
            group=kind.group,
            managing_unit=units[0],
        )
        for kind in plan.kinds
    )
    DeviceIdentifier.objects.bulk_create(
        DeviceIdentifier(model=model, udi_di=di, agency="gs1")
        for model, kind in zip(models, plan.kinds, strict=True)
        for di in kind.udi_dis
    )
    rows = Rows(plan, units, models)
    for start in range(0, len(plan.devices), 5000):
        made = Device.objects.bulk_create(
            _device(plan, rows, one) for one in plan.devices[start : start + 5000]
        )
        rows.device_pks += [one.pk for one in made]
    return rows


def written_serial(kind: Kind, serial: int | None) -> str:
    """The serial number as the kind's maker writes it."""
    return "" if serial is None else f"{kind.prefix}{serial:0{kind.width}d}"


def _device(plan: Plan, rows: Rows, one: One) -> Device:
    return Device(
        model=rows.models[one.kind],
        inventory_number=f"V-{one.number:06d}",
        serial_number=plan.serial(one),
        lot_number="" if one.lot is None else f"L{one.lot}",
        software_version=one.software or "",
        manufactured_on=one.made_on,
        holding_unit=rows.units[one.unit],
        status=one.status,
    )


def _kind(chance: random.Random, number: int) -> Kind:
    family, group = FAMILIES[number % len(FAMILIES)]
    dis = []
    for package in range(1 + number % 2):
        body = f"0735{number:05d}{package}{chance.randrange(1000):03d}"
        dis.append(body + gs1.check_digit(body))
    return Kind(
        maker=number % len(MAKERS),
        name=f"{family} {100 + number}",
        family=family,
        group=group,
        model_number=f"{family[:2].upper()}-{100 + number}",
        catalogue_number=f"{10 + number % 90}.{chance.randrange(10_000):04d}.{number:03d}",
        udi_dis=tuple(dis),
        prefix=("", "SN", "A-", "3K")[number % 4],
        width=(0, 6, 5, 8)[number % 4],
    )


# --- the sorts of ranges ------------------------------------------------------------------------

Judged = Callable[[One], bool | None]
"""Whether a device is in the range; None when the register does not know."""


def _asked(
    plan: Plan,
    chance: random.Random,
    sort: str,
    kinds: tuple[int, ...],
    known: Judged,
    truly: Callable[[One], bool],
    **written: str,
) -> Question:
    first = plan.kinds[kinds[0]]
    name, others = MAKERS[first.maker]
    product = chance.choice((first.name, first.model_number, first.catalogue_number))
    names_udi = chance.random() < 0.4 and sort != "family"
    here = [one for one in plan.devices if one.kind in kinds and one.status not in GONE]
    judged = {one.number: known(one) for one in here}
    return Question(
        sort=sort,
        manufacturer=chance.choice((name, *others)),
        product=first.family if sort == "family" else product,
        kinds=kinds,
        udi_dis=first.udi_dis if names_udi else (),
        affected=frozenset(number for number, verdict in judged.items() if verdict),
        undecidable=frozenset(number for number, verdict in judged.items() if verdict is None),
        truly=frozenset(one.number for one in here if truly(one)),
        **written,
    )


def _some_kind(plan: Plan, chance: random.Random) -> int:
    """A kind with devices, the common ones more often."""
    return chance.choice(plan.devices).kind


def _serial_ranges(
    plan: Plan, chance: random.Random, kind: int
) -> tuple[list[tuple[int, int]], str]:
    """Ranges and single numbers, and how they are written."""
    serials = sorted(one.true_serial for one in plan.devices if one.kind == kind)
    ranges, texts = [], []
    for _ in range(chance.randrange(1, 4)):
        first = chance.randrange(len(serials))
        last = min(len(serials) - 1, first + chance.randrange(1, max(2, len(serials) // 4)))
        ranges.append((serials[first], serials[last]))
        bounds = [written_serial(plan.kinds[kind], n) for n in ranges[-1]]
        texts.append(chance.choice(STYLES).format(*bounds))
    for serial in chance.sample(serials, min(len(serials), chance.randrange(3))):
        ranges.append((serial, serial))
        texts.append(written_serial(plan.kinds[kind], serial))
    return ranges, chance.choice(("{}", "SN {}", "S/N: {}")).format(", ".join(texts))


def _within(value: int | None, ranges: list[tuple[int, int]]) -> bool | None:
    return None if value is None else any(first <= value <= last for first, last in ranges)


def _by_serials(plan: Plan, chance: random.Random) -> Question:
    kind = _some_kind(plan, chance)
    ranges, text = _serial_ranges(plan, chance, kind)
    return _asked(
        plan,
        chance,
        "serials",
        (kind,),
        lambda one: _within(one.serial, ranges),
        lambda one: bool(_within(one.true_serial, ranges)),
        serials=text,
    )


def _by_lots(plan: Plan, chance: random.Random) -> Question:
    kind = _some_kind(plan, chance)
    lots = sorted({one.true_lot for one in plan.devices if one.kind == kind})
    chosen = set(chance.sample(lots, min(len(lots), chance.randrange(1, 5))))
    text = chance.choice((", ", "; ", " och ", "\n")).join(f"L{lot}" for lot in sorted(chosen))
    return _asked(
        plan,
        chance,
        "lots",
        (kind,),
        lambda one: None if one.lot is None else one.lot in chosen,
        lambda one: one.true_lot in chosen,
        lots=text,
    )


def _by_software(plan: Plan, chance: random.Random) -> Question:
    kind, place = _some_kind(plan, chance), chance.randrange(1, len(VERSIONS) - 1)
    version = VERSIONS[place]
    style, low, high = chance.choice(
        (
            ("{} och tidigare", 0, place),
            ("<= {}", 0, place),
            ("before {}", 0, place - 1),
            ("före {}", 0, place - 1),
            ("{} eller senare", place, len(VERSIONS) - 1),
            ("{}", place, place),
        )
    )
    inside = set(VERSIONS[low : high + 1])
    return _asked(
        plan,
        chance,
        "software",
        (kind,),
        lambda one: None if one.software is None else one.software in inside,
        lambda one: one.true_software in inside,
        software=style.format(version),
    )


def _by_day(plan: Plan, chance: random.Random) -> Question:
    kind, year, month = (
        _some_kind(plan, chance),
        chance.randrange(2018, 2025),
        chance.randrange(1, 13),
    )
    day = date(year, month, 1)
    style = chance.choice(
        ("alla före {}-{:02d}", "manufactured before {}-{:02d}", "all before {}-{:02d}")
    )
    return _asked(
        plan,
        chance,
        "made",
        (kind,),
        lambda one: None if one.made_on is None else one.made_on < day,
        lambda one: one.true_made_on < day,
        made=style.format(year, month),
    )


def _by_model(plan: Plan, chance: random.Random) -> Question:
    kind = _some_kind(plan, chance)
    return _asked(plan, chance, "model", (kind,), lambda one: True, lambda one: True)


def _by_family(plan: Plan, chance: random.Random) -> Question:
    """All the maker's models of one family."""
    first = plan.kinds[_some_kind(plan, chance)]
    alike = tuple(
        number
        for number, kind in enumerate(plan.kinds)
        if (kind.maker, kind.family) == (first.maker, first.family)
    )
    return _asked(plan, chance, "family", alike, lambda one: True, lambda one: True)


def _mixed(plan: Plan, chance: random.Random) -> Question:
    """Serial numbers and software together: both must hold."""
    kind = _some_kind(plan, chance)
    ranges, text = _serial_ranges(plan, chance, kind)
    version = chance.choice(VERSIONS)

    def known(one: One) -> bool | None:
        verdicts = (
            _within(one.serial, ranges),
            None if one.software is None else one.software == version,
        )
        return False if False in verdicts else None if None in verdicts else True

    return _asked(
        plan,
        chance,
        "mixed",
        (kind,),
        known,
        lambda one: bool(_within(one.true_serial, ranges)) and one.true_software == version,
        serials=text,
        software=version,
    )

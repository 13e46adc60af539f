"""A register that holds what real recalls are about, its truth known device by device.

    truth = recalled.settle(recalled.notices(recalls), devices=50_000, region=region, seed=7)
    truth.affected(notice)        # the keys of the devices the notice is about, register aside
    truth.holders(pks)            # the keys of their units

The answer comes from the numbers a notice was made of, never from reading its text. The register
knows less than the truth: numbers are missing, products stand under their number alone, and some
have no UDI-DI. Beside what is affected stand devices outside the range, of another version, handed
back, and of a maker's other products with the same numbers.
"""

import random
from collections import defaultdict
from dataclasses import dataclass, field

from django.db import connection

from patientsakerhet.register.actions import parties
from patientsakerhet.register.models import Device, DeviceIdentifier, DeviceModel, Party
from tests.factories import make_unit
from tests.sakerhetsmeddelanden.intake import rendered

UNITS = 400


@dataclass(frozen=True)
class Really:
    """What a device is, whatever the register says."""

    unit: int
    serial: str
    lot: str
    software: str
    is_here: bool


@dataclass
class Truth:
    """Which device is what; by its key, and by its product."""

    units: list = field(default_factory=list)
    devices: dict[int, Really] = field(default_factory=dict)
    products: dict[tuple, list[int]] = field(default_factory=lambda: defaultdict(list))

    def affected(self, notice):
        """The devices in somebody's hands that the notice is about."""
        return {
            pk for pk in self.products[product_of(notice)] if _is_meant(self.devices[pk], notice)
        }

    def holders(self, devices):
        """The units that hold them."""
        return {self.devices[pk].unit for pk in devices}


def product_of(notice):
    """What tells one product from another."""
    truth = notice.truth
    return truth["4.7"].casefold(), truth["1.2"].casefold(), truth["1.5"]


def settle(notices, *, devices, region, seed):
    """Units, makers, products and so many devices, of the products that the notices are about."""
    chance, truth = random.Random(f"{seed}/{devices}"), Truth()
    truth.units = [
        make_unit(f"Mottagning {n}", parent=region.hospital, mailbox=f"mottagning{n}@exempel.se")
        for n in range(min(UNITS, 8 + devices // 20))
    ]
    models = _models(notices, chance, region)
    each, left = divmod(devices, len(notices))
    rows, real = [], []
    for number, notice in enumerate(notices):
        homes = chance.sample(truth.units, 5)
        for place in range(each + (number < left)):
            unit = chance.choice(homes)
            device, really = _device(notice, place, chance, unit)
            device.model = models[product_of(notice)]
            device.inventory_number = f"R-{len(rows):06d}"
            rows.append(device)
            real.append((really, product_of(notice)))
    for start in range(0, devices, 5000):
        for device in Device.objects.bulk_create(rows[start : min(start + 5000, devices)]):
            really, product = real[len(truth.devices)]
            truth.devices[device.pk] = really
            truth.products[product].append(device.pk)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return truth


def _models(notices, chance, region):
    """The register's products: some under their number alone, half with a UDI-DI."""
    made = {}
    for notice in notices:
        key, told = product_of(notice), notice.truth
        number = told["1.5"].split(",")[0].strip()[:80]
        if key not in made:
            maker = parties.obtain(told["4.7"], Party.Part.MANUFACTURER)
            name = number if chance.random() < 0.1 else told["1.2"]
            made[key], _ = DeviceModel.objects.get_or_create(
                manufacturer=maker,
                name=name,
                model_number=number,
                catalogue_number=told["1.5"][:80] if "," in told["1.5"] else "",
                defaults={"managing_unit": region.devices},
            )
        if chance.random() < 0.5:
            DeviceIdentifier.objects.get_or_create(model=made[key], udi_di=told["1.3"])
    return made


def _device(notice, place, chance, unit):
    """One device: seven of fifteen affected, the rest near in some way; and what it really is."""
    numbers, software = notice.numbers, notice.truth["1.6"]
    sort = ("in", "in", "version", "out", "in", "out", "gone", "in", "unknown", "in", "out",
            "version", "in", "out", "in")[place % 15]  # fmt: skip
    serial, lot = _number(numbers, chance, inside=sort != "out")
    version = f"{software}.9" if sort == "version" else software
    really = Really(unit.pk, serial, lot, version, is_here=sort != "gone")
    known = sort != "unknown"
    device = Device(
        serial_number=serial if known else "",
        lot_number=lot if known else "",
        software_version=version,
        holding_unit=unit,
        status="scrapped" if sort == "gone" else chance.choice(("in_use", "in_use", "stored")),
    )
    return device, really


def _number(numbers, chance, *, inside):
    """A serial number and a lot, one of them empty, among the notice's or not."""
    if numbers.spans:
        low, high = chance.choice(numbers.spans)
        last = max(span[1] for span in numbers.spans)
        return str(chance.randint(low, high) if inside else last + chance.randrange(1, 5000)), ""
    if numbers.serials:
        here = chance.choice(numbers.serials)
        return here if inside else f"{here}{chance.randrange(10, 99)}", ""
    here = chance.choice(numbers.lots)
    return "", here if inside else f"{here}{chance.randrange(10, 99)}"


def _is_meant(one, notice):
    numbers = notice.numbers
    number = one.serial.isdigit() and int(one.serial)
    among = (
        any(low <= number <= high for low, high in numbers.spans)
        or one.serial in numbers.serials
        or one.lot in numbers.lots
    )
    return one.is_here and among and one.software == notice.truth["1.6"]


def notices(recalls):
    """What the suppliers want to say about these recalls."""
    return [rendered.notice(one) for one in recalls]

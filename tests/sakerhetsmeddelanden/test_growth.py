"""What a larger register costs: an equipment database read in, and finding whom a notice concerns.

Counted and never timed: statements and pages of the database. With VARSAM_DEVICES="20000 200000" the
sizes are these, and time and memory are printed beside what is counted.
"""

import csv
import io
import os
import time

import pytest
from django.db import connection

from patientsakerhet.exchange import runs
from patientsakerhet.register.models import Device
from sakerhetsmeddelanden import targeting
from sakerhetsmeddelanden.actions.products import Product
from tests.factories import Region, make_device, make_model, make_unit
from tests.sakerhetsmeddelanden.test_targeting import assessing

pytestmark = pytest.mark.django_db

SMALL, LARGE = map(int, os.environ.get("VARSAM_DEVICES", "1000 3000").split())
# A small file is read part by part, so that each step of its progress is seen; a large one in the
# product's own goes.
WORK_FOR = {"work_for": 0.0} if LARGE <= 10_000 else {}
HEADING = (
    "Nyckel;Inventarienummer;Tillverkare;Produkt;Serienummer;Partinummer;Programversion;"
    "Enhet;Läge;Inköpt"
)
MODELS, UNITS = 60, 40


class Statements:
    """Every statement of the block, with what it was asked with."""

    def __init__(self):
        self.made = []

    def __call__(self, execute, sql, params, many, context):
        self.made.append((sql, params))
        return execute(sql, params, many, context)

    def pages(self):
        """How many pages of the database each SELECT touches, asked again with EXPLAIN."""
        touched = {}
        with connection.cursor() as cursor:
            for sql, params in self.made:
                if sql.startswith("SELECT"):
                    cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", params)
                    [plan] = cursor.fetchone()[0]
                    buffers = plan["Plan"]
                    touched[sql] = buffers["Shared Hit Blocks"] + buffers["Shared Read Blocks"]
        return touched


def file_of(count, units):
    """A file of an equipment database with so many rows."""
    target = io.StringIO()
    rows = csv.writer(target, delimiter=";")
    rows.writerow(HEADING.split(";"))
    for n in range(count):
        rows.writerow(
            (f"K{n}", f"{count}-{n:06d}", f"Tillverkare {n % 7} AB", f"Produkt {n % MODELS}",
             f"{count}S{n}", f"L{n // 25}", "2.0", units[n % UNITS].name, "i drift", "2024-05-06")
        )  # fmt: skip
    return target.getvalue().encode()


def peak():
    """The most memory this process has held since it was last asked, in MB."""
    with open("/proc/self/status") as told:
        most = next(int(line.split()[1]) for line in told if line.startswith("VmHWM"))
    with open("/proc/self/clear_refs", "w") as forget:
        forget.write("5")
    return most / 1024


def carried_on(run, count):
    """The run taken to its next resting place: statements, time, progress."""
    statements, began, seen = Statements(), time.monotonic(), []
    with connection.execute_wrapper(statements):
        more = True
        while more:
            more = runs.carry_on(run.pk, **WORK_FOR)
            run.refresh_from_db()
            seen.append((run.parts_done, run.parts))
    return len(statements.made), time.monotonic() - began, seen


def test_an_import_costs_as_its_rows_and_shows_how_far_it_is(capsys):
    region = Region()
    units = [make_unit(f"Mottagning {n}", parent=region.hospital) for n in range(UNITS)]
    figures = {}
    for count in (SMALL, LARGE):
        content = file_of(count, units)
        options = {"source": f"Boken {count}", "unit": region.devices.code}
        peak()
        run = runs.upload("equipment", "u.csv", content, by=region.coordinator, options=options)
        trial = carried_on(run, count)
        assert (run.state, run.planned) == ("ready", {"added": count})
        runs.confirm(run, by=region.coordinator)
        written = carried_on(run, count)
        assert (run.state, run.counts) == ("done", {"added": count})
        assert Device.objects.filter(source=f"Boken {count}").count() == count
        for _, _, seen in (trial, written):
            assert [done for done, _ in seen] == sorted(done for done, _ in seen)
            assert seen[-1] == (-(-count // 1000), -(-count // 1000))
            assert not WORK_FOR or len(seen) == count // 1000
        figures[count] = (trial, written, peak(), len(content))
    with capsys.disabled():
        for count, (trial, written, most, size) in figures.items():
            print(
                f"\n{count} rows, {size / 2**20:.1f} MB: trial {trial[1]:.1f} s in {len(trial[2])} "
                f"goes and {trial[0]} statements, written {written[1]:.1f} s in {len(written[2])} "
                f"goes and {written[0]} statements, at most {most:.0f} MB"
            )

    for which in (0, 1):
        small, large = figures[SMALL][which][0], figures[LARGE][which][0]
        assert large / small <= LARGE / SMALL * 1.1


def test_finding_whom_a_notice_concerns_touches_as_much_in_a_large_register(capsys):
    region = Region()
    pumps = make_model("Volumed 300", family="Volumed", udi_di="07350000000017")
    others = [make_model(f"Annan {n}", maker=f"Tillverkare {n % 7} AB") for n in range(MODELS)]
    units = [make_unit(f"Mottagning {n}", parent=region.hospital) for n in range(UNITS)]
    for n in range(100):
        make_device(unit=units[n % UNITS], model=pumps, serial_number=f"{1000 + n}")
    notice = assessing(
        region, Product(trade_name="Volumed 300", range_text="SN 1000-1049")
    ).safety_notice
    asked, touched = {}, {}
    for count in (SMALL, LARGE):
        there = Device.objects.count()
        for start in range(there, count, 5000):
            Device.objects.bulk_create(
                Device(
                    model=others[n % MODELS], inventory_number=f"V-{n:06d}",
                    serial_number=f"{n}", holding_unit=units[n % UNITS],
                )
                for n in range(start, min(start + 5000, count))
            )  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        statements = Statements()
        with connection.execute_wrapper(statements):
            began = time.monotonic()
            found = targeting.find(notice)
            took = time.monotonic() - began
        assert sum(len(hits) for hits in found.hits.values()) == 50
        assert found.searched == count
        pages = statements.pages()
        [whole] = [sql for sql in pages if sql.startswith("SELECT COUNT(*)")]
        asked[count] = len(statements.made)
        touched[count] = sum(number for sql, number in pages.items() if sql != whole)
        with capsys.disabled():
            print(
                f"\n{count} devices: {asked[count]} statements, {touched[count]} pages and "
                f"{pages[whole]} for how many there are, {1000 * took:.0f} ms"
            )

    assert asked[SMALL] == asked[LARGE]
    assert touched[LARGE] <= touched[SMALL] * 1.5

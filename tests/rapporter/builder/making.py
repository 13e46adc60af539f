"""A region with something of most that measures count, and reports built in it."""

from datetime import date
from urllib.parse import parse_qsl, urlsplit

import time_machine

from avvikelse.actions import coordination
from rapporter.builder.actions import keeping
from rapporter.forms.asking import OneForm
from rapporter.registry import Asked
from tests.factories import Region, code, file_report, fresh
from tests.information_security.making import World as Classified
from tests.rapporter.region_2023 import at, on
from tests.year_registers.making import Year

FIRST, LAST, KNOWN = date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 31)


class World:
    """Deviations of 2026 at several units, classed and not, with rows of the other registers."""

    def __init__(self, others=True):
        with on(date(2026, 1, 2)):
            self.region = region = Region()
        for day, unit, event_class in (
            (date(2026, 1, 4), region.ward, "it.outage"),
            (date(2026, 1, 5), region.ward, "it.outage"),
            (date(2026, 3, 31), region.sibling, "it.other"),
            (date(2026, 5, 1), region.hospital, ""),
            (date(2026, 5, 2), region.private, "device.infusion"),
            (date(2026, 12, 31), region.devices, ""),
        ):
            with time_machine.travel(at(day), tick=False):
                case = file_report(unit)
                if event_class:
                    coordination.classify(
                        fresh(case),
                        by=region.coordinator,
                        event_class=code("event_class", event_class),
                    )
        if others:
            with time_machine.travel(at(date(2026, 6, 1)), tick=False):
                year = Year(region)
                year.keys()
                year.training(unit=region.desk, trained=7, role="reporter")
                classified = Classified(region)
                classified.decided(classified.ordered(system=classified.another_system()))

    def asked(self, **more):
        return Asked(**{"first": FIRST, "last": LAST, "as_of": at(KNOWN), **more})


def build(by, **given):
    """A report of the deviations of 2026 by month, or as told; `row` is one to change."""
    told = {
        "name": "Avvikelser per månad",
        "measure": "filed_deviations",
        "breakdown": "month",
        "picture": "columns",
        "span": "given",
        **given,
    }
    if told["span"] == "given":
        told = {"first": FIRST, "last": LAST, **told}
    return keeping.put(told.pop("row", None), by=by, **told)


def rows_at(measure, url, by=None):
    """The rows that the address leads to, as the measure's page reads it."""
    form = OneForm(measure, dict(parse_qsl(urlsplit(url).query)))
    assert form.is_valid(), form.errors
    return measure.rows_for(form.asked(by))

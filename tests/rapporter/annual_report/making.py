"""A report on its way, made through the product's own actions."""

from datetime import date
from uuid import uuid4

import time_machine
from django.db import connection

from rapporter.annual_report import fields
from rapporter.annual_report.actions import building, opening, signing, writing
from rapporter.annual_report.models import AnnualReport
from tests.factories import Region, file_report, fresh
from tests.rapporter.region_2023 import at

YEAR = 2023
SECTIONS = {
    "sammanfattning": "Året i korthet: {{F09}} avvikelser kom in.",
    "mal": "Vår vision är en säker vård.",
    "org": "Chefläkaren leder arbetet.",
    "agera": "Det kom {{F09}} avvikelser, {{F09|riktning}}.",
    "kunskap": "Vi följer väntetiderna.",
}
"""What the template demands, in words that the figures bear."""


class World:
    """A region with some deviations, and the report of its administration for 2023."""

    def __init__(self, filed=6, before=0, since=date(2023, 3, 1)):
        self.clock = time_machine.travel(at(since), tick=False)
        with self.clock:
            self.region = Region()
        for n in range(filed):
            self.file(date(2023, 4, 1 + n))
        for n in range(before):
            self.file(date(2022, 4, 1 + n))
        self.physician = self.region.physician
        self.coordinator = self.region.coordinator

    def file(self, day, unit=None, said=None):
        """A deviation that somebody wrote that day."""
        with time_machine.travel(at(said or day), tick=False):
            return file_report(unit or self.region.ward)

    def begun(self, day=date(2024, 2, 1), year=YEAR, unit=None):
        """The report, whose first draft nobody has made yet."""
        with time_machine.travel(at(day), tick=False):
            return opening.start(
                unit or self.region.administration, year, by=self.coordinator, submission=uuid4()
            )

    def started(self, day=date(2024, 2, 1), year=YEAR, unit=None):
        """The report, with its first draft."""
        case = self.begun(day, year, unit)
        with time_machine.travel(at(day), tick=False):
            work()
        return case

    def drafted(self, case, day=date(2024, 2, 2)):
        """A new draft of the texts that stand now."""
        with time_machine.travel(at(day), tick=False):
            build = building.order(fresh(case), by=self.coordinator)
            work()
        build.refresh_from_db()
        return build

    def in_review(self, case, **texts):
        """The report as it is handed in, with a draft of what it says."""
        with time_machine.travel(at(date(2024, 2, 10)), tick=False):
            write(case, by=self.coordinator, **texts)
            signing.take_step(fresh(case), "hand_in", by=self.coordinator)
        self.drafted(case, date(2024, 2, 11))
        return fresh(case)

    def signed(self, case, day=date(2024, 2, 20)):
        """An edition, with its files."""
        with time_machine.travel(at(day), tick=False):
            edition = signing.sign(fresh(case), by=self.physician)
            work()
        return edition

    def edition(self, year, unit, **texts):
        """The report of a year from its first draft to a published edition, in the February after."""
        after = year + 1
        case = self.started(date(after, 2, 1), year=year, unit=unit)
        with time_machine.travel(at(date(after, 2, 10)), tick=False):
            write(case, by=self.coordinator, **texts)
            signing.take_step(fresh(case), "hand_in", by=self.coordinator)
        self.drafted(case, date(after, 2, 11))
        edition = self.signed(case, date(after, 2, 20))
        self.published(case, date(after, 2, 25))
        return edition

    def published(self, case, day=date(2024, 2, 25)):
        """The newest edition, for all to read."""
        with time_machine.travel(at(day), tick=False):
            return signing.publish(fresh(case), by=self.physician)


def work():
    """Workers have done what there is to do, in whatever transaction the test has begun."""
    for block in connection.atomic_blocks[-1:]:
        block._from_testcase = True  # what must be outermost may lie in it
    building.sweep()


def write(case, *, by, **texts):
    """Every section that the template demands is written and checked, with these beside."""
    report = AnnualReport.objects.get(pk=case.pk)
    for section in report.sections.select_related("template", "report__case"):
        text = {**SECTIONS, **texts}.get(section.template.key)
        if text is None:
            continue
        section = writing.write(section, text, by=by)
        paragraphs = [fields.mark(one) for one in section.unreviewed]
        numbers = [one.key for one in section.unconfirmed]
        if paragraphs or numbers:
            section = writing.confirm(section, by=by, paragraphs=paragraphs, numbers=numbers)
        writing.check_facts(section, by=by)


def write_and_sign(case, region):
    """The report is written, drafted, signed and published, all today."""
    write(case, by=region.coordinator)
    signing.take_step(fresh(case), "hand_in", by=region.coordinator)
    building.order(fresh(case), by=region.coordinator)
    work()
    signing.sign(fresh(case), by=region.physician)
    work()
    signing.publish(fresh(case), by=region.physician)


def section_of(case, key):
    """The section with this key."""
    return (
        AnnualReport.objects.get(pk=case.pk)
        .sections.select_related("template", "report__case")
        .get(template__key=key)
    )

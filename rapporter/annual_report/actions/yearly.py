"""What the calendar does by itself: a new year's report is opened, and writers are told on their day."""

from __future__ import annotations

import logging
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.lib import calendar
from patientsakerhet.notifications import outbox
from rapporter.annual_report.actions import days, opening
from rapporter.annual_report.actions.writing import TO_WRITE
from rapporter.annual_report.models import AnnualReport, ReportDay, Section
from rapporter.annual_report.workflow import WRITING

logger = logging.getLogger(__name__)


def open_years() -> int:
    """Where a report was written of last year, this year's is opened; how many.

    It is its owner's who answered for the last one; where she no longer may, the log says so, and
    somebody opens it on its page.
    """
    year = calendar.today().year
    begun = AnnualReport.objects.filter(year=year).values("unit")
    rows = AnnualReport.objects.filter(year=year - 1).exclude(unit__in=begun)
    opened = 0
    for last in rows.select_related("unit", "case__handler").order_by("pk"):
        by = last.case.handler
        if (
            by is None
            or not by.is_active
            or not policy.may_at(by, Can.WRITE_ANNUAL_REPORT, last.unit)
        ):
            logger.warning("nobody answers for the report of %s %s", last.unit.code, year)
            continue
        submission = uuid5(NAMESPACE_URL, f"annual-report:{last.unit_id}:{year}")
        opening.start(last.unit, year, by=by, submission=submission)
        opened += 1
    return opened


@transaction.atomic
def tell_writers() -> int:
    """On the calendar's day whoever is to write a section is told, once; how many sections."""
    year = calendar.today().year - 1
    if calendar.today() < days.of(year)[ReportDay.Key.PROMPTS]:
        return 0
    sections = Section.objects.filter(
        report__year=year, report__case__status=WRITING, author__is_active=True
    ).select_related("author", "template", "report__case")
    for one in sections:
        case = one.report.case
        outbox.promise(
            TO_WRITE,
            key=f"{TO_WRITE}:{one.pk}:{one.author_id}:day",
            person=one.author,
            case_id=case.pk,
            number=case.number,
            context={"section": one.template.key},
        )
    return len(sections)

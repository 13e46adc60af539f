"""What workers do with drafts. Each is safe to run late, twice or at the same time."""

import logging

from celery import shared_task

from rapporter.annual_report import freezing
from rapporter.annual_report.actions import building, yearly

logger = logging.getLogger(__name__)


@shared_task
def carry_on(build_id: int) -> None:
    """Go on with one draft."""
    building.carry_on(build_id)


@shared_task
def sweep() -> None:
    """Beat: drafts that nobody is at go on."""
    building.sweep()


@shared_task
def keep_calendar() -> None:
    """Beat: a new year's reports are opened, and writers are told on their day."""
    yearly.open_years()
    yearly.tell_writers()


@shared_task
def recount() -> None:
    """Beat: every edition's figures are counted anew from their facts; what differs stands in the log."""
    for edition, wrong in freezing.recounted():
        logger.error("edition %s of report %s: %s", edition.number, edition.report_id, wrong)

"""What happens with deviations without anyone asking."""

from celery import shared_task

from avvikelse.actions import bulk
from avvikelse.models import BulkAct
from avvikelse.preparation import keeping

WORK_SECONDS = 40.0
"""A task gives up its place after this long; the next one goes on where it stopped."""


@shared_task
def prepare(case_id: int) -> None:
    """Woken when a report has been filed. Safe to run late, twice, or never: the sweep does it."""
    keeping.prepare(case_id)


@shared_task
def sweep_preparations() -> None:
    """Beat. Safe to run late, twice, or at the same time."""
    keeping.sweep()


@shared_task
def proceed_bulk(bulk_id: int) -> None:
    """Woken when somebody has decided on many cases and perhaps left the page."""
    bulk.proceed(BulkAct.objects.get(pk=bulk_id), seconds=WORK_SECONDS)


@shared_task
def sweep_bulk_acts() -> None:
    """Beat. What somebody decided on and nobody has gone on with is gone on with."""
    for act in BulkAct.objects.unfinished().order_by("pk"):
        bulk.proceed(act, seconds=WORK_SECONDS)

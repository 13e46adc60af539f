"""What happens with deviations without anyone asking."""

from celery import shared_task

from avvikelse.preparation import keeping


@shared_task
def prepare(case_id: int) -> None:
    """Woken when a report has been filed. Safe to run late, twice, or never: the sweep does it."""
    keeping.prepare(case_id)


@shared_task
def sweep_preparations() -> None:
    """Beat. Safe to run late, twice, or at the same time."""
    keeping.sweep()

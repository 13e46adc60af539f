"""What workers do with imports. Each is safe to run late, twice or at the same time."""

from celery import shared_task

from patientsakerhet.exchange import runs


@shared_task
def carry_on(run_id: int) -> None:
    """Go on with one import."""
    runs.carry_on(run_id)


@shared_task
def sweep() -> None:
    """Beat: imports that nobody is at go on, and old files are forgotten."""
    runs.sweep()
    runs.forget_files()

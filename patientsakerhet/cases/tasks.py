"""What the spine does without anyone asking."""

from celery import shared_task

from patientsakerhet.cases.actions import reminders


@shared_task
def sweep_deadlines() -> None:
    """Beat. Safe to run late, twice, or at the same time."""
    reminders.sweep()
    reminders.sweep_measures()

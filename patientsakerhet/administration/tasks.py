"""What happens to the organisation by the clock. Safe to run late, twice or at the same time."""

from celery import shared_task

from patientsakerhet.administration.actions import units


@shared_task
def sweep_periods() -> None:
    """Beat: names and places of units that were decided to hold from a day that has come."""
    units.apply_due_periods()

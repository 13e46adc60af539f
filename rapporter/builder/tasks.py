"""What happens with reports by the clock. Safe to run late, twice or at the same time."""

from celery import shared_task

from rapporter.builder.actions import telling


@shared_task
def sweep() -> None:
    """Beat: those who see a report are told when its week or month has come."""
    telling.sweep()

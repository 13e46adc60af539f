"""What workers do with messages. Each is safe to run late, twice or at the same time."""

from celery import shared_task

from patientsakerhet.notifications import digest, heartbeats, relay


@shared_task
def heartbeat() -> None:
    """From the clock through the queue to a worker and into the database: all of it is alive."""
    heartbeats.beat("worker")


@shared_task
def deliver() -> None:
    """Send what is due."""
    relay.deliver_due()
    heartbeats.beat("relay")


@shared_task
def collect_digests() -> None:
    """Promise the daily mails, when it is time."""
    digest.collect()

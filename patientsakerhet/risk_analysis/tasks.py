"""What happens with risks without anyone asking. Safe to run late, twice or at once."""

from celery import shared_task

from patientsakerhet.risk_analysis.actions import reviews


@shared_task
def sweep_reviews() -> None:
    """Beat. A severe deviation about a risk proposes that the risk be judged again."""
    reviews.sweep()

"""What the spine does without anyone asking."""

from celery import shared_task

from patientsakerhet.cases import throttle
from patientsakerhet.cases.actions import attachments, drafts, reminders
from patientsakerhet.notifications import heartbeats


@shared_task
def sweep_deadlines() -> None:
    """Beat. Safe to run late, twice, or at the same time."""
    reminders.sweep()
    reminders.sweep_measures()
    reminders.sweep_beside()
    heartbeats.beat("deadlines")


@shared_task
def scan_attachment(pk: int) -> None:
    """A file is in a case and waits for its verdict."""
    attachments.scan(pk)


@shared_task
def sweep_attachments() -> None:
    """Beat. Files that still wait, whose scanner was away or whose worker died."""
    attachments.scan_waiting()


@shared_task
def sweep_leftovers() -> None:
    """Beat. What nobody needs any more: files without a case, old drafts, counted tries."""
    attachments.sweep()
    drafts.forget()
    throttle.forget()

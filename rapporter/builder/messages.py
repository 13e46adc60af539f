"""The message that a report is ready: a link and nothing of what it shows."""

from __future__ import annotations

from django.urls import reverse

from patientsakerhet.notifications import kinds
from patientsakerhet.notifications.models import Message
from rapporter.builder.actions import telling
from rapporter.builder.models import SavedReport


def to_report(message: Message) -> str:
    """The report's page."""
    return reverse("saved_report", args=[message.context.get("report")])


def still_seen(message: Message) -> bool:
    """Whether the report is there, is still mailed, and may be seen by whoever is told."""
    rows = SavedReport.objects.scheduled().filter(pk=message.context.get("report"))
    return message.person is not None and rows.visible_to(message.person).exists()


def register() -> None:
    """Make it known to the outbox."""
    kinds.register(
        telling.KIND,
        subject="En rapport som du följer är klar",
        path=to_report,
        still_due=still_seen,
    )

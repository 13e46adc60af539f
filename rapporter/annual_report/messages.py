"""The messages that reports give rise to, and whether they still make sense."""

from __future__ import annotations

from django.urls import reverse

from patientsakerhet.cases.messages import still_visible
from patientsakerhet.notifications import kinds
from patientsakerhet.notifications.models import Message


def to_section(message: Message) -> str:
    """The section that is to be written."""
    return reverse("annual_report_section", args=[message.number, message.context.get("section")])


def register() -> None:
    """Make them known to the outbox."""
    kinds.register(
        "report_section",
        subject="Du skriver ett avsnitt i {number}",
        path=to_section,
        still_due=still_visible,
    )

"""The messages that analyses give rise to: subject, page, and whether they still make sense."""

from __future__ import annotations

from django.urls import reverse

from patientsakerhet.cases.messages import still_visible, to_case
from patientsakerhet.notifications import kinds
from patientsakerhet.notifications.models import Message
from patientsakerhet.risk_analysis.models import RiskReview


def register() -> None:
    """Make them known to the outbox."""
    for kind, subject in (
        ("analysis_leader", "Du leder riskanalysen {number}"),
        ("analysis_to_decide", "Riskanalysen {number} väntar på ditt beslut"),
        ("analysis_sent_back", "Riskanalysen {number} behöver kompletteras"),
        ("analysis_signed", "Slutrapporten för {number} är undertecknad"),
    ):
        kinds.register(kind, subject=subject, path=to_case, still_due=still_visible)
    kinds.register(
        "risk_review",
        subject="En risk i {number} behöver omprövas",
        path=to_risk,
        still_due=still_waiting,
    )


def to_risk(message: Message) -> str:
    """The risk's page."""
    return reverse("analysis_risk", args=[message.number, message.context.get("risk")])


def still_waiting(message: Message) -> bool:
    """Whether the review still waits, and whoever is told may still read the analysis."""
    waits = RiskReview.objects.waiting().filter(
        risk__analysis=message.case_id, risk__serial=message.context.get("risk")
    )
    return waits.exists() and still_visible(message)

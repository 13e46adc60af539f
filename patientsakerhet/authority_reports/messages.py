"""The mails that reports give rise to: where they lead, whether they still make sense."""

from __future__ import annotations

from django.urls import reverse

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.authority_reports.actions import deciding
from patientsakerhet.authority_reports.models import AuthorityReport
from patientsakerhet.authority_reports.workflow import UNDER_DECISION
from patientsakerhet.notifications import kinds
from patientsakerhet.notifications.models import Message


def register() -> None:
    """Make them known to the outbox."""
    kinds.register(
        deciding.ASKED,
        subject="Ett beslut om anmälan av {number} väntar på dig",
        path=to_report,
        still_due=still_to_decide,
    )
    kinds.register(
        deciding.TOLD,
        subject="Det är beslutat om {number} ska anmälas",
        path=to_report,
        still_due=still_readable,
    )


def to_report(message: Message) -> str:
    """The report's own page."""
    return reverse("case_report", args=[message.number, message.context["report"]])


def still_to_decide(message: Message) -> bool:
    """Whether the decision is still asked for, and whoever is addressed may still make it."""
    report = _report_of(message)
    if report.status != UNDER_DECISION or message.person is None:
        return False
    return Can(report.kind.decided_with) in policy.capabilities(message.person, report.case)


def still_readable(message: Message) -> bool:
    """Whether whoever is addressed may still read the case."""
    if message.person is None:
        return False
    held = policy.capabilities(message.person, _report_of(message).case)
    return bool(held & {Can.READ, Can.READ_CLASSIFICATION})


def _report_of(message: Message) -> AuthorityReport:
    return AuthorityReport.objects.select_related("kind", "case").get(pk=message.context["report"])

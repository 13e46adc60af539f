"""The errands of authority reports: what waits for somebody's decision, and what she is to send in."""

from __future__ import annotations

from django.utils import timezone

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.authority_reports.models import AuthorityReport
from patientsakerhet.authority_reports.querysets import DECIDING, AuthorityReportQuerySet
from patientsakerhet.cases import agenda
from patientsakerhet.cases.agenda import Errand, Line
from patientsakerhet.cases.errands import list_of
from patientsakerhet.organisation.models import Person
from patientsakerhet.ui import swedish


def to_decide(person: Person) -> AuthorityReportQuerySet | None:
    """Reports that wait for her decision, the longest running clock first."""
    if not any(policy.may(person, right) for right in DECIDING):
        return None
    found: AuthorityReportQuerySet = (
        AuthorityReport.objects.to_decide_by(person).oldest_first().for_rows()
    )
    return found


def to_submit(person: Person) -> AuthorityReportQuerySet:
    """Reports that are decided and not sent, of which she handles the case or asked herself."""
    found: AuthorityReportQuerySet = (
        AuthorityReport.objects.to_submit_by(person).oldest_first().for_rows()
    )
    return found


def _line(report: AuthorityReport) -> Line:
    """A report with the age of its clock first."""
    age = swedish.waited(report.clock_from, now=timezone.now())
    return Line(
        title=f"{report.kind.name}: {report.case.title}",
        url=report.get_absolute_url(),
        lead=age.text,
        since=age.since,
        meta=(report.case.number, report.case.owning_unit.name, report.status_label),
    )


def register() -> None:
    """Make them known to the first page and the navigation."""
    for errand in (
        Errand(
            "reports_to_decide", "Anmälningar att besluta om", to_decide, _line,
            list_of("authority_reports", "mine=decide"), "Alla att besluta om", order=12,
        ),
        Errand(
            "reports_to_submit", "Anmälningar att skicka in", to_submit, _line,
            list_of("authority_reports", "mine=submit"), "Alla att skicka in", order=45,
        ),
    ):  # fmt: skip
        agenda.register(errand)


MINE = {"decide": to_decide, "submit": to_submit}
"""What the list is narrowed to when it is reached from the first page."""

RIGHTS = (Can.ASK_FOR_REPORT, Can.KEEP_REPORTS, *DECIDING)
"""Whoever has one of these has the room in the navigation."""

"""The clock of a report: a deadline where its kind has a time, an age everywhere."""

from __future__ import annotations

from datetime import datetime

from patientsakerhet.authority_reports import around
from patientsakerhet.authority_reports.models import AuthorityReport, ReportKind
from patientsakerhet.cases.actions import core, deadlines
from patientsakerhet.cases.models import Case, Deadline


def beginning(case: Case, kind: ReportKind) -> datetime:
    """From when the kind's time is counted in the case, as far as the case tells.

    When it became known is when the case came in, unless its kind or somebody says otherwise.
    """
    told = around.of(case.kind)
    at = None
    if told is not None and kind.clock == ReportKind.Clock.EVENT:
        at = told.occurred_at(case)
    elif told is not None and kind.clock == ReportKind.Clock.AWARENESS:
        at = told.became_known_at(case)
    return at or case.filed_at


def start(report: AuthorityReport) -> None:
    """The kind's time, if it has one, runs from the report's own beginning; the case waits for it."""
    kind = report.kind
    if kind.target_amount is None:
        return
    due_at = deadlines.later(report.clock_from, kind.target_amount, kind.target_measured)
    Deadline.objects.create(
        case=report.case,
        purpose=purpose_of(report),
        label=f"{kind.target_label}: {kind.name}"[:80],
        basis=kind.target_basis,
        starts_at=report.clock_from,
        due_at=due_at,
        next_alarm_at=due_at,
    )
    _follow(report.case)


def stop(report: AuthorityReport, *, at: datetime) -> None:
    """The time no longer runs: the report was sent, or is not to be."""
    running = report.case.deadlines.open().filter(purpose=purpose_of(report))
    if running.update(met_at=at, next_alarm_at=None):
        _follow(report.case)


def purpose_of(report: AuthorityReport) -> str:
    """What the report's deadline is kept under in the case."""
    return f"authority_report:{report.pk}"


def _follow(case: Case) -> None:
    case.due_at = deadlines.earliest(case)
    core.save(case, "due_at")

"""A report in words: its age, its state, what its time says, what has happened with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from patientsakerhet.authority_reports.models import AuthorityReport, ReportEvent
from patientsakerhet.authority_reports.workflow import (
    CANDIDATE,
    CLOSED,
    DECIDED,
    DRAFTING,
    NOT_REPORTED,
    SUBMITTED,
    SUPPLEMENTED,
    UNDER_DECISION,
    UNSETTLED,
    WORKFLOW,
)
from patientsakerhet.cases.actions import deadlines
from patientsakerhet.ui import swedish
from patientsakerhet.ui.parts import Tone

TONES: dict[str, Tone] = {
    CANDIDATE: "warn",
    UNDER_DECISION: "warn",
    NOT_REPORTED: "",
    DRAFTING: "warn",
    SUBMITTED: "info",
    SUPPLEMENTED: "info",
    DECIDED: "good",
    CLOSED: "",
}
HAPPENED = {
    "begin": "Uppmärksammades",
    "ask": "Beslut begärdes",
    "decide_yes": "Beslutades: ska anmälas",
    "decide_no": "Beslutades: anmäls inte",
    "reconsider": "Togs upp till ny prövning",
    "submit": "Registrerades som inskickad",
    "note_receipt": "Diarienummer eller kvittens lades till",
    "supplement": "Kompletterades",
    "record_outcome": "Myndighetens svar registrerades",
    "tell_manufacturer": "Tillverkaren informerades",
    "close": "Avslutades",
    "take_up": "Togs upp igen",
}
TRAIL = {
    f"authority_report.{step}": f"Anmälan: {words.lower()}" for step, words in HAPPENED.items()
} | {
    "authority_report.fill": "Anmälan: underlaget ändrades",
    "authority_reports.read": "Läste anmälningarna",
}
"""How the trail's events of reports read in a case's history."""


@dataclass(frozen=True)
class Row:
    """A report as lists show it."""

    title: str
    url: str
    number: str
    case: str
    unit: str
    authority: str
    status: str
    tone: Tone
    age: str
    since: str
    target: str
    is_late: bool
    decided: str
    sent: str
    diary_no: str


def row_of(report: AuthorityReport, now: datetime) -> Row:
    """The report as a row, its age first."""
    age = age_of(report, now)
    target, is_late = target_of(report, now)
    return Row(
        title=report.kind.name,
        url=report.get_absolute_url(),
        number=report.case.number,
        case=report.case.title,
        unit=report.case.owning_unit.name,
        authority=report.kind.authority if report.kind.authority != report.kind.name else "",
        status=report.status_label,
        tone=TONES[report.status],
        age=age.text,
        since=since_of(report, age),
        target=target,
        is_late=is_late,
        decided=decided_in_words(report),
        sent=swedish.day(report.submitted_at) if report.submitted_at else "",
        diary_no=report.diary_no,
    )


def age_of(report: AuthorityReport, now: datetime) -> swedish.Waited:
    """How long the clock has run, or ran until it was sent or decided against."""
    return swedish.waited(report.clock_from, now=_end(report) or now)


def since_of(report: AuthorityReport, age: swedish.Waited) -> str:
    """What the age means: until when it is counted."""
    if report.submitted_at is not None:
        return "till inskickad"
    if report.status == NOT_REPORTED:
        return "till beslutet"
    return age.since


def target_of(report: AuthorityReport, now: datetime) -> tuple[str, bool]:
    """What the kind's own time says, and whether it has passed; never that a report is in time by law."""
    kind = report.kind
    if kind.target_amount is None or report.status not in UNSETTLED:
        return "", False
    due_at = deadlines.later(report.clock_from, kind.target_amount, kind.target_measured)
    label = kind.target_label.lower()
    by = swedish.moment(due_at) if kind.target_measured == "hours" else swedish.day(due_at)
    if due_at < now:
        return f"{label} {by} har passerat", True
    return f"{label} {by}", False


def decided_in_words(report: AuthorityReport) -> str:
    """Who decided what and when; nothing before."""
    if report.decided_by is None or report.decided_at is None:
        return ""
    return (
        f"{report.get_decision_display().capitalize()}, {report.decided_by.name} "
        f"{swedish.day(report.decided_at)}"
    )


def history_of(events: Iterable[ReportEvent]) -> list[dict[str, Any]]:
    """What has happened, newest first."""
    return [
        {
            "at": one.at,
            "text": HAPPENED[one.step],
            "status": WORKFLOW.label(one.to_status) if one.to_status else "",
            "who": one.by.name if one.by else "Varsam",
            "note": one.note,
        }
        for one in sorted(events, key=lambda one: (one.at, one.pk), reverse=True)
    ]


def in_order(reports: Iterable[AuthorityReport]) -> list[AuthorityReport]:
    """What waits first, the longest running first; then what is done."""
    return sorted(reports, key=lambda one: (one.status not in UNSETTLED, one.clock_from, one.pk))


def rows_of(reports: Iterable[AuthorityReport]) -> list[Row]:
    """The reports of one case as rows, in order."""
    now = timezone.now()
    return [row_of(one, now) for one in in_order(reports)]


def _end(report: AuthorityReport) -> datetime | None:
    if report.submitted_at is not None:
        return report.submitted_at
    return report.decided_at if report.status == NOT_REPORTED else None

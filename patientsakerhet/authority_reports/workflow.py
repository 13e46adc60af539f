"""The states and arrows of a report to an authority, and what each arrow needs.

Guards ask with `.all()` only, so that a page which has fetched the rows asks nothing more. The two
decisions need what the report's kind says, `ReportKind.decided_with`; the table names the ordinary right.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from patientsakerhet.access.policy import Can
from patientsakerhet.workflow import Step, Workflow

if TYPE_CHECKING:
    from patientsakerhet.authority_reports.models import AuthorityReport
    from patientsakerhet.cases.models import Case

REPORT = "authority_report"

CANDIDATE = "candidate"
UNDER_DECISION = "under_decision"
NOT_REPORTED = "not_reported"
DRAFTING = "drafting"
SUBMITTED = "submitted"
SUPPLEMENTED = "supplemented"
DECIDED = "decided"
CLOSED = "closed"

UNDECIDED = (CANDIDATE, UNDER_DECISION)
"""Nobody has yet said whether it is to be reported."""
UNSETTLED = (*UNDECIDED, DRAFTING)
"""What keeps a case open: no decision, or a yes that has not been carried out."""
WITH_AUTHORITY = (SUBMITTED, SUPPLEMENTED)
"""The authority has it and has not answered."""


def event_is_own(report: AuthorityReport) -> str:
    """For some authorities: an event of the provider's own, not of another's."""
    if not report.kind.own_event_only or report.is_own_event:
        return ""
    return (
        f"Händelsen inträffade hos {report.event_provider}. En vårdgivare får inte anmäla en annan "
        "vårdgivares händelse. Lämna över till den vårdgivaren."
    )


def worksheet_is_filled(report: AuthorityReport) -> str:
    """Every required field of the worksheet."""
    left = report.unfilled
    if not left:
        return ""
    return f"Underlaget saknar: {', '.join(left)}."


def checklist_is_gone_through(report: AuthorityReport) -> str:
    """Every point of the checklist ticked."""
    left = report.unchecked
    if not left:
        return ""
    return (
        "En punkt i kontrollistan är inte avbockad."
        if left == 1
        else f"{left} punkter i kontrollistan är inte avbockade."
    )


def manufacturer_is_told(report: AuthorityReport) -> str:
    """For devices: the manufacturer told, which the authority does not do."""
    if not report.kind.tells_manufacturer or report.manufacturer_told_at is not None:
        return ""
    return "Tillverkaren är inte informerad om anmälan."


WORKFLOW = Workflow(
    kind=REPORT,
    initial=CANDIDATE,
    final={NOT_REPORTED, CLOSED},
    labels={
        CANDIDATE: "Kandidat",
        UNDER_DECISION: "Väntar på beslut",
        NOT_REPORTED: "Anmäls inte",
        DRAFTING: "Ska anmälas",
        SUBMITTED: "Inskickad",
        SUPPLEMENTED: "Kompletterad",
        DECIDED: "Myndigheten har svarat",
        CLOSED: "Avslutad",
    },
    steps=[
        Step("ask", "Begär beslut", {CANDIDATE}, UNDER_DECISION, Can.ASK_FOR_REPORT),
        Step(
            "decide_yes",
            "Besluta att anmäla",
            set(UNDECIDED),
            DRAFTING,
            Can.DECIDE_REPORT,
            [event_is_own],
            reason=True,
        ),
        Step(
            "decide_no",
            "Besluta att inte anmäla",
            set(UNDECIDED),
            NOT_REPORTED,
            Can.DECIDE_REPORT,
            reason=True,
        ),
        Step(
            "reconsider",
            "Pröva om",
            {NOT_REPORTED, DRAFTING},
            UNDER_DECISION,
            Can.ASK_FOR_REPORT,
            reason=True,
        ),
        Step(
            "submit",
            "Registrera som inskickad",
            {DRAFTING},
            SUBMITTED,
            Can.KEEP_REPORTS,
            [event_is_own, worksheet_is_filled, checklist_is_gone_through],
        ),
        Step("supplement", "Komplettera", set(WITH_AUTHORITY), SUPPLEMENTED, Can.KEEP_REPORTS),
        Step(
            "record_outcome",
            "Registrera myndighetens svar",
            set(WITH_AUTHORITY),
            DECIDED,
            Can.KEEP_REPORTS,
        ),
        Step(
            "close",
            "Avsluta anmälan",
            {*WITH_AUTHORITY, DECIDED},
            CLOSED,
            Can.KEEP_REPORTS,
            [manufacturer_is_told],
            reason=True,
        ),
        Step("take_up", "Ta upp igen", {DECIDED, CLOSED}, SUBMITTED, Can.KEEP_REPORTS, reason=True),
    ],
)


def missing_in(case: Case) -> str:
    """What is left to do about the case's reports before it can close; "" when nothing is."""
    told = []
    for one in case.authority_reports.all():
        if one.status == DRAFTING:
            told.append(f"{one.kind.name} är beslutad men inte inskickad.")
        elif one.status in UNDECIDED:
            told.append(f"{one.kind.name} är inte beslutad.")
    return " ".join(told)

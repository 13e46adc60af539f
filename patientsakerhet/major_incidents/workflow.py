"""The states and arrows of a major incident, and what each arrow needs.

Guards ask with `.all()` only, so that a page which has fetched the rows already asks the database
nothing more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from patientsakerhet.access.policy import Can
from patientsakerhet.authority_reports.workflow import missing_in
from patientsakerhet.cases.models import Measure
from patientsakerhet.workflow import Step, Workflow

if TYPE_CHECKING:
    from patientsakerhet.major_incidents.models import MajorIncident

KIND = "major_incident"

DECLARED = "declared"
RESTORED = "restored"
CLOSED = "closed"
WITHDRAWN = "withdrawn"

HANDLED = (DECLARED, RESTORED)
"""Somebody is at work with it."""


def has_ended(incident: MajorIncident) -> str:
    """When everything worked again."""
    return "" if incident.ended_at else "Det står inte när driften var återställd."


def says_what_was_affected(incident: MajorIncident) -> str:
    """At least one system, or one unit."""
    if incident.systems.all() or incident.units.all():
        return ""
    return "Det står inte vilka system eller enheter som berördes."


def consequence_is_judged(incident: MajorIncident) -> str:
    """What it meant for care, and how grave that was."""
    if incident.severity and incident.consequence:
        return ""
    return "Konsekvensen för vården är inte bedömd."


def cause_is_told(incident: MajorIncident) -> str:
    """Why it happened."""
    return "" if incident.cause else "Orsaken är inte beskriven."


def lessons_are_written(incident: MajorIncident) -> str:
    """What was learnt from it."""
    return "" if incident.lessons else "Lärdomarna är inte skrivna."


def has_no_open_measures(incident: MajorIncident) -> str:
    """Every measure done, cancelled or rejected."""
    left = (Measure.Status.PROPOSED, *Measure.OPEN)
    count = sum(one.status in left for one in incident.case.measures.all())
    if not count:
        return ""
    return "1 åtgärd är öppen." if count == 1 else f"{count} åtgärder är öppna."


def reports_are_settled(incident: MajorIncident) -> str:
    """Every report to an authority decided about, and sent where it was to be."""
    return missing_in(incident.case)


CLOSING = (
    says_what_was_affected,
    consequence_is_judged,
    cause_is_told,
    lessons_are_written,
    has_no_open_measures,
    reports_are_settled,
)
"""What must be in place before an incident closes, in the order it is worked through."""

WORKFLOW = Workflow(
    kind=KIND,
    initial=DECLARED,
    final={CLOSED, WITHDRAWN},
    labels={
        DECLARED: "Pågår",
        RESTORED: "Driften återställd",
        CLOSED: "Avslutad",
        WITHDRAWN: "Återkallad",
    },
    steps=[
        Step(
            "restore",
            "Driften är återställd",
            {DECLARED},
            RESTORED,
            Can.LEAD_INCIDENT,
            [has_ended],
        ),
        Step("recur", "Pågår igen", {RESTORED}, DECLARED, Can.LEAD_INCIDENT, reason=True),
        Step("close", "Avsluta", {RESTORED}, CLOSED, Can.CLOSE, CLOSING),
        Step("reopen", "Återöppna", {CLOSED}, RESTORED, Can.REOPEN, reason=True),
        Step(
            "withdraw",
            "Återkalla",
            set(HANDLED),
            WITHDRAWN,
            Can.CLOSE,
            [has_no_open_measures, reports_are_settled],
            reason=True,
        ),
    ],
)

STAGES = (
    ("Pågår", (DECLARED,)),
    ("Uppföljning", (RESTORED,)),
    ("Avslutad", (CLOSED, WITHDRAWN)),
)

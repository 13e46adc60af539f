"""The deviation's states and arrows, and what each arrow needs.

Guards ask with `.all()` and `.exists()` only, so that a page which has fetched the rows already
asks the database nothing more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from patientsakerhet.access.policy import Can
from patientsakerhet.authority_reports.workflow import missing_in
from patientsakerhet.cases.models import Measure
from patientsakerhet.workflow import Step, Workflow

if TYPE_CHECKING:
    from avvikelse.models import Deviation

KIND = "deviation"

REPORTED = "reported"
IN_COORDINATION = "in_coordination"
RETURNED = "returned"
ASSIGNED = "assigned"
IN_INVESTIGATION = "in_investigation"
IN_ACTION = "in_action"
FOLLOW_UP = "follow_up"
CLOSED = "closed"
REJECTED = "rejected"
MERGED = "merged"

QUEUE = (REPORTED, IN_COORDINATION, RETURNED)
"""The states in which nobody has yet been given the case."""

HANDLED = (ASSIGNED, IN_INVESTIGATION, IN_ACTION, FOLLOW_UP)
"""The states in which a unit has it."""


NOT_ASSESSED = "Samordnarens bedömning av allvarlighet saknas."
KIND_MISSING = "Typ av avvikelse är inte vald."


def is_assessed(deviation: Deviation) -> str:
    """The coordinator's assessment, before a unit gets the case."""
    assessed = any(one.stage in {"coordinator", "final"} for one in deviation.assessments.all())
    return "" if assessed else NOT_ASSESSED


def has_kind(deviation: Deviation) -> str:
    """What sort of deviation it is."""
    return "" if deviation.kind_id else KIND_MISSING


def has_cause(deviation: Deviation) -> str:
    """At least one cause."""
    return "" if deviation.causes.exists() else "Bakomliggande orsak saknas."


def has_final_assessment(deviation: Deviation) -> str:
    """The assessment after the investigation."""
    final = any(one.stage == "final" for one in deviation.assessments.all())
    return "" if final else "Slutlig bedömning saknas."


def says_if_it_happened_before(deviation: Deviation) -> str:
    """The answer to whether anything similar has happened before."""
    investigation = getattr(deviation, "investigation", None)
    answered = investigation is not None and investigation.similar_before
    return "" if answered else "Frågan om något liknande har hänt förut är inte besvarad."


def has_event_analysis(deviation: Deviation) -> str:
    """An event analysis where the score or the severity asks for one."""
    if not deviation.needs_event_analysis:
        return ""
    investigation = getattr(deviation, "investigation", None)
    if investigation is not None and investigation.is_event_analysis:
        return "" if deviation.timeline.exists() else "Händelseanalysen saknar händelseförlopp."
    return "Risken kräver en händelseanalys."


def event_analysis_is_decided_on(deviation: Deviation) -> str:
    """The report of an event analysis that was ordered, and a decision on each proposal in it."""
    analysis = getattr(deviation, "event_analysis", None)
    if analysis is None:
        return ""
    if analysis.reported_at is None:
        return "Händelseanalysens rapport är inte lämnad."
    count = sum(one.status == "proposed" for one in deviation.case.measures.all())
    if not count:
        return ""
    return (
        "1 åtgärdsförslag är inte beslutat."
        if count == 1
        else f"{count} åtgärdsförslag är inte beslutade."
    )


def has_measure(deviation: Deviation) -> str:
    """A measure to work on."""
    return "" if deviation.case.measures.exists() else "Ingen åtgärd är beslutad."


def has_no_open_measures(deviation: Deviation) -> str:
    """Every measure done or cancelled."""
    count = sum(one.status in Measure.OPEN for one in deviation.case.measures.all())
    if not count:
        return ""
    return "1 åtgärd är öppen." if count == 1 else f"{count} åtgärder är öppna."


def effects_are_followed_up(deviation: Deviation) -> str:
    """The effect of every finished measure looked at."""
    count = sum(one.status == "done" and not one.effect for one in deviation.case.measures.all())
    if not count:
        return ""
    return (
        "Effekten av 1 åtgärd är inte uppföljd."
        if count == 1
        else f"Effekten av {count} åtgärder är inte uppföljd."
    )


def reporter_is_answered(deviation: Deviation) -> str:
    """Feedback to the reporter."""
    answered = any(one.purpose == "feedback" for one in deviation.case.comments.all())
    return "" if answered else "Återkoppling till rapportören saknas."


def reports_are_settled(deviation: Deviation) -> str:
    """Every report to an authority decided, and what was to be reported sent in."""
    return missing_in(deviation.case)


def says_why_without_measures(deviation: Deviation) -> str:
    """A reason when the case closes with no measure."""
    if deviation.case.measures.exists() or deviation.closing_note.strip():
        return ""
    return "Skriv varför ingen åtgärd behövs, eller besluta en."


CLOSING = (
    has_cause,
    says_if_it_happened_before,
    has_event_analysis,
    event_analysis_is_decided_on,
    has_final_assessment,
    says_why_without_measures,
    has_no_open_measures,
    effects_are_followed_up,
    reports_are_settled,
    reporter_is_answered,
)
"""What must be in place before a deviation closes, in the order it is worked through."""

WORKFLOW = Workflow(
    kind=KIND,
    initial=REPORTED,
    final={CLOSED, REJECTED, MERGED},
    labels={
        REPORTED: "Inkommen",
        IN_COORDINATION: "Under koordinering",
        RETURNED: "Väntar på svar",
        ASSIGNED: "Tilldelad",
        IN_INVESTIGATION: "Orsaksutredning",
        IN_ACTION: "Åtgärd",
        FOLLOW_UP: "Uppföljning",
        CLOSED: "Avslutad",
        REJECTED: "Avvisad",
        MERGED: "Sammanslagen",
    },
    steps=[
        Step("take", "Ta", {REPORTED}, IN_COORDINATION, Can.COORDINATE),
        Step("release", "Lägg tillbaka i kön", {IN_COORDINATION}, REPORTED, Can.COORDINATE),
        Step("ask", "Fråga rapportören", {REPORTED, IN_COORDINATION}, RETURNED, Can.COORDINATE),
        Step("answer", "Svaret har kommit", {RETURNED}, IN_COORDINATION, Can.COORDINATE),
        Step(
            "coordinate",
            "Koordinera",
            set(QUEUE),
            ASSIGNED,
            Can.COORDINATE,
            [has_kind, is_assessed],
        ),
        Step("hand_over", "Lämna över", set(HANDLED), ASSIGNED, Can.HAND_OVER, reason=True),
        Step(
            "send_back",
            "Skicka tillbaka till koordineringen",
            {ASSIGNED, IN_INVESTIGATION},
            IN_COORDINATION,
            Can.RECEIVE,
            reason=True,
        ),
        Step("receive", "Ta emot", {ASSIGNED}, IN_INVESTIGATION, Can.RECEIVE),
        Step(
            "plan",
            "Gå vidare till åtgärd",
            {IN_INVESTIGATION},
            IN_ACTION,
            Can.INVESTIGATE,
            [has_cause, says_if_it_happened_before, has_event_analysis, has_measure],
        ),
        Step(
            "follow_up",
            "Gå vidare till uppföljning",
            {IN_ACTION},
            FOLLOW_UP,
            Can.DECIDE_MEASURES,
            [has_measure, has_no_open_measures],
        ),
        Step("resume", "Åtgärda vidare", {FOLLOW_UP}, IN_ACTION, Can.DECIDE_MEASURES, reason=True),
        Step("close", "Avsluta", {IN_INVESTIGATION, FOLLOW_UP}, CLOSED, Can.CLOSE, CLOSING),
        Step(
            "reject",
            "Avvisa",
            set(QUEUE),
            REJECTED,
            Can.COORDINATE,
            [has_no_open_measures, reports_are_settled],
            reason=True,
        ),
        Step(
            "merge",
            "Slå ihop",
            {*QUEUE, ASSIGNED, IN_INVESTIGATION},
            MERGED,
            Can.COORDINATE,
            [has_no_open_measures, reports_are_settled],
        ),
        Step("unmerge", "Dela igen", {MERGED}, IN_COORDINATION, Can.COORDINATE, reason=True),
        Step("reopen", "Återöppna", {CLOSED}, IN_INVESTIGATION, Can.REOPEN, reason=True),
        Step(
            "restore",
            "Återta avvisningen",
            {REJECTED},
            IN_COORDINATION,
            Can.COORDINATE,
            reason=True,
        ),
    ],
)

STAGES = (
    ("Inkommen", (REPORTED,)),
    ("Koordinering", (IN_COORDINATION, RETURNED, ASSIGNED)),
    ("Orsaksutredning", (IN_INVESTIGATION,)),
    ("Åtgärd", (IN_ACTION,)),
    ("Uppföljning", (FOLLOW_UP,)),
    ("Avslutad", (CLOSED, REJECTED, MERGED)),
)

REPORTER_STAGES = {
    REPORTED: 1,
    IN_COORDINATION: 1,
    RETURNED: 1,
    ASSIGNED: 2,
    IN_INVESTIGATION: 2,
    IN_ACTION: 3,
    FOLLOW_UP: 3,
    CLOSED: 4,
    REJECTED: 4,
    MERGED: 2,
}
"""What the reporter is told: 1 mottagen, 2 utreds, 3 åtgärdas, 4 klar."""

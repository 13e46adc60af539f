"""The states and arrows of a classification, and what each arrow needs.

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
    from patientsakerhet.information_security.models import InformationClassification

KIND = "information_classification"

ORDERED = "ordered"
DELIVERED = "delivered"
ASSESSING = "assessing"
DECIDING = "deciding"
DECIDED = "decided"
SUPERSEDED = "superseded"
ENDED = "ended"
CANCELLED = "cancelled"

UNDER_WAY = (ORDERED, DELIVERED, ASSESSING, DECIDING)
"""Ordered, and not decided yet."""
OPEN = (*UNDER_WAY, DECIDED)


NEVER_CLASSIFIED, CHANGED_SINCE = "never_classified", "changed_since"
CLOCKS = {
    NEVER_CLASSIFIED: "Aldrig klassad, ingen klassning beställd",
    CHANGED_SINCE: "Ändrad sedan klassningen, ska ses över",
}
"""What waits without a case: in the gap list, until a classification is ordered."""


def says_what_information(classification: InformationClassification) -> str:
    """Which information the classification is about."""
    return "" if classification.information else "Det står inte vilken information som klassas."


def every_aspect_is_judged(classification: InformationClassification) -> str:
    """A level for each aspect, traceability among them."""
    left = [one.label for one in classification.aspects if one.level is None]
    return f"Nivå saknas för {_listed(left)}." if left else ""


def every_aspect_has_a_reason(classification: InformationClassification) -> str:
    """Why each level was chosen."""
    left = [one.label for one in classification.aspects if not one.reason]
    return f"Skäl saknas för {_listed(left)}." if left else ""


def somebody_took_part(classification: InformationClassification) -> str:
    """Who made the classification together."""
    return "" if classification.participants.all() else "Det står inte vilka som deltog."


def owner_has_delivered(classification: InformationClassification) -> str:
    """The classification brought by whoever owns the information."""
    return "" if classification.delivered_at else "Informationsägaren har inte lämnat klassningen."


def administrations_are_named(classification: InformationClassification) -> str:
    """Which administrations the system concerns."""
    if classification.administrations.all():
        return ""
    return "Det står inte vilka förvaltningar som berörs."


def coordinators_are_named(classification: InformationClassification) -> str:
    """An information-security coordinator for each of them."""
    left = [str(one.unit) for one in classification.administrations.all() if not one.coordinator_id]
    if not left:
        return ""
    return f"Informationssäkerhetssamordnare saknas för {_listed(left)}."


def input_is_complete(classification: InformationClassification) -> str:
    """Each required item of the checklist there, or said not to apply."""
    left = [str(one.item) for one in classification.inputs.all() if one.is_missed]
    return f"Underlag saknas: {_listed(left)}." if left else ""


def has_risks(classification: InformationClassification) -> str:
    """At least one risk, or why there is none."""
    if classification.risks.all() or classification.no_risks_reason:
        return ""
    return "Ingen risk är bedömd. Lägg till risker, eller skriv varför det inte finns några."


def every_risk_is_treated(classification: InformationClassification) -> str:
    """What is done about each risk."""
    left = sum(not one.treatment for one in classification.risks.all())
    if not left:
        return ""
    return "En risk saknar förslag." if left == 1 else f"{left} risker saknar förslag."


def reduced_risks_have_measures(classification: InformationClassification) -> str:
    """A measure that stands for each risk that is to be reduced."""
    left = sum(
        one.treatment == "reduce" and not any(made.stands for made in one.measures.all())
        for one in classification.risks.all()
    )
    if not left:
        return ""
    return (
        "En risk ska minskas men saknar gällande åtgärd."
        if left == 1
        else (f"{left} risker ska minskas men saknar gällande åtgärd.")
    )


def is_answered(classification: InformationClassification) -> str:
    """The owner's decision, with its reason and how long it holds."""
    return "" if classification.decided_at else "Beslutet saknas."


def has_no_open_measures(classification: InformationClassification) -> str:
    """Every measure done or cancelled."""
    count = sum(one.status in Measure.OPEN for one in classification.case.measures.all())
    if not count:
        return ""
    return "1 åtgärd är öppen." if count == 1 else f"{count} åtgärder är öppna."


def reports_are_settled(classification: InformationClassification) -> str:
    """Every report to an authority decided about, and sent where it was to be."""
    return missing_in(classification.case)


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} och {words[-1]}"


DELIVER = (
    says_what_information,
    every_aspect_is_judged,
    every_aspect_has_a_reason,
    somebody_took_part,
)
"""What the owner's classification must hold."""
ASSESS = (
    owner_has_delivered,
    administrations_are_named,
    coordinators_are_named,
    input_is_complete,
)
"""What must be in place before the risk assessment starts."""
PROPOSE = (has_risks, every_risk_is_treated, reduced_risks_have_measures)
"""What the owner needs to decide."""

ENDING = (has_no_open_measures, reports_are_settled)
"""What must be in place before a classification ends, however it does."""

WORKFLOW = Workflow(
    kind=KIND,
    initial=ORDERED,
    final={SUPERSEDED, ENDED, CANCELLED},
    labels={
        ORDERED: "Väntar på ägaren",
        DELIVERED: "Klassning lämnad",
        ASSESSING: "Riskbedömning",
        DECIDING: "Väntar på beslut",
        DECIDED: "Gäller",
        SUPERSEDED: "Ersatt av nyare",
        ENDED: "Upphörd",
        CANCELLED: "Avbruten",
    },
    steps=[
        Step(
            "deliver",
            "Lämna klassningen",
            {ORDERED},
            DELIVERED,
            Can.DELIVER_CLASSIFICATION,
            DELIVER,
        ),
        Step(
            "send_back",
            "Be ägaren komplettera",
            {DELIVERED, ASSESSING},
            ORDERED,
            Can.LEAD_CLASSIFICATION,
            reason=True,
        ),
        Step(
            "assess",
            "Börja riskbedömningen",
            {DELIVERED},
            ASSESSING,
            Can.LEAD_CLASSIFICATION,
            ASSESS,
        ),
        Step(
            "propose",
            "Lämna till beslut",
            {ASSESSING},
            DECIDING,
            Can.LEAD_CLASSIFICATION,
            PROPOSE,
        ),
        Step(
            "reassess",
            "Bedöm riskerna igen",
            {DECIDING},
            ASSESSING,
            Can.DECIDE_CLASSIFICATION,
            reason=True,
        ),
        Step(
            "decide",
            "Besluta",
            {DECIDING},
            DECIDED,
            Can.DECIDE_CLASSIFICATION,
            [is_answered, reduced_risks_have_measures],
        ),
        Step(
            "supersede",
            "Ersätt med nyare klassning",
            {DECIDED},
            SUPERSEDED,
            Can.LEAD_CLASSIFICATION,
            ENDING,
        ),
        Step(
            "end",
            "Avsluta, systemet används inte",
            {DECIDED},
            ENDED,
            Can.LEAD_CLASSIFICATION,
            ENDING,
            reason=True,
        ),
        Step(
            "cancel",
            "Avbryt",
            set(UNDER_WAY),
            CANCELLED,
            Can.LEAD_CLASSIFICATION,
            ENDING,
            reason=True,
        ),
    ],
)

STAGES = (
    ("Ägaren klassar", (ORDERED,)),
    ("Underlag", (DELIVERED,)),
    ("Riskbedömning", (ASSESSING,)),
    ("Beslut", (DECIDING,)),
    ("Gäller", (DECIDED, SUPERSEDED, ENDED, CANCELLED)),
)

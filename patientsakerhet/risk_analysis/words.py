"""How judgements and decisions are put in words, everywhere alike."""

from __future__ import annotations

from patientsakerhet.cases.models import Measure
from patientsakerhet.risk_analysis.models import Scoring
from patientsakerhet.ui.parts import Tone

BANDS = {1: "låg", 2: "medelhög", 3: "hög"}
TONES: dict[int, Tone] = {1: "good", 2: "warn", 3: "bad"}
NOT_JUDGED = "inte bedömd"
_DECISIONS = {
    Measure.Status.PROPOSED: "Föreslagen",
    Measure.Status.REJECTED: "Avslagen",
    Measure.Status.CANCELLED: "Utgår",
}


def level(scoring: Scoring | None) -> str:
    """ "9 (3 × 3), hög"; what it says when there is none."""
    if scoring is None:
        return NOT_JUDGED
    factors = [scoring.severity, scoring.probability, scoring.detection]
    product = " × ".join(str(one) for one in factors if one is not None)
    return f"{scoring.score} ({product}), {BANDS[scoring.band]}"


def tone(scoring: Scoring | None) -> Tone:
    """The tone of its band."""
    return TONES[scoring.band] if scoring else ""


def decided(status: str | None) -> str:
    """What was decided, by how the measure stands; nothing where there is none."""
    return _DECISIONS.get(Measure.Status(status), "Beslutad") if status else ""


def decision(measure: Measure) -> str:
    """What was decided about the measure, with the reason."""
    said = decided(measure.status)
    reason = measure.cancelled_reason or measure.decision_reason
    return f"{said}: {reason}" if reason else said

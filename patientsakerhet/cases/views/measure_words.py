"""How a measure's state is put in a few words, everywhere alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from patientsakerhet.cases.models import Measure
from patientsakerhet.ui import swedish
from patientsakerhet.ui.parts import Tone


@dataclass(frozen=True)
class State:
    """A word or two, and its tone."""

    text: str
    tone: Tone


def state_of(measure: Measure, today: date) -> State:
    """`Försenad 2 d`, `Pågår, 61 av 214`, `Klar, effekt följs upp 3 jan. 2027`."""
    if measure.status in Measure.OPEN and measure.due_on < today:
        return State(f"Försenad {(today - measure.due_on).days} d", "bad")
    if measure.status == Measure.Status.STARTED:
        return State(f"Pågår, {measure.progress}" if measure.progress else "Pågår", "info")
    if measure.status == Measure.Status.PLANNED:
        return State("Planerad", "info")
    if measure.status == Measure.Status.PROPOSED:
        return State("Föreslagen", "info")
    if measure.status == Measure.Status.REJECTED:
        return State("Avslagen", "")
    if measure.status == Measure.Status.CANCELLED:
        return State("Utgår", "")
    if measure.effect:
        tone: Tone = "good" if measure.effect == Measure.Effect.YES else "warn"
        return State(measure.get_effect_display().capitalize(), tone)
    if measure.effect_due_on <= today:
        return State("Klar, effekten ska följas upp", "warn")
    return State(f"Klar, effekt {swedish.day(measure.effect_due_on)}", "good")

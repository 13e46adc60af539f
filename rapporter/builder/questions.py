"""What a report asks, whether it is kept or not, and what its chart shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import models

from patientsakerhet.lib import calendar
from patientsakerhet.organisation.models import Person, Unit
from rapporter import registry
from rapporter.builder import dividing, spans
from rapporter.builder.dividing import Divided
from rapporter.builder.spans import Span
from rapporter.periods import Step
from rapporter.registry import Asked, Measure

STEPS = {
    Step.WEEK: "vecka",
    Step.MONTH: "månad",
    Step.QUARTER: "kvartal",
    Step.YEAR: "år",
}
MOST_PERIODS = 160
"""More beside each other can be neither read nor counted in a moment: three years of weeks."""


class Picture(models.TextChoices):
    """How a report is drawn."""

    COLUMNS = "columns", "staplar"
    LINE = "line", "linje med median"
    CONTROL = "control", "styrdiagram"
    BARS = "bars", "liggande staplar"


@dataclass(frozen=True)
class Question:
    """A measure, how it is divided, over which days, for which unit, and how it is drawn."""

    measure: Measure
    breakdown: str
    picture: str
    span: str = Span.MONTHS_12
    first: date | None = None
    last: date | None = None
    unit: Unit | None = None

    @property
    def step(self) -> Step | None:
        """How long the periods are that it is divided into, when it is by time."""
        return Step(self.breakdown) if self.breakdown in set(Step) else None

    @property
    def divided_by(self) -> str:
        """What it is divided by, in Swedish."""
        if self.step is not None:
            return STEPS[self.step]
        found = self.measure.breakdown(self.breakdown)
        return found.name if found else ""

    def asked(self, by: Person | None, now: datetime) -> Asked:
        """What is asked of the measure now, by this reader."""
        today = calendar.local_day(now)
        first, last = spans.days(self.span, today, self.first, self.last)
        return Asked(first=first, last=last, as_of=now, unit=self.unit, by=by)

    def answered(self, by: Person | None, now: datetime) -> Divided:
        """The number and its parts, of what this reader may read."""
        asked, step = self.asked(by, now), self.step
        if step is not None:
            return dividing.over_time(self.measure, asked, step)
        found = self.measure.breakdown(self.breakdown)
        if found is None:
            raise registry.UnknownMeasure(f"{self.measure.key} by {self.breakdown}")
        return dividing.by_content(self.measure, asked, found)

    def wrong(self, now: datetime) -> dict[str, str]:
        """What cannot be asked, by what it is about; nothing when all can."""
        found: dict[str, str] = {}
        if self.step is None and self.measure.breakdown(self.breakdown) is None:
            return {"breakdown": "Måttet kan inte delas upp så. Välj något annat."}
        if self.picture not in pictures_of(self.measure, self.step):
            found["picture"] = "Så kan måttet inte ritas med den uppdelningen."
        if self.span == Span.GIVEN and (self.first is None or self.last is None):
            return {**found, "first": "Välj både första och sista dagen."}
        asked = self.asked(None, now)
        if asked.last < asked.first:
            return {**found, "last": "Sista dagen kan inte ligga före den första."}
        if self.step and len(spans.within(asked.first, asked.last, self.step)) > MOST_PERIODS:
            found["breakdown"] = f"Det blir fler än {MOST_PERIODS} perioder. Välj längre perioder."
        return found


def pictures_of(measure: Measure, step: Step | None) -> Sequence[str]:
    """How the measure can be drawn, the usual way first."""
    if step is None:
        return (Picture.BARS,)
    limits = () if step is Step.YEAR else (Picture.CONTROL,)
    # Bars stand for amounts that can be put on each other; a share, a median or a queue is a level.
    bars = (Picture.COLUMNS,) if measure.adds_up and measure.reckon is None else ()
    return (*bars, Picture.LINE, *limits)

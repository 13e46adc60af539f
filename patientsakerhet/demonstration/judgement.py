"""How severe and how probable: the reporter's, the coordinator's and the final assessment."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from patientsakerhet.demonstration.prose import Topic, shared
from patientsakerhet.demonstration.records import Judged
from patientsakerhet.demonstration.seasons import later

WORST = {
    "none": (94, 6, 0, 0),
    "low": (66, 31, 3, 0),
    "mid": (38, 52, 9, 1),
    "high": (18, 50, 25, 7),
}
"""How bad it could have been, 1 to 4, by the topic's harm."""
HOW_OFTEN = (42, 44, 12, 2)
ANALYSIS_SCORE, ANALYSIS_SEVERITY = 8, 3
"""When the history lets an event be analysed; held equal to the shipped risk scale by a test."""


def by_reporter(
    topic: Topic, harm: int, at: datetime, by: str, rng: random.Random
) -> Judged | None:
    """What the reporter thought, when she said anything."""
    if rng.random() > 0.85:
        return None
    potential = max(rng.choices((1, 2, 3, 4), WORST[topic.harm])[0], harm, 1)
    return Judged("reporter", harm, potential, None, at, by)


def by_coordinator(
    topic: Topic, harm: int, before: Judged | None, at: datetime, by: str, rng: random.Random
) -> Judged:
    """The first assessment by staff, near the reporter's."""
    potential = before.potential if before else rng.choices((1, 2, 3, 4), WORST[topic.harm])[0]
    potential = max(min(4, potential + rng.choices((-1, 0, 1), (6, 87, 7))[0]), harm, 1)
    probability = rng.choices((1, 2, 3, 4), HOW_OFTEN)[0]
    return _judged("coordinator", harm, potential, probability, before, at, by, rng)


def after_investigation(before: Judged, at: datetime, by: str, rng: random.Random) -> Judged:
    """The final assessment: often the same, sometimes lower with a reason, now and then higher."""
    shift = rng.choices(("same", "rarer", "milder", "higher"), (81, 7, 5, 7))[0]
    potential, probability = before.potential, before.probability or 1
    if shift == "rarer":
        probability = max(1, probability - 1)
    elif shift == "milder":
        potential = max(1, before.actual, potential - 1)
    elif shift == "higher":
        potential = min(4, potential + 1)
    return _judged("final", before.actual, potential, probability, before, at, by, rng)


def asks_for_analysis(judged: Judged) -> bool:
    """Whether the event should be analysed as a whole (händelseanalys)."""
    score = judged.potential * (judged.probability or 1)
    return score >= ANALYSIS_SCORE or judged.potential >= ANALYSIS_SEVERITY


def _judged(
    stage: str,
    actual: int,
    potential: int,
    probability: int,
    before: Judged | None,
    at: datetime,
    by: str,
    rng: random.Random,
) -> Judged:
    lowered = before is not None and (
        potential < before.potential
        or (
            before.probability is not None
            and potential * probability < before.potential * before.probability
        )
    )
    reviewed = later(at + timedelta(days=1), rng.uniform(0, 12), rng) if lowered else None
    return Judged(
        stage=stage,
        actual=actual,
        potential=potential,
        probability=probability,
        at=at,
        by=by,
        reason=str(rng.choice(shared()["reasons"]["downgrade"])) if lowered else "",
        is_downgrade=lowered,
        reviewed_at=reviewed if rng.random() < 0.9 else None,
    )

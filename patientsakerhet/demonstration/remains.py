"""What is left of a case's life when the days ahead of now are cut away; and forms half written."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta

from patientsakerhet.demonstration.course import cut
from patientsakerhet.demonstration.prose import shared
from patientsakerhet.demonstration.records import DemoCase, DemoDraft, Remedied
from patientsakerhet.demonstration.region import Region

DRAFTS = 18


def uncut(case: DemoCase, now: datetime) -> None:
    """The case holds only what has happened by now."""
    case.moves = cut(case.moves, now)
    case.judged = [
        replace(
            one, reviewed_at=one.reviewed_at if one.reviewed_at and one.reviewed_at <= now else None
        )
        for one in case.judged
        if one.at <= now
    ]
    case.said = [one for one in case.said if one.at <= now]
    case.noted = [one for one in case.noted if one.at <= now]
    case.causes = [one for one in case.causes if one.at <= now]
    case.measures = [_so_far(one, now) for one in case.measures if one.decided_at <= now]
    steps = {move.step for move in case.moves}
    if "coordinate" not in steps and case.status != "merged":
        case.kind = case.event_class = ""
    if "merge" not in steps:
        case.merged_into = None
    if not case.causes:
        case.cause_class = ""
    if case.recurrence and case.recurrence.at > now:
        case.recurrence = None
    if case.recurrence is None:
        case.could_recur = ""
    if "receive" not in steps:
        case.is_event_analysis = False
    if not case.noted and "plan" not in steps and "close" not in steps:
        case.timeline = []
    if "close" not in steps:
        case.closing_note = ""
    if case.verdict and case.verdict.at > now:
        case.verdict = None


def drafts(region: Region, now: datetime, rng: random.Random) -> tuple[DemoDraft, ...]:
    """Reports that somebody began and has not sent, one a person at the most."""
    writers = [
        person
        for person in region.people
        if region.unit[person.unit].reports and any(role == "reporter" for role, _ in person.roles)
    ]
    return tuple(
        DemoDraft(
            person=person.key,
            unit=person.unit,
            what_happened=str(rng.choice(shared()["drafts"]["texts"])),
            immediate_action="Bytte." if rng.random() < 0.2 else "",
            saved_at=now - timedelta(days=rng.expovariate(1 / 9), minutes=rng.randint(3, 700)),
        )
        for person in rng.sample(writers, DRAFTS)
    )


def _so_far(measure: Remedied, now: datetime) -> Remedied:
    if measure.done_at is not None and measure.done_at > now:
        return replace(
            measure, done_at=None, cancelled_reason="", effect="", effect_result="", effect_at=None
        )
    if measure.cancelled_reason:
        return replace(measure, done_at=None, effect="", effect_result="", effect_at=None)
    if measure.effect_at is not None and measure.effect_at > now:
        return replace(measure, effect="", effect_result="", effect_at=None)
    return measure

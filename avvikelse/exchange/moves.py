"""From events to steps: what each event changed, and what of it the case here already has."""

from __future__ import annotations

from collections.abc import Mapping as Given
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from avvikelse.exchange.events import Story
from avvikelse.exchange.mapping import DONE, Mapping
from patientsakerhet.cases.actions.filing import FILED
from patientsakerhet.cases.models import Transition
from patientsakerhet.exchange.kinds import Line
from patientsakerhet.exchange.models import ImportLine

COORDINATED, HANDED_OVER, REOPENED = "coordinate", "hand_over", "reopen"
Outcome = ImportLine.Outcome


@dataclass(frozen=True)
class Move:
    """One step of a case, as the log tells it; `unit` is the group's code there."""

    number: int | None
    """The row that tells of it; the opening is told by every row and none."""
    step: str
    status: str
    at: datetime
    unit: str
    person: str
    reason: str
    words: str


def moves_of(story: Story, mapping: Mapping) -> tuple[list[Move], list[Line]]:
    """The steps the events amount to, beginning with the opening, and lines for the other events.

    The log says when a matter was opened but not with whom it was until its first event: it is
    nobody's till then. The first group it is known to be with is where it was coordinated.
    """
    first = story.events[0]
    state, unit, known = mapping.opening, "", False
    reason = f"{mapping.name}: {state.name}"
    if mapping.is_once:
        whole = Move(
            first.number, FILED, state.status, first.opened, first.unit, first.person, reason,
            "ärendet, med allt som källan säger om det",
        )  # fmt: skip
        return [whole], []
    moves = [Move(None, FILED, state.status, first.opened, "", "", reason, "")]
    unchanged = []
    for event in story.events:
        new_state, new_unit = event.state != state, event.unit != unit
        if not new_state and not new_unit:
            unchanged.append(
                Line(
                    event.number, Outcome.UNCHANGED, story.key, "Varken läge eller grupp ändrades."
                )
            )
            continue
        if new_state and state.stage >= DONE > event.state.stage:
            step = REOPENED
        elif new_unit and event.unit and not known:
            step = COORDINATED
        else:
            step = event.state.step if new_state else HANDED_OVER
        words = []
        if new_state:
            words.append(f"{state.name} → {event.state.name}")
        if new_unit:
            words.append(f"grupp {unit or 'okänd'} → {event.unit or 'okänd'}")
        moves.append(
            Move(
                event.number,
                step,
                event.state.status,
                event.at,
                event.unit,
                event.person,
                f"{mapping.name}: {event.state.name}" if new_state else "",
                ", ".join(words),
            )
        )
        state, unit, known = event.state, event.unit, known or bool(event.unit)
    return moves, unchanged


@dataclass(frozen=True)
class New:
    """What is new in a story for a case that has been read in before."""

    moves: list[Move]
    lines: list[Line]


def new_moves(
    moves: Sequence[Move],
    held: Sequence[Transition],
    code_of: Given[int, str],
    unit_codes: Given[str, str],
) -> New:
    """The steps after those the case already has; all of them are told of and none guessed.

    A past that reads otherwise than what was read in before is listed, and so is what happened
    there after the case went on here.
    """
    imported = [one for one in held if one.source == Transition.Source.IMPORT]
    theirs = [
        (one.step, one.to_status, code_of[one.to_unit_id], one.occurred_at) for one in imported
    ]
    ours = [(one.step, one.status, unit_codes[one.unit], one.at) for one in moves]
    shared = min(len(theirs), len(ours))
    if theirs[:shared] != ours[:shared]:
        return New([], _lines(moves, Outcome.CONTRADICTION, ANOTHER_PAST))
    known, fresh = _lines(moves[:shared], Outcome.KNOWN), list(moves[shared:])
    if fresh and len(imported) < len(held):
        return New([], [*known, *_lines(fresh, Outcome.CONTRADICTION, WENT_ON)])
    return New(fresh, known)


ANOTHER_PAST = "Stämmer inte med det som redan är inläst av ärendet."
WENT_ON = "Ärendet har gått vidare i Varsam sedan det lästes in."


def _lines(moves: Sequence[Move], outcome: str, text: str = "") -> list[Line]:
    return [
        Line(move.number, outcome, "", text or move.words)
        for move in moves
        if move.number is not None
    ]

"""What stands above and beside every part of a case of any kind: what can be done, what is left first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from patientsakerhet.ui import swedish
from patientsakerhet.ui.parts import Act, Block, Step, Tab, Tone
from patientsakerhet.workflow import Step as Arrow

Guard = Callable[[Any], str]
Place = tuple[str, str, str]
"""Where what a guard asks for is done: page, place on the page, and how it reads when done."""


@dataclass(frozen=True)
class Head:
    """Everything around a part of a case."""

    chips: list[tuple[str, Tone]]
    steps: list[Step]
    tabs: list[Tab]
    forward: Act | None
    others: list[Act]
    left: list[Block]
    left_title: str
    left_count: int
    facts: list[tuple[str, str, str]]


def act_of(step: Arrow, subject: Any, *, url: str, version: int, leads_on: bool) -> Act:
    """The step as a button: at once, or by a page that asks why; with what stands in its way."""
    missing = step.missing(subject)
    return Act(
        f"{step.label}…" if step.reason else step.label,
        url,
        post=not step.reason,
        kind="primary" if leads_on and not missing else "",
        fields={} if step.reason else {"version": version},
        missing=missing,
    )


def blocks_of(
    guards: Iterable[Guard],
    subject: Any,
    places: Mapping[str, Place],
    url: Callable[[str], str],
) -> list[Block]:
    """What must be done before the step with these guards, each with where; what is done comes last."""
    left, done = [], []
    for guard in guards:
        page, place, when_done = places[guard.__name__]
        missing = guard(subject)
        if missing:
            left.append(Block(missing.rstrip("."), f"{url(page)}#{place}"))
        elif when_done:
            done.append(Block(when_done, done=True))
    return left + done


def left_title(count: int, aim: str) -> str:
    """Två saker kvar innan analysen kan börja."""
    things = "En sak" if count == 1 else f"{swedish.in_words(count).capitalize()} saker"
    return f"{things} kvar innan {aim}"


def tabs_of(
    parts: Iterable[tuple[str, str, int | None]], current: str, url: Callable[[str], str]
) -> list[Tab]:
    """The parts as tabs, each by its URL name, what it is called and how many lie in it."""
    return [Tab(label, url(name), count, name == current) for name, label, count in parts]

"""What the units write about: topics with their sentences, read from the files in prose/."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "prose"
SHARED = "gemensamt"

CAUSE_AREAS = {
    "K": "communication_information",
    "U": "training_competence",
    "O": "environment_organisation",
    "T": "technology_equipment",
    "R": "procedures_guidelines",
    "B": "barriers",
}
"""The letters used in the files, and the national method's cause areas."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why it happened, with what supports it."""

    area: str
    text: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Remedy:
    """What is done about it: strong, medium or weak, and how the effect will be seen."""

    strength: str
    text: str
    effect: str


@dataclass(frozen=True, slots=True)
class Topic:
    """One sort of event, with every sentence that can be written about it."""

    code: str
    kind: str
    area: str
    receiver: str
    settings: frozenset[str]
    weight: float
    titles: tuple[str, ...]
    events: tuple[str, ...]
    details: tuple[str, ...]
    short: tuple[str, ...]
    direct: tuple[str, ...]
    wishes: tuple[str, ...]
    causes: tuple[Cause, ...]
    measures: tuple[Remedy, ...]
    answers: tuple[str, ...]
    harm: str = "low"
    person: str = "patient"
    nature: str = ""
    system: str = ""
    device: str = ""
    device_any: bool = False
    receiver_is_filer: bool = False
    own: bool = False
    tag: str = ""

    @property
    def pool(self) -> str:
        """Which of the shared questions and notes fit."""
        if self.kind in ("service", "delivery"):
            return "it"
        return "device" if self.kind == "medical_device" else "other"


@lru_cache(maxsize=1)
def topics() -> tuple[Topic, ...]:
    """Every topic, in the order of the files' names."""
    return tuple(
        _topic(code, row)
        for path in sorted(FOLDER.glob("*.toml"))
        if path.stem != SHARED
        for code, row in _read(path).items()
    )


@lru_cache(maxsize=1)
def topic_by_code() -> dict[str, Topic]:
    """Topics by code."""
    return {topic.code: topic for topic in topics()}


@lru_cache(maxsize=1)
def shared() -> dict[str, dict[str, Any]]:
    """Sentences that belong to no topic: questions, notes, comments, reasons, effects."""
    return _read(FOLDER / f"{SHARED}.toml")


def _read(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file)


def _topic(code: str, row: dict[str, Any]) -> Topic:
    given: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in row.items()
    }
    given["settings"] = frozenset(row["settings"].split())
    given["causes"] = tuple(Cause(CAUSE_AREAS[area], *rest) for area, *rest in row["causes"])
    given["measures"] = tuple(Remedy(*remedy) for remedy in row["measures"])
    return Topic(code=code, **given)

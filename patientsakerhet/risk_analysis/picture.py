"""The risk matrix as a picture: where each risk stands, as numbers that a template draws."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from patientsakerhet.risk_analysis.models import Risk, Scoring, ScoringMethod
from patientsakerhet.risk_analysis.words import BANDS

LEFT, BELOW, TOP = 84, 40, 6
WIDE, HIGH = 66, 54
"""A square of a matrix of few steps; one of many is `SMALL` each way."""
SCORE = 16
"""What a square's own number takes of its width."""
SMALL = 27
FEW = 5
"""So many steps at the most have room for words beside them."""


@dataclass(frozen=True)
class Ink:
    """What a band is drawn with on paper."""

    tint: str
    line: str


PAPER = {
    0: Ink("#eeede8", "#1a2425"),
    1: Ink("#e4f6e8", "#255d38"),
    2: Ink("#fceed6", "#6d4610"),
    3: Ink("#fdebe9", "#952924"),
}
"""The light look's colours by band: a document has no style sheet to take them from."""


@dataclass(frozen=True)
class Field:
    """One square: where it lies, its number, its band; band 0 where another factor decides."""

    x: int
    y: int
    score: str
    band: int


@dataclass(frozen=True)
class Mark:
    """One risk, or how many more there are, in its square."""

    x: str
    y: str
    text: str
    band: int


@dataclass(frozen=True)
class Word:
    """A word at an axis: two lines where there is room."""

    x: int
    y: int
    number: int
    text: str


@dataclass(frozen=True)
class Picture:
    """Everything the picture shows, in its own units, and the same as a sentence."""

    key: str
    title: str
    width: int
    height: int
    wide: int
    high: int
    radius: int
    fields: Sequence[Field]
    marks: Sequence[Mark]
    down: Sequence[Word]
    across: Sequence[Word]
    spoken: str


def picture(
    method: ScoringMethod,
    placed: Iterable[tuple[Risk, Scoring | None]],
    *,
    key: str,
    title: str,
) -> Picture:
    """The matrix of a method with these risks where these judgements put them."""
    steps = method.steps
    few = steps <= FEW
    wide, high = (WIDE, HIGH) if few else (SMALL, SMALL)
    stands: dict[tuple[int, int], list[tuple[Risk, Scoring]]] = {}
    for risk, scoring in placed:
        if scoring is not None:
            place = (scoring.severity, scoring.probability)
            stands.setdefault(place, []).append((risk, scoring))
    fields = [
        Field(
            x=LEFT + (probability - 1) * wide,
            y=TOP + (steps - severity) * high,
            score=str(severity * probability) if few else "",
            band=0 if method.detects else method.band(severity * probability),
        )
        for severity in range(1, steps + 1)
        for probability in range(1, steps + 1)
    ]
    radius = 11 if few else 9
    marks = [
        mark
        for (severity, probability), found in sorted(stands.items())
        for mark in _marks(
            found,
            LEFT + (probability - 1) * wide + (SCORE if few else 0),
            TOP + (steps - severity) * high,
            wide - (SCORE if few else 0),
            high,
            radius,
        )
    ]
    return Picture(
        key=key,
        title=title,
        width=LEFT + steps * wide + 2,
        height=TOP + steps * high + BELOW,
        wide=wide,
        high=high,
        radius=radius,
        fields=fields,
        marks=marks,
        down=[
            Word(LEFT - 8, TOP + (steps - one) * high + high // 2, one, words if few else "")
            for one, words in enumerate(method.severity_labels, start=1)
        ],
        across=[
            Word(
                LEFT + (one - 1) * wide + wide // 2,
                TOP + steps * high + 14,
                one,
                words if few else "",
            )
            for one, words in enumerate(method.probability_labels, start=1)
        ],
        spoken=_spoken(stands),
    )


def _marks(
    found: Sequence[tuple[Risk, Scoring]], x: int, y: int, wide: int, high: int, radius: int
) -> list[Mark]:
    """The risks of one square beside each other; the last says how many more when there is no room."""
    across, down = max((wide + 2) // (2 * radius + 2), 1), max((high - 4) // (2 * radius), 1)
    room = across * down
    shown = list(found) if len(found) <= room else list(found[: room - 1])
    texts = [(str(risk.serial), scoring.band) for risk, scoring in shown]
    if len(found) > room:
        more = f"+{len(found) - len(shown)}"
        texts.append((more, max(scoring.band for _, scoring in found)))
    rows = [texts[start : start + across] for start in range(0, len(texts), across)]
    told = []
    for row, line in enumerate(rows):
        top = y + high / 2 - len(rows) * radius + row * 2 * radius + radius
        start = x + wide / 2 - (len(line) - 1) * (radius + 1)
        told += [
            Mark(f"{start + place * (2 * radius + 2):.1f}", f"{top:.1f}", text, band)
            for place, (text, band) in enumerate(line)
        ]
    return told


def _spoken(stands: dict[tuple[int, int], list[tuple[Risk, Scoring]]]) -> str:
    """The picture as a sentence: which risks stand where, gravest first."""
    told = [
        f"risk {risk.serial}: {scoring.score}, {BANDS[scoring.band]}"
        for _, found in sorted(stands.items(), reverse=True)
        for risk, scoring in found
    ]
    return "; ".join(told) if told else "ingen risk är bedömd"

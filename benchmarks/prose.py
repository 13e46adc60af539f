"""Invented Swedish sentences: a pool of them, and the planted words that searches look for."""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass
from pathlib import Path

POOL = 60_000
TAIL = 24_000

WORDS: dict[str, list[str]] = {}
"""Words by their part in a sentence or a compound, one part a line."""
for _part in (Path(__file__).parent / "words.txt").read_text().splitlines():
    _name, _, _words = _part.partition(": ")
    WORDS[_name] = _words.split()


KALIUMKLORID = "Kaliumklorid låg i fel låda."
PULSOXIMETER = "Vår pulsoximeter visade inget värde."
WARMER = "En spolvätskevärmare var för varm."
LAMP = "Mikroskopets xenonlampa slocknade."
RARE_EVERY = 50_000
"""The rare word stands in exactly one case of so many."""


def pool(chance: random.Random) -> list[str]:
    """The sentences cases are told with; a few are told often and most seldom."""
    return [_sentence(chance) for _ in range(POOL)]


def tail(chance: random.Random) -> list[str]:
    """Compound words, each in few cases, as in real text."""
    words = [
        "".join(parts)
        for parts in itertools.product(WORDS["first"], WORDS["middle"], WORDS["last"])
    ]
    chance.shuffle(words)
    return words[:TAIL]


def _sentence(chance: random.Random) -> str:
    def word(part: str) -> str:
        return WORDS[part][int(chance.random() * len(WORDS[part]))].replace("-", " ")

    told = " ".join(word(part) for part in ("who", "did", "what", "where", "when"))
    return f"{told[0].upper()}{told[1:]}. {word('then')}."


@dataclass(frozen=True)
class Writer:
    """Writes titles and texts from one source of chance."""

    chance: random.Random
    sentences: list[str]
    compounds: list[str]

    @classmethod
    def seeded(cls, seed: int) -> Writer:
        source = random.Random(f"prose/{seed}")
        return cls(random.Random(f"text/{seed}"), pool(source), tail(source))

    def tell(self, case_id: int, rare_at: int) -> tuple[str, str]:
        """A title and what happened, 328 letters together on average."""
        draw, sentences, compounds = self.chance.random, self.sentences, self.compounds
        told = [sentences[int(POOL * draw() * draw())] for _ in range(2 + (draw() < 0.35))]
        if draw() < 0.02:
            told.append(PULSOXIMETER)
        if draw() < 0.038:
            told.append(KALIUMKLORID)
        if draw() < 0.005:
            told.append(WARMER)
        if case_id % RARE_EVERY == rare_at:
            told.append(LAMP)
        three = [compounds[int(TAIL * draw())] for _ in range(3)]
        told.append(f"Gäller {three[0]}, {three[1]} och {three[2]}.")
        if draw() < 0.2:
            told.append(f"Serienummer SN-{int(draw() * 1_000_000):06d}.")
        title = told[0].split(". ")[0]
        return title, " ".join(told)

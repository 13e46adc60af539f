"""How alike two texts are, and by which words. Pure: texts in, figures and words out.

Swedish writes compounds as one word, so whole words say little: ”infusionspump” and ”pumpen”
share none. Four letters at a time they do, and misspelt words still share most of theirs.
Rare groups of letters count more than common ones (tf-idf, cosine).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from rapidfuzz import fuzz

from patientsakerhet.lib.text import tokens

LETTERS = 4
LONGEST = 4000
"""Characters of a text that are compared: enough for any report, bounded for any paste."""

Groups = Mapping[str, int]


def groups_of(text: str) -> Groups:
    """Every run of four letters in the words that carry meaning, with how often it occurs."""
    counted: Counter[str] = Counter()
    for word in tokens(text[:LONGEST]):
        padded = f" {word} "
        counted.update(
            padded[start : start + LETTERS] for start in range(max(len(padded) - LETTERS + 1, 1))
        )
    return counted


class Collection:
    """Texts that others are compared within: they say which groups of letters are common."""

    def __init__(self, texts: Iterable[Groups]) -> None:
        self._holding: Counter[str] = Counter()
        self._count = 0
        for groups in texts:
            self._holding.update(groups.keys())
            self._count += 1

    def weights(self, groups: Groups) -> dict[str, float]:
        """Each group's weight in its text, the whole of length 1."""
        raw = {
            group: (1 + math.log(times)) * math.log(1 + self._count / (0.5 + self._holding[group]))
            for group, times in groups.items()
        }
        length = math.sqrt(sum(weight * weight for weight in raw.values()))
        return {group: weight / length for group, weight in raw.items()} if length else {}

    def alike(self, one: Mapping[str, float], other: Mapping[str, float]) -> float:
        """0 for nothing in common, 1 for the same, of two texts' weights."""
        shorter, longer = sorted((one, other), key=len)
        return sum(weight * longer[group] for group, weight in shorter.items() if group in longer)


def nearly_same(one: str, other: str) -> bool:
    """True when one text is the other, edited or shortened."""
    return fuzz.token_set_ratio(" ".join(tokens(one)), " ".join(tokens(other))) >= 85


def shared_words(one: str, other: str, *, common: Iterable[str] = (), most: int = 4) -> list[str]:
    """Words of `other` that `one` has too, whole or as a part of a compound, longest first.

    A misspelt word counts as the word it resembles. Words in `common` are not worth showing.
    """
    known = _worth_showing(one, common)
    found: dict[str, str] = {}
    for word in _worth_showing(other, common):
        match = next((mine for mine in known if _same_word(mine, word)), None)
        if match is not None:
            found.setdefault(_core(match, word), word)
    shown = sorted(found.values(), key=lambda word: (-len(word), word))
    return shown[:most]


def _worth_showing(text: str, common: Iterable[str]) -> list[str]:
    dull = set(common)
    words = dict.fromkeys(tokens(text[:LONGEST]))
    return [word for word in words if len(word) > 3 and word not in dull]


def _same_word(one: str, other: str) -> bool:
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    if any(sign.isdigit() for sign in one + other):
        return False
    if len(short) >= 5 and _stem(short) in long:
        return True
    return len(short) >= 6 and fuzz.ratio(one, other) >= 84


def _core(one: str, other: str) -> str:
    return _stem(min(one, other, key=len))


def _stem(word: str) -> str:
    """The word without the commonest endings, to look for inside a compound; never under four letters."""
    for ending in ("arna", "erna", "orna", "ens", "ets", "ade", "ar", "er", "or", "en", "et", "an", "na", "s", "a", "e", "n"):  # fmt: skip
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


def common_words(texts: Sequence[str], *, share: float = 0.25) -> set[str]:
    """The words that at least this share of the texts hold."""
    holding: Counter[str] = Counter()
    for text in texts:
        holding.update(set(tokens(text[:LONGEST])))
    return {word for word, count in holding.items() if count > max(share * len(texts), 2)}

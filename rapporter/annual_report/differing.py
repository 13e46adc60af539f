"""What has changed between two texts, word by word. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

TOKENS = re.compile(r"\{\{[^{}]*\}\}|\w+|\s+|[^\w\s]")


class Sort(StrEnum):
    """What has become of a piece of text."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True)
class Piece:
    """A piece of text, and what has become of it."""

    sort: Sort
    text: str


def words(before: str, now: str) -> list[Piece]:
    """The two texts as one: what was taken away stands before what came instead. A field is one word."""
    old, new = TOKENS.findall(before), TOKENS.findall(now)
    found: list[Piece] = []
    for tag, i, j, k, m in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Piece(Sort.SAME, "".join(old[i:j])))
            continue
        if i != j:
            found.append(Piece(Sort.REMOVED, "".join(old[i:j])))
        if k != m:
            found.append(Piece(Sort.ADDED, "".join(new[k:m])))
    return found


def differs(pieces: list[Piece]) -> bool:
    """Whether anything has changed."""
    return any(one.sort != Sort.SAME for one in pieces)

"""Sender domains that are made to be taken for those of a supplier we know."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from rapidfuzz.distance import OSA

_MAILBOXES = "gmail.com hotmail.com icloud.com live.com outlook.com telia.com yahoo.com"
MANY_USE = frozenset(_MAILBOXES.split())
"""Domains that say nothing about who writes."""
# Signs that are drawn alike, each as the Latin one; a part of Unicode's confusables.
_DRAWN_ALIKE = str.maketrans(
    {
        alike: sign
        for sign, several in {
            "a": "аαåäà",
            "b": "Ьв",
            "c": "сϲ",
            "d": "ԁ",
            "e": "еҽ",
            "g": "ɡ",
            "h": "һн",
            "i": "іıι1lł",
            "j": "ј",
            "k": "кκ",
            "m": "мｍ",
            "n": "ո",
            "o": "оοöø0",
            "p": "рρ",
            "q": "ԛ",
            "s": "ѕ5",
            "t": "т",
            "u": "υս",
            "v": "ѵν",
            "w": "ԝ",
            "x": "х",
            "y": "уү",
        }.items()
        for alike in several
    }
)
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"))
_SHORTEST = 5


def of(domain: str, known: Iterable[str]) -> str:
    """The known domain that this one looks like without being it or under it; empty when none."""
    shown = _shown(domain)
    names = {one.casefold().strip(".") for one in known if one}
    if not shown or any(shown == one or shown.endswith(f".{one}") for one in names):
        return ""
    for one in sorted(names - MANY_USE):
        if _drawn(shown) == _drawn(one) or _misspelt(shown, one) or _borrowed(shown, one):
            return one
    return ""


def _shown(domain: str) -> str:
    """As a reader sees it: `xn--…` as the signs it stands for."""
    try:
        return domain.casefold().strip(".").encode("ascii").decode("idna")
    except UnicodeError:
        return domain.casefold().strip(".")


def _drawn(domain: str) -> str:
    plain = unicodedata.normalize("NFKD", domain.translate(_DRAWN_ALIKE))
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    for pair, sign in _PAIRS:
        plain = plain.replace(pair, sign)
    return plain.replace("-", "")


def _name(domain: str) -> str:
    """What stands before the ending, without subdomains: "volumed" of "mail.volumed.co.uk"."""
    parts = domain.split(".")
    last = 3 if len(parts) > 2 and len(parts[-2]) <= 3 and len(parts[-1]) == 2 else 2
    return parts[-last] if len(parts) >= last else parts[0]


def _misspelt(domain: str, known: str) -> bool:
    """One or, in a long name, two signs exchanged, moved, added or left out."""
    mine, theirs = _name(domain), _name(known)
    if min(len(mine), len(theirs)) < _SHORTEST or domain == known:
        return False
    return OSA.distance(mine, theirs) <= (2 if len(theirs) >= 12 else 1)


def _borrowed(domain: str, known: str) -> bool:
    """The known name with something hung on: volumed-recall.com, volumed.com.evil.example."""
    theirs = _name(known)
    if len(theirs) < _SHORTEST:
        return False
    return domain.startswith(f"{known}.") or theirs in _name(domain).split("-")

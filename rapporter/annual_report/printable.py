"""Whether everything a draft is made of can be set, asked before it is made: a sign no typeface has is named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from patientsakerhet.documents import signs


def faults(made_of: Mapping[str, Any]) -> list[str]:
    """What cannot be set, in words: where it stands, and which signs."""
    return [
        f"{where} har {named(found)}. Byt ut det och gör utkastet igen."
        for where, text in _texts(made_of)
        if (found := signs.missing(text))
    ]


def named(found: list[str]) -> str:
    """The signs as they are told."""
    told = ", ".join(f"”{one}” (U+{ord(one):04X})" for one in found)
    return f"{'tecken' if len(found) > 1 else 'ett tecken'} som dokumentens typsnitt saknar: {told}"


def _texts(made_of: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    headings = {one["key"]: one["heading"] for one in made_of["sections"]}
    for key, text in made_of["texts"].items():
        yield f"Avsnittet {headings.get(key, key)}", text
    for one in (*made_of["targets"], *made_of["outcomes"]):
        yield f"Målet ”{one['text']}”", " ".join(one.values())
    yield "Diarienumret", made_of["diary_no"]
    yield "Enhetens namn", " ".join((made_of["unit"], *made_of["units"]))
    signed = made_of["signature"]
    if signed:
        yield "Skälet till rättelsen", signed["reason"]
        yield "Underskriften", signed["by"]

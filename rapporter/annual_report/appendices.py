"""Tables that a report ends with: next year's aims, what its measures mean, where its figures come from. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from patientsakerhet.ui import swedish
from rapporter.annual_report.told import Table


def aims(key: str, title: str, found: Iterable[Mapping[str, str]]) -> Table | None:
    """What is aimed at, by when and by whom; nothing without aims."""
    rows = [
        [one["text"], one["baseline"] or "–", one["aim"], one["due_on"] or "–", one["owner"]]
        for one in found
    ]
    heads = ["Mål", "Utgångsläge", "Målvärde", "Senast", "Ansvarig"]
    return Table(key, title, heads, rows, plain=rows) if rows else None


def measures(made_by: Mapping[str, Any], *, by_name: bool) -> Table:
    """Every measure with its definition: by name, or by key in what was frozen while they stood so."""
    found = [one for _, one in sorted(made_by.items())]
    if by_name:
        found.sort(key=lambda one: swedish.sorted_as(one["name"]))
    rows = [
        [
            one["name"],
            one["definition"],
            f"Räknas efter {one['date_field']}.",
            f"Version {one['version']}, kod {one['code']}.",
        ]
        for one in found
    ]
    heads = ["Mått", "Definition", "Räknas efter", "Version"]
    return Table("matt", "Mått och definitioner", heads, rows, plain=rows)


def origin(made_by: Mapping[str, Any], sha256: str) -> Table:
    """What the figures were made by, and the digest that tells them."""
    rows = [
        ["Underlagets kontrollsumma (SHA-256)", _in_groups(sha256)],
        ["Mall", ", ".join(made_by["template"])],
        *(
            [f"Programvara: {name}", number]
            for name, number in sorted(made_by["libraries"].items())
        ),
    ]
    return Table("uttaget", "Hur siffrorna togs fram", ["Uppgift", "Värde"], rows, plain=rows)


def _in_groups(digest: str) -> str:
    """A digest in parts that a line can break between."""
    return " ".join(digest[n : n + 16] for n in range(0, len(digest), 16))

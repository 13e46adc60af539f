"""Figures of a snapshot as texts and sections draw them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from rapporter.annual_report.fields import Look
from rapporter.annual_report.wording import Said


def look(figures: Mapping[str, Any]) -> Look:
    """Looks figures up by name, as a snapshot keeps them."""

    def found(name: str) -> Said | None:
        kept = figures.get(name)
        if kept is None or kept["value"] is None:
            return None
        before = kept.get("before")
        is_broken = "former" in kept and bool(kept["break"])
        return Said(
            value=Decimal(kept["value"]),
            before=None if before is None else Decimal(before),
            unit=kept["unit"],
            decimals=kept["decimals"],
            is_count=kept["counted"],
            is_broken=is_broken,
        )

    return found


@dataclass(frozen=True)
class Drawn:
    """The figures of a snapshot, and the digests of its tables."""

    figures: Mapping[str, Any]
    tables: Mapping[str, str]

    def of(self, names: Iterable[str]) -> dict[str, Any]:
        """What these names stand for."""
        return {
            name: [self.figures.get(name), self.tables.get(name)] for name in sorted(set(names))
        }

"""The words of a section that its author chose although the numbers do not bear them, with why."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from rapporter.annual_report import drawing, fields, wording
from rapporter.annual_report.told import Table

TITLE = "Ord som talen inte bär, valda med skäl"


def table(
    text: str, figures: Mapping[str, Any], hidden: Collection[tuple[str, str]]
) -> list[Table]:
    """The words with what the numbers say and the reasons; none of figures that are hidden."""
    look = drawing.look(figures)
    rows = []
    for one in fields.chosen(text):
        said = look(one.name)
        if said is None or {(one.name, "value"), (one.name, "before")} & set(hidden):
            continue
        rows.append([figures[one.name]["name"], one.word, wording.interval(said), one.reason])
    heads = ["Siffra", "Författarens ord", "Talet säger", "Skäl"]
    return [Table("ordval", TITLE, heads, rows, plain=rows)] if rows else []

"""The drawn part of a generated region: cases and deviations as bytes for COPY, alike for a seed.

Everything else a case must have follows from these rows and is written by `sql/derive.sql`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from benchmarks.prose import RARE_EVERY, Writer

YEARS, LAST = 3, datetime(2026, 1, 1, tzinfo=UTC)
"""Over which the cases are spread, unless it is said otherwise."""
OPEN_STATES = ("reported", "assigned", "in_investigation", "in_action")
SEVERITIES = (0.25, 0.68, 0.93, 0.995)
"""Cumulated: 25, 43, 25, 6.5 and 0.5 percent are of severity 0 to 4."""
RECENT = 0.985
"""Of the cases before this share 97 percent are closed, of those after it none."""

CASE_COLUMNS = [
    "id",
    "kind",
    "number",
    "year",
    "serial",
    "title",
    "status",
    "status_since",
    "origin",
    "secrecy",
    "severity",
    "risk_score",
    "filed_at",
    "first_coordinated_at",
    "closed_at",
    "is_final",
    "due_at",
    "version",
    "changed_at",
    "source_system",
    "source_key",
    "closed_by_id",
    "filing_unit_id",
    "handler_id",
    "owning_unit_id",
    "parent_id",
]
DEVIATION_COLUMNS = [
    "case_id",
    "door",
    "channel",
    "what_happened",
    "immediate_action",
    "consequence",
    "could_have_happened",
    "suggestion",
    "nature",
    "affected",
    "occurred_at",
    "occurred_until",
    "precision",
    "discovered_at",
    "written_on_paper_at",
    "place",
    "device_text",
    "device_serial",
    "device_kept",
    "system_text",
    "system_workaround",
    "needs_event_analysis",
    "closing_note",
    "cause_class_id",
    "device_id",
    "device_model_id",
    "event_class_id",
    "kind_id",
    "system_id",
]
NULL = r"\N"


@dataclass(frozen=True)
class World:
    """The keys of what stands there before the first case."""

    desk: int
    units: list[int]
    handlers: list[int]
    kinds: list[int]
    event_classes: list[int]


@dataclass
class Drawn:
    """How far numbering came in each year; complete when the rows have been read."""

    serials: dict[int, int] = field(default_factory=dict)


def rows(
    count: int,
    seed: int,
    world: World,
    drawn: Drawn,
    *,
    years: int = YEARS,
    last: datetime = LAST,
) -> Iterator[tuple[str, str]]:
    """One line of COPY text for the case and one for its deviation, in the order of filing."""
    chance = random.Random(f"cases/{seed}")
    writer = Writer.seeded(seed)
    draw = chance.random
    first = last - timedelta(days=365 * years)
    step = timedelta(days=365 * years) / count
    rare_at = min(RARE_EVERY, count) // 2
    for key in range(1, count + 1):
        filed = first + step * (key - 1) + step * draw()
        year = filed.year
        serial = drawn.serials[year] = drawn.serials.get(year, 0) + 1
        closed = key <= RECENT * count and draw() < 0.97
        state = "closed" if closed else OPEN_STATES[int(4 * draw())]
        filing = world.units[int(len(world.units) * draw() ** 2)]
        owner = world.units[int(len(world.units) * draw() ** 2)]
        handler = world.handlers[int(len(world.handlers) * draw())]
        severity = _severity(draw())
        score = max(severity, 1) * (1 + int(4 * draw()))
        is_new = state == "reported"
        since = filed if is_new else min(filed + timedelta(days=1 + 60 * draw()), last)
        title, text = writer.tell(key, rare_at)
        at, moved = _text(filed), _text(since)
        yield (
            _line(
                key, "deviation", f"AV-{year}-{serial:05d}", year, serial, title, state, moved,
                "incoming", 0, severity, score, at, NULL if is_new else moved,
                moved if closed else NULL, "t" if closed else "f",
                NULL if closed else _text(filed + timedelta(days=30)),
                {"reported": 2, "assigned": 3, "in_investigation": 4}.get(state, 5), moved,
                "", "", handler if closed else NULL, filing,
                NULL if state in ("reported", "assigned") else handler,
                world.desk if is_new else owner, NULL,
            ),
            _line(
                key, "deviation", "form", text, "", "", "", "", "near_miss", "patient",
                _text(filed - timedelta(hours=1 + 24 * draw())), NULL, "about", NULL, NULL,
                "", "", "", "", "", "", "f", "Åtgärdat på plats." if closed else "",
                NULL, NULL, NULL, world.event_classes[int(len(world.event_classes) * draw() ** 1.6)],
                NULL if is_new else world.kinds[int(len(world.kinds) * draw())], NULL,
            ),
        )  # fmt: skip


def _severity(drawn: float) -> int:
    return sum(drawn >= share for share in SEVERITIES)


def _text(moment: datetime) -> str:
    return moment.isoformat(sep=" ", timespec="microseconds")


def _line(*values: object) -> str:
    return "\t".join(map(str, values)) + "\n"

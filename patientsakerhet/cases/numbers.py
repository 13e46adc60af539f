"""Case numbers without gaps: AV-2026-00042."""

from __future__ import annotations

from django.db import connection


def take(kind: str, year: int, count: int = 1) -> int:
    """The first of `count` numbers for the kind and year, taken in the caller's transaction.

    The counter's row stays locked until the caller commits, so numbers follow commits and a
    rolled-back case leaves no hole: to an auditor a hole looks like a hidden case.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO cases_counter (kind, year, last) VALUES (%s, %s, %s)
            ON CONFLICT (kind, year) DO UPDATE SET last = cases_counter.last + EXCLUDED.last
            RETURNING last
            """,
            [kind, year, count],
        )
        (last,) = cursor.fetchone()
    return int(last) - count + 1


def written(prefix: str, year: int, serial: int) -> str:
    """The number as people write it."""
    return f"{prefix}-{year}-{serial:05d}"

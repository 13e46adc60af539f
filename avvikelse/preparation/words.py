"""The words of a case as the search sees them: stems, how common they are, how they were written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from django.contrib.postgres.search import SearchQuery
from django.db import connection

from avvikelse.models import Deviation
from patientsakerhet.cases.querysets import SEARCH_CONFIG

TOLD = (
    "what_happened",
    "immediate_action",
    "consequence",
    "could_have_happened",
    "suggestion",
    "place",
    "device_text",
    "device_serial",
    "system_text",
    "system_workaround",
)
"""The fields in which a reporter tells."""

_WRITTEN = re.compile(r"[^\W_]+(?:-[^\W_]+)*")


def told(deviation: Deviation) -> str:
    """All that the reporter has told, title first."""
    return "\n".join((deviation.case.title, *(getattr(deviation, name) for name in TOLD)))


def stems_of(case_id: int) -> list[str]:
    """The stems the case is found by, without numbers: those say which one, not what."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tsvector_to_array(vector) FROM cases_casetext WHERE case_id = %s", [case_id]
        )
        row = cursor.fetchone()
    return [stem for stem in row[0] if _says_something(stem)] if row else []


def stems_in(text: str) -> list[str]:
    """The stems of a text that is not yet a case."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tsvector_to_array(to_tsvector(%s::regconfig, %s))", [SEARCH_CONFIG, text]
        )
        (stems,) = cursor.fetchone()
    return [stem for stem in stems if _says_something(stem)]


def written(text: str, stems: Iterable[str]) -> dict[str, str]:
    """Stem -> the first word of the text that has it, as it was written."""
    wanted = set(stems)
    words = list(dict.fromkeys(_WRITTEN.findall(text)))
    found: dict[str, str] = {}
    if not wanted or not words:
        return found
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT word, stem
            FROM unnest(%s::text[]) WITH ORDINALITY AS written (word, place),
                 unnest(tsvector_to_array(to_tsvector(%s::regconfig, word))) AS stem
            ORDER BY place
            """,
            [words, SEARCH_CONFIG],
        )
        for word, stem in cursor.fetchall():
            if stem in wanted:
                found.setdefault(stem, word)
    return found


def rarest(stems: Sequence[str], *, cases: int = 4000) -> list[str]:
    """The stems that tell most, rarest first: as many as lead to about this many cases together.

    How common a stem is comes from the planner's own sample of the index, so nothing has to be
    counted; a stem it does not list is rare. Without a sample every stem is.
    """
    common, total = _common()
    chosen: list[str] = []
    reached = 0.0
    for stem in sorted(stems, key=lambda one: (common.get(one, 0.0), -len(one), one)):
        reached += common.get(stem, 0.0) * total
        if chosen and reached > cases:
            break
        chosen.append(stem)
    return chosen[:25]


def any_of(stems: Iterable[str]) -> SearchQuery:
    """A search for cases with one of these stems, taken as they are."""
    quoted = ("'" + stem.replace("\\", "\\\\").replace("'", "''") + "'" for stem in stems)
    return SearchQuery(" | ".join(quoted), config="simple", search_type="raw")


def _common() -> tuple[dict[str, float], float]:
    """Stem -> the share of cases that hold it, for the commonest; and how many cases there are."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT s.most_common_elems::text::text[], s.most_common_elem_freqs, c.reltuples
            FROM pg_class c
            LEFT JOIN pg_stats s ON s.schemaname = current_schema()
                AND s.tablename = c.relname AND s.attname = 'vector'
            WHERE c.oid = 'cases_casetext'::regclass
            """
        )
        stems, shares, total = cursor.fetchone()
    # The shares end with the sample's lowest and highest, which belong to no stem.
    return dict(zip(stems or (), shares or (), strict=False)), max(total, 0.0)


def _says_something(stem: str) -> bool:
    return len(stem) > 2 and not any(sign.isdigit() for sign in stem)

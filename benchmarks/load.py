"""Loads generated cases into an empty, migrated database and shows that they are whole.

python -m benchmarks.load COUNT SEED YEARS   (in the product's environment; prints what it took as JSON)
python -m benchmarks.load                    (counts in what the sums of the flow have not seen)
"""

from __future__ import annotations

import io
import json
import os
import re
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.db import connection, connections, transaction

SQL = Path(__file__).parent / "sql"
BATCH = 20_000
COUNTED_IN = 100_000
"""So many marks are counted in at once: the more of a month that are, the fewer times its sums are written."""
BARE_FROM = 50_000
"""From so many cases on the indexes are laid after the rows."""
TABLES = [
    "cases_case",
    "avvikelse_deviation",
    "cases_reporter",
    "cases_submission",
    "cases_transition",
    "cases_deadline",
    "access_caseaccess",
    "notifications_message",
    "avvikelse_preparation",
    "avvikelse_assessment",
    "avvikelse_handover",
    "cases_comment",
    "audit_event",
    "audit_payload",
    "audit_seal",
    "cases_casetext",
]


def load(count: int, seed: int, **spread: Any) -> dict[str, float]:
    """The cases stand in the database with all their rows; seconds for each part of the work.

    The guards sleep meanwhile, as only the owner of a database can make them.
    """
    from benchmarks import world

    stood, coordinator = world.make()
    began, took = time.monotonic(), {}

    def lap(part: str) -> None:
        nonlocal began
        now = time.monotonic()
        took[part] = round(now - began, 1)
        began = now

    bare = _indexes() if count >= BARE_FROM else []
    with connection.cursor() as cursor:
        for name, _ in bare:
            cursor.execute(f"DROP INDEX {name}")
        cursor.execute("SET session_replication_role = replica")
        _copy(cursor, count, seed, stood, spread)
        lap("cases and deviations")
        parameters = {
            "desk": stood.desk,
            "coordinator": coordinator,
            "reporters": stood.handlers,
            "count_of_reporters": len(stood.handlers),
        }
        halves = (
            [(1, count)]
            if connection.in_atomic_block
            else [(1, count // 2), (count // 2 + 1, count)]
        )
        words = [
            (statement, {"first": first, "last": last})
            for first, last in halves
            for statement in statements("words")
        ]
        derive = [(statement, parameters) for statement in statements("derive")]
        if connection.in_atomic_block:
            for statement, given in [*derive, *words]:
                cursor.execute(statement, given)
        else:
            _side_by_side([derive, words])
        lap("everything derived")
        cursor.execute("SET session_replication_role = origin")
        for table in ("cases_case", "audit_event"):
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
            )
    if bare:
        half = len(bare) // 2
        _side_by_side(
            [[(made, {}) for _, made in bare[:half]], [(made, {}) for _, made in bare[half:]]]
        )
        lap("indexes")
    if not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE, PARALLEL 2)")
        lap("vacuum analyze")
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO rapporter_flowmark (case_id) SELECT id FROM cases_case")
    return took


def count_the_flow() -> dict[str, float]:
    """What is marked, by the load or by a newer migration, is counted in and laid in columns; how many, and seconds."""
    from rapporter.flow import columns, prepared

    began, counted = time.monotonic(), 0
    with connection.cursor() as cursor:
        cursor.execute("SET work_mem = '512MB'")
        while folded := prepared.fold(COUNTED_IN):
            counted += folded
        laid = columns.lay()
        if counted or laid:
            for model in apps.get_app_config("rapporter").get_models():
                cursor.execute(f"VACUUM ANALYZE {model._meta.db_table}")
    return {"counted": counted, "months": laid, "seconds": round(time.monotonic() - began, 1)}


def statements(name: str) -> list[str]:
    """The statements of a file, with its `:names` as the driver's parameters."""
    lines = (SQL / f"{name}.sql").read_text().splitlines()
    parts: list[list[str]] = [[]]
    for line in lines:
        if line == "--":
            parts.append([])
        elif not line.startswith("--"):
            parts[-1].append(line)
    texts = ("\n".join(part).strip().replace("%", "%%") for part in parts)
    return [re.sub(r"(?<!:):([a-z_]+)\b", r"%(\1)s", text) for text in texts if text]


def faults(sample: int = 500) -> list[str]:
    """What the guards say when they are asked of a sample, and of every row where they can be."""
    from django.db import DatabaseError

    from patientsakerhet.audit import verification

    found = []
    with connection.cursor() as cursor:
        cursor.execute(statements("check")[0])
        found += [f"{what}: case {case}" for what, case in cursor.fetchall()]
        cursor.execute("SELECT max(id) FROM cases_case")
        (last,) = cursor.fetchone()
        try:
            with transaction.atomic():
                # A change that changes nothing makes the deferred guards look at the whole case.
                cursor.execute(
                    "UPDATE cases_case SET version = version + 1 WHERE id %% greatest(%s / %s, 1) = 0",
                    [last, sample],
                )
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                transaction.set_rollback(True)
        except DatabaseError as refused:
            found.append(str(refused))
    fault = verification.first_fault(after=max(0, verification.last_place() - 20_000))
    return [*found, *([str(fault)] if fault else [])]


def sizes() -> dict[str, int]:
    """Rows, and megabytes with indexes, of each table and of all."""
    told: dict[str, Any] = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(
                f"SELECT reltuples::bigint, pg_total_relation_size(oid) / 1048576 "
                f"FROM pg_class WHERE oid = '{table}'::regclass"
            )
            told[table] = cursor.fetchone()
        cursor.execute("SELECT pg_database_size(current_database()) / 1048576")
        told["database"] = cursor.fetchone()[0]
    return told


def _copy(cursor: Any, count: int, seed: int, stood: Any, spread: dict[str, Any]) -> None:
    from benchmarks import generate

    drawn = generate.rows(count, seed, stood, generate.Drawn(), **spread)
    into = (
        f"COPY cases_case ({', '.join(generate.CASE_COLUMNS)}) FROM STDIN",
        f"COPY avvikelse_deviation ({', '.join(generate.DEVIATION_COLUMNS)}) FROM STDIN",
    )
    for batch in _batches(drawn):
        for copy, lines in zip(into, zip(*batch, strict=True), strict=True):
            cursor.copy_expert(copy, io.StringIO("".join(lines)))


def _batches(rows: Iterator[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def _indexes() -> list[tuple[str, str]]:
    """Name and making of every index of the loaded tables that no constraint stands on."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
            FROM pg_index i
            WHERE i.indrelid = ANY (%s::regclass[]) AND NOT i.indisunique
            ORDER BY pg_relation_size(i.indrelid) DESC, 1
            """,
            [TABLES],
        )
        return list(cursor.fetchall())


def _side_by_side(sessions: list[list[tuple[str, dict[str, Any]]]]) -> None:
    failed: list[BaseException] = []

    def work(part: list[tuple[str, dict[str, Any]]]) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET session_replication_role = replica")
                cursor.execute("SET maintenance_work_mem = '512MB'")
                for statement, given in part:
                    cursor.execute(statement, given or None)
        except django.db.DatabaseError as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=[part]) for part in sessions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]


def main(*asked: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "patientsakerhet.settings")
    django.setup()
    if not asked:
        print(json.dumps(count_the_flow()))
        return
    count, seed, years = asked
    # What pages ask about ends now: so do the cases.
    last = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    took = load(count, seed, years=years, last=last)
    wrong = faults()
    if wrong:
        sys.exit("the guards refuse what was loaded:\n" + "\n".join(wrong))
    print(json.dumps({"seconds": took, "sizes": sizes()}))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))

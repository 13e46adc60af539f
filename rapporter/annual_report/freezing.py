"""Keeping a snapshot, and asking afterwards whether it is still what it was: its cells out of its own facts."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from io import StringIO
from typing import Any

from django.db import connection, transaction
from django.db.models import Count

from rapporter.annual_report import (
    counting,
    foretelling,
    former,
    plan,
    publishing,
)
from rapporter.annual_report.counting import EXACT, Alike, Series
from rapporter.annual_report.models import AnnualReport, Cell, Edition, Fact, Snapshot
from rapporter.annual_report.snapshot_taken import Taken, digest, told

BATCH = 5000


@transaction.atomic
def keep(report: AnnualReport, taken: Taken) -> Snapshot:
    """The snapshot's rows."""
    snapshot = Snapshot.objects.create(
        report=report,
        cutoff_at=taken.cutoff_at,
        taken_at=taken.taken_at,
        is_final=taken.is_final,
        keeps_facts=taken.keeps_facts,
        made_by=taken.made_by,
        figures=taken.figures,
        tables=taken.tables,
        leaks=publishing.leaks(taken.numbers, taken.figures),
        sha256=taken.sha256,
    )
    Cell.objects.bulk_create(
        (
            Cell(
                snapshot=snapshot,
                position=position,
                table=one.table,
                measure=one.measure,
                measure_version=one.version,
                dims=dict(one.dims),
                count=one.count,
                value=one.value,
                low=one.low,
                high=one.high,
                facts_hash=one.facts_hash,
            )
            for position, one in enumerate(taken.numbers)
        ),
        batch_size=BATCH,
    )
    if taken.keeps_facts:
        for series in taken.series.values():
            _keep_facts(snapshot, series)
    return snapshot


def _keep_facts(snapshot: Snapshot, series: Series) -> None:
    """The facts of a series, in their order: a region has half a million in a report."""
    rows = StringIO()
    write = csv.writer(rows).writerow
    for one in series.facts:
        write((snapshot.pk, series.name, one.ref, json.dumps(one.dims), one.part))
    rows.seek(0)
    columns = "snapshot_id, series, ref, dims, part"
    with connection.cursor() as cursor:
        cursor.copy_expert(
            f"COPY {Fact._meta.db_table} ({columns}) FROM STDIN (FORMAT csv, FORCE_NOT_NULL (ref))",
            rows,
        )


def wrong(snapshot: Snapshot) -> list[str]:
    """What no longer agrees: cells counted anew from their facts, and the digest of it all."""
    cells = list(snapshot.cells.order_by("position"))
    series: dict[str, dict[Any, int]] = {}
    kept = snapshot.facts.order_by().values_list("series", "dims", "part")
    for name, dims, part, count in kept.annotate(count=Count("pk")).iterator(BATCH):
        series.setdefault(name, {})[part, counting.said(dims)] = count
    found = [
        f"Cellen {one.table} {one.measure} {one.dims} är inte vad dess rader säger."
        for one in cells
        if _is_counted_here(one) and not _agrees(one, series)
    ]
    found += foretelling.disagreeing(cells)
    found += former.disagreeing(snapshot, cells)
    again = digest(snapshot.cutoff_at, snapshot.made_by, snapshot.figures, map(told, cells))
    if again != snapshot.sha256:
        found.append("Underlagets kontrollsumma stämmer inte.")
    return found


def recounted() -> Iterator[tuple[Edition, list[str]]]:
    """The editions whose figures no longer come out of their facts, with what is wrong."""
    for edition in Edition.objects.select_related("snapshot").order_by("pk").iterator(20):
        found = wrong(edition.snapshot)
        if found:
            yield edition, found


def forget(label: str, pks: Iterable[int]) -> int:
    """The facts of these rows, which are to be erased, no longer tell which rows they were; how many."""
    marks = [mark for pk in pks for mark in counting.marks(label, pk)]
    return Fact.objects.filter(ref__in=marks).update(ref="")


def _is_counted_here(cell: Cell) -> bool:
    """Whether its rows are kept here; not of what is foretold, nor of years whose own editions keep them."""
    elsewhere = cell.dims.get("known") == publishing.REPORTED or cell.dims.get("tallied", False)
    return cell.table not in plan.FORETOLD and not elsewhere


def _agrees(cell: Cell, series: Mapping[str, Alike]) -> bool:
    dims = cell.dims
    some = series.get(dims.get("series") or f"{cell.measure}:{dims['year']}:{dims['known']}", {})
    by = dims.get("by")
    if by and by != "year":
        some = {key: count for key, count in some.items() if dict(key[1])[by] == dims["code"]}
    count, value, digest = counting.total(some)
    same = (count, digest) == (cell.count, cell.facts_hash)
    if dims.get("reckoned"):  # a median is no sum of its facts: they are compared, and its digest
        return same
    return same and value.quantize(EXACT) == (cell.value or Decimal(0))

"""The way of an import: uploaded, read as a trial, confirmed, read in; killed anywhere, it goes on.

The row is the promise. Each part of the file is one transaction that also moves the row's own
progress, and the row's lock is the only claim on it: a worker that dies lets go of both.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.exchange import kinds
from patientsakerhet.exchange.columns import CHOSEN, as_options
from patientsakerhet.exchange.kinds import Importer, Taken
from patientsakerhet.exchange.models import ImportFile, ImportLine, ImportRun
from patientsakerhet.exchange.tables import Table
from patientsakerhet.lib import waking
from patientsakerhet.lib.refusal import NotReady, Refused, WrongStep
from patientsakerhet.organisation.models import Person

WORK_FOR = 40.0
"""Seconds of one go; a task may take sixty."""
TRIES = 5
"""So many goes without a step forward, and a person must look at it."""
SMALL = 300_000
"""Bytes that are read while the person waits."""
FORGET_AFTER = timedelta(days=30)
SAMPLE, SHOWN = 3, 60
"""Rows kept to choose columns by, and signs of each cell."""
WAKE = "patientsakerhet.exchange.tasks.carry_on"
STOPPING = (ImportLine.Outcome.ERROR, ImportLine.Outcome.CONTRADICTION)
State = ImportRun.State


@transaction.atomic
def upload(
    kind_key: str,
    name: str,
    content: bytes,
    *,
    by: Person | None,
    mapping: str = "",
    options: Mapping[str, str] | None = None,
) -> ImportRun:
    """The file is kept and waits for its trial reading.

    `by` is None only for whoever runs commands on the server. Refuses whoever may not read in
    this kind, and a mapped kind without its mapping.
    """
    kind = kinds.of(kind_key)
    if by is not None:
        policy.check_anywhere(by, Can(kind.needs))
    if kind.is_mapped and not mapping.strip():
        raise NotReady("Lägg till filen som beskriver kolumnerna.")
    run = ImportRun.objects.create(
        kind=kind.key,
        file=ImportFile.keep(content),
        name=name[:200],
        mapping=mapping if kind.is_mapped else "",
        options=dict(options or {}),
        by=by,
    )
    trail.record(
        "import.uploaded",
        by=by,
        right=kind.needs,
        object_type="import_run",
        object_id=run.pk,
        body={"kind": kind.key, "file": run.file_id, "size": run.file.size},
    )
    waking.after_commit(WAKE, run.pk)
    return run


@transaction.atomic
def upload_and_try(
    kind_key: str,
    name: str,
    content: bytes,
    *,
    by: Person,
    mapping: str = "",
    options: Mapping[str, str] | None = None,
) -> ImportRun:
    """As `upload`; a small file is read as a trial at once, while the person waits."""
    run = upload(kind_key, name, content, by=by, mapping=mapping, options=options)
    if len(content) <= SMALL:
        carry_on(run.pk)
        run.refresh_from_db()
    return run


@transaction.atomic
def confirm(run: ImportRun, *, by: Person | None) -> ImportRun:
    """The trial reading is taken for good; refuses one with faults that stop it."""
    locked = _locked(run, by=by)
    if locked.state != State.READY:
        raise WrongStep("Filen är inte provläst, eller redan inläst.")
    stopping = stops(locked)
    if stopping:
        raise NotReady(stopping)
    locked.state = State.RUNNING
    locked.parts_done = locked.attempts = 0
    locked.confirmed_by, locked.confirmed_at = by, timezone.now()
    locked.save(update_fields=["state", "parts_done", "attempts", "confirmed_by", "confirmed_at"])
    locked.lines.all().delete()
    _tell(locked, "import.confirmed", by=by)
    waking.after_commit(WAKE, locked.pk)
    return locked


@transaction.atomic
def discard(run: ImportRun, *, by: Person | None) -> ImportRun:
    """Nothing of the file will be read in; refuses when something already is, or is being."""
    locked = _locked(run, by=by)
    if not may_discard(locked):
        raise WrongStep("Filen är redan inläst, eller håller på att läsas in.")
    locked.state, locked.finished_at = State.DISCARDED, timezone.now()
    locked.save(update_fields=["state", "finished_at"])
    locked.lines.all().delete()
    _tell(locked, "import.discarded", by=by)
    return locked


@transaction.atomic
def resume(run: ImportRun, *, by: Person | None) -> ImportRun:
    """A reading that had been stopped goes on from the last part that was written."""
    locked = _locked(run, by=by)
    if locked.state != State.FAILED:
        raise WrongStep("Inläsningen är inte stoppad.")
    locked.state = State.RUNNING if locked.confirmed_at else State.UPLOADED
    if not locked.confirmed_at:
        locked.parts_done = 0
        locked.lines.all().delete()
    locked.attempts, locked.failure, locked.finished_at = 0, "", None
    locked.save(update_fields=["state", "parts_done", "attempts", "failure", "finished_at"])
    _tell(locked, "import.resumed", by=by)
    waking.after_commit(WAKE, locked.pk)
    return locked


@transaction.atomic
def choose_columns(run: ImportRun, chosen: Mapping[str, str], *, by: Person) -> ImportRun:
    """The file is tried anew with these columns; refuses one that is being read, or has been."""
    locked = _locked(run, by=by)
    if not may_choose_columns(locked):
        raise WrongStep("Kolumnerna kan inte väljas medan filen läses, eller när den är inläst.")
    kept = {key: value for key, value in locked.options.items() if not key.startswith(CHOSEN)}
    locked.options = {**kept, **as_options(chosen)}
    locked.state, locked.failure, locked.finished_at = State.UPLOADED, "", None
    locked.parts_done = locked.attempts = 0
    locked.planned = {}
    locked.save(
        update_fields=[
            "options", "state", "failure", "finished_at", "parts_done", "attempts", "planned",
        ]
    )  # fmt: skip
    locked.lines.all().delete()
    _tell(locked, "import.columns_chosen", by=by, body={"columns": dict(chosen)})
    waking.after_commit(WAKE, locked.pk)
    if locked.file.size <= SMALL:
        carry_on(locked.pk)
        locked.refresh_from_db()
    return locked


def may_choose_columns(run: ImportRun) -> bool:
    """Whether it has been tried, nothing of it has been read in, and its kind lets one choose."""
    is_tried = run.state in (State.READY, State.FAILED) and run.confirmed_at is None
    return run.kind_row.chooses_columns and is_tried and bool(run.heading)


def may_discard(run: ImportRun) -> bool:
    """Whether nothing of the file has been read in, nor is being."""
    begun = run.confirmed_at is not None and run.parts_done > 0
    return not begun and run.state not in (State.RUNNING, State.DONE, State.DISCARDED)


def stops(run: ImportRun) -> str:
    """Why the trial reading cannot be taken for good; nothing when it can."""
    faults = sum(run.planned.get(outcome, 0) for outcome in STOPPING)
    if run.kind_row.is_whole and faults:
        rows = "1 rad går" if faults == 1 else f"{faults} rader går"
        return f"{rows} inte att läsa in. Rätta i filen och lämna in den igen; inget är inläst."
    if not any(run.planned.get(key) for key in run.kind_row.news):
        return "Filen innehåller inget nytt."
    return ""


def carry_on(run_id: int, *, work_for: float = WORK_FOR) -> bool:
    """Go on with the trial reading or the reading; True when there is more to do than the time.

    Safe to run late, twice, or at the same time: whoever has the row's lock does the next part.
    """
    run = ImportRun.objects.at_work().filter(pk=run_id).select_related("file", "by").first()
    if run is None or not _tried(run):
        return False
    kind = run.kind_row
    try:
        table = kind.read(run.file.content, run.name)
        _keep_sample(run, table)
        importer = kind.begin(run, table)
        parts = importer.parts()
    except Refused as refusal:
        _fail(run_id, refusal.reasons)
        return False
    ImportRun.objects.filter(pk=run_id).update(
        rows=len(table.rows),
        parts=len(parts),
        form=table.form[:80],
        ignored=list(importer.ignored),
    )
    stop_at = time.monotonic() + work_for
    while _take_part(run_id, importer, parts):
        if time.monotonic() >= stop_at:
            waking.wake(WAKE, run_id)
            return True
    return False


def _keep_sample(run: ImportRun, table: Table) -> None:
    """What somebody chooses columns by, for as long as the import is a trial."""
    if run.kind_row.chooses_columns and run.state == State.UPLOADED and not run.parts_done:
        first = [[cell[:SHOWN] for cell in row.cells] for row in table.rows[:SAMPLE]]
        ImportRun.objects.filter(pk=run.pk).update(heading=list(table.heading), sample=first)


def _tried(run: ImportRun) -> bool:
    """One more go is noted; False, and the run is stopped, when it has been tried enough."""
    with transaction.atomic():
        going = ImportRun.objects.at_work().filter(pk=run.pk, attempts__lt=TRIES)
        if going.update(attempts=F("attempts") + 1):
            return True
    _fail(run.pk, ["Inläsningen avbröts fem gånger på samma ställe. Be driften se i loggen."])
    return False


@transaction.atomic
def _take_part(run_id: int, importer: Importer, parts: Sequence[Any]) -> bool:
    """The next part is done and counted; False when none is left or somebody else is at it."""
    run = (
        ImportRun.objects.at_work()
        .select_for_update(skip_locked=True, of=("self",))
        .filter(pk=run_id)
        .select_related("by", "confirmed_by")
        .first()
    )
    if run is None:
        return False
    if run.parts_done >= len(parts):
        _finish(run)
        return False
    try:
        taken = _taken(run, importer, parts[run.parts_done])
    except Refused as refusal:
        _stop(run, refusal.reasons)
        return False
    ImportLine.objects.bulk_create(
        (
            ImportLine(
                run=run, number=one.number, key=one.key[:120], outcome=one.outcome, text=one.text
            )
            for one in taken.lines
        ),
        batch_size=2000,
    )
    counted = Counter(run.counts if run.parts_done else {})
    counted.update(one.outcome for one in taken.lines)
    counted.update(taken.extra)
    run.counts = dict(counted)
    run.parts_done += 1
    run.attempts = 0
    if run.state == State.UPLOADED:
        run.state = State.DRY_RUN
    run.save(update_fields=["counts", "parts_done", "attempts", "state"])
    if run.parts_done < len(parts):
        return True
    _finish(run)
    return False


def _taken(run: ImportRun, importer: Importer, part: Any) -> Taken:
    """The part read in, or read as a trial and rolled back; all of it or none of it."""
    write = run.state == State.RUNNING
    with transaction.atomic():
        taken = importer.take(part, by=run.confirmed_by or run.by, write=write)
        if not write:
            transaction.set_rollback(True)
    if write and run.kind_row.is_whole:
        faults = [one for one in taken.lines if one.outcome in STOPPING]
        if faults:
            # Something changed between the trial and now.
            raise NotReady([f"Rad {one.number}: {one.text}" for one in faults[:20]])
    return taken


def _finish(run: ImportRun) -> None:
    if run.state == State.RUNNING:
        run.state, run.finished_at = State.DONE, timezone.now()
        _tell(run, "import.made", by=run.confirmed_by or run.by, body=run.counts)
    else:
        run.state, run.planned = State.READY, run.counts
    run.save(update_fields=["state", "finished_at", "planned"])


def _stop(run: ImportRun, reasons: Sequence[str]) -> None:
    run.state, run.failure, run.finished_at = State.FAILED, "\n".join(reasons), timezone.now()
    run.save(update_fields=["state", "failure", "finished_at"])
    _tell(run, "import.stopped", by=run.by, body={"reasons": list(reasons)})


@transaction.atomic
def _fail(run_id: int, reasons: Sequence[str]) -> None:
    run = ImportRun.objects.at_work().select_for_update().filter(pk=run_id).first()
    if run is not None:
        _stop(run, reasons)


def _locked(run: ImportRun, *, by: Person | None) -> ImportRun:
    locked = ImportRun.objects.select_for_update().get(pk=run.pk)
    if by is not None:
        policy.check_anywhere(by, Can(locked.kind_row.needs))
    return locked


def _tell(
    run: ImportRun, action: str, *, by: Person | None, body: Mapping[str, Any] | None = None
) -> None:
    trail.record(
        action,
        by=by,
        right=run.kind_row.needs,
        object_type="import_run",
        object_id=run.pk,
        body={"kind": run.kind, "file": run.file_id, **(body or {})},
    )


def sweep() -> None:
    """Whatever is left to do goes on, whoever died before."""
    for pk in ImportRun.objects.at_work().order_by("at", "pk").values_list("pk", flat=True)[:20]:
        carry_on(pk)


def forget_files() -> int:
    """The bytes of files read in or put aside a month ago are gone; their lines stay. How many."""
    finished = (State.DONE, State.DISCARDED)
    recent = ImportRun.objects.exclude(
        state__in=finished, finished_at__lt=timezone.now() - FORGET_AFTER
    )
    return (
        ImportFile.objects.exclude(packed=b"")
        .filter(runs__isnull=False)
        .exclude(pk__in=recent.values("file"))
        .update(packed=b"")
    )

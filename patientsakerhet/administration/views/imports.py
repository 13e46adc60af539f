"""Imports: handed in, tried, read in; the list of them and the page of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from patientsakerhet.access import policy
from patientsakerhet.access.asking import person_of
from patientsakerhet.access.policy import Can
from patientsakerhet.administration.exchange import runs as listed
from patientsakerhet.administration.forms.files import UploadForm
from patientsakerhet.administration.views.acting import act_and_tell
from patientsakerhet.administration.views.files import import_kind
from patientsakerhet.administration.views.listing import Listing, listing
from patientsakerhet.audit import trail
from patientsakerhet.cases import uploads
from patientsakerhet.exchange import blank, columns, runs
from patientsakerhet.exchange.kinds import Finding, ImportKind
from patientsakerhet.exchange.models import ImportLine, ImportRun
from patientsakerhet.lib.refusal import NotAllowed, Refused
from patientsakerhet.organisation.models import Person
from patientsakerhet.ui import swedish
from patientsakerhet.ui.parts import Act, Tone

State = ImportRun.State
TONES: dict[str, Tone] = {
    State.UPLOADED: "info",
    State.DRY_RUN: "info",
    State.READY: "warn",
    State.RUNNING: "info",
    State.DONE: "good",
    State.FAILED: "bad",
}
OUTCOMES: dict[str, Tone] = {
    ImportLine.Outcome.ADDED: "good",
    ImportLine.Outcome.CHANGED: "info",
    ImportLine.Outcome.CONTRADICTION: "warn",
    ImportLine.Outcome.ERROR: "bad",
}


@dataclass(frozen=True)
class Count:
    """How many of something the file holds, and in words what."""

    number: int
    words: str
    tone: Tone = ""


@dataclass(frozen=True)
class Row:
    """An import in the list."""

    name: str
    url: str
    kind: str
    state: str
    tone: Tone
    counts: str
    at: str
    by: str


@require_safe
def imports(request: HttpRequest) -> HttpResponse:
    """What has been read in, newest first, of the kinds the person may read in."""
    among = listed.kinds_of(person_of(request))
    chosen = listed.RunFilter(request.GET, among)
    rows = chosen.qs.select_related("by").defer("mapping").order_by("-at", "-pk")
    found = listing(request, chosen, rows, export="imports")
    context = {"found": found, "rows": [_row(run) for run in found.rows], "kinds": among}
    return render(request, "administration/imports.html", context, status=found.status)


@require_http_methods(["GET", "HEAD", "POST"])
def new_import(request: HttpRequest, kind: str) -> HttpResponse:
    """Hand in a file of the kind; it is tried first and changes nothing."""
    by = person_of(request)
    row = import_kind(kind, by)
    if request.method != "POST":
        return _new(request, row, UploadForm(row))
    form = UploadForm(row, request.POST, request.FILES, too_large=bool(uploads.too_large(request)))
    if not form.is_valid():
        return _new(request, row, form, status=422)
    file = form.cleaned_data["file"]
    try:
        run = runs.upload_and_try(
            row.key,
            file.name,
            file.read(),
            by=by,
            mapping=form.cleaned_data.get("mapping", ""),
            options=form.options(),
        )
    except NotAllowed:
        raise
    except Refused as refusal:
        for reason in refusal.reasons:
            form.add_error(None, reason)
        return _new(request, row, form, status=409)
    return redirect(run)


@require_safe
def import_run(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it has come; what would be, or was, read in; what became of each row."""
    by = person_of(request)
    run = run_for(pk, by)
    is_at_work = run.state in ImportRun.AT_WORK
    found = None if is_at_work else _lines(request, run, by)
    is_done = run.state == State.DONE
    context = {
        "run": run,
        "kind": run.kind_row,
        "tone": TONES.get(run.state, ""),
        "is_at_work": is_at_work,
        "facts": _facts(run),
        "counts": _counts(run, run.counts if is_done else run.planned),
        "acts": _acts(run),
        "stops": runs.stops(run) if run.state == State.READY else "",
        "found": found,
        "lines": [_line(one) for one in found.rows] if found else [],
        "findings": _findings(run) if is_done else [],
    }
    status = found.status if found else 200
    return render(request, "administration/import_run.html", context, status=status)


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """The trial reading is taken for good."""
    return _act(request, pk, runs.confirm, "Inläsningen har börjat.")


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Nothing of the file is read in."""
    return _act(request, pk, runs.discard, "Filen är borttagen. Inget av den är inläst.")


@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """A reading that had been stopped goes on."""
    return _act(request, pk, runs.resume, "Inläsningen fortsätter där den stannade.")


def _act(request: HttpRequest, pk: int, act: Any, told: str) -> HttpResponse:
    by = person_of(request)
    run = run_for(pk, by)
    act_and_tell(request, lambda: act(run, by=by), told)
    return redirect(run)


def run_for(pk: int, by: Person) -> ImportRun:
    """The import, for whoever may read in its kind."""
    rows = ImportRun.objects.select_related("by", "confirmed_by", "file").defer("file__packed")
    run = get_object_or_404(rows, pk=pk)
    policy.check_anywhere(by, Can(run.kind_row.needs))
    return run


def _new(
    request: HttpRequest, kind: ImportKind, form: UploadForm, *, status: int = 200
) -> HttpResponse:
    context = {"kind": kind, "form": form, "has_template": blank.can_be_given(kind)}
    return render(request, "administration/import_new.html", context, status=status)


def _lines(request: HttpRequest, run: ImportRun, by: Person) -> Listing:
    """What became of the rows: those with faults first asked for, when there are any."""
    chosen = listed.lines_of(run, request.GET)
    found = listing(
        request,
        chosen,
        listed.in_order(chosen.qs),
        export="import_lines",
        beside={"run": str(run.pk)},
    )
    trail.read(
        "list.read",
        by=by,
        right=run.kind_row.needs,
        object_type="import_run",
        object_id=run.pk,
        body={"list": "import_lines", "lines": len(found.rows)},
    )
    return found


def _row(run: ImportRun) -> Row:
    counts = run.counts if run.state == State.DONE else run.planned
    told = (f"{swedish.number(one.number)} {one.words}" for one in _counts(run, counts))
    return Row(
        name=run.name,
        url=run.get_absolute_url(),
        kind=run.kind_row.label,
        state=run.get_state_display(),
        tone=TONES.get(run.state, ""),
        counts=", ".join(told),
        at=swedish.moment(run.at),
        by=run.by.name if run.by else "kommando på servern",
    )


def _counts(run: ImportRun, counts: dict[str, int]) -> list[Count]:
    """What was counted, in the order and the words of the kind."""
    words = run.kind_row.words
    keys = [*words, *(key for key in counts if key not in words)]
    return [
        Count(counts[key], words.get(key, key), OUTCOMES.get(key, ""))
        for key in keys
        if counts.get(key)
    ]


def _line(line: ImportLine) -> dict[str, Any]:
    return {
        "number": line.number,
        "key": line.key,
        "outcome": line.get_outcome_display(),
        "tone": OUTCOMES.get(line.outcome, ""),
        "text": line.text,
    }


def _findings(run: ImportRun) -> list[Finding]:
    return list(run.kind_row.findings(run))


def _facts(run: ImportRun) -> list[tuple[str, str]]:
    options = {one.key: one.label for one in run.kind_row.options}
    by = run.by.name if run.by else "kommando på servern"
    facts = [
        ("Innehåll", run.kind_row.label),
        ("Lämnades in", f"{swedish.moment(run.at)} av {by}"),
        ("Storlek", f"{swedish.number(-(-run.file.size // 1024))}{swedish.HARD_SPACE}kB"),
    ]
    if run.form:
        facts.append(("Lästes som", f"{run.form}, {swedish.number(run.rows)} rader"))
    facts += [
        (options.get(key, key), value)
        for key, value in run.options.items()
        if not key.startswith(columns.CHOSEN)
    ]
    chosen = [theirs for theirs in columns.chosen_in(run.options).values() if theirs]
    if chosen:
        facts.append(("Kolumner", f"{swedish.in_words(len(chosen))} valda för hand"))
    if run.ignored:
        facts.append(("Kolumner som inte läses", ", ".join(run.ignored)))
    if run.confirmed_at is not None:
        who = run.confirmed_by.name if run.confirmed_by else "kommando på servern"
        facts.append(("Godkändes", f"{swedish.moment(run.confirmed_at)} av {who}"))
    if run.finished_at is not None:
        facts.append(("Klar", swedish.moment(run.finished_at)))
    return facts


def _acts(run: ImportRun) -> list[Act]:
    """What can be done with it now."""
    acts = []
    if run.state == State.READY:
        if not runs.stops(run):
            acts.append(Act("Läs in", reverse("import_confirm", args=[run.pk]), kind="primary"))
        else:
            again = reverse("import_new", args=[run.kind])
            acts.append(Act("Lämna in en rättad fil", again, post=False, kind="primary"))
    if runs.may_choose_columns(run):
        choose = reverse("import_columns", args=[run.pk])
        acts.append(Act("Välj kolumner", choose, post=False))
    if run.state == State.FAILED:
        acts.append(Act("Försök igen", reverse("import_resume", args=[run.pk]), kind="primary"))
    if runs.may_discard(run):
        remove = reverse("import_discard", args=[run.pk])
        acts.append(Act("Ta bort", remove, kind="quiet"))
    return acts

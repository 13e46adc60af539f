"""Which column of a file that has been handed in is which of ours; then it is tried anew."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from patientsakerhet.access.asking import person_of
from patientsakerhet.administration.forms.files import ColumnsForm
from patientsakerhet.administration.views.imports import run_for
from patientsakerhet.exchange import columns, runs
from patientsakerhet.exchange.models import ColumnChoice, ImportRun
from patientsakerhet.lib.refusal import NotAllowed, Refused


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """Our columns, each with the file's that it is read from, beside the file's first rows."""
    by = person_of(request)
    run = run_for(pk, by)
    kind = run.kind_row
    if not kind.chooses_columns:
        raise Http404
    if not runs.may_choose_columns(run):
        if request.method == "POST":
            messages.error(request, "Kolumnerna kan inte väljas nu.")
        return redirect(run)
    if request.method != "POST":
        return _page(request, run, ColumnsForm(kind, run.heading, chosen=_first(request, run)))
    form = ColumnsForm(kind, run.heading, request.POST, chosen={})
    if not form.is_valid():
        return _page(request, run, form, status=422)
    try:
        if form.cleaned_data["keep_as"]:
            columns.keep(kind.key, form.cleaned_data["keep_as"], form.chosen(), by=by)
        runs.choose_columns(run, form.chosen(), by=by)
    except NotAllowed:
        raise
    except Refused as refusal:
        for reason in refusal.reasons:
            form.add_error(None, reason)
        return _page(request, run, form, status=409)
    messages.success(request, "Filen provläses med de kolumner du valde.")
    return redirect(run)


def _first(request: HttpRequest, run: ImportRun) -> dict[str, str]:
    """What the form starts from: a kept choice that was asked for, the import's own, or a proposal."""
    name = request.GET.get("sparat", "")
    if name:
        kept = ColumnChoice.objects.filter(kind=run.kind, name=name).first()
        if kept is None:
            raise Http404
        there = set(columns.headings_of(run.heading))
        return {ours: theirs for ours, theirs in kept.columns.items() if theirs in there}
    return columns.chosen_in(run.options) or columns.proposed(run.kind_row.columns, run.heading)


def _page(
    request: HttpRequest, run: ImportRun, form: ColumnsForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "run": run,
        "kind": run.kind_row,
        "form": form,
        "kept": ColumnChoice.objects.filter(kind=run.kind),
        "is_proposed": not columns.chosen_in(run.options) and "sparat" not in request.GET,
        "heading": columns.headings_of(run.heading),
        "sample": [
            [cell for name, cell in zip(run.heading, row, strict=False) if name]
            for row in run.sample
        ],
    }
    return render(request, "administration/import_columns.html", context, status=status)

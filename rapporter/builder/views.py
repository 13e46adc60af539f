"""The pages of the reports that people build: the list, one that is being built, one that is kept."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from patientsakerhet.access import policy
from patientsakerhet.access.asking import person_of
from patientsakerhet.audit import trail
from patientsakerhet.cases.views.acting import perform, renewed, take_back
from patientsakerhet.cases.views.narrowed import asked as narrowed_by
from patientsakerhet.exchange import writer
from patientsakerhet.lib.refusal import NotAllowed, Refused
from patientsakerhet.organisation.models import Person, Unit
from patientsakerhet.ui import paging, swedish
from patientsakerhet.ui.parts import Cell, Column, table_rows
from rapporter import registry, rights
from rapporter.builder import drawing, exchange
from rapporter.builder.actions import keeping, telling
from rapporter.builder.filters import SavedReportFilter
from rapporter.builder.forms import MeasureForm, QuestionForm, ReportForm, ShareForm
from rapporter.builder.models import SavedReport
from rapporter.builder.questions import Question
from rapporter.builder.spans import Span
from rapporter.figures import number
from rapporter.periods import Step
from rapporter.registry import Measure, UnknownMeasure

METHODS = ["GET", "HEAD", "POST"]
COLUMNS = [
    Column(label) for label in ("Rapport", "Mått", "Period", "Enhet", "Ägare", "Mejlas", "Ändrad")
]
ASKED = ("breakdown", "span", "first", "last", "unit", "picture")
"""The fields of the question, as an address carries them."""
USUAL = {"breakdown": str(Step.MONTH), "span": str(Span.MONTHS_12)}
"""What a report that is being built begins with."""


@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """The reports that the person owns or shares."""
    by = person_of(request)
    policy.check_anywhere(by, *rights.SOME)
    narrowed, rows = _narrowed(request, by)
    is_valid = narrowed.form.is_valid()
    page = paging.page_of(rows.for_rows(), request.GET.get("sida", ""))
    before, after = paging.addresses(request, page)
    trail.read(
        "list.read",
        by=by,
        body={
            "list": "saved_reports",
            "filter": [list(pair) for pair in narrowed.described()],
            "rows": [one.pk for one in page.rows],
        },
    )
    query = narrowed_by(request)
    files = f"?{query.urlencode()}" if query else ""
    links = [("Rensa", reverse("saved_reports"))] if query else []
    for label, form in (("Hämta CSV", "csv"), ("Hämta Excel", "xlsx")):
        links.append((label, reverse("saved_reports_extract", args=[form]) + files))
    names = {one.key: one.name for one in registry.every()} if page.rows else {}
    context = {
        "form": narrowed.form,
        "links": links,
        "columns": COLUMNS,
        "rows": table_rows(COLUMNS, [_line(one, names, by) for one in page.rows]),
        "count": paging.count_of(rows),
        "narrows": bool(query),
        "before": before,
        "after": after,
    }
    return render(request, "report_builder/list.html", context, status=200 if is_valid else 422)


@require_safe
def extract(request: HttpRequest, form: str) -> HttpResponseBase:
    """The list as a file."""
    by = person_of(request)
    policy.check_anywhere(by, *rights.SOME)
    try:
        listed = exchange.listed(request.GET, by)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("saved_reports")
    return _file(request, listed, form, by=by, back=reverse("saved_reports"))


@require_http_methods(METHODS)
def new(request: HttpRequest) -> HttpResponse:
    """A report is built: the measure first, then its question with the answer shown, then it is kept."""
    by = person_of(request)
    policy.check_anywhere(by, *rights.SOME)
    if not request.GET.get("measure"):
        choosing = MeasureForm(by, request.GET if "measure" in request.GET else None)
        status = 422 if choosing.is_bound else 200
        return render(request, "report_builder/measure.html", {"form": choosing}, status=status)
    measure = _measure(request.GET["measure"], by)
    given = {name: request.GET.get(name, "") for name in ASKED}
    asking = QuestionForm(measure, {**USUAL, **{k: v for k, v in given.items() if v}})
    is_valid = asking.is_valid()
    form = ReportForm(measure, request.POST or None, initial=_kept(asking) if is_valid else {})
    question = asking.question() if is_valid else None

    def again(status: int) -> HttpResponse:
        context = {
            "measure": measure,
            "asking": asking,
            "form": form,
            "unfolded": form.is_bound,
            "carried": [(name, _written(value)) for name, value in form.initial.items()],
            **_answered(question, by),
        }
        return render(request, "report_builder/new.html", context, status=status)

    if request.method != "POST":
        return again(200 if is_valid else 422)
    if not form.is_valid():
        return again(422)
    try:
        row = keeping.put(None, by=by, **_values(form))
    except NotAllowed:
        raise
    except Refused as refusal:
        for reason in refusal.reasons:
            form.add_error(None, reason)
        return again(409)
    messages.success(request, "Rapporten är sparad.")
    return redirect(row)


@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """One report, counted anew for whoever opens it."""
    by = person_of(request)
    row, question = _report(pk, by)
    return _page(request, row, question, by=by, form=ShareForm(), status=200)


def _page(
    request: HttpRequest,
    row: SavedReport,
    question: Question,
    *,
    by: Person,
    form: ShareForm,
    status: int,
) -> HttpResponse:
    owns = row.owner_id == by.pk
    files = [
        (label, reverse("saved_report_extract", args=[row.pk, ending]))
        for label, ending in (("Hämta CSV", "csv"), ("Hämta Excel", "xlsx"))
    ]
    context = {
        "report": row,
        "measure": question.measure,
        "owns": owns,
        "next_at": telling.following(row.schedule),
        "shares": row.shares.all() if owns else (),
        "share_form": form if owns else None,
        "links": files,
        **_answered(question, by, row=row),
    }
    return render(request, "report_builder/report.html", context, status=status)


@require_http_methods(METHODS)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """A report asks something else, is called something else, or is mailed otherwise."""
    by = person_of(request)
    row, question = _report(pk, by)
    _own(row, by)
    form = ReportForm(question.measure, request.POST or None, initial=_initial(row))

    def again(status: int) -> HttpResponse:
        context = {"report": row, "measure": question.measure, "form": renewed(form, row)}
        return render(request, "report_builder/change.html", context, status=status)

    if request.method != "POST":
        return again(200)
    return perform(
        request,
        form,
        lambda: keeping.put(row, by=by, **_values(form)),
        done="Rapporten är ändrad.",
        to=reverse("saved_report", args=[pk]),
        again=again,
    )


@require_POST
def share(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody else sees the report, or no longer."""
    by = person_of(request)
    row, question = _report(pk, by)
    _own(row, by)
    here = reverse("saved_report", args=[pk])
    gone = request.POST.get("share", "")
    if gone:
        number = int(gone) if gone.isdecimal() and len(gone) < 13 else 0
        return take_back(
            request,
            lambda: keeping.stop_sharing(row, number, by=by),
            done="Rapporten delas inte längre där.",
            to=here,
        )
    form = ShareForm(request.POST)
    return perform(
        request,
        form,
        lambda: keeping.share(row, by=by, **form.cleaned_data),
        done="Rapporten är delad.",
        to=here,
        again=lambda status: _page(request, row, question, by=by, form=form, status=status),
    )


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """A report is removed."""
    by = person_of(request)
    row, _ = _report(pk, by)
    return take_back(
        request,
        lambda: keeping.remove(row, by=by),
        done="Rapporten är borttagen.",
        to=reverse("saved_reports"),
    )


@require_safe
def figures(request: HttpRequest, pk: int, form: str) -> HttpResponseBase:
    """A report's figures as a file with a cover."""
    by = person_of(request)
    row, question = _report(pk, by)
    found = question.answered(by, timezone.now())
    made = drawing.drawn(question, found, key=f"rapport-{row.pk}")
    taken = exchange.figures(question, found.asked, made, name=row.name)
    return _file(request, taken, form, by=by, back=reverse("saved_report", args=[pk]))


def _answered(
    question: Question | None, by: Person, *, row: SavedReport | None = None
) -> dict[str, Any]:
    """The answer as a page shows it; that it was read is written down."""
    if question is None:
        return {"chart": None, "facts": (), "value": "", "csv": ""}
    found = question.answered(by, timezone.now())
    what = f"saved_report:{row.pk}" if row else f"figure:{question.measure.key}"
    told = exchange.cover(question, found.asked)
    trail.read("list.read", by=by, body={"list": what, "filter": [list(one) for one in told]})
    return {
        "chart": drawing.drawn(question, found, key=f"rapport-{row.pk}" if row else "svar"),
        "facts": told,
        "value": number(question.measure, found.total),
        "csv": reverse("saved_report_extract", args=[row.pk, "csv"]) if row else "",
    }


def _report(pk: int, by: Person) -> tuple[SavedReport, Question]:
    """A report that the person sees, and what it asks; one whose measure is gone is not there."""
    policy.check_anywhere(by, *rights.SOME)
    row = get_object_or_404(SavedReport.objects.visible_to(by).whole(), pk=pk)
    try:
        question = row.question
    except UnknownMeasure as unknown:
        raise Http404 from unknown
    if question.wrong(timezone.now()):
        raise Http404
    return row, question


def _measure(key: str, by: Person) -> Measure:
    """A measure that the person may read; any other does not exist."""
    try:
        found = registry.of(key)
    except UnknownMeasure as unknown:
        raise Http404 from unknown
    if not found.readable_by(by):
        raise Http404
    return found


def _own(row: SavedReport, by: Person) -> None:
    if row.owner_id != by.pk:
        raise NotAllowed("Bara den som äger rapporten kan ändra den.")


def _written(value: Any) -> str:
    """A part of the question as a form sends it."""
    if value is None:
        return ""
    return value.code if isinstance(value, Unit) else str(value)


def _kept(asking: QuestionForm) -> dict[str, Any]:
    """The question as the form that keeps it begins with."""
    return {name: asking.cleaned_data[name] for name in ASKED}


def _initial(row: SavedReport) -> dict[str, Any]:
    names = (*ASKED, "name", "schedule", "version")
    return {name: getattr(row, name) for name in names}


def _values(form: ReportForm) -> dict[str, Any]:
    return {**form.cleaned_data, "measure": form.measure.key}


def _narrowed(request: HttpRequest, by: Person) -> tuple[SavedReportFilter, Any]:
    visible = SavedReport.objects.visible_to(by)
    narrowed = SavedReportFilter(request.GET, queryset=visible, request=request)
    if narrowed.form.is_valid():
        return narrowed, narrowed.qs
    return narrowed, visible.none().order_by("-changed_at", "-pk")


def _line(row: SavedReport, names: dict[str, str], by: Person) -> list[Cell | str]:
    return [
        Cell(row.name, row.get_absolute_url()),
        names.get(row.measure, row.measure),
        Span(row.span).label.capitalize(),
        row.unit.name if row.unit else "Alla",
        "Du" if row.owner_id == by.pk else row.owner.name,
        SavedReport.Schedule(row.schedule).label.capitalize() if row.schedule else swedish.DASH,
        swedish.day(row.changed_at),
    ]


def _file(
    request: HttpRequest, taken: writer.Extract, form: str, *, by: Person, back: str
) -> HttpResponseBase:
    """The file, or the page again with why not."""
    try:
        return writer.respond(taken, form, by=by)
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(back)

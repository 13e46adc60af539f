"""The kinds of report under Inställningar: all of them, one from a day, a new one, an ended one."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from patientsakerhet.administration.views.asking import administrator
from patientsakerhet.administration.views.listing import listing
from patientsakerhet.authority_reports.actions import kinds as actions
from patientsakerhet.authority_reports.filters import ReportKindFilter
from patientsakerhet.authority_reports.forms.kinds import EndKindForm, NewKindForm, ReportKindForm
from patientsakerhet.authority_reports.models import ReportKind
from patientsakerhet.lib.refusal import Refused
from patientsakerhet.ui import swedish
from patientsakerhet.ui.parts import Cell, Column, Tone, table_rows

COLUMNS = (
    Column("Anmälan"),
    Column("Myndighet eller mottagare"),
    Column("Beslutas av"),
    Column("Tid"),
    Column("Grund"),
    Column("Gäller"),
)
TONES: dict[str, Tone] = {"law": "good", "practice": "info", "local": "accent"}


@require_safe
def kinds(request: HttpRequest) -> HttpResponse:
    """Every kind in force or coming, in the order they are offered; earlier ones when asked for."""
    administrator(request)
    chosen = ReportKindFilter(request.GET, ReportKind.objects.all())
    found = listing(request, chosen, chosen.qs, export="report_kinds")
    context = {
        "found": found,
        "columns": COLUMNS,
        "rows": table_rows(COLUMNS, [_row(one) for one in found.rows]),
    }
    return render(request, "authority_reports/kinds.html", context, status=found.status)


@require_http_methods(["GET", "HEAD", "POST"])
def kind(request: HttpRequest, kind_key: str) -> HttpResponse:
    """One kind: what it says now, and what it is to say from a day."""
    person = administrator(request)
    history = list(ReportKind.objects.filter(key=kind_key).order_by("-valid_from"))
    if not history:
        raise Http404
    latest = history[0]
    form = ReportKindForm(latest, request.POST or None, seen=actions.mark_of(latest))
    if request.method != "POST":
        return _page(request, history, form)
    if not form.is_valid():
        return _page(request, history, form, status=422)
    try:
        row = actions.set_kind(kind_key, by=person, **form.given())
    except Refused as refusal:
        for reason in refusal.reasons:
            form.add_error(None, reason)
        return _page(request, history, form, status=409)
    if row in history:
        messages.info(request, "Slaget säger redan så. Inget är ändrat.")
    else:
        messages.success(request, f"{row.name} gäller så från {swedish.day(row.valid_from)}.")
    return redirect("report_kind", kind_key)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A kind that was not there before."""
    person = administrator(request)
    form = NewKindForm(None, request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = form.given()
            key = given.pop("key")
            try:
                row = actions.set_kind(key, by=person, **given)
            except Refused as refusal:
                for reason in refusal.reasons:
                    form.add_error(None, reason)
                status = 409
            else:
                messages.success(
                    request, f"{row.name} kan prövas från {swedish.day(row.valid_from)}."
                )
                return redirect("report_kind", row.key)
    return render(request, "authority_reports/kind_new.html", {"form": form}, status=status)


@require_http_methods(["POST"])
def end(request: HttpRequest, kind_key: str) -> HttpResponse:
    """The kind is no longer offered after the day."""
    person = administrator(request)
    history = list(ReportKind.objects.filter(key=kind_key).order_by("-valid_from"))
    if not history:
        raise Http404
    form = EndKindForm(request.POST)
    change = ReportKindForm(history[0], seen=actions.mark_of(history[0]))
    if not form.is_valid():
        return _page(request, history, change, ending=form, status=422)
    try:
        row = actions.end_kind(kind_key, by=person, **form.cleaned_data)
    except Refused as refusal:
        for reason in refusal.reasons:
            form.add_error(None, reason)
        return _page(request, history, change, ending=form, status=409)
    messages.success(request, f"{row.name} prövas inte efter {form.cleaned_data['last_day']}.")
    return redirect("report_kinds")


def _page(
    request: HttpRequest,
    history: list[ReportKind],
    form: ReportKindForm,
    *,
    ending: EndKindForm | None = None,
    status: int = 200,
) -> HttpResponse:
    latest = history[0]
    if ending is None and latest.valid_to is None:
        ending = EndKindForm(initial={"seen": actions.mark_of(latest)})
    context = {
        "kind": latest,
        "form": form,
        "ending": ending,
        "history": [(one, _period(one), _time(one)) for one in history],
    }
    return render(request, "authority_reports/kind.html", context, status=status)


def _row(one: ReportKind) -> list[Cell | str]:
    return [
        Cell(one.name, url=reverse("report_kind", args=[one.key])),
        one.authority,
        one.get_decided_with_display().capitalize(),
        _time(one),
        Cell(one.get_standing_display().capitalize(), tone=TONES[one.standing]),
        _period(one),
    ]


def _time(one: ReportKind) -> str:
    """The kind's own time and what it is; a dash where only the age is shown."""
    if one.target_amount is None:
        return swedish.DASH
    amount = swedish.number(one.target_amount)
    return f"{amount} {one.get_target_measured_display()}, {one.target_label.lower()}"


def _period(one: ReportKind) -> str:
    if one.valid_to is not None:
        return f"{swedish.day(one.valid_from)}–{swedish.day(one.valid_to)}"
    coming = one.valid_from > timezone.localdate()
    return f"{'från' if coming else 'sedan'} {swedish.day(one.valid_from)}"

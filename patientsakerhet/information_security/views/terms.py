"""The terms of information security under Inställningar: three lists, a row from a day, an ended one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from patientsakerhet.access import policy
from patientsakerhet.access.asking import person_of
from patientsakerhet.administration.views.listing import listing
from patientsakerhet.information_security.actions import terms as actions
from patientsakerhet.information_security.actions.terms import LISTS, MAY, Term, TermList
from patientsakerhet.information_security.filters import TermFilter
from patientsakerhet.information_security.forms.terms import EndTermForm, TermForm
from patientsakerhet.lib.refusal import Refused
from patientsakerhet.organisation.models import Person
from patientsakerhet.ui import swedish
from patientsakerhet.ui.parts import Cell, Column, Tone, table_rows

COLUMNS = (Column("Benämning"), Column("Vad det säger"), Column("Grund"), Column("Gäller"))
TONES: dict[str, Tone] = {"law": "good", "practice": "info", "local": "accent"}


@require_safe
def term_list(request: HttpRequest, terms_name: str) -> HttpResponse:
    """One of the lists: what is in force or coming, in the order it is asked."""
    terms, _ = _open(request, terms_name)
    chosen = TermFilter(request.GET, terms.model.objects.all())
    found = listing(request, chosen, chosen.qs, export=terms.page)
    context = {
        "terms": terms,
        "found": found,
        "columns": COLUMNS,
        "rows": table_rows(COLUMNS, [_row(terms, one) for one in found.rows]),
    }
    return render(request, "information_security/terms.html", context, status=found.status)


@require_http_methods(["GET", "HEAD", "POST"])
def term(request: HttpRequest, terms_name: str, term_key: str) -> HttpResponse:
    """One row: what it says now, and what it is to say from a day."""
    terms, by = _open(request, terms_name)
    history = _history(terms, term_key)
    form = TermForm(
        terms, history[0], request.POST or None, seen=actions.mark_of(terms, history[0])
    )
    if request.method != "POST":
        return _page(request, terms, history, form)
    if not form.is_valid():
        return _page(request, terms, history, form, status=422)
    return _put(request, terms, term_key, form, by, history)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, terms_name: str) -> HttpResponse:
    """A row that was not there before."""
    terms, by = _open(request, terms_name)
    if not terms.grows:
        raise Http404
    form = TermForm(terms, None, request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _put(request, terms, form.cleaned_data.pop("code"), form, by, [])
    return _page(request, terms, [], form, status=422 if request.method == "POST" else 200)


@require_POST
def end(request: HttpRequest, terms_name: str, term_key: str) -> HttpResponse:
    """The row is not asked about after the day."""
    terms, by = _open(request, terms_name)
    history = _history(terms, term_key)
    if not terms.grows:
        raise Http404
    form = EndTermForm(request.POST)
    change = TermForm(terms, history[0], seen=actions.mark_of(terms, history[0]))
    status = 422
    if form.is_valid():
        try:
            row = actions.end(terms, term_key, by=by, **form.cleaned_data)
        except Refused as refusal:
            status = 409
            for reason in refusal.reasons:
                form.add_error(None, reason)
        else:
            last = swedish.day(form.cleaned_data["last_day"])
            messages.success(request, f"{row.label} frågas det inte efter sedan {last}.")
            return redirect(terms.page)
    return _page(request, terms, history, change, ending=form, status=status)


def _open(request: HttpRequest, name: str) -> tuple[TermList, Person]:
    """The list and whoever may change it; another list does not exist."""
    by = person_of(request)
    policy.check_anywhere(by, *MAY)
    if name not in LISTS:
        raise Http404
    return LISTS[name], by


def _history(terms: TermList, key: str) -> list[Any]:
    """The row as it is and was, the latest first."""
    if terms.key == "number" and not key.isdecimal():
        raise Http404
    found = list(terms.model.objects.filter(**{terms.key: key}).order_by("-valid_from", "-pk"))
    if not found:
        raise Http404
    return found


def _put(
    request: HttpRequest,
    terms: TermList,
    key: str,
    form: TermForm,
    by: Person,
    history: list[Any],
) -> HttpResponse:
    given = dict(form.cleaned_data)
    if not history and terms.model.objects.filter(**{terms.key: key}).exists():
        form.add_error("code", "Koden finns redan.")
        return _page(request, terms, history, form, status=409)
    try:
        row = actions.put(terms, key, by=by, **given)
    except Refused as refusal:
        for reason in refusal.reasons:
            form.add_error(None, reason)
        return _page(request, terms, history, form, status=409)
    if row in history:
        messages.info(request, "Det står redan så. Inget är ändrat.")
    else:
        messages.success(request, f"{row.label} gäller så från {swedish.day(row.valid_from)}.")
    return redirect("security_term", terms.name, key)


def _page(
    request: HttpRequest,
    terms: TermList,
    history: list[Any],
    form: TermForm,
    *,
    ending: EndTermForm | None = None,
    status: int = 200,
) -> HttpResponse:
    latest = history[0] if history else None
    if ending is None and latest is not None and terms.grows and latest.valid_to is None:
        ending = EndTermForm(initial={"seen": actions.mark_of(terms, latest)})
    key = getattr(latest, terms.key) if latest is not None else ""
    context = {
        "terms": terms,
        "row": latest,
        "key": key,
        "title": f"{latest}" if latest is not None else "Ny rad",
        "form": form,
        "ending": ending,
        "history": [(one, _says(one), _period(one)) for one in history],
    }
    return render(request, "information_security/term.html", context, status=status)


def _row(terms: TermList, one: Term) -> list[Cell | str]:
    key = getattr(one, terms.key)
    return [
        Cell(str(one), url=reverse("security_term", args=[terms.name, key])),
        _says(one),
        Cell(one.get_standing_display().capitalize(), tone=TONES[one.standing]),
        _period(one),
    ]


def _says(one: Any) -> str:
    """What the row says beside its name."""
    if hasattr(one, "is_required"):
        return f"{one.help} {'Krävs.' if one.is_required else 'Krävs inte.'}".strip()
    return str(getattr(one, "text", "")) or swedish.DASH


def _period(one: Any) -> str:
    if one.valid_to is not None:
        return f"{swedish.day(one.valid_from)}–{swedish.day(one.valid_to)}"
    coming = one.valid_from > timezone.localdate()
    return f"{'från' if coming else 'sedan'} {swedish.day(one.valid_from)}"

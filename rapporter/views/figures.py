"""Every registered measure with its number, and each with the rows behind it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from patientsakerhet.access import policy
from patientsakerhet.access.asking import person_of
from patientsakerhet.audit import trail
from patientsakerhet.exchange import writer
from patientsakerhet.lib import calendar
from patientsakerhet.lib.refusal import NotAllowed, Refused
from patientsakerhet.ui import paging, swedish
from patientsakerhet.ui.parts import Cell, Column, table_rows
from rapporter import figures as answers
from rapporter import registry, rights
from rapporter.exchange import lists
from rapporter.forms.asking import AskingForm, OneForm, described, period_of
from rapporter.registry import Asked, Disclosure, Measure, UnknownMeasure

DISCLOSED = {
    Disclosure.TOTAL: "Visas alltid: en summa utan person.",
    Disclosure.BREAKDOWN: "Ett till fyra döljs när siffran blir offentlig.",
    Disclosure.INTERNAL: "Blir aldrig offentlig.",
}
BETTER = {"up_good": "Mer är bättre.", "down_good": "Mindre är bättre.", "neutral": ""}


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """The measures, under the headings of the year's report."""
    by = person_of(request)
    policy.check_anywhere(by, *rights.SOME)
    form = AskingForm(_given(request))
    is_valid = form.is_valid()
    asked = form.asked(by) if is_valid else None
    found = answers.every(asked) if asked else []
    query = _query(request, AskingForm)
    if asked is not None:
        trail.read("list.read", by=by, body={"list": "figures", "filter": described(asked)})
    context: dict[str, Any] = {
        "form": form,
        "year": period_of(asked) if asked else "",
        "known": swedish.moment(asked.as_of) if asked else "",
        "goes_on": asked is not None and asked.day < asked.last,
        "sections": [
            (title, [(one, reverse("figure", args=[one.measure.key]) + query) for one in some])
            for title, some in answers.sections(found)
        ],
        "links": _links(request, "figures", ()),
    }
    return render(request, "rapporter/figures.html", context, status=200 if is_valid else 422)


@require_safe
def figure(request: HttpRequest, measure: str) -> HttpResponse:
    """One measure: what it means, its number, and exactly the rows that are counted."""
    by = person_of(request)
    policy.check_anywhere(by, *rights.SOME)
    this = _measure(measure)
    form = OneForm(this, _given(request))
    is_valid = form.is_valid()
    readable = this.readable_by(by)
    context: dict[str, Any] = {
        "form": form,
        "measure": this,
        "facts": _facts(this),
        "readable": readable,
        "links": _links(request, "figure", (measure,)) if readable else [],
        "rows": (),
        "columns": (),
        "before": "",
        "after": "",
        "value": "",
        "year": "",
        "known": "",
        "only": "",
        "count": 0,
        "back": reverse("figures") + _query(request, AskingForm),
    }
    if is_valid and readable:
        asked = form.asked(by)
        context |= _shown(request, this, asked)
    return render(request, "rapporter/figure.html", context, status=200 if is_valid else 422)


@require_safe
def extract(request: HttpRequest, form: str) -> HttpResponseBase:
    """Every figure as a file."""
    by = person_of(request)
    return _file(request, lambda given: lists.every(given, by), form, reverse("figures"))


@require_safe
def figure_extract(request: HttpRequest, measure: str, form: str) -> HttpResponseBase:
    """The rows behind one figure as a file."""
    by = person_of(request)
    _measure(measure)
    back = reverse("figure", args=[measure])
    return _file(request, lambda given: lists.behind({**given, "measure": measure}, by), form, back)


def _shown(request: HttpRequest, this: Measure, asked: Asked) -> dict[str, Any]:
    """The number and a page of its rows; what was shown is written down."""
    answer = this.answer(asked)
    page = paging.page_of(answer.rows, request.GET.get("sida", ""))
    before, after = paging.addresses(request, page)
    trail.read(
        "list.read",
        by=asked.by,
        body={
            "list": f"figure:{this.key}",
            "filter": described(asked),
            "rows": [row.pk for row in page.rows],
        },
    )
    asked.memory[registry.SHOWN] = {getattr(row, "case_id", row.pk) for row in page.rows}
    columns = [Column(label, end=label == "Räknas som") for label in answers.headings(this)]
    return {
        "value": answers.number(this, answer.value),
        "year": period_of(asked),
        "known": swedish.moment(asked.as_of),
        "only": f"{one.breakdown.name}: {one.name}" if (one := asked.narrowed) else "",
        "columns": columns,
        "rows": table_rows(columns, [_line(this, row, asked) for row in page.rows]),
        "count": answer.rows.order_by().count(),
        "before": before,
        "after": after,
    }


def _line(this: Measure, row: Any, asked: Asked) -> list[Cell | str]:
    first, *rest = (_words(value) for value in answers.cells(this, row, asked))
    return [Cell(first, this.address(row)), *rest]


def _words(value: Any) -> str:
    if value in (None, ""):
        return "–"
    if hasattr(value, "year"):
        return swedish.day(value)
    return str(value)


def _facts(this: Measure) -> list[tuple[str, str]]:
    found = [
        ("Räknas efter", this.date_field),
        ("Räknas i", this.unit),
        ("Offentligt", DISCLOSED[this.disclosure]),
        ("Nyckel", this.key),
        ("Version", f"{this.version}, gäller från {swedish.day(registry.valid_from(this))}"),
        ("Kodens kontrollsumma", this.code_hash),
    ]
    if BETTER[this.direction]:
        found.insert(2, ("Riktning", BETTER[this.direction]))
    if this.corrections:
        found.append(("Rättelser", this.corrections))
    if this.figure:
        found.append(("I berättelsen för 2023", this.figure))
    return found


def _measure(key: str) -> Measure:
    try:
        return registry.of(key)
    except UnknownMeasure as unknown:
        raise Http404 from unknown


def _given(request: HttpRequest) -> dict[str, str]:
    """What is asked, with the year that is shown when none is asked for."""
    told = request.GET.dict()
    return {**told, "year": told.get("year") or str(calendar.today().year)}


def _query(request: HttpRequest, form: type[AskingForm] = OneForm) -> str:
    """What is asked for, as an address carries it on to where the form is asked."""
    told = {name: request.GET[name] for name in form.base_fields if request.GET.get(name)}
    return f"?{urlencode(told)}" if told else ""


def _links(request: HttpRequest, name: str, args: tuple[str, ...]) -> list[tuple[str, str]]:
    query = _query(request)
    found = [("Rensa", reverse(name, args=args))] if query else []
    for label, form in (("Hämta CSV", "csv"), ("Hämta Excel", "xlsx")):
        found.append((label, reverse(f"{name}_extract", args=[*args, form]) + query))
    return found


def _file(request: HttpRequest, extracted: Any, form: str, back: str) -> HttpResponseBase:
    """The file, or the page again with why not."""
    try:
        return writer.respond(extracted(_given(request)), form, by=person_of(request))
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(back + _query(request))

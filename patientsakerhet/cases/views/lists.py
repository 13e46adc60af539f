"""Every case one may see: searched, narrowed, in pages, taken out as a file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from patientsakerhet.access import policy
from patientsakerhet.access.asking import person_of
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases import bulk, exchange
from patientsakerhet.cases.filters import CaseFilter, in_pages
from patientsakerhet.cases.models import Case, SavedView
from patientsakerhet.exchange import writer
from patientsakerhet.lib.refusal import Refused
from patientsakerhet.organisation.models import Person
from patientsakerhet.ui import paging, swedish
from patientsakerhet.ui.parts import Tab, Tone

PAGE = "cases"
"""The page's name among saved views."""
SHOWN_VIEWS = 7
READY_MADE = (
    ("Alla", ""),
    ("Öppna", "open=open"),
    ("Mina", "open=open&handler=mig"),
    ("Förfallna", "overdue=on&order=urgent"),
)
FIRST = ("q", "open", "type", "unit", "severity_from")
"""What stands above the list; the rest is folded."""


@dataclass(frozen=True)
class Row:
    """A case in the list, in words."""

    number: str
    title: str
    url: str
    wait: str
    since: str
    tone: Tone
    status: str
    unit: str
    filed_by: str
    handler: str
    risk: int | None
    secret: str


@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """The list; what it was narrowed by and which cases it showed is written down."""
    by = person_of(request)
    narrowed = CaseFilter(request.GET, queryset=Case.objects.all(), request=request)
    is_valid = narrowed.form.is_valid()
    found = narrowed.qs if is_valid else Case.objects.none().newest_first()
    rows, walk = in_pages(found, request.GET, by)
    page = paging.page_of(rows.for_list(), request.GET.get("sida", ""), walk=walk)
    told = narrowed.described()
    trail.read(
        "search.made" if request.GET.get("q") else "list.read",
        by=by,
        right=Can.READ,
        body={
            "list": PAGE,
            "filter": [list(pair) for pair in told],
            "cases": [case.pk for case in page.rows],
        },
    )
    before, after = paging.addresses(request, page)
    whole = len(page.rows) < paging.SIZE and not before
    now = timezone.now()
    may = policy.capabilities_anywhere(by)
    tabs = _tabs(request, by)
    asked = _asked(request)
    context = {
        "filter": narrowed,
        "first": [narrowed.form[name] for name in FIRST],
        "others": [field for field in narrowed.form.visible_fields() if field.name not in FIRST],
        "unfolded": any(
            asked.get(field.name)
            for field in narrowed.form.visible_fields()
            if field.name not in FIRST
        ),
        "rows": [_row(case, now) for case in page.rows],
        "count": paging.Capped(len(page.rows)) if whole else paging.count_of(rows, walk=walk),
        "before": before,
        "after": after,
        "tabs": tabs[:SHOWN_VIEWS],
        "more_tabs": tabs[SHOWN_VIEWS:],
        "query": asked.urlencode(),
        "offers": bulk.offered_to(may),
        "may_export": Can.EXPORT in may,
    }
    return render(request, "cases/list.html", context, status=200 if is_valid else 422)


@require_http_methods(["GET", "HEAD", "POST"])
def extract(request: HttpRequest) -> HttpResponseBase:
    """The selection, or the marked cases, as a file, of those she may take out."""
    by = person_of(request)
    policy.check_anywhere(by, Can.EXPORT)
    form = request.GET.get("format", "") or request.POST.get("format", "csv")
    marked = request.POST.getlist("case")[: bulk.MOST] if request.method == "POST" else None
    try:
        return writer.respond(exchange.cases(request.GET, by, marked=marked), form, by=by)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse('cases')}?{_asked(request).urlencode()}")


def _row(case: Case, now: datetime) -> Row:
    if case.closed_at is not None:
        wait, since, tone = "", f"avslutat {swedish.day(case.closed_at)}", ""
    else:
        waited = swedish.waited(case.filed_at, now=now)
        late = case.due_at is not None and case.due_at < now
        wait, since, tone = waited.text, waited.since, "bad" if late else ""
    toned: Tone = tone  # type: ignore[assignment]  # one of the two above
    return Row(
        number=case.number,
        title=case.title,
        url=case.get_absolute_url(),
        wait=wait,
        since=since,
        tone=toned,
        status=case.status_label,
        unit=case.owning_unit.name,
        filed_by=case.filing_unit.name,
        handler=case.handler.name if case.handler else "",
        risk=case.risk_score,
        secret=case.get_secrecy_display() if case.secrecy else "",
    )


def _asked(request: HttpRequest) -> Any:
    """What the list is narrowed by, without the place in it and the file's form."""
    asked = request.GET.copy()
    for name in ("sida", "format"):
        asked.pop(name, None)
    for name in [name for name, values in asked.lists() if not any(values)]:
        del asked[name]
    return asked


def _tabs(request: HttpRequest, by: Person) -> list[Tab]:
    """The ready-made views and her own; the one that shows just this is current."""
    here = _asked(request).urlencode()
    url = reverse("cases")
    own = SavedView.objects.filter(person=by, page=PAGE).values_list("name", "query")
    return [
        Tab(name, f"{url}?{query}" if query else url, current=query == here)
        for name, query in [*READY_MADE, *own]
    ]

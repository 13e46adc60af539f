"""The lists of the four registers, and each as a file."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from patientsakerhet.access import policy
from patientsakerhet.access.asking import person_of
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases.views.narrowed import asked, taken_out
from patientsakerhet.organisation.models import Role
from patientsakerhet.ui import paging, swedish
from patientsakerhet.ui.parts import Column, table_rows
from patientsakerhet.year_registers.models import RoleShare
from patientsakerhet.year_registers.views.shelves import (
    MEETINGS,
    NUMBERS,
    RESPONSIBILITIES,
    SHARES,
    TRAININGS,
    Shelf,
    tabs,
)


@require_safe
def meetings(request: HttpRequest) -> HttpResponse:
    """The meetings."""
    return _list(request, MEETINGS)


@require_safe
def trainings(request: HttpRequest) -> HttpResponse:
    """The training."""
    return _list(request, TRAININGS)


@require_safe
def responsibilities(request: HttpRequest) -> HttpResponse:
    """Who answers for what."""
    return _list(request, RESPONSIBILITIES)


@require_safe
def shares(request: HttpRequest) -> HttpResponse:
    """The full-time shares, with what they come to today and this year."""
    return _list(request, SHARES, sums=_sums)


@require_safe
def meetings_extract(request: HttpRequest, form: str) -> HttpResponseBase:
    """The selection as a file."""
    return taken_out(request, MEETINGS.export, form, back=MEETINGS.url_name)


@require_safe
def trainings_extract(request: HttpRequest, form: str) -> HttpResponseBase:
    """The selection as a file."""
    return taken_out(request, TRAININGS.export, form, back=TRAININGS.url_name)


@require_safe
def responsibilities_extract(request: HttpRequest, form: str) -> HttpResponseBase:
    """The selection as a file."""
    return taken_out(request, RESPONSIBILITIES.export, form, back=RESPONSIBILITIES.url_name)


@require_safe
def shares_extract(request: HttpRequest, form: str) -> HttpResponseBase:
    """The selection as a file."""
    return taken_out(request, SHARES.export, form, back=SHARES.url_name)


def _list(request: HttpRequest, shelf: Shelf, *, sums: Any = None) -> HttpResponse:
    by = person_of(request)
    policy.check_anywhere(by, Can.READ_YEAR_REGISTERS)
    visible = shelf.model.objects.visible_to(by)
    narrowed = shelf.narrowing(request.GET, queryset=visible, request=request)
    is_valid = narrowed.form.is_valid()
    rows = narrowed.qs if is_valid else visible.none().order_by("-pk")
    page = paging.page_of(rows.for_rows(), request.GET.get("sida", ""))
    before, after = paging.addresses(request, page)
    trail.read(
        "list.read",
        by=by,
        right=Can.READ_YEAR_REGISTERS,
        body={
            "list": shelf.url_name,
            "filter": [list(pair) for pair in narrowed.described()],
            "rows": [one.pk for one in page.rows],
        },
    )
    query = asked(request)
    files = f"?{query.urlencode()}" if query else ""
    links = [("Rensa", reverse(shelf.url_name))] if query else []
    for label, form in (("Hämta CSV", "csv"), ("Hämta Excel", "xlsx")):
        links.append((label, reverse(f"{shelf.url_name}_extract", args=[form]) + files))
    columns = [Column(label, end=label in NUMBERS) for label in shelf.columns]
    more = [field for field in narrowed.form.visible_fields() if field.name not in shelf.few]
    context = {
        "shelf": shelf,
        "tabs": tabs(shelf, by),
        "form": narrowed.form,
        "few": [narrowed.form[name] for name in shelf.few],
        "more": more,
        "narrows": bool(query),
        "narrows_more": any(query.get(one.name) for one in more),
        "links": links,
        "columns": columns,
        "rows": table_rows(columns, [shelf.line(one) for one in page.rows]),
        "count": paging.count_of(rows),
        "before": before,
        "after": after,
        "may_add": policy.may(by, shelf.keeps),
        "sums": sums(visible) if sums else (),
    }
    return render(request, "year_registers/list.html", context, status=200 if is_valid else 422)


def _sums(visible: Any) -> list[tuple[str, str, str]]:
    """For each role somebody has a share of: full posts today, and on average so far this year."""
    today = timezone.localdate()
    first = today.replace(month=1, day=1)
    held: dict[str, list[RoleShare]] = {}
    for row in visible.between(first, today).select_related("assignment"):
        held.setdefault(row.assignment.role, []).append(row)
    return [
        (
            Role(role).label.capitalize(),
            _posts(rows, today, today),
            _posts(rows, first, today),
        )
        for role, rows in sorted(held.items(), key=lambda pair: Role(pair[0]).label)
    ]


def _posts(rows: list[RoleShare], first: date, last: date) -> str:
    """How many full posts the rows are over the days, to the hundredth."""
    return swedish.number(round(sum((one.posts(first, last) for one in rows), Decimal(0)), 2))

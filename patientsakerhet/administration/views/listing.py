"""A list under Inställningar: narrowed by its address, in pages by key, and out as a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django_filters import FilterSet

from patientsakerhet.exchange import writer
from patientsakerhet.ui import paging, swedish

PAGE = "sida"


@dataclass(frozen=True)
class Listing:
    """One page of a list, with what stands above and below it; `status` is the answer's."""

    form: BaseForm
    rows: list[Any]
    narrows: bool
    shown: str
    before: str
    after: str
    links: list[tuple[str, str]]
    refused: bool
    status: int


def listing(
    request: HttpRequest,
    chosen: FilterSet,
    rows: QuerySet[Any],
    *,
    export: str = "",
    beside: Mapping[str, str] | None = None,
) -> Listing:
    """The page that the address asks for, of these rows, which are those of the filter in a total
    order; with an unreadable filter, none. `export` is the kind they are taken out as, `beside`
    what it must know that is not in the filter."""
    is_valid = chosen.form.is_valid()
    found = rows if is_valid else rows.none()
    page = paging.page_of(found, request.GET.get(PAGE, ""))
    before, after = paging.addresses(request, page)
    whole = not before and not after
    count = paging.Capped(len(page.rows)) if whole else paging.count_of(found)
    asked = _asked(request)
    return Listing(
        form=chosen.form,
        rows=page.rows,
        narrows=any(asked.get(name) for name in chosen.form.fields),
        shown=f"{count}" if whole else f"{swedish.number(len(page.rows))} av {count}",
        before=before,
        after=after,
        links=_files(asked, export, beside or {}) if export and is_valid else [],
        refused=not is_valid,
        status=200 if is_valid else 422,
    )


def _asked(request: HttpRequest) -> QueryDict:
    """What the list is narrowed by, without the place in it."""
    asked = request.GET.copy()
    asked.pop(PAGE, None)
    for name in [name for name, values in asked.lists() if not any(values)]:
        del asked[name]
    return asked


def _files(asked: QueryDict, export: str, beside: Mapping[str, str]) -> list[tuple[str, str]]:
    given = asked.copy()
    given.update(beside)
    query = f"?{given.urlencode()}" if given else ""
    return [
        (f"Hämta {label}", f"{reverse('export_file', args=[export, form])}{query}")
        for form, label in writer.FORMATS.items()
    ]

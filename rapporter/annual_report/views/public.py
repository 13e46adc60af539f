"""What anybody may read: published editions, as a page and as files, with small numbers hidden."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from patientsakerhet.ui import paging
from rapporter.annual_report import taken_out
from rapporter.annual_report.contents import contents
from rapporter.annual_report.ingredients import frozen_of
from rapporter.annual_report.models import BuildFile, Edition
from rapporter.annual_report.publishing import PUBLIC


@login_not_required
@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """Every report that is published, by its newest edition."""
    rows = Edition.objects.published().newest_of_each().select_related("report__unit")
    page = paging.page_of(rows.order_by("-published_at", "-pk"), request.GET.get("sida", ""))
    before, after = paging.addresses(request, page)
    context = {"rows": page.rows, "before": before, "after": after}
    return render(request, "annual_report/public_list.html", context)


@login_not_required
@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """One edition, whole; one that has been corrected says so."""
    edition = _edition(pk)
    editions = list(edition.report.editions.published().order_by("-signed_at", "-pk"))
    context: dict[str, Any] = {
        "edition": edition,
        "said": contents(edition.ingredients, frozen_of(edition.snapshot), PUBLIC),
        "newest": editions[0],
        "others": [one for one in editions if one.pk != edition.pk],
    }
    return render(request, "annual_report/public.html", context)


@login_not_required
@require_safe
def file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """An edition as a file."""
    edition = _edition(pk)
    name = f"patientsakerhetsberattelse-{edition.report.year}-{edition.report.unit.code}-{edition.number}"
    if form in taken_out.FORMS:
        said = contents(edition.ingredients, frozen_of(edition.snapshot), PUBLIC)
        return taken_out.answer(said, form, name=name)
    row = get_object_or_404(
        BuildFile, build__edition=edition, audience=BuildFile.Audience.PUBLIC, form=form
    )
    return taken_out.file(row, name=name)


def _edition(pk: int) -> Edition:
    rows = Edition.objects.published().select_related("report__unit", "snapshot")
    return get_object_or_404(rows, pk=pk)

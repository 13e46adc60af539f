"""Every report one may see: by room, narrowed, in pages, taken out as a file."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from patientsakerhet.access import policy
from patientsakerhet.access.asking import person_of
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.authority_reports import lists
from patientsakerhet.authority_reports.filters import ROOMS, RUNNING, STATES, ReportFilter
from patientsakerhet.authority_reports.models import AuthorityReport
from patientsakerhet.authority_reports.querysets import AuthorityReportQuerySet
from patientsakerhet.authority_reports.views.words import row_of
from patientsakerhet.exchange import writer
from patientsakerhet.lib.refusal import Refused
from patientsakerhet.ui import paging
from patientsakerhet.ui.parts import Tab

PAGE = "authority_reports"
FIRST = ("q", "room", "kind")
"""What stands above the list; the rest is folded."""


@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """The list; what it was narrowed by and which reports it showed is written down."""
    by = person_of(request)
    visible = AuthorityReport.objects.visible_to(by)
    asked = _asked(request)
    narrowed = ReportFilter(asked, queryset=visible, request=request)
    is_valid = narrowed.form.is_valid()
    rows = narrowed.qs if is_valid else visible.none().oldest_first()
    page = paging.page_of(rows.for_rows(), request.GET.get("sida", ""))
    trail.read(
        "search.made" if request.GET.get("q") else "list.read",
        by=by,
        right=Can.READ,
        body={
            "list": PAGE,
            "filter": [list(pair) for pair in narrowed.described()],
            "reports": [one.pk for one in page.rows],
            "cases": sorted({one.case_id for one in page.rows}),
        },
    )
    before, after = paging.addresses(request, page)
    now = timezone.now()
    fields = narrowed.form.visible_fields()
    context: dict[str, Any] = {
        "filter": narrowed,
        "first": [narrowed.form[name] for name in FIRST],
        "others": [one for one in fields if one.name not in FIRST],
        "unfolded": any(asked.get(one.name) for one in fields if one.name not in FIRST),
        "rows": [row_of(one, now) for one in page.rows],
        "count": paging.count_of(rows),
        "before": before,
        "after": after,
        "tabs": _tabs(asked, visible),
        "query": asked.urlencode(),
        "narrows": bool(request.GET.keys() - {"sida"}),
        "may_export": policy.may(by, Can.EXPORT),
    }
    status = 200 if is_valid else 422
    return render(request, "authority_reports/reports.html", context, status=status)


@require_safe
def extract(request: HttpRequest, form: str) -> HttpResponseBase:
    """The selection as a file, of those she may take out."""
    by = person_of(request)
    if form not in writer.FORMATS:
        raise Http404
    policy.check_anywhere(by, Can.EXPORT)
    try:
        return writer.respond(lists.reports(request.GET.dict(), by), form, by=by)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse('authority_reports')}?{_asked(request).urlencode()}")


def _asked(request: HttpRequest) -> QueryDict:
    """What the list is narrowed by, without the place in it; what runs, when nothing was asked for."""
    asked = cast(QueryDict, request.GET).copy()
    asked.pop("sida", None)
    if not asked:
        return QueryDict(f"room={RUNNING}")
    for name in [name for name, values in asked.lists() if name != "room" and not any(values)]:
        del asked[name]
    return asked


def _tabs(asked: QueryDict, visible: AuthorityReportQuerySet) -> list[Tab]:
    """The rooms, each with how many reports lie in it; one statement."""
    url = reverse("authority_reports")
    here = asked.get("room", "") if "mine" not in asked else "mine"
    counted = paging.counts_of(
        {
            **{name: visible.filter(status__in=states) for name, states in STATES.items()},
            "": visible,
        }
    )
    return [
        *(
            Tab(label, f"{url}?room={name}", counted[name].count, current=name == here)
            for name, label, _ in ROOMS
        ),
        Tab("Alla", f"{url}?room=", counted[""].count, current=not here),
    ]

"""Every analysis one may see: by room, narrowed, in pages, taken out as a file."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from patientsakerhet.access import policy
from patientsakerhet.access.asking import person_of
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases.models import Case
from patientsakerhet.exchange import writer
from patientsakerhet.lib.refusal import Refused
from patientsakerhet.risk_analysis.exchange import lists, tables
from patientsakerhet.risk_analysis.filters import ROOMS, AnalysisFilter
from patientsakerhet.risk_analysis.views.opening import open_analysis
from patientsakerhet.risk_analysis.workflow import KIND
from patientsakerhet.ui import paging, swedish
from patientsakerhet.ui.parts import Tab

FIRST = ("q", "room", "occasion", "unit")
"""What stands above the list; the rest is folded."""


@require_safe
def analyses(request: HttpRequest) -> HttpResponse:
    """The list; what it was narrowed by and which analyses it showed is written down."""
    by = person_of(request)
    visible = Case.objects.visible_to(by).of_kind(KIND)
    narrowed = AnalysisFilter(request.GET, queryset=visible, request=request)
    is_valid = narrowed.form.is_valid()
    rows = narrowed.qs if is_valid else Case.objects.none().newest_first()
    page = paging.page_of(lists.with_risks(rows), request.GET.get("sida", ""))
    trail.read(
        "search.made" if request.GET.get("q") else "list.read",
        by=by,
        right=Can.READ,
        body={
            "list": "risk_analyses",
            "filter": [list(pair) for pair in narrowed.described()],
            "cases": [case.pk for case in page.rows],
        },
    )
    before, after = paging.addresses(request, page)
    now = timezone.now()
    asked = asked_of(request)
    fields = narrowed.form.visible_fields()
    context: dict[str, Any] = {
        "filter": narrowed,
        "first": [narrowed.form[name] for name in FIRST],
        "others": [one for one in fields if one.name not in FIRST],
        "unfolded": any(asked.get(one.name) for one in fields if one.name not in FIRST),
        "rows": [_row(case, now) for case in page.rows],
        "count": paging.count_of(rows),
        "before": before,
        "after": after,
        "tabs": _tabs(request, visible),
        "query": asked.urlencode(),
        "may_export": policy.may(by, Can.EXPORT),
        "may_lead": policy.may(by, Can.LEAD_ANALYSIS),
    }
    return render(request, "risk_analysis/analyses.html", context, status=200 if is_valid else 422)


@require_safe
def extract(request: HttpRequest, form: str) -> HttpResponseBase:
    """The selection as a file, of those she may take out."""
    by = person_of(request)
    policy.check_anywhere(by, Can.EXPORT)
    try:
        return writer.respond(lists.analyses(request.GET.dict(), by), form, by=by)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse('risk_analyses')}?{asked_of(request).urlencode()}")


@require_safe
def extract_one(request: HttpRequest, number: str, form: str) -> HttpResponseBase:
    """One analysis as the form people fill in today, for whoever may take it out."""
    opened = open_analysis(request, number)
    policy.check(opened.by, Can.EXPORT, opened.case)
    try:
        return writer.respond(tables.of_analysis(opened.analysis), form, by=opened.by)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(opened.url("analysis_risks"))


def asked_of(request: HttpRequest) -> Any:
    """What a list is narrowed by, without the place in it."""
    asked = request.GET.copy()
    asked.pop("sida", None)
    for name in [name for name, values in asked.lists() if not any(values)]:
        del asked[name]
    return asked


def _row(case: Any, now: datetime) -> dict[str, Any]:
    analysis = case.risk_analysis
    lead, since, tone = "", "", ""
    if case.closed_at is not None:
        lead, since = swedish.day_of_month(case.closed_at), "avslutad"
    elif case.due_at is not None:
        until = swedish.until(case.due_at, today=timezone.localdate())
        lead, since, tone = until.text, until.since, until.tone
        tone = "bad" if case.due_at < now else tone
    return {
        "number": case.number,
        "title": case.title,
        "url": case.get_absolute_url(),
        "lead": lead,
        "since": since,
        "tone": tone,
        "status": case.status_label,
        "source": case.source_system,
        "unit": case.owning_unit.name,
        "occasion": analysis.get_occasion_display().capitalize(),
        "leader": case.handler.name if case.handler else "",
        "risks": case.risks_count,
        "high": case.high_count,
    }


def _tabs(request: HttpRequest, visible: QuerySet[Case]) -> list[Tab]:
    """The rooms, each with how many analyses lie in it; one statement."""
    here = request.GET.get("room", "")
    url = reverse("risk_analyses")
    counts = visible.order_by().aggregate(
        **{name: Count("pk", filter=Q(status__in=states)) for name, _, states in ROOMS}
    )
    return [
        Tab("Alla", url, sum(counts.values()), current=not here),
        *(
            Tab(label, f"{url}?room={name}", counts[name], current=name == here)
            for name, label, _ in ROOMS
        ),
    ]

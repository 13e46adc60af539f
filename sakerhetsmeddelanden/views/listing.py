"""Every notice one may see: by room, narrowed, in pages, taken out as a file."""

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
from patientsakerhet.ui import paging, swedish
from patientsakerhet.ui.parts import Tab
from sakerhetsmeddelanden.exchange import lists
from sakerhetsmeddelanden.filters import ROOMS, NoticeFilter
from sakerhetsmeddelanden.views.head import WORDS
from sakerhetsmeddelanden.workflow import KIND

PAGE = "notices"
FIRST = ("q", "room", "risk", "maker")
"""What stands above the list; the rest is folded."""


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """The list; what it was narrowed by and which notices it showed is written down."""
    by = person_of(request)
    visible = Case.objects.visible_to(by).of_kind(KIND)
    narrowed = NoticeFilter(request.GET, queryset=visible, request=request)
    is_valid = narrowed.form.is_valid()
    rows = narrowed.qs if is_valid else Case.objects.none().newest_first()
    page = paging.page_of(lists.with_units(rows), request.GET.get("sida", ""))
    trail.read(
        "search.made" if request.GET.get("q") else "list.read",
        by=by,
        right=Can.READ,
        body={
            "list": PAGE,
            "filter": [list(pair) for pair in narrowed.described()],
            "cases": [case.pk for case in page.rows],
        },
    )
    before, after = paging.addresses(request, page)
    now = timezone.now()
    asked = _asked(request)
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
        "may_register": policy.may(by, Can.MANAGE_NOTICES),
    }
    status = 200 if is_valid else 422
    return render(request, "sakerhetsmeddelanden/notices.html", context, status=status)


@require_safe
def extract(request: HttpRequest, form: str) -> HttpResponseBase:
    """The selection as a file, of those she may take out."""
    by = person_of(request)
    policy.check_anywhere(by, Can.EXPORT)
    try:
        return writer.respond(lists.notices(request.GET.dict(), by), form, by=by)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse('safety_notices')}?{_asked(request).urlencode()}")


def _row(case: Any, now: datetime) -> dict[str, Any]:
    notice = case.safety_notice
    if case.closed_at is not None:
        wait, since, tone = "", f"avslutat {swedish.day(case.closed_at)}", ""
    else:
        waited = swedish.waited(notice.received_at, now=now)
        late = case.due_at is not None and case.due_at < now
        wait, since, tone = waited.text, waited.since, "bad" if late else ""
    risk = notice.risk_class
    return {
        "number": case.number,
        "title": case.title,
        "url": case.get_absolute_url(),
        "wait": wait,
        "since": since,
        "tone": tone,
        "status": case.status_label,
        "sender": notice.sender,
        "ref": notice.fsn_ref or notice.fsca_ref,
        "risk": risk.label if risk else "",
        "risk_tone": WORDS.get(risk.code, "") if risk else "",
        "units": f"{case.settled} av {case.units} enheter klara" if case.units else "",
        "handler": case.handler.name if case.handler else "",
    }


def _asked(request: HttpRequest) -> Any:
    """What the list is narrowed by, without the place in it."""
    asked = request.GET.copy()
    asked.pop("sida", None)
    for name in [name for name, values in asked.lists() if not any(values)]:
        del asked[name]
    return asked


def _tabs(request: HttpRequest, visible: QuerySet[Case]) -> list[Tab]:
    """The rooms, each with how many notices lie in it; one statement."""
    here = request.GET.get("room", "")
    url = reverse("safety_notices")
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

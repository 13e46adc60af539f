"""Every incident one may see: by room, narrowed, in pages, taken out as a file; and declaring one."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from patientsakerhet.access import policy
from patientsakerhet.access.asking import person_of
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases.views.acting import perform
from patientsakerhet.exchange import writer
from patientsakerhet.lib.refusal import Refused
from patientsakerhet.major_incidents import exchange
from patientsakerhet.major_incidents.actions import declaring
from patientsakerhet.major_incidents.filters import ROOMS, IncidentFilter
from patientsakerhet.major_incidents.forms.incident import DeclareForm
from patientsakerhet.major_incidents.models import MajorIncident
from patientsakerhet.major_incidents.querysets import MajorIncidentQuerySet
from patientsakerhet.major_incidents.views.head import TONES, crumbs
from patientsakerhet.ui import paging, swedish
from patientsakerhet.ui.parts import Tab

FIRST = ("q", "room", "system", "severity")
"""What stands above the list; the rest is folded."""


@require_safe
def incidents(request: HttpRequest) -> HttpResponse:
    """The list; what it was narrowed by and which incidents it showed is written down."""
    by = person_of(request)
    visible = MajorIncident.objects.visible_to(by)
    narrowed = IncidentFilter(request.GET, queryset=visible, request=request)
    is_valid = narrowed.form.is_valid()
    rows = narrowed.qs if is_valid else visible.none().order_by("-declared_at", "-pk")
    page = paging.page_of(rows.counted().for_rows(), request.GET.get("sida", ""))
    trail.read(
        "search.made" if request.GET.get("q") else "list.read",
        by=by,
        right=Can.READ,
        body={
            "list": "major_incidents",
            "filter": [list(pair) for pair in narrowed.described()],
            "cases": [one.pk for one in page.rows],
        },
    )
    before, after = paging.addresses(request, page)
    query = asked(request)
    fields = narrowed.form.visible_fields()
    context: dict[str, Any] = {
        "filter": narrowed,
        "first": [narrowed.form[name] for name in FIRST],
        "others": [one for one in fields if one.name not in FIRST],
        "unfolded": any(query.get(one.name) for one in fields if one.name not in FIRST),
        "rows": [_row(one) for one in page.rows],
        "count": paging.count_of(rows),
        "before": before,
        "after": after,
        "tabs": _rooms(request, visible),
        "query": query.urlencode(),
        "may_declare": policy.may(by, Can.LEAD_INCIDENT),
        "may_export": policy.may(by, Can.EXPORT),
    }
    return render(
        request, "major_incidents/incidents.html", context, status=200 if is_valid else 422
    )


@require_safe
def extract(request: HttpRequest, form: str) -> HttpResponseBase:
    """The selection as a file, of those she may take out."""
    by = person_of(request)
    policy.check_anywhere(by, Can.EXPORT)
    try:
        return writer.respond(exchange.incidents(request.GET.dict(), by), form, by=by)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse('major_incidents')}?{asked(request).urlencode()}")


@require_http_methods(["GET", "HEAD", "POST"])
def declare(request: HttpRequest) -> HttpResponse:
    """A major incident is declared."""
    by = person_of(request)
    policy.check_anywhere(by, Can.LEAD_INCIDENT)
    now = timezone.now()
    form = DeclareForm(
        request.POST or None,
        initial={
            "started_at": now,
            "noticed_at": now,
            "declared_at": now,
            "systems": request.GET.get("system", "")[:120],
        },
    )
    try:
        key = UUID(request.POST.get("submission", ""))
    except ValueError:
        key = uuid4()
    made: list[str] = []

    def again(status: int) -> HttpResponse:
        context = {"form": form, "submission": key, "crumbs": crumbs()}
        return render(request, "major_incidents/new.html", context, status=status)

    def do() -> None:
        case = declaring.declare(form.declaration, by=by, submission=key)
        made.append(case.get_absolute_url())

    if request.method != "POST":
        return again(200)
    answer = perform(
        request,
        form,
        do,
        done="Den stora incidenten är utlyst.",
        to=reverse("major_incidents"),
        again=again,
    )
    if made:
        answer["Location"] = made[0]
    return answer


def asked(request: HttpRequest) -> QueryDict:
    """What the list is narrowed by, without the place in it."""
    found = request.GET.copy()
    found.pop("sida", None)
    for name in [name for name, values in found.lists() if not any(values)]:
        del found[name]
    return found


def _row(row: Any) -> dict[str, Any]:
    case, today = row.case, timezone.localdate()
    lead, since, tone = "", "", ""
    if not case.is_final and case.due_at is not None:
        left = swedish.until(case.due_at, today=today)
        tone = "bad" if case.due_at < timezone.now() else left.tone
        lead, since = left.text, left.since
    elif row.ended_at is not None:
        lead, since = swedish.lasted(row.ended_at - row.started_at), "varade"
    return {
        "number": case.number,
        "title": case.title,
        "url": case.get_absolute_url(),
        "lead": lead,
        "since": since,
        "tone": tone,
        "status": case.status_label,
        "status_tone": TONES[case.status],
        "severity": row.get_severity_display().capitalize(),
        "declared_at": row.declared_at,
        "systems": ", ".join(one.name for one in row.systems.all()),
        "who": case.handler.name if case.handler and not case.is_final else "",
        "gathered": row.gathered_count,
    }


def _rooms(request: HttpRequest, visible: MajorIncidentQuerySet) -> list[Tab]:
    """The rooms, each with how many incidents lie in it; one statement."""
    here, url = request.GET.get("room", ""), reverse("major_incidents")
    counts = visible.order_by().aggregate(
        **{name: Count("pk", filter=Q(case__status__in=states)) for name, _, states in ROOMS}
    )
    return [
        Tab("Alla", url, sum(counts.values()), current=not here),
        *(
            Tab(label, f"{url}?room={name}", counts[name], current=name == here)
            for name, label, _ in ROOMS
        ),
    ]

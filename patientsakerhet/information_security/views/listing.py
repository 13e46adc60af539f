"""Every classification one may see: by room, narrowed, in pages, taken out as a file."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
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
from patientsakerhet.cases.views.narrowed import asked as asked
from patientsakerhet.cases.views.narrowed import taken_out as taken_out
from patientsakerhet.exchange import writer
from patientsakerhet.information_security.exchange import lists, tables
from patientsakerhet.information_security.filters import ROOMS, ClassificationFilter
from patientsakerhet.information_security.models import InformationClassification
from patientsakerhet.information_security.querysets import ClassificationQuerySet
from patientsakerhet.information_security.views.ages import age_of
from patientsakerhet.information_security.views.head import TONES
from patientsakerhet.information_security.views.opening import open_classification
from patientsakerhet.lib.refusal import Refused
from patientsakerhet.organisation.models import Person
from patientsakerhet.ui import paging, swedish
from patientsakerhet.ui.parts import Tab

FIRST = ("q", "room", "programme")
"""What stands above the list; the rest is folded."""


@require_safe
def classifications(request: HttpRequest) -> HttpResponse:
    """The list; what it was narrowed by and which classifications it showed is written down."""
    by = person_of(request)
    visible = InformationClassification.objects.visible_to(by)
    narrowed = ClassificationFilter(request.GET, queryset=visible, request=request)
    is_valid = narrowed.form.is_valid()
    rows = narrowed.qs if is_valid else visible.none().order_by("-pk")
    page = paging.page_of(rows.for_page(), request.GET.get("sida", ""))
    trail.read(
        "search.made" if request.GET.get("q") else "list.read",
        by=by,
        right=Can.READ_CLASSIFICATION,
        body={
            "list": "classifications",
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
        "views": _rooms(request, visible),
        "tabs": tabs("classifications", by),
        "query": query.urlencode(),
        "may_order": policy.may(by, Can.LEAD_CLASSIFICATION),
        "may_export": policy.may(by, Can.READ_CLASSIFICATION),
    }
    return render(
        request,
        "information_security/classifications.html",
        context,
        status=200 if is_valid else 422,
    )


@require_safe
def extract(request: HttpRequest, form: str) -> HttpResponseBase:
    """The selection as a file."""
    return taken_out(request, lists.CLASSIFICATIONS, form, back="classifications")


@require_safe
def extract_one(request: HttpRequest, number: str, form: str) -> HttpResponseBase:
    """One classification with its risks, for whoever reads it as such."""
    opened = open_classification(request, number)
    policy.check(opened.by, Can.READ_CLASSIFICATION, opened.case)
    try:
        return writer.respond(tables.of_classification(opened.classification), form, by=opened.by)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(opened.url("classification"))


def tabs(current: str, by: Person) -> list[Tab]:
    """The parts of the room that she may open."""
    parts = [("classifications", "Klassningar")]
    if policy.may(by, Can.READ_CLASSIFICATION):
        parts += [
            ("classification_gaps", "Gaplista"),
            ("classification_coverage", "Täckning"),
            ("impact_assessments", "Konsekvensbedömningar"),
            ("security_follow_ups", "Uppföljningar"),
            ("programmes", "Program"),
        ]
    if policy.may(by, Can.LEAD_CLASSIFICATION):
        parts.append(("classification_templates", "Mallar"))
    return [Tab(label, reverse(name), current=name == current) for name, label in parts]


def _row(row: InformationClassification) -> dict[str, Any]:
    case = row.case
    if row.decided_at is not None:
        lead, since, tone = age_of(timezone.localdate(row.decided_at)), "sedan beslut", ""
    elif case.is_final or case.due_at is None:
        lead, since, tone = "", "", ""
    else:
        left = swedish.until(case.due_at, today=timezone.localdate())
        lead, since, tone = left.text, left.since, left.tone
    return {
        "number": case.number,
        "title": row.subject,
        "url": case.get_absolute_url(),
        "lead": lead,
        "since": since,
        "tone": tone,
        "status": case.status_label,
        "status_tone": TONES.get(case.status, "info"),
        "levels": row.levels,
        "source": case.source_system,
        "programme": str(row.programme or ""),
        "occasion": row.get_occasion_display(),
        "who": case.handler.name if case.handler and row.decided_at is None else "",
        "valid_until": row.valid_until,
        "expired": row.has_expired and not case.is_final,
    }


def _rooms(request: HttpRequest, visible: ClassificationQuerySet) -> list[Tab]:
    """The rooms, each with how many lie in it; one statement."""
    here = request.GET.get("room", "")
    url = reverse("classifications")
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

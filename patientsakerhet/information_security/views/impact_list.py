"""Every impact assessment one may see, and the beginning of a new one."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from patientsakerhet.access import policy
from patientsakerhet.access.asking import person_of
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases.views.acting import perform
from patientsakerhet.information_security.actions import impact
from patientsakerhet.information_security.exchange import lists
from patientsakerhet.information_security.filters import AssessmentFilter
from patientsakerhet.information_security.forms.impact import StartForm
from patientsakerhet.information_security.models import ImpactAssessment
from patientsakerhet.information_security.views.ages import age_of
from patientsakerhet.information_security.views.impact_opening import crumbs
from patientsakerhet.information_security.views.listing import asked, tabs, taken_out
from patientsakerhet.ui import paging, swedish


@require_safe
def assessments(request: HttpRequest) -> HttpResponse:
    """The list; which assessments it showed is written down."""
    by = person_of(request)
    visible = ImpactAssessment.objects.visible_to(by)
    narrowed = AssessmentFilter(request.GET, queryset=visible, request=request)
    is_valid = narrowed.form.is_valid()
    rows = narrowed.qs if is_valid else visible.none().order_by("-pk")
    page = paging.page_of(rows.for_page(), request.GET.get("sida", ""))
    trail.read(
        "list.read",
        by=by,
        right=Can.READ_CLASSIFICATION,
        body={"list": "impact_assessments", "cases": [one.pk for one in page.rows]},
    )
    before, after = paging.addresses(request, page)
    context: dict[str, Any] = {
        "filter": narrowed,
        "fields": narrowed.form.visible_fields(),
        "rows": [_row(one) for one in page.rows],
        "count": paging.count_of(rows),
        "before": before,
        "after": after,
        "tabs": tabs("impact_assessments", by),
        "query": asked(request).urlencode(),
        "may_start": policy.may(by, Can.LEAD_CLASSIFICATION),
        "may_export": policy.may(by, Can.READ_CLASSIFICATION),
    }
    return render(
        request,
        "information_security/assessments.html",
        context,
        status=200 if is_valid else 422,
    )


@require_safe
def extract(request: HttpRequest, form: str) -> HttpResponseBase:
    """The selection as a file."""
    return taken_out(request, lists.ASSESSMENTS, form, back="impact_assessments")


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """An assessment is begun."""
    by = person_of(request)
    policy.check_anywhere(by, Can.LEAD_CLASSIFICATION)
    form = StartForm(request.POST or None, initial={"system": request.GET.get("system", "")[:120]})
    try:
        key = UUID(request.POST.get("submission", ""))
    except ValueError:
        key = uuid4()
    made: list[str] = []

    def again(status: int) -> HttpResponse:
        context = {"form": form, "submission": key, "trail": crumbs()}
        return render(request, "information_security/assessment_new.html", context, status=status)

    if request.method != "POST":
        return again(200)
    answer = perform(
        request,
        form,
        lambda: made.append(impact.start(form.wanted, by=by, submission=key).get_absolute_url()),
        done="Konsekvensbedömningen är påbörjad.",
        to=reverse("impact_assessments"),
        again=again,
    )
    if made:
        answer["Location"] = made[0]
    return answer


def _row(row: ImpactAssessment) -> dict[str, Any]:
    case = row.case
    lead, since, tone = "", "", ""
    if row.decided_at is not None:
        lead, since = age_of(timezone.localdate(row.decided_at)), "sedan beslut"
    elif case.closed_at is not None:
        lead, since = swedish.day_of_month(case.closed_at), f"avslutad {case.closed_at.year}"
    elif case.due_at is not None:
        left = swedish.until(case.due_at, today=timezone.localdate())
        lead, since, tone = left.text, left.since, left.tone
    late = row.review_on is not None and row.review_on < timezone.localdate()
    return {
        "number": case.number,
        "title": row.processing,
        "url": case.get_absolute_url(),
        "lead": lead,
        "since": since,
        "tone": tone,
        "status": case.status_label,
        "system": row.system.name if row.system is not None else "",
        "programme": str(row.programme or ""),
        "review_on": row.review_on,
        "late": late and not case.is_final,
    }

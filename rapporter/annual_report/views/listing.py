"""Every report one may see, and starting one."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from patientsakerhet.access import policy
from patientsakerhet.access.asking import person_of
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases.views.acting import perform
from patientsakerhet.exchange import writer
from patientsakerhet.lib.refusal import Refused
from patientsakerhet.ui import paging, swedish
from rapporter.annual_report.actions import opening
from rapporter.annual_report.exchange import lists
from rapporter.annual_report.forms.report import NarrowForm, StartForm, this_year
from rapporter.annual_report.models import AnnualReport
from rapporter.annual_report.views.head import TONES, crumbs


@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """The list; which reports it showed is written down."""
    by = person_of(request)
    policy.check_anywhere(by, Can.READ)
    form = NarrowForm(request.GET)
    rows = form.narrow(AnnualReport.objects.visible_to(by))
    page = paging.page_of(rows.order_by("-year", "-pk").for_rows(), request.GET.get("sida", ""))
    asked = request.GET.dict()
    given = {name: value for name, value in asked.items() if value and name != "sida"}
    trail.read(
        "search.made" if given.get("q") else "list.read",
        by=by,
        right=Can.READ,
        body={
            "list": "annual_reports",
            "filter": sorted(given.items()),
            "cases": [one.pk for one in page.rows],
        },
    )
    before, after = paging.addresses(request, page)
    context: dict[str, Any] = {
        "form": form,
        "rows": [_row(one) for one in page.rows],
        "count": paging.count_of(rows),
        "before": before,
        "after": after,
        "narrowed": bool(given),
        "query": urlencode(given),
        "may_export": policy.may(by, Can.EXPORT),
        "may_start": policy.may(by, Can.WRITE_ANNUAL_REPORT),
    }
    return render(
        request, "annual_report/reports.html", context, status=200 if form.is_valid() else 422
    )


@require_safe
def extract(request: HttpRequest, form: str) -> HttpResponseBase:
    """The selection as a file, of those she may take out."""
    by = person_of(request)
    policy.check_anywhere(by, Can.EXPORT)
    try:
        return writer.respond(lists.reports(request.GET.dict(), by), form, by=by)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse('annual_reports')}?{request.GET.urlencode()}")


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """A report is started."""
    by = person_of(request)
    policy.check_anywhere(by, Can.WRITE_ANNUAL_REPORT)
    form = StartForm(request.POST or None, initial={"year": this_year()})
    try:
        key = UUID(request.POST.get("submission", ""))
    except ValueError:
        key = uuid4()
    made: list[str] = []

    def again(status: int) -> HttpResponse:
        context = {"form": form, "submission": key, "crumbs": crumbs()}
        return render(request, "annual_report/new.html", context, status=status)

    def do() -> None:
        case = opening.start(by=by, submission=key, **form.cleaned_data)
        made.append(case.get_absolute_url())

    if request.method != "POST":
        return again(200)
    answer = perform(
        request,
        form,
        do,
        done="Berättelsen är påbörjad. Det första utkastet görs nu.",
        to=reverse("annual_reports"),
        again=again,
    )
    if made:
        answer["Location"] = made[0]
    return answer


def _row(row: AnnualReport) -> dict[str, Any]:
    case = row.case
    left = None
    if not case.is_final and case.due_at is not None:
        left = swedish.until(case.due_at, today=timezone.localdate(), soon=14)
    return {
        "number": case.number,
        "title": f"{row.year}, {row.unit.name}",
        "url": case.get_absolute_url(),
        "lead": left.text if left else "",
        "since": left.since if left else "",
        "tone": left.tone if left else "",
        "status": case.status_label,
        "status_tone": TONES[case.status],
        "owner": case.owning_unit.name,
    }

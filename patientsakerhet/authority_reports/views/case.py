"""The reports of one case: all of them, a new one, and each one's own page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.authority_reports import around
from patientsakerhet.authority_reports.actions import deciding
from patientsakerhet.authority_reports.forms.reports import NewReportForm
from patientsakerhet.authority_reports.models import AuthorityReport, ReportKind
from patientsakerhet.authority_reports.views import step, words
from patientsakerhet.authority_reports.views.opening import (
    Opened,
    open_report,
    record_reading,
    shown,
)
from patientsakerhet.authority_reports.workflow import DRAFTING
from patientsakerhet.cases.views.acting import perform


@require_safe
def reports(request: HttpRequest, number: str) -> HttpResponse:
    """Every report of the case, what waits first."""
    framed = around.open_case(request, number)
    record_reading(framed, "anmälningar")
    rows = AuthorityReport.objects.filter(case=framed.case).for_rows()
    asks = Can.ASK_FOR_REPORT in framed.may and not framed.case.is_final
    context = {
        "rows": words.rows_of(rows),
        "new_url": reverse("case_report_new", args=[number]) if asks else "",
    }
    return shown(request, framed, "case_reports.html", context, 200)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, number: str) -> HttpResponse:
    """A report the case may need: noted, or asked for at once."""
    framed = around.open_case(request, number)
    policy.check(framed.by, Can.ASK_FOR_REPORT, framed.case)
    form = NewReportForm(
        request.POST if request.method == "POST" else None,
        provider=framed.case.filing_unit.care_provider,
        initial={"kind": request.GET.get("slag", "")},
    )

    def again(status: int) -> HttpResponse:
        record_reading(framed, "anmälningar")
        context = {
            "form": form,
            "kinds": ReportKind.objects.current(),
            "back": reverse("case_reports", args=[number]),
        }
        return shown(request, framed, "case_report_new.html", context, status)

    if request.method != "POST":
        return again(200)
    return perform(
        request,
        form,
        lambda: deciding.begin(framed.case, by=framed.by, **form.given()),
        done="Frågan om anmälan är registrerad.",
        to=reverse("case_reports", args=[number]),
        again=again,
    )


@require_safe
def report(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """One report: how old it is, what has been decided, what can be done, what has happened."""
    opened = open_report(request, number, pk)
    record_reading(opened.framed, "anmälan")
    row = opened.report
    age = words.age_of(row, timezone.now())
    target, is_late = words.target_of(row, timezone.now())
    events = row.events.select_related("by")
    context: dict[str, Any] = {
        "report": row,
        "age": age.text,
        "since": words.since_of(row, age),
        "target": target,
        "is_late": is_late,
        "tone": words.TONES[row.status],
        "acts": step.acts_of(opened),
        "worksheet_url": _worksheet_of(opened),
        "supplements": row.supplements.select_related("by", "attachment"),
        "history": words.history_of(events),
        "deciders": [one.name for one in deciding.deciders(row)] if not row.decision else [],
        "back": reverse("case_reports", args=[number]),
    }
    return shown(request, opened.framed, "case_report.html", context, 200)


def _worksheet_of(opened: Opened) -> str:
    """Where the worksheet is; nothing before there is something to write."""
    row = opened.report
    if row.status == DRAFTING or row.worksheet:
        return opened.url("case_report_worksheet")
    return ""

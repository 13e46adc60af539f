"""The worksheet of a report: what the authority's form asks for, ready to be copied or printed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.authority_reports import facts
from patientsakerhet.authority_reports.actions import keeping
from patientsakerhet.authority_reports.forms.reports import WorksheetForm
from patientsakerhet.authority_reports.views.opening import (
    Opened,
    open_report,
    record_reading,
    shown,
)
from patientsakerhet.authority_reports.workflow import DRAFTING
from patientsakerhet.cases.views.acting import perform, renewed


@require_http_methods(["GET", "HEAD", "POST"])
def worksheet(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The fields with what the case says, to change and save while the report is being written."""
    opened = open_report(request, number, pk)
    first = facts.first_values(opened.report) if opened.report.status == DRAFTING else {}
    form = WorksheetForm(
        request.POST if request.method == "POST" else None,
        report=opened.report,
        first=first,
        version=opened.report.version,
    )
    if request.method != "POST":
        return _shown(request, opened, form, 200)
    policy.check(opened.framed.by, Can.KEEP_REPORTS, opened.framed.case)
    return perform(
        request,
        form,
        lambda: keeping.fill(opened.report, by=opened.framed.by, **form.given()),
        done="Underlaget är sparat.",
        to=opened.url("case_report_worksheet"),
        again=lambda status: _shown(request, opened, form, status),
    )


def _shown(request: HttpRequest, opened: Opened, form: WorksheetForm, status: int) -> HttpResponse:
    record_reading(opened.framed, "underlag till anmälan")
    report = opened.report
    writes = report.status == DRAFTING and Can.KEEP_REPORTS in opened.may
    context: dict[str, Any] = {
        "report": report,
        "form": renewed(form, report),
        "is_stale": getattr(form, "stale", False),
        "writes": writes,
        "fields": [(form[f"f_{one.key}"], one.required) for one in report.kind.worksheet],
        "checklist": form["checked"] if report.kind.points else None,
        "kept": [
            (one.key, one.label, report.worksheet.get(one.key, "")) for one in report.kind.worksheet
        ],
        "ticked": [(one.text, one.key in report.checked) for one in report.kind.points],
        "back": report.get_absolute_url(),
    }
    return shown(request, opened.framed, "case_report_worksheet.html", context, status)

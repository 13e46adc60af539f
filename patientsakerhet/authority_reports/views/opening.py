"""Opening a case's reports for somebody, and doing what she asks: shared by every page of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.authority_reports import around
from patientsakerhet.authority_reports.around import Framed
from patientsakerhet.authority_reports.models import AuthorityReport
from patientsakerhet.lib.planning import whole_or_404


@dataclass(frozen=True)
class Opened:
    """A report as it lies before somebody, in its case's frame."""

    framed: Framed
    report: AuthorityReport

    @property
    def may(self) -> frozenset[Can]:
        """What she may do with the case."""
        return self.framed.may

    def url(self, name: str, *args: object) -> str:
        """An address below the report's own."""
        return reverse(name, args=[self.framed.case.number, self.report.pk, *args])


def open_report(request: HttpRequest, number: str, pk: int) -> Opened:
    """The report of the case with this number; one that may not be known of does not exist."""
    framed = around.open_case(request, number)
    report = whole_or_404(AuthorityReport.objects.for_page(), case=framed.case, pk=pk)
    return Opened(framed, report)


def record_reading(framed: Framed, part: str) -> None:
    """The trail tells that she read this part of the case."""
    trail.read(
        "case.read",
        by=framed.by,
        case_id=framed.case.pk,
        number=framed.case.number,
        unit_id=framed.case.owning_unit_id,
        right=Can.READ,
        body={"part": part},
    )


def shown(
    request: HttpRequest, framed: Framed, template: str, context: dict[str, Any], status: int
) -> HttpResponse:
    """The part in the frame of the case's own kind."""
    whole = {**framed.context, "around": framed.template, "case": framed.case, **context}
    return render(request, f"authority_reports/{template}", whole, status=status)

"""Opening a report for somebody: shared by every part of its page."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from patientsakerhet.access import policy
from patientsakerhet.access.asking import person_of
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases.models import Case
from patientsakerhet.lib.planning import whole_or_404
from patientsakerhet.organisation.models import Person
from rapporter.annual_report.models import AnnualReport, Build, Section
from rapporter.annual_report.workflow import WRITING


@dataclass(frozen=True)
class Opened:
    """A report as it lies before somebody, and what she may do with it."""

    report: AnnualReport
    may: frozenset[Can]
    by: Person

    @property
    def case(self) -> Case:
        """The case itself."""
        return self.report.case

    @property
    def leads(self) -> bool:
        """Whether she answers for it, and it can be written in now."""
        return Can.WRITE_ANNUAL_REPORT in self.may and self.case.status == WRITING

    def writes(self, section: Section) -> bool:
        """Whether she may write in the section now."""
        mine = self.leads or section.author_id == self.by.pk
        return mine and self.case.status == WRITING and section.template.is_written

    def url(self, name: str, *args: object) -> str:
        """An address below the report's own."""
        return reverse(name, args=[self.case.number, *args])

    def section(self, key: str) -> Section:
        """The section with this key; one there is not does not exist."""
        for one in self.report.sections.all():
            if one.template.key == key:
                return one
        raise Http404

    def build(self, pk: int) -> Build:
        """The draft with this key; one there is not does not exist."""
        for one in self.report.builds.all():
            if one.pk == pk:
                return one
        raise Http404


def open_report(request: HttpRequest, number: str) -> Opened:
    """The report with this number, whole; one that may not be known of does not exist."""
    by = person_of(request)
    seen = get_object_or_404(AnnualReport.objects.visible_to(by).only("pk"), case__number=number)
    found = whole_or_404(AnnualReport.objects.whole(), pk=seen.pk)
    return Opened(found, policy.capabilities(by, found.case), by)


def record_reading(opened: Opened, part: str) -> None:
    """The trail tells that she read this part of the report."""
    trail.read(
        "case.read",
        by=opened.by,
        case_id=opened.case.pk,
        number=opened.case.number,
        unit_id=opened.case.owning_unit_id,
        right=Can.READ,
        body={"part": part},
    )

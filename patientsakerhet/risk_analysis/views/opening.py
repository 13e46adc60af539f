"""Opening an analysis for somebody: shared by every part of its page."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from patientsakerhet.access import policy
from patientsakerhet.access.asking import person_of
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases.models import Case, Transition
from patientsakerhet.lib.planning import whole_or_404
from patientsakerhet.organisation.models import Person
from patientsakerhet.risk_analysis.models import Risk, RiskAnalysis
from patientsakerhet.risk_analysis.workflow import PLANNED


@dataclass(frozen=True)
class Opened:
    """An analysis as it lies before somebody, and what she may do with it."""

    analysis: RiskAnalysis
    may: frozenset[Can]
    by: Person

    @property
    def case(self) -> Case:
        """The case itself."""
        return self.analysis.case

    @property
    def leads(self) -> bool:
        """Whether she works with team, process, risks and proposals."""
        return Can.LEAD_ANALYSIS in self.may

    @property
    def decides(self) -> bool:
        """Whether she decides about measures and signs."""
        return Can.DECIDE_ANALYSIS in self.may

    @property
    def exports(self) -> bool:
        """Whether she may take it out as a file."""
        return Can.EXPORT in self.may

    @property
    def plans(self) -> bool:
        """Whether she may write in it now."""
        return self.leads and self.case.status in PLANNED

    def url(self, name: str, *args: object) -> str:
        """An address below the analysis's own."""
        return reverse(name, args=[self.case.number, *args])

    def risk(self, serial: int) -> Risk:
        """The risk with this number, also one struck out; 404 when there is none."""
        for one in self.analysis.risks.all():
            if one.serial == serial:
                return one
        raise Http404


def open_analysis(request: HttpRequest, number: str) -> Opened:
    """The analysis with this number, whole; one that may not be known of does not exist."""
    by = person_of(request)
    seen = get_object_or_404(RiskAnalysis.objects.visible_to(by).only("pk"), case__number=number)
    transitions = Transition.objects.select_related("by").order_by("occurred_at", "pk")
    rows = RiskAnalysis.objects.whole().prefetch_related(
        Prefetch("case__transitions", transitions),
        Prefetch(
            "copies", RiskAnalysis.objects.visible_to(by).select_related("case").order_by("pk")
        ),
    )
    analysis = whole_or_404(rows, pk=seen.pk)
    return Opened(analysis, policy.capabilities(by, analysis.case), by)


def record_reading(opened: Opened, part: str) -> None:
    """The trail tells that she read this part of the analysis."""
    trail.read(
        "case.read",
        by=opened.by,
        case_id=opened.case.pk,
        number=opened.case.number,
        unit_id=opened.case.owning_unit_id,
        right=Can.READ,
        body={"part": part},
    )

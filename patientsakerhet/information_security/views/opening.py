"""Opening a classification for somebody: shared by every part of its page."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from patientsakerhet.access import policy
from patientsakerhet.access.asking import person_of
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.authority_reports.models import AuthorityReport
from patientsakerhet.cases.models import Case, Measure, Transition
from patientsakerhet.information_security.models import (
    AffectedAdministration,
    InformationClassification,
    InputMaterial,
    SecurityRisk,
)
from patientsakerhet.information_security.workflow import (
    ASSESSING,
    DECIDING,
    DELIVERED,
    ORDERED,
)
from patientsakerhet.lib.planning import whole_or_404
from patientsakerhet.organisation.models import Person


@dataclass(frozen=True)
class Opened:
    """A classification as it lies before somebody, and what she may do with it."""

    classification: InformationClassification
    may: frozenset[Can]
    by: Person

    @property
    def case(self) -> Case:
        """The case itself."""
        return self.classification.case

    @property
    def leads(self) -> bool:
        """Whether she leads such work where this is."""
        return Can.LEAD_CLASSIFICATION in self.may

    @property
    def exports(self) -> bool:
        """Whether she may take it out as a file."""
        return Can.READ_CLASSIFICATION in self.may

    @property
    def writes(self) -> bool:
        """Whether she may write the owner's part now."""
        return Can.DELIVER_CLASSIFICATION in self.may and self.case.status == ORDERED

    @property
    def prepares(self) -> bool:
        """Whether she may check off input material and say who took part."""
        mine = {Can.LEAD_CLASSIFICATION, Can.DELIVER_CLASSIFICATION} & self.may
        return bool(mine) and self.case.status in {ORDERED, DELIVERED, ASSESSING}

    @property
    def names(self) -> bool:
        """Whether she may name administrations and coordinators now."""
        return self.leads and self.prepares

    @property
    def assesses(self) -> bool:
        """Whether she may write risks now."""
        return self.leads and self.case.status == ASSESSING

    @property
    def decides(self) -> bool:
        """Whether the decision is hers, now."""
        return Can.DECIDE_CLASSIFICATION in self.may and self.case.status == DECIDING

    def url(self, name: str, *args: object) -> str:
        """An address below the classification's own."""
        return reverse(name, args=[self.case.number, *args])


def open_classification(request: HttpRequest, number: str) -> Opened:
    """The classification with this number, whole; one that may not be known of does not exist."""
    by = person_of(request)
    readable = InformationClassification.objects.visible_to(by)
    seen = get_object_or_404(readable.only("pk"), case__number=number)
    rows = InformationClassification.objects.for_page().prefetch_related(
        "participants",
        Prefetch(
            "administrations",
            AffectedAdministration.objects.select_related("unit", "coordinator"),
        ),
        Prefetch("inputs", InputMaterial.objects.select_related("item")),
        Prefetch("risks", SecurityRisk.objects.prefetch_related("measures__owner")),
        Prefetch("copies", readable.select_related("case").order_by("pk")),
        Prefetch("case__measures", Measure.objects.select_related("owner")),
        Prefetch("case__authority_reports", AuthorityReport.objects.select_related("kind")),
        Prefetch(
            "case__transitions",
            Transition.objects.select_related("by").order_by("occurred_at", "pk"),
        ),
    )
    found = whole_or_404(rows, pk=seen.pk)
    return Opened(found, policy.capabilities(by, found.case), by)


def record_reading(opened: Opened, part: str) -> None:
    """The trail tells that she read this part of the classification."""
    trail.read(
        "case.read",
        by=opened.by,
        case_id=opened.case.pk,
        number=opened.case.number,
        unit_id=opened.case.owning_unit_id,
        right=Can.READ_CLASSIFICATION,
        body={"part": part},
    )

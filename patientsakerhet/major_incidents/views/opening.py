"""Opening an incident for somebody: shared by every part of its page."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from patientsakerhet.access import policy
from patientsakerhet.access.asking import person_of
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases.models import Case
from patientsakerhet.lib.planning import whole_or_404
from patientsakerhet.major_incidents.models import MajorIncident
from patientsakerhet.major_incidents.workflow import HANDLED
from patientsakerhet.organisation.models import Person


@dataclass(frozen=True)
class Opened:
    """An incident as it lies before somebody, and what she may do with it."""

    incident: MajorIncident
    may: frozenset[Can]
    by: Person

    @property
    def case(self) -> Case:
        """The case itself."""
        return self.incident.case

    @property
    def writes(self) -> bool:
        """Whether she leads it, and it can be written in now."""
        return Can.LEAD_INCIDENT in self.may and self.case.status in HANDLED

    def url(self, name: str, *args: object) -> str:
        """An address below the incident's own."""
        return reverse(name, args=[self.case.number, *args])


def open_incident(request: HttpRequest, number: str) -> Opened:
    """The incident with this number, whole; one that may not be known of does not exist."""
    by = person_of(request)
    seen = get_object_or_404(MajorIncident.objects.visible_to(by).only("pk"), case__number=number)
    found = whole_or_404(MajorIncident.objects.whole(), pk=seen.pk)
    return Opened(found, policy.capabilities(by, found.case), by)


def record_reading(opened: Opened, part: str) -> None:
    """The trail tells that she read this part of the incident."""
    trail.read(
        "case.read",
        by=opened.by,
        case_id=opened.case.pk,
        number=opened.case.number,
        unit_id=opened.case.owning_unit_id,
        right=Can.READ,
        body={"part": part},
    )

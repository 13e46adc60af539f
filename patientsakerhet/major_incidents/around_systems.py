"""What the register shows of a system's major incidents, newest first."""

from __future__ import annotations

from django.urls import reverse

from patientsakerhet.major_incidents.models import MajorIncident
from patientsakerhet.organisation.models import Person
from patientsakerhet.register import history
from patientsakerhet.register.history import MOST, About, Entry


def register() -> None:
    """Sign the incidents in with the register."""
    history.sign_in(history.Source("major_incidents", "Stora incidenter", incidents, order=25))


def incidents(person: Person, about: About) -> list[Entry]:
    """The latest of the system that the person may read; none of a device or a model."""
    if about.system is None:
        return []
    rows = (
        MajorIncident.objects.visible_to(person)
        .filter(systems=about.system)
        .select_related("case")
        .order_by("-declared_at", "-pk")[:MOST]
    )
    return [
        Entry(
            at=one.declared_at,
            title=one.case.title,
            url=reverse("major_incident", args=[one.case.number]),
            text=f"{one.case.number} · {one.case.status_label.lower()}",
        )
        for one in rows
    ]

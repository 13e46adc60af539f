"""What the register shows of a system's classifications, newest first."""

from __future__ import annotations

from django.urls import reverse

from patientsakerhet.information_security.models import InformationClassification
from patientsakerhet.information_security.workflow import DECIDED
from patientsakerhet.organisation.models import Person
from patientsakerhet.register import history
from patientsakerhet.register.history import MOST, About, Entry
from patientsakerhet.ui import swedish


def register() -> None:
    """Sign the classifications in with the register."""
    history.sign_in(history.Source("classifications", "Klassning", classifications, order=30))


def classifications(person: Person, about: About) -> list[Entry]:
    """The latest of the system that the person may read; none of a device or a model."""
    if about.system is None:
        return []
    rows = (
        InformationClassification.objects.visible_to(person)
        .filter(system=about.system)
        .select_related("case", "programme")
        .order_by("-pk")[:MOST]
    )
    return [
        Entry(
            at=one.decided_at or one.case.filed_at,
            title=f"{one.levels or 'Inte klassad än'}, {one.case.status_label.lower()}",
            url=reverse("classification", args=[one.case.number]),
            text=_text(one),
        )
        for one in rows
    ]


def _text(row: InformationClassification) -> str:
    told = [row.case.number, str(row.programme or "")]
    if row.case.status == DECIDED and row.valid_until is not None:
        word = "gick ut" if row.has_expired else "gäller till"
        told.append(f"{word} {swedish.day(row.valid_until)}")
    return " · ".join(one for one in told if one)

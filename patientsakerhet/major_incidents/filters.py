"""How the list of major incidents is narrowed: the same words on the page, in the API and in exports."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from patientsakerhet.cases.filters import within
from patientsakerhet.cases.models import Case
from patientsakerhet.major_incidents.models import MajorIncident
from patientsakerhet.major_incidents.querysets import MajorIncidentQuerySet
from patientsakerhet.major_incidents.workflow import CLOSED, DECLARED, RESTORED, WITHDRAWN
from patientsakerhet.ui.narrowing import Narrowing, YesFilter, choice, day, text

ROOMS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("pagar", "Pågår", (DECLARED,)),
    ("uppfoljning", "Uppföljning", (RESTORED,)),
    ("avslutade", "Avslutade", (CLOSED,)),
    ("aterkallade", "Återkallade", (WITHDRAWN,)),
)
"""The rooms an incident passes through: name in the address, word, states."""
STATES = {name: states for name, _, states in ROOMS}


class IncidentFilter(Narrowing):
    """Narrows the incidents somebody may see."""

    q = text("Sök", "find", type="search")
    room = choice("Läge", "in_room", [(name, label) for name, label, _ in ROOMS])
    system = text("IT-system", "about_system")
    severity = choice(
        "Allvarlighet",
        "as_severe",
        [(value, str(label).capitalize()) for value, label in MajorIncident.Severity.choices],
    )
    unit = text("Enhet", "of_unit")
    declared_from = day("Utlyst från", "declared_since")
    declared_to = day("Utlyst till", "declared_until")
    gathers = YesFilter("Har samlade avvikelser", "with_gathered")

    class Meta:
        model = MajorIncident
        fields: list[str] = []

    @property
    def qs(self) -> MajorIncidentQuerySet:
        """In a total order, the latest declared first."""
        found: MajorIncidentQuerySet = super().qs
        return found.order_by("-declared_at", "-pk")

    def find(self, rows: MajorIncidentQuerySet, name: str, value: str) -> MajorIncidentQuerySet:
        return rows.filter(case__in=Case.objects.matching(value).order_by().values("pk"))

    def in_room(self, rows: MajorIncidentQuerySet, name: str, value: str) -> MajorIncidentQuerySet:
        return rows.filter(case__status__in=STATES[value])

    def about_system(
        self, rows: MajorIncidentQuerySet, name: str, value: str
    ) -> MajorIncidentQuerySet:
        through = MajorIncident.systems.through.objects.filter(itsystem__name__icontains=value)
        return rows.filter(pk__in=through.values("majorincident"))

    def as_severe(
        self, rows: MajorIncidentQuerySet, name: str, value: str
    ) -> MajorIncidentQuerySet:
        return rows.filter(severity=value)

    def of_unit(self, rows: MajorIncidentQuerySet, name: str, value: str) -> MajorIncidentQuerySet:
        affected = MajorIncident.units.through.objects.filter(within("unit", value))
        return rows.filter(
            within("case__owning_unit", value) | Q(pk__in=affected.values("majorincident"))
        )

    def declared_since(
        self, rows: MajorIncidentQuerySet, name: str, value: date
    ) -> MajorIncidentQuerySet:
        return rows.filter(declared_at__date__gte=value)

    def declared_until(
        self, rows: MajorIncidentQuerySet, name: str, value: date
    ) -> MajorIncidentQuerySet:
        return rows.filter(declared_at__date__lte=value)

    def with_gathered(
        self, rows: MajorIncidentQuerySet, name: str, value: bool
    ) -> MajorIncidentQuerySet:
        return rows.having_gathered() if value else rows

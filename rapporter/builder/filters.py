"""How the list of reports is narrowed: the same words on the page, in the API, in files."""

from __future__ import annotations

from patientsakerhet.organisation.models import Person
from patientsakerhet.ui.narrowing import Narrowing, choice, text
from rapporter.builder.models import SavedReport
from rapporter.builder.querysets import SavedReportQuerySet

MINE, SHARED = "mine", "shared"


class SavedReportFilter(Narrowing):
    """Narrows the reports that one sees."""

    q = text("Sök", "find", type="search")
    whose = choice("Vems", "of", [(MINE, "Mina"), (SHARED, "Delade med mig")])
    schedule = choice(
        "Mejlas",
        "mailed",
        [(value, label.capitalize()) for value, label in SavedReport.Schedule.choices],
    )

    class Meta:
        model = SavedReport
        fields: list[str] = []

    @property
    def qs(self) -> SavedReportQuerySet:
        """In a total order, the latest changed first."""
        found: SavedReportQuerySet = super().qs
        return found.order_by("-changed_at", "-pk")

    def find(self, rows: SavedReportQuerySet, name: str, value: str) -> SavedReportQuerySet:
        return rows.filter(name__icontains=value)

    def of(self, rows: SavedReportQuerySet, name: str, value: str) -> SavedReportQuerySet:
        person = self.request.user
        if not isinstance(person, Person):
            return rows.none()
        return rows.filter(owner=person) if value == MINE else rows.exclude(owner=person)

    def mailed(self, rows: SavedReportQuerySet, name: str, value: str) -> SavedReportQuerySet:
        return rows.filter(schedule=value)

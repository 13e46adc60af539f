"""How lists of analyses and risks are narrowed: the same words on the page, in the API and in exports."""

from __future__ import annotations

from datetime import date

import django_filters
from django.db.models import Exists, OuterRef
from django.http import HttpRequest

from patientsakerhet.cases.filters import NEWEST, URGENT, person_called, within
from patientsakerhet.cases.models import Case
from patientsakerhet.cases.querysets import CaseQuerySet
from patientsakerhet.risk_analysis.models import Occasion, Risk, RiskReview, ScoringMethod
from patientsakerhet.risk_analysis.workflow import (
    ANALYSING,
    CANCELLED,
    CLOSED,
    COMMISSIONED,
    DECIDING,
    FOLLOW_UP,
)
from patientsakerhet.ui.narrowing import ORDER, Narrowing, YesFilter, choice, day, text

ROOMS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("uppdrag", "Uppdrag", (COMMISSIONED,)),
    ("analys", "Analys", (ANALYSING,)),
    ("beslut", "Beslut", (DECIDING,)),
    ("uppfoljning", "Uppföljning", (FOLLOW_UP,)),
    ("avslutade", "Avslutade", (CLOSED, CANCELLED)),
)
"""The rooms an analysis passes through: name in the address, word, states."""
STATES = {name: states for name, _, states in ROOMS}
OCCASIONS = [(value, str(label).capitalize()) for value, label in Occasion.choices]


def _methods(_request: HttpRequest | None) -> object:
    return ScoringMethod.objects.all()


class AnalysisFilter(Narrowing):
    """Narrows the analyses somebody may see; give it their cases."""

    q = text("Sök", "find", type="search")
    room = choice("Läge", "in_room", [(name, label) for name, label, _ in ROOMS])
    occasion = choice("Anledning", "for_occasion", OCCASIONS)
    unit = text("Enhet", "of_unit")
    leader = text("Analysledare", "led_by")
    commissioner = text("Uppdragsgivare", "ordered_by")
    method = django_filters.ModelChoiceFilter(
        label="Metod", method="by_method", queryset=_methods, empty_label="Alla"
    )
    ordered_from = day("Uppdrag från", "ordered_since")
    ordered_to = day("Uppdrag till", "ordered_until")
    high = YesFilter("Har hög risk", "with_high_risk")
    review = YesFilter("Har risk att ompröva", "with_review")
    overdue = YesFilter("Tidsgränsen har passerat", "only_overdue")
    order = choice(
        ORDER,
        "in_order",
        [(NEWEST, "Nyast först"), (URGENT, "Mest bråttom först")],
        empty=None,
    )

    class Meta:
        model = Case
        fields: list[str] = []

    @property
    def qs(self) -> CaseQuerySet:
        """The analyses' cases, in a total order: newest first unless something else was asked for."""
        found = super().qs
        return found if found.ordered else found.newest_first()

    def find(self, rows: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        return rows.matching(value)

    def in_room(self, rows: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        return rows.in_status(*STATES[value])

    def for_occasion(self, rows: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        return rows.filter(risk_analysis__occasion=value)

    def of_unit(self, rows: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        return rows.filter(within("owning_unit", value))

    def led_by(self, rows: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        return rows.filter(person_called("handler", value, self.request))

    def ordered_by(self, rows: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        return rows.filter(person_called("risk_analysis__commissioned_by", value, self.request))

    def by_method(self, rows: CaseQuerySet, name: str, value: ScoringMethod) -> CaseQuerySet:
        return rows.filter(risk_analysis__method=value)

    def ordered_since(self, rows: CaseQuerySet, name: str, value: date) -> CaseQuerySet:
        return rows.filter(risk_analysis__commissioned_on__gte=value)

    def ordered_until(self, rows: CaseQuerySet, name: str, value: date) -> CaseQuerySet:
        return rows.filter(risk_analysis__commissioned_on__lte=value)

    def with_high_risk(self, rows: CaseQuerySet, name: str, value: bool) -> CaseQuerySet:
        high = Risk.objects.filter(analysis=OuterRef("pk"), withdrawn_at=None, band=3)
        return rows.filter(Exists(high)) if value else rows

    def with_review(self, rows: CaseQuerySet, name: str, value: bool) -> CaseQuerySet:
        waiting = RiskReview.objects.waiting().filter(risk__analysis=OuterRef("pk"))
        return rows.filter(Exists(waiting)) if value else rows

    def only_overdue(self, rows: CaseQuerySet, name: str, value: bool) -> CaseQuerySet:
        return rows.overdue() if value else rows

    def in_order(self, rows: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        return rows.most_urgent_first() if value == URGENT else rows.newest_first()

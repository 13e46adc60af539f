"""How the registers of the year are narrowed: the same words on pages, in the API, in files."""

from __future__ import annotations

from datetime import date

import django_filters
from django.db.models import Q
from django.http import HttpRequest

from patientsakerhet.cases.filters import within
from patientsakerhet.organisation.models import Role
from patientsakerhet.ui.narrowing import Narrowing, choice, day, text
from patientsakerhet.year_registers.models import (
    Meeting,
    RegisterTerm,
    Responsibility,
    RoleShare,
    State,
    Training,
)
from patientsakerhet.year_registers.querysets import (
    MeetingQuerySet,
    ResponsibilityQuerySet,
    RoleShareQuerySet,
    TrainingQuerySet,
)

ROLES = [(value, label[:1].upper() + label[1:]) for value, label in Role.choices]
STATES = [(value, label.capitalize()) for value, label in State.choices]


def _terms(name: str) -> object:
    """The choices of a list, those that have ended too."""

    def found(_request: HttpRequest | None) -> object:
        return RegisterTerm.objects.of(name)

    return found


def term_filter(label: str, method: str, name: str) -> django_filters.ModelChoiceFilter:
    """One choice of a list."""
    return django_filters.ModelChoiceFilter(
        label=label,
        method=method,
        queryset=_terms(name),
        to_field_name="code",
        empty_label="Alla",
    )


class MeetingFilter(Narrowing):
    """Narrows the meetings."""

    q = text("Sök", "find", type="search")
    kind = term_filter("Slag", "of_kind", RegisterTerm.List.MEETING_KIND)
    topic = term_filter("Ämne", "about", RegisterTerm.List.MEETING_TOPIC)
    state = choice("Läge", "in_state", STATES)
    unit = text("Enhet", "at_unit")
    since = day("Från", "from_day")
    until = day("Till", "to_day")

    class Meta:
        model = Meeting
        fields: list[str] = []

    @property
    def qs(self) -> MeetingQuerySet:
        """In a total order, the latest first."""
        found: MeetingQuerySet = super().qs
        return found.order_by("-held_on", "-pk")

    def find(self, rows: MeetingQuerySet, name: str, value: str) -> MeetingQuerySet:
        return rows.filter(Q(title__icontains=value) | Q(notes__icontains=value))

    def of_kind(self, rows: MeetingQuerySet, name: str, value: RegisterTerm) -> MeetingQuerySet:
        return rows.filter(kind=value)

    def about(self, rows: MeetingQuerySet, name: str, value: RegisterTerm) -> MeetingQuerySet:
        return rows.filter(topic=value)

    def in_state(self, rows: MeetingQuerySet, name: str, value: str) -> MeetingQuerySet:
        return rows.filter(state=value)

    def at_unit(self, rows: MeetingQuerySet, name: str, value: str) -> MeetingQuerySet:
        return rows.filter(within("unit", value))

    def from_day(self, rows: MeetingQuerySet, name: str, value: date) -> MeetingQuerySet:
        return rows.filter(held_on__gte=value)

    def to_day(self, rows: MeetingQuerySet, name: str, value: date) -> MeetingQuerySet:
        return rows.filter(held_on__lte=value)


class TrainingFilter(Narrowing):
    """Narrows the training."""

    q = text("Sök", "find", type="search")
    kind = term_filter("Slag", "of_kind", RegisterTerm.List.TRAINING_KIND)
    role = choice("För rollen", "for_role", ROLES)
    state = choice("Läge", "in_state", STATES)
    unit = text("Enhet", "at_unit")
    since = day("Från", "from_day")
    until = day("Till", "to_day")

    class Meta:
        model = Training
        fields: list[str] = []

    @property
    def qs(self) -> TrainingQuerySet:
        """In a total order, the latest first."""
        found: TrainingQuerySet = super().qs
        return found.order_by("-first_day", "-pk")

    def find(self, rows: TrainingQuerySet, name: str, value: str) -> TrainingQuerySet:
        words = Q(title__icontains=value) | Q(audience__icontains=value)
        return rows.filter(words | Q(notes__icontains=value))

    def of_kind(self, rows: TrainingQuerySet, name: str, value: RegisterTerm) -> TrainingQuerySet:
        return rows.filter(kind=value)

    def for_role(self, rows: TrainingQuerySet, name: str, value: str) -> TrainingQuerySet:
        return rows.filter(role=value)

    def in_state(self, rows: TrainingQuerySet, name: str, value: str) -> TrainingQuerySet:
        return rows.filter(state=value)

    def at_unit(self, rows: TrainingQuerySet, name: str, value: str) -> TrainingQuerySet:
        return rows.filter(within("unit", value))

    def from_day(self, rows: TrainingQuerySet, name: str, value: date) -> TrainingQuerySet:
        return rows.filter(last_day__gte=value)

    def to_day(self, rows: TrainingQuerySet, name: str, value: date) -> TrainingQuerySet:
        return rows.filter(first_day__lte=value)


class ResponsibilityFilter(Narrowing):
    """Narrows who answers for what."""

    q = text("Sök", "find", type="search")
    unit = text("Enhet", "at_unit")
    on = day("Gäller den dagen", "holding_on")

    class Meta:
        model = Responsibility
        fields: list[str] = []

    @property
    def qs(self) -> ResponsibilityQuerySet:
        """In a total order, by what it is for."""
        found: ResponsibilityQuerySet = super().qs
        return found.order_by("duty", "pk")

    def find(self, rows: ResponsibilityQuerySet, name: str, value: str) -> ResponsibilityQuerySet:
        return rows.filter(
            Q(duty__icontains=value)
            | Q(function__icontains=value)
            | Q(post__icontains=value)
            | Q(person__name__icontains=value)
        )

    def at_unit(
        self, rows: ResponsibilityQuerySet, name: str, value: str
    ) -> ResponsibilityQuerySet:
        return rows.filter(within("unit", value))

    def holding_on(
        self, rows: ResponsibilityQuerySet, name: str, value: date
    ) -> ResponsibilityQuerySet:
        return rows.on(value)


class RoleShareFilter(Narrowing):
    """Narrows the full-time shares."""

    q = text("Person", "find", type="search")
    role = choice("Roll", "of_role", ROLES)
    unit = text("Enhet", "at_unit")
    on = day("Gäller den dagen", "holding_on")

    class Meta:
        model = RoleShare
        fields: list[str] = []

    @property
    def qs(self) -> RoleShareQuerySet:
        """In a total order, the latest begun first."""
        found: RoleShareQuerySet = super().qs
        return found.order_by("-valid_from", "-pk")

    def find(self, rows: RoleShareQuerySet, name: str, value: str) -> RoleShareQuerySet:
        return rows.filter(assignment__person__name__icontains=value)

    def of_role(self, rows: RoleShareQuerySet, name: str, value: str) -> RoleShareQuerySet:
        return rows.filter(assignment__role=value)

    def at_unit(self, rows: RoleShareQuerySet, name: str, value: str) -> RoleShareQuerySet:
        return rows.filter(within("assignment__unit", value))

    def holding_on(self, rows: RoleShareQuerySet, name: str, value: date) -> RoleShareQuerySet:
        return rows.on(value)

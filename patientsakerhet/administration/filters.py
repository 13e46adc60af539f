"""How the lists under Inställningar are narrowed; pages and exports alike."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone

from patientsakerhet.access.models import ApiToken, ApiTokenQuerySet, Scope
from patientsakerhet.cases.models import Code, DeadlineRule
from patientsakerhet.lib.refusal import Refused
from patientsakerhet.notifications import unwritten
from patientsakerhet.notifications.models import Message
from patientsakerhet.organisation.models import (
    Absence,
    Assignment,
    CareProvider,
    Person,
    Role,
    Unit,
    in_force,
)

STANDING = (("", "finns i dag"), ("ended", "avslutade"), ("all", "alla"))


class UnitFilter(django_filters.FilterSet):
    """By name, code or provider; those that exist today unless asked for others."""

    q = django_filters.CharFilter(label="Namn eller kod", method="named")
    provider = django_filters.ModelChoiceFilter(
        label="Vårdgivare",
        field_name="care_provider",
        queryset=CareProvider.objects.all(),
        empty_label="alla",
    )
    standing = django_filters.ChoiceFilter(
        label="Visa", method="stand", choices=STANDING[1:], empty_label=STANDING[0][1]
    )

    class Meta:
        model = Unit
        fields: tuple[str, ...] = ()

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        narrowed = super().filter_queryset(queryset)
        return narrowed if self.form.cleaned_data.get("standing") else narrowed.current()

    def named(self, rows: QuerySet[Unit], _name: str, value: str) -> QuerySet[Unit]:
        """With these letters in the name, the code or the HSA-id."""
        return rows.filter(
            Q(name__icontains=value) | Q(code__icontains=value) | Q(hsa_id__iexact=value)
        )

    def stand(self, rows: QuerySet[Unit], _name: str, value: str) -> QuerySet[Unit]:
        """Ended before today, or all."""
        return rows.filter(valid_to__lt=timezone.localdate()) if value == "ended" else rows


class ProviderFilter(django_filters.FilterSet):
    """By name and sort."""

    q = django_filters.CharFilter(label="Namn", field_name="name", lookup_expr="icontains")
    kind = django_filters.ChoiceFilter(
        label="Slag", choices=CareProvider.Kind.choices, empty_label="alla"
    )

    class Meta:
        model = CareProvider
        fields: tuple[str, ...] = ()


class PersonFilter(django_filters.FilterSet):
    """By name or address, role and unit; the active ones unless asked for others."""

    q = django_filters.CharFilter(label="Namn eller e-post", method="named")
    role = django_filters.ChoiceFilter(
        label="Roll", method="with_role", choices=Role.choices, empty_label="alla roller"
    )
    unit = django_filters.CharFilter(label="Enhetskod", method="at_unit")
    standing = django_filters.ChoiceFilter(
        label="Visa",
        method="stand",
        choices=(("closed", "avstängda"), ("all", "alla")),
        empty_label="aktiva",
    )

    class Meta:
        model = Person
        fields: tuple[str, ...] = ()

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        narrowed = super().filter_queryset(queryset)
        chosen = self.form.cleaned_data.get("standing")
        return narrowed if chosen else narrowed.filter(is_active=True)

    def named(self, rows: QuerySet[Person], _name: str, value: str) -> QuerySet[Person]:
        """With these letters in the name or the address."""
        return rows.filter(
            Q(name__icontains=value) | Q(email__icontains=value) | Q(hsa_id__iexact=value)
        )

    def with_role(self, rows: QuerySet[Person], _name: str, value: str) -> QuerySet[Person]:
        """Who holds the role somewhere today."""
        held = Assignment.objects.filter(in_force(timezone.localdate()), role=value)
        return rows.filter(pk__in=held.values("person"))

    def at_unit(self, rows: QuerySet[Person], _name: str, value: str) -> QuerySet[Person]:
        """Who holds a role today at the unit with this code or below it."""
        unit = Unit.objects.filter(code=value).first()
        if unit is None:
            return rows.none()
        held = Assignment.objects.filter(
            in_force(timezone.localdate()), unit__path__startswith=unit.path
        )
        return rows.filter(pk__in=held.values("person"))

    def stand(self, rows: QuerySet[Person], _name: str, value: str) -> QuerySet[Person]:
        """Closed for sign-in, or all."""
        return rows.filter(is_active=False) if value == "closed" else rows


class AssignmentFilter(django_filters.FilterSet):
    """By person, role and unit; those of today unless asked for others."""

    q = django_filters.CharFilter(label="Namn eller e-post", method="named")
    role = django_filters.ChoiceFilter(label="Roll", choices=Role.choices, empty_label="alla")
    unit = django_filters.CharFilter(label="Enhetskod", method="at_unit")
    standing = django_filters.ChoiceFilter(
        label="Visa",
        method="stand",
        choices=(("coming", "kommande"), ("ended", "avslutade"), ("all", "alla")),
        empty_label="gäller i dag",
    )

    class Meta:
        model = Assignment
        fields: tuple[str, ...] = ()

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        narrowed = super().filter_queryset(queryset)
        chosen = self.form.cleaned_data.get("standing")
        return narrowed if chosen else narrowed.current()

    def named(self, rows: QuerySet[Assignment], _name: str, value: str) -> QuerySet[Assignment]:
        """Of people with these letters in the name or the address."""
        return rows.filter(Q(person__name__icontains=value) | Q(person__email__icontains=value))

    def at_unit(self, rows: QuerySet[Assignment], _name: str, value: str) -> QuerySet[Assignment]:
        """At the unit with this code or below it."""
        unit = Unit.objects.filter(code=value).first()
        return rows.none() if unit is None else rows.filter(unit__path__startswith=unit.path)

    def stand(self, rows: QuerySet[Assignment], _name: str, value: str) -> QuerySet[Assignment]:
        """From a later day, ended before today, or all."""
        today = timezone.localdate()
        if value == "coming":
            return rows.filter(valid_from__gt=today)
        return rows.filter(valid_to__lt=today) if value == "ended" else rows


class AbsenceFilter(django_filters.FilterSet):
    """By name, of whoever is away or stands in; now and later unless asked for others."""

    q = django_filters.CharFilter(label="Namn eller e-post", method="named")
    standing = django_filters.ChoiceFilter(
        label="Visa",
        method="stand",
        choices=(("now", "borta i dag"), ("past", "tidigare"), ("all", "alla")),
        empty_label="nu och framöver",
    )

    class Meta:
        model = Absence
        fields: tuple[str, ...] = ()

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        narrowed = super().filter_queryset(queryset)
        if self.form.cleaned_data.get("standing"):
            return narrowed
        return narrowed.filter(last_day__gte=timezone.localdate())

    def named(self, rows: QuerySet[Absence], _name: str, value: str) -> QuerySet[Absence]:
        """Of people with these letters in the name or the address, or with such a substitute."""
        found = Person.objects.filter(Q(name__icontains=value) | Q(email__icontains=value))
        people = found.values("pk")
        return rows.filter(Q(person__in=people) | Q(substitute__in=people))

    def stand(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Away today, before today, or all."""
        today = timezone.localdate()
        if value == "now":
            return rows.filter(first_day__lte=today, last_day__gte=today)
        return rows.filter(last_day__lt=today) if value == "past" else rows


def refuse_unreadable(chosen: django_filters.FilterSet) -> None:
    """Refuses a filter that was asked for something it does not know: the whole would be taken out."""
    if not chosen.form.is_valid():
        raise Refused("Urvalet går inte att läsa. Rätta det och ta ut filen igen.")


def in_words(chosen: django_filters.FilterSet) -> list[tuple[str, str]]:
    """The filter as it is printed on what is taken out."""
    if not chosen.form.is_valid():
        return []
    words = []
    for name, field in chosen.form.fields.items():
        value = chosen.form.cleaned_data.get(name)
        if value in (None, ""):
            continue
        is_of_rows = isinstance(field, forms.ModelChoiceField)
        choices = {} if is_of_rows else dict(getattr(field, "choices", ()))
        words.append((str(field.label), str(choices.get(value, value))))
    return words


class CodeFilter(django_filters.FilterSet):
    """By tree and words; those of today unless asked for others."""

    q = django_filters.CharFilter(label="Kod eller ord", method="named")
    system = django_filters.CharFilter(label="Kodverk", field_name="system__key")
    standing = django_filters.ChoiceFilter(
        label="Visa",
        method="stand",
        choices=(("ended", "avslutade"), ("all", "alla versioner")),
        empty_label="gäller i dag",
    )

    class Meta:
        model = Code
        fields: tuple[str, ...] = ()

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        narrowed = super().filter_queryset(queryset).select_related("parent")
        return narrowed if self.form.cleaned_data.get("standing") else narrowed.current()

    def named(self, rows: QuerySet[Code], _name: str, value: str) -> QuerySet[Code]:
        """With these letters in the code, the label or the definition."""
        return rows.filter(
            Q(code__istartswith=value) | Q(label__icontains=value) | Q(definition__icontains=value)
        )

    def stand(self, rows: QuerySet[Code], _name: str, value: str) -> QuerySet[Code]:
        """Ended before today, or every version."""
        return rows.filter(valid_to__lt=timezone.localdate()) if value == "ended" else rows


class DeadlineRuleFilter(django_filters.FilterSet):
    """By kind; those of today and later unless asked for others."""

    kind = django_filters.CharFilter(label="Slag", field_name="kind")
    standing = django_filters.ChoiceFilter(
        label="Visa",
        method="stand",
        choices=(("all", "alla, även tidigare"),),
        empty_label="gäller nu eller senare",
    )

    class Meta:
        model = DeadlineRule
        fields: tuple[str, ...] = ()

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        narrowed = super().filter_queryset(queryset)
        if self.form.cleaned_data.get("standing"):
            return narrowed
        return narrowed.filter(Q(valid_to=None) | Q(valid_to__gte=timezone.localdate()))

    def stand(
        self, rows: QuerySet[DeadlineRule], _name: str, _value: str
    ) -> QuerySet[DeadlineRule]:
        """Earlier ones too."""
        return rows


class ApiKeyFilter(django_filters.FilterSet):
    """By name or person and scope; those in force unless asked for others."""

    q = django_filters.CharFilter(label="System eller person", method="named")
    scope = django_filters.ChoiceFilter(
        label="Omfång", method="within", choices=Scope.choices, empty_label="alla omfång"
    )
    standing = django_filters.ChoiceFilter(
        label="Visa",
        method="stand",
        choices=(("ended", "som inte gäller"), ("all", "alla")),
        empty_label="gäller i dag",
    )

    class Meta:
        model = ApiToken
        fields: tuple[str, ...] = ()

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        narrowed = super().filter_queryset(queryset).select_related("user", "unit")
        return narrowed if self.form.cleaned_data.get("standing") else narrowed.in_force()

    def named(self, rows: QuerySet[ApiToken], _name: str, value: str) -> QuerySet[ApiToken]:
        """With these letters in the system's or the person's name or address."""
        return rows.filter(
            Q(name__icontains=value)
            | Q(user__name__icontains=value)
            | Q(user__email__icontains=value)
        )

    def within(self, rows: QuerySet[ApiToken], _name: str, value: str) -> QuerySet[ApiToken]:
        """With the scope."""
        return rows.filter(scopes__contains=[value])

    def stand(self, rows: ApiTokenQuerySet, _name: str, value: str) -> QuerySet[ApiToken]:
        """Those that open nothing any more, or all."""
        return rows.ended() if value == "ended" else rows


class UndeliveredFilter(django_filters.FilterSet):
    """By number and by whose fault it was; those that wait for somebody unless asked for others."""

    q = django_filters.CharFilter(
        label="Ärendenummer", field_name="number", lookup_expr="istartswith"
    )
    why = django_filters.ChoiceFilter(
        label="Varför",
        method="because",
        choices=(
            ("theirs", "mottagaren"),
            ("ours", "mejlservern svarade inte"),
            ("words", "fel i Varsam"),
        ),
        empty_label="alla skäl",
    )
    standing = django_filters.ChoiceFilter(
        label="Visa",
        method="stand",
        choices=(("closed", "avskrivna"),),
        empty_label="väntar på åtgärd",
    )

    class Meta:
        model = Message
        fields: tuple[str, ...] = ()

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        narrowed = super().filter_queryset(queryset).order_by("-created_at", "-pk")
        return narrowed if self.form.cleaned_data.get("standing") else narrowed.dead()

    def because(self, rows: QuerySet[Message], _name: str, value: str) -> QuerySet[Message]:
        """Refused by the recipient, not answered, or never put in words."""
        refused = Q(last_error__startswith="smtp_") | Q(
            last_error__in=("bad_header", "not_supported")
        )
        wordless = Q(last_error__startswith=unwritten.PREFIX)
        return rows.filter({"theirs": refused, "words": wordless}.get(value, ~refused & ~wordless))

    def stand(self, rows: QuerySet[Message], _name: str, _value: str) -> QuerySet[Message]:
        """Those that somebody has written off."""
        return rows.filter(state=Message.State.CLOSED)

"""How lists are narrowed: filters that can say in words what they let through."""

from __future__ import annotations

from datetime import date
from typing import Any

import django_filters
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Model
from django.http import HttpRequest

from patientsakerhet.ui import swedish

LONGEST = 200
FIRST_DAY, LAST_DAY = date(1950, 1, 1), date(2199, 12, 31)


class Narrowing(django_filters.FilterSet):
    """A filter that can also say in words what it lets through."""

    request: HttpRequest

    def described(self) -> list[tuple[str, str]]:
        """What was asked for, label and value, as every extract says on its cover."""
        if not self.form.is_valid():
            return []
        told = []
        for name, value in self.form.cleaned_data.items():
            if value not in (None, "", False, []):
                told.append((str(self.form.fields[name].label), self._in_words(name, value)))
        return told

    @property
    def narrows(self) -> bool:
        """Whether anything beyond the order was asked for."""
        return any(label != ORDER for label, _ in self.described())

    def _in_words(self, name: str, value: Any) -> str:
        if value is True:
            return "ja"
        if isinstance(value, date):
            return swedish.day(value)
        if isinstance(value, Model):
            return str(value)
        choices = dict(getattr(self.form.fields[name], "choices", ()))
        told = value if isinstance(value, list) else [value]
        return ", ".join(str(choices.get(one, one)) for one in told)


ORDER = "Ordning"


def text(label: str, method: str, **attrs: str) -> django_filters.CharFilter:
    """A word or a few, of sensible length."""
    return django_filters.CharFilter(
        label=label,
        method=method,
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "off", **attrs}),
    )


def day(label: str, method: str) -> django_filters.DateFilter:
    """A day, chosen in the browser's own calendar."""
    return django_filters.DateFilter(
        label=label,
        method=method,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=[
            MinValueValidator(FIRST_DAY, "Välj ett senare datum."),
            MaxValueValidator(LAST_DAY, "Välj ett tidigare datum."),
        ],
    )


class YesFilter(django_filters.Filter):
    """A box to tick; not ticked, it lets everything through."""

    field_class = forms.BooleanField

    def __init__(self, label: str, method: str) -> None:
        super().__init__(label=label, method=method)


def choice(
    label: str, method: str, choices: Any, *, empty: str | None = "Alla"
) -> django_filters.ChoiceFilter:
    """One of a few; without a choice everything is let through."""
    return django_filters.ChoiceFilter(
        label=label, method=method, choices=choices, empty_label=empty
    )

"""Fields in which somebody writes whom or which unit she means; suggestions help, and no list need be long."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Generic, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet

from patientsakerhet.lib import text
from patientsakerhet.organisation.models import Person, Unit

Found = TypeVar("Found", bound=Model)
NAMED = 5
"""So many are named when several could be meant."""


class Suggesting(forms.TextInput):
    """A text field with suggestions from the browser's own list."""

    template_name = "components/suggesting.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off", **(attrs or {})})
        self.suggestions: list[str] = []

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """With the suggestions, under an id of their own."""
        context = super().get_context(name, value, attrs)
        context["widget"]["suggestions"] = self.suggestions
        if self.suggestions:
            context["widget"]["attrs"]["list"] = f"{context['widget']['attrs']['id']}_forslag"
        return context


class Chosen(forms.CharField, Generic[Found]):
    """The one that is meant by what is written; asks when it could be several."""

    none = ""
    several = ""

    def __init__(self, label: str, *, empty: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 200)
        super().__init__(label=label, widget=Suggesting(), **kwargs)
        if empty:
            self.error_messages["required"] = empty
        self.rows: QuerySet[Found] | None = None

    def suggest(self, offered: Iterable[Found]) -> None:
        """Offer these in the browser's list."""
        widget: Any = self.widget
        widget.suggestions = list(dict.fromkeys(self.written(one) for one in offered))

    def among(self) -> QuerySet[Found]:
        """Whom one may mean."""
        raise NotImplementedError

    def written(self, one: Found) -> str:
        """How the one is written, so that nobody else is meant."""
        raise NotImplementedError

    def alike(self, words: str) -> Q:
        """Those that the words could mean."""
        raise NotImplementedError

    def exactly(self, words: str) -> Q:
        """Those that the words name outright."""
        raise NotImplementedError

    def prepare_value(self, value: Any) -> Any:
        """An initial value as it would be written."""
        return self.written(value) if isinstance(value, Model) else value  # type: ignore[arg-type]  # a Model here is the field's own

    def clean(self, value: Any) -> Any:
        """The one that is meant, or None when nothing was written and nothing need be."""
        words = text.clean_line(super().clean(value) or "")
        if not words:
            return None
        rows = self.rows if self.rows is not None else self.among()
        found = list(rows.filter(self.exactly(words))[:2])
        if len(found) != 1:
            found = list(rows.filter(self.alike(words)).order_by("name")[: NAMED + 1])
        if not found:
            raise ValidationError(self.none.format(words))
        if len(found) > 1:
            named = "; ".join(self.written(one) for one in found[:NAMED])
            raise ValidationError(self.several.format(named))
        return found[0]


class PersonField(Chosen[Person]):
    """Somebody who works here."""

    none = "Det finns ingen som heter ”{}”. Skriv namnet eller e-postadressen."
    several = "Flera kan vara menade: {}. Skriv e-postadressen."

    def among(self) -> QuerySet[Person]:
        """Everybody who is active."""
        return Person.objects.filter(is_active=True)

    def written(self, one: Person) -> str:
        """Name and address."""
        return f"{one.name} <{one.email}>"

    def alike(self, words: str) -> Q:
        """Part of a name."""
        return Q(name__icontains=words)

    def exactly(self, words: str) -> Q:
        """A whole name, or an address, also as it is suggested."""
        return Q(name__iexact=words) | Q(email__iexact=words.rpartition("<")[2].rstrip(">"))


class UnitField(Chosen[Unit]):
    """A unit that exists today."""

    none = "Det finns ingen enhet som heter ”{}”. Skriv enhetens namn eller kod."
    several = "Flera enheter kan vara menade: {}. Skriv enhetens kod."

    def among(self) -> QuerySet[Unit]:
        """Units that exist today."""
        return Unit.objects.current()

    def written(self, one: Unit) -> str:
        """Name and code."""
        return f"{one.name} ({one.code})"

    def alike(self, words: str) -> Q:
        """Part of a name."""
        return Q(name__icontains=words)

    def exactly(self, words: str) -> Q:
        """A whole name or a code, also as it is suggested."""
        code = words.rpartition("(")[2].rstrip(")").lower()
        return Q(name__iexact=words) | Q(code=code)


class ReceivingUnitField(UnitField):
    """A unit that receives cases."""

    none = (
        "Det finns ingen enhet som heter ”{}” och tar emot ärenden. Skriv enhetens namn eller kod."
    )

    def among(self) -> QuerySet[Unit]:
        """Units that exist today and receive cases."""
        return Unit.objects.current().filter(receives_cases=True)

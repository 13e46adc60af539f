"""What every room's shapes in the API are made of: text, units and people by what they are called."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from patientsakerhet.lib.text import clean
from patientsakerhet.organisation.models import Person, Unit


class Text(serializers.CharField):
    """Text as people write it: normalised, and free of characters that no text holds."""

    def to_internal_value(self, data: Any) -> str:
        return clean(super().to_internal_value(data))


class UnitByCode(serializers.SlugRelatedField[Unit]):
    """A unit in force, by its code."""

    def __init__(self, **more: Any) -> None:
        super().__init__(slug_field="code", queryset=Unit.objects.none(), **more)

    def get_queryset(self) -> Any:
        return Unit.objects.current()


class PersonByEmail(serializers.SlugRelatedField[Person]):
    """An active person, by her e-mail address."""

    def __init__(self, **more: Any) -> None:
        super().__init__(slug_field="email", queryset=Person.objects.none(), **more)

    def get_queryset(self) -> Any:
        return Person.objects.filter(is_active=True)


class Reasons(serializers.Serializer[Any]):
    """Why something could not be done, in Swedish."""

    reasons = serializers.ListField(child=serializers.CharField())


REFUSALS = {409: Reasons, 403: Reasons, 412: Reasons}

"""Choosing the unit a report is filed from."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from patientsakerhet.organisation.models import Unit

Group = tuple[str, list[tuple[str, str]]]

_CODE = re.compile(r"[-a-zA-Z0-9_]{1,40}")


class UnitField(forms.Field):
    """A unit that exists today, by its code."""

    widget = forms.Select
    default_error_messages = {"invalid": "Enheten finns inte längre. Välj en annan."}

    def to_python(self, value: Any) -> Unit | None:
        """The unit itself."""
        code = str(value or "").strip()
        if not code:
            return None
        unit = with_code(code)
        if unit is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return unit


def with_code(code: str) -> Unit | None:
    """The unit that has this code today."""
    if not _CODE.fullmatch(code):
        return None
    return Unit.objects.current().filter(code=code).select_related("care_provider").first()


def place_of(unit: Unit) -> str:
    """Which part of the organisation the unit belongs to: its hospital, or its care provider."""
    top = unit.path[: 2 * Unit.steplen]
    if len(unit.path) <= len(top):
        return str(unit.care_provider)
    return str(Unit.objects.filter(path=top).values_list("name", flat=True).get())


def choices() -> list[tuple[str, str] | Group]:
    """Every unit of today, under the part of the organisation it belongs to."""
    groups: dict[str, Group] = {}
    names: dict[str, str] = {}
    chosen: list[tuple[str, str] | Group] = [("", "Välj enhet")]
    rows = Unit.objects.current().values_list("path", "name", "code", "care_provider__name")
    for path, name, code, provider in rows:
        names[path] = name
        top = path[: 2 * Unit.steplen]
        heading = names.get(top, provider) if len(path) > len(top) else provider
        group = groups.setdefault(heading, (heading, []))
        group[1].append((code, name))
    return [*chosen, *groups.values()]

"""Two who edited the same thing: what stands now beside what the second one wrote."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from django.db.models import Model
from django.forms import BaseForm, HiddenInput

from patientsakerhet.ui import swedish


@dataclass(frozen=True)
class Difference:
    """One field that two have filled in differently."""

    label: str
    theirs: str
    mine: str


def carry_version(form: BaseForm, version: int) -> None:
    """The form stands as it was sent and carries this version when it is sent again."""
    # What a browser sends is lists by name; unpacked as a dict they would be shown as lists.
    data = cast("Any", form.data).copy()
    data[form.add_prefix("version")] = str(version)
    form.data = data


def differences(form: BaseForm) -> list[Difference]:
    """The fields of a bound form whose content is not what its `initial` says stands there now."""
    found = []
    for name, field in form.fields.items():
        if isinstance(field.widget, HiddenInput) or name not in form.initial:
            continue
        theirs, mine = form.initial[name], form.cleaned_data.get(name)
        if _plain(theirs) != _plain(mine):
            found.append(
                Difference(str(field.label), in_words(field, theirs), in_words(field, mine))
            )
    return found


def in_words(field: Any, value: Any) -> str:
    """A field's value as a person reads it."""
    if value in (None, ""):
        return "(tomt)"
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, datetime):
        return swedish.moment(value)
    if isinstance(value, date):
        return swedish.day(value)
    if isinstance(value, Model):
        return str(value)
    return str(dict(getattr(field, "choices", ())).get(value, value))


def _plain(value: Any) -> Any:
    return value.pk if isinstance(value, Model) else value or None

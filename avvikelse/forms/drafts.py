"""What of a report form is kept as a draft, and how it is laid back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.http import QueryDict
from django.utils import timezone

from avvikelse.forms.report import ReportForm
from avvikelse.forms.when import Day
from patientsakerhet.cases.actions.drafts import Fields

FORM = "report"
_NOT_KEPT = frozenset({"attachments"})
_SEVERAL = frozenset({"involves"})


def written(data: QueryDict) -> Fields:
    """The answers in what a form has sent; no files, no tickets."""
    return {
        name: data.getlist(name)
        for name in ReportForm.base_fields
        if name not in _NOT_KEPT and any(data.getlist(name))
    }


def is_empty(fields: Fields) -> bool:
    """True when nothing has been written in them by hand."""
    return not any(fields.get(name) for name in _BY_HAND)


def as_initial(fields: Mapping[str, list[str]]) -> dict[str, Any]:
    """The answers as a form begins with them; "today" stays the day on which it was said."""
    initial = {
        name: values if name in _SEVERAL else values[-1]
        for name, values in fields.items()
        if name in ReportForm.base_fields and values
    }
    said_on = _day(str(initial.pop("today", "")))
    today = timezone.localdate()
    if said_on is not None and said_on != today and initial.get("day") in _RELATIVE:
        meant = said_on - timedelta(days=initial["day"] == Day.YESTERDAY)
        if meant == today - timedelta(days=1):
            initial["day"] = Day.YESTERDAY
        else:
            initial |= {"day": Day.OTHER, "date": meant.isoformat()}
    return initial


_RELATIVE = (Day.TODAY, Day.YESTERDAY)
_BY_HAND = (
    "what_happened",
    "immediate_action",
    "consequence",
    "could_have_happened",
    "suggestion",
    "device_number",
    "device_text",
    "device_serial",
    "device_kept",
    "system_text",
    "system_workaround",
    "place",
)


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None

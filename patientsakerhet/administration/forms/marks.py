"""Forms of a row that somebody else may change meanwhile: they carry a mark of what was shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django import forms

from patientsakerhet.lib.refusal import NotAllowed, Refused, Stale
from patientsakerhet.ui.conflict import Difference, differences


class MarkedForm(forms.Form):
    """A form whose `seen` says how the row stood when it was shown."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def given(self) -> dict[str, Any]:
        """What somebody filled in, without the mark."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


@dataclass(frozen=True)
class Conflict:
    """Somebody was first: where what stands now and what was written differ."""

    fields: list[Difference] = field(default_factory=list)
    who: str = "En kollega"
    event: None = None


def done(form: forms.Form, act: Callable[[], Any]) -> bool:
    """Whether the act was done; a refusal is said in the form, and one for being late is kept."""
    try:
        act()
    except NotAllowed:
        raise
    except Refused as refusal:
        for reason in refusal.reasons:
            form.add_error(None, reason)
        form.is_late = isinstance(refusal, Stale)  # type: ignore[attr-defined]  # a mark for the template
        return False
    return True


def conflict_of(form: forms.Form | None, seen: str) -> Conflict | None:
    """What is to be compared, when somebody was first; sending the form again then writes over."""
    if form is None or not getattr(form, "is_late", False):
        return None
    data: Any = form.data
    form.data = data.copy()
    form.data[form.add_prefix("seen")] = seen  # type: ignore[index]  # a copy can be written
    return Conflict(differences(form))

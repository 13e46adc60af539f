"""What is written about a code: a new one, a new name, a new place, an end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone

from patientsakerhet.cases.models import Code, CodeSystem
from patientsakerhet.ui.fields import Day, LongText, ShortText

TOP = "Överst i trädet"


def _since(help_text: str) -> Day:
    return Day("Gäller från och med", help_text=help_text, empty="Välj från vilken dag det gäller.")


class ParentField(forms.ModelChoiceField):
    """A code that others can stand under; none is the top of the tree."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Code.objects.none(), required=False, empty_label=TOP, **kwargs)

    def offer(self, system: CodeSystem, *, but: Code | None = None) -> None:
        """The codes of today at the top of the tree, except the code itself."""
        rows = Code.objects.current().filter(system=system, parent=None)
        self.queryset = rows.exclude(code=but.code) if but is not None else rows


class NewCodeForm(forms.Form):
    """A code that is not there yet."""

    code = forms.RegexField(
        r"^[\w.-]+$",
        label="Kod",
        help_text="Kort, utan mellanslag. Koden ändras aldrig sedan.",
        max_length=40,
        error_messages={
            "required": "Skriv en kod.",
            "invalid": "Skriv koden med bokstäver, siffror, punkt och bindestreck.",
        },
    )
    label = ShortText("Benämning", empty="Skriv vad koden ska heta.", max_length=200)
    definition = LongText("Definition", required=False, max_length=4000)
    parent = ParentField(label="Under")
    since = _since("Koden går att välja från den dagen.")

    def __init__(self, system: CodeSystem, *args: Any, **kwargs: Any) -> None:
        given = {"since": timezone.localdate(), **kwargs.pop("initial", {})}
        super().__init__(*args, **{**kwargs, "initial": given})
        parents: Any = self.fields["parent"]
        parents.offer(system)


class RenameForm(forms.Form):
    """What the code is called from a day."""

    label = ShortText("Benämning", empty="Skriv vad koden ska heta.", max_length=200)
    definition = LongText("Definition", required=False, max_length=4000)
    since = _since("Ärenden som redan har koden behåller den gamla benämningen.")

    def __init__(self, code: Code, *args: Any, **kwargs: Any) -> None:
        super().__init__(
            *args,
            **{
                **kwargs,
                "initial": {
                    "label": code.label,
                    "definition": code.definition,
                    "since": max(_tomorrow(), code.valid_from),
                },
            },
        )


class PlaceForm(forms.Form):
    """What the code stands under from a day."""

    parent = ParentField(label="Under")
    since = _since("Ärenden som redan har koden står kvar på den gamla platsen.")

    def __init__(self, code: Code, *args: Any, **kwargs: Any) -> None:
        super().__init__(
            *args,
            **{
                **kwargs,
                "initial": {
                    "parent": code.parent_id,
                    "since": max(_tomorrow(), code.valid_from),
                },
            },
        )
        parents: Any = self.fields["parent"]
        parents.offer(code.system, but=code)


class EndForm(forms.Form):
    """The last day the code can be chosen."""

    last_day = Day(
        "Sista dagen koden går att välja",
        help_text="Ärenden som redan har koden behåller den.",
        empty="Välj den sista dagen.",
    )

    def __init__(self, code: Code, *args: Any, **kwargs: Any) -> None:
        last = max(timezone.localdate(), code.valid_from)
        super().__init__(*args, **{**kwargs, "initial": {"last_day": last}})


def _tomorrow() -> Any:
    return timezone.localdate() + timedelta(days=1)

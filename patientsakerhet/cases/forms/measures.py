"""Deciding a measure, changing it, following up its effect."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from patientsakerhet.cases.models import Case, Measure
from patientsakerhet.organisation.models import Person
from patientsakerhet.ui.choosing import PersonField, UnitField
from patientsakerhet.ui.fields import Day, LongText, ShortText, Version
from patientsakerhet.ui.forms import Hinted

STRENGTHS = [
    (
        Measure.Strength.STRONG,
        Hinted("Stark", "Bygger bort risken: spärr, konstruktion, standardiserad utrustning."),
    ),
    (
        Measure.Strength.MEDIUM,
        Hinted("Medel", "Gör det lättare att göra rätt: checklista, larm, färre moment."),
    ),
    (
        Measure.Strength.WEAK,
        Hinted("Svag", "Bygger på att någon minns: information, utbildning, rutin."),
    ),
]


class MeasureForm(forms.Form):
    """A measure that is decided."""

    title = ShortText(
        "Åtgärd", empty="Skriv vad som ska göras.", help_text="Vad ska göras? Börja med ett verb."
    )
    description = LongText("Beskrivning", rows=2, required=False)
    strength = forms.ChoiceField(
        label="Styrka",
        choices=STRENGTHS,
        widget=forms.RadioSelect,
        error_messages={"required": "Välj hur stark åtgärden är."},
    )
    owner = PersonField(
        "Åtgärdsansvarig", empty="Skriv vem som ansvarar.", help_text="Namn eller e-postadress."
    )
    owner_is_told = forms.BooleanField(
        label="Den ansvariga är tillfrågad",
        help_text="Hon eller han ska veta om åtgärden innan den registreras.",
        required=False,
    )
    unit = UnitField("Enhet", required=False, help_text="Lämnas tomt för enheten som har ärendet.")
    due_on = Day("Klar senast", empty="Välj när åtgärden ska vara klar.")
    effect_sign = LongText(
        "Så ska effekten synas",
        rows=2,
        help_text="Hur märker ni att det hjälpte? Till exempel: ”inga fler stopp på tre månader”.",
        empty="Skriv hur det ska synas att åtgärden hjälpte.",
    )
    effect_due_on = Day("Effekten följs upp", empty="Välj när effekten följs upp.")

    def __init__(self, *args: Any, people: Iterable[Person] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner: Any = self.fields["owner"]
        owner.suggest(people)


class ChangeForm(MeasureForm):
    """A measure that is changed; a later day needs a reason."""

    progress = ShortText(
        "Så långt", required=False, max_length=120, help_text="Till exempel ”61 av 214 bytta”."
    )
    reason = LongText(
        "Skäl till ändringen", rows=2, required=False, help_text="Krävs när åtgärden skjuts upp."
    )
    version = Version()

    field_order = [
        "title",
        "description",
        "progress",
        "strength",
        "owner",
        "owner_is_told",
        "due_on",
        "effect_sign",
        "effect_due_on",
        "reason",
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["unit"]

    def given(self) -> dict[str, Any]:
        """What the action takes: the measure's own fields apart from the rest."""
        return {
            k: v
            for k, v in self.cleaned_data.items()
            if k not in {"owner_is_told", "reason", "version"}
        }


class StepForm(forms.Form):
    """A step that takes nothing but the version somebody looked at."""

    version = Version()


class ProgressForm(forms.Form):
    """How far its owner has come."""

    progress = ShortText(
        "Så långt", max_length=120, required=False, help_text="Till exempel ”61 av 214 bytta”."
    )
    version = Version()


class CancelForm(forms.Form):
    """Why it is not carried out."""

    prefix = "utgar"
    reason = LongText("Varför utgår åtgärden?", rows=2, empty="Skriv varför åtgärden utgår.")
    version = Version()


class EffectForm(forms.Form):
    """What the follow-up found."""

    prefix = "effekt"
    effect = forms.ChoiceField(
        label="Blev det som det var tänkt?",
        choices=[
            (Measure.Effect.YES, "Ja, avsedd effekt"),
            (Measure.Effect.PARTLY, "Delvis"),
            (Measure.Effect.NO, "Nej, ingen effekt"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Välj om effekten blev den avsedda."},
    )
    result = LongText("Vad visade uppföljningen?", empty="Skriv vad uppföljningen visade.")
    version = Version()


class ExistingForm(forms.Form):
    """A measure already decided elsewhere, that this case is to be served by too."""

    prefix = "befintlig"
    measure = forms.ModelChoiceField(
        Measure.objects.none(),
        label="Åtgärd",
        empty_label="Välj åtgärd",
        error_messages={"required": "Välj en åtgärd."},
    )

    def __init__(
        self, *args: Any, person: Person, case: Case, words: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        rows = (
            Measure.objects.filter(cases__in=Case.objects.visible_to(person))
            .open()
            .exclude(cases=case)
            .distinct()
            .order_by("title", "pk")
        )
        field: Any = self.fields["measure"]
        field.queryset = rows.filter(title__icontains=words) if words else rows

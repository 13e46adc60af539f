"""What whoever leads an impact assessment, and whoever decides about it, fill in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from patientsakerhet.information_security.actions.impact import Processing, Rights
from patientsakerhet.information_security.forms.classification import (
    LATER,
    LIKELIHOODS,
    SEVERITIES,
)
from patientsakerhet.information_security.models import (
    ImpactAssessment,
    Programme,
    RightsRisk,
    ScreeningAnswer,
)
from patientsakerhet.register.forms.fields import SystemField
from patientsakerhet.ui.choosing import PersonField, UnitField
from patientsakerhet.ui.fields import Day, LongText, ShortText, Version


class StartForm(forms.Form):
    """Which processing is assessed, where, and who answers for it."""

    processing = ShortText(
        "Behandling", max_length=160, empty="Skriv vilken behandling det gäller.",
        help_text="Till exempel ”journalföring i det nya vårdsystemet”.",
    )  # fmt: skip
    system = SystemField("IT-system", required=False)
    unit = UnitField("Enhet", required=False, help_text="Tomt: den enhet som förvaltar systemet.")
    owner = PersonField(
        "Ansvarig för behandlingen", empty="Skriv vem som ansvarar för behandlingen."
    )
    programme = forms.ModelChoiceField(
        queryset=Programme.objects.none(), label="Program", required=False,
        empty_label="Inget program",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        programme: Any = self.fields["programme"]
        programme.queryset = Programme.objects.current()

    def clean(self) -> dict[str, Any]:
        """A place: the unit, or the one that manages the system."""
        told = super().clean() or {}
        if not self.errors and not told.get("unit"):
            if told.get("system") is None:
                self.add_error("unit", "Skriv vilken enhet behandlingen hör till.")
            else:
                told["unit"] = told["system"].managing_unit
        return told

    @property
    def wanted(self) -> Processing:
        """What the act takes."""
        return Processing(**self.cleaned_data)


class ScreeningForm(forms.Form):
    """Yes or no to each criterion."""

    version = Version()

    def __init__(self, *args: Any, rows: Iterable[ScreeningAnswer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = list(rows)
        for row in self.rows:
            self.fields[f"c{row.criterion_id}"] = forms.ChoiceField(
                label=row.criterion.label, choices=[("ja", "Ja"), ("nej", "Nej")],
                widget=forms.RadioSelect, required=False,
                initial="" if row.applies is None else "ja" if row.applies else "nej",
            )  # fmt: skip

    @property
    def answers(self) -> dict[int, bool]:
        """Criterion -> whether it applies, those that were answered."""
        told = {row.criterion_id: self.cleaned_data[f"c{row.criterion_id}"] for row in self.rows}
        return {key: value == "ja" for key, value in told.items() if value}


class ImpactForm(forms.Form):
    """The processing in words."""

    version = Version()
    description = LongText(
        "Behandlingen och dess ändamål", rows=5, required=False,
        help_text="Vilka uppgifter om vilka människor, varifrån, vart, hur länge, och varför.",
    )  # fmt: skip
    necessity = LongText(
        "Nödvändighet och proportionalitet", rows=4, required=False,
        help_text="Rättslig grund, och varför det inte räcker med färre uppgifter eller kortare tid.",
    )  # fmt: skip
    views = LongText("De registrerades synpunkter, där de har hämtats in", rows=2, required=False)


class RightsForm(forms.Form):
    """A risk to people's rights and freedoms."""

    version = Version()
    title = ShortText("Vad kan hända människor?", empty="Skriv vad som kan hända.")
    consequence = LongText("Konsekvens", rows=2, required=False)
    severity = forms.TypedChoiceField(label="Allvarlighetsgrad", choices=SEVERITIES, coerce=int)
    likelihood = forms.TypedChoiceField(label="Sannolikhet", choices=LIKELIHOODS, coerce=int)
    response = LongText(
        "Det som redan görs", rows=2, required=False,
        help_text="Skydd som finns, eller varför inget mer behövs. Nytt arbete beslutas som åtgärd.",
    )  # fmt: skip
    severity_after = forms.TypedChoiceField(
        label="Allvarlighetsgrad efteråt", choices=[*LATER, *SEVERITIES], coerce=int,
        empty_value=None, required=False,
    )  # fmt: skip
    likelihood_after = forms.TypedChoiceField(
        label="Sannolikhet efteråt", choices=[*LATER, *LIKELIHOODS], coerce=int,
        empty_value=None, required=False,
    )  # fmt: skip

    @classmethod
    def of(cls, row: RightsRisk, *, version: int) -> RightsForm:
        """The form of a risk as it stands."""
        names = [name for name in cls.base_fields if name != "version"]
        initial = {name: getattr(row, name) for name in names}
        return cls(initial={**initial, "version": version}, prefix=f"r{row.pk}")

    @property
    def risk(self) -> Rights:
        """What the act takes."""
        told = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return Rights(**told)


class OfficerForm(forms.Form):
    """Who the data protection officer is."""

    version = Version()
    officer_person = PersonField(
        "Dataskyddsombud i Varsam", required=False,
        help_text="Namn eller e-postadress. Ombudet får läsa bedömningen, får ett mejl när det är "
        "dags och skriver själv sitt råd.",
    )  # fmt: skip
    officer = ShortText(
        "Eller namn", required=False, max_length=120,
        help_text="När ombudet inte har något konto. Då skriver du in rådet.",
    )  # fmt: skip

    @classmethod
    def of(cls, row: ImpactAssessment, *, version: int) -> OfficerForm:
        """The form with the officer as chosen."""
        person = row.officer_person
        named = {"officer_person": person.email} if person else {"officer": row.officer}
        return cls(initial={**named, "version": version})

    def clean(self) -> dict[str, Any]:
        """One officer, by account or by name."""
        told = super().clean() or {}
        if not self.errors and bool(told.get("officer_person")) == bool(told.get("officer")):
            self.add_error("officer_person", "Skriv vem ombudet är: en person eller ett namn.")
        return told


class AdviceForm(forms.Form):
    """The data protection officer's advice."""

    version = Version()
    advice = forms.ChoiceField(
        label="Råd", choices=ImpactAssessment.Advice.choices, widget=forms.RadioSelect,
        error_messages={"required": "Välj vilket råd det är."},
    )  # fmt: skip
    text = LongText("Rådet i ord", rows=3, empty="Skriv vad ombudet råder.")


class ConsultForm(forms.Form):
    """Prior consultation with the authority."""

    version = Version()
    consulted_on = Day("Förhandssamråd begärdes", empty="Välj dagen.")
    answered_on = Day("Besvarades", required=False)
    answer = LongText("Myndighetens svar", rows=2, required=False)


class ApproveForm(forms.Form):
    """The decision, why, and when the assessment is looked at again."""

    version = Version()
    decision = forms.ChoiceField(
        label="Beslut", choices=ImpactAssessment.Decision.choices, widget=forms.RadioSelect,
        error_messages={"required": "Välj vad du beslutar."},
    )  # fmt: skip
    reason = LongText("Skäl", rows=3, empty="Skriv skälen till beslutet.")
    review_on = Day("Ses över senast", required=False)

    def __init__(self, *args: Any, latest: date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if latest is not None:
            self.fields["review_on"].help_text = f"Tomt: så sent som regeln säger, {latest}."

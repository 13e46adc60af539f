"""What the owner, and whoever leads the work, fill in about one classification."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.db.models import F, Q, QuerySet

from patientsakerhet.cases.forms.measures import MeasureForm
from patientsakerhet.information_security.actions.assessing import Risk
from patientsakerhet.information_security.actions.ordering import Order
from patientsakerhet.information_security.models import (
    ASPECTS,
    ClassificationTemplate,
    ConsequenceLevel,
    InformationClassification,
    InputMaterial,
    Programme,
    SecurityRisk,
)
from patientsakerhet.organisation.models import Person
from patientsakerhet.register.forms.fields import SystemField
from patientsakerhet.ui.choosing import Chosen, PersonField, UnitField
from patientsakerhet.ui.fields import Day, LongText, ShortText, Version
from patientsakerhet.ui.forms import Hinted

SEVERITIES = [(1, "1 Mindre"), (2, "2 Måttlig"), (3, "3 Betydande"), (4, "4 Katastrofal")]
LIKELIHOODS = [
    (1, "1 Mycket liten"), (2, "2 Liten"), (3, "3 Stor"), (4, "4 Mycket stor")
]  # fmt: skip
LATER = [("", "Inte bedömt")]


class ClassificationField(Chosen[InformationClassification]):
    """An earlier classification, by its number."""

    none = (
        "Det finns ingen klassning ”{}” som du får läsa. Skriv numret, till exempel IK-2025-00003."
    )
    several = "Flera kan vara menade: {}. Skriv numret."

    def __init__(self, label: str, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.person: Person | None = None

    def among(self) -> QuerySet[InformationClassification]:
        """Those she may read."""
        rows = InformationClassification.objects.select_related("case").annotate(
            name=F("case__title")
        )
        return rows.visible_to(self.person) if self.person else rows.none()

    def written(self, one: InformationClassification) -> str:
        """Number and title."""
        return f"{one.case.number} {one.case.title}"

    def alike(self, words: str) -> Q:
        """None but by number: a title is not enough to copy by."""
        return Q(pk__in=[])

    def exactly(self, words: str) -> Q:
        """The number, also as it is suggested."""
        return Q(case__number__iexact=words.split()[0])


class OrderForm(forms.Form):
    """What is to be classified, why, and who is asked."""

    system = SystemField(
        "IT-system",
        required=False,
        help_text="Namnet i registret. Lämnas tomt för en tillgång som inte är ett system.",
    )
    asset = ShortText(
        "Informationstillgång", required=False, max_length=120,
        help_text="När det inte är ett system, till exempel ett register på papper.",
    )  # fmt: skip
    unit = UnitField(
        "Enhet", required=False, help_text="Bara för en informationstillgång: enheten den hör till."
    )
    occasion = forms.ChoiceField(
        label="Anledning", choices=InformationClassification.Occasion.choices,
        widget=forms.RadioSelect, error_messages={"required": "Välj varför det klassas."},
    )  # fmt: skip
    programme = forms.ModelChoiceField(
        queryset=Programme.objects.none(), label="Program", required=False,
        empty_label="Inget program",
    )  # fmt: skip
    owner = PersonField(
        "Informationsägare", required=False,
        help_text="Lämnas tomt för den som står i registret.",
    )  # fmt: skip
    template = forms.ModelChoiceField(
        ClassificationTemplate.objects.none(), label="Börja från en mall", required=False,
        empty_label="Ingen mall", help_text="Mallens texter och risker följer med och kan ändras.",
    )  # fmt: skip
    copied_from = ClassificationField(
        "Eller kopiera en tidigare klassning", required=False,
        help_text="Texter och risker följer med, inte nivåer, åtgärder och beslut. Skriv numret.",
    )  # fmt: skip

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        template: Any = self.fields["template"]
        template.queryset = ClassificationTemplate.objects.filter(is_offered=True)
        copied: Any = self.fields["copied_from"]
        copied.person = person
        programme: Any = self.fields["programme"]
        programme.queryset = Programme.objects.current()
        programme.label_from_instance = lambda one: f"{one}, {one.name}"

    def clean(self) -> dict[str, Any]:
        """One subject, and somebody to ask."""
        told = super().clean() or {}
        if self.errors:
            return told
        system, asset = told.get("system"), told.get("asset")
        if bool(system) == bool(asset):
            self.add_error("system", "Skriv ett system eller en informationstillgång, inte båda.")
        if asset and not told.get("unit"):
            self.add_error("unit", "Skriv vilken enhet informationstillgången hör till.")
        if not told.get("owner"):
            owned = system and (system.information_owner or system.owner or system.system_manager)
            if not owned:
                self.add_error("owner", "Skriv vem som äger informationen.")
            told["owner"] = owned
        if told.get("template") and told.get("copied_from"):
            self.add_error("copied_from", "Välj en mall eller en tidigare klassning, inte båda.")
        return told

    @property
    def order(self) -> Order:
        """The order, as the act takes it."""
        told = self.cleaned_data
        return Order(
            occasion=told["occasion"],
            owner=told["owner"],
            system=told["system"],
            asset=told["asset"],
            unit=told["unit"] if told["asset"] else None,
            programme=told["programme"],
            template=told["template"],
            copied_from=told["copied_from"],
        )


class LevelsForm(forms.Form):
    """Which information it is, and a level with its reason for each aspect."""

    version = Version()
    information = LongText(
        "Vilken information", rows=3, required=False,
        help_text="Vilka uppgifter systemet hanterar och om vilka, till exempel ”journalanteckningar om patienter i öppenvård”.",
    )  # fmt: skip

    def __init__(self, *args: Any, levels: Iterable[ConsequenceLevel], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.number, Hinted(f"{one.number} {one.label}", one.text)) for one in levels]
        for name, label in ASPECTS:
            self.fields[name] = forms.TypedChoiceField(
                label=label.capitalize(), choices=choices, widget=forms.RadioSelect,
                required=False, coerce=int, empty_value=None,
                error_messages={"invalid_choice": "Välj en nivå från 0 till 4."},
            )  # fmt: skip
            self.fields[f"{name}_reason"] = LongText(
                f"Skäl, {label}", rows=2, required=False,
                help_text="Vad som kan hända, och vem det drabbar.",
            )  # fmt: skip

    @property
    def aspects(self) -> list[tuple[str, Any, Any]]:
        """Each aspect with its two fields."""
        return [(label, self[name], self[f"{name}_reason"]) for name, label in ASPECTS]

    def given(self) -> dict[str, Any]:
        """What the act takes."""
        told = self.cleaned_data
        return {
            "information": told["information"],
            "levels": {name: told[name] for name, _ in ASPECTS},
            "reasons": {name: told[f"{name}_reason"] for name, _ in ASPECTS},
            "version": told["version"],
        }


class OwnerForm(forms.Form):
    """Who is to deliver instead."""

    version = Version()
    owner = PersonField("Ny informationsägare", empty="Skriv vem som äger informationen.")


class ParticipantForm(forms.Form):
    """Somebody who took part."""

    version = Version()
    name = ShortText("Namn", max_length=120, empty="Skriv vem som deltog.")
    part = ShortText(
        "Roll", max_length=120, empty="Skriv i vilken roll.",
        help_text="Till exempel systemansvarig eller användare från vården.",
    )  # fmt: skip


class AdministrationForm(forms.Form):
    """One more administration that is concerned."""

    version = Version()
    unit = UnitField("Förvaltning", empty="Skriv vilken förvaltning.")
    coordinator = PersonField(
        "Informationssäkerhetssamordnare",
        required=False,
        help_text="Kan utses senare, men före riskbedömningen.",
    )


class CoordinatorForm(forms.Form):
    """The coordinator of one administration."""

    version = Version()
    coordinator = forms.ChoiceField(
        label="Informationssäkerhetssamordnare",
        error_messages={"required": "Välj vem som deltar.", "invalid_choice": "Välj i listan."},
    )

    def __init__(self, *args: Any, people: Iterable[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(one.pk): one for one in people}
        field: Any = self.fields["coordinator"]
        field.choices = [
            ("", "Välj samordnare" if self.people else "Ingen har uppdraget här"),
            *((key, one.name) for key, one in self.people.items()),
        ]

    def clean_coordinator(self) -> Person:
        """The person."""
        return self.people[self.cleaned_data["coordinator"]]


class InputForm(forms.Form):
    """How one thing of the checklist stands."""

    version = Version()
    state = forms.ChoiceField(
        label="Läge", choices=InputMaterial.State.choices, widget=forms.RadioSelect,
        error_messages={"required": "Välj hur det står."},
    )  # fmt: skip
    note = ShortText("Var det finns, eller varför det inte behövs", required=False, max_length=300)


class RiskForm(forms.Form):
    """A risk as whoever leads the assessment writes it."""

    version = Version()
    title = ShortText(
        "Vad kan hända?", empty="Skriv vad som kan hända.",
        help_text="En mening: ”Obehöriga läser journaler efter att en bärbar dator stulits”.",
    )  # fmt: skip
    threatens = forms.ChoiceField(
        label="Hotar", choices=SecurityRisk.Threatens.choices,
        error_messages={"required": "Välj vad som hotas."},
    )  # fmt: skip
    cause = LongText("Orsak", rows=2, required=False)
    consequence = LongText("Konsekvens", rows=2, required=False)
    controls = LongText("Skydd som redan finns", rows=2, required=False)
    severity = forms.TypedChoiceField(
        label="Allvarlighetsgrad", choices=SEVERITIES, coerce=int,
        error_messages={"required": "Välj allvarlighetsgrad."},
    )  # fmt: skip
    likelihood = forms.TypedChoiceField(
        label="Sannolikhet", choices=LIKELIHOODS, coerce=int,
        error_messages={"required": "Välj sannolikhet."},
    )  # fmt: skip
    treatment = forms.ChoiceField(
        label="Förslag", choices=[("", "Inget än"), *SecurityRisk.Treatment.choices],
        required=False,
    )  # fmt: skip
    treatment_reason = LongText(
        "Skäl till förslaget", rows=2, required=False,
        help_text="Krävs när risken inte ska minskas.",
    )  # fmt: skip
    severity_after = forms.TypedChoiceField(
        label="Allvarlighetsgrad efter åtgärder", choices=[*LATER, *SEVERITIES], coerce=int,
        empty_value=None, required=False,
    )  # fmt: skip
    likelihood_after = forms.TypedChoiceField(
        label="Sannolikhet efter åtgärder", choices=[*LATER, *LIKELIHOODS], coerce=int,
        empty_value=None, required=False,
    )  # fmt: skip

    @classmethod
    def of(cls, row: SecurityRisk, *, version: int) -> RiskForm:
        """The form of a risk as it stands."""
        names = [name for name in cls.base_fields if name != "version"]
        initial = {name: getattr(row, name) for name in names}
        return cls(initial={**initial, "version": version}, prefix=f"r{row.pk}")

    @property
    def risk(self) -> Risk:
        """The risk, as the act takes it."""
        told = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return Risk(**told)


class NoRisksForm(forms.Form):
    """Why nothing can happen."""

    version = Version()
    reason = LongText(
        "Varför det inte finns några risker", rows=2,
        empty="Skriv varför det inte finns några risker.",
    )  # fmt: skip


class RiskMeasureForm(MeasureForm):
    """A measure against a risk; it is at the unit that has the case."""

    version = Version()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["unit"]


class DecisionForm(forms.Form):
    """The owner's decision, why, and how long it holds."""

    version = Version()
    decision = forms.ChoiceField(
        label="Beslut", choices=InformationClassification.Decision.choices,
        widget=forms.RadioSelect, error_messages={"required": "Välj vad du beslutar."},
    )  # fmt: skip
    reason = LongText("Skäl", rows=3, empty="Skriv skälen till beslutet.")
    until = Day("Klassningen gäller till", required=False)

    def __init__(self, *args: Any, longest: date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if longest is not None:
            self.fields["until"].help_text = f"Tomt: så länge regeln säger, till {longest}."


class ReasonForm(forms.Form):
    """Why."""

    version = Version()
    reason = LongText("Skäl", rows=2, empty="Skriv varför.")


class StepForm(forms.Form):
    """A step that asks for nothing."""

    version = Version()

"""What an investigation is written in: notes, moments, causes, answers, codes, links and tickets."""

from __future__ import annotations

from typing import Any

from django import forms

from avvikelse.actions.investigation import CAUSE_AREAS
from avvikelse.models import Deviation, Investigation, Note
from patientsakerhet.cases.models import Code, ExternalTicket, Link
from patientsakerhet.ui.fields import LongText, Moment, ShortText, Version
from patientsakerhet.ui.forms import Hinted


class NoteForm(forms.Form):
    """One thing that is known or thought."""

    prefix = "anteckning"
    kind = forms.ChoiceField(
        label="Slag",
        choices=[
            (Note.Kind.FACT, Hinted("Fakta", "Något ni vet. Skriv var det kommer ifrån.")),
            (Note.Kind.JUDGEMENT, Hinted("Bedömning", "Något ni tror eller drar slutsatser om.")),
        ],
        widget=forms.RadioSelect,
        initial=Note.Kind.FACT,
        error_messages={"required": "Välj om det är fakta eller en bedömning."},
    )
    text = LongText("Anteckning", empty="Skriv anteckningen.")
    source = ShortText(
        "Källa",
        required=False,
        help_text="Krävs för fakta. Till exempel ett provprotokoll eller ett samtal.",
    )


class MomentForm(forms.Form):
    """One moment in the course of events."""

    prefix = "tidpunkt"
    at = Moment("När")
    precision = forms.ChoiceField(
        label="Hur säker är tiden",
        choices=[choice for choice in Deviation.Precision.choices if choice[0] != "unknown"],
        initial=Deviation.Precision.ABOUT,
    )
    text = LongText("Vad hände", empty="Skriv vad som hände.")
    departs = forms.BooleanField(
        label="Avvek från det förväntade",
        help_text="Markera det som inte gick som det brukar eller ska.",
        required=False,
    )
    expected = LongText(
        "Vad skulle ha hänt",
        rows=2,
        required=False,
        help_text="Fyll i när det avvek från det förväntade.",
    )
    source = ShortText("Källa", required=False)
    version = Version()


class CauseForm(forms.Form):
    """One cause, and what speaks for it."""

    prefix = "orsak"
    area = forms.ModelChoiceField(
        Code.objects.none(),
        label="Orsaksområde",
        empty_label="Välj område",
        error_messages={"required": "Välj ett orsaksområde."},
    )
    text = LongText("Orsak", rows=2, help_text="Vad i systemet, inte vem.", empty="Skriv orsaken.")
    evidence = LongText("Vad som talar för det", rows=2, empty="Skriv vad som talar för orsaken.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        area: Any = self.fields["area"]
        area.queryset = Code.objects.current().of(CAUSE_AREAS).select_related("system")


class SimilarForm(forms.Form):
    """Whether anything similar has happened before, answered against a search."""

    prefix = "liknande"
    answer = forms.ChoiceField(
        label="Har något liknande hänt förut?",
        choices=[
            (Investigation.Recurrence.YES, "Ja"),
            (Investigation.Recurrence.NO, "Nej"),
            (Investigation.Recurrence.UNKNOWN, "Går inte att avgöra"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Svara ja, nej eller att det inte går att avgöra."},
    )
    text = LongText(
        "Varför igen, eller hur ni vet",
        rows=2,
        required=False,
        help_text="Krävs när svaret är ja: varför det hände igen.",
    )
    search = forms.CharField(widget=forms.HiddenInput, max_length=300, required=False)
    version = Version()


class ConcludeForm(forms.Form):
    """The investigation's other questions."""

    prefix = "slutsats"
    could_recur = LongText("Kan det hända igen?", rows=2, required=False)
    patient_view = LongText(
        "Patientens eller närståendes bild",
        rows=2,
        required=False,
        help_text="Vad de har berättat, utan namn och personnummer.",
    )
    is_event_analysis = forms.BooleanField(
        label="Genomförs som händelseanalys",
        help_text="Med händelseförlopp, orsaker i de nationella områdena och åtgärder.",
        required=False,
    )
    version = Version()


class WithoutMeasureForm(forms.Form):
    """Why the case closes without a measure."""

    prefix = "utan"
    closing_note = LongText(
        "Varför ingen åtgärd behövs", rows=2, empty="Skriv varför ingen åtgärd behövs."
    )
    version = Version()


class LinkForm(forms.Form):
    """Another case that this one hangs together with."""

    prefix = "lank"
    number = ShortText("Ärendenummer", max_length=20, empty="Skriv ärendets nummer.")
    kind = forms.ChoiceField(label="Hur", choices=Link.Kind.choices, initial=Link.Kind.RELATED)
    note = ShortText("Anmärkning", required=False)


class TicketForm(forms.Form):
    """A ticket in the service-management system."""

    prefix = "extern"
    kind = forms.ChoiceField(label="Slag", choices=ExternalTicket.Kind.choices)
    system = ShortText("System", max_length=60, empty="Skriv vilket system.")
    number = ShortText("Nummer", max_length=60, empty="Skriv ärendets nummer i det andra systemet.")
    url = forms.URLField(label="Adress", required=False, max_length=200, assume_scheme="https")

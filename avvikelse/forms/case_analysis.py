"""What an event analysis is written in: the order, the group, barriers, places of causes, proposals."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import Truncator

from avvikelse.models import AnalysisParticipant, Barrier, Cause, Deviation, TimelineEntry
from patientsakerhet.cases.actions import appointing
from patientsakerhet.cases.forms.measures import MeasureForm
from patientsakerhet.cases.models import Case
from patientsakerhet.ui.choosing import PersonField
from patientsakerhet.ui.fields import Day, LongText, ShortText, Version

DIRECT, BEHIND = "moment-", "cause-"


class CommissionForm(forms.Form):
    """The order: what is to be found out, by whom, until when."""

    prefix = "uppdrag"
    question = LongText(
        "Uppdrag och avgränsning",
        help_text="Vad analysen ska ta reda på, och vad som inte ingår.",
        empty="Skriv vad analysen ska ta reda på.",
    )
    lead = PersonField(
        "Analysledare", help_text="Namn eller e-postadress.", empty="Skriv vem som leder analysen."
    )
    due_on = Day("Rapporten ska vara klar", empty="Välj när rapporten ska vara klar.")
    version = Version()

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lead: Any = self.fields["lead"]
        lead.suggest(appointing.candidates(case))


class TextsForm(forms.Form):
    """What the report says beside its lists."""

    prefix = "rapport"
    method = LongText(
        "Så gjordes analysen",
        required=False,
        help_text="Till exempel intervjuer, journal, loggar och platsbesök.",
    )
    contact = LongText(
        "Kontakt med patient och närstående",
        rows=2,
        required=False,
        help_text="Hur de har fått berätta och vad de har fått veta. Utan namn.",
    )
    summary = LongText(
        "Sammanfattning",
        rows=5,
        required=False,
        help_text="Vad som hände, varför, och vad som ska göras. Krävs när rapporten lämnas.",
    )
    lessons = LongText(
        "Lärdomar för andra",
        required=False,
        help_text="Det som andra verksamheter kan ha nytta av.",
    )
    version = Version()


class MemberForm(forms.Form):
    """Somebody who takes part."""

    prefix = "deltagare"
    person = PersonField("Person i Varsam", required=False, help_text="Namn eller e-postadress.")
    name = ShortText(
        "Eller namn",
        required=False,
        max_length=120,
        help_text="För någon utan konto. En patientföreträdare kan stå utan namn.",
    )
    part = forms.ChoiceField(label="Roll", choices=AnalysisParticipant.Part.choices)


class BarrierForm(forms.Form):
    """A barrier and what became of it."""

    prefix = "barriar"
    text = LongText(
        "Barriär",
        rows=2,
        help_text="Vad skulle ha stoppat händelsen, eller stoppade den?",
        empty="Skriv vilken barriär det gäller.",
    )
    held = forms.ChoiceField(
        label="Vad blev det av den",
        choices=[(value, label.capitalize()) for value, label in Barrier.Held.choices],
        widget=forms.RadioSelect,
        error_messages={"required": "Välj vad det blev av barriären."},
    )
    moment = forms.ModelChoiceField(
        TimelineEntry.objects.none(),
        label="Tidpunkt i förloppet",
        required=False,
        empty_label="Ingen särskild",
    )

    def __init__(self, *args: Any, deviation: Deviation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        moment: Any = self.fields["moment"]
        moment.queryset = TimelineEntry.objects.filter(deviation=deviation)


class PlaceForm(forms.Form):
    """Where a cause has its place: before a departure, or behind another cause."""

    place = forms.ChoiceField(label="Plats", required=False)

    def __init__(self, *args: Any, cause: Cause, deviation: Deviation, **kwargs: Any) -> None:
        kwargs.setdefault("prefix", f"plats-{cause.pk}")
        super().__init__(*args, **kwargs)
        departures = [one for one in deviation.timeline.all() if one.departs]
        others = [one for one in deviation.causes.all() if one.pk != cause.pk]
        self.departures = {f"{DIRECT}{one.pk}": one for one in departures}
        self.others = {f"{BEHIND}{one.pk}": one for one in others}
        place: Any = self.fields["place"]
        place.choices = [
            ("", "Ingen plats än"),
            ("Direkt orsak till", [(key, _line(one.text)) for key, one in self.departures.items()]),
            ("Bakom orsaken", [(key, _line(one.text)) for key, one in self.others.items()]),
        ]
        place.label = f"Plats för ”{_line(cause.text)}”"
        if cause.departure_id:
            self.initial["place"] = f"{DIRECT}{cause.departure_id}"
        elif cause.explains_id:
            self.initial["place"] = f"{BEHIND}{cause.explains_id}"

    def given(self) -> dict[str, Any]:
        """What the action takes."""
        place = self.cleaned_data["place"]
        return {"departure": self.departures.get(place), "explains": self.others.get(place)}


def _line(written: str) -> str:
    """A text as one line of a list."""
    return Truncator(" ".join(written.split())).chars(70)


class ProposalForm(MeasureForm):
    """A measure that is proposed, and against which cause."""

    prefix = "forslag"
    cause = forms.ModelChoiceField(
        Cause.objects.none(), label="Mot orsaken", required=False, empty_label="Ingen särskild"
    )

    def __init__(self, *args: Any, deviation: Deviation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cause: Any = self.fields["cause"]
        cause.queryset = Cause.objects.filter(deviation=deviation)


class AcceptForm(forms.Form):
    """The proposal is accepted as somebody has read it."""

    prefix = "beslut"
    version = Version()


class RejectForm(forms.Form):
    """Why a proposal is not carried out."""

    prefix = "avslag"
    reason = LongText("Skäl", rows=2, empty="Skriv varför förslaget avslås.")
    version = Version()


class HandInForm(forms.Form):
    """The report is handed in as somebody has read it."""

    prefix = "lamna"
    version = Version()


class TakeBackForm(forms.Form):
    """Why the report is worked on again."""

    prefix = "tillbaka"
    reason = LongText(
        "Varför tas rapporten tillbaka?", rows=2, empty="Skriv varför rapporten tas tillbaka."
    )


class ClearForm(forms.Form):
    """The de-identified text has been read."""

    prefix = "granskad"
    text_hash = forms.CharField(widget=forms.HiddenInput, max_length=64)
    has_read = forms.BooleanField(
        label="Jag har läst hela texten och ingen person eller plats går att känna igen",
        error_messages={"required": "Läs texten och kryssa för att du har gjort det."},
    )

"""What a term of information security is to say from a day, and its last day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone

from patientsakerhet.cases.models import DeadlineRule
from patientsakerhet.information_security.actions.terms import Term, TermList
from patientsakerhet.ui.fields import Day, LongText, ShortText


class TermForm(forms.Form):
    """A row of one of the lists; each list asks for what its rows hold."""

    code = forms.SlugField(
        label="Kod", max_length=40, help_text="Kort, till exempel natverk. Ändras inte sedan.",
        error_messages={"required": "Skriv en kod.", "invalid": "Skriv bokstäver a till z, siffror och bindestreck."},
    )  # fmt: skip
    label = ShortText("Benämning", max_length=200, empty="Skriv vad det heter.")
    help = ShortText("Vad som behövs", required=False, max_length=300)
    text = LongText("När den väljs", rows=3, max_length=2000, empty="Skriv när nivån väljs.")
    position = forms.IntegerField(
        label="Ordning", min_value=0, max_value=9999, help_text="Lägst står först."
    )
    is_required = forms.BooleanField(
        label="Krävs innan riskbedömningen börjar", required=False, initial=True
    )
    basis = LongText(
        "Grund", rows=3, max_length=4000, help_text="Skriv också vad som inte är kontrollerat.",
        empty="Skriv vilken grund texten har: lagen, vägledningen eller det lokala beslutet.",
    )  # fmt: skip
    standing = forms.ChoiceField(
        label="Hur säker är grunden?",
        choices=[(value, f"{label[:1].upper()}{label[1:]}") for value, label in DeadlineRule.Standing.choices],
    )  # fmt: skip
    since = Day("Gäller från och med", empty="Välj från vilken dag det gäller.")
    seen = forms.CharField(required=False, widget=forms.HiddenInput, max_length=40)

    def __init__(
        self, terms: TermList, row: Term | None, *args: Any, seen: str = "", **kwargs: Any
    ) -> None:
        stands = {name: getattr(row, name) for name in terms.facts} if row else {"position": 100}
        initial = {"since": timezone.localdate() + timedelta(days=1), "seen": seen, **stands}
        super().__init__(*args, **{**kwargs, "initial": initial})
        kept = {*terms.facts, "since", "seen", *(() if row else ("code",))}
        for name in [name for name in self.fields if name not in kept]:
            del self.fields[name]
        longest = terms.model._meta.get_field("label").max_length
        self.fields["label"] = ShortText(
            "Benämning",
            max_length=longest,
            empty="Skriv vad det heter.",
            initial=stands.get("label"),
        )
        self.order_fields(["code", "label", "help", "text", "position", "is_required"])


class EndTermForm(forms.Form):
    """The last day on which it is asked about."""

    prefix = "slut"
    last_day = Day("Sista dagen", empty="Välj den sista dagen.")
    seen = forms.CharField(required=False, widget=forms.HiddenInput, max_length=40)

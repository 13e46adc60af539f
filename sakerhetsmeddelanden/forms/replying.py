"""What a coordinator writes in the supplier's reply form, and where it is sent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from patientsakerhet.ui.fields import Day, LongText, ShortText, Version
from sakerhetsmeddelanden.models import SafetyNotice, SupplierReply
from sakerhetsmeddelanden.reply import gathering
from sakerhetsmeddelanden.reply.facts import Details

MOST = 120
OF_THIS_REPLY = ("other_action", "query", "return_to", "deadline", "account")
"""What is not carried over from the reply to another notice."""


def _capital(choices: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(value, label.capitalize()) for value, label in choices]


class ReplyForm(forms.Form):
    """Who answers for the region, and what no unit's answer tells."""

    version = Version()
    form = forms.ChoiceField(
        label="Formulär", choices=_capital(SupplierReply.Form.choices), widget=forms.RadioSelect,
        error_messages={"required": "Välj formulär."},
    )  # fmt: skip
    language = forms.ChoiceField(
        label="Språk", choices=_capital(SupplierReply.LANGUAGES), widget=forms.RadioSelect,
        error_messages={"required": "Välj språk."},
    )  # fmt: skip
    organisation = ShortText("Vårdgivare", empty="Skriv vem som svarar.", max_length=MOST)
    address = ShortText("Adress", empty="Skriv adressen.")
    contact = ShortText(
        "Kontaktperson eller funktion", empty="Skriv vem leverantören kan fråga.", max_length=MOST
    )
    title = ShortText("Befattning", required=False, max_length=MOST)
    phone = ShortText("Telefon", empty="Skriv ett telefonnummer.", max_length=40)
    email = forms.EmailField(
        label="E-post", max_length=200, error_messages={"required": "Skriv en e-postadress."}
    )
    department = ShortText("Avdelning eller enhet", required=False, max_length=MOST)
    account = ShortText("Kundnummer", required=False, max_length=40)
    shipping = ShortText("Leveransadress, om den är en annan", required=False)
    other_action = LongText("Annat som vi har gjort", rows=2, required=False, max_length=2000)
    query = LongText("Fråga till leverantören", rows=2, required=False, max_length=2000)
    return_to = forms.EmailField(
        label="Svaret skickas till", max_length=200,
        error_messages={"required": "Skriv leverantörens e-postadress."},
    )  # fmt: skip
    deadline = Day("Leverantörens sista dag", required=False)
    partial = forms.BooleanField(
        label="Svaret får vara ofullständigt", required=False,
        help_text="Formuläret säger överst hur många enheter som saknas. Ett fullständigt svar följer.",
    )  # fmt: skip

    def given(self) -> dict[str, Any]:
        """What the action takes."""
        values = dict(self.cleaned_data)
        chosen = {key: values.pop(key) for key in ("version", "form", "language", "partial")}
        return {**chosen, "details": Details(**values)}


class SendForm(forms.Form):
    """To whom the form goes."""

    version = Version()
    to = forms.EmailField(
        label="Skicka till", max_length=200,
        error_messages={"required": "Skriv leverantörens e-postadress."},
    )  # fmt: skip


class LeaveForm(forms.Form):
    """Why the supplier need not be told of an answer that was changed."""

    version = Version()
    reason = ShortText(
        "Varför behöver leverantören inte få veta?", max_length=300, empty="Skriv varför."
    )


def first_values(notice: SafetyNotice, *, version: int, region: str) -> dict[str, Any]:
    """What the form starts from: the last reply of the same desk, and what the notice says."""
    same = notice.replies.first()
    kept: dict[str, Any] = dict(same.details) if same else _as_last_time(notice, region)
    return {
        **kept,
        "version": version,
        "form": same.form if same else SupplierReply.Form.CUSTOMER,
        "language": same.language if same else gathering.reply_language(notice),
        "return_to": kept.get("return_to") or notice.reply_address,
        "deadline": _day(kept.get("deadline", "")) or notice.reply_by,
    }


def _as_last_time(notice: SafetyNotice, region: str) -> dict[str, Any]:
    last = (
        SupplierReply.objects.filter(notice__case__owning_unit=notice.case.owning_unit)
        .order_by("-prepared_at", "-pk")
        .first()
    )
    if last is None:
        return {"organisation": region}
    return {key: value for key, value in last.details.items() if key not in OF_THIS_REPLY}


def _day(written: str) -> date | None:
    return date.fromisoformat(written) if written else None

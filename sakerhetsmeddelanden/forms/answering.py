"""What a unit fills in: whether it is affected, what it has done with its devices, who signs; and the code of a link."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from patientsakerhet.ui.fields import Day, LongText, ShortText, Version
from sakerhetsmeddelanden.actions.answers import UNDONE, DeviceSaid, Said
from sakerhetsmeddelanden.models import Recipient, RecipientDevice
from sakerhetsmeddelanden.workflow import ACTION_DONE, NOT_AFFECTED

Outcome = RecipientDevice.Outcome
YES, NO = Recipient.Answer.AFFECTED.value, Recipient.Answer.NOT_AFFECTED.value
OUTCOMES = [("", "Välj vad ni har gjort"), *Outcome.choices]
DONE = [choice for choice in Outcome.choices if choice[0] not in UNDONE]
NOTHING = [(one.value, one.label) for one in (Outcome.NOT_HERE, Outcome.NOT_AFFECTED)]
FEW = 12
"""Devices that the answer asks about one by one; more of them have a list to work through."""


class DeviceForm(forms.Form):
    """One device: what has been done, when, how many, anything to add."""

    outcome = forms.ChoiceField(label="Gjort", choices=OUTCOMES, required=False)
    on = Day("Dag", required=False)
    quantity = forms.IntegerField(
        label="Antal",
        min_value=1,
        max_value=1_000_000,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    note = ShortText("Kommentar", max_length=300, required=False)
    was = forms.CharField(required=False, widget=forms.HiddenInput)

    use_required_attribute = False

    def __init__(self, *args: Any, device: RecipientDevice, **kwargs: Any) -> None:
        kwargs["prefix"] = f"utrustning-{device.pk}"
        kwargs["initial"] = {
            "outcome": device.outcome,
            "on": device.outcome_on or timezone.localdate(),
            "quantity": device.quantity,
            "note": device.note,
            "was": device.outcome,
        }
        super().__init__(*args, **kwargs)
        self.device = device
        if not is_counted(device):
            del self.fields["quantity"]

    def said(self) -> DeviceSaid | None:
        """What is said of the device; nothing when no answer was chosen."""
        given = self.cleaned_data
        if not given["outcome"]:
            return None
        undone = given["outcome"] in UNDONE
        return DeviceSaid(
            outcome=given["outcome"],
            on=None if undone else given["on"],
            quantity=given.get("quantity"),
            note=given["note"],
            was=given["was"],
        )


def is_counted(device: RecipientDevice) -> bool:
    """Whether it stands for several: a lot, or what the unit has named itself."""
    one = device.device
    return one is None or not (one.serial_number or one.inventory_number)


class AnswerForm(forms.Form):
    """The unit's answer. Devices are asked about one by one when they are few."""

    affected = forms.ChoiceField(
        label="Är ni berörda?",
        choices=[(YES, "Ja, vi är berörda"), (NO, "Nej, vi är inte berörda")],
        widget=forms.RadioSelect,
        error_messages={"required": "Svara om ni är berörda."},
    )
    why_not = forms.ChoiceField(
        label="Varför inte?",
        choices=NOTHING,
        widget=forms.RadioSelect,
        required=False,
    )
    all_outcome = forms.ChoiceField(
        label="Samma svar om all utrustning",
        choices=[("", "Välj, eller svara för var och en"), *DONE],
        required=False,
    )
    all_on = Day("Vilken dag", required=False)
    done = forms.BooleanField(label="Allt som begärs är gjort", required=False)
    note = LongText("Kommentar", rows=2, max_length=2_000, required=False)
    reason = LongText("Varför ändrar ni svaret?", rows=2, max_length=2_000, required=False)
    name = ShortText(
        "Ditt namn och din befattning", max_length=120, empty="Skriv ditt namn och din befattning."
    )
    version = Version()

    use_required_attribute = False

    def __init__(
        self,
        *args: Any,
        recipient: Recipient,
        devices: Sequence[RecipientDevice],
        count: int,
        asks_name: bool,
        name: str = "",
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("initial", initial_of(recipient, name))
        super().__init__(*args, **kwargs)
        self.recipient, self.count = recipient, count
        self.rows = [
            DeviceForm(self.data if self.is_bound else None, device=one) for one in devices
        ]
        if not asks_name:
            del self.fields["name"]
        if not count:
            del self.fields["why_not"], self.fields["all_outcome"], self.fields["all_on"]
        if not recipient.answer:
            del self.fields["reason"]

    def clean(self) -> dict[str, Any]:
        """The parts fit together; the devices' own faults are told of beside them."""
        given = super().clean() or {}
        if given.get("affected") == NO and self.count and not given.get("why_not"):
            self.add_error("why_not", "Välj varför ni inte är berörda.")
        if given.get("affected") == YES and given.get("all_outcome") and not given.get("all_on"):
            self.add_error("all_on", "Skriv vilken dag det gjordes.")
        wrong = [row for row in self.rows if not row.is_valid()]
        if given.get("affected") == YES and wrong:
            self.add_error(None, "Rätta uppgifterna om utrustningen.")
        return given

    @property
    def has_device_answers(self) -> bool:
        """Whether something is said of single devices already, or is wrong with what was."""
        return any(row.device.outcome or (row.is_bound and row.has_changed()) for row in self.rows)

    def said(self) -> Said:
        """The answer, as the act takes it."""
        given = self.cleaned_data
        affected = given["affected"] == YES
        told = {
            row.device.pk: said
            for row in self.rows
            if affected and row.is_valid() and (said := row.said())
        }
        return Said(
            affected=affected,
            done=affected and given["done"],
            note=given["note"],
            devices=told,
            all_devices=self._all(given, affected),
            reason=given.get("reason", ""),
        )

    def _all(self, given: dict[str, Any], affected: bool) -> DeviceSaid | None:
        if affected and given.get("all_outcome"):
            return DeviceSaid(given["all_outcome"], on=given["all_on"])
        if not affected and given.get("why_not"):
            return DeviceSaid(given["why_not"])
        return None


def initial_of(recipient: Recipient, name: str) -> dict[str, Any]:
    """What stands there before anybody writes."""
    return {
        "affected": recipient.answer,
        "done": recipient.status == ACTION_DONE,
        "note": recipient.answer_note,
        "all_on": timezone.localdate(),
        "name": name,
        "version": recipient.version,
    }


def is_correction(recipient: Recipient) -> bool:
    """Whether anything but the rest of the work would change what has been signed."""
    return recipient.status in (ACTION_DONE, NOT_AFFECTED)


class TickForm(forms.Form):
    """What has been done with the devices that are marked in the work list."""

    outcome = forms.ChoiceField(
        label="Gjort",
        choices=[*DONE, *NOTHING],
        error_messages={"required": "Välj vad ni har gjort."},
    )
    on = Day("Dag", required=False, initial=timezone.localdate)
    note = ShortText("Kommentar", max_length=300, required=False)
    reason = ShortText(
        "Varför svaret ändras",
        max_length=300,
        required=False,
        help_text="Behövs bara när ni redan har skrivit under att allt är klart.",
    )
    name = ShortText(
        "Ditt namn och din befattning", max_length=120, empty="Skriv ditt namn och din befattning."
    )

    use_required_attribute = False

    def __init__(self, *args: Any, asks_name: bool, corrects: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_name:
            del self.fields["name"]
        if not corrects:
            del self.fields["reason"]

    def said_of(self, was: str) -> DeviceSaid:
        """The same of each marked device, which was shown with this answer."""
        given = self.cleaned_data
        on: date | None = None if given["outcome"] in UNDONE else given["on"]
        return DeviceSaid(given["outcome"], on=on, note=given["note"], was=was)


class CodeForm(forms.Form):
    """The code of a personal link."""

    code = ShortText(
        "Din kod",
        help_text="Sex siffror som du har fått av oss på telefon. Mellanrum gör inget.",
        max_length=30,
        empty="Skriv koden.",
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "data-width": "code"}
        ),
    )

"""What people write in a report: the question, the decision, the worksheet, what was sent and answered."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from patientsakerhet.authority_reports.models import AuthorityReport, ReportKind
from patientsakerhet.organisation.models import CareProvider
from patientsakerhet.ui.fields import Day, LongText, Moment, ShortText, Version
from patientsakerhet.ui.forms import Hinted

YES, NO = AuthorityReport.Decision.YES, AuthorityReport.Decision.NO


class NewReportForm(forms.Form):
    """Which report the case may need, and why."""

    kind = forms.ModelChoiceField(
        ReportKind.objects.none(),
        label="Anmälan",
        to_field_name="key",
        empty_label="Välj vad som ska prövas",
        error_messages={"required": "Välj vilken anmälan det gäller."},
    )
    grounds = LongText(
        "Varför ska det prövas?",
        rows=3,
        empty="Skriv varför frågan ställs.",
        help_text="Det som den som beslutar behöver veta. Till exempel: ”Patienten fick ny operation.”",
    )
    event_provider = forms.ModelChoiceField(
        CareProvider.objects.none(),
        label="Händelsen inträffade hos",
        empty_label=None,
        help_text="En vårdgivare anmäler bara händelser i sin egen verksamhet.",
    )
    clock_from = Moment(
        "Tiden räknas från",
        required=False,
        help_text="Tomt: det som anmälan räknar från, så som det står i ärendet.",
    )
    ask = forms.ChoiceField(
        label="Vad ska hända?",
        choices=[
            ("ask", Hinted("Begär beslut nu", "Den som beslutar får veta det.")),
            ("note", Hinted("Anteckna som kandidat", "Beslutet begärs senare. Ärendet kan inte avslutas innan dess.")),
        ],
        widget=forms.RadioSelect,
        initial="ask",
        error_messages={"required": "Välj vad som ska hända."},
    )  # fmt: skip

    def __init__(self, *args: Any, provider: CareProvider, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind: Any = self.fields["kind"]
        kind.queryset = ReportKind.objects.current()
        kind.label_from_instance = lambda one: (
            one.name if one.name == one.authority else f"{one.name} ({one.authority})"
        )
        where: Any = self.fields["event_provider"]
        where.queryset = CareProvider.objects.order_by("name")
        where.initial = provider.pk

    def given(self) -> dict[str, Any]:
        """What the action takes."""
        return {**self.cleaned_data, "ask": self.cleaned_data["ask"] == "ask"}


class PlainForm(forms.Form):
    """A step that asks for nothing but the version somebody looked at."""

    version = Version()


class ReasonForm(PlainForm):
    """Why."""

    reason = LongText("Skäl", rows=3, empty="Skriv varför.")


class DecisionForm(PlainForm):
    """Yes or no, and why: a no needs its reason as much as a yes."""

    report_it = forms.TypedChoiceField(
        label="Beslut",
        choices=[(YES, "Ja, det ska anmälas"), (NO, "Nej, det ska inte anmälas")],
        widget=forms.RadioSelect,
        coerce=lambda value: value == YES,
        error_messages={"required": "Välj ja eller nej."},
    )
    motive = LongText(
        "Motivering",
        rows=5,
        empty="Skriv varför, också när det inte ska anmälas.",
        help_text="Vilka fakta och vilken grund beslutet vilar på.",
    )


class SentForm(PlainForm):
    """That something has been sent: when and how."""

    def __init__(self, *args: Any, report: AuthorityReport, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        channel: Any = self.fields["channel"]
        channel.choices = [(code, label.capitalize()) for code, label in report.kind.ways]
        if len(report.kind.ways) == 1:
            channel.initial = report.kind.ways[0][0]


def _channel() -> forms.ChoiceField:
    return forms.ChoiceField(
        label="Genom",
        widget=forms.RadioSelect,
        error_messages={"required": "Välj hur den lämnades in."},
    )


def _file(label: str) -> forms.FileField:
    return forms.FileField(label=label, required=False)


class SubmitForm(SentForm):
    """That it has been handed in."""

    submitted_at = Moment("Inskickad", empty="Fyll i när den skickades in.", initial=timezone.now)
    channel = _channel()
    diary_no = ShortText(
        "Diarienummer eller kvittensnummer",
        required=False,
        max_length=60,
        help_text="Lämna tomt om det inte har kommit än. Det kan läggas till senare.",
    )
    file = _file("Kvittens eller kopia")

    field_order = ["submitted_at", "channel", "diary_no", "file"]


class SupplementForm(SentForm):
    """What more was sent."""

    sent = LongText("Vad skickades?", rows=3, empty="Skriv vad som skickades.")
    sent_at = Moment("När", empty="Fyll i när det skickades.", initial=timezone.now)
    channel = _channel()
    file = _file("Fil")


class ReceiptForm(PlainForm):
    """The number and the receipt the authority has given."""

    diary_no = ShortText("Diarienummer eller kvittensnummer", required=False, max_length=60)
    file = _file("Kvittens")


class OutcomeForm(PlainForm):
    """What the authority answered."""

    answered_on = Day("Svaret är daterat", empty="Välj dagen.", initial=timezone.localdate)
    outcome = LongText(
        "Vad kom myndigheten fram till?", rows=5, empty="Skriv vad myndigheten kom fram till."
    )
    diary_no = ShortText("Diarienummer", required=False, max_length=60)


class ManufacturerForm(PlainForm):
    """That the manufacturer knows."""

    told_at = Moment("När", empty="Fyll i när tillverkaren fick veta det.", initial=timezone.now)
    how = ShortText(
        "Hur och vem",
        empty="Skriv hur tillverkaren fick veta det, och vem ni talade med.",
        help_text="Till exempel: ”kopia av anmälan till vigilance-brevlådan”.",
    )


class WorksheetForm(PlainForm):
    """The fields of the kind's worksheet, and the points of its checklist."""

    def __init__(
        self,
        data: Any = None,
        *,
        report: AuthorityReport,
        first: dict[str, str],
        version: int,
    ) -> None:
        self.report = report
        kept = report.worksheet
        initial = {
            one.key: kept.get(one.key, first.get(one.key, "")) for one in report.kind.worksheet
        }
        super().__init__(
            data,
            initial={**_prefixed(initial), "checked": report.checked, "version": version},
        )
        for one in report.kind.worksheet:
            self.fields[_name(one.key)] = LongText(
                one.label,
                rows=_rows(initial[one.key]),
                required=False,
                help_text=one.help,
            )
        if report.kind.points:
            self.fields["checked"] = forms.MultipleChoiceField(
                label="Kontrollista",
                choices=[(one.key, one.text) for one in report.kind.points],
                widget=forms.CheckboxSelectMultiple,
                required=False,
            )

    def given(self) -> dict[str, Any]:
        """What the action takes."""
        told = dict(self.cleaned_data)
        checked = told.pop("checked", [])
        version = told.pop("version")
        values = {one.key: told[_name(one.key)] for one in self.report.kind.worksheet}
        return {"values": values, "checked": checked, "version": version}


def _name(key: str) -> str:
    """A field's name in the form; apart from the form's own."""
    return f"f_{key}"


def _prefixed(values: dict[str, str]) -> dict[str, str]:
    return {_name(key): value for key, value in values.items()}


def _rows(value: str) -> int:
    """So high that what stands there can be read."""
    return min(8, max(1, value.count("\n") + 1, len(value) // 80 + 1))

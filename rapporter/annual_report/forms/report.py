"""Starting a report, saying what it is about, its aims, its sections."""

from __future__ import annotations

from typing import Any

from django import forms

from patientsakerhet.cases.models import Case
from patientsakerhet.lib import calendar
from patientsakerhet.ui.choosing import PersonField, UnitField
from patientsakerhet.ui.fields import Day, LongText, Moment, ShortText, Version
from rapporter import registry
from rapporter.annual_report import fields as in_text
from rapporter.annual_report.models import AnnualReport, Section
from rapporter.annual_report.querysets import AnnualReportQuerySet

FIRST_YEAR = 2011
"""The duty is of the law that began to hold this year."""


class StartForm(forms.Form):
    """A new report: of which unit and year."""

    unit = UnitField("Enhet med dem under", empty="Skriv vilken enhet berättelsen gäller.")
    year = forms.IntegerField(
        label="År", min_value=FIRST_YEAR, max_value=2199,
        error_messages={"required": "Skriv året."},
    )  # fmt: skip
    diary_no = ShortText("Diarienummer", required=False, max_length=40)


class DescribeForm(forms.Form):
    """As of when the figures are taken, and the number it goes under."""

    version = Version()
    cutoff_at = Moment(
        "Datumgräns",
        help_text="Siffrorna tas som de var kända då. Det som skrevs in senare räknas inte.",
    )
    diary_no = ShortText("Diarienummer", required=False, max_length=40)

    @classmethod
    def of(cls, report: AnnualReport) -> DescribeForm:
        """As it stands."""
        return cls(
            initial={
                "version": report.case.version,
                "cutoff_at": report.cutoff_at,
                "diary_no": report.diary_no,
            }
        )


class TargetForm(forms.Form):
    """An aim for the year after."""

    version = Version()
    text = ShortText("Mål", max_length=300, empty="Skriv målet.")
    measure = forms.ChoiceField(
        label="Mäts med", required=False,
        help_text="Nästa års berättelse visar måttets värde som utfall.",
    )  # fmt: skip
    baseline = ShortText("Utgångsläge", required=False, max_length=40)
    aim = ShortText("Målvärde", max_length=40, empty="Skriv målvärdet.")
    due_on = Day("Senast", required=False)
    owner = ShortText("Ansvarig", max_length=120, empty="Skriv vem som är ansvarig.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("prefix", "mal")
        super().__init__(*args, **kwargs)
        field: Any = self.fields["measure"]
        field.choices = [
            ("", "Inget mått"),
            *((one.figure or one.key, one.name) for one in registry.every()),
        ]


class TextForm(forms.Form):
    """The text of a section."""

    version = Version()
    text = LongText("Text", rows=14, required=False)
    text.widget.attrs["data-size"] = "big"

    @classmethod
    def of(cls, section: Section) -> TextForm:
        """As it stands."""
        return cls(initial={"version": section.version, "text": section.text})


class ConfirmForm(forms.Form):
    """Last year's paragraphs that still hold, and numbers typed by hand that are right."""

    version = Version()
    paragraphs = forms.MultipleChoiceField(
        label="Stycken från förra året som fortfarande stämmer",
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    numbers = forms.MultipleChoiceField(
        label="Tal skrivna för hand som stämmer",
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, section: Section, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"version": section.version})
        kwargs.setdefault("prefix", "bekrafta")
        super().__init__(*args, **kwargs)
        paragraphs: Any = self.fields["paragraphs"]
        numbers: Any = self.fields["numbers"]
        paragraphs.choices = [(in_text.mark(one), one) for one in section.unreviewed]
        numbers.choices = [
            (one.key, f"{one.text} i ”{_short(one.paragraph)}”") for one in section.unconfirmed
        ]
        for name in ("paragraphs", "numbers"):
            field: Any = self.fields[name]
            if not field.choices:
                del self.fields[name]

    @property
    def is_needed(self) -> bool:
        """Whether anything waits to be confirmed."""
        return len(self.fields) > 1


class AuthorForm(forms.Form):
    """Who writes the section."""

    version = Version()
    author = PersonField(
        "Skrivs av", required=False, help_text="Namn eller e-postadress. Tomt: ingen särskild."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("prefix", "skrivs")
        super().__init__(*args, **kwargs)


class StepForm(forms.Form):
    """A step that asks nothing."""

    version = Version()


class ReasonForm(StepForm):
    """A step that asks why."""

    reason = LongText("Varför?", rows=3, empty="Skriv varför.")


class NarrowForm(forms.Form):
    """Which reports are shown."""

    q = forms.CharField(
        label="Sök",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    year = forms.IntegerField(label="År", required=False, min_value=FIRST_YEAR, max_value=2199)

    def narrow(self, rows: AnnualReportQuerySet) -> AnnualReportQuerySet:
        """The rows that were asked for; none when it cannot be understood."""
        if not self.is_valid():
            return rows.none()
        if self.cleaned_data["year"]:
            rows = rows.filter(year=self.cleaned_data["year"])
        if self.cleaned_data["q"]:
            found = Case.objects.matching(self.cleaned_data["q"])
            rows = rows.filter(case__in=found.order_by().values("pk"))
        return rows


def this_year() -> int:
    """The year a report is most likely started for: last year's until summer, then this one's."""
    today = calendar.today()
    return today.year - 1 if today.month < 7 else today.year


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 90 else f"{line[:89]}…"

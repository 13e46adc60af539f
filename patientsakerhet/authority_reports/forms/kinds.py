"""What a kind of report says from a day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import slugify

from patientsakerhet.authority_reports.actions.kinds import FACTS
from patientsakerhet.authority_reports.around import SOURCES
from patientsakerhet.authority_reports.models import ReportKind
from patientsakerhet.cases.models import DeadlineRule
from patientsakerhet.ui.fields import Day, LongText, ShortText

BETWEEN = "|"
REQUIRED = "krävs"
KEY_LENGTH = 40


class LinesField(LongText):
    """Rows, one a line, each with its parts apart."""

    def to_rows(self, written: str) -> list[list[str]]:
        """The parts of each line that is not empty."""
        return [
            [part.strip() for part in line.split(BETWEEN)]
            for line in written.splitlines()
            if line.strip()
        ]


def _capital(choices: Any) -> list[tuple[str, str]]:
    return [(value, label[:1].upper() + label[1:]) for value, label in choices]


class ReportKindForm(forms.Form):
    """A kind of report, as it is from a day on."""

    name = ShortText("Namn", empty="Skriv vad anmälan kallas.", max_length=80)
    authority = ShortText(
        "Myndighet eller mottagare", empty="Skriv vem som får den.", max_length=80
    )
    position = forms.IntegerField(
        label="Ordning", min_value=0, max_value=9999, help_text="Lägst står först när någon väljer."
    )
    basis = LongText(
        "Rättslig grund",
        rows=4,
        help_text="Så som den ska stå vid anmälan. Skriv också vad som inte är kontrollerat.",
        empty="Skriv vilken grund anmälan har: lagen, föreskriften eller praxis.",
        max_length=4000,
    )
    standing = forms.ChoiceField(
        label="Hur säker är grunden?", choices=_capital(DeadlineRule.Standing.choices)
    )
    when = ShortText("När ska den göras?", required=False)
    clock = forms.ChoiceField(label="Tiden räknas från", choices=_capital(ReportKind.Clock.choices))
    decided_with = forms.ChoiceField(
        label="Beslutas av", choices=_capital(ReportKind.Decider.choices)
    )
    own_event_only = forms.BooleanField(
        label="Bara händelser i egen verksamhet",
        required=False,
        help_text="En händelse hos en annan vårdgivare kan då inte beslutas eller skickas in.",
    )
    tells_manufacturer = forms.BooleanField(label="Tillverkaren ska informeras", required=False)
    channels = forms.MultipleChoiceField(
        label="Får lämnas in genom",
        choices=_capital(ReportKind.Channel.choices),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Välj minst ett sätt att lämna in."},
    )
    never_by_mail = forms.BooleanField(label="Tas aldrig emot med e-post", required=False)
    address = LongText("Så lämnas den in", rows=3, required=False, max_length=2000)
    target_amount = forms.IntegerField(
        label="Tid",
        required=False,
        min_value=1,
        max_value=1000,
        help_text="Ett eget mål, eller lagens tid om den har en. Tomt: bara åldern visas.",
    )
    target_measured = forms.ChoiceField(
        label="Räknas i",
        required=False,
        choices=[("", "–"), *_capital(DeadlineRule.Measured.choices)],
    )
    target_standing = forms.ChoiceField(
        label="Hur säker är tiden?",
        required=False,
        choices=[("", "–"), *_capital(DeadlineRule.Standing.choices)],
    )
    target_basis = LongText("Tidens grund", rows=2, required=False, max_length=2000)
    fields_text = LinesField(
        "Underlagets fält",
        rows=12,
        required=False,
        help_text=(
            "Ett fält på varje rad: rubrik | hjälptext | hämtas ur | krävs. De tre sista kan utelämnas."
        ),
    )
    checklist_text = LinesField(
        "Kontrollista före inskickning", rows=6, required=False, help_text="En punkt på varje rad."
    )
    since = Day("Gäller från och med", empty="Välj från vilken dag det gäller.")
    seen = forms.CharField(required=False, widget=forms.HiddenInput, max_length=40)

    def __init__(self, kind: ReportKind | None, *args: Any, seen: str = "", **kwargs: Any) -> None:
        self.kind = kind
        tomorrow = timezone.localdate() + timedelta(days=1)
        standing = {name: getattr(kind, name) for name in FACTS} if kind else {"position": 100}
        initial = {
            "since": tomorrow,
            "seen": seen,
            "fields_text": _fields_in_words(kind) if kind else "",
            "checklist_text": "\n".join(one.text for one in kind.points) if kind else "",
            **standing,
        }
        super().__init__(*args, **{**kwargs, "initial": initial})

    def clean_fields_text(self) -> list[dict[str, Any]]:
        """The worksheet's fields; one keeps its key as long as it keeps its heading."""
        known = {one.label: one.key for one in self.kind.worksheet} if self.kind else {}
        sources = {label: key for key, label in SOURCES.items()}
        found: dict[str, dict[str, Any]] = {}
        rows: Any = self.fields["fields_text"]
        for parts in rows.to_rows(self.cleaned_data["fields_text"]):
            label, help_text, source, required = (*parts, "", "", "")[:4]
            if len(parts) > 4 or not label or len(label) > 120:
                raise forms.ValidationError(
                    f"Raden ”{BETWEEN.join(parts)[:60]}” går inte att läsa."
                )
            if source and source not in sources:
                raise forms.ValidationError(f"”{source}” är inget som kan hämtas ur ärendet.")
            if required and required != REQUIRED:
                raise forms.ValidationError(f"Skriv {REQUIRED} eller ingenting sist i ”{label}”.")
            key = known.get(label) or slugify(label).replace("-", "_")[:KEY_LENGTH]
            if not key or key in found:
                raise forms.ValidationError(f"Fältet ”{label}” finns redan.")
            found[key] = {
                "key": key,
                "label": label,
                "help": help_text,
                "source": sources.get(source, ""),
                "required": bool(required),
            }
        return list(found.values())

    def clean_checklist_text(self) -> list[dict[str, str]]:
        """The points of the checklist; one keeps its key as long as it keeps its words."""
        known = {one.text: one.key for one in self.kind.points} if self.kind else {}
        found: dict[str, dict[str, str]] = {}
        for line in self.cleaned_data["checklist_text"].splitlines():
            words = " ".join(line.split())
            if not words:
                continue
            key = known.get(words) or slugify(words).replace("-", "_")[:KEY_LENGTH]
            if not key or key in found:
                raise forms.ValidationError(f"Punkten ”{words[:60]}” finns redan.")
            found[key] = {"key": key, "text": words}
        return list(found.values())

    def clean(self) -> dict[str, Any]:
        """A time has its unit and its ground, or is not there."""
        told = super().clean() or {}
        if told.get("target_amount") is None:
            told["target_measured"] = told["target_standing"] = told["target_basis"] = ""
        else:
            for name, asked in (
                ("target_measured", "Välj vad tiden räknas i."),
                ("target_standing", "Välj hur säker tiden är."),
                ("target_basis", "Skriv vilken grund tiden har."),
            ):
                if not told.get(name):
                    self.add_error(name, asked)
        if told.get("never_by_mail") and "mail" in told.get("channels", ()):
            self.add_error("channels", "Myndigheten tar inte emot anmälan med e-post.")
        return told

    def given(self) -> dict[str, Any]:
        """What the action takes."""
        told = dict(self.cleaned_data)
        told["fields"] = told.pop("fields_text")
        told["checklist"] = told.pop("checklist_text")
        return told


class NewKindForm(ReportKindForm):
    """A kind that was not there before."""

    key = forms.SlugField(
        label="Kod",
        max_length=40,
        help_text="Små bokstäver utan å, ä och ö. Kan inte ändras sedan.",
        error_messages={"required": "Skriv en kod.", "invalid": "Bara a–z, siffror, - och _."},
    )
    field_order = ["key"]

    def clean_key(self) -> str:
        """A code that no kind has or has had."""
        key = str(self.cleaned_data["key"]).lower()
        if ReportKind.objects.filter(key=key).exists():
            raise forms.ValidationError("Koden är upptagen.")
        return key


class EndKindForm(forms.Form):
    """The last day on which a report of the kind may be begun."""

    prefix = "slut"
    last_day = Day("Sista dagen", empty="Välj den sista dagen.")
    seen = forms.CharField(required=False, widget=forms.HiddenInput, max_length=40)


def _fields_in_words(kind: ReportKind) -> str:
    lines = []
    for one in kind.worksheet:
        source = SOURCES.get(one.source, "")
        parts = [one.label, one.help, source, REQUIRED if one.required else ""]
        while not parts[-1]:
            parts.pop()
        lines.append(f" {BETWEEN} ".join(parts))
    return "\n".join(lines)

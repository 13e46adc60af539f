"""What a coordinator says about a message that has come in, and what a supplier sends by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.validators import EmailValidator

from patientsakerhet.cases import file_types
from patientsakerhet.cases.forms.attached import Attached
from patientsakerhet.register import likeness
from patientsakerhet.register.likeness import Likely
from patientsakerhet.ui.fields import Files, LongText, ShortText, Version
from sakerhetsmeddelanden import template
from sakerhetsmeddelanden.models import ProposedField
from sakerhetsmeddelanden.template import Sort

LONGEST_QUOTE = 160
ALWAYS = ("fsn_ref", "date", "device_name", "4.7", "1.3", "1.5", "1.7", "2.1", "3.1", "3.4_by")
"""Shown whether something was read for them or not; the rest opens below."""
_LINES = {Sort.LINE, Sort.DAY, Sort.YES, Sort.EDITION}


def name_of(code: str) -> str:
    """The form's name of a template field: "3.4_by" -> "f_3-4_by"."""
    return f"f_{code.replace('.', '-')}"


class PromoteForm(forms.Form):
    """The template's fields with what was read for each; a coordinator may write over it."""

    version = Version()

    def __init__(self, proposals: Iterable[ProposedField], data: Any = None, **kwargs: Any) -> None:
        self.proposals = {one.code: one for one in proposals}
        initial = {name_of(code): one.value for code, one in self.proposals.items()}
        super().__init__(data, initial={**initial, **kwargs.pop("initial", {})}, **kwargs)
        for code, known in template.FIELDS.items():
            self.fields[name_of(code)] = self._field(code, known)

    def _field(self, code: str, known: template.Field) -> forms.Field:
        label = f"{code.partition('_')[0]} {known.label}" if code[0].isdigit() else known.label
        proposed = self.proposals.get(code)
        told: dict[str, Any] = {"required": False, "help_text": _place(proposed)}
        long = proposed is not None and ("\n" in proposed.value or len(proposed.value) > 90)
        if known.sort in _LINES and not long:
            return ShortText(label, max_length=2000, **told)
        return LongText(label, rows=3, **told)

    def values(self) -> dict[str, str]:
        """By the template's codes, what is not empty."""
        return {
            code: self.cleaned_data[name_of(code)]
            for code in template.FIELDS
            if self.cleaned_data.get(name_of(code))
        }

    def likely_makers(self) -> list[Likely]:
        """The register's parties that the maker as it stands in the form may be."""
        return likeness.likely(maker_of(self[name_of("4.7")].value() or ""))

    @property
    def first(self) -> list[forms.BoundField]:
        """What was read, and what is always asked, in the template's order."""
        return [self[name_of(code)] for code in template.FIELDS if self._is_first(code)]

    @property
    def rest(self) -> list[forms.BoundField]:
        """The other fields of the template."""
        return [self[name_of(code)] for code in template.FIELDS if not self._is_first(code)]

    def _is_first(self, code: str) -> bool:
        return code in ALWAYS or code in self.proposals or name_of(code) in self.errors


def maker_of(written: str) -> str:
    """The maker's name in template field 4.7, which may go on with an address."""
    return written.strip().split("\n")[0].strip()[:200]


def _place(proposed: ProposedField | None) -> str:
    if proposed is None:
        return ""
    quote = " ".join(proposed.quote.split())
    short = f"{quote[:LONGEST_QUOTE]}…" if len(quote) > LONGEST_QUOTE else quote
    return f"Läst i {proposed.place}: ”{short}”" if short else f"Läst i {proposed.place}"


class AddForm(forms.Form):
    """Which notice the message belongs to."""

    version = Version()
    number = ShortText("Säkerhetsmeddelandets nummer", empty="Skriv numret, som SM-2026-00012.")


class SetAsideForm(forms.Form):
    """Why it is nothing for us."""

    version = Version()
    reason = ShortText(
        "Skäl", max_length=500, empty="Skriv varför, till exempel reklam eller fel mottagare."
    )


class BringBackForm(forms.Form):
    """Nothing but what was looked at."""

    version = Version()


class WithFiles(forms.Form):
    """A form whose files are taken in at once and kept while the rest is mended."""

    attachments = Files(
        "Filer",
        required=False,
        accept=",".join(f".{one}" for one in sorted(file_types.TYPES)),
        help_text=f"{file_types.written_types().capitalize()}, högst 25 MB var.",
    )

    def __init__(self, *args: Any, attached: Attached | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.attached = attached or Attached()

    def clean(self) -> dict[str, Any]:
        """What was wrong with a file stands at the file input."""
        cleaned = super().clean() or {}
        for problem in self.attached.problems:
            self.add_error("attachments", problem)
        return cleaned


class UploadForm(WithFiles):
    """A notice that came another way than through the mailbox: its mail or its PDF file."""

    note = LongText(
        "Hur det kom in", rows=2, required=False, help_text="Till exempel med rekommenderat brev."
    )

    def clean(self) -> dict[str, Any]:
        """There must be a file."""
        cleaned = super().clean()
        if not self.attached.files and not self.attached.problems:
            self.add_error("attachments", "Välj minst en fil.")
        return cleaned


class SupplierForm(WithFiles):
    """A safety notice from a supplier without account."""

    company = ShortText("Företag", max_length=160, empty="Skriv företagets namn.")
    contact = ShortText("Ditt namn", max_length=120, empty="Skriv ditt namn.")
    email = forms.CharField(
        label="E-post",
        max_length=254,
        help_text="Hit skickar vi svarsformuläret.",
        validators=[EmailValidator("Skriv en e-postadress, som namn@foretag.se.")],
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": "Skriv en e-postadress."},
    )
    phone = ShortText("Telefon", max_length=40, required=False)
    product = ShortText(
        "Produkt", help_text="Handelsnamn och modell.", empty="Skriv produktens namn."
    )
    fsn_ref = ShortText(
        "Meddelandets beteckning",
        max_length=80,
        required=False,
        help_text="FSN-nummer, om det finns.",
    )
    fsca_ref = ShortText(
        "Åtgärdens beteckning",
        max_length=80,
        required=False,
        help_text="FSCA-nummer, om det finns.",
    )
    problem = LongText("Vad är problemet?", rows=5, empty="Beskriv problemet.")
    action = LongText("Vad ska vården göra?", rows=4, empty="Beskriv vad vården ska göra.")
    affected = LongText(
        "Berörda serie- eller partinummer",
        rows=2,
        required=False,
        help_text="Som ni skriver dem, till exempel SN 1000-1499, 1600.",
    )

    field_order = (
        "company", "contact", "email", "phone", "product", "fsn_ref", "fsca_ref",
        "problem", "action", "affected", "attachments",
    )  # fmt: skip

    def told(self) -> Mapping[str, str]:
        """The answers as they were written."""
        return {
            name: self.cleaned_data.get(name, "") for name in self.fields if name != "attachments"
        }

    def text(self) -> str:
        """The answers as lines under labels, which is how they are read for the template's fields."""
        said = self.told()
        lines = [
            ("Produkt", "product"),
            ("FSN-referens", "fsn_ref"),
            ("FSCA-referens", "fsca_ref"),
            ("Tillverkare", "company"),
            ("Berörda serie- eller lotnummer", "affected"),
            ("Problembeskrivning", "problem"),
            ("Åtgärder som användaren ska vidta", "action"),
            ("Kontaktperson", "contact"),
            ("Telefon", "phone"),
        ]
        return "\n\n".join(f"{label}: {said[name]}" for label, name in lines if said[name])

"""What a reporter fills in afterwards: her code, an answer, whether she got one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.core import signing

from avvikelse.forms.report_words import ATTACH
from patientsakerhet.cases import file_types
from patientsakerhet.cases.forms.attached import Attached
from patientsakerhet.cases.models import Case, Reporter
from patientsakerhet.ui.fields import Files, LongText, ShortText

SALT = "avvikelse.follow"
READ_WITHIN = timedelta(minutes=30)
"""As long can the page opened by a code be read before the code is asked for again."""
SENT_WITHIN = timedelta(hours=12)
"""As long is what was written on it taken in: nobody is cut off in the middle of an answer."""

WRONG_CODE = "Koden stämmer inte. Kontrollera siffrorna på ditt kvitto och försök igen."


class CodeForm(forms.Form):
    """The receipt code, however it is spaced."""

    code = ShortText(
        "Din kod",
        help_text="18 siffror från kvittot. Mellanrum gör inget.",
        max_length=60,
        empty="Skriv koden från ditt kvitto.",
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "data-width": "receipt"}
        ),
    )


class AnswerForm(forms.Form):
    """An answer to a question, or something to add."""

    text = LongText("Din text", rows=4, empty="Skriv något först.")
    attachments = Files(
        "Bilder och filer",
        help_text=ATTACH,
        required=False,
        accept=",".join(f".{ending}" for ending in file_types.TYPES),
    )

    use_required_attribute = False

    def __init__(self, *args: Any, attached: Attached | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.attached = attached or Attached()

    def clean(self) -> dict[str, Any]:
        """The files are judged where they are taken in."""
        for problem in self.attached.problems:
            self.add_error("attachments", problem)
        return self.cleaned_data


class VerdictForm(forms.Form):
    """Did you get an answer to what you wrote?"""

    answered = forms.ChoiceField(
        choices=Reporter.Answered.choices,
        error_messages={"required": "Svara ja, delvis eller nej."},
    )
    note = LongText("Vill du säga något om svaret?", rows=2, max_length=2_000, required=False)


def pass_for(case: Case) -> str:
    """What stands in the address of the page a code has opened."""
    return signing.dumps(case.pk, salt=SALT)


def opened_by(token: str, within: timedelta) -> int | None:
    """The case a pass opens; nothing when it is none of ours, or too old."""
    try:
        return int(signing.loads(token, salt=SALT, max_age=within))
    except signing.BadSignature:
        return None

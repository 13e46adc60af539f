"""What is handed in to be read."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from patientsakerhet.exchange.kinds import ImportKind, Option
from patientsakerhet.exchange.tables import MAX_BYTES
from patientsakerhet.ui.fields import Day, ShortText

MAPPING_BYTES = 200_000
OPTION = "val_"
TOO_LARGE = "Filen är för stor. Packa den med gzip, eller dela upp den."


class UploadForm(forms.Form):
    """A file of one kind, its mapping where it has one, and what is chosen beside it."""

    file = forms.FileField(
        label="Fil", error_messages={"required": "Välj en fil.", "empty": "Filen är tom."}
    )

    def __init__(self, kind: ImportKind, *args: Any, too_large: bool = False, **given: Any) -> None:
        super().__init__(*args, **given)
        self.kind = kind
        self._most = min(MAX_BYTES, settings.FILE_MAX_BYTES)
        if too_large:  # it was let go past while it streamed in
            self.fields["file"].error_messages["required"] = TOO_LARGE
        endings = kind.endings.split(",")
        self.fields["file"].help_text = f"{_or(endings)}, högst {self._most // 2**20} MB."
        self.fields["file"].widget.attrs["accept"] = kind.endings
        if kind.is_mapped:
            self.fields["mapping"] = forms.FileField(
                label="Beskrivning av kolumnerna",
                help_text="En TOML-fil som säger vilken kolumn som är vad, och vad lägena heter.",
                widget=forms.ClearableFileInput(attrs={"accept": ".toml"}),
                error_messages={"required": "Välj filen som beskriver kolumnerna."},
            )
        for option in kind.options:
            self.fields[OPTION + option.key] = _field(option)

    def clean_file(self) -> UploadedFile:
        """A file that is not larger than what is read."""
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > self._most:
            raise ValidationError(TOO_LARGE)
        return file

    def clean_mapping(self) -> str:
        """The mapping as text."""
        file: UploadedFile = self.cleaned_data["mapping"]
        if (file.size or 0) > MAPPING_BYTES:
            raise ValidationError("Filen är för stor för att beskriva kolumner.")
        try:
            return file.read().decode("utf-8-sig")
        except UnicodeDecodeError as fault:
            raise ValidationError("Filen är ingen text i UTF-8.") from fault

    def options(self) -> dict[str, str]:
        """What was chosen beside the file, as an import keeps it."""
        chosen = {one.key: self.cleaned_data.get(OPTION + one.key) for one in self.kind.options}
        return {key: str(value) for key, value in chosen.items() if value}


def _field(option: Option) -> forms.Field:
    given: dict[str, Any] = {"required": option.required, "help_text": option.text}
    if option.is_day:
        return Day(option.label, **given)
    return ShortText(option.label, empty=f"{option.label} saknas.", **given)


def _or(endings: list[str]) -> str:
    names = [ending.lstrip(".").upper() for ending in endings]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} eller {names[-1]}"

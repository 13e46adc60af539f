"""What is handed in to be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from patientsakerhet.exchange import columns
from patientsakerhet.exchange.kinds import ImportKind, Option
from patientsakerhet.exchange.models import ColumnChoice
from patientsakerhet.exchange.tables import MAX_BYTES
from patientsakerhet.ui.fields import Day, ShortText

MAPPING_BYTES = 200_000
OPTION, COLUMN = "val_", "kolumn_"
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
        if kind.chooses_columns and (saved := _saved(kind)):
            self.fields["columns"] = forms.ChoiceField(
                label="Sparat kolumnval",
                choices=[("", "Inget, läs rubrikerna"), *saved],
                required=False,
                help_text="Kolumnerna kan ändras efter provläsningen.",
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
        told = {key: str(value) for key, value in chosen.items() if value}
        name = self.cleaned_data.get("columns")
        return (
            {**columns.as_options(columns.called(self.kind.key, name).columns), **told}
            if name
            else told
        )


def _saved(kind: ImportKind) -> list[tuple[str, str]]:
    names = ColumnChoice.objects.filter(kind=kind.key).values_list("name", flat=True)
    return [(name, name) for name in names]


class ColumnsForm(forms.Form):
    """Which of the file's columns is which of ours, and the name to keep that under."""

    def __init__(
        self,
        kind: ImportKind,
        heading: Sequence[str],
        *args: Any,
        chosen: Mapping[str, str],
        **given: Any,
    ) -> None:
        super().__init__(*args, **given)
        self._ours = {f"{COLUMN}{place}": one for place, one in enumerate(kind.columns)}
        theirs = [(name, name) for name in columns.headings_of(heading)]
        for name, column in self._ours.items():
            field = forms.ChoiceField(
                label=column.headings[0],
                choices=[("", "Läses inte"), *theirs],
                required=False,
                help_text=column.text,
                initial=chosen.get(column.headings[0], ""),
            )
            self.fields[name] = field
        self.fields["keep_as"] = ShortText(
            "Spara kolumnvalet som",
            required=False,
            max_length=80,
            help_text="Till exempel utrustningsregistrets namn. Tomt: det sparas inte.",
        )

    @property
    def ours(self) -> list[forms.BoundField]:
        """The fields of our columns."""
        return [self[name] for name in self._ours]

    def clean(self) -> dict[str, Any]:
        """Refuses a column of the file that is chosen twice, and a choice of nothing."""
        given = super().clean() or {}
        taken: dict[str, str] = {}
        for name, column in self._ours.items():
            theirs = given.get(name)
            if theirs and theirs in taken:
                self.add_error(name, f"Kolumnen {theirs} är redan vald för {taken[theirs]}.")
            elif theirs:
                taken[theirs] = column.headings[0]
        if not taken and not self.errors:
            raise ValidationError("Välj minst en kolumn.")
        return given

    def chosen(self) -> dict[str, str]:
        """Our column -> the file's, empty where none is read."""
        return {
            column.headings[0]: self.cleaned_data.get(name, "")
            for name, column in self._ours.items()
        }


def _field(option: Option) -> forms.Field:
    given: dict[str, Any] = {"required": option.required, "help_text": option.text}
    if option.is_day:
        return Day(option.label, **given)
    return ShortText(option.label, empty=f"{option.label} saknas.", **given)


def _or(endings: list[str]) -> str:
    names = [ending.lstrip(".").upper() for ending in endings]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} eller {names[-1]}"

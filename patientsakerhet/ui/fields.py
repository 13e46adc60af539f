"""Form fields that every app uses: text as it is kept, moments as Swedish clocks show them, files."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from patientsakerhet.lib import calendar, text

LONG, SHORT = 20_000, 200


class LongText(forms.CharField):
    """Free text of any sensible length; warns about personal numbers while somebody writes."""

    def __init__(self, label: str, *, rows: int = 3, empty: str = "", **kwargs: Any) -> None:
        """`empty` is what is said when a required field is left out."""
        attrs = {"rows": rows, "data-personal-number": True}
        kwargs.setdefault("max_length", LONG)
        super().__init__(label=label, widget=forms.Textarea(attrs=attrs), **kwargs)
        if empty:
            self.error_messages["required"] = empty

    def to_python(self, value: Any) -> str:
        """The text in one spelling; refuses what cannot be shown."""
        return text.clean(super().to_python(value) or "")


class ShortText(forms.CharField):
    """A line of text."""

    def __init__(self, label: str, *, empty: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("max_length", SHORT)
        kwargs.setdefault("widget", forms.TextInput(attrs={"data-personal-number": True}))
        super().__init__(label=label, **kwargs)
        if empty:
            self.error_messages["required"] = empty

    def to_python(self, value: Any) -> str:
        """The line in one spelling, without breaks."""
        return text.clean_line(super().to_python(value) or "")


class Scanned(ShortText):
    """A line that a scanner may type: a code off a label, with its separators kept readable."""

    def __init__(self, label: str, **kwargs: Any) -> None:
        attrs = {"autocomplete": "off", "autocapitalize": "characters", "data-scan": True}
        super().__init__(label, widget=forms.TextInput(attrs=attrs), **kwargs)

    def to_python(self, value: Any) -> str:
        """The line; the separator that no text may hold as it is stands as <GS>."""
        return super().to_python(str(value or "").replace("\x1d", "<GS>"))


class Day(forms.DateField):
    """A day, chosen in the browser's own calendar."""

    def __init__(self, label: str, *, empty: str = "", **kwargs: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(label=label, widget=widget, **kwargs)
        if empty:
            self.error_messages["required"] = empty
        self.error_messages["invalid"] = "Skriv datumet som 2026-11-22."

    def clean(self, value: Any) -> date | None:
        """A day within living memory and the next few generations."""
        found: date | None = super().clean(value)
        if found is not None and not 1950 <= found.year < 2200:
            raise ValidationError("Kontrollera året.")
        return found


class Moment(forms.MultiValueField):
    """A day and a time of day, as a clock in Sweden showed it."""

    def __init__(self, label: str, *, empty: str = "Fyll i dag och klockslag.", **kw: Any) -> None:
        parts = (
            forms.DateField(error_messages={"invalid": "Skriv datumet som 2026-11-22."}),
            forms.TimeField(error_messages={"invalid": "Skriv klockslaget som 14:05."}),
        )
        widget = MomentInput()
        super().__init__(label=label, fields=parts, widget=widget, **kw)
        self.error_messages["required"] = self.error_messages["incomplete"] = empty

    def compress(self, parts: list[Any]) -> datetime | None:
        """The moment; refuses a time the clock never showed, takes the earlier of two."""
        if not parts:
            return None
        day, clock = parts
        if not isinstance(day, date) or not isinstance(clock, time) or not 1950 <= day.year < 2200:
            raise ValidationError(self.error_messages["required"])
        try:
            return calendar.moment(day, clock)
        except calendar.AmbiguousTime:
            return calendar.moment(day, clock, summer_time=True)
        except calendar.NonexistentTime as never:
            raise ValidationError(never.reasons) from never


class MomentInput(forms.MultiWidget):
    """The browser's own calendar beside its own clock."""

    def __init__(self) -> None:
        super().__init__(
            [
                forms.DateInput(attrs={"type": "date", "aria-label": "Dag"}, format="%Y-%m-%d"),
                forms.TimeInput(attrs={"type": "time", "aria-label": "Klockslag"}, format="%H:%M"),
            ]
        )

    def decompress(self, value: datetime | None) -> list[Any]:
        """The day and the clock, in Swedish time."""
        if value is None:
            return [None, None]
        local = timezone.localtime(value)
        return [local.date(), local.time().replace(second=0, microsecond=0)]


class Version(forms.IntegerField):
    """Which version somebody looked at when she began to write."""

    def __init__(self) -> None:
        super().__init__(min_value=1, required=False, widget=forms.HiddenInput)


class SeveralFiles(forms.FileInput):
    """A file input in which any number of files can be chosen."""

    allow_multiple_selected = True


class Files(forms.FileField):
    """Any number of files; what they may be is for whoever takes them in to say."""

    widget = SeveralFiles

    def __init__(self, label: str, *, accept: str = "", **kwargs: Any) -> None:
        super().__init__(label=label, **kwargs)
        if accept:
            self.widget.attrs["accept"] = accept

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """The files that were chosen."""
        chosen = [one for one in data or [] if one]
        if self.required and not chosen:
            raise ValidationError(self.error_messages["required"], code="required")
        return chosen

"""A row's cells as values: what each column is called, what may stand in it, what is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import TextChoices

from patientsakerhet.exchange.kinds import Expected
from patientsakerhet.exchange.tables import Row, Table, Unreadable

YES = frozenset({"ja", "j", "yes", "y", "true", "sant", "1", "x"})
NO = frozenset({"nej", "n", "no", "false", "falskt", "0", "-"})
DAY_FORMS = ("%Y-%m-%d", "%Y%m%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%d.%m.%Y")
"""Forms that can be read in one way only; 25-10-26 and 1/2/2026 are refused, not guessed."""


class Columns:
    """Where the columns that a kind expects stand in a file, and which others are there."""

    def __init__(self, table: Table, expected: Sequence[Expected]) -> None:
        """Refuses a file in which a required column is missing, or one stands twice."""
        self.places: dict[str, int] = {}
        missing, twice = [], []
        for column in expected:
            found = sorted(
                {
                    place
                    for heading in column.names
                    for key in (heading, f"{heading}#2")
                    if (place := table.column(key)) is not None
                }
            )
            if len(found) > 1:
                twice.append(column.headings[0])
            elif found:
                self.places[column.headings[0]] = found[0]
            elif column.required or column.only:
                missing.append(column.only or column.headings[0])
        if missing:
            raise Unreadable(
                f"Kolumnen {_listed(missing)} saknas. "
                f"Filens rubriker är: {', '.join(table.heading)}."
            )
        if twice:
            raise Unreadable(f"Kolumnen {_listed(twice)} finns två gånger.")
        used = set(self.places.values())
        self.ignored = [
            name for place, name in enumerate(table.heading) if name and place not in used
        ]

    def __contains__(self, name: str) -> bool:
        return name in self.places

    def of(self, row: Row) -> Cells:
        """The row by the names of the columns."""
        return Cells(row, self.places)


class Cells:
    """One row; reading a value that cannot be one adds to `problems` and gives nothing."""

    def __init__(self, row: Row, places: Mapping[str, int]) -> None:
        self.number = row.number
        self._cells, self._places = row.cells, places
        self.problems: list[str] = [row.problem] if row.problem else []

    def text(self, name: str, *, at_most: int = 200, required: bool = False) -> str:
        """The cell on one line."""
        place = self._places.get(name)
        value = "" if place is None else " ".join(self._cells[place].split())
        if not value and required:
            self.problems.append(f"{name} saknas.")
        if len(value) > at_most:
            self.problems.append(f"{name} är längre än {at_most} tecken.")
            return ""
        return value

    def email(self, name: str, *, required: bool = False) -> str:
        """An address in small letters."""
        value = self.text(name, at_most=254, required=required).lower()
        if value:
            try:
                validate_email(value)
            except ValidationError:
                self.problems.append(f"{name}: {value} är ingen e-postadress.")
                return ""
        return value

    def day(self, name: str) -> date | None:
        """A day, written so that it can be read in one way only."""
        value = self.text(name)
        if not value:
            return None
        for form in DAY_FORMS:
            try:
                day = datetime.strptime(value, form).date()  # noqa: DTZ007  a day has no zone
            except ValueError:
                continue
            if 1900 <= day.year <= 2200:
                return day
        self.problems.append(f"{name}: skriv {value} som år-månad-dag, till exempel 2026-11-22.")
        return None

    def yes_no(self, name: str) -> bool | None:
        """Ja or nej; nothing when the cell is empty."""
        value = self.text(name).casefold()
        if value in YES:
            return True
        if value and value not in NO:
            self.problems.append(f"{name}: skriv ja eller nej, inte {value}.")
        return False if value in NO else None

    def whole(self, name: str) -> int | None:
        """A whole number, zero or more."""
        value = self.text(name)
        if value and not re.fullmatch(r"\d{1,9}", value):
            self.problems.append(f"{name}: {value} är inget helt tal.")
            return None
        return int(value) if value else None

    def choice(self, name: str, choices: type[TextChoices], *, required: bool = False) -> str:
        """One of the choices, by its code or its Swedish name."""
        value = self.text(name, required=required)
        if not value:
            return ""
        for code, label in choices.choices:
            if value.casefold() in (str(code).casefold(), str(label).casefold()):
                return str(code)
        names = ", ".join(str(label) for label in choices.labels)
        self.problems.append(f"{name}: {value} finns inte. Välj bland {names}.")
        return ""


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} och {names[-1]}"


SHOWN = 60
"""Signs of a text that is told of."""


def differing(both: Sequence[tuple[str, object, object]]) -> str:
    """Where what a file says is not what stands here, in words; empty when all is the same.

    Each is what it is called, what the file says, what stands.
    """
    told = [
        f"{name}: {_short(said)} (här {_short(stands)})"
        for name, said, stands in both
        if said != stands
    ]
    return f"Filen säger annat: {'; '.join(told)}." if told else ""


def _short(value: object) -> str:
    if value is None or value == "":
        return "inget"
    text = " ".join(str(value).split())
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"

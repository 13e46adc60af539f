"""What can be read in and taken out as files; each app signs its own in when it starts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from patientsakerhet.exchange.tables import Table, read
from patientsakerhet.lib.refusal import Refused

if TYPE_CHECKING:
    from patientsakerhet.exchange.models import ImportRun
    from patientsakerhet.exchange.writer import Extract
    from patientsakerhet.organisation.models import Person


@dataclass(frozen=True)
class Line:
    """What became of one row: its number in the file, what it is about, the outcome and why."""

    number: int | None
    outcome: str
    key: str = ""
    text: str = ""


@dataclass
class Taken:
    """What became of a part of the file: a line for each of its rows, and what else was counted."""

    lines: list[Line] = field(default_factory=list)
    extra: Counter[str] = field(default_factory=Counter)


class Importer(Protocol):
    """One file being read; made anew by whichever worker goes on with it."""

    ignored: Sequence[str]
    """Headings of columns that are not read, to be shown: nothing is passed over in silence."""

    def parts(self) -> Sequence[Any]:
        """The file in pieces, each written in one transaction; the same pieces every time."""
        ...

    def take(self, part: Any, *, by: Person | None, write: bool) -> Taken:
        """Read a piece in. What is written when `write` is false is rolled back by the caller."""
        ...


@dataclass(frozen=True)
class Expected:
    """A column the file should have: its heading first, then other names it goes by."""

    headings: tuple[str, ...]
    text: str = ""
    required: bool = False
    only: str = ""
    """What it is called in this file, when somebody has said so; then by no other name."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names that it is looked for by."""
        return (self.only,) if self.only else self.headings


@dataclass(frozen=True)
class Option:
    """Something to choose beside the file: a release, a day."""

    key: str
    label: str
    text: str = ""
    is_day: bool = False
    required: bool = False


@dataclass(frozen=True)
class Finding:
    """A table shown with a finished import: what was found in what came in."""

    title: str
    text: str
    heading: tuple[str, ...]
    rows: Sequence[Sequence[str]]


def _found_nothing(run: ImportRun) -> list[Finding]:
    return []


@dataclass(frozen=True)
class ImportKind:
    """One thing that can be read in (importslag)."""

    key: str
    label: str
    text: str
    needs: str
    """The capability's value; whoever has it may read in, and see what was read in."""
    begin: Callable[[ImportRun, Table], Importer]
    columns: tuple[Expected, ...] = ()
    options: tuple[Option, ...] = ()
    is_mapped: bool = False
    """A mapping file says what the columns are."""
    chooses_columns: bool = False
    """Somebody may say which column of the file is which; its first rows are kept to choose by."""
    example: Path | None = None
    """A mapping to begin from."""
    is_whole: bool = True
    """All or nothing: one row that cannot be used stops the whole file."""
    news: tuple[str, ...] = ("added", "changed")
    """What must be counted for there to be anything to read in."""
    words: Mapping[str, str] = field(default_factory=dict)
    """Outcome or further count -> what it is called, in the order shown."""
    endings: str = ".csv,.xlsx"
    read: Callable[[bytes, str], Table] = read
    findings: Callable[[ImportRun], list[Finding]] = _found_nothing


@dataclass(frozen=True)
class Export:
    """One thing that can be taken out (uttag), by page and by command alike."""

    key: str
    label: str
    needs: str
    """The capability's value; empty where `extract` itself refuses whoever may not."""
    extract: Callable[[Mapping[str, str], Person | None], Extract]
    """The rows for a filter, as the page's address has it, that this person may take out; without
    a person whatever there is, for commands on the server. Refuses a filter it cannot read."""
    text: str = ""
    is_listed: bool = True
    """Whether it can be asked for without a filter, and stands among what can be taken out."""


class UnknownKind(Refused):
    """No app has registered this kind."""


_imports: dict[str, ImportKind] = {}
_exports: dict[str, Export] = {}


def register(kind: ImportKind) -> None:
    """Make something that can be read in known; from an app's `ready()`."""
    _imports[kind.key] = kind


def register_export(export: Export) -> None:
    """Make something that can be taken out known; from an app's `ready()`."""
    _exports[export.key] = export


def open_to(held: Collection[str]) -> list[ImportKind]:
    """The imports that these capabilities open."""
    return [kind for kind in _imports.values() if kind.needs in held]


def of(key: str) -> ImportKind:
    """The import of this kind."""
    if key not in _imports:
        raise UnknownKind(f"Välj vad filen innehåller: {', '.join(sorted(_imports))}.")
    return _imports[key]


def export_of(key: str) -> Export:
    """The export of this kind."""
    if key not in _exports:
        raise UnknownKind(f"Välj vad som ska tas ut: {', '.join(sorted(_exports))}.")
    return _exports[key]


def every() -> Iterable[ImportKind]:
    """All imports, in the order they signed in."""
    return tuple(_imports.values())


def every_export() -> Iterable[Export]:
    """All exports, in the order they signed in."""
    return tuple(_exports.values())

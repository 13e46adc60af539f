"""The kinds of case there are; each app signs its own in when it starts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from patientsakerhet.workflow import Workflow

if TYPE_CHECKING:
    from patientsakerhet.cases.models import Case


@dataclass(frozen=True)
class Blocker:
    """One thing that must be done before a case can close: what, and where it is done."""

    text: str
    url: str
    note: str = ""
    done: bool = False


@dataclass(frozen=True)
class Kind:
    """What the spine needs to know of a kind of case."""

    key: str
    prefix: str
    label: str
    plural: str
    workflow: Workflow
    subject: str
    """The name of the one-to-one detail on the case."""
    url_name: str
    stages: tuple[tuple[str, tuple[str, ...]], ...]
    """What the page's row of steps shows: a word, and the states it covers."""
    reporter_stages: dict[str, int] = field(default_factory=dict)
    """State -> 1 mottagen, 2 utreds, 3 åtgärdas, 4 klar."""
    has_reporter: bool = True
    """Whether somebody who files such a case waits for a receipt and for answers."""
    needs_feedback: frozenset[str] = frozenset()
    """Final states that no case may enter before its reporter is answered."""
    code_path: str = ""
    """Where the detail keeps its sort, as a path from the case: `deviation__kind`."""
    code_system: str = ""
    """The code tree that the sort is chosen from."""
    model_path: str = ""
    """Where the detail says which products the case is about: `deviation__device_model`."""
    system_path: str = ""
    """Where the detail says which IT systems the case is about: `deviation__system`."""
    occurred_path: str = ""
    """Where the detail says when what it tells of happened: `deviation__occurred_at`."""
    gathered_path: str = ""
    """Where the detail says which cases of other kinds lie under it: `major_incident__gathered__case`."""
    parts: tuple[Workflow, ...] = ()
    """The workflows of what the case consists of, whose arrows the database guards as well."""
    after_step: Callable[[Case, str], None] | None = None
    """Called in the transaction of every step, after the case has moved."""

    clocks: Mapping[str, str] = field(default_factory=dict)
    """Deadlines that run beside that of the state, by purpose: what each is called."""

    @property
    def waits(self) -> Mapping[str, str]:
        """Everything there can be a deadline rule for, with its word: states that are not final, clocks."""
        states = {
            status: label
            for status, label in self.workflow.labels.items()
            if status not in self.workflow.final
        }
        return {**states, **self.clocks}


_kinds: dict[str, Kind] = {}
_parts: dict[str, Workflow] = {}


def register(kind: Kind) -> None:
    """Make a kind known; refuses two kinds under one key or prefix."""
    if any(kind.key != k.key and kind.prefix == k.prefix for k in _kinds.values()):
        raise ValueError(f"{kind.prefix} is taken")
    _kinds[kind.key] = kind


def of(key: str) -> Kind:
    """The kind with this key."""
    return _kinds[key]


def every() -> Iterable[Kind]:
    """All kinds, in the order they signed in."""
    return tuple(_kinds.values())


def register_part(flow: Workflow) -> None:
    """Make known what a case of any kind may have: its workflow, whose arrows the database guards as well."""
    _parts[flow.kind] = flow


def parts_of_any() -> Iterable[Workflow]:
    """The workflows of what a case of any kind may have."""
    return tuple(_parts.values())

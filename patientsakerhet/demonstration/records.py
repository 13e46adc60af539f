"""What the invented history is made of: cases with their past, as plain values without a database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Move:
    """One step a case took; persons are keys and units codes of the region."""

    step: str
    status: str
    at: datetime
    unit: str
    handler: str = ""
    by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who filed: a person of the region, a name with an address, or nobody known."""

    person: str = ""
    mode: str = "open"
    name: str = ""
    title: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the reporter thought she was answered."""

    answered: str
    note: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Judged:
    """One assessment: actual 0-4, potential and probability 1-4 (None for the reporter's)."""

    stage: str
    actual: int
    potential: int
    probability: int | None
    at: datetime
    by: str = ""
    reason: str = ""
    is_downgrade: bool = False
    reviewed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """A comment; an answer says which question of the same case it answers by its place."""

    audience: str
    purpose: str
    text: str
    at: datetime
    by: str = ""
    by_reporter: bool = False
    answers: int | None = None


@dataclass(frozen=True, slots=True)
class Noted:
    """A note in the investigation."""

    kind: str
    text: str
    source: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment in the course of events."""

    at: datetime
    text: str
    departs: bool
    source: str
    by: str


@dataclass(frozen=True, slots=True)
class Found:
    """A cause with its evidence."""

    area: str
    text: str
    evidence: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Recurrence:
    """The answer to whether anything similar had happened before."""

    answer: str
    text: str
    search: str
    hits: int
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Remedied:
    """A measure; `key` is its own, so that several cases can share it."""

    key: int
    title: str
    strength: str
    owner: str
    unit: str
    decided_at: datetime
    decided_by: str
    due_on: date
    effect_sign: str
    effect_due_on: date
    done_at: datetime | None = None
    started: bool = False
    progress: str = ""
    cancelled_reason: str = ""
    effect: str = ""
    effect_result: str = ""
    effect_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Neither done nor cancelled."""
        return self.done_at is None and not self.cancelled_reason


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket in the service-management system."""

    kind: str
    number: str
    at: datetime


@dataclass(slots=True)
class DemoCase:
    """One invented deviation with its whole past up to now."""

    key: int
    topic: str
    filed_at: datetime
    unit: str
    sender: Sender
    channel: str
    door: str
    title: str
    what_happened: str
    immediate_action: str
    consequence: str
    could_have_happened: str
    suggestion: str
    nature: str
    affected: str
    place: str
    precision: str
    occurred_at: datetime | None
    occurred_until: datetime | None
    discovered_at: datetime | None
    written_on_paper_at: datetime | None
    device: str
    device_model: str
    device_text: str
    device_serial: str
    device_kept: str
    system: str
    system_text: str
    system_workaround: str
    kind: str = ""
    event_class: str = ""
    cause_class: str = ""
    secrecy: int = 0
    tag: str = ""
    merged_into: int | None = None
    suggested: str = ""
    is_event_analysis: bool = False
    could_recur: str = ""
    closing_note: str = ""
    moves: list[Move] = field(default_factory=list)
    judged: list[Judged] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    noted: list[Noted] = field(default_factory=list)
    timeline: list[Moment] = field(default_factory=list)
    causes: list[Found] = field(default_factory=list)
    recurrence: Recurrence | None = None
    measures: list[Remedied] = field(default_factory=list)
    tickets: list[Ticket] = field(default_factory=list)
    similar_to: list[int] = field(default_factory=list)
    verdict: Verdict | None = None

    @property
    def status(self) -> str:
        """The state it stands in now."""
        return self.moves[-1].status

    @property
    def owner(self) -> str:
        """The unit that has it now."""
        return self.moves[-1].unit


@dataclass(frozen=True, slots=True)
class DemoDraft:
    """A form somebody has begun and not sent."""

    person: str
    unit: str
    what_happened: str
    immediate_action: str
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class History:
    """Everything that has happened in the region up to a moment."""

    seed: int
    now: datetime
    cases: tuple[DemoCase, ...]
    drafts: tuple[DemoDraft, ...]

"""What has happened around a device, a model or a system: each app that knows signs itself in.

    history.sign_in(Source("notices", "Säkerhetsmeddelanden", entries_of))

The register knows nobody above itself. A source answers only what the person may know of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from patientsakerhet.organisation.models import Person
from patientsakerhet.register.models import Device, DeviceModel, ITSystem
from patientsakerhet.ui.parts import Tone

MOST = 20
"""So many of the latest are shown of each sort."""


@dataclass(frozen=True)
class About:
    """What the history is of: one of a model, a device or a system; the models with those merged."""

    models: frozenset[int] = frozenset()
    device: int | None = None
    system: int | None = None


@dataclass(frozen=True)
class Entry:
    """One thing that happened, as a line."""

    at: datetime
    title: str
    url: str = ""
    text: str = ""
    tone: Tone = ""


@dataclass(frozen=True)
class Source:
    """One sort of happenings; `entries` gives at most `MOST`, the latest first."""

    key: str
    title: str
    entries: Callable[[Person, About], Sequence[Entry]]
    order: int = 100


_sources: dict[str, Source] = {}


def sign_in(source: Source) -> None:
    """Make a sort of happenings known; from an app's `ready()`."""
    _sources[source.key] = source


def every() -> Iterable[Source]:
    """All sources in the order they are shown."""
    return sorted(_sources.values(), key=lambda one: (one.order, one.key))


def of_model(model: DeviceModel) -> About:
    """The model and those merged into it."""
    return About(models=frozenset({model.pk, *model.merged_from.values_list("pk", flat=True)}))


def of_device(device: Device) -> About:
    """The individual alone."""
    return About(device=device.pk)


def of_system(system: ITSystem) -> About:
    """The system."""
    return About(system=system.pk)

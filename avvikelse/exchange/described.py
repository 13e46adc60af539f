"""What a mapping says that each matter is, beside its steps: sort, when it happened, device, harm."""

from __future__ import annotations

from collections.abc import Mapping as Given
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from avvikelse.models import Deviation
from patientsakerhet.cases.models import Code
from patientsakerhet.lib.refusal import NotReady

KIND, EVENT_CLASS = "deviation_kind", "event_class"
TIMES = ("occurred", "discovered")
TEXTS = {"device": "device_text", "serial": "device_serial", "system": "system_text"}
"""What we call a column -> the field that it is written in, as it was written there."""
COLUMNS = (*TIMES, *TEXTS)
GIVEN = ("kind", "precision", "when", *COLUMNS)
SEVERITY = "severity"
CHOICES: dict[str, tuple[str, ...]] = {
    "nature": tuple(Deviation.Nature.values),
    "affected": tuple(Deviation.Affected.values),
}


@dataclass(frozen=True)
class When:
    """Where the column says this, the matter is so."""

    column: str
    value: str
    so: Given[str, Any]


@dataclass(frozen=True)
class Described:
    """What each matter of the source is; whatever the source does not say stays unknown."""

    kind: str = ""
    precision: str = Deviation.Precision.UNKNOWN
    columns: Given[str, str] = field(default_factory=dict)
    """What we call it -> the heading there."""
    whens: Sequence[When] = ()

    @property
    def headings(self) -> set[str]:
        """Every column that is asked for."""
        return {*self.columns.values(), *(one.column for one in self.whens)}

    def so(self, values: Given[str, str]) -> dict[str, Any]:
        """What the words of the source amount to here."""
        found: dict[str, Any] = {}
        for one in self.whens:
            if values.get(one.column) == one.value:
                found |= one.so
        return found

    def told(self, values: Given[str, str], name: str) -> str:
        """What stands in the column that we call so."""
        return values.get(self.columns.get(name, ""), "")


def read(part: Given[str, Any], wrong: list[str]) -> Described:
    """The description in the file; what is wrong with it is added to `wrong`."""
    unknown = sorted(set(part) - set(GIVEN))
    if unknown:
        wrong.append(f"[deviation] har okända rader: {', '.join(unknown)}.")
    for name in ("kind", *COLUMNS):
        if name in part and not (isinstance(part[name], str) and part[name]):
            wrong.append(f"[deviation] {name}: skriv text.")
    precision = part.get("precision", Deviation.Precision.EXACT)
    if precision not in Deviation.Precision.values:
        wrong.append(f"[deviation] precision: välj bland {', '.join(Deviation.Precision.values)}.")
    given = part.get("when", [])
    whens = [_when(one, wrong) for one in given] if isinstance(given, list) else []
    if not isinstance(given, list):
        wrong.append("[[deviation.when]] ska vara tabeller med column, is och vad det betyder.")
    return Described(
        kind=f"{part.get('kind', '')}",
        precision=f"{precision}",
        columns={name: f"{part[name]}" for name in COLUMNS if name in part},
        whens=whens,
    )


def _when(one: Any, wrong: list[str]) -> When:
    where = "[[deviation.when]]"
    if not isinstance(one, dict):
        wrong.append(f"{where} ska vara tabeller med column, is och vad det betyder.")
        return When("", "", {})
    so = {name: value for name, value in one.items() if name not in ("column", "is")}
    for name in ("column", "is"):
        if not (isinstance(one.get(name), str) and one[name]):
            wrong.append(f"{where} {name} saknas.")
    unknown = sorted(set(so) - {*CHOICES, SEVERITY, EVENT_CLASS})
    if unknown or not so:
        allowed = ", ".join([*CHOICES, SEVERITY, EVENT_CLASS])
        wrong.append(f"{where} säger vad det betyder med {allowed}.")
    for name, choices in CHOICES.items():
        if name in so and so[name] not in choices:
            wrong.append(f"{where} {name}: välj bland {', '.join(choices)}.")
    if SEVERITY in so and so[SEVERITY] not in (1, 2, 3, 4):
        wrong.append(f"{where} {SEVERITY}: skriv 1, 2, 3 eller 4.")
    return When(f"{one.get('column', '')}", f"{one.get('is', '')}", so)


class Codes:
    """The codes that a description names, as rows of today."""

    def __init__(self, described: Described) -> None:
        self.kind = _code(KIND, described.kind) if described.kind else None
        classes = {one.so[EVENT_CLASS] for one in described.whens if EVENT_CLASS in one.so}
        self.event_classes = {name: _code(EVENT_CLASS, f"{name}") for name in sorted(classes)}


def _code(system: str, name: str) -> Code:
    found = Code.objects.of(system).current().filter(code=name).first()
    if found is None:
        raise NotReady(f"Koden {name} finns inte i {system}.")
    return found

"""What the deviations were about: their sort, their area of IT and telephony, their sort of device."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from avvikelse.models import Deviation
from patientsakerhet.access.policy import Can
from patientsakerhet.cases.models import Case, Code
from rapporter.flow.filed import CLASSES, codes
from rapporter.flow.of_cases import SORTS
from rapporter.measures.deviations import (
    BY_CONTENT,
    COLUMNS,
    ONCE,
    OWNER,
    SUMS,
    _address,
    _filed,
    filed,
    told_by_sums,
)
from rapporter.measures.recorded import status_recorded
from rapporter.models import EVERYTHING
from rapporter.registry import Asked, Direction, Disclosure, Family, Measure
from rapporter.registry import register as known

IT, DEVICE = "it", "device"
REST = ".other"
"""How the code for what fits nowhere ends (Övrigt)."""
NONE, NONE_NAME = "none", "utan typ"
SECTION = "Vad avvikelserna gäller"


def of_sort(asked: Asked) -> Any:
    """Deviations that came in, of one sort; or those that have been given none."""
    sort = None if asked.variant == NONE else asked.variant
    return filed(asked).filter(**({"kind": None} if sort is None else {"kind__code": sort}))


def of_area(asked: Asked) -> Any:
    """Deviations that came in, of one class of event."""
    return filed(asked).filter(event_class__code=asked.variant)


def classed(asked: Asked) -> Any:
    """Deviations that came in and have a class of event."""
    return filed(asked).filter(event_class__isnull=False)


def tally_sort(asked: Asked) -> int | None:
    """How many of the sort."""
    known = codes(asked, SORTS)
    wanted = {EVERYTHING} if asked.variant == NONE else known.get(asked.variant, set())
    return told_by_sums(
        asked, of_sort, door=Deviation.Door.DEVIATION, origin=Case.Origin.INCOMING, sorts=wanted
    )


def tally_area(asked: Asked) -> int | None:
    """How many of the class."""
    wanted = codes(asked, CLASSES).get(asked.variant, set())
    return told_by_sums(
        asked, of_area, door=Deviation.Door.DEVIATION, origin=Case.Origin.INCOMING, classes=wanted
    )


def classed_and_rest(asked: Asked) -> tuple[int, int] | None:
    """How many have a class, and of how many it is what fits nowhere; None of what the sums do not hold."""
    known = codes(asked, CLASSES)
    found = []
    for rows, wanted in (
        (classed, set().union(*known.values())),
        (_rest, set().union(*(some for code, some in known.items() if code.endswith(REST)))),
    ):
        count = told_by_sums(
            asked, rows, door=Deviation.Door.DEVIATION, origin=Case.Origin.INCOMING, classes=wanted
        )
        if count is None:
            return None
        found.append(count)
    whole, rest = found
    return whole, rest


def _rest(asked: Asked) -> Any:
    return classed(asked).filter(event_class__code__endswith=REST)


def is_rest(row: Any, _asked: Asked) -> Decimal:
    """One for what fits nowhere."""
    return Decimal(row.event_class.code.endswith(REST))


def rest_share(rows: Any, asked: Asked) -> Decimal | None:
    """The percentage of those with a class whose class is what fits nowhere."""
    known = classed_and_rest(asked)
    if known is not None:
        whole, some = known
        return Decimal(100 * some) / whole if whole else None
    every = rows.order_by().count()
    rest = rows.order_by().filter(event_class__code__endswith=REST).count()
    return Decimal(100 * rest) / every if every else None


def sorts() -> Iterable[tuple[str, str, str]]:
    """The sorts of deviation there are, and none."""
    return [*_codes(SORTS), (NONE, NONE_NAME, "")]


def it_areas() -> Iterable[tuple[str, str, str]]:
    """The areas of IT and telephony, what fits nowhere last."""
    return _below(IT)


def device_areas() -> Iterable[tuple[str, str, str]]:
    """The sorts of device, what fits nowhere last."""
    return _below(DEVICE)


def _below(branch: str) -> list[tuple[str, str, str]]:
    found = [one for one in _codes(CLASSES) if one[0].partition(".")[0] == branch]
    return sorted(found, key=lambda one: (one[0].endswith(REST), one[0] == branch))


def _codes(system: str) -> list[tuple[str, str, str]]:
    """Code and newest label, each once, in the tree's order."""
    rows = Code.objects.of(system).order_by("position", "code", "valid_from")
    found: dict[str, str] = {}
    for code, label in rows.values_list("code", "label"):
        found[code] = label
    return [(code, label, "") for code, label in found.items()]


FILED = (filed, _filed, status_recorded, *SUMS, codes)
KINDS = (
    (
        "filed_sort", "Inkomna avvikelser: {}", of_sort, tally_sort, Family(sorts),
        "Inkomna avvikelser som skrevs under perioden, av typen {}. Typen är den som avvikelsen har nu. "
        f"{ONCE}",
    ),
    (
        "it_area", "IT och telefoni: {}", of_area, tally_area, Family(it_areas),
        "Inkomna avvikelser som skrevs under perioden, med händelseklassen {}. Klassen är den som "
        f"avvikelsen har nu. {ONCE}",
    ),
    (
        "device_area", "Medicinteknik: {}", of_area, tally_area, Family(device_areas),
        "Inkomna avvikelser som skrevs under perioden, med händelseklassen {}. Klassen är den som "
        f"avvikelsen har nu. {ONCE}",
    ),
)  # fmt: skip


def register() -> None:
    """Make the measures known; the second versions are told by the sums, with the same numbers."""
    common: dict[str, Any] = {
        "version": 2,
        "section": SECTION,
        "date_field": "dagen då den skrevs",
        "disclosure": Disclosure.TOTAL,
        "needs": (Can.READ,),
        "columns": COLUMNS,
        "related": ("case__filing_unit", "kind", "event_class"),
        "address": _address,
    }
    for key, name, rows, tally, family, definition in KINDS:
        known(
            Measure(
                key=key,
                name=name,
                definition=definition,
                direction=Direction.NEUTRAL,
                rows=rows,
                tally=tally,
                family=family,
                breakdowns=(OWNER, *BY_CONTENT),
                rests_on=FILED,
                **common,
            )
        )
    known(
        Measure(
            key="rest_share",
            name="Andel Övrigt",
            definition=(
                "Andelen i procent av inkomna avvikelser med händelseklass, skrivna under perioden, vars "
                f"klass är Övrigt. Klassen är den som avvikelsen har nu. {ONCE}"
            ),
            direction=Direction.DOWN,
            rows=classed,
            weigh=is_rest,
            weighed_by=("event_class__code",),
            reckon=rest_share,
            unit="procent",
            decimals=1,
            rests_on=(*FILED, classed_and_rest),
            **common,
        )
    )

"""Deviations, complaints and suggestions that were filed."""

from __future__ import annotations

from typing import Any

from avvikelse.models import Deviation
from avvikelse.workflow import MERGED
from patientsakerhet.access.policy import Can
from patientsakerhet.cases.models import Case
from patientsakerhet.exchange.writer import Column
from patientsakerhet.lib import calendar
from patientsakerhet.organisation.models import CareProvider
from rapporter.breakdowns import UNIT, Breakdown
from rapporter.flow import filed as filed_sums
from rapporter.measures.recorded import status_recorded
from rapporter.registry import Asked, Direction, Disclosure, Measure
from rapporter.registry import register as known

COLUMNS = (
    Column("Nummer", "case__number"),
    Column("Rubrik", "case__title"),
    Column("Kom in", "case__filed_at"),
    Column("Från", "case__filing_unit__name"),
    Column("Typ", "kind__label"),
    Column("Händelseklass", "event_class__label"),
)
DOORS = Deviation.Door
OWNER = Breakdown(UNIT, "enhet", "case__owning_unit")
WRITER = Breakdown(UNIT, "enhet", "case__filing_unit")
BY_CONTENT = (
    Breakdown("kind", "typ", "kind__code", "kind__label"),
    Breakdown("event_class", "händelseklass", "event_class__code", "event_class__label"),
    Breakdown(
        "filing_unit", "rapporterande enhet", "case__filing_unit__code", "case__filing_unit__name"
    ),
    Breakdown(
        "provider",
        "vårdgivarens slag",
        "case__filing_unit__care_provider__kind",
        words=dict(CareProvider.Kind.choices),
    ),
    Breakdown("nature", "händelsens art", "nature", words=dict(Deviation.Nature.choices)),
    Breakdown("affected", "vem som berördes", "affected", words=dict(Deviation.Affected.choices)),
)


def _filed(asked: Asked, door: str) -> Any:
    """What was filed in the period with this errand, duplicates of other cases left out."""
    first, last = calendar.start_of_day(asked.first), calendar.end_of_day(asked.last)
    rows = asked.seen(Deviation.objects.filter(door=door, case__filed_at__range=(first, last)))
    rows = rows.annotate(known_status=status_recorded("pk", asked.as_of, "case__status"))
    rows = rows.filter(known_status__isnull=False).exclude(known_status=MERGED)
    return rows.order_by("-case__filed_at", "-pk")


def filed(asked: Asked) -> Any:
    """Deviations from elsewhere that came to the unit."""
    rows = _filed(asked, DOORS.DEVIATION).filter(case__origin=Case.Origin.INCOMING)
    return asked.within(rows, "case__owning_unit")


def own(asked: Asked) -> Any:
    """Deviations that the administration's own units filed to itself."""
    rows = _filed(asked, DOORS.DEVIATION).filter(case__origin=Case.Origin.OWN)
    return asked.within(rows, "case__filing_unit")


def private(asked: Asked) -> Any:
    """Of those that came in, those of private care providers."""
    return filed(asked).filter(case__filing_unit__care_provider__kind=CareProvider.Kind.PRIVATE)


def municipal(asked: Asked) -> Any:
    """Of those that came in, those of municipalities."""
    return filed(asked).filter(
        case__filing_unit__care_provider__kind=CareProvider.Kind.MUNICIPALITY
    )


def complaints(asked: Asked) -> Any:
    """Complaints and opinions."""
    return asked.within(_filed(asked, DOORS.COMPLAINT), "case__owning_unit")


def suggestions(asked: Asked) -> Any:
    """Suggestions for how things could be better."""
    return asked.within(_filed(asked, DOORS.IMPROVEMENT), "case__owning_unit")


def told_by_sums(
    asked: Asked, rows: Any, *, door: str, origin: str = "", sorts: Any = None, classes: Any = None
) -> int | None:
    """How many of these were filed, out of the sums of what was; None of what those do not hold.

    `rows` are all of them; of those it is counted what is too secret to be told by the sums.
    """
    cells = filed_sums.cells(asked)
    if cells is None:
        return None
    found = sum(
        count
        for cell, count in cells.items()
        if cell.door == door
        and origin in ("", cell.origin)
        and (sorts is None or cell.sort in sorts)
        and (classes is None or cell.event_class in classes)
    )
    hidden = filed_sums.hidden(asked)
    if hidden:
        found += rows(asked).order_by().filter(case__secrecy__in=hidden).count()
    return found


def tally_filed(asked: Asked) -> int | None:
    """How many came in."""
    return told_by_sums(asked, filed, door=DOORS.DEVIATION, origin=Case.Origin.INCOMING)


def tally_own(asked: Asked) -> int | None:
    """How many the administration filed to itself; the sums are of who has them, not of who wrote."""
    if asked.unit is not None:
        return None
    return told_by_sums(asked, own, door=DOORS.DEVIATION, origin=Case.Origin.OWN)


def tally_complaints(asked: Asked) -> int | None:
    """How many complaints."""
    return told_by_sums(asked, complaints, door=DOORS.COMPLAINT)


def tally_suggestions(asked: Asked) -> int | None:
    """How many suggestions."""
    return told_by_sums(asked, suggestions, door=DOORS.IMPROVEMENT)


def _address(row: Any) -> str:
    address: str = row.get_absolute_url()
    return address


ONCE = "Dubbletter räknas inte. Enheten är den som äger ärendet."
TOTAL, BREAKDOWN = Disclosure.TOTAL, Disclosure.BREAKDOWN
MEASURES = (
    (
        "filed_deviations", "F09", "Inkomna avvikelser", filed, TOTAL,
        f"Avvikelser som skrevs under perioden av andra än den egna förvaltningen. {ONCE}",
    ),
    (
        "own_deviations", "F10", "Egna avvikelser", own, TOTAL,
        "Avvikelser som den egna förvaltningens enheter skrev till sig själva under perioden. Dubbletter "
        "räknas inte. Enheten är den som skrev.",
    ),
    (
        "private_deviations", "F16", "Avvikelser från privata vårdgivare", private, BREAKDOWN,
        f"Inkomna avvikelser som skrevs under perioden hos privata vårdgivare. {ONCE}",
    ),
    (
        "municipal_deviations", "", "Avvikelser från kommuner", municipal, BREAKDOWN,
        f"Inkomna avvikelser som skrevs under perioden i kommuner. {ONCE}",
    ),
    (
        "complaints", "", "Klagomål och synpunkter", complaints, TOTAL,
        f"Klagomål och synpunkter som skrevs under perioden. {ONCE}",
    ),
    (
        "suggestions", "", "Förbättringsförslag", suggestions, TOTAL,
        f"Förbättringsförslag som skrevs under perioden. {ONCE}",
    ),
)  # fmt: skip
TALLIES = {
    "filed_deviations": tally_filed,
    "own_deviations": tally_own,
    "complaints": tally_complaints,
    "suggestions": tally_suggestions,
}
"""The measures whose numbers the sums of what was filed hold: their second version, with the same numbers."""
SUMS = (told_by_sums, filed_sums.cells, filed_sums.hidden)


def register() -> None:
    """Make the measures known."""
    for key, figure, name, rows, disclosure, definition in MEASURES:
        known(
            Measure(
                key=key,
                version=2 if key in TALLIES else 1,
                figure=figure,
                section="Avvikelser",
                name=name,
                definition=definition,
                date_field="dagen då den skrevs",
                direction=Direction.NEUTRAL,
                disclosure=disclosure,
                needs=(Can.READ,),
                rows=rows,
                columns=COLUMNS,
                related=("case__filing_unit", "kind", "event_class"),
                address=_address,
                breakdowns=(WRITER if key == "own_deviations" else OWNER, *BY_CONTENT),
                tally=TALLIES.get(key),
                rests_on=(filed, _filed, status_recorded, *(SUMS if key in TALLIES else ())),
            )
        )

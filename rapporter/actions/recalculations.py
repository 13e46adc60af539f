"""New limits from a day: decided by a person, with the reason, and taken back by one."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.lib.refusal import NotAllowed, NotReady
from patientsakerhet.organisation.models import Person, Unit
from rapporter.models import Recalculation

RIGHT = Can.RECALCULATE
CONDITIONS = (
    ("sustained", "Nivån har ändrats varaktigt: minst sju perioder på samma sida."),
    ("known_cause", "Orsaken är känd."),
    ("lasting", "Ändringen väntas bestå."),
)
"""What must be so, each confirmed by whoever decides."""


def allow(by: Person, unit: Unit) -> None:
    """Refuses, and leaves a mark, when the person may not decide about the unit's charts."""
    if not policy.may_at(by, RIGHT, unit):
        trail.denied("recalculation.decide", by=by, body={"unit": unit.pk})
        raise NotAllowed(f"Du får inte räkna om gränser för {unit}.")


@transaction.atomic
def recalculate(
    measure: str,
    unit: Unit,
    *,
    by: Person,
    begins_on: date,
    reason: str,
    confirmed: frozenset[str],
    saw_shift: bool,
) -> Recalculation:
    """The measure's chart at the unit has new limits from that day.

    `saw_shift` is what the chart showed when it was decided. Refuses what is not confirmed in full.
    """
    allow(by, unit)
    Unit.objects.select_for_update(of=("self",)).get(pk=unit.pk)
    missing = [sentence for name, sentence in CONDITIONS if name not in confirmed]
    if missing:
        raise NotReady([f"Bekräfta: {sentence}" for sentence in missing])
    if not reason.strip():
        raise NotReady("Skriv skälet: vad var det som ändrades?")
    rows = Recalculation.objects.of(unit).in_force()
    if rows.filter(measure=measure, begins_on=begins_on).exists():
        raise NotReady("Gränserna är redan omräknade från den dagen.")
    made = Recalculation.objects.create(
        measure=measure,
        unit=unit,
        begins_on=begins_on,
        reason=reason.strip(),
        saw_shift=saw_shift,
        decided_at=timezone.now(),
        decided_by=by,
    )
    trail.record(
        "recalculation.decided",
        by=by,
        right=RIGHT,
        unit_id=unit.pk,
        object_type="recalculation",
        object_id=made.pk,
        body={
            "measure": measure,
            "begins_on": begins_on,
            "reason": made.reason,
            "confirmed": sorted(confirmed),
            "saw_shift": saw_shift,
        },
    )
    return made


@transaction.atomic
def withdraw(row: Recalculation, *, by: Person) -> Recalculation:
    """The limits are as if it had not been decided; the row stays."""
    found = (
        Recalculation.objects.select_for_update(of=("self",)).select_related("unit").get(pk=row.pk)
    )
    allow(by, found.unit)
    if found.withdrawn_at is not None:
        raise NotReady("Omräkningen är redan tillbakatagen.")
    found.withdrawn_at, found.withdrawn_by = timezone.now(), by
    found.save(update_fields=["withdrawn_at", "withdrawn_by"])
    trail.record(
        "recalculation.withdrawn",
        by=by,
        right=RIGHT,
        unit_id=found.unit_id,
        object_type="recalculation",
        object_id=found.pk,
        body={"measure": found.measure, "begins_on": found.begins_on},
    )
    return found

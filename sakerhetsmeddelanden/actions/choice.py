"""The rows behind whom a notice concerns: recipients, their devices and systems, what was near or in doubt."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from patientsakerhet.access.models import CaseAccess, Level
from patientsakerhet.access.policy import Can
from patientsakerhet.organisation.models import Person
from patientsakerhet.register.models import ITSystem
from sakerhetsmeddelanden import targeting
from sakerhetsmeddelanden.actions import recipients
from sakerhetsmeddelanden.models import (
    ConsideredUnit,
    Ground,
    Recipient,
    RecipientDevice,
    RecipientEvent,
    SafetyNotice,
    SystemRecipient,
    UndecidedDevice,
)
from sakerhetsmeddelanden.targeting import Found, Hit
from sakerhetsmeddelanden.workflow import (
    REMOVED,
    SELECTED,
)

AGAIN = "Träffbilden togs fram på nytt."
STAYING = {Ground.MANUAL, Ground.EARLIER}
"""Grounds that the register does not undo: somebody's choice, and having had the version before."""


def new_recipients(
    notice: SafetyNotice,
    chosen: dict[int, tuple[Ground, str]],
    *,
    by: Person | None,
    now: datetime,
    chosen_by: Person | None = None,
) -> list[Recipient]:
    """These units are chosen: their rows, events and reach, in a handful of statements."""
    made = Recipient.objects.bulk_create(
        Recipient(
            notice=notice,
            unit_id=unit,
            status=SELECTED,
            status_since=now,
            ground=ground,
            reason=reason,
            chosen_by=chosen_by,
            chosen_at=now,
            asked=notice.user_actions,
        )
        for unit, (ground, reason) in chosen.items()
    )
    RecipientEvent.objects.bulk_create(
        RecipientEvent(
            recipient=one, step="choose", to_status=SELECTED, at=now, by=by, note=one.reason
        )
        for one in made
    )
    reach(notice.pk, [one.unit_id for one in made])
    return made


def reach(case_id: int, units: Iterable[int]) -> None:
    """The notice has reached these units."""
    CaseAccess.objects.bulk_create(
        [CaseAccess(case_id=case_id, unit_id=unit, level=Level.RECIPIENT) for unit in units],
        ignore_conflicts=True,
    )


def keep_models(notice: SafetyNotice, found: Found) -> None:
    """The products say which of the register's models they were found to be."""
    for product in notice.products.all():
        if not product.models_confirmed:
            product.models_chosen.set(found.models.get(product.pk, []))


def undecided(notice: SafetyNotice, found: Found) -> dict[int, UndecidedDevice]:
    """The devices that cannot be judged are as found, with what was decided about them; those decided."""
    earlier = {one.device_id: one for one in notice.undecided.exclude(decision="")}
    now = {one.device_id for one in found.undecided}
    notice.undecided.filter(decision="").delete()
    UndecidedDevice.objects.bulk_create(
        UndecidedDevice(
            notice=notice,
            device_id=one.device_id,
            product_id=one.product_id or None,
            unit_id=one.unit_id,
            why=one.why,
        )
        for one in found.undecided
        if one.device_id not in earlier
    )
    return {pk: one for pk, one in earlier.items() if pk in now}


def include(found: Found, decided: dict[int, UndecidedDevice]) -> None:
    """What was decided to count as affected counts."""
    for one in decided.values():
        if one.decision == UndecidedDevice.Decision.INCLUDED and one.unit_id is not None:
            said = f"bedömd som berörd: {one.decision_reason}"[:300]
            found.hits[one.unit_id].append(Hit(one.device_id, Ground.MANUAL, said))


def choose(
    notice: SafetyNotice, found: Found, *, by: Person, now: datetime, keeps: bool = False
) -> None:
    """The units found are chosen and those no longer found are not, but for those that stay."""
    told = {
        unit: (min((h.ground for h in hits), key=list(Ground).index), targeting.in_words(hits))
        for unit, hits in found.hits.items()
    }
    for unit, systems in found.systems.items():
        said = f"Förvaltar {', '.join(one.name for one in systems)}."
        ground, reason = told.get(unit, (Ground.SYSTEM, ""))
        told[unit] = (ground, f"{reason} {said}".strip())
    taken_out = set(
        notice.considered.filter(why=ConsideredUnit.Why.TAKEN_OUT).values_list("unit_id", flat=True)
    )
    held = {one.unit_id: one for one in notice.recipients.select_for_update(of=("self",))}
    for unit, row in held.items():
        row = _with_case(row, notice)
        wanted = told.get(unit)
        if row.status == SELECTED and wanted is None and row.ground not in STAYING and not keeps:
            recipients.move(row, "remove", by=by, right=Can.MANAGE_NOTICES, note=AGAIN)
        elif row.status == SELECTED and wanted and row.ground not in STAYING and not keeps:
            if (row.ground, row.reason) != wanted:
                recipients.write(row, ground=wanted[0], reason=wanted[1], asked=notice.user_actions)
        elif row.status == REMOVED and wanted and unit not in taken_out:
            recipients.move(
                row,
                "choose",
                by=by,
                right=Can.MANAGE_NOTICES,
                note=AGAIN,
                ground=wanted[0],
                reason=wanted[1],
                chosen_at=now,
                chosen_by=by,
                asked=notice.user_actions,
            )
    gone = [unit for unit, row in held.items() if row.status == REMOVED]
    CaseAccess.objects.filter(case_id=notice.pk, unit__in=gone, level=Level.RECIPIENT).delete()
    reach(notice.pk, [unit for unit, row in held.items() if row.status == SELECTED])
    fresh = {unit: said for unit, said in told.items() if unit not in held}
    made = new_recipients(
        notice,
        fresh,
        by=by,
        now=now,
        chosen_by=by if any(ground == Ground.MANUAL for ground, _ in fresh.values()) else None,
    )
    rows = {**held, **{one.unit_id: one for one in made}}
    _devices(rows, found, keeps=keeps)
    _systems(rows, found)


def _with_case(row: Recipient, notice: SafetyNotice) -> Recipient:
    row.notice = notice
    return row


def _devices(rows: dict[int, Recipient], found: Found, *, keeps: bool) -> None:
    """Each unit not yet sent to is asked about the devices found at it."""
    open_rows = {unit: one for unit, one in rows.items() if one.status == SELECTED}
    if not keeps:
        RecipientDevice.objects.filter(
            recipient__in=[one.pk for one in open_rows.values()], outcome=""
        ).delete()
    RecipientDevice.objects.bulk_create(
        [
            RecipientDevice(
                recipient=open_rows[unit],
                device_id=hit.device_id,
                ground=hit.ground,
                reason=hit.reason,
            )
            for unit, hits in found.hits.items()
            if unit in open_rows
            for hit in hits
        ],
        ignore_conflicts=True,
        batch_size=2000,
    )


def _systems(rows: dict[int, Recipient], found: Found) -> None:
    def row(recipient: Recipient, system: ITSystem) -> SystemRecipient:
        group = system.maintenance_group
        return SystemRecipient(
            recipient=recipient,
            system=system,
            person_id=system.system_manager_id,
            mailbox=group.mailbox if group else "",
        )

    SystemRecipient.objects.bulk_create(
        [
            row(rows[unit], system)
            for unit, systems in found.systems.items()
            if rows[unit].status == SELECTED
            for system in systems
        ],
        ignore_conflicts=True,
    )


def considered(notice: SafetyNotice, found: Found) -> None:
    """Those that were near and not chosen, as found now; those taken out by hand stay."""
    notice.considered.exclude(why=ConsideredUnit.Why.TAKEN_OUT).delete()
    kept = set(notice.considered.values_list("unit_id", flat=True))
    chosen = set(notice.recipients.exclude(status=REMOVED).values_list("unit_id", flat=True))
    rows = []
    for unit, near in found.near.items():
        if unit in kept or unit in chosen:
            continue
        why, reason, count = targeting.near_in_words(near)
        rows.append(
            ConsideredUnit(notice=notice, unit_id=unit, why=why, reason=reason, device_count=count)
        )
    ConsideredUnit.objects.bulk_create(rows, batch_size=1000)

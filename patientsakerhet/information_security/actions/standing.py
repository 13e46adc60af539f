"""What the gap list knows of a system or asset follows from its classifications, in their own transactions."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from patientsakerhet.information_security.impact_workflow import APPROVED, NOT_NEEDED
from patientsakerhet.information_security.models import (
    ImpactAssessment,
    InformationClassification,
    SystemStanding,
)
from patientsakerhet.information_security.querysets import StandingQuerySet
from patientsakerhet.information_security.things import Thing
from patientsakerhet.information_security.workflow import ENDED
from patientsakerhet.register.models import ITSystem


def lock(thing: Thing) -> None:
    """Classifications of the same thing are begun and decided one after the other.

    An asset that was not in the gap list is there now.
    """
    if thing.system is None:
        SystemStanding.objects.bulk_create(
            [SystemStanding(asset=thing.asset, managing_unit=thing.unit)], ignore_conflicts=True
        )
    _rows(thing).select_for_update(of=("self",)).get()


def keep(thing: Thing) -> None:
    """The thing stands as its latest decided classification and the one under way say.

    What the register changed before it was decided needs no review any more.
    """
    rows = InformationClassification.objects.of(thing).select_related("case")
    held = rows.decided().order_by("-decided_at", "-pk").first()
    running = rows.under_way().order_by("-pk").first()
    newest = running or held
    values: dict[str, object] = {
        "classified_on": _day(held.decided_at) if held else None,
        "valid_until": held.valid_until if held else None,
        "levels": held.levels if held else "",
        "risk_assessed_on": _day(held.risk_assessed_at) if held else None,
        "classification": held.case if held else None,
        "under_way": running.case if running else None,
        "programme": newest.programme if newest else None,
    }
    if running is not None:
        values |= {"requested_at": None, "requested_by": None, "requested_why": ""}
    if thing.system is None:
        latest = newest or rows.order_by("-pk").first()
        values["owner"] = latest.owner if latest else None
        values["in_use"] = latest is None or latest.case.status != ENDED
    _rows(thing).update(**values)
    if held is not None:
        _rows(thing).filter(changed_at__lte=held.decided_at).update(changed_at=None)


def keep_assessed(system: ITSystem | None) -> None:
    """The system stands as its latest decided impact assessment, or the latest screening, says."""
    if system is None:
        return
    rows = ImpactAssessment.objects.filter(system=system)
    held = rows.filter(case__status=APPROVED).order_by("-decided_at", "-pk").first()
    spared = (
        rows.filter(case__status=NOT_NEEDED)
        .select_related("case")
        .order_by("-case__closed_at", "-pk")
        .first()
    )
    SystemStanding.objects.filter(system=system).update(
        assessed_on=_day(held.decided_at) if held else None,
        assessment_due_on=held.review_on if held else None,
        assessment_not_needed_on=_day(spared.case.closed_at) if spared else None,
    )


def _rows(thing: Thing) -> StandingQuerySet:
    found: StandingQuerySet = SystemStanding.objects.all()
    if thing.system is not None:
        return found.filter(system=thing.system)
    return found.filter(system=None, asset__iexact=thing.asset, managing_unit=thing.unit)


def _day(moment: datetime | None) -> date | None:
    return timezone.localdate(moment) if moment is not None else None

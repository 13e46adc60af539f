"""What the gap list knows of a system follows from its classifications, in their own transactions."""

from __future__ import annotations

from django.utils import timezone

from patientsakerhet.information_security.impact_workflow import APPROVED, NOT_NEEDED
from patientsakerhet.information_security.models import (
    ImpactAssessment,
    InformationClassification,
    SystemStanding,
)
from patientsakerhet.register.models import ITSystem


def lock(system: ITSystem | None) -> None:
    """Classifications of the same system are begun and decided one after the other."""
    if system is not None:
        SystemStanding.objects.select_for_update(of=("self",)).get(pk=system.pk)


def keep(system: ITSystem | None) -> None:
    """The system stands as its latest decided classification and the one under way say."""
    if system is None:
        return
    rows = InformationClassification.objects.filter(system=system).select_related("case")
    held = rows.decided().order_by("-decided_at", "-pk").first()
    running = rows.under_way().order_by("-pk").first()
    newest = running or held
    values = {
        "classified_on": _day(held.decided_at) if held else None,
        "valid_until": held.valid_until if held else None,
        "levels": held.levels if held else "",
        "risk_assessed_on": _day(held.risk_assessed_at) if held else None,
        "classification": held.case if held else None,
        "under_way": running.case if running else None,
        "programme": newest.programme if newest else None,
    }
    SystemStanding.objects.filter(pk=system.pk).update(**values)


def _day(moment: object) -> object:
    return timezone.localdate(moment) if moment is not None else None  # type: ignore[arg-type]  # a moment


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
    SystemStanding.objects.filter(pk=system.pk).update(
        assessed_on=_day(held.decided_at) if held else None,
        assessment_due_on=held.review_on if held else None,
        assessment_not_needed_on=_day(spared.case.closed_at) if spared else None,
    )

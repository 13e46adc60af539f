"""How much of the register is classified: today by group, and over time. Numbers in, numbers out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import Left
from django.utils import timezone

from patientsakerhet.information_security.models import InformationClassification, Programme
from patientsakerhet.information_security.querysets import StandingQuerySet
from patientsakerhet.information_security.workflow import ENDED
from patientsakerhet.organisation.models import Unit
from patientsakerhet.register.models import ITSystem


@dataclass(frozen=True)
class Covered:
    """So many systems, and how they stand."""

    label: str
    systems: int
    never: int = 0
    expired: int = 0
    valid: int = 0
    assessed: int = 0
    query: str = ""
    """The gap list's filter for the same systems."""

    @property
    def share(self) -> str:
        """How many in a hundred are classified and hold."""
        return f"{round(100 * self.valid / self.systems)} %" if self.systems else "–"


@dataclass(frozen=True)
class Month:
    """The last day of a month, and how many systems were classified then."""

    day: date
    valid: int
    systems: int

    @property
    def share(self) -> int:
        """How many in a hundred."""
        return round(100 * self.valid / self.systems) if self.systems else 0


def by_criticality(rows: StandingQuerySet) -> list[Covered]:
    """One line for each criticality, the gravest first, those without last."""
    found = {one["criticality"]: one for one in _counted(rows, "criticality")}
    order = [*reversed(ITSystem.Criticality.values), ""]
    labels = {**dict(ITSystem.Criticality.choices), "": "inte angiven"}
    return [
        _line(str(labels[key]).capitalize(), found[key], f"criticality={key}" if key else "")
        for key in order
        if key in found
    ]


def by_programme(rows: StandingQuerySet) -> list[Covered]:
    """One line for each programme that systems are classified in, and one for those in none."""
    found = {one["programme"]: one for one in _counted(rows, "programme")}
    lines = [
        _line(f"{one}, {one.name}", found[one.pk], f"programme={one.code}")
        for one in Programme.objects.filter(pk__in=[key for key in found if key]).order_by("code")
    ]
    return [*lines, *([_line("Inget program", found[None], "")] if None in found else [])]


def by_administration(rows: StandingQuerySet) -> list[Covered]:
    """One line for each administration, just below a provider's root, that manages systems."""
    placed = rows.annotate(top=Left("managing_unit__path", 2 * Unit.steplen))
    found = {one["top"]: one for one in _counted(placed, "top")}
    units = Unit.objects.filter(path__in=found).order_by("path")
    return [_line(unit.name, found[unit.path], f"unit={unit.code}") for unit in units]


def whole(rows: StandingQuerySet) -> Covered:
    """All of them in one line."""
    return _line("Alla system", rows.order_by().aggregate(**_counts()), "")


def over_time(rows: StandingQuerySet, *, months: int = 13) -> list[Month]:
    """How many of the systems in use today had a classification that held, at the end of each of the
    last months; one statement."""
    days = _month_ends(timezone.localdate(), months)
    total = rows.order_by().count()
    systems = rows.order_by().values("system")
    counted = InformationClassification.objects.filter(system__in=systems).aggregate(
        **{
            f"m{number}": Count(
                "system",
                distinct=True,
                filter=Q(decided_at__date__lte=day, valid_until__gte=day)
                & (~Q(case__status=ENDED) | Q(case__closed_at__date__gt=day)),
            )
            for number, day in enumerate(days)
        }
    )
    return [Month(day, counted[f"m{number}"], total) for number, day in enumerate(days)]


def _month_ends(today: date, months: int) -> Sequence[date]:
    """Today, and the last days of the months before it, oldest first."""
    days, first = [today], today.replace(day=1)
    while len(days) < months:
        last = date.fromordinal(first.toordinal() - 1)
        days.append(last)
        first = last.replace(day=1)
    return days[::-1]


def _counts() -> dict[str, Count]:
    today = timezone.localdate()
    return {
        "systems": Count("pk"),
        "never": Count("pk", filter=Q(classified_on=None)),
        "expired": Count("pk", filter=Q(valid_until__lt=today)),
        "valid": Count("pk", filter=Q(valid_until__gte=today)),
        "assessed": Count("pk", filter=Q(assessed_on__isnull=False)),
    }


def _counted(rows: StandingQuerySet, *groups: str) -> list[dict[str, Any]]:
    return list(rows.order_by().values(*groups).annotate(**_counts()))


def _line(label: str, found: dict[str, Any], query: str) -> Covered:
    counts = {name: found[name] for name in _counts()}
    return Covered(label=label, query=query, **counts)

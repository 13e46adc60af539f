"""How much of the register is classified: today by group, and over time. Numbers in, numbers out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import Left
from django.utils import timezone

from patientsakerhet.information_security.impact_workflow import NOT_NEEDED
from patientsakerhet.information_security.models import (
    ImpactAssessment,
    InformationClassification,
    Programme,
)
from patientsakerhet.information_security.querysets import StandingQuerySet
from patientsakerhet.organisation.models import Unit
from patientsakerhet.register.models import ITSystem
from patientsakerhet.ui import swedish


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
class Moment:
    """The last day of a month or a quarter, and how many systems stood well then."""

    day: date
    label: str
    systems: int
    classified: int
    risk_assessed: int
    impact_assessed: int

    @property
    def shares(self) -> tuple[int, int, int]:
        """How many in a hundred were classified, risk assessed, and judged for data protection."""
        counts = (self.classified, self.risk_assessed, self.impact_assessed)
        classified, risks, impact = (
            round(100 * count / self.systems) if self.systems else 0 for count in counts
        )
        return classified, risks, impact


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


def over_time(rows: StandingQuerySet, *, quarters: bool = False, count: int = 13) -> list[Moment]:
    """How many of the systems in use today had a classification, a risk assessment and a judgement of
    data protection that held, at the end of each of the last months or quarters, and today.

    Computed from the dated classifications and assessments, in three statements however many there are.
    """
    days = _ends(timezone.localdate(), count, quarters=quarters)
    total = rows.order_by().count()
    systems = rows.order_by().values("system")
    classified = InformationClassification.objects.filter(system__in=systems).aggregate(
        **{
            f"{name}{number}": _systems(_held(day, "valid_until") & condition)
            for number, day in enumerate(days)
            for name, condition in (("c", Q()), ("r", Q(risk_assessed_at__date__lte=day)))
        }
    )
    judged = ImpactAssessment.objects.filter(system__in=systems).aggregate(
        **{
            f"d{number}": _systems(
                _held(day, "review_on") | Q(case__status=NOT_NEEDED, case__closed_at__date__lte=day)
            )
            for number, day in enumerate(days)
        }
    )
    return [
        Moment(
            day,
            _label(day, quarters=quarters),
            total,
            classified[f"c{number}"],
            classified[f"r{number}"],
            judged[f"d{number}"],
        )
        for number, day in enumerate(days)
    ]


def _held(day: date, until: str) -> Q:
    """Decided by the day, neither run out nor ended then."""
    return Q(**{"decided_at__date__lte": day, f"{until}__gte": day}) & (
        Q(case__closed_at=None) | Q(case__closed_at__date__gt=day)
    )


def _systems(condition: Q) -> Count:
    return Count("system", distinct=True, filter=condition)


def _label(day: date, *, quarters: bool) -> str:
    """nov. 2026, or kv. 4 2026."""
    if quarters:
        return f"kv. {(day.month + 2) // 3} {day.year}"
    return f"{swedish.MONTHS[day.month - 1]} {day.year}"


def _ends(today: date, count: int, *, quarters: bool) -> Sequence[date]:
    """Today, and the last days of the months or quarters before it, oldest first."""
    days, first = [today], today.replace(day=1)
    while len(days) < count:
        last = first - timedelta(days=1)
        if not quarters or last.month % 3 == 0:
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

"""The coordinators' queue as questions: what is in it, its views, how many in each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case as Chosen
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from avvikelse.models import Assessment, Handover
from avvikelse.workflow import ASSIGNED, KIND, QUEUE, RETURNED
from patientsakerhet.access.policy import Can
from patientsakerhet.cases.actions import deadlines
from patientsakerhet.cases.models import Case, Code, DeadlineRule
from patientsakerhet.cases.querysets import CaseQuerySet
from patientsakerhet.lib import calendar
from patientsakerhet.organisation.models import CareProvider, Person

COUNTED = 1000
"""Rows of a queue that are counted for its views; a longer queue says so."""

ALL, INCOMING, OWN, MINE, WAITING, LATE = (
    "alla",
    "inkomna",
    "egna",
    "mina",
    "vantar",
    "ej-mottagna",
)
PRIVATE, MUNICIPAL = "privata", "kommuner"
OF_KIND = "typ-"
PROVIDERS = {PRIVATE: CareProvider.Kind.PRIVATE, MUNICIPAL: CareProvider.Kind.MUNICIPALITY}


def in_queue(person: Person) -> CaseQuerySet:
    """The cases nobody has yet been given, that this person may coordinate."""
    may = Case.objects.where_may(person, Can.COORDINATE, only_open=True)
    return may.of_kind(KIND).in_status(*QUEUE)


def not_received(person: Person) -> CaseQuerySet:
    """Handed over, and not received though the time for it has passed; for the one who coordinates."""
    may = Case.objects.where_may(person, Can.COORDINATE, only_open=True)
    given = may.of_kind(KIND).in_status(ASSIGNED)
    return given.filter(due_at__lt=timezone.now())


def sort_of() -> Coalesce:
    """The kind somebody has chosen, or the one that was suggested."""
    return Coalesce("deviation__kind", "deviation__preparation__kind")


def narrowed(person: Person, view: str) -> CaseQuerySet:
    """The cases of one view, in its order; an unknown view is all of them."""
    if view == LATE:
        return not_received(person).order_by("status_since", "pk")
    found = in_queue(person).in_queue_order()
    if view == INCOMING:
        return found.filter(origin=Case.Origin.INCOMING)
    if view == OWN:
        return found.filter(origin=Case.Origin.OWN)
    if view == MINE:
        return found.handled_by(person)
    if view == WAITING:
        return found.in_status(RETURNED)
    if view in PROVIDERS:
        return found.filter(filing_unit__care_provider__kind=PROVIDERS[view])
    if view.startswith(OF_KIND):
        return found.alias(sort=sort_of()).filter(
            sort__in=Code.objects.of("deviation_kind")
            .filter(code=view.removeprefix(OF_KIND))
            .values("pk")
        )
    return found


def for_rows(cases: CaseQuerySet) -> QuerySet[Case]:
    """With what a row of the queue shows, and no more of the case."""
    told = Assessment.objects.filter(
        deviation=OuterRef("pk"), stage=Assessment.Stage.REPORTER
    ).order_by("-at", "-pk")
    handed = Handover.objects.pending().filter(case=OuterRef("pk"))
    return (
        cases.select_related(
            "filing_unit__care_provider",
            "owning_unit",
            "handler",
            "deviation__preparation__receiver",
        )
        .annotate(
            told_potential=Subquery(told.values("potential")[:1]),
            handed_at=Subquery(handed.values("at")[:1]),
        )
        .only(
            "number",
            "title",
            "status",
            "status_since",
            "kind",
            "origin",
            "severity",
            "risk_score",
            "filed_at",
            "due_at",
            "version",
            "filing_unit__name",
            "filing_unit__care_provider__name",
            "filing_unit__care_provider__kind",
            "owning_unit__name",
            "handler__name",
            "deviation__door",
            "deviation__preparation__prepared_at",
            "deviation__preparation__likely",
            "deviation__preparation__receiver__name",
        )
    )


@dataclass(frozen=True)
class Goal:
    """How long a report may wait to be coordinated, by the rule in force."""

    words: str = ""
    late_before: datetime | None = None
    """Reports filed before this have waited longer than the goal…"""
    bad_before: datetime | None = None
    """…and those before this more than half as long again."""

    def tone(self, case: Case) -> str:
        """How the waiting stands against the goal and the case's own deadline."""
        if self.bad_before is not None and case.filed_at < self.bad_before:
            return "bad"
        if self.late_before is not None and case.filed_at < self.late_before:
            return "warn"
        return "warn" if case.due_at is not None and case.due_at < timezone.now() else ""


def goal() -> Goal:
    """The goal for a new report, as today's rule puts it."""
    rule = deadlines.rule_for(KIND, QUEUE[0])
    if rule is None:
        return Goal()
    half_more = rule.amount + (rule.amount + 1) // 2
    return Goal(
        words=f"{rule.amount} {rule.get_measured_display().removeprefix('kalender')}",
        late_before=_before(rule.amount, rule.measured),
        bad_before=_before(half_more, rule.measured),
    )


def _before(amount: int, measured: str) -> datetime:
    """What was filed before this is, now, past its last moment."""
    if measured == DeadlineRule.Measured.HOURS:
        return timezone.now() - timedelta(hours=amount)
    today = timezone.localdate()
    if measured == DeadlineRule.Measured.WORKING_DAYS:
        return calendar.start_of_day(calendar.add_working_days(today, -amount))
    return calendar.start_of_day(calendar.add_calendar_days(today, -amount))


@dataclass(frozen=True)
class Counts:
    """How many cases each view holds; `more` when the queue is longer than was counted."""

    by_view: Mapping[str, int] = field(default_factory=dict)
    late: int = 0
    more: bool = False

    def of(self, view: str) -> int:
        """How many in the view."""
        return self.by_view.get(view, 0)

    def kinds(self) -> list[tuple[str, int]]:
        """The codes of the kinds there are cases of, with how many, most first."""
        found = [
            (view.removeprefix(OF_KIND), count)
            for view, count in self.by_view.items()
            if view.startswith(OF_KIND)
        ]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def counts(person: Person, goal: Goal) -> Counts:
    """How many cases stand in each view, in one statement over the oldest thousand."""
    oldest = in_queue(person).in_queue_order().values("pk")[: COUNTED + 1]
    late = Q(filed_at__lt=goal.late_before) if goal.late_before else Q(pk__in=[])
    groups = (
        Case.objects.filter(pk__in=oldest)
        .order_by()
        .annotate(
            sort=Coalesce("deviation__kind__code", "deviation__preparation__kind__code"),
            mine=_flag(Q(handler=person)),
            is_late=_flag(late),
            provider=F("filing_unit__care_provider__kind"),
        )
        .values("origin", "status", "sort", "mine", "is_late", "provider")
        .annotate(count=Count("pk"))
    )
    found: Counter[str] = Counter()
    over = total = 0
    for group in groups:
        total += group["count"]
        over += group["count"] * group["is_late"]
        for view in _views_of(group):
            found[view] += group["count"]
    return Counts(found, over, more=total > COUNTED)


def count_not_received(person: Person) -> int:
    """How many wait to be received past their time, counted to a thousand."""
    return not_received(person).order_by()[:COUNTED].count()


def _flag(condition: Q) -> Chosen:
    return Chosen(When(condition, then=Value(1)), default=Value(0))


_IS: dict[str, Callable[[Mapping[str, Any]], bool]] = {
    ALL: lambda group: True,
    INCOMING: lambda group: group["origin"] == Case.Origin.INCOMING,
    OWN: lambda group: group["origin"] == Case.Origin.OWN,
    MINE: lambda group: bool(group["mine"]),
    WAITING: lambda group: group["status"] == RETURNED,
    PRIVATE: lambda group: group["provider"] == CareProvider.Kind.PRIVATE,
    MUNICIPAL: lambda group: group["provider"] == CareProvider.Kind.MUNICIPALITY,
}


def _views_of(group: Mapping[str, Any]) -> list[str]:
    found = [view for view, holds in _IS.items() if holds(group)]
    return [*found, f"{OF_KIND}{group['sort']}"] if group["sort"] else found


def after(cases: CaseQuerySet, case: Case, view: str) -> Case | None:
    """The case that follows this one in the view's order, or else the one before it."""
    moment = "status_since" if view == LATE else "filed_at"
    at = getattr(case, moment)
    later = cases.filter(Q(**{f"{moment}__gt": at}) | Q(**{moment: at, "pk__gt": case.pk}))
    return later.first() or cases.exclude(pk=case.pk).order_by(f"-{moment}", "-pk").first()

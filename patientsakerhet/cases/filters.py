"""How lists of cases and of measures are narrowed: the same words on pages, in the API and in exports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest

from patientsakerhet.access import opening, policy
from patientsakerhet.access.asking import person_of
from patientsakerhet.access.policy import Can
from patientsakerhet.cases import kinds
from patientsakerhet.cases.models import Case, Code, Measure, MeasureCase
from patientsakerhet.cases.models.measure import MeasureQuerySet
from patientsakerhet.cases.querysets import CaseQuerySet
from patientsakerhet.cases.reach_walk import PATH, ReachWalk
from patientsakerhet.lib import calendar
from patientsakerhet.organisation.models import Person, Unit
from patientsakerhet.ui.narrowing import LONGEST, ORDER, Narrowing, YesFilter, choice, day, text

ME = ("me", "jag", "mig")
NOBODY = ("none", "ingen")
OPEN, CLOSED = "open", "closed"
TICKED = "on"
NEWEST, URGENT = "newest", "urgent"
MINE, MY_UNITS, DECIDED = "mine", "units", "decided"
SEVERITIES = (("1", "1 eller högre"), ("2", "2 eller högre"), ("3", "3 eller högre"), ("4", "4"))


def _statuses() -> list[tuple[str, str]]:
    return list(
        {
            status: label
            for kind in kinds.every()
            for status, label in kind.workflow.labels.items()
        }.items()
    )


def _sorts(_request: HttpRequest | None) -> QuerySet[Code]:
    systems = {kind.code_system for kind in kinds.every() if kind.code_system}
    return Code.objects.current().filter(system__key__in=systems).order_by("position", "code")


class CaseFilter(Narrowing):
    """Narrows the cases somebody may see; give it `within_reach` of the person, or
    all of them when `in_pages` comes after."""

    q = text("Sök", "find", type="search")
    whose = choice("Vems", "of_whom", [(MINE, "Mina"), (MY_UNITS, "Mina enheters")])
    open = choice("Läge", "by_state", [(OPEN, "Öppna"), (CLOSED, "Avslutade")])
    type = django_filters.ModelChoiceFilter(
        label="Typ", method="by_sort", queryset=_sorts, to_field_name="code", empty_label="Alla"
    )
    unit = text("Ansvarig enhet", "owned_by")
    severity_from = choice("Allvarlighet", "at_least", SEVERITIES)
    status = django_filters.MultipleChoiceFilter(
        label="Steg",
        method="in_status",
        choices=_statuses,
        widget=forms.CheckboxSelectMultiple,
    )
    filing_unit = text("Rapporterande enhet", "filed_by_unit")
    handler = text("Handläggare", "handled_by")
    origin = choice("Ursprung", "from_origin", Case.Origin.choices)
    filed_from = day("Kom in från", "filed_since")
    filed_to = day("Kom in till", "filed_until")
    overdue = YesFilter("Tidsgränsen har passerat", "only_overdue")
    measure_overdue = YesFilter("Har försenad åtgärd", "with_late_measure")
    order = choice(
        ORDER,
        "in_order",
        [(NEWEST, "Nyast först"), (URGENT, "Mest bråttom först, bara öppna")],
        empty=None,
    )

    class Meta:
        model = Case
        fields: list[str] = []

    @property
    def qs(self) -> CaseQuerySet:
        """The cases, in a total order: newest first unless something else was asked for."""
        found = super().qs
        return found if found.ordered else found.newest_first()

    def find(self, rows: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        return rows.matching(value)

    def of_whom(self, rows: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        person = person_of(self.request)
        if value == MINE:
            return rows.handled_by(person)
        return rows.filter(owning_unit__in=policy.units_where(person, Can.RECEIVE))

    def by_state(self, rows: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        return rows.open() if value == OPEN else rows.closed()

    def by_sort(self, rows: CaseQuerySet, name: str, value: Code) -> CaseQuerySet:
        condition = Q(pk__in=[])
        for kind in kinds.every():
            if kind.code_path:
                condition |= Q(**{kind.code_path: value})
        return rows.filter(condition)

    def at_least(self, rows: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        return rows.filter(severity__gte=int(value))

    def in_status(self, rows: CaseQuerySet, name: str, value: list[str]) -> CaseQuerySet:
        return rows.in_status(*value) if value else rows

    def owned_by(self, rows: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        return rows.filter(within("owning_unit", value))

    def filed_by_unit(self, rows: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        return rows.filter(within("filing_unit", value))

    def handled_by(self, rows: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        return rows.filter(person_called("handler", value, self.request))

    def from_origin(self, rows: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        return rows.filter(origin=value)

    def filed_since(self, rows: CaseQuerySet, name: str, value: date) -> CaseQuerySet:
        return rows.filter(filed_at__gte=_midnight(value))

    def filed_until(self, rows: CaseQuerySet, name: str, value: date) -> CaseQuerySet:
        return rows.filter(filed_at__lt=_midnight(value + timedelta(days=1)))

    def only_overdue(self, rows: CaseQuerySet, name: str, value: bool) -> CaseQuerySet:
        return rows.overdue() if value else rows

    def with_late_measure(self, rows: CaseQuerySet, name: str, value: bool) -> CaseQuerySet:
        late = MeasureCase.objects.filter(
            case=OuterRef("pk"), measure__in=Measure.objects.overdue()
        )
        return rows.filter(Exists(late)) if value else rows

    def in_order(self, rows: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        """What is closed has no deadline: among all there is, only what is open is urgent."""
        if _most_urgent(self.data):
            return rows.open().most_urgent_first()
        return rows.newest_first()


def within_reach(given: Mapping[str, str], person: Person, capability: Can) -> CaseQuerySet:
    """The cases with which the person may do this, for a `CaseFilter` of the same words: when it
    lets only open ones through, those are looked for among what she and her units have open.
    """
    return Case.objects.where_may(person, capability, only_open=_only_open(given))


def in_pages(
    cases: CaseQuerySet, given: Mapping[str, str], person: Person
) -> tuple[CaseQuerySet, ReachWalk | None]:
    """Of these, which a `CaseFilter` has narrowed by these words, those that the person may read,
    for `page_of` and `count_of`; and the walk to the newest of them when she has few units.
    """
    places = opening.places(person, Can.READ, path=PATH)
    if places is None or _only_open(given):
        return cases.where_may(person, Can.READ, only_open=_only_open(given)), None
    seen = cases.where_may(person, Can.READ, one_by_one=True)
    return seen, ReachWalk(person, Can.READ, places, cases)


def _only_open(given: Mapping[str, str]) -> bool:
    return given.get("open") == OPEN or given.get("overdue") == TICKED or _most_urgent(given)


def _most_urgent(given: Mapping[str, str]) -> bool:
    return given.get("order") == URGENT and given.get("open") != CLOSED


class MeasureFilter(Narrowing):
    """Narrows the measures somebody may see; give it `Measure.objects.visible_to(person)`."""

    q = text("Sök", "find", type="search")
    whose = choice(
        "Vems",
        "of_whom",
        [(MINE, "Mina"), (MY_UNITS, "Mina enheters"), (DECIDED, "Som jag beslutat")],
    )
    status = choice(
        "Läge", "in_status", [(OPEN, "Öppna"), (CLOSED, "Avslutade"), *Measure.Status.choices]
    )
    unit = text("Enhet", "of_unit")
    strength = choice("Styrka", "as_strong_as", Measure.Strength.choices)
    owner = text("Ansvarig", "owned_by")
    due_from = day("Klar från", "due_since")
    due_to = day("Klar till", "due_until")
    overdue = YesFilter("Försenad", "only_overdue")
    effect_due = YesFilter("Effekten ska följas upp", "with_effect_due")
    order = choice(
        ORDER, "in_order", [(URGENT, "Närmast först"), (NEWEST, "Nyast först")], empty=None
    )

    class Meta:
        model = Measure
        fields: list[str] = []

    @property
    def qs(self) -> MeasureQuerySet:
        """The measures, in a total order: nearest day first unless something else was asked for."""
        found = super().qs
        return found if found.ordered else found.order_by("due_on", "pk")

    def find(self, rows: MeasureQuerySet, name: str, value: str) -> MeasureQuerySet:
        return rows.filter(
            Q(title__icontains=value)
            | Q(description__icontains=value)
            | Q(pk__in=MeasureCase.objects.filter(case__number=value.upper()).values("measure"))
        )

    def of_whom(self, rows: MeasureQuerySet, name: str, value: str) -> MeasureQuerySet:
        person = person_of(self.request)
        if value == MINE:
            return rows.filter(owner=person)
        if value == DECIDED:
            return rows.filter(decided_by=person)
        return rows.filter(unit__in=policy.units_where(person, Can.DECIDE_MEASURES))

    def in_status(self, rows: MeasureQuerySet, name: str, value: str) -> MeasureQuerySet:
        if value == OPEN:
            return rows.open()
        if value == CLOSED:
            return rows.exclude(status__in=(Measure.Status.PROPOSED, *Measure.OPEN))
        return rows.filter(status=value)

    def of_unit(self, rows: MeasureQuerySet, name: str, value: str) -> MeasureQuerySet:
        return rows.filter(within("unit", value))

    def as_strong_as(self, rows: MeasureQuerySet, name: str, value: str) -> MeasureQuerySet:
        return rows.filter(strength=value)

    def owned_by(self, rows: MeasureQuerySet, name: str, value: str) -> MeasureQuerySet:
        return rows.filter(person_called("owner", value, self.request))

    def due_since(self, rows: MeasureQuerySet, name: str, value: date) -> MeasureQuerySet:
        return rows.filter(due_on__gte=value)

    def due_until(self, rows: MeasureQuerySet, name: str, value: date) -> MeasureQuerySet:
        return rows.filter(due_on__lte=value)

    def only_overdue(self, rows: MeasureQuerySet, name: str, value: bool) -> MeasureQuerySet:
        return rows.overdue() if value else rows

    def with_effect_due(self, rows: MeasureQuerySet, name: str, value: bool) -> MeasureQuerySet:
        return rows.effect_due() if value else rows

    def in_order(self, rows: MeasureQuerySet, name: str, value: str) -> MeasureQuerySet:
        return (
            rows.order_by("-decided_at", "-pk")
            if value == NEWEST
            else rows.order_by("due_on", "pk")
        )


def within(field: str, written: str) -> Q:
    """At or below the units that somebody means by this: a code, a whole name, or part of one.

    Their keys stand in the condition one by one, so that the planner knows how many rows they have.
    """
    alike = list(
        Unit.objects.filter(Q(code=written.lower()) | Q(name__icontains=written)).values_list(
            "path", "code", "name"
        )[:LONGEST]
    )
    word = written.casefold()
    exact = [path for path, code, name in alike if word in (code, name.casefold())]
    below = Q(pk__in=[])
    for path in _highest(exact or [path for path, _, _ in alike]):
        below |= Q(path__startswith=path)
    return Q(**{f"{field}__in": list(Unit.objects.filter(below).values_list("pk", flat=True))})


def _highest(paths: Iterable[str]) -> list[str]:
    """The paths that lie below none of the others."""
    kept: list[str] = []
    for path in sorted(paths):
        if not kept or not path.startswith(kept[-1]):
            kept.append(path)
    return kept


def person_called(field: str, written: str, request: HttpRequest) -> Q:
    """The person that somebody means by this: herself, nobody, a key, or part of a name."""
    word = written.lower()
    if word in ME:
        return Q(**{field: person_of(request)})
    if word in NOBODY:
        return Q(**{f"{field}__isnull": True})
    if written.isdecimal() and len(written) < 18:
        return Q(**{field: int(written)})
    return Q(**{f"{field}__in": Person.objects.filter(name__icontains=written).values("pk")})


def _midnight(local_day: date) -> datetime:
    return calendar.moment(local_day, time())

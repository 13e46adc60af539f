"""How the lists of information security are narrowed: the same words on pages, in the API, in files."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from patientsakerhet.cases.models import Case
from patientsakerhet.cases.querysets import CaseQuerySet
from patientsakerhet.information_security.impact_workflow import APPROVED
from patientsakerhet.information_security.impact_workflow import WORKFLOW as ASSESSMENT
from patientsakerhet.information_security.models import (
    ImpactAssessment,
    InformationClassification,
    Programme,
    SecurityFollowUp,
    SystemStanding,
)
from patientsakerhet.information_security.querysets import (
    AssessmentQuerySet,
    ClassificationQuerySet,
    FollowUpQuerySet,
    StandingQuerySet,
)
from patientsakerhet.information_security.workflow import (
    ASSESSING,
    CANCELLED,
    DECIDED,
    DECIDING,
    DELIVERED,
    ENDED,
    ORDERED,
    SUPERSEDED,
)
from patientsakerhet.organisation.models import Unit
from patientsakerhet.register.models import ITSystem
from patientsakerhet.ui.narrowing import Narrowing, YesFilter, choice, day, text

ROOMS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("agare", "Hos ägaren", (ORDERED,)),
    ("underlag", "Underlag", (DELIVERED,)),
    ("riskbedomning", "Riskbedömning", (ASSESSING,)),
    ("beslut", "Beslut", (DECIDING,)),
    ("galler", "Gäller", (DECIDED,)),
    ("avslutade", "Avslutade", (SUPERSEDED, ENDED, CANCELLED)),
)
"""The rooms a classification passes through: name in the address, word, states."""
STATES = {name: states for name, _, states in ROOMS}
SOON = timedelta(days=90)
"""What runs out this soon is worth ordering now."""
NEVER, EXPIRED, EXPIRING, CHANGED, VALID, UNDER_WAY, REQUESTED = (
    "aldrig", "utgangen", "snart", "andrad", "galler", "pagar", "begard"
)  # fmt: skip
GAPS = (
    (NEVER, "Aldrig klassade"),
    (EXPIRED, "Har gått ut"),
    (EXPIRING, "Går ut inom 90 dagar"),
    (CHANGED, "Ändrade sedan de klassades, ska ses över"),
    (REQUESTED, "Begärda av den som ansvarar"),
    (UNDER_WAY, "Klassas nu"),
    (VALID, "Klassade och gäller"),
)
QUARTER = "kvartal"
PERIODS = ((QUARTER, "Kvartal för kvartal"),)


def _programmes(_request: HttpRequest | None) -> object:
    return Programme.objects.all()


def programme_filter(method: str) -> django_filters.ModelChoiceFilter:
    """One of the programmes, those that have ended too."""
    return django_filters.ModelChoiceFilter(
        label="Program",
        method=method,
        queryset=_programmes,
        to_field_name="code",
        empty_label="Alla",
    )


def within(path: str, words: str) -> Q:
    """Whose unit, along the path, is one with this code or name, or below it."""
    named = Unit.objects.filter(Q(code=words.strip().lower()) | Q(name__icontains=words.strip()))
    condition = Q(pk__in=[])
    for unit in named[:50]:
        condition |= Q(**{f"{path}__path__startswith": unit.path})
    return condition


class ClassificationFilter(Narrowing):
    """Narrows the classifications somebody may see."""

    q = text("Sök", "find", type="search")
    number = text("Klassningens nummer", "of_number")
    room = choice("Läge", "in_room", [(name, label) for name, label, _ in ROOMS])
    programme = programme_filter("of_programme")
    occasion = choice("Anledning", "of_occasion", InformationClassification.Occasion.choices)
    unit = text("Förvaltning eller enhet", "of_unit")
    decided_from = day("Beslutad från", "decided_since")
    decided_to = day("Beslutad till", "decided_until")
    overdue = YesFilter("Tidsgränsen har passerat", "only_overdue")

    class Meta:
        model = InformationClassification
        fields: list[str] = []

    @property
    def qs(self) -> ClassificationQuerySet:
        """In a total order, the latest ordered first."""
        found: ClassificationQuerySet = super().qs
        return found.order_by("-pk")

    def find(self, rows: ClassificationQuerySet, name: str, value: str) -> ClassificationQuerySet:
        cases: CaseQuerySet = Case.objects.filter(pk__in=rows.values("pk"))
        return rows.filter(case__in=cases.matching(value).values("pk"))

    def of_number(
        self, rows: ClassificationQuerySet, name: str, value: str
    ) -> ClassificationQuerySet:
        return rows.filter(case__number=value.strip().upper())

    def in_room(
        self, rows: ClassificationQuerySet, name: str, value: str
    ) -> ClassificationQuerySet:
        return rows.filter(case__status__in=STATES[value])

    def of_programme(
        self, rows: ClassificationQuerySet, name: str, value: Programme
    ) -> ClassificationQuerySet:
        return rows.filter(programme=value)

    def of_occasion(
        self, rows: ClassificationQuerySet, name: str, value: str
    ) -> ClassificationQuerySet:
        return rows.filter(occasion=value)

    def of_unit(
        self, rows: ClassificationQuerySet, name: str, value: str
    ) -> ClassificationQuerySet:
        return rows.filter(within("case__filing_unit", value) | within("system__owner_unit", value))

    def decided_since(
        self, rows: ClassificationQuerySet, name: str, value: date
    ) -> ClassificationQuerySet:
        return rows.filter(decided_at__date__gte=value)

    def decided_until(
        self, rows: ClassificationQuerySet, name: str, value: date
    ) -> ClassificationQuerySet:
        return rows.filter(decided_at__date__lte=value)

    def only_overdue(
        self, rows: ClassificationQuerySet, name: str, value: bool
    ) -> ClassificationQuerySet:
        if not value:
            return rows
        return rows.filter(case__is_final=False, case__due_at__lt=timezone.now())


class StandingFilter(Narrowing):
    """Narrows what stands in the gap list by what it is and whose."""

    unit = text("Förvaltning eller enhet", "of_unit")
    criticality = choice("Kritikalitet", "as_critical", ITSystem.Criticality.choices)
    programme = programme_filter("of_programme")

    class Meta:
        model = SystemStanding
        fields: list[str] = []

    def as_critical(self, rows: StandingQuerySet, name: str, value: str) -> StandingQuerySet:
        return rows.filter(criticality=value)

    def of_programme(self, rows: StandingQuerySet, name: str, value: Programme) -> StandingQuerySet:
        return rows.filter(programme=value)

    def of_unit(self, rows: StandingQuerySet, name: str, value: str) -> StandingQuerySet:
        return rows.filter(within("managing_unit", value) | within("owner_unit", value))


class CoverageFilter(StandingFilter):
    """Narrows the systems whose coverage is counted, and says how often."""

    period = choice("Över tid", "every", PERIODS, empty="Månad för månad")

    def every(self, rows: StandingQuerySet, name: str, value: str) -> StandingQuerySet:
        return rows

    @property
    def quarters(self) -> bool:
        """Whether quarters are asked for."""
        return self.form.is_valid() and self.form.cleaned_data["period"] == QUARTER


class GapFilter(StandingFilter):
    """Narrows the systems and other information assets of the gap list."""

    q = text("System eller tillgång", "find", type="search")
    gap = choice("Klassning", "standing_so", GAPS)
    kind = choice(
        "Slag", "of_kind", [("system", "IT-system"), ("tillgang", "Annan informationstillgång")]
    )
    owner = text("Ägare eller systemansvarig", "of_owner")
    assessment = choice(
        "Konsekvensbedömning",
        "assessed_so",
        [("saknas", "Saknas"), ("ses-over", "Ska ses över"), ("finns", "Finns")],
    )
    mine = YesFilter("Som jag ansvarar för", "only_mine")
    retired = YesFilter("Även det som inte används", "with_retired")

    @property
    def qs(self) -> StandingQuerySet:
        """In a total order, never classified first; only systems in use unless asked for all."""
        found: StandingQuerySet = super().qs
        asked = self.form.is_valid() and self.form.cleaned_data.get("retired")
        return (found if asked else found.in_use()).most_urgent_first()

    def find(self, rows: StandingQuerySet, name: str, value: str) -> StandingQuerySet:
        return rows.filter(
            Q(system__name__icontains=value)
            | Q(system__aliases__contains=[value])
            | Q(asset__icontains=value)
        )

    def of_kind(self, rows: StandingQuerySet, name: str, value: str) -> StandingQuerySet:
        return rows.filter(system__isnull=value != "system")

    def only_mine(self, rows: StandingQuerySet, name: str, value: bool) -> StandingQuerySet:
        return rows.answered_for_by(self.request.user) if value else rows

    def standing_so(self, rows: StandingQuerySet, name: str, value: str) -> StandingQuerySet:
        today = timezone.localdate()
        if value == EXPIRING:
            return rows.filter(valid_until__range=(today, today + SOON))
        if value == UNDER_WAY:
            return rows.filter(under_way__isnull=False)
        asked = {
            NEVER: rows.never_classified,
            EXPIRED: rows.expired,
            CHANGED: rows.changed_since,
            VALID: rows.valid,
            REQUESTED: rows.requested,
        }
        return asked[value]()

    def of_owner(self, rows: StandingQuerySet, name: str, value: str) -> StandingQuerySet:
        return rows.filter(
            Q(system__information_owner__name__icontains=value)
            | Q(system__owner__name__icontains=value)
            | Q(system__system_manager__name__icontains=value)
            | Q(owner__name__icontains=value)
        )

    def assessed_so(self, rows: StandingQuerySet, name: str, value: str) -> StandingQuerySet:
        if value == "saknas":
            return rows.without_assessment()
        if value == "ses-over":
            return rows.filter(assessment_due_on__lt=timezone.localdate())
        return rows.filter(assessed_on__isnull=False)

    def with_retired(self, rows: StandingQuerySet, name: str, value: bool) -> StandingQuerySet:
        return rows


class AssessmentFilter(Narrowing):
    """Narrows the impact assessments somebody may see."""

    q = text("Sök", "find", type="search")
    state = choice("Läge", "in_state", list(ASSESSMENT.labels.items()))
    programme = programme_filter("of_programme")
    review = YesFilter("Ska ses över", "to_review")

    class Meta:
        model = ImpactAssessment
        fields: list[str] = []

    @property
    def qs(self) -> AssessmentQuerySet:
        """In a total order, the latest begun first."""
        found: AssessmentQuerySet = super().qs
        return found.order_by("-pk")

    def find(self, rows: AssessmentQuerySet, name: str, value: str) -> AssessmentQuerySet:
        return rows.filter(Q(processing__icontains=value) | Q(system__name__icontains=value))

    def in_state(self, rows: AssessmentQuerySet, name: str, value: str) -> AssessmentQuerySet:
        return rows.filter(case__status=value)

    def of_programme(
        self, rows: AssessmentQuerySet, name: str, value: Programme
    ) -> AssessmentQuerySet:
        return rows.filter(programme=value)

    def to_review(self, rows: AssessmentQuerySet, name: str, value: bool) -> AssessmentQuerySet:
        late = {"case__status": APPROVED, "review_on__lt": timezone.localdate()}
        return rows.filter(**late) if value else rows


class TermFilter(Narrowing):
    """Narrows a list of terms; those of today and later unless asked for others."""

    q = text("Benämning", "named", type="search")
    standing = choice("Visa", "stand", [("alla", "alla, även tidigare")], empty="nu och framöver")

    @property
    def qs(self) -> QuerySet[Any]:
        """In the list's own order, the earlier of a row first."""
        found = super().qs
        asked = self.form.is_valid() and self.form.cleaned_data.get("standing")
        if not asked:
            found = found.filter(Q(valid_to=None) | Q(valid_to__gte=timezone.localdate()))
        return found.order_by(*found.model._meta.ordering, "pk")

    def named(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(label__icontains=value)

    def stand(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows


class FollowUpFilter(Narrowing):
    """Narrows the follow-ups."""

    q = text("Sök", "find", type="search")
    state = choice(
        "Läge",
        "standing_so",
        [("planerade", "Planerade"), ("sena", "Försenade"), ("genomforda", "Genomförda")],
    )
    planned_from = day("Planerad från", "planned_since")
    planned_to = day("Planerad till", "planned_until")

    class Meta:
        model = SecurityFollowUp
        fields: list[str] = []

    @property
    def qs(self) -> FollowUpQuerySet:
        """In a total order, the latest planned first."""
        found: FollowUpQuerySet = super().qs
        return found.order_by("-planned_on", "-pk")

    def find(self, rows: FollowUpQuerySet, name: str, value: str) -> FollowUpQuerySet:
        return rows.filter(Q(title__icontains=value) | Q(system__name__icontains=value))

    def standing_so(self, rows: FollowUpQuerySet, name: str, value: str) -> FollowUpQuerySet:
        if value == "planerade":
            return rows.planned()
        if value == "sena":
            return rows.overdue()
        return rows.filter(done_on__isnull=False)

    def planned_since(self, rows: FollowUpQuerySet, name: str, value: date) -> FollowUpQuerySet:
        return rows.filter(planned_on__gte=value)

    def planned_until(self, rows: FollowUpQuerySet, name: str, value: date) -> FollowUpQuerySet:
        return rows.filter(planned_on__lte=value)

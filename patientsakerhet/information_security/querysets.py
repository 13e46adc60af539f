"""The questions asked about classifications, systems' standing and follow-ups."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.cases.models import Case
from patientsakerhet.information_security.impact_workflow import KIND as ASSESSMENT
from patientsakerhet.information_security.things import Thing
from patientsakerhet.information_security.workflow import DECIDED, KIND, UNDER_WAY
from patientsakerhet.organisation.models import Person
from patientsakerhet.register.models import ITSystem

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from patientsakerhet.cases.querysets import CaseQuerySet


def cases_of(person: Person | AnonymousUser) -> CaseQuerySet:
    """The classifications' cases that this person may read."""
    found: CaseQuerySet = Case.objects.where_may(person, Can.READ, Can.READ_CLASSIFICATION)
    return found.of_kind(KIND)


# The checker does not follow the circle between models and their querysets.
class ClassificationQuerySet(QuerySet["InformationClassification"]):  # type: ignore[name-defined]  # the model imports this module
    """What one may ask of the classifications."""

    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """Those this person may read, by how far their cases have come."""
        return self.filter(case__in=cases_of(person))

    def decided(self) -> Self:
        """Those that hold, expired or not, and are not replaced."""
        return self.filter(case__status=DECIDED)

    def of(self, thing: Thing) -> Self:
        """Of this system, or of this asset of the unit, however its name is written."""
        if thing.system is not None:
            return self.filter(system=thing.system)
        return self.filter(system=None, asset__iexact=thing.asset, case__filing_unit=thing.unit)

    def under_way(self) -> Self:
        """Ordered and not decided."""
        return self.filter(case__status__in=UNDER_WAY)

    def completed_between(self, first: date, last: date) -> Self:
        """Decided on one of these days, both with."""
        return self.filter(decided_at__date__range=(first, last))

    def for_page(self) -> Self:
        """With what the page shows at the top."""
        return self.select_related(
            "case__owning_unit",
            "case__handler",
            "system__managing_unit",
            "programme",
            "owner",
            "lead",
            "delivered_by",
            "decided_by",
            "template",
            "copied_from__case",
        )


class AssessmentQuerySet(QuerySet["ImpactAssessment"]):  # type: ignore[name-defined]  # the model imports this module
    """What one may ask of the impact assessments."""

    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """Those this person may read, by how far their cases have come."""
        cases = Case.objects.where_may(person, Can.READ, Can.READ_CLASSIFICATION)
        return self.filter(case__in=cases.of_kind(ASSESSMENT))

    def completed_between(self, first: date, last: date) -> Self:
        """Decided on one of these days, both with."""
        return self.filter(decided_at__date__range=(first, last))

    def for_page(self) -> Self:
        """With what the page shows at the top."""
        return self.select_related(
            "case__owning_unit",
            "case__handler",
            "system",
            "programme",
            "owner",
            "lead",
            "decided_by",
        )


class StandingQuerySet(QuerySet["SystemStanding"]):  # type: ignore[name-defined]  # the model imports this module
    """What one may ask of how systems stand."""

    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """The systems of the person's units, and those she owns or answers for herself."""
        if not isinstance(person, Person):
            return self.none()
        units = policy.units_where(person, Can.READ_CLASSIFICATION).values("pk")
        hers = ITSystem.objects.filter(
            Q(owner=person) | Q(system_manager=person) | Q(information_owner=person)
        )
        return self.filter(
            Q(managing_unit__in=units)
            | Q(owner_unit__in=units)
            | Q(owner=person)
            | Q(system__in=hers.values("pk"))
        )

    def answered_for_by(self, person: Person | AnonymousUser) -> Self:
        """Those that this person is asked about: by the register, or as the asset was classified."""
        if not isinstance(person, Person):
            return self.none()
        hers = ITSystem.objects.filter(
            Q(information_owner=person)
            | Q(information_owner=None, owner=person)
            | Q(information_owner=None, owner=None, system_manager=person)
        )
        return self.filter(Q(owner=person) | Q(system__in=hers.values("pk")))

    def may_be_requested_by(self, person: Person | AnonymousUser) -> Self:
        """What this person may ask to have classified: what she answers for, and that of the units
        where she may deliver a classification."""
        if not isinstance(person, Person):
            return self.none()
        units = policy.units_where(person, Can.DELIVER_CLASSIFICATION).values("pk")
        hers = ITSystem.objects.filter(
            Q(owner=person) | Q(system_manager=person) | Q(information_owner=person)
        )
        return self.filter(
            Q(managing_unit__in=units)
            | Q(owner_unit__in=units)
            | Q(owner=person)
            | Q(system__in=hers.values("pk"))
        )

    def requested(self) -> Self:
        """That somebody who answers for it has asked to have classified."""
        return self.filter(requested_at__isnull=False)

    def of_systems(self) -> Self:
        """Of the register's systems, without other assets."""
        return self.filter(system__isnull=False)

    def in_use(self) -> Self:
        """Of what is in use."""
        return self.filter(in_use=True)

    def never_classified(self) -> Self:
        """Without any classification."""
        return self.filter(classified_on=None)

    def expired(self) -> Self:
        """Whose classification held until a day that has passed."""
        return self.filter(valid_until__lt=timezone.localdate())

    def valid(self) -> Self:
        """With a classification that holds today."""
        return self.filter(valid_until__gte=timezone.localdate())

    def changed_since(self) -> Self:
        """Changed in the register after they were classified: to be reviewed."""
        return self.filter(changed_at__isnull=False, classified_on__isnull=False)

    def neglected(self) -> Self:
        """In use and never classified, or changed since, without a classification under way."""
        return self.in_use().filter(
            Q(classified_on=None) | Q(changed_at__isnull=False), under_way=None
        )

    def alarming(self) -> Self:
        """An alarm should have gone out by now."""
        return self.filter(next_alarm_at__lte=timezone.now())

    def without_assessment(self) -> Self:
        """Neither assessed for data protection nor found not to need it."""
        return self.filter(assessed_on=None, assessment_not_needed_on=None)

    def most_urgent_first(self) -> Self:
        """Never classified first, then those that expire or have expired soonest."""
        return self.order_by(F("valid_until").asc(nulls_first=True), "pk")


class FollowUpQuerySet(QuerySet["SecurityFollowUp"]):  # type: ignore[name-defined]  # the model imports this module
    """What one may ask of the follow-ups."""

    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """Of the person's units, and her own."""
        if not isinstance(person, Person):
            return self.none()
        units = policy.units_where(person, Can.READ_CLASSIFICATION).values("pk")
        return self.filter(Q(unit__in=units) | Q(responsible=person))

    def planned(self) -> Self:
        """Not done yet."""
        return self.filter(done_on=None)

    def overdue(self) -> Self:
        """Planned for a day that has passed."""
        return self.planned().filter(planned_on__lt=timezone.localdate())

    def alarming(self) -> Self:
        """An alarm should have gone out by now."""
        return self.planned().filter(next_alarm_at__lte=timezone.now())

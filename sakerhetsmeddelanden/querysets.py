"""The questions asked about notices and their recipients; about the case itself one asks `Case.objects`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db.models import Q, QuerySet
from django.utils import timezone

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.cases.models import Case
from sakerhetsmeddelanden.workflow import KIND, OPEN, REMOVED, SELECTED, SETTLED, WAITING

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from patientsakerhet.organisation.models import Person
    from patientsakerhet.register.models import DeviceModel


# The checker does not follow the circle between models and their querysets.
class SafetyNoticeQuerySet(QuerySet["SafetyNotice"]):  # type: ignore[name-defined]  # the model imports this module
    """What one may ask of the notices."""

    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """The notices this person may read whole, by the spine's rule."""
        return self.filter(case__in=Case.objects.visible_to(person).of_kind(KIND))

    def reached_to(self, person: Person | AnonymousUser) -> Self:
        """The notices that have come to her units, of which she reads her units' own part."""
        cases = Case.objects.where_may(person, Can.READ_NOTICE).of_kind(KIND)
        return self.filter(case__in=cases)

    def open(self) -> Self:
        """Neither closed nor superseded."""
        return self.filter(case__status__in=OPEN)

    def of_action(self, fsca_ref: str, fsn_ref: str = "") -> Self:
        """About the same corrective action, or with the same designation; none without either."""
        same = Q(pk__in=[])
        if fsca_ref.strip():
            same |= Q(fsca_ref__iexact=fsca_ref.strip())
        if fsn_ref.strip():
            same |= Q(fsn_ref__iexact=fsn_ref.strip())
        return self.filter(same)

    def about(self, model: DeviceModel) -> Self:
        """Those that name this product."""
        return self.filter(products__models_chosen=model).distinct()

    def for_page(self) -> Self:
        """With what the notice's page shows at the top."""
        return self.select_related(
            "case__owning_unit",
            "case__handler",
            "supplier",
            "manufacturer",
            "risk_class",
            "supersedes__case",
            "targeted_by",
        )


class RecipientQuerySet(QuerySet["Recipient"]):  # type: ignore[name-defined]  # the model imports this module
    """What one may ask of the recipients."""

    def answerable_by(self, person: Person | AnonymousUser) -> Self:
        """Those whose unit this person may answer for, of notices that have reached it."""
        units = policy.units_where(person, Can.ANSWER_NOTICE)
        cases = Case.objects.where_may(person, Can.ANSWER_NOTICE).of_kind(KIND)
        return self.filter(unit__in=units, notice__case__in=cases)

    def readable_by(self, person: Person | AnonymousUser) -> Self:
        """Those whose unit's part this person may read."""
        units = policy.units_where(person, Can.READ_NOTICE)
        cases = Case.objects.where_may(person, Can.READ_NOTICE).of_kind(KIND)
        return self.filter(unit__in=units, notice__case__in=cases)

    def asked(self) -> Self:
        """Sent to, whatever came of it; not those that are only chosen, or were taken out again."""
        return self.exclude(status__in=[SELECTED, REMOVED])

    def waiting(self) -> Self:
        """Asked, and silent so far."""
        return self.filter(status__in=WAITING)

    def unsettled(self) -> Self:
        """From whom something is still awaited."""
        return self.filter(
            status__in=[*WAITING, "acknowledged_affected", "acknowledged_not_affected"]
        )

    def settled(self) -> Self:
        """From whom nothing more is awaited."""
        return self.filter(status__in=SETTLED)

    def overdue(self) -> Self:
        """Silent past the day by which they should have answered."""
        return self.waiting().filter(due_at__lt=timezone.now())

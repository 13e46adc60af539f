"""The questions asked about deviations; about the case itself one asks `Case.objects`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db.models import QuerySet

from patientsakerhet.cases.models import Case

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from patientsakerhet.organisation.models import Person


# The checker does not follow the circle between models and their querysets.
class DeviationQuerySet(QuerySet["Deviation"]):  # type: ignore[name-defined]
    """What one may ask of the deviations."""

    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """The deviations this person may read, by the spine's rule."""
        return self.filter(case__in=Case.objects.visible_to(person))

    def filed_by(self, person: Person | AnonymousUser) -> Self:
        """The person's own reports."""
        return self.filter(case__in=Case.objects.filed_by(person))

    def for_page(self) -> Self:
        """With what the case page shows at the top."""
        return self.select_related(
            "case__owning_unit",
            "case__filing_unit__care_provider",
            "case__handler",
            "case__parent",
            "case__reporter__person",
            "device__model",
            "device_model",
            "system",
            "kind",
            "event_class",
            "cause_class",
        )

"""The questions asked about reports; about the case itself one asks `Case.objects`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db.models import Prefetch, QuerySet

from patientsakerhet.cases.models import Case, Comment, Transition
from rapporter.annual_report.workflow import KIND

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from patientsakerhet.organisation.models import Person


# The checker does not follow the circle between models and their querysets.
class AnnualReportQuerySet(QuerySet["AnnualReport"]):  # type: ignore[name-defined]  # the model imports this module
    """What one may ask of the reports."""

    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """The reports this person may read, by the spine's rule."""
        return self.filter(case__in=Case.objects.visible_to(person).of_kind(KIND))

    def for_rows(self) -> Self:
        """With what a row in a list shows."""
        return self.select_related("case__owning_unit", "unit")

    def whole(self) -> Self:
        """With everything its pages and guards look at; as many statements however much there is."""
        from rapporter.annual_report.models import Build, Edition, Section

        moves = Transition.objects.select_related("by").order_by("occurred_at", "pk")
        builds = Build.objects.select_related("snapshot", "by", "edition").order_by("-pk")
        editions = Edition.objects.select_related("signed_by", "snapshot").prefetch_related(
            "builds"
        )
        sections = Section.objects.select_related("template", "author", "checked_by")
        return self.select_related(
            "case__owning_unit",
            "case__filing_unit",
            "case__handler",
            "unit",
            "template",
            "previous__case",
        ).prefetch_related(
            Prefetch("sections", sections.order_by("template__position")),
            Prefetch("builds", builds),
            Prefetch("editions", editions),
            "targets",
            "case__deadlines",
            Prefetch("case__comments", Comment.objects.select_related("by").order_by("-at", "-pk")),
            Prefetch("case__transitions", moves),
        )

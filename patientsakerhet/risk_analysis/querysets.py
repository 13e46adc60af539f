"""The questions asked about analyses, risks and reviews; about the case itself one asks `Case.objects`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db.models import F, Prefetch, QuerySet

from patientsakerhet.access.policy import Can
from patientsakerhet.authority_reports.models import AuthorityReport
from patientsakerhet.cases.models import Case, Measure, MeasureCase
from patientsakerhet.risk_analysis.workflow import CANCELLED, KIND

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from patientsakerhet.organisation.models import Person
    from patientsakerhet.risk_analysis.models import Risk


# The checker does not follow the circle between models and their querysets.
class RiskAnalysisQuerySet(QuerySet["RiskAnalysis"]):  # type: ignore[name-defined]  # the model imports this module
    """What one may ask of the analyses."""

    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """The analyses this person may read, by the spine's rule."""
        return self.filter(case__in=Case.objects.visible_to(person).of_kind(KIND))

    def whole(self) -> Self:
        """With everything its pages, guards and report look at; as many statements however much there is."""
        measures = MeasureCase.objects.select_related(
            "measure__owner", "measure__unit", "measure__decided_by", "measure__effect_by"
        ).order_by("measure")
        return self.select_related(
            "case__owning_unit",
            "case__filing_unit",
            "case__handler",
            "commissioned_by",
            "method",
            "template",
            "copied_from__case",
        ).prefetch_related(
            "members__person",
            "steps",
            "reports__signed_by",
            Prefetch("case__served_by", measures),
            Prefetch("case__authority_reports", AuthorityReport.objects.select_related("kind")),
            Prefetch("risks", self._risks()),
        )

    def _risks(self) -> QuerySet[Risk]:
        from patientsakerhet.risk_analysis.models import Risk, RiskMeasure, RiskReview, Scoring

        aims = RiskMeasure.objects.select_related("measure__owner")
        scorings = Scoring.objects.select_related("by", "method")
        return (
            Risk.objects.select_related(
                "step", "raised_from", "created_by", "withdrawn_by", "copied_from__analysis__case"
            )
            .prefetch_related(
                Prefetch("scorings", scorings),
                Prefetch("copied_from__scorings", scorings),
                "systems",
                "products__manufacturer",
                Prefetch("aims", aims),
                Prefetch("reviews", RiskReview.objects.select_related("case", "handled_by")),
            )
            .order_by("serial")
        )


class RiskQuerySet(QuerySet["Risk"]):
    """What one may ask of the risks, across analyses."""

    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """The risks of the analyses this person may read."""
        return self.filter(analysis__case__in=Case.objects.visible_to(person).of_kind(KIND))

    def exportable_by(self, person: Person) -> Self:
        """The risks of the analyses this person may take out."""
        cases = Case.objects.where_may(person, Can.EXPORT).of_kind(KIND)
        return self.filter(analysis__case__in=cases)

    def standing(self) -> Self:
        """Not struck out, in an analysis that was not broken off."""
        return self.filter(withdrawn_at=None).exclude(analysis__case__status=CANCELLED)

    def gravest_first(self) -> Self:
        """By band and number; those not judged yet last."""
        return self.order_by(
            F("band").desc(nulls_last=True), F("score").desc(nulls_last=True), "pk"
        )


class RiskReviewQuerySet(QuerySet["RiskReview"]):  # type: ignore[name-defined]  # the model imports this module
    """What one may ask of the reviews."""

    def waiting(self) -> Self:
        """Proposed, and not answered."""
        return self.filter(handled_at=None)


def measures_of(case: Case) -> list[Measure]:
    """The case's measures in the order they came, as `whole` has fetched them."""
    return [one.measure for one in case.served_by.all()]

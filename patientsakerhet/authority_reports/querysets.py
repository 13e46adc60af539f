"""The questions asked about authority reports; about the case itself one asks `Case.objects`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db.models import Exists, OuterRef, Q, QuerySet

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.authority_reports.workflow import DRAFTING, UNDER_DECISION
from patientsakerhet.cases.models import Case

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from patientsakerhet.cases.querysets import CaseQuerySet
    from patientsakerhet.organisation.models import Person

DECIDING = (Can.DECIDE_LEX_MARIA, Can.DECIDE_REPORT, Can.DECIDE_SECURITY_REPORT)
"""The rights with which kinds of report are decided."""


def readable_by(person: Person | AnonymousUser) -> CaseQuerySet:
    """The cases whose reports this person may read: those she may read all of, of any kind."""
    found: CaseQuerySet = Case.objects.where_may(person, Can.READ, Can.READ_CLASSIFICATION)
    return found


# The checker does not follow the circle between models and their querysets.
class AuthorityReportQuerySet(QuerySet["AuthorityReport"]):  # type: ignore[name-defined]  # the model imports this module
    """What one may ask of the reports."""

    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """The reports of cases this person may read, by the spine's rule."""
        return self.filter(case__in=readable_by(person))

    def exportable_by(self, person: Person | AnonymousUser) -> Self:
        """The reports of cases that this person may take out."""
        return self.filter(case__in=Case.objects.where_may(person, Can.EXPORT))

    def to_decide_by(self, person: Person) -> Self:
        """Those that wait for a decision this person may make."""
        hers = Q(pk__in=[])
        for right in DECIDING:
            if policy.may(person, right):
                its = Case.objects.filter(pk=OuterRef("case"))
                may = its.where_may(person, right, only_open=True, one_by_one=True)
                hers |= Q(Exists(may), kind__decided_with=right)
        return self.filter(hers, status=UNDER_DECISION)

    def to_submit_by(self, person: Person) -> Self:
        """Those decided and not sent, of which this person handles the case or asked herself."""
        cases = Case.objects.where_may(person, Can.KEEP_REPORTS, only_open=True)
        hers = Q(case__handler=person) | Q(asked_by=person)
        return self.filter(hers, status=DRAFTING, case__in=cases)

    def oldest_first(self) -> Self:
        """The longest running clock first."""
        return self.order_by("clock_from", "pk")

    def for_rows(self) -> Self:
        """With what a row shows."""
        return self.select_related("case__owning_unit", "kind", "event_provider", "decided_by")

    def for_page(self) -> Self:
        """With what a report's own page shows."""
        return self.select_related(
            "kind",
            "event_provider",
            "created_by",
            "asked_by",
            "decided_by",
            "submitted_by",
            "receipt",
            "case__owning_unit__care_provider",
        )

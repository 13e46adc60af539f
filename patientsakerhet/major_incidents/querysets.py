"""The questions asked about major incidents; about the case itself one asks `Case.objects`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Count, Exists, OuterRef, Prefetch, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce

from patientsakerhet.authority_reports.models import AuthorityReport
from patientsakerhet.cases.models import Case, ExternalTicket, Measure, Transition
from patientsakerhet.major_incidents.workflow import KIND, WITHDRAWN

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from patientsakerhet.organisation.models import Person


# The checker does not follow the circle between models and their querysets.
class MajorIncidentQuerySet(QuerySet["MajorIncident"]):  # type: ignore[name-defined]  # the model imports this module
    """What one may ask of the incidents."""

    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """The incidents this person may read, by the spine's rule."""
        return self.filter(case__in=Case.objects.visible_to(person).of_kind(KIND))

    def standing(self) -> Self:
        """Not withdrawn: those that are counted."""
        return self.exclude(case__status=WITHDRAWN)

    def declared_between(self, first: date, last: date) -> Self:
        """Declared on one of these days as Sweden's calendar has them, both with."""
        return self.filter(declared_at__date__range=(first, last))

    def declared_in(self, year: int) -> Self:
        """Declared in this year as Sweden's calendar has it."""
        return self.declared_between(date(year, 1, 1), date(year, 12, 31))

    def having_gathered(self) -> Self:
        """With at least one deviation gathered under them."""
        from patientsakerhet.major_incidents.models import GatheredCase

        return self.filter(Exists(GatheredCase.objects.filter(incident=OuterRef("pk"))))

    def counted(self) -> Self:
        """Each with how many deviations are gathered under it."""
        from patientsakerhet.major_incidents.models import GatheredCase

        rows = GatheredCase.objects.filter(incident=OuterRef("pk")).order_by()
        number = rows.values("incident").annotate(n=Count("pk")).values("n")
        return self.annotate(gathered_count=Coalesce(Subquery(number), 0))

    def with_names(self) -> Self:
        """Counted, and each with its systems, units and tickets in one word each, for a file."""
        from patientsakerhet.major_incidents.models import MajorIncident

        systems = MajorIncident.systems.through.objects.filter(majorincident=OuterRef("pk"))
        units = MajorIncident.units.through.objects.filter(majorincident=OuterRef("pk"))
        tickets = ExternalTicket.objects.filter(case=OuterRef("pk"))
        return self.counted().annotate(
            system_names=_listed(systems, "majorincident", "itsystem__name"),
            unit_names=_listed(units, "majorincident", "unit__name"),
            ticket_numbers=_listed(tickets, "case", "number"),
        )

    def for_rows(self) -> Self:
        """With what a row in a list shows."""
        return self.select_related(
            "case__owning_unit", "case__filing_unit", "case__handler"
        ).prefetch_related("systems")

    def whole(self) -> Self:
        """With everything its pages and guards look at; as many statements however much there is."""
        moves = Transition.objects.select_related("by").order_by("occurred_at", "pk")
        return self.select_related(
            "case__owning_unit", "case__filing_unit", "case__handler", "declared_by"
        ).prefetch_related(
            "systems",
            "units",
            "gathered",
            "case__tickets",
            Prefetch("case__measures", Measure.objects.select_related("owner").order_by("pk")),
            Prefetch("case__transitions", moves),
            Prefetch("case__authority_reports", AuthorityReport.objects.select_related("kind")),
        )


def _listed(rows: QuerySet[Any], whose: str, named: str) -> Coalesce:
    """The names of an incident's rows with commas between, in order of name."""
    names = StringAgg(named, Value(", "), order_by=named)
    found = rows.order_by().values(whose).annotate(names=names).values("names")
    return Coalesce(Subquery(found), Value("", output_field=TextField()))

"""The short way to somebody's newest cases: along the rows of their reach, unit by unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    F,
    FilteredRelation,
    Func,
    OuterRef,
    PositiveSmallIntegerField,
    Q,
    QuerySet,
)
from django.db.models.expressions import OrderBy
from django.utils import timezone

from patientsakerhet.access import opening
from patientsakerhet.access.models import CaseAccess
from patientsakerhet.access.policy import Can
from patientsakerhet.organisation.models import Person

if TYPE_CHECKING:
    from patientsakerhet.cases.querysets import CaseQuerySet


class Among(Func):
    """A value that is one of an array's, which is made once before the rows are looked for."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY ("
    output_field = BooleanField()


PATH = "reach__"
"""From a case to a row of its reach."""


@dataclass(frozen=True)
class ReachWalk:
    """The cases, of some, that have reached a person and her few units, newest first.

    A unit's rows lie in this order in an index and are read no further than to as many cases as
    were asked for: what that costs follows from how many are shown, not from how many there are.
    """

    person: Person
    capability: Can
    places: Sequence[opening.Place]
    cases: CaseQuerySet
    at: datetime = field(default_factory=timezone.now)

    carried: ClassVar[dict[str, str]] = {"filed_at": "reach__filed_at", "pk": "reach__case"}
    """What the rows of reach carry of the order of the cases."""

    def first(self, order: Sequence[OrderBy], later: Q, count: int) -> Q:
        """Those that can be among the first so many, in an order and after a place that are told
        in what the rows carry. Each unit is named, so that the planner knows how much it has.
        """
        found = Q(pk__in=[])
        for place in self.places:
            ahead = self._reached(place.opens, later).order_by(*order).values("reach__case")
            found |= Q(Among(F("pk"), ArraySubquery(ahead[: count * place.most])))
        return found

    def some(self, count: int) -> QuerySet[Any]:
        """As many as there are, so many at the most, in no order: each by the first row that
        opens it for her.
        """
        secrecy = ExpressionWrapper(OuterRef("secrecy"), PositiveSmallIntegerField())
        before = (
            CaseAccess.objects.in_force(self.at)
            .filter(case=OuterRef("pk"), pk__lt=OuterRef("reach__pk"))
            .alias(secrecy=secrecy)
            .filter(opening.opened_by(self.person, self.capability))
        )
        rows = self._reached(
            opening.opened_by(self.person, self.capability, path=PATH),
            # The alternative that no case fulfils keeps the planner from joining all of reach.
            Q(secrecy__lt=0) | Q(~Exists(before)),
        )
        return rows.order_by().values("pk")[:count]

    def _reached(self, *opened: Q) -> CaseQuerySet:
        """The cases with a row of reach that holds and of which all this is true, once a row.

        It is asked for in one breath: else it could be true of different rows.
        """
        holds = Q(reach__valid_until=None) | Q(reach__valid_until__gt=self.at)
        return self.cases.alias(reach=FilteredRelation("access")).filter(holds, *opened)

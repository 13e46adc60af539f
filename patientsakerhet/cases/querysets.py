"""The questions the product asks about cases; each answers with a narrower queryset."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import SearchQuery
from django.db.models import (
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    PositiveSmallIntegerField,
    Q,
    QuerySet,
)
from django.utils import timezone

from patientsakerhet.access import opening, policy
from patientsakerhet.access.models import CaseAccess
from patientsakerhet.access.policy import Can
from patientsakerhet.cases.reach_walk import Among
from patientsakerhet.organisation.models import Person, Unit

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


SEARCH_CONFIG = "varsam"
"""The text-search configuration a migration makes: Swedish stemming, å ä ö kept apart."""


# The checker does not follow the circle between models and their querysets.
class CaseQuerySet(QuerySet["Case"]):  # type: ignore[name-defined]  # the model imports this module
    """What one may ask of the cases."""

    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """The cases this person may read; the one choke point of every page, export and answer."""
        return self.where_may(person, Can.READ)

    def extract_visible_to(self, person: Person | AnonymousUser) -> Self:
        """The cases this person may read at least an extract of."""
        return self.where_may(person, Can.READ, Can.READ_EXTRACT, Can.READ_CLASSIFICATION)

    def where_may(
        self,
        person: Person | AnonymousUser,
        *capabilities: Can,
        only_open: bool = False,
        one_by_one: bool = False,
    ) -> Self:
        """The cases with which this person may do any of these.

        Whoever asks for open ones alone says so: what a unit has closed is then not gone through.
        Whoever names a few cases herself says that each can be asked for by itself.
        """
        known: dict[tuple[object, ...], Q] | None = getattr(person, "_cases_where_may", None)
        if known is None:
            known = person._cases_where_may = {}  # type: ignore[union-attr]  # a memory, not a field
        asked = (capabilities, only_open, one_by_one)
        if asked not in known:  # one page asks the same many times
            known[asked] = _where_may(
                person, capabilities, only_open=only_open, one_by_one=one_by_one
            )
        return self.filter(known[asked])

    def filed_by(self, person: Person | AnonymousUser) -> Self:
        """The person's own reports, whoever has them now."""
        return self.filter(reporter__person=person) if isinstance(person, Person) else self.none()

    def of_kind(self, kind: str) -> Self:
        """Cases of one kind."""
        return self.filter(kind=kind)

    def open(self) -> Self:
        """Not closed, rejected or merged."""
        return self.filter(is_final=False)

    def closed(self) -> Self:
        """Closed, rejected or merged."""
        return self.filter(is_final=True)

    def in_status(self, *statuses: str) -> Self:
        """In one of these states."""
        return self.filter(status__in=statuses)

    def overdue(self) -> Self:
        """Open past their next deadline, asked of the clock."""
        return self.open().filter(due_at__lt=timezone.now())

    def handled_by(self, person: Person) -> Self:
        """Whose handler this person is."""
        return self.filter(handler=person)

    def unassigned(self) -> Self:
        """That nobody has taken."""
        return self.filter(handler=None)

    def owned_within(self, unit: Unit) -> Self:
        """Owned by the unit or a unit below it."""
        return self.filter(owning_unit__path__startswith=unit.path)

    def filed_within(self, unit: Unit) -> Self:
        """Filed from the unit or a unit below it."""
        return self.filter(filing_unit__path__startswith=unit.path)

    def filed_between(self, first: datetime, last: datetime) -> Self:
        """Filed from `first` up to, not including, `last`."""
        return self.filter(filed_at__gte=first, filed_at__lt=last)

    def matching(self, words: str) -> Self:
        """With these words in the number, the title or the text."""
        words = words.strip()
        if not words:
            return self
        # The number is among the words: asked for apart, in another table, no index could help.
        return self.filter(
            text__vector=SearchQuery(words, config=SEARCH_CONFIG, search_type="websearch")
        )

    def in_queue_order(self) -> Self:
        """Longest waiting first."""
        return self.order_by("filed_at", "pk")

    def newest_first(self) -> Self:
        """Latest filed first."""
        return self.order_by("-filed_at", "-pk")

    def latest_first(self) -> Self:
        """Latest written first: the order in which an index keeps a reporter's own.

        By the day of filing, the newest cases of all would be gone through for hers.
        """
        return self.order_by("-pk")

    def most_urgent_first(self) -> Self:
        """Nearest deadline first; those without one last."""
        return self.order_by(F("due_at").asc(nulls_last=True), "pk")

    def for_list(self) -> Self:
        """With what a row in a list shows."""
        return self.select_related("owning_unit", "filing_unit", "handler")


def _where_may(
    person: Person | AnonymousUser,
    capabilities: tuple[Can, ...],
    *,
    only_open: bool,
    one_by_one: bool,
) -> Q:
    """The condition of `CaseQuerySet.where_may`."""
    found, rows = Q(), CaseAccess.objects.in_force()
    if only_open:
        found, rows = Q(is_final=False), rows.to_open_cases()
    of_case = rows.filter(case=OuterRef("pk"))

    def opened(**about: int) -> Exists:
        secrecy = ExpressionWrapper(OuterRef("secrecy"), PositiveSmallIntegerField())
        opens = opening.opened_by(person, *capabilities)
        return Exists(of_case.alias(secrecy=secrecy).filter(opens, **about))

    if one_by_one or opening.reaches_most(person):
        # Asked of one case after another until the page is full; the alternative that no
        # case fulfils keeps the planner from joining all of access first, and a question about
        # the case itself from gathering all of it.
        return Q(found, Q(secrecy__lt=0) | opened(secrecy__gte=0))
    # Joined from the few rows of the person and her units, then asked of the secret cases.
    reaching = opening.reached_by(person, *capabilities)
    if only_open and not policy.may(person, Can.COORDINATE):
        # Gathered first, whatever else is asked: the planner takes "late" and "open" for
        # independent, and would go through everybody's. A desk has everybody's itself.
        reached: Exists | Among = Among(
            F("pk"), ArraySubquery(rows.filter(reaching).values("case"))
        )
    else:
        reached = Exists(of_case.filter(reaching))
    if not opening.secrecy_matters(person, *capabilities):
        return Q(found, reached)  # what is secret is opened by the same rows
    return Q(found, reached, Q(secrecy=0) | opened())

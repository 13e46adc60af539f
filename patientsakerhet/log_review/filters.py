"""How the log and its reviews are narrowed: the same words on pages and in files."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q, QuerySet

from patientsakerhet.audit.models import Event, EventQuerySet
from patientsakerhet.cases.filters import within
from patientsakerhet.cases.models import Case
from patientsakerhet.lib import calendar
from patientsakerhet.log_review.models import LogReview
from patientsakerhet.log_review.querysets import LogReviewQuerySet
from patientsakerhet.log_review.words import AREAS
from patientsakerhet.organisation.models import Assignment, Person
from patientsakerhet.ui.narrowing import Narrowing, choice, day, text

SORTS = [
    (Event.Kind.READ, "Läsningar"),
    (Event.Kind.CHANGE, "Ändringar"),
    (Event.Kind.DENIED, "Nekade försök"),
]
OUTCOMES = [(value, label.capitalize()) for value, label in LogReview.Outcome.choices]


def people_called(written: str) -> QuerySet[Person]:
    """Those whose name holds this, or whose address it is."""
    return Person.objects.filter(Q(name__icontains=written) | Q(email__iexact=written))


class EventFilter(Narrowing):
    """Narrows the trail's events."""

    who = text("Person", "by_somebody", type="search")
    number = text("Ärendenummer", "about_a_case")
    kind = choice("Tilläts eller nekades", "of_kind", SORTS)
    since = day("Från", "from_day")
    until = day("Till", "to_day")
    area = choice("Vad", "in_area", [(key, label) for key, (label, _) in AREAS.items()])
    unit = text("Enhet där personen arbetar", "by_staff")

    class Meta:
        model = Event
        fields: list[str] = []

    @property
    def qs(self) -> EventQuerySet:
        """In the order of the trail, backwards."""
        found: EventQuerySet = super().qs
        return found.latest_first()

    def by_somebody(self, rows: EventQuerySet, name: str, value: str) -> EventQuerySet:
        return rows.filter(actor_id__in=people_called(value).values("pk"))

    def about_a_case(self, rows: EventQuerySet, name: str, value: str) -> EventQuerySet:
        """Done to the case, or a list, search or file that showed it; of no case, what names it."""
        number = value.strip().upper()
        case = Case.objects.filter(number=number).values_list("pk", flat=True).first()
        if case is None:
            return rows.filter(number=number)
        return rows.filter(pk__in=Event.objects.touching(case).values("pk"))

    def of_kind(self, rows: EventQuerySet, name: str, value: str) -> EventQuerySet:
        return rows.filter(kind=value)

    def from_day(self, rows: EventQuerySet, name: str, value: date) -> EventQuerySet:
        return rows.filter(at__gte=calendar.start_of_day(value))

    def to_day(self, rows: EventQuerySet, name: str, value: date) -> EventQuerySet:
        return rows.filter(at__lt=calendar.start_of_day(value + timedelta(days=1)))

    def in_area(self, rows: EventQuerySet, name: str, value: str) -> EventQuerySet:
        found = Q()
        for noun in AREAS[value][1]:
            found |= Q(action__startswith=f"{noun}.")
        return rows.filter(found)

    def by_staff(self, rows: EventQuerySet, name: str, value: str) -> EventQuerySet:
        staff = Assignment.objects.filter(within("unit", value))
        return rows.filter(actor_id__in=staff.values("person"))


class LogReviewFilter(Narrowing):
    """Narrows the reviews of the log."""

    outcome = choice("Utfall", "that_found", OUTCOMES)
    unit = text("Enhet", "at_unit")
    since = day("Från", "from_day")
    until = day("Till", "to_day")

    class Meta:
        model = LogReview
        fields: list[str] = []

    @property
    def qs(self) -> LogReviewQuerySet:
        """In a total order, the latest first."""
        found: LogReviewQuerySet = super().qs
        return found.order_by("-reviewed_at", "-pk")

    def that_found(self, rows: LogReviewQuerySet, name: str, value: str) -> LogReviewQuerySet:
        return rows.filter(outcome=value)

    def at_unit(self, rows: LogReviewQuerySet, name: str, value: str) -> LogReviewQuerySet:
        return rows.filter(within("unit", value))

    def from_day(self, rows: LogReviewQuerySet, name: str, value: date) -> LogReviewQuerySet:
        return rows.filter(reviewed_at__gte=calendar.start_of_day(value))

    def to_day(self, rows: LogReviewQuerySet, name: str, value: date) -> LogReviewQuerySet:
        return rows.filter(reviewed_at__lte=calendar.end_of_day(value))

"""The log and its reviews as files, by page and by command alike; never what a case says."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import F, Func, IntegerField, OuterRef, Subquery
from django.db.models.fields.json import KeyTransform

from patientsakerhet.access.policy import Can
from patientsakerhet.audit.models import SHOWN_CASES, Event
from patientsakerhet.cases.exchange import asking, refuse_unreadable
from patientsakerhet.exchange.kinds import Export
from patientsakerhet.exchange.writer import Column, Extract
from patientsakerhet.log_review import words
from patientsakerhet.log_review.filters import EventFilter, LogReviewFilter
from patientsakerhet.log_review.models import LogReview
from patientsakerhet.log_review.querysets import events_open_to
from patientsakerhet.organisation.models import Person, Unit

RIGHT = Can.REVIEW_LOG
WHO = Subquery(Person.objects.filter(pk=OuterRef("actor_id")).values("name")[:1])
WHERE = Subquery(Unit.objects.filter(pk=OuterRef("unit_id")).values("name")[:1])
SHOWN = Func(
    KeyTransform(SHOWN_CASES, F("payload__body")),
    function="jsonb_array_length",
    output_field=IntegerField(),
)
"""How many cases a list, search or file showed."""


def events(given: Mapping[str, str], by: Person | None = None) -> Extract:
    """The events of a filter that somebody may review; all when nobody is named."""
    rows = events_open_to(by) if by else Event.objects.all()
    narrowed = EventFilter(given, queryset=rows, request=asking(by))
    refuse_unreadable(narrowed)
    return Extract(
        name="logg",
        title="Logg",
        rows=narrowed.qs,
        columns=(
            Column("Händelse", "pk"),
            Column("Tid", "at"),
            Column("Person", WHO),
            Column("Vad", "action", words.said),
            Column("Handling", "action"),
            Column("Slag", "kind", dict(Event.Kind.choices).get),
            Column("Ärende", "number"),
            Column("Antal ärenden", SHOWN),
            Column("Enhet", WHERE),
            Column("Med stöd av", "right"),
            Column("Genom", "via"),
        ),
        selection=narrowed.described(),
        right=RIGHT,
    )


def reviews(given: Mapping[str, str], by: Person | None = None) -> Extract:
    """The reviews of a filter that somebody may read; all when nobody is named."""
    rows = LogReview.objects.all()
    narrowed = LogReviewFilter(
        given, queryset=rows.visible_to(by) if by else rows, request=asking(by)
    )
    refuse_unreadable(narrowed)
    return Extract(
        name="loggkontroller",
        title="Loggkontroller",
        rows=narrowed.qs,
        columns=(
            Column("Kontrollerat", "reviewed_at"),
            Column("Av", "reviewed_by__name"),
            Column("Enhet", "unit__name"),
            Column("Från", "first_day"),
            Column("Till", "last_day"),
            Column("Urval", "selection"),
            Column("Antal händelser", "events"),
            Column("Utfall", "outcome", dict(LogReview.Outcome.choices).get),
            Column("Anteckning", "note"),
            Column("Återtaget", "withdrawn_at"),
            Column("Varför det återtogs", "withdrawn_why"),
        ),
        selection=narrowed.described(),
        right=RIGHT,
    )


EVENTS = Export(
    "log", "Logg", RIGHT, events, "Vem som läst, ändrat eller nekats vad; aldrig vad ärenden säger."
)
REVIEWS = Export("log_reviews", "Loggkontroller", RIGHT, reviews)
EXPORTS = (EVENTS, REVIEWS)

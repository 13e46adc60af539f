"""How what has come in, and what is published, is narrowed; pages, exports and the API alike."""

from __future__ import annotations

import django_filters
from django import forms
from django.db.models import Count, Q, QuerySet

from patientsakerhet.ui.narrowing import Narrowing, choice
from sakerhetsmeddelanden.models import IncomingMessage, PublishedNotice

STATES = {
    "": ("Att granska", ["waiting"]),
    "karantan": ("Karantän", ["quarantine"]),
    "avgjorda": ("Avgjorda", ["notice", "follow_up", "set_aside"]),
    "alla": ("Alla", [value for value, _ in IncomingMessage.Verdict.choices]),
}
"""The states one chooses among above the list: word in the address -> label, verdicts."""


def in_state(rows: QuerySet[IncomingMessage], state: str) -> QuerySet[IncomingMessage]:
    """Those of the state, what waits longest first where somebody must decide; newest first elsewhere."""
    waits = state not in STATES or state in {"", "karantan"}
    order = ("received_at", "pk") if waits else ("-received_at", "-pk")
    return (
        rows.filter(verdict__in=STATES.get(state, STATES[""])[1])
        .select_related("supplier", "duplicate_of", "suggested_notice__case", "notice__case")
        .annotate(file_count=Count("files", distinct=True))
        .order_by(*order)
    )


class IncomingFilter(django_filters.FilterSet):
    """By words, door and days; the state is chosen above the list."""

    q = django_filters.CharFilter(label="Ämne, avsändare eller beteckning", method="with_words")
    door = django_filters.ChoiceFilter(
        label="Kom genom", choices=IncomingMessage.Door.choices, empty_label="alla vägar"
    )
    since = django_filters.DateFilter(
        label="Från och med",
        field_name="received_at__date",
        lookup_expr="gte",
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    until = django_filters.DateFilter(
        label="Till och med",
        field_name="received_at__date",
        lookup_expr="lte",
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    class Meta:
        model = IncomingMessage
        fields: tuple[str, ...] = ()

    def with_words(
        self, rows: QuerySet[IncomingMessage], _name: str, value: str
    ) -> QuerySet[IncomingMessage]:
        """With these letters in the subject, the sender or a designation that was read."""
        return rows.filter(
            Q(subject__icontains=value)
            | Q(sender__icontains=value)
            | Q(sender_name__icontains=value)
            | Q(proposals__code__in=["fsn_ref", "fsca_ref"], proposals__value__icontains=value)
        ).distinct()


PUBLISHED = {
    "missing": ("Inte mottagna", Q(notice=None, checked_at=None)),
    "received": ("Mottagna", Q(notice__isnull=False)),
    "checked": ("Kontrollerade", Q(notice=None, checked_at__isnull=False)),
}
"""How an entry of the authority's list stands."""


class PublishedFilter(Narrowing):
    """Narrows the authority's list."""

    standing = choice(
        "Läge", "standing_as", [(key, label) for key, (label, _) in PUBLISHED.items()]
    )

    class Meta:
        model = PublishedNotice
        fields: tuple[str, ...] = ()

    def standing_as(
        self, rows: QuerySet[PublishedNotice], name: str, value: str
    ) -> QuerySet[PublishedNotice]:
        return rows.filter(PUBLISHED[value][1])

"""How the figures of notices are narrowed: the same words on the page, in the API and in exports."""

from __future__ import annotations

from datetime import date, datetime, time

import django_filters
from django import forms
from django.db.models import Q
from django.http import HttpRequest

from patientsakerhet.lib import calendar
from patientsakerhet.ui.narrowing import FIRST_DAY, LAST_DAY, Narrowing, choice, text
from sakerhetsmeddelanden.models import NoticeTally, RiskClass
from sakerhetsmeddelanden.models.tally import NoticeTallyQuerySet as Tallies

MISSED, NEEDLESS, SILENT, NOBODY = "missed", "needless", "silent", "nobody"
GROUPS = (
    (MISSED, "Någon berörd missades"),
    (NEEDLESS, "Någon fick det i onödan"),
    (SILENT, "Alla har inte svarat"),
    (NOBODY, "Ingen känd som berörd"),
)


def _risks(_request: HttpRequest | None) -> object:
    return RiskClass.objects.current()


class FigureFilter(Narrowing):
    """Narrows the counts of notices somebody may see."""

    year = django_filters.NumberFilter(
        label="Skickat år",
        method="sent_in",
        min_value=FIRST_DAY.year,
        max_value=LAST_DAY.year,
        decimal_places=0,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    group = choice("Utfall", "in_group", GROUPS)
    q = text("Nummer, rubrik eller beteckning", "find", type="search")
    maker = text("Tillverkare eller leverantör", "from_party")
    risk = django_filters.ModelChoiceFilter(
        label="Riskklass",
        method="of_risk",
        queryset=_risks,
        to_field_name="code",
        empty_label="Alla",
    )

    class Meta:
        model = NoticeTally
        fields: list[str] = []

    @property
    def qs(self) -> Tallies:
        """In a total order, newest first."""
        return super().qs.newest_first()

    def sent_in(self, rows: Tallies, name: str, value: int) -> Tallies:
        begins, ends = bounds_of(int(value))
        return rows.filter(first_sent_at__gte=begins, first_sent_at__lt=ends)

    def in_group(self, rows: Tallies, name: str, value: str) -> Tallies:
        groups = {
            MISSED: rows.missing_somebody,
            NEEDLESS: rows.with_needless,
            SILENT: rows.unanswered_still,
            NOBODY: rows.concerning_nobody,
        }
        return groups[value]()

    def find(self, rows: Tallies, name: str, value: str) -> Tallies:
        word = value.strip()
        return rows.filter(
            Q(notice__case__number__iexact=word)
            | Q(notice__case__title__icontains=word)
            | Q(notice__fsn_ref__iexact=word)
            | Q(notice__fsca_ref__iexact=word)
        )

    def from_party(self, rows: Tallies, name: str, value: str) -> Tallies:
        return rows.filter(
            Q(notice__manufacturer__name__icontains=value)
            | Q(notice__supplier__name__icontains=value)
            | Q(notice__manufacturer_text__icontains=value)
            | Q(notice__supplier_text__icontains=value)
        )

    def of_risk(self, rows: Tallies, name: str, value: RiskClass) -> Tallies:
        return rows.filter(notice__risk_class__code=value.code)


def bounds_of(year: int) -> tuple[datetime, datetime]:
    """When a year begins and when the next one does, in Swedish time."""
    first, after = date(year, 1, 1), date(year + 1, 1, 1)
    return calendar.moment(first, time()), calendar.moment(after, time())

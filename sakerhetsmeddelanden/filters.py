"""How lists of notices are narrowed: the same words on the page, in the API and in exports."""

from __future__ import annotations

from datetime import date, time, timedelta

import django_filters
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest

from patientsakerhet.cases.filters import NEWEST, URGENT, person_called
from patientsakerhet.cases.models import Case
from patientsakerhet.cases.querysets import CaseQuerySet
from patientsakerhet.lib import calendar
from patientsakerhet.ui.narrowing import ORDER, Narrowing, YesFilter, choice, day, text
from sakerhetsmeddelanden.models import ChangedAnswer, LateArrival, RiskClass, SafetyNotice
from sakerhetsmeddelanden.workflow import (
    ACTIONS_ONGOING,
    ASSESSING,
    AWAITING_UNITS,
    CLOSED,
    DISTRIBUTING,
    FOLLOW_UP,
    NOT_APPLICABLE,
    RECEIVED,
    REGISTERED,
    REPLY_SENT,
    SUPERSEDED,
)

ROOMS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("inkorg", "Inkorg", (RECEIVED, REGISTERED)),
    ("bedomning", "Bedömning", (ASSESSING, NOT_APPLICABLE)),
    ("utskick", "Utskick", (DISTRIBUTING,)),
    ("vantar", "Väntar på svar", (AWAITING_UNITS, ACTIONS_ONGOING)),
    ("uppfoljning", "Uppföljning", (REPLY_SENT, FOLLOW_UP)),
    ("avslutade", "Avslutade", (CLOSED, SUPERSEDED)),
)
"""The rooms a notice passes through: name in the address, word, states."""
STATES = {name: states for name, _, states in ROOMS}


def _risks(_request: HttpRequest | None) -> object:
    return RiskClass.objects.current()


class NoticeFilter(Narrowing):
    """Narrows the notices somebody may see; give it their cases."""

    q = text("Sök", "find", type="search")
    room = choice("Läge", "in_room", [(name, label) for name, label, _ in ROOMS])
    risk = django_filters.ModelChoiceFilter(
        label="Riskklass",
        method="of_risk",
        queryset=_risks,
        to_field_name="code",
        empty_label="Alla",
    )
    sort = choice("Gäller", "of_sort", SafetyNotice.Sort.choices)
    maker = text("Tillverkare eller leverantör", "from_party")
    handler = text("Handläggare", "handled_by")
    received_from = day("Kom in från", "received_since")
    received_to = day("Kom in till", "received_until")
    reply = YesFilter("Svar till leverantören saknas", "without_reply")
    late = YesFilter("Utrustning har kommit till senare", "with_arrivals")
    changed = YesFilter("Svar ändrat efter svaret till leverantören", "with_changed_answers")
    overdue = YesFilter("Tidsgränsen har passerat", "only_overdue")
    order = choice(
        ORDER,
        "in_order",
        [(NEWEST, "Nyast först"), (URGENT, "Mest bråttom först")],
        empty=None,
    )

    class Meta:
        model = Case
        fields: list[str] = []

    @property
    def qs(self) -> CaseQuerySet:
        """The notices' cases, in a total order: newest first unless something else was asked for."""
        found = super().qs
        return found if found.ordered else found.newest_first()

    def find(self, rows: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        """By words, or by the supplier's own designations."""
        named = SafetyNotice.objects.of_action(value, value)
        return rows.filter(
            Q(pk__in=rows.matching(value).order_by().values("pk")) | Q(pk__in=named.values("pk"))
        )

    def in_room(self, rows: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        return rows.in_status(*STATES[value])

    def of_risk(self, rows: CaseQuerySet, name: str, value: RiskClass) -> CaseQuerySet:
        return rows.filter(safety_notice__risk_class__code=value.code)

    def of_sort(self, rows: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        return rows.filter(safety_notice__sort=value)

    def from_party(self, rows: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        return rows.filter(
            Q(safety_notice__manufacturer__aliases__name__icontains=value)
            | Q(safety_notice__supplier__aliases__name__icontains=value)
            | Q(safety_notice__manufacturer_text__icontains=value)
            | Q(safety_notice__supplier_text__icontains=value)
        ).distinct()

    def handled_by(self, rows: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        return rows.filter(person_called("handler", value, self.request))

    def received_since(self, rows: CaseQuerySet, name: str, value: date) -> CaseQuerySet:
        return rows.filter(safety_notice__received_at__gte=calendar.moment(value, time()))

    def received_until(self, rows: CaseQuerySet, name: str, value: date) -> CaseQuerySet:
        end = calendar.moment(value + timedelta(days=1), time())
        return rows.filter(safety_notice__received_at__lt=end)

    def without_reply(self, rows: CaseQuerySet, name: str, value: bool) -> CaseQuerySet:
        if not value:
            return rows
        return rows.filter(safety_notice__reply_required=True, safety_notice__replied_at=None)

    def with_arrivals(self, rows: CaseQuerySet, name: str, value: bool) -> CaseQuerySet:
        late = LateArrival.objects.filter(notice=OuterRef("pk"), handled_at=None)
        return rows.filter(Exists(late)) if value else rows

    def with_changed_answers(self, rows: CaseQuerySet, name: str, value: bool) -> CaseQuerySet:
        changed = ChangedAnswer.objects.unhandled().filter(notice=OuterRef("pk"))
        return rows.filter(Exists(changed)) if value else rows

    def only_overdue(self, rows: CaseQuerySet, name: str, value: bool) -> CaseQuerySet:
        return rows.overdue() if value else rows

    def in_order(self, rows: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        return rows.most_urgent_first() if value == URGENT else rows.newest_first()

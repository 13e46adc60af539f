"""How the list of reports is narrowed: the same words on the page, in the API and in exports."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from patientsakerhet.access.asking import person_of
from patientsakerhet.authority_reports.models import AuthorityReport, ReportKind
from patientsakerhet.authority_reports.querysets import AuthorityReportQuerySet
from patientsakerhet.authority_reports.workflow import (
    CANDIDATE,
    CLOSED,
    DECIDED,
    DRAFTING,
    NOT_REPORTED,
    SUBMITTED,
    SUPPLEMENTED,
    UNDER_DECISION,
)
from patientsakerhet.cases.models import Case
from patientsakerhet.lib import calendar
from patientsakerhet.organisation.models import Unit
from patientsakerhet.ui.narrowing import ORDER, Narrowing, choice, day, text

ROOMS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("pagar", "Pågår", (CANDIDATE, UNDER_DECISION, DRAFTING, SUBMITTED, SUPPLEMENTED)),
    ("beslut", "Väntar på beslut", (CANDIDATE, UNDER_DECISION)),
    ("skickas", "Att skicka in", (DRAFTING,)),
    ("inskickade", "Hos myndigheten", (SUBMITTED, SUPPLEMENTED)),
    ("besvarade", "Besvarade", (DECIDED,)),
    ("avslutade", "Avslutade", (CLOSED,)),
    ("nej", "Anmäls inte", (NOT_REPORTED,)),
)
"""The rooms a report passes through: name in the address, word, states."""
STATES = {name: states for name, _, states in ROOMS}
RUNNING = "pagar"
"""The room one comes to without having asked for any."""
OLDEST, LATEST = "oldest", "sent"


def _kinds(_request: HttpRequest | None = None) -> list[tuple[str, str]]:
    """Every kind there is or has been, once each, under the name it has now."""
    rows = ReportKind.objects.order_by("position", "key", "-valid_from").values_list("key", "name")
    found: dict[str, str] = {}
    for key, name in rows:
        found.setdefault(key, name)
    return list(found.items())


class ReportFilter(Narrowing):
    """Narrows the reports somebody may see."""

    q = text("Sök", "find", type="search")
    room = choice("Läge", "in_room", [(name, label) for name, label, _ in ROOMS])
    kind = django_filters.ChoiceFilter(
        label="Slag", method="of_kind", choices=_kinds, empty_label="Alla"
    )
    decision = choice("Beslut", "so_decided", AuthorityReport.Decision.choices)
    unit = text("Enhetskod", "owned_within")
    sent_from = day("Inskickad från", "sent_since")
    sent_to = day("Inskickad till", "sent_until")
    mine = choice(
        "Väntar på mig", "hers", [("decide", "att besluta om"), ("submit", "att skicka in")]
    )
    order = choice(
        ORDER,
        "in_order",
        [(OLDEST, "Äldst först"), (LATEST, "Senast inskickad först")],
        empty=None,
    )

    class Meta:
        model = AuthorityReport
        fields: list[str] = []

    @property
    def qs(self) -> Any:
        """The reports in a total order: the longest running first unless something else was asked for."""
        found = super().qs
        return found if found.ordered else found.oldest_first()

    def find(self, rows: AuthorityReportQuerySet, name: str, value: str) -> AuthorityReportQuerySet:
        """By the case's words, or the authority's diary number."""
        cases = Case.objects.matching(value).order_by().values("pk")
        return rows.filter(Q(case__in=cases) | Q(diary_no__icontains=value))

    def in_room(
        self, rows: AuthorityReportQuerySet, name: str, value: str
    ) -> AuthorityReportQuerySet:
        return rows.filter(status__in=STATES[value])

    def of_kind(
        self, rows: AuthorityReportQuerySet, name: str, value: str
    ) -> AuthorityReportQuerySet:
        return rows.filter(kind__key=value)

    def so_decided(
        self, rows: AuthorityReportQuerySet, name: str, value: str
    ) -> AuthorityReportQuerySet:
        return rows.filter(decision=value)

    def owned_within(
        self, rows: AuthorityReportQuerySet, name: str, value: str
    ) -> AuthorityReportQuerySet:
        unit = Unit.objects.filter(code=value.strip()).first()
        if unit is None:
            return rows.filter(pk__in=[])
        return rows.filter(case__owning_unit__path__startswith=unit.path)

    def sent_since(
        self, rows: AuthorityReportQuerySet, name: str, value: date
    ) -> AuthorityReportQuerySet:
        return rows.filter(submitted_at__gte=calendar.moment(value, time()))

    def sent_until(
        self, rows: AuthorityReportQuerySet, name: str, value: date
    ) -> AuthorityReportQuerySet:
        return rows.filter(submitted_at__lt=calendar.moment(value + timedelta(days=1), time()))

    def hers(self, rows: AuthorityReportQuerySet, name: str, value: str) -> AuthorityReportQuerySet:
        person = person_of(self.request)
        if value == "decide":
            return rows.to_decide_by(person)
        return rows.to_submit_by(person)

    def in_order(
        self, rows: AuthorityReportQuerySet, name: str, value: str
    ) -> AuthorityReportQuerySet:
        if value == LATEST:
            return rows.exclude(submitted_at=None).order_by("-submitted_at", "-pk")
        return rows.oldest_first()


class ReportKindFilter(Narrowing):
    """Narrows the kinds of report in the settings; those of today and later unless asked for others."""

    q = text("Anmälan eller myndighet", "named", type="search")
    decided_with = choice("Beslutas av", "decided_by", ReportKind.Decider.choices)
    standing = choice("Visa", "stand", [("alla", "alla, även tidigare")], empty="nu och framöver")

    class Meta:
        model = ReportKind
        fields: list[str] = []

    @property
    def qs(self) -> QuerySet[ReportKind]:
        """In the order they are offered, the earlier of a kind first."""
        found = super().qs
        asked = self.form.is_valid() and self.form.cleaned_data.get("standing")
        if not asked:
            found = found.filter(Q(valid_to=None) | Q(valid_to__gte=timezone.localdate()))
        return found.order_by("position", "name", "valid_from", "pk")

    def named(self, rows: QuerySet[ReportKind], name: str, value: str) -> QuerySet[ReportKind]:
        return rows.filter(Q(name__icontains=value) | Q(authority__icontains=value))

    def decided_by(self, rows: QuerySet[ReportKind], name: str, value: str) -> QuerySet[ReportKind]:
        return rows.filter(decided_with=value)

    def stand(self, rows: QuerySet[ReportKind], name: str, value: str) -> QuerySet[ReportKind]:
        return rows

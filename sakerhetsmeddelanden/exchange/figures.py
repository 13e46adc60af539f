"""The figures of notices out as a file, a row for each notice, by page and by command alike."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import F, FloatField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, NullIf

from patientsakerhet.access.policy import Can
from patientsakerhet.cases.exchange import asking, refuse_unreadable
from patientsakerhet.cases.models import Case
from patientsakerhet.exchange.kinds import Export
from patientsakerhet.exchange.writer import Column, Extract
from patientsakerhet.organisation.models import Person
from sakerhetsmeddelanden.figure_filters import FigureFilter
from sakerhetsmeddelanden.models import NoticeTally
from sakerhetsmeddelanden.workflow import KIND, WORKFLOW


def _share(part: Combinable, whole: Combinable) -> Combinable:
    """Per cent; nothing where there is nothing to divide by."""
    return Value(100.0) * Cast(part, FloatField()) / NullIf(Cast(whole, FloatField()), Value(0.0))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


_REACHED = F("affected") + F("unanswered_matched")
_KNOWN = _REACHED + F("missed")
COLUMNS = (
    Column("Nummer", "notice__case__number"),
    Column("Rubrik", "notice__case__title"),
    Column("Läge", "notice__case__status", WORKFLOW.labels.get),
    Column("Riskklass", "notice__risk_class__label"),
    Column("Skickades", "first_sent_at"),
    Column("Mottagare", "sent"),
    Column("Svarade berörd", "affected"),
    Column("I onödan", F("sent") - F("affected") - F("unanswered")),
    Column("Utan svar", "unanswered"),
    Column("Missade enheter", "missed"),
    Column("Träffsäkerhet lägst %", _share(F("affected"), F("sent")), _rounded),
    Column("Träffsäkerhet högst %", _share(F("affected") + F("unanswered"), F("sent")), _rounded),
    Column("Täckning %", _share(_REACHED, _KNOWN), _rounded),
    Column("Nådda utrustningar", "devices_reached"),
    Column("Missade utrustningar", "devices_missed"),
    Column(
        "Täckning i utrustningar %",
        _share(F("devices_reached"), F("devices_reached") + F("devices_missed")),
        _rounded,
    ),
    Column("Svarat %", _share(F("sent") - F("unanswered"), F("sent")), _rounded),
    Column("Svarat i tid %", _share(F("in_time"), F("sent")), _rounded),
    Column("Berörda som svarat i tid %", _share(F("affected_in_time"), _KNOWN), _rounded),
    Column("Hälften svarade inom dygn", "median_days", _rounded),
    Column("Har inte det registret säger", "denied"),
    Column("Berörda utan att registret visste", F("contradicted") - F("denied")),
    Column("Tillagda för hand", "by_hand"),
    Column("Utrustningar som kom senare", "late_devices"),
    Column("Räknades", "counted_at"),
)


def figures(given: Mapping[str, str], by: Person | None = None) -> Extract:
    """The figures of a filter for the notices somebody may take out; all when nobody is named."""
    cases = Case.objects.where_may(by, Can.EXPORT) if by else Case.objects.all()
    tallies = NoticeTally.objects.of_cases(cases.of_kind(KIND))
    narrowed = FigureFilter(given, queryset=tallies, request=asking(by))
    refuse_unreadable(narrowed)
    return Extract(
        name="traffsiffror",
        title="Säkerhetsmeddelandenas träff",
        rows=narrowed.qs,
        columns=COLUMNS,
        selection=narrowed.described(),
        case_id="pk",
        right=Can.EXPORT,
    )


FIGURES = Export("notice_figures", "Säkerhetsmeddelandenas träffsiffror", Can.EXPORT, figures)

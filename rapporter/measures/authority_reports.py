"""Reports to authorities that were sent in."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef

from patientsakerhet.access.policy import Can
from patientsakerhet.authority_reports.models import AuthorityReport, ReportEvent
from patientsakerhet.exchange.writer import Column
from patientsakerhet.lib import calendar
from rapporter.breakdowns import UNIT, Breakdown
from rapporter.registry import Asked, Direction, Disclosure, Measure
from rapporter.registry import register as known

COLUMNS = (
    Column("Ärende", "case__number"),
    Column("Anmälan", "kind__name"),
    Column("Mottagare", "kind__authority"),
    Column("Inskickad", "submitted_at"),
    Column("Diarienummer", "diary_no"),
)


def _sent(asked: Asked, kind: str) -> Any:
    """Reports of the kind that were sent in during the period, of what was known then."""
    first, last = calendar.start_of_day(asked.first), calendar.end_of_day(asked.last)
    recorded = ReportEvent.objects.filter(report=OuterRef("pk"), step="submit", at__lte=asked.as_of)
    rows = asked.seen(AuthorityReport.objects.filter(kind__key=kind))
    rows = rows.filter(Exists(recorded), submitted_at__range=(first, last))
    return asked.within(rows, "case__owning_unit").order_by("-submitted_at", "-pk")


def lex_maria(asked: Asked) -> Any:
    """Reports by lex Maria."""
    return _sent(asked, "lex_maria")


def lex_maria_outage(asked: Asked) -> Any:
    """Reports by lex Maria of deviations whose event is an outage."""
    return _sent(asked, "lex_maria").filter(case__deviation__event_class__code="it.outage")


def medical_products_agency(asked: Asked) -> Any:
    """Reports of events with devices."""
    return _sent(asked, "mpa_device")


def reidar(asked: Asked) -> Any:
    """Deviations put into the national database."""
    return _sent(asked, "reidar")


def _address(row: Any) -> str:
    address: str = row.get_absolute_url()
    return address


WHERE = "Enheten är den som äger ärendet."
MEASURES = (
    (
        "lex_maria", "", "Anmälningar enligt lex Maria", lex_maria,
        f"Anmälningar enligt lex Maria som skickades in under perioden. {WHERE}",
    ),
    (
        "lex_maria_outage", "F06", "Driftstörningar som ledde till lex Maria", lex_maria_outage,
        "Anmälningar enligt lex Maria som skickades in under perioden, av avvikelser vars händelse är "
        f"en driftstörning. {WHERE}",
    ),
    (
        "mpa_reports", "F08", "Anmälningar till Läkemedelsverket", medical_products_agency,
        "Anmälningar av händelser med medicintekniska produkter som skickades till Läkemedelsverket "
        f"under perioden. {WHERE}",
    ),
    (
        "reidar", "F13", "Registrerade i ReidarMTP", reidar,
        f"Avvikelser som lades in i ReidarMTP under perioden. {WHERE} Utan enhet gäller talet hela regionen.",
    ),
)  # fmt: skip


def register() -> None:
    """Make the measures known."""
    for key, figure, name, rows, definition in MEASURES:
        known(
            Measure(
                key=key,
                version=1,
                figure=figure,
                section="Säkerhetsmeddelanden och anmälningar",
                name=name,
                definition=definition,
                date_field="dagen då den skickades in",
                direction=Direction.NEUTRAL,
                disclosure=Disclosure.TOTAL,
                needs=(Can.READ,),
                rows=rows,
                columns=COLUMNS,
                related=("case", "kind"),
                address=_address,
                breakdowns=(Breakdown(UNIT, "enhet", "case__owning_unit"),),
                rests_on=(_sent,),
            )
        )

"""What waits: grave cases that are open, reports to authorities not yet sent, devices there are."""

from __future__ import annotations

from typing import Any

from patientsakerhet.access.policy import Can
from patientsakerhet.authority_reports.models import AuthorityReport
from patientsakerhet.authority_reports.workflow import UNSETTLED
from patientsakerhet.exchange.writer import Column
from patientsakerhet.lib import calendar
from patientsakerhet.register.models import Device
from rapporter.measures.flow_queue import AT_THE_END, open_at_the_end
from rapporter.registry import Asked, Direction, Disclosure, Measure
from rapporter.registry import register as known

GRAVE = 3
"""From this severity on: considerable (betydande) and catastrophic (katastrofal)."""

CASE_COLUMNS = (
    Column("Nummer", "number"),
    Column("Rubrik", "title"),
    Column("Allvarlighetsgrad", "severity"),
    Column("Kom in", "filed_at"),
    Column("Nästa tidsgräns", "due_at"),
    Column("Ägande enhet", "owning_unit__name"),
)
REPORT_COLUMNS = (
    Column("Ärende", "case__number"),
    Column("Anmälan", "kind__name"),
    Column("Mottagare", "kind__authority"),
    Column("Tiden räknas från", "clock_from"),
)
DEVICE_COLUMNS = (
    Column("Inventarienummer", "inventory_number"),
    Column("Produkt", "model__name"),
    Column("Finns hos", "holding_unit__name"),
)


def grave(asked: Asked) -> Any:
    """Of the cases open at the end of the period, those of a grave severity."""
    return open_at_the_end(asked).filter(severity__gte=GRAVE)


def unsettled(asked: Asked) -> Any:
    """Reports that are asked about, decided or drafted, and not sent."""
    rows = asked.seen(AuthorityReport.objects.filter(status__in=UNSETTLED))
    rows = rows.filter(created_at__lte=min(calendar.end_of_day(asked.last), asked.as_of))
    return asked.within(rows, "case__owning_unit").order_by("clock_from", "pk")


def devices(asked: Asked) -> Any:
    """The devices that are somewhere, by the register of now."""
    rows = Device.objects.filter(status__in=Device.PRESENT, holding_unit__isnull=False)
    return asked.within(rows, "holding_unit").order_by("inventory_number", "pk")


def _address(row: Any) -> str:
    address: str = row.get_absolute_url()
    return address


def register() -> None:
    """Make the measures known."""
    known(
        Measure(
            key="grave_open",
            version=2,
            section="Väntan och ledtider",
            name="Öppna allvarliga ärenden",
            definition=(
                "Ärenden med allvarlighetsgrad 3 eller 4 som var öppna när perioden slutade, eller är det nu "
                "när den pågår. Graden är den som ärendet har nu. Dubbletter räknas inte. Enheten är den som "
                "äger ärendet."
            ),
            date_field="periodens sista dag",
            direction=Direction.DOWN,
            disclosure=Disclosure.TOTAL,
            needs=(Can.READ,),
            rows=grave,
            columns=CASE_COLUMNS,
            related=("owning_unit",),
            address=_address,
            rests_on=AT_THE_END,
        )
    )
    known(
        Measure(
            key="reports_unsettled",
            version=1,
            section="Säkerhetsmeddelanden och anmälningar",
            name="Anmälningar som inte är skickade",
            definition=(
                "Anmälningar till myndigheter som har väckts, väntar på beslut eller skrivs, och som inte är "
                "skickade nu. Enheten är den som äger ärendet."
            ),
            date_field="i dag, för dem som väcktes till och med periodens sista dag",
            direction=Direction.NEUTRAL,
            disclosure=Disclosure.TOTAL,
            needs=(Can.READ,),
            rows=unsettled,
            columns=REPORT_COLUMNS,
            related=("case", "kind"),
            address=_address,
        )
    )
    known(
        Measure(
            key="devices",
            version=1,
            section="Vad avvikelserna gäller",
            name="Utrustningar",
            definition=(
                "Medicintekniska utrustningar i registret nu, som finns hos en enhet och inte är återlämnade "
                "eller kasserade. Enheten är den där utrustningen finns."
            ),
            date_field="i dag",
            direction=Direction.NEUTRAL,
            disclosure=Disclosure.TOTAL,
            needs=(Can.READ_REGISTER,),
            rows=devices,
            columns=DEVICE_COLUMNS,
            related=("model", "holding_unit"),
            address=_address,
        )
    )

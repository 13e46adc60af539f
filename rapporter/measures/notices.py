"""Safety notices that came in."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, OuterRef, Q

from patientsakerhet.access.policy import Can
from patientsakerhet.exchange.writer import Column
from patientsakerhet.lib import calendar
from rapporter.breakdowns import UNIT, Breakdown
from rapporter.measures.recorded import step_recorded
from rapporter.registry import Asked, Direction, Disclosure, Measure
from rapporter.registry import register as known
from sakerhetsmeddelanden.models import SafetyNotice

COLUMNS = (
    Column("Nummer", "case__number"),
    Column("Säkerhetsmeddelande", "case__title"),
    Column("Tillverkare", "manufacturer__name"),
    Column("Åtgärdens beteckning", "fsca_ref"),
    Column("Kom in", "received_at"),
)


def device_notices(asked: Asked) -> Any:
    """Notices about devices that came in during the period; later versions of one count with it."""
    first, last = calendar.start_of_day(asked.first), calendar.end_of_day(asked.last)
    rows = asked.seen(SafetyNotice.objects.filter(sort="device"))
    rows = rows.filter(
        step_recorded("pk", asked.as_of, step="file"),
        received_at__range=(first, last),
        supersedes=None,
    )
    before = Q(received_at__lt=OuterRef("received_at")) | Q(
        received_at=OuterRef("received_at"), pk__lt=OuterRef("pk")
    )
    same_maker = Q(manufacturer=OuterRef("manufacturer")) | Q(
        manufacturer=None, manufacturer_text__iexact=OuterRef("manufacturer_text")
    )
    earlier = SafetyNotice.objects.filter(
        before, same_maker, fsca_ref__iexact=OuterRef("fsca_ref")
    ).exclude(fsca_ref="")
    rows = rows.exclude(Exists(earlier))
    return asked.within(rows, "case__owning_unit").order_by(F("received_at").desc(), "-pk")


def _address(row: Any) -> str:
    address: str = row.case.get_absolute_url()
    return address


def register() -> None:
    """Make the measure known."""
    known(
        Measure(
            key="device_notices",
            version=1,
            figure="F11",
            section="Säkerhetsmeddelanden och anmälningar",
            name="Säkerhetsmeddelanden om medicintekniska produkter",
            definition=(
                "Säkerhetsmeddelanden om medicintekniska produkter som kom in under perioden. "
                "Versioner av samma åtgärd räknas en gång, när den första kom in. Enheten är den som "
                "äger ärendet."
            ),
            date_field="dagen då det kom in",
            direction=Direction.NEUTRAL,
            disclosure=Disclosure.TOTAL,
            needs=(Can.READ,),
            rows=device_notices,
            columns=COLUMNS,
            related=("case", "manufacturer"),
            address=_address,
            breakdowns=(
                Breakdown("manufacturer", "tillverkare", "manufacturer_id", "manufacturer__name"),
                Breakdown(UNIT, "enhet", "case__owning_unit"),
            ),
            rests_on=(step_recorded,),
        )
    )

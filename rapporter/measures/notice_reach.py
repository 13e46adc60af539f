"""How well notices reached those they concern: as few as possible, as many as necessary."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import Sum

from patientsakerhet.access.policy import Can
from patientsakerhet.exchange.writer import Column
from patientsakerhet.lib import calendar
from rapporter.breakdowns import UNIT, Breakdown
from rapporter.registry import Asked, Direction, Disclosure, Measure
from rapporter.registry import register as known
from sakerhetsmeddelanden import figure_words
from sakerhetsmeddelanden.figures import Reached
from sakerhetsmeddelanden.models import NoticeTally, SafetyNotice
from sakerhetsmeddelanden.models.tally import COUNTED, NoticeTallyQuerySet

COLUMNS = (
    Column("Nummer", "notice__case__number"),
    Column("Säkerhetsmeddelande", "notice__case__title"),
    Column("Skickades", "first_sent_at"),
    Column("Mottagare", "sent"),
    Column("Svarade berörd", "affected"),
    Column("Utan svar", "unanswered"),
    Column("Missade enheter", "missed"),
    Column("Svarade i tid", "in_time"),
)


def sent(asked: Asked) -> Any:
    """Notices that were sent in the period, with what was counted of each."""
    first, last = calendar.start_of_day(asked.first), calendar.end_of_day(asked.last)
    seen = asked.seen(SafetyNotice.objects.all())
    rows = NoticeTally.objects.filter(
        notice__in=seen.order_by().values("pk"), first_sent_at__range=(first, last)
    )
    rows = rows.filter(first_sent_at__lte=asked.as_of)
    return asked.within(rows, "notice__case__owning_unit").order_by("-first_sent_at", "-pk")


def missing_somebody(asked: Asked) -> Any:
    """Of those, the ones with an affected unit that never got it."""
    return sent(asked).missing_somebody()


def recall(rows: Any, _asked: Asked) -> Decimal | None:
    """The percentage of affected units that were reached, over all of them."""
    return _percent(_together(rows).recall)


def precision(rows: Any, _asked: Asked) -> Decimal | None:
    """The percentage of the units it was sent to that say they were affected, over all of them."""
    span = _together(rows).precision
    return None if span is None else _percent(span[0])


def device_recall(rows: Any, _asked: Asked) -> Decimal | None:
    """The percentage of affected devices that are in units that were reached."""
    return _percent(_together(rows).device_recall)


def in_time(rows: Any, _asked: Asked) -> Decimal | None:
    """The percentage of the units that answered by their day."""
    return _percent(_together(rows).answered_in_time)


def reached_of(row: NoticeTally) -> Reached:
    """One notice's figures."""
    return figure_words.reached_of(row)


def recipients(row: NoticeTally, _asked: Asked) -> Decimal:
    """What one notice counts for in sums over several: the units it was sent to."""
    return Decimal(row.sent)


def _together(rows: Any) -> Reached:
    return figure_words.reached_of(
        rows.order_by().aggregate(**{name: Sum(name) for name in COUNTED})
    )


def _percent(share: float | None) -> Decimal | None:
    return None if share is None else Decimal(100 * share)


def _address(row: Any) -> str:
    address: str = row.notice.case.get_absolute_url()
    return address


NOW = "Versioner räknas var för sig, och siffrorna är dem som svaren ger nu. Enheten är den som äger ärendet."
SHARES = (
    (
        "notice_recall", "Berörda som säkerhetsmeddelandena nådde", recall, Direction.UP,
        "Andelen i procent av enheter med berörd utrustning som fick meddelandet, över alla meddelanden "
        "som skickades under perioden. En enhet är berörd när registret säger det eller den själv svarar "
        f"så. {NOW}",
    ),
    (
        "notice_precision", "Mottagare som var berörda", precision, Direction.UP,
        "Andelen i procent av mottagarna som har svarat att de är berörda, över alla meddelanden som "
        "skickades under perioden. Den som inte har svarat räknas inte som berörd, och inte heller som "
        f"oberörd: andelen kan bli högre. {NOW}",
    ),
    (
        "notice_device_recall", "Berörda utrustningar hos nådda enheter", device_recall, Direction.UP,
        "Andelen i procent av berörda utrustningar som finns hos enheter som fick meddelandet, över alla "
        f"meddelanden som skickades under perioden. {NOW}",
    ),
    (
        "notice_in_time", "Svar på säkerhetsmeddelanden i tid", in_time, Direction.UP,
        "Andelen i procent av mottagarna som svarade före sin tidsgräns, över alla meddelanden som "
        f"skickades under perioden. {NOW}",
    ),
)  # fmt: skip


def register() -> None:
    """Make the measures known."""
    common: dict[str, Any] = {
        "version": 1,
        "section": "Säkerhetsmeddelanden och anmälningar",
        "date_field": "dagen då det först skickades",
        "disclosure": Disclosure.TOTAL,
        "needs": (Can.READ,),
        "columns": COLUMNS,
        "related": ("notice__case",),
        "address": _address,
    }
    rests_on = (_together, _percent, Reached, figure_words.reached_of)
    for key, name, reckon, direction, definition in SHARES:
        known(
            Measure(
                key=key,
                name=name,
                definition=definition,
                direction=direction,
                rows=sent,
                weigh=recipients,
                reckon=reckon,
                unit="procent",
                decimals=1,
                rests_on=rests_on,
                **common,
            )
        )
    known(
        Measure(
            key="notices_missing",
            name="Säkerhetsmeddelanden som missade någon",
            definition=(
                "Säkerhetsmeddelanden som skickades under perioden och som inte nådde alla enheter med berörd "
                f"utrustning. {NOW}"
            ),
            direction=Direction.DOWN,
            rows=missing_somebody,
            breakdowns=(Breakdown(UNIT, "enhet", "notice__case__owning_unit"),),
            rests_on=(sent, NoticeTallyQuerySet.missing_somebody),
            **common,
        )
    )

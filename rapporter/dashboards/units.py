"""For the unit that writes: whether it is answered, what it writes, and whether it is unlike others."""

from __future__ import annotations

from dataclasses import replace

from django.db.models import Count

from patientsakerhet.lib import calendar, survival
from rapporter import registry
from rapporter.charts import control, parts
from rapporter.charts.chart import Chart
from rapporter.control_charts import charts
from rapporter.control_charts.funnel import funnel
from rapporter.control_charts.series import Value
from rapporter.control_charts.words import Told
from rapporter.dashboards import counting
from rapporter.dashboards.asking import Asking
from rapporter.measures.answers import DAY, SOON
from rapporter.periods import Period

MONTHS = 24
SHARES = Told("Andelen", by="per månad", per_cent=True)
PER = 100
"""Deviations are counted by so many devices."""


def answered(asking: Asking) -> Chart:
    """Får vi svar på det vi skriver? The share answered within thirty days, month by month."""
    measure = registry.of("feedback_soon")
    months = counting.months(asking, MONTHS)
    whole = asking.between(months[0].first, months[-1].last)
    now = asking.asked.as_of
    spells: dict[tuple[int, int], list[tuple[float, bool]]] = {}
    rows = measure.rows_for(whole).order_by().values_list("case__filed_at", "answered_at")
    for filed, at in rows:
        day = calendar.local_day(filed)
        waited = max((at or now) - filed, 0 * DAY) / DAY
        spells.setdefault((day.year, day.month), []).append((waited, at is not None))
    values = [_share(month, spells, asking) for month in months]
    first = next((n for n, each in enumerate(values) if each.count is not None), len(values))
    months, values = months[first:], values[first:]
    return control.control(
        asking.about("svar", "Får vi svar på det vi skriver?", measure.key),
        charts.xmr(values),
        name="Styrdiagram: andel som fick återkoppling inom 30 dagar, per månad",
        ticks=[month.tick for month in months],
        told=SHARES,
        urls=[asking.address(measure, month) for month in months],
    )


def written(asking: Asking) -> Chart:
    """Skriver vi mer eller mindre än förut? What the unit itself has written."""
    measure = registry.of("written_deviations")
    months = counting.months(asking, MONTHS)
    counted = counting.from_the_first(counting.by_period(asking, measure, months, "case__filed_at"))
    return control.control(
        asking.about("skrivna", "Skriver vi mer eller mindre än förut?", measure.key),
        charts.xmr([Value(each.period.name, each.count) for each in counted]),
        name="Styrdiagram: avvikelser som enheten skrev per månad",
        ticks=[each.period.tick for each in counted],
        told=Told(is_inflow=True),
        urls=[each.url for each in counted],
    )


def unlike(asking: Asking) -> Chart:
    """Är vi annorlunda än andra? Deviations about devices by the devices a unit has; never a ranking."""
    filed = registry.of("filed_sort.medical_device")
    held = registry.of("devices")
    year = replace(asking.this_year, unit=None)
    path = "case__filing_unit"
    counted = {
        unit: (name, count)
        for unit, name, count in filed.rows_for(year)
        .order_by()
        .values(path)
        .annotate(count=Count("pk"))
        .values_list(path, f"{path}__name", "count")
    }
    devices = dict(
        held.rows_for(year)
        .order_by()
        .values("holding_unit")
        .annotate(count=Count("pk"))
        .values_list("holding_unit", "count")
    )
    units = [
        Value(name, count, devices[unit] / PER)
        for unit, (name, count) in sorted(counted.items(), key=lambda pair: pair[1][0])
        if devices.get(unit)
    ]
    about = asking.about("tratt", f"Är vi annorlunda än andra {asking.year}?", filed.key)
    definition = (
        "Inkomna avvikelser om medicinteknik under året, av dem som du får läsa, för varje enhet som skrev "
        "någon, mot hur många utrustningar enheten har i registret nu. Enheter utan utrustning är inte med."
    )
    return parts.funnel(
        replace(about, definition=definition),
        funnel(units),
        name="Avvikelser om medicinteknik per 100 utrustningar",
        told=Told("Per 100 utrustningar"),
        size="hundra utrustningar",
    )


def _share(
    month: Period, spells: dict[tuple[int, int], list[tuple[float, bool]]], asking: Asking
) -> Value:
    """The month's share; preliminary until everybody has had thirty days."""
    found = survival.curve(spells.get((month.first.year, month.first.month), []))
    share = 1 - found.waiting(SOON / DAY) if found.total else None
    unsure = asking.asked.as_of < calendar.end_of_day(month.last) + SOON
    return Value(month.name, share, preliminary=unsure)

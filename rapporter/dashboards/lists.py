"""What waits for somebody, nearest first: grave cases, reports to authorities, one's own cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from patientsakerhet.cases.models import Case
from patientsakerhet.lib import calendar
from patientsakerhet.ui import swedish
from rapporter import periods, registry
from rapporter.charts.chart import Cell, Chart, Table, number
from rapporter.dashboards import flow
from rapporter.dashboards.asking import Asking
from rapporter.flow.of_cases import LABELS, STAGE_OF
from rapporter.periods import Step

SHOWN = 15


def grave(asking: Asking) -> Chart:
    """Vilka allvarliga ärenden väntar?"""
    measure = registry.of("grave_open")
    asked = asking.of(periods.of(asking.today, Step.YEAR))
    rows: Any = measure.rows_for(asked)
    count = rows.order_by().count()
    shown = list(rows.most_urgent_first()[:SHOWN])
    late = rows.order_by().filter(due_at__lt=asking.asked.as_of).count()
    finding = "Inget öppet ärende har allvarlighetsgrad 3 eller 4."
    if count:
        finding = f"{_cases(count)} med allvarlighetsgrad 3 eller 4."
        finding += f" {swedish.number(late)} har passerat sin tidsgräns." if late else ""
    return _list(
        asking,
        "allvarliga",
        "Vilka allvarliga ärenden väntar?",
        measure.key,
        finding,
        ["Nummer", "Rubrik", "Grad", "Läge", "Tidsgräns"],
        [
            [
                Cell(row.number, row.get_absolute_url()),
                Cell(row.title),
                number(row.severity),
                Cell(row.status_label),
                _due(row.due_at, asking),
            ]
            for row in shown
        ],
        frozenset({2}),
        count,
    )


def reports(asking: Asking) -> Chart:
    """Vilka anmälningar till myndigheter är inte skickade?"""
    measure = registry.of("reports_unsettled")
    rows = measure.rows_for(asking.of(periods.of(asking.today, Step.YEAR)))
    count = rows.order_by().count()
    shown = list(rows[:SHOWN])
    finding = "Ingen anmälan väntar."
    if count:
        oldest = (asking.today - calendar.local_day(shown[0].clock_from)).days
        finding = (
            f"{swedish.number(count)} är inte skickade; den äldsta har väntat {_days(oldest)}."
        )
    return _list(
        asking,
        "anmalningar",
        "Vilka anmälningar till myndigheter är inte skickade?",
        measure.key,
        finding,
        ["Ärende", "Anmälan", "Mottagare", "Tiden räknas från", "Dagar"],
        [
            [
                Cell(row.case.number, row.get_absolute_url()),
                Cell(row.kind.name),
                Cell(row.kind.authority),
                Cell(swedish.day(row.clock_from)),
                number((asking.today - calendar.local_day(row.clock_from)).days),
            ]
            for row in shown
        ],
        frozenset({4}),
        count,
    )


def mine(asking: Asking) -> Chart:
    """Vad gör jag härnäst? One's own cases by their next deadline, each against how long its stage takes."""
    by = asking.asked.by
    rows = Case.objects.none()
    if by is not None:
        rows = Case.objects.visible_to(by).open().handled_by(by).of_kind("deviation")
    count = rows.count()
    shown = list(rows.most_urgent_first()[:SHOWN])
    now, paces = asking.asked.as_of, flow.paces_of_a_year(asking)
    finding = "Du har inga öppna avvikelser."
    if count:
        late = sum(row.due_at is not None and row.due_at < now for row in shown)
        finding = f"Du har {_cases(count)}."
        finding += (
            f" {swedish.number(late)} av de översta har passerat sin tidsgräns." if late else ""
        )
    table = []
    for row in shown:
        stage = STAGE_OF.get(row.status, "")
        most = paces[stage].most if stage else None
        days = (now - row.status_since) / timedelta(days=1)
        table.append(
            [
                Cell(row.number, row.get_absolute_url()),
                Cell(row.title),
                _due(row.due_at, asking),
                number(row.severity),
                Cell(f"{_days(round(days))} i {LABELS.get(stage, row.status_label.lower())}"),
                Cell("längre än de flesta" if most is not None and days > most else swedish.DASH),
            ]
        )
    return _list(
        asking,
        "harnast",
        "Vad gör jag härnäst?",
        "flow_slow",
        finding,
        ["Nummer", "Rubrik", "Tidsgräns", "Grad", "Tid i steget", "Mot 85 procent"],
        table,
        frozenset({3}),
        count,
        definition=(
            "Öppna avvikelser som du handlägger, närmaste tidsgräns först. Tiden i steget jämförs med hur "
            "lång tid 85 procent av vistelserna det senaste året tog."
        ),
    )


def _list(
    asking: Asking,
    key: str,
    question: str,
    measure: str,
    finding: str,
    headings: list[str],
    rows: list[list[Cell]],
    numbers: frozenset[int],
    count: int,
    definition: str = "",
) -> Chart:
    about = asking.about(key, question, measure, finding)
    if definition:
        about = replace(about, definition=definition)
    more = count - len(rows)
    return Chart(
        about=about,
        name=question,
        finding=finding,
        shows="",
        drawing=None,
        table=Table(headings, rows, numbers),
        notes=[f"De {swedish.number(len(rows))} översta visas, av {swedish.number(count)}."]
        if more > 0
        else [],
        is_list=True,
    )


def _due(at: datetime | None, asking: Asking) -> Cell:
    if at is None:
        return Cell(swedish.DASH, value="")
    told = swedish.until(at, today=asking.today)
    return Cell(f"{told.text} ({told.since})", value=calendar.local_day(at))


def _cases(count: int) -> str:
    return "1 öppet ärende" if count == 1 else f"{swedish.number(count)} öppna ärenden"


def _days(count: int) -> str:
    return "1 dag" if count == 1 else f"{swedish.number(count)} dagar"

"""Safety notices and reports to authorities: how many, how often, whom they reached, how soon they were answered."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from typing import Any

from patientsakerhet.lib import calendar, survival
from patientsakerhet.ui import swedish
from rapporter import periods, registry
from rapporter.annual_report import wording
from rapporter.annual_report.wording import Said
from rapporter.charts import control, series, waiting
from rapporter.charts.chart import Cell, Chart, Table, number
from rapporter.control_charts import charts, words
from rapporter.control_charts.series import Value
from rapporter.control_charts.words import Told
from rapporter.dashboards import counting
from rapporter.dashboards.asking import Asking
from rapporter.periods import Step
from sakerhetsmeddelanden import figure_words
from sakerhetsmeddelanden.models import Recipient

YEARS = 5
QUARTERS = 16
BACK = 10
"""Years of reports by lex Maria that are looked at."""
SHOWN = 25
"""Notices in the table, the newest."""
RECEIVED = "received_at"
DAY = timedelta(days=1)
INTERVALS = Told(period="anmälan", periods="anmälningar", by="")


def per_year(asking: Asking) -> Chart:
    """Hur många säkerhetsmeddelanden kommer?"""
    measure = registry.of("device_notices")
    years = [periods.of(asking.today.replace(month=1, day=1), Step.YEAR)]
    years = [years[0].before(count) for count in range(YEARS - 1, 0, -1)] + years
    counted = counting.from_the_first(counting.by_period(asking, measure, years, RECEIVED))
    bars = [
        series.Column(
            f"{each.period.name}{' (hittills)' if each.period.last >= asking.today else ''}",
            each.period.tick,
            each.count,
            url=each.url,
        )
        for each in counted
    ]
    whole = [each for each in counted if each.period.last < asking.today]
    finding = "Inga säkerhetsmeddelanden har kommit än."
    if counted:
        finding = f"{swedish.number(counted[-1].count)} har kommit hittills i år."
    if len(whole) > 1:
        said = Said(Decimal(whole[-1].count), Decimal(whole[-2].count))
        finding += f" {whole[-1].period.name} mot året före: {wording.compared(said)}."
    return series.columns(
        asking.about("meddelanden", "Hur många säkerhetsmeddelanden kommer?", measure.key, finding),
        bars,
        name="Säkerhetsmeddelanden om medicintekniska produkter per år",
        noun="meddelanden",
        period="År",
    )


def per_quarter(asking: Asking) -> Chart:
    """Kommer meddelandena tätare?"""
    measure = registry.of("device_notices")
    yesterday = asking.today - DAY
    counted = counting.from_the_first(
        counting.by_period(
            asking, measure, periods.ending(yesterday, Step.QUARTER, QUARTERS), RECEIVED
        )
    )
    return control.control(
        asking.about("takt-meddelanden", "Kommer säkerhetsmeddelandena tätare?", measure.key),
        charts.xmr([Value(each.period.name, each.count) for each in counted]),
        name="Styrdiagram: säkerhetsmeddelanden per kvartal",
        ticks=[each.period.tick for each in counted],
        told=words.QUARTERLY,
        urls=[each.url for each in counted],
    )


def between_reports(asking: Asking) -> Chart:
    """Hur ofta lex Maria? Days between reports."""
    rows = _lex_maria(asking)
    moments = [row.submitted_at for row in rows]
    days = charts.days_between(moments)
    spc = charts.between(
        [
            Value(swedish.day(row.submitted_at), each)
            for row, each in zip(rows[1:], days, strict=True)
        ]
    )
    return control.control(
        asking.about(
            "lex-maria-takt",
            "Hur ofta anmäler vi enligt lex Maria?",
            "lex_maria",
            words.between_finding(spc, "anmälningar"),
        ),
        spc,
        name="Styrdiagram: dagar mellan anmälningar enligt lex Maria",
        ticks=[
            swedish.day_of_month(row.submitted_at) + f"\n{row.submitted_at.year}"
            for row in rows[1:]
        ],
        told=INTERVALS,
        urls=[row.get_absolute_url() for row in rows[1:]],
    )


def reports(asking: Asking) -> Chart:
    """När skickades anmälningarna?"""
    rows = _lex_maria(asking)
    first = asking.today.replace(year=asking.today.year - BACK, day=1)
    count = swedish.in_words(len(rows)) if rows else "inga"
    finding = f"{count.capitalize()} anmälningar på tio år."
    if len(rows) == 1:
        finding = "En anmälan på tio år."
    if rows:
        since = (asking.today - calendar.local_day(rows[-1].submitted_at)).days
        finding += f" Den senaste skickades för {swedish.number(since)} dagar sedan."
    return waiting.timeline(
        asking.about("lex-maria", "När anmälde vi enligt lex Maria?", "lex_maria", finding),
        [
            waiting.Event(
                calendar.local_day(row.submitted_at), row.case.number, row.get_absolute_url()
            )
            for row in rows
        ],
        max(first, calendar.local_day(rows[0].submitted_at)) if rows else first,
        asking.today,
        name="Anmälningar enligt lex Maria",
    )


def reach(asking: Asking) -> Chart:
    """Nådde säkerhetsmeddelandet rätt? The newest notices with whom each reached and missed."""
    measure = registry.of("notice_recall")
    rows = list(measure.rows_for(asking.this_year)[:SHOWN])
    together = [figure_words.reached_of(row) for row in rows]
    finding = "Inga säkerhetsmeddelanden har skickats det året."
    if rows:
        missing = sum(row.missed > 0 for row in rows)
        late = sum(row.unanswered > 0 for row in rows)
        finding = f"{_of(len(rows), missing, 'missade någon berörd enhet')}. {_of(len(rows), late, 'väntar på svar')}."
    table = [
        [
            Cell(row.notice.case.number, row.notice.case.get_absolute_url()),
            Cell(row.notice.case.title),
            Cell(swedish.day(row.first_sent_at)),
            Cell(figure_words.percent(found.recall)),
            Cell(figure_words.span(found.precision)),
            number(row.missed),
            Cell(f"{swedish.number(row.sent - row.unanswered)} av {swedish.number(row.sent)}"),
        ]
        for row, found in zip(rows, together, strict=True)
    ]
    return Chart(
        about=asking.about("traffar", "Nådde säkerhetsmeddelandena rätt?", measure.key, finding),
        name=f"Säkerhetsmeddelanden som skickades {asking.year}",
        finding=finding,
        shows="",
        drawing=None,
        table=Table(
            ["Nummer", "Meddelande", "Skickades", "Berörda som nåddes", "Mottagare som var berörda",
             "Missade enheter", "Svar"],
            table,
            frozenset({3, 4, 5, 6}),
        ),
        notes=["De 25 senaste visas."] if len(rows) == SHOWN else [],
        is_list=True,
    )  # fmt: skip


def answers(asking: Asking) -> Chart:
    """Hur snabbt bekräftar enheterna? This year's notices against those of the year before."""
    now = asking.asked.as_of
    curves = []
    usual: int | None = None
    for year in (asking.year, asking.year - 1):
        period = periods.of(asking.today.replace(year=year, month=1, day=1), Step.YEAR)
        notices = registry.of("notice_in_time").rows_for(asking.of(period)).order_by()
        rows: list[Any] = list(
            Recipient.objects.filter(notice__in=notices.values("pk"), sent_at__isnull=False)
            .order_by("pk")
            .values_list("sent_at", "answered_at", "answer", "due_at")
        )
        spells = [
            (((answered if answer else now) - sent) / DAY, bool(answer))
            for sent, answered, answer, _ in rows
        ]
        curve = survival.curve(spells)
        curves.append(
            waiting.Steps(
                str(year), curve.times, curve.shares, curve.total, curve.total - curve.happened
            )
        )
        if usual is None:
            usual = _usual([(due - sent).days for sent, _, _, due in rows if due is not None])
    this, last = curves
    half = this.quantile(0.5)
    finding = f"Inga säkerhetsmeddelanden har skickats {asking.year}."
    if this.total:
        told = waiting.days_told(half) if half is not None else ""
        finding = f"Hälften svarar inom {told}." if told else "Mindre än hälften har svarat än."
        finding += (
            f" {swedish.number(this.waiting)} av {swedish.number(this.total)} har inte svarat."
        )
    return waiting.curves(
        asking.about("svarstid", "Hur snabbt svarar enheterna?", "notice_in_time", finding),
        [this, last] if last.total else [this],
        name="Andel mottagare som ännu inte har svarat, efter antal dagar",
        target=usual,
    )


def _lex_maria(asking: Asking) -> list[Any]:
    """The reports of ten years, oldest first; read once for both charts."""
    if "lex_maria" not in asking.memory:
        first = asking.today.replace(year=asking.today.year - BACK, day=1)
        rows = registry.of("lex_maria").rows_for(asking.between(first, asking.today))
        asking.memory["lex_maria"] = list(rows)[::-1]
    found: list[Any] = asking.memory["lex_maria"]
    return found


def _usual(days: list[int]) -> int | None:
    """The most usual number of days to answer in; None when there is no one such."""
    counted = Counter(days).most_common(1)
    return counted[0][0] if counted and counted[0][1] * 2 > len(days) else None


def _of(whole: int, some: int, what: str) -> str:
    """Inget av 7 missade någon; 2 av 7 väntar på svar."""
    if not some:
        return f"Inget av {swedish.number(whole)} {what}"
    return f"{swedish.number(some)} av {swedish.number(whole)} {what}"

"""Risk analyses of the period, the risks in them before and after measures, and how far the measures have come."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, CharField, Exists, OuterRef, Q, Subquery, Value, When

from patientsakerhet.access.policy import Can
from patientsakerhet.cases.models import Measure as Task
from patientsakerhet.cases.models import MeasureCase
from patientsakerhet.exchange.writer import Column
from patientsakerhet.lib import calendar
from patientsakerhet.risk_analysis.models import Risk, RiskAnalysis, Scoring
from patientsakerhet.risk_analysis.words import BANDS
from rapporter.breakdowns import UNIT, Breakdown
from rapporter.registry import Asked, Direction, Disclosure, Measure
from rapporter.registry import register as known

SECTION = "Riskhantering"
STANDINGS = {"done": "klara", "open": "pågår", "late": "försenade", "cancelled": "utgick"}
"""How far a measure has come, in the order it is told."""
ANALYSIS_COLUMNS = (
    Column("Nummer", "case__number"),
    Column("Riskanalys", "case__title"),
    Column("Uppdraget gavs", "commissioned_on"),
    Column("Enhet", "case__owning_unit__name"),
)
RISK_COLUMNS = (
    Column("Risk", "title"),
    Column("Riskanalys", "analysis__case__number"),
    Column("Före åtgärder", "band_before", BANDS.get),
    Column("Efter åtgärder", "band_after", BANDS.get),
)
TASK_COLUMNS = (
    Column("Åtgärd", "title"),
    Column("Klar senast", "due_on"),
    Column("Läge", "standing", STANDINGS.get),
    Column("Enhet", "unit__name"),
)


def analyses(asked: Asked) -> Any:
    """The analyses whose final report was signed for the first time in the period, as known then."""
    rows = asked.seen(RiskAnalysis.objects.all()).filter(
        reports__edition=1,
        reports__signed_at__gte=calendar.start_of_day(asked.first),
        reports__signed_at__lte=min(calendar.end_of_day(asked.last), asked.as_of),
    )
    return asked.within(rows, "case__owning_unit").order_by("-pk")


def risks(asked: Asked) -> Any:
    """The risks in them that were not struck out, with their bands before and after measures."""
    among = analyses(asked).order_by().values("pk")
    rows = Risk.objects.filter(analysis__in=among).exclude(withdrawn_at__lte=asked.as_of)
    return rows.annotate(
        band_before=_band(Scoring.Stage.BEFORE, asked),
        band_after=_band(Scoring.Stage.AFTER, asked),
    ).order_by("analysis", "serial", "pk")


def tasks(asked: Asked) -> Any:
    """The measures that were decided in them, with how far each has come."""
    among = analyses(asked).order_by().values("case")
    served = MeasureCase.objects.filter(case__in=among, measure=OuterRef("pk"))
    standing = Case(
        When(status=Task.Status.CANCELLED, then=Value("cancelled")),
        When(done_at__lte=asked.as_of, then=Value("done")),
        When(due_on__lt=calendar.local_day(asked.as_of), then=Value("late")),
        default=Value("open"),
        output_field=CharField(),
    )
    rows = Task.objects.filter(Exists(served), decided_at__lte=asked.as_of)
    return rows.annotate(standing=standing).order_by("due_on", "pk")


def tasks_left(asked: Asked) -> Any:
    """Of those, the ones that are still to be done."""
    return tasks(asked).filter(Q(standing="late") | Q(standing="open"))


def _band(stage: str, asked: Asked) -> Subquery:
    """The band of the latest judgement of the sort that had been made by then."""
    told = Scoring.objects.filter(risk=OuterRef("pk"), stage=stage, at__lte=asked.as_of)
    return Subquery(told.order_by("-at", "-pk").values("band")[:1])


def _of_analysis(row: Any) -> str:
    address: str = row.case.get_absolute_url()
    return address


def _of_risk(row: Any) -> str:
    address: str = row.analysis.case.get_absolute_url()
    return address


def _of_task(row: Any) -> str:
    address: str = row.get_absolute_url()
    return address


def _measure(**more: Any) -> Measure:
    return Measure(
        **{
            "version": 1,
            "section": SECTION,
            "date_field": "dagen då analysens slutrapport först undertecknades",
            "direction": Direction.NEUTRAL,
            "disclosure": Disclosure.TOTAL,
            "needs": (Can.READ,),
            **more,
        }
    )


def register() -> None:
    """Make the measures known."""
    known(
        _measure(
            key="risk_analyses",
            name="Riskanalyser",
            definition="Riskanalyser vars slutrapport undertecknades för första gången under perioden.",
            rows=analyses,
            columns=ANALYSIS_COLUMNS,
            related=("case__owning_unit",),
            breakdowns=(Breakdown(UNIT, "enhet", "case__owning_unit"),),
            address=_of_analysis,
        )
    )
    known(
        _measure(
            key="analysed_risks",
            name="Risker i årets riskanalyser",
            definition=(
                "Risker, inte strukna, i riskanalyser vars slutrapport undertecknades för första gången "
                "under perioden. Nivån före åtgärder är den senast bedömda som det är; efter åtgärder "
                "den som väntas när de är klara."
            ),
            rows=risks,
            columns=RISK_COLUMNS,
            related=("analysis__case",),
            address=_of_risk,
            rests_on=(analyses, _band),
        )
    )
    tasks_facts = {
        "columns": TASK_COLUMNS,
        "related": ("unit",),
        "address": _of_task,
        "corrections": (
            "Att en åtgärd utgår har ingen egen tidpunkt: den som har utgått räknas så också i "
            "siffror som de var kända tidigare."
        ),
    }
    known(
        _measure(
            key="analysis_measures",
            name="Åtgärder ur årets riskanalyser",
            definition=(
                "Åtgärder som är beslutade i riskanalyser vars slutrapport undertecknades för första "
                "gången under perioden."
            ),
            rows=tasks,
            rests_on=(analyses,),
            **tasks_facts,
        )
    )
    known(
        _measure(
            key="analysis_measures_left",
            name="Åtgärder ur årets riskanalyser som inte är klara",
            definition=(
                "Av åtgärderna ur riskanalyser vars slutrapport undertecknades för första gången under "
                "perioden, de som varken är klara eller har utgått."
            ),
            rows=tasks_left,
            rests_on=(analyses, tasks),
            **tasks_facts,
        )
    )

"""The lists of analyses and risks out as files, by page and by command alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from patientsakerhet.access.policy import Can
from patientsakerhet.cases.exchange import asking, refuse_unreadable
from patientsakerhet.cases.models import Case
from patientsakerhet.exchange.kinds import Export
from patientsakerhet.exchange.writer import Column, Extract
from patientsakerhet.organisation.models import Person
from patientsakerhet.risk_analysis.filters import AnalysisFilter
from patientsakerhet.risk_analysis.models import Occasion, Risk, RiskMeasure, RiskReview
from patientsakerhet.risk_analysis.register_filters import RiskFilter
from patientsakerhet.risk_analysis.words import BANDS
from patientsakerhet.risk_analysis.workflow import KIND, WORKFLOW

ANALYSIS = "risk_analysis__"
ANALYSIS_COLUMNS = (
    Column("Nummer", "number"),
    Column("Rubrik", "title"),
    Column("Läge", "status", lambda value: WORKFLOW.labels.get(value, value)),
    Column("Anledning", f"{ANALYSIS}occasion", dict(Occasion.choices).get),
    Column("Enhet", "owning_unit__name"),
    Column(
        "Uppdragsgivare",
        Coalesce(f"{ANALYSIS}commissioned_by__name", f"{ANALYSIS}commissioner_name"),
    ),
    Column("Uppdraget gavs", f"{ANALYSIS}commissioned_on"),
    Column("Analysledare", "handler__name"),
    Column("Metod", f"{ANALYSIS}method__name"),
    Column("Börjar gälla", f"{ANALYSIS}takes_effect_on"),
    Column("Risker", "risks_count"),
    Column("Höga risker", "high_count"),
    Column("Nästa tidsgräns", "due_at"),
    Column("Avslutades", "closed_at"),
    Column("Inläst från", "source_system"),
)

RISK_COLUMNS = (
    Column("Riskanalys", "analysis__case__number"),
    Column("Nummer", "serial"),
    Column("Risk", "title"),
    Column("Processteg", "step__title"),
    Column("Orsaker", "cause"),
    Column("Följder", "consequence"),
    Column("Det som redan skyddar", "existing_controls"),
    Column("Risktal", "score"),
    Column("Risknivå", "band", BANDS.get),
    Column("Godtas därför", "accepted_reason"),
    Column("Åtgärder", "measures_count"),
    Column("Enhet", "analysis__case__owning_unit__name"),
    Column("Analysledare", "analysis__case__handler__name"),
    Column("Analysens läge", "analysis__case__status", WORKFLOW.labels.get),
    Column("Senast omprövad", "reviewed_at"),
    Column("Väckt av", "raised_from__number"),
)


def analyses(given: Mapping[str, str], by: Person | None = None) -> Extract:
    """The analyses of a filter that somebody may take out; all when nobody is named."""
    rows = Case.objects.where_may(by, Can.EXPORT) if by else Case.objects.all()
    narrowed = AnalysisFilter(given, queryset=rows.of_kind(KIND), request=asking(by))
    refuse_unreadable(narrowed)
    return Extract(
        name="riskanalyser",
        title="Riskanalyser",
        rows=with_risks(narrowed.qs),
        columns=ANALYSIS_COLUMNS,
        selection=narrowed.described(),
        case_id="pk",
        right=Can.EXPORT,
    )


def with_risks(rows: QuerySet[Case]) -> Any:
    """Each with how many risks it holds and how many of them are high now."""
    held = Risk.objects.filter(analysis=OuterRef("pk"), withdrawn_at=None).order_by()
    counted = held.values("analysis").annotate(n=Count("pk")).values("n")
    high = held.filter(band=3).values("analysis").annotate(n=Count("pk")).values("n")
    return rows.select_related(
        "handler", "owning_unit", "risk_analysis__commissioned_by", "risk_analysis__method"
    ).annotate(risks_count=Coalesce(Subquery(counted), 0), high_count=Coalesce(Subquery(high), 0))


def risks(given: Mapping[str, str], by: Person | None = None) -> Extract:
    """The risks of a filter that somebody may take out; all when nobody is named."""
    rows = Risk.objects.exportable_by(by) if by else Risk.objects.all()
    narrowed = RiskFilter(given, queryset=rows.standing(), request=asking(by))
    refuse_unreadable(narrowed)
    return Extract(
        name="risker",
        title="Risker",
        rows=for_register(narrowed.qs),
        columns=RISK_COLUMNS,
        selection=narrowed.described(),
        case_id="analysis_id",
        right=Can.EXPORT,
    )


def for_register(rows: QuerySet[Risk]) -> Any:
    """Each with what a row of the register shows: its measures counted, whether a review waits."""
    aims = RiskMeasure.objects.filter(risk=OuterRef("pk")).order_by().values("risk")
    return rows.select_related("analysis__case__owning_unit").annotate(
        measures_count=Coalesce(Subquery(aims.annotate(n=Count("pk")).values("n")), 0),
        waits=Exists(RiskReview.objects.waiting().filter(risk=OuterRef("pk"))),
    )


RISKS = Export("risks", "Risker", Can.EXPORT, risks)
ANALYSES = Export("risk_analyses", "Riskanalyser", Can.EXPORT, analyses)

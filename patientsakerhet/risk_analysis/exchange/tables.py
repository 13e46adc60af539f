"""Risks as the handbook's form has them: a row for each risk and measure, of one analysis or of many."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from patientsakerhet.access.policy import Can
from patientsakerhet.cases.exchange import asking, refuse_unreadable
from patientsakerhet.cases.models import Measure
from patientsakerhet.exchange.kinds import Export
from patientsakerhet.exchange.writer import Column, Extract
from patientsakerhet.organisation.models import Person
from patientsakerhet.risk_analysis.models import (
    AnalysisReport,
    Occasion,
    Risk,
    RiskAnalysis,
    Scoring,
)
from patientsakerhet.risk_analysis.querysets import RiskQuerySet
from patientsakerhet.risk_analysis.register_filters import RiskFilter
from patientsakerhet.risk_analysis.words import BANDS, decided
from patientsakerhet.risk_analysis.workflow import WORKFLOW
from patientsakerhet.ui import swedish

WIDE, NARROW = 34, 13
MEASURE = "aims__measure__"


def _judged(stage: str, fact: str) -> Subquery:
    """The latest judgement of the sort, by one of its facts."""
    rows = Scoring.objects.filter(risk=OuterRef("pk"), stage=stage).order_by("-at", "-pk")
    return Subquery(rows.values(fact)[:1])


def _stage(stage: str, word: str) -> tuple[Column, ...]:
    return (
        Column(f"Allvarlighetsgrad{word}", _judged(stage, "severity"), width=NARROW),
        Column(f"Sannolikhet{word}", _judged(stage, "probability"), width=NARROW),
        Column(f"Upptäckt{word}", _judged(stage, "detection"), width=NARROW),
        Column(f"Risktal{word}", _judged(stage, "score"), width=NARROW),
        Column(f"Risknivå{word}", _judged(stage, "band"), BANDS.get, NARROW),
    )


SIGNED = Subquery(
    AnalysisReport.objects.filter(analysis=OuterRef("analysis"))
    .order_by("-edition")
    .values("signed_at")[:1]
)
ANALYSIS_COLUMNS = (
    Column("Riskanalys", "analysis__case__number", width=16),
    Column("Rubrik", "analysis__case__title", width=WIDE),
    Column("Enhet", "analysis__case__owning_unit__code"),
    Column("Anledning", "analysis__occasion", dict(Occasion.choices).get),
    Column("Förändringen", "analysis__change", width=WIDE),
    Column("Omfattning", "analysis__scope", width=WIDE),
    Column(
        "Uppdragsgivare",
        Coalesce("analysis__commissioned_by__name", "analysis__commissioner_name"),
    ),
    Column("Uppdraget gavs", "analysis__commissioned_on", width=NARROW),
    Column("Analysledare", "analysis__case__handler__name"),
    Column("Beslutad", SIGNED, width=NARROW),
    Column("Slutsats", "analysis__conclusion", width=WIDE),
)
RISK_COLUMNS = (
    Column("Nr", "serial", width=6),
    Column("Processteg", "step__title"),
    Column("Risk", "title", width=WIDE),
    Column("Orsaker", "cause", width=WIDE),
    Column("Följder", "consequence", width=WIDE),
    Column("Det som redan skyddar", "existing_controls", width=WIDE),
    *_stage(Scoring.Stage.BEFORE, ""),
    Column("Åtgärd", f"{MEASURE}title", width=WIDE),
    Column("Styrka", f"{MEASURE}strength", dict(Measure.Strength.choices).get, NARROW),
    Column("Ansvarig", f"{MEASURE}owner__name"),
    Column("Klar senast", f"{MEASURE}due_on", width=NARROW),
    *_stage(Scoring.Stage.AFTER, " efter"),
    Column("Beslut", f"{MEASURE}status", decided, NARROW),
    Column("Skäl till beslutet", f"{MEASURE}decision_reason"),
    Column("Godtas därför", "accepted_reason"),
    Column("Åtgärdens läge", f"{MEASURE}status", dict(Measure.Status.choices).get, NARROW),
    Column("Blev klar", f"{MEASURE}done_at", width=NARROW),
    Column("Effekt", f"{MEASURE}effect", dict(Measure.Effect.choices).get, NARROW),
    Column("Resultat av uppföljningen", f"{MEASURE}effect_result", width=WIDE),
)


def of_analysis(analysis: RiskAnalysis) -> Extract:
    """One analysis as a form to print and to go on with; whoever takes it out has been let in."""
    detects = analysis.method.detects
    return Extract(
        name=f"{analysis.case.number}-risktabell",
        title=f"Risktabell {analysis.case.number}",
        rows=_rows(Risk.objects.filter(analysis=analysis).standing()),
        columns=[one for one in RISK_COLUMNS if detects or not one.heading.startswith("Upptäckt")],
        selection=[("Riskanalys", analysis.case.number)],
        case_id="analysis_id",
        cases=Risk.objects.filter(analysis=analysis).values_list("analysis_id", flat=True),
        right=Can.EXPORT,
        is_form=True,
        about=("Uppdraget", _facts(analysis)),
    )


def tables(given: Mapping[str, str], by: Person | None = None) -> Extract:
    """The risks of a filter that somebody may take out, with what their analyses say of themselves."""
    rows = Risk.objects.exportable_by(by) if by else Risk.objects.all()
    narrowed = RiskFilter(given, queryset=rows.standing(), request=asking(by))
    refuse_unreadable(narrowed)
    found = narrowed.qs
    return Extract(
        name="risktabeller",
        title="Risktabeller",
        rows=_rows(found),
        columns=[*ANALYSIS_COLUMNS, *RISK_COLUMNS],
        selection=narrowed.described(),
        cases=found.order_by().values_list("analysis_id", flat=True).distinct(),
        right=Can.EXPORT,
        is_form=True,
    )


def _rows(risks: RiskQuerySet) -> Any:
    """A row for each measure against each risk, and one for a risk without any."""
    return risks.annotate(aimed=F("aims__measure")).order_by("analysis", "serial", "aimed")


def _facts(analysis: RiskAnalysis) -> list[tuple[str, str]]:
    case = analysis.case
    told = [
        ("Riskanalys", case.number),
        ("Rubrik", case.title),
        ("Läge", WORKFLOW.label(case.status)),
        ("Enhet", case.owning_unit.name),
        ("Anledning", analysis.get_occasion_display()),
        ("Förändringen", analysis.change),
        ("Omfattning", analysis.scope),
        ("Avgränsning", analysis.delimitation),
        ("Uppdragsgivare", analysis.commissioner),
        ("Uppdraget gavs", swedish.day(analysis.commissioned_on)),
        ("Analysledare", case.handler.name if case.handler else ""),
        ("Metod", str(analysis.method)),
        ("Patientens perspektiv", analysis.patient_view),
        *(
            (one.get_part_display().capitalize(), ", ".join(filter(None, (one.name, one.title))))
            for one in analysis.members.all()
        ),
        *((f"Steg {one.position}", one.title) for one in analysis.steps.all()),
        ("Slutsats", analysis.conclusion),
    ]
    return [(label, value) for label, value in told if value]


TABLES = Export(
    "risk_tables",
    "Risktabeller",
    Can.EXPORT,
    tables,
    "Risker med bedömningar, åtgärder och beslut, en rad för varje risk och åtgärd.",
)

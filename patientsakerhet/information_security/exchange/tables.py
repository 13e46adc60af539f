"""The risk assessments of classifications: a row for each risk and measure, of one or of many."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import F, QuerySet

from patientsakerhet.access.policy import Can
from patientsakerhet.cases.exchange import asking, refuse_unreadable
from patientsakerhet.cases.models import Measure
from patientsakerhet.exchange.kinds import Export
from patientsakerhet.exchange.writer import Column, Extract
from patientsakerhet.information_security.filters import ClassificationFilter
from patientsakerhet.information_security.models import InformationClassification, SecurityRisk
from patientsakerhet.organisation.models import Person
from patientsakerhet.ui import swedish

WIDE, NARROW = 34, 13
OF = "classification__"

CLASSIFICATION_COLUMNS = (
    Column("Klassning", f"{OF}case__number", width=16),
    Column("System", f"{OF}system__name"),
    Column("Informationstillgång", f"{OF}asset"),
    Column("Konfidentialitet", f"{OF}confidentiality", width=NARROW),
    Column("Riktighet", f"{OF}integrity", width=NARROW),
    Column("Tillgänglighet", f"{OF}availability", width=NARROW),
    Column("Spårbarhet", f"{OF}traceability", width=NARROW),
)
RISK_COLUMNS = (
    Column("Risk", "title", width=WIDE),
    Column("Hotar", "threatens", dict(SecurityRisk.Threatens.choices).get),
    Column("Orsak", "cause", width=WIDE),
    Column("Konsekvens", "consequence", width=WIDE),
    Column("Skydd som finns", "controls", width=WIDE),
    Column("Allvarlighetsgrad", "severity", width=NARROW),
    Column("Sannolikhet", "likelihood", width=NARROW),
    Column("Risktal", "score", width=NARROW),
    Column("Förslag", "treatment", dict(SecurityRisk.Treatment.choices).get),
    Column("Skäl till förslaget", "treatment_reason"),
    Column("Åtgärd", "measures__title", width=WIDE),
    Column("Styrka", "measures__strength", dict(Measure.Strength.choices).get, NARROW),
    Column("Ansvarig", "measures__owner__name"),
    Column("Klar senast", "measures__due_on", width=NARROW),
    Column("Åtgärdens läge", "measures__status", dict(Measure.Status.choices).get, NARROW),
    Column("Allvarlighetsgrad efter", "severity_after", width=NARROW),
    Column("Sannolikhet efter", "likelihood_after", width=NARROW),
    Column("Risktal efter", "score_after", width=NARROW),
    Column("Effekt", "measures__effect", dict(Measure.Effect.choices).get, NARROW),
    Column("Resultat av uppföljningen", "measures__effect_result", width=WIDE),
)


def of_classification(row: InformationClassification) -> Extract:
    """One classification with its risks; whoever takes it out has been let in."""
    return Extract(
        name=f"{row.case.number}-klassning",
        title=f"Risker {row.case.number}",
        rows=_rows(SecurityRisk.objects.filter(classification=row)),
        columns=RISK_COLUMNS,
        selection=[("Klassning", row.case.number)],
        cases=InformationClassification.objects.filter(pk=row.pk).values_list("pk", flat=True),
        right=Can.READ_CLASSIFICATION,
        is_form=True,
        about=("Klassningen", _facts(row)),
    )


def tables(given: Mapping[str, str], by: Person | None = None) -> Extract:
    """The risks of the classifications of a filter that somebody may read; all when nobody is named."""
    rows = InformationClassification.objects.all()
    narrowed = ClassificationFilter(
        given, queryset=rows.visible_to(by) if by else rows, request=asking(by)
    )
    refuse_unreadable(narrowed)
    found = narrowed.qs.order_by().values("pk")
    return Extract(
        name="riskbedomningar",
        title="Riskbedömningar",
        rows=_rows(SecurityRisk.objects.filter(classification__in=found)),
        columns=[*CLASSIFICATION_COLUMNS, *RISK_COLUMNS],
        selection=narrowed.described(),
        cases=narrowed.qs.order_by().values_list("pk", flat=True),
        right=Can.READ_CLASSIFICATION,
        is_form=True,
    )


def _rows(risks: QuerySet[SecurityRisk]) -> Any:
    """A row for each measure against each risk, and one for a risk without any."""
    return risks.annotate(aimed=F("measures")).order_by("-classification", "-score", "pk", "aimed")


def _facts(row: InformationClassification) -> list[tuple[str, str]]:
    """What the classification says, as its page does."""
    told = [
        ("Klassning", row.case.number),
        ("System" if row.system else "Informationstillgång", row.subject),
        ("Läge", row.case.status_label),
        ("Anledning", row.get_occasion_display()),
        ("Program", str(row.programme or "")),
        ("Informationsägare", row.owner.name),
        ("Leder riskbedömningen", row.lead.name),
        ("Information", row.information),
    ]
    for one in row.aspects:
        level = "inte satt" if one.level is None else f"{one.level}"
        told += [(one.label.capitalize(), level), (f"Skäl, {one.label}", one.reason)]
    told += [
        ("Deltagare", "; ".join(str(one) for one in row.participants.all())),
        ("Berörda förvaltningar", "; ".join(str(one) for one in row.administrations.all())),
        *((str(one.item), one.get_state_display()) for one in row.inputs.all()),
        ("Inga risker", row.no_risks_reason),
        ("Beslut", row.get_decision_display()),
        ("Skäl till beslutet", row.decision_reason),
        ("Beslutad", swedish.day(row.decided_at) if row.decided_at else ""),
        ("Beslutad av", row.decider),
        ("Gäller till", swedish.day(row.valid_until) if row.valid_until else ""),
    ]
    return [(label, value) for label, value in told if value]


TABLES = Export(
    "classification_risks",
    "Riskbedömningar",
    Can.READ_CLASSIFICATION,
    tables,
    "Risker i informationsklassningarna, en rad för varje risk och åtgärd.",
)

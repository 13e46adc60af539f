"""Classifications, the gap list and the follow-ups as files, by page and by command alike."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models.functions import Coalesce

from patientsakerhet.access.policy import Can
from patientsakerhet.cases.exchange import asking, refuse_unreadable
from patientsakerhet.exchange.kinds import Export
from patientsakerhet.exchange.writer import Column, Computed, Extract
from patientsakerhet.information_security import coverage
from patientsakerhet.information_security.filters import (
    AssessmentFilter,
    ClassificationFilter,
    CoverageFilter,
    FollowUpFilter,
    GapFilter,
)
from patientsakerhet.information_security.impact_workflow import WORKFLOW as ASSESSMENT
from patientsakerhet.information_security.models import (
    ImpactAssessment,
    InformationClassification,
    SecurityFollowUp,
    SystemStanding,
)
from patientsakerhet.information_security.workflow import WORKFLOW
from patientsakerhet.organisation.models import Person
from patientsakerhet.register.models import ITSystem

CLASSIFICATION_COLUMNS = (
    Column("Nummer", "case__number"),
    Column("System", "system__name"),
    Column("Informationstillgång", "asset"),
    Column("Läge", "case__status", WORKFLOW.labels.get),
    Column("Anledning", "occasion", dict(InformationClassification.Occasion.choices).get),
    Column("Program", "programme__code"),
    Column("Informationsägare", "owner__name"),
    Column("Leder riskbedömningen", "lead__name"),
    Column("Information", "information"),
    Column("Konfidentialitet", "confidentiality"),
    Column("Skäl, konfidentialitet", "confidentiality_reason"),
    Column("Riktighet", "integrity"),
    Column("Skäl, riktighet", "integrity_reason"),
    Column("Tillgänglighet", "availability"),
    Column("Skäl, tillgänglighet", "availability_reason"),
    Column("Spårbarhet", "traceability"),
    Column("Skäl, spårbarhet", "traceability_reason"),
    Column("Lämnad", "delivered_at"),
    Column("Riskbedömd", "risk_assessed_at"),
    Column("Beslut", "decision", dict(InformationClassification.Decision.choices).get),
    Column("Beslutad", "decided_at"),
    Column("Gäller till", "valid_until"),
    Column("Inläst från", "case__source_system"),
)
GAP_COLUMNS = (
    Column("System", "system__name"),
    Column("Informationstillgång", "asset"),
    Column("Kritikalitet", "criticality", dict(ITSystem.Criticality.choices).get),
    Column("Förvaltande enhet", "managing_unit__name"),
    Column("Ägande enhet", "owner_unit__name"),
    Column("Informationsägare", Coalesce("system__information_owner__name", "owner__name")),
    Column("Systemägare", "system__owner__name"),
    Column("Systemansvarig", "system__system_manager__name"),
    Column("Program", "programme__code"),
    Column("Nivåer", "levels"),
    Column("Klassad", "classified_on"),
    Column("Klassningen gäller till", "valid_until"),
    Column("Riskbedömd", "risk_assessed_on"),
    Column("Konsekvensbedömd", "assessed_on"),
    Column("Konsekvensbedömning ses över", "assessment_due_on"),
    Column("Ändrades efter klassningen", "changed_at"),
    Column("Klassning", "classification__number"),
    Column("Klassas nu i", "under_way__number"),
)
COVERAGE_COLUMNS = (
    Column("Dag", "day"),
    Column("System i drift", "systems"),
    Column("Klassning gäller", "classified"),
    Column("Klassning gäller, procent", "classified_share"),
    Column("Riskbedömning gäller", "risk_assessed"),
    Column("Riskbedömning gäller, procent", "risk_share"),
    Column("Konsekvensbedömning gäller eller behövs inte", "impact_assessed"),
    Column("Konsekvensbedömning gäller eller behövs inte, procent", "impact_share"),
)
ASSESSMENT_COLUMNS = (
    Column("Nummer", "case__number"),
    Column("Behandling", "processing"),
    Column("System", "system__name"),
    Column("Program", "programme__code"),
    Column("Läge", "case__status", ASSESSMENT.labels.get),
    Column("Ansvarig", "owner__name"),
    Column("Leder bedömningen", "lead__name"),
    Column("Dataskyddsombudets råd", "advice", dict(ImpactAssessment.Advice.choices).get),
    Column("Förhandssamråd begärdes", "consulted_on"),
    Column("Beslut", "decision", dict(ImpactAssessment.Decision.choices).get),
    Column("Beslutad", "decided_at"),
    Column("Ses över", "review_on"),
)
FOLLOW_UP_COLUMNS = (
    Column("Vad som följs upp", "title"),
    Column("Enhet", "unit__name"),
    Column("System", "system__name"),
    Column("Program", "programme__code"),
    Column("Ansvarig", "responsible__name"),
    Column("Planerad till", "planned_on"),
    Column("Genomfördes", "done_on"),
    Column("Vad den visade", "result"),
)


def classifications(given: Mapping[str, str], by: Person | None = None) -> Extract:
    """The classifications of a filter that somebody may read; all when nobody is named."""
    rows = InformationClassification.objects.all()
    narrowed = ClassificationFilter(
        given, queryset=rows.visible_to(by) if by else rows, request=asking(by)
    )
    refuse_unreadable(narrowed)
    return Extract(
        name="informationsklassningar",
        title="Informationsklassningar",
        rows=narrowed.qs,
        columns=CLASSIFICATION_COLUMNS,
        selection=narrowed.described(),
        case_id="case_id",
        right=Can.READ_CLASSIFICATION,
    )


def gaps(given: Mapping[str, str], by: Person | None = None) -> Extract:
    """The systems of a filter with what each lacks; all when nobody is named."""
    rows = SystemStanding.objects.all()
    narrowed = GapFilter(given, queryset=rows.visible_to(by) if by else rows, request=asking(by))
    refuse_unreadable(narrowed)
    return Extract(
        name="gaplista",
        title="Gaplista för informationssäkerhet",
        rows=narrowed.qs,
        columns=GAP_COLUMNS,
        selection=narrowed.described(),
        right=Can.READ_CLASSIFICATION,
    )


def covered(given: Mapping[str, str], by: Person | None = None) -> Extract:
    """How much of the filter's systems was covered, month by month or quarter by quarter."""
    rows = SystemStanding.objects.all()
    seen = (rows.visible_to(by) if by else rows).in_use().of_systems()
    narrowed = CoverageFilter(given, queryset=seen, request=asking(by))
    refuse_unreadable(narrowed)
    return Extract(
        name="tackning-informationssakerhet",
        title="Täckning över tid, informationssäkerhet",
        rows=Computed(
            [
                {
                    "day": one.day,
                    "systems": one.systems,
                    "classified": one.classified,
                    "risk_assessed": one.risk_assessed,
                    "impact_assessed": one.impact_assessed,
                    **dict(
                        zip(
                            ("classified_share", "risk_share", "impact_share"),
                            one.shares,
                            strict=True,
                        )
                    ),
                }
                for one in coverage.over_time(narrowed.qs, quarters=narrowed.quarters)
            ]
        ),
        columns=COVERAGE_COLUMNS,
        selection=narrowed.described(),
        right=Can.READ_CLASSIFICATION,
    )


def assessments(given: Mapping[str, str], by: Person | None = None) -> Extract:
    """The impact assessments of a filter that somebody may read; all when nobody is named."""
    rows = ImpactAssessment.objects.all()
    narrowed = AssessmentFilter(
        given, queryset=rows.visible_to(by) if by else rows, request=asking(by)
    )
    refuse_unreadable(narrowed)
    return Extract(
        name="konsekvensbedomningar",
        title="Konsekvensbedömningar",
        rows=narrowed.qs,
        columns=ASSESSMENT_COLUMNS,
        selection=narrowed.described(),
        case_id="case_id",
        right=Can.READ_CLASSIFICATION,
    )


def follow_ups(given: Mapping[str, str], by: Person | None = None) -> Extract:
    """The follow-ups of a filter; all when nobody is named."""
    rows = SecurityFollowUp.objects.all()
    narrowed = FollowUpFilter(
        given, queryset=rows.visible_to(by) if by else rows, request=asking(by)
    )
    refuse_unreadable(narrowed)
    return Extract(
        name="uppfoljningar-informationssakerhet",
        title="Uppföljningar av informationssäkerheten",
        rows=narrowed.qs,
        columns=FOLLOW_UP_COLUMNS,
        selection=narrowed.described(),
        right=Can.READ_CLASSIFICATION,
    )


CLASSIFICATIONS = Export(
    "information_classifications",
    "Informationsklassningar",
    Can.READ_CLASSIFICATION,
    classifications,
)
GAPS = Export(
    "classification_gaps",
    "Gaplista för informationssäkerhet",
    Can.READ_CLASSIFICATION,
    gaps,
    "Varje system i registret och vad det saknar.",
)
COVERAGE = Export(
    "classification_coverage",
    "Täckning över tid, informationssäkerhet",
    Can.READ_CLASSIFICATION,
    covered,
    "Andelen system med klassning, riskbedömning och konsekvensbedömning som gäller.",
)
ASSESSMENTS = Export(
    "impact_assessments", "Konsekvensbedömningar", Can.READ_CLASSIFICATION, assessments
)
FOLLOW_UPS = Export(
    "security_follow_ups",
    "Uppföljningar av informationssäkerheten",
    Can.READ_CLASSIFICATION,
    follow_ups,
)

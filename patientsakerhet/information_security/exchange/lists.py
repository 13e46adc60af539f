"""Classifications, the gap list and the follow-ups as files, by page and by command alike."""

from __future__ import annotations

from collections.abc import Mapping

from patientsakerhet.access.policy import Can
from patientsakerhet.cases.exchange import asking, refuse_unreadable
from patientsakerhet.exchange.kinds import Export
from patientsakerhet.exchange.writer import Column, Extract
from patientsakerhet.information_security.filters import (
    AssessmentFilter,
    ClassificationFilter,
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
)
GAP_COLUMNS = (
    Column("System", "system__name"),
    Column("Kritikalitet", "system__criticality", dict(ITSystem.Criticality.choices).get),
    Column("Förvaltande enhet", "system__managing_unit__name"),
    Column("Ägande enhet", "system__owner_unit__name"),
    Column("Informationsägare", "system__information_owner__name"),
    Column("Systemägare", "system__owner__name"),
    Column("Systemansvarig", "system__system_manager__name"),
    Column("Program", "programme__code"),
    Column("Nivåer", "levels"),
    Column("Klassad", "classified_on"),
    Column("Klassningen gäller till", "valid_until"),
    Column("Riskbedömd", "risk_assessed_on"),
    Column("Konsekvensbedömd", "assessed_on"),
    Column("Konsekvensbedömning ses över", "assessment_due_on"),
    Column("Ändrades i registret", "changed_at"),
    Column("Klassning", "classification__number"),
    Column("Klassas nu i", "under_way__number"),
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
ASSESSMENTS = Export(
    "impact_assessments", "Konsekvensbedömningar", Can.READ_CLASSIFICATION, assessments
)
FOLLOW_UPS = Export(
    "security_follow_ups",
    "Uppföljningar av informationssäkerheten",
    Can.READ_CLASSIFICATION,
    follow_ups,
)

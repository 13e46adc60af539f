"""The reports out as a file, by page and by command alike."""

from __future__ import annotations

from collections.abc import Mapping

from patientsakerhet.access.policy import Can
from patientsakerhet.authority_reports.filters import ReportFilter, ReportKindFilter
from patientsakerhet.authority_reports.models import AuthorityReport, ReportKind
from patientsakerhet.authority_reports.workflow import WORKFLOW
from patientsakerhet.cases.exchange import asking, refuse_unreadable
from patientsakerhet.cases.models import DeadlineRule
from patientsakerhet.exchange.kinds import Export
from patientsakerhet.exchange.writer import Column, Extract
from patientsakerhet.organisation.models import Person

COLUMNS = (
    Column("Ärende", "case__number"),
    Column("Rubrik", "case__title"),
    Column("Enhet", "case__owning_unit__name"),
    Column("Anmälan", "kind__name"),
    Column("Myndighet eller mottagare", "kind__authority"),
    Column("Läge", "status", shown=WORKFLOW.label),
    Column("Tiden räknas från", "clock_from"),
    Column("Händelsen inträffade hos", "event_provider__name"),
    Column("Beslut begärt", "asked_at"),
    Column(
        "Beslut",
        "decision",
        shown=lambda value: dict(AuthorityReport.Decision.choices).get(value, ""),
    ),
    Column("Motivering", "motive"),
    Column("Beslutad av", "decided_by__name"),
    Column("Beslutad", "decided_at"),
    Column("Inskickad", "submitted_at"),
    Column("Genom", "channel", shown=lambda value: dict(ReportKind.Channel.choices).get(value, "")),
    Column("Diarienummer", "diary_no"),
    Column("Tillverkaren informerad", "manufacturer_told_at"),
    Column("Myndigheten svarade", "answered_on"),
    Column("Myndighetens svar", "outcome"),
)


def reports(given: Mapping[str, str], by: Person | None = None) -> Extract:
    """The reports of a filter in cases that somebody may take out."""
    rows = AuthorityReport.objects.all()
    narrowed = ReportFilter(
        given, queryset=rows.exportable_by(by) if by else rows, request=asking(by)
    )
    refuse_unreadable(narrowed)
    return Extract(
        name="anmalningar",
        title="Anmälningar",
        rows=narrowed.qs,
        columns=COLUMNS,
        selection=narrowed.described(),
        case_id="case",
        right=Can.EXPORT,
    )


EXPORT = Export(
    "authority_reports",
    "Anmälningar till myndigheter",
    Can.EXPORT,
    reports,
    "Anmälningar i de ärenden som du får ta ut.",
)

KIND_COLUMNS = (
    Column("Kod", "key"),
    Column("Anmälan", "name"),
    Column("Myndighet eller mottagare", "authority"),
    Column("Beslutas av", "decided_with", dict(ReportKind.Decider.choices).get),
    Column("När", "when"),
    Column("Tid", "target_amount"),
    Column("Räknas i", "target_measured", dict(DeadlineRule.Measured.choices).get),
    Column("Tidens grund", "target_basis"),
    Column("Rättslig grund", "basis"),
    Column("Grundens ställning", "standing", dict(DeadlineRule.Standing.choices).get),
    Column("Så lämnas den in", "address"),
    Column("Gäller från", "valid_from"),
    Column("Gäller till", "valid_to"),
)


def report_kinds(given: Mapping[str, str], by: Person | None = None) -> Extract:
    """The kinds of report of a filter, as the settings show them."""
    narrowed = ReportKindFilter(given, queryset=ReportKind.objects.all(), request=asking(by))
    refuse_unreadable(narrowed)
    return Extract(
        name="anmalningsslag",
        title="Anmälningsslag",
        rows=narrowed.qs,
        columns=KIND_COLUMNS,
        selection=narrowed.described(),
        right=Can.ADMINISTER,
    )


KINDS = Export("report_kinds", "Anmälningsslag", Can.ADMINISTER, report_kinds)

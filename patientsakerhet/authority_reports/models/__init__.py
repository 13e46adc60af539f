"""Authority reports as rows: the kinds there are, the reports, and what happened with each."""

from patientsakerhet.authority_reports.models.kind import (
    ChecklistItem,
    ReportKind,
    WorksheetField,
)
from patientsakerhet.authority_reports.models.report import (
    AuthorityReport,
    ReportEvent,
    ReportSupplement,
)

__all__ = (
    "AuthorityReport",
    "ChecklistItem",
    "ReportEvent",
    "ReportKind",
    "ReportSupplement",
    "WorksheetField",
)

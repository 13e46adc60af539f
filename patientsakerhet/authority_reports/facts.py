"""What a worksheet starts from: what the spine knows of the case, and what its own kind adds."""

from __future__ import annotations

from patientsakerhet.authority_reports import around
from patientsakerhet.authority_reports.models import AuthorityReport
from patientsakerhet.cases.models import Case
from patientsakerhet.ui import swedish


def first_values(report: AuthorityReport) -> dict[str, str]:
    """Field -> what the case says, for each field that has a source; nothing for the others."""
    known = {**_of_spine(report), **_of_kind(report.case)}
    return {
        one.key: known[one.source]
        for one in report.kind.worksheet
        if one.source and known.get(one.source)
    }


def _of_kind(case: Case) -> around.Facts:
    found = around.of(case.kind)
    return found.facts(case) if found is not None else {}


def _of_spine(report: AuthorityReport) -> dict[str, str]:
    case = report.case
    provider = case.owning_unit.care_provider
    return {
        "number": case.number,
        "title": case.title,
        "provider": provider.name,
        "organisation_number": provider.organisation_number,
        "unit": case.filing_unit.name,
        "owning_unit": case.owning_unit.name,
        "handler": case.handler.name if case.handler else "",
        "event_provider": report.event_provider.name,
        "measures": "\n".join(_measures(case)),
    }


def _measures(case: Case) -> list[str]:
    """Each measure with who answers for it and by when, as an authority asks for a time plan."""
    rows = case.measures.select_related("owner").order_by("due_on", "pk")
    return [
        f"{one.title} ({one.get_status_display()}, ansvarig {one.owner.name}, "
        f"klar senast {swedish.day(one.due_on)})"
        for one in rows
    ]

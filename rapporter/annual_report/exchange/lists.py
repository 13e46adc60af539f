"""The list of reports out as a file, by page and by command alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import OuterRef, Subquery

from patientsakerhet.access.policy import Can
from patientsakerhet.cases.models import Case
from patientsakerhet.exchange.kinds import Export
from patientsakerhet.exchange.writer import Column, Extract
from patientsakerhet.lib.refusal import Refused
from patientsakerhet.organisation.models import Person
from rapporter.annual_report.forms.report import NarrowForm
from rapporter.annual_report.models import AnnualReport, Edition
from rapporter.annual_report.workflow import KIND, WORKFLOW

COLUMNS = (
    Column("Nummer", "case__number"),
    Column("År", "year"),
    Column("Enhet", "unit__name"),
    Column("Läge", "case__status", lambda value: WORKFLOW.labels.get(value, value)),
    Column("Ansvarig", "case__handler__name"),
    Column("Diarienummer", "diary_no"),
    Column("Datumgräns", "cutoff_at"),
    Column("Nästa tidsgräns", "case__due_at"),
    Column("Utgåva", "edition_number"),
    Column("Fastställd", "edition_signed_at"),
    Column("Publicerad", "edition_published_at"),
)


def reports(given: Mapping[str, str], by: Person | None = None) -> Extract:
    """The reports of a filter that somebody may take out; all when nobody is named."""
    cases = Case.objects.where_may(by, Can.EXPORT) if by else Case.objects.all()
    form = NarrowForm(given)
    if not form.is_valid():
        raise Refused([str(one) for said in form.errors.values() for one in said])
    rows = form.narrow(AnnualReport.objects.filter(case__in=cases.of_kind(KIND)))
    told = [
        (str(form.fields[name].label), str(value))
        for name, value in form.cleaned_data.items()
        if value not in (None, "")
    ]
    return Extract(
        name="patientsakerhetsberattelser",
        title="Patientsäkerhetsberättelser",
        rows=_with_editions(rows.order_by("-year", "-pk")),
        columns=COLUMNS,
        selection=told,
        case_id="pk",
        right=Can.EXPORT,
    )


def _with_editions(rows: Any) -> Any:
    """Each with its newest edition."""
    newest = Edition.objects.filter(report=OuterRef("pk")).order_by("-signed_at", "-pk")[:1]
    return rows.annotate(
        **{
            f"edition_{name}": Subquery(newest.values(name))
            for name in ("number", "signed_at", "published_at")
        }
    )


REPORTS = Export("annual_reports", "Patientsäkerhetsberättelser", Can.EXPORT, reports)

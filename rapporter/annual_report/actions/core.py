"""How every change of a report begins and ends."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases.actions import core, filing
from patientsakerhet.cases.models import Case
from patientsakerhet.lib.refusal import NotAllowed, NotReady, Stale
from patientsakerhet.organisation.models import Person
from rapporter.annual_report.models import AnnualReport, Section
from rapporter.annual_report.workflow import WORKFLOW, WRITING


def begin(
    case: Case,
    *,
    by: Person,
    version: int | None = None,
    needs: Can = Can.WRITE_ANNUAL_REPORT,
    states: Collection[str] = (WRITING,),
) -> AnnualReport:
    """The report with its case locked, for whoever answers for it; refuses in another state than these."""
    locked = core.begin(case, by=by, needs=needs, version=version)
    if locked.status not in states:
        raise NotReady(
            f"Det går inte att ändra när berättelsen är i läget {WORKFLOW.label(locked.status)}."
        )
    return _of(locked)


def begin_section(
    section: Section, *, by: Person, version: int | None = None, only_lead: bool = False
) -> Section:
    """The section with its report locked, for whoever answers for the report or writes this section.

    Refuses when the section has been changed since the version somebody looked at: others may be
    at work in other sections meanwhile.
    """
    locked = core.lock(section.report.case)
    held = policy.check(by, Can.READ, locked)
    if locked.status != WRITING:
        raise NotReady(
            f"Det går inte att skriva när berättelsen är i läget {WORKFLOW.label(locked.status)}."
        )
    report = _of(locked)
    found = Section.objects.select_related("template", "author").get(pk=section.pk)
    found.report = report
    writes = Can.WRITE_ANNUAL_REPORT in held
    if not writes and (only_lead or found.author_id != by.pk):
        trail.denied("case.write_annual_report", by=by, case_id=locked.pk, number=locked.number)
        raise NotAllowed("Du skriver inte det här avsnittet.")
    if version is not None and version != found.version:
        raise Stale(
            "Någon annan ändrade avsnittet medan du skrev. Din text är kvar. "
            "Jämför med det som står nu och spara igen."
        )
    return found


def finish_section(
    section: Section,
    action: str,
    *,
    by: Person,
    fields: Collection[str],
    body: Mapping[str, Any] | None = None,
) -> None:
    """The section is one version on with these fields, and the trail tells what was done."""
    section.version += 1
    section.save(update_fields=[*fields, "version"])
    told(section.report, action, by=by, body={"section": section.heading, **(body or {})})


def told(
    report: AnnualReport,
    action: str,
    *,
    by: Person,
    body: Mapping[str, Any] | None = None,
    right: str = Can.WRITE_ANNUAL_REPORT,
) -> None:
    """The trail tells what was done."""
    trail.record(
        action,
        by=by,
        case_id=report.pk,
        number=report.case.number,
        unit_id=report.case.owning_unit_id,
        right=right,
        body=body,
    )


def index(report: AnnualReport) -> None:
    """The report is found by the words in it."""
    texts = report.sections.values_list("text", flat=True)
    filing.index(report.case, "\n".join(texts))


def _of(case: Case) -> AnnualReport:
    report = AnnualReport.objects.select_related("unit", "template").get(pk=case.pk)
    report.case = case
    return report

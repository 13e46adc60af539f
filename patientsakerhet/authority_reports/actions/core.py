"""How every change of a report begins and ends."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.authority_reports.models import AuthorityReport, ReportEvent
from patientsakerhet.authority_reports.workflow import WORKFLOW
from patientsakerhet.cases import sealing
from patientsakerhet.cases.actions import core
from patientsakerhet.cases.models import Case
from patientsakerhet.lib.refusal import NotReady, Stale
from patientsakerhet.organisation.models import Person


def begin(
    report: AuthorityReport, *, by: Person, needs: Can | str, version: int | None
) -> AuthorityReport:
    """The report with its case's row and its own locked, after right and version are checked.

    Refuses with `Stale` when somebody else changed the report after `version`.
    """
    case = core.begin(report.case, by=by, needs=needs)
    locked = (
        AuthorityReport.objects.select_for_update(of=("self",))
        .select_related("kind", "event_provider", "asked_by")
        .get(pk=report.pk)
    )
    locked.case = case
    if version is not None and version != locked.version:
        raise Stale(
            "Någon annan ändrade anmälan medan du skrev. Din text är kvar. "
            "Jämför med det som står nu och spara igen."
        )
    return locked


def move(
    report: AuthorityReport,
    name: str,
    *,
    by: Person,
    right: Can | str,
    note: str = "",
    body: Mapping[str, Any] | None = None,
    fields: tuple[str, ...] = (),
) -> AuthorityReport:
    """The report has taken the step, with these fields of its own; or the reason it may not.

    The caller has locked the row, checked the right and set the fields' values.
    """
    step = WORKFLOW.step(name, report.status)
    if step.reason and not note.strip():
        raise NotReady("Skriv varför.")
    step.check(report)
    now = timezone.now()
    before, report.status, report.status_since = report.status, step.target, now
    save(report, "status", "status_since", *fields)
    happened(report, name, by=by, at=now, came_from=before, note=note)
    record(
        report, name, by=by, right=right, body={"status": [before, report.status], **(body or {})}
    )
    return report


def save(report: AuthorityReport, *fields: str) -> None:
    """Write these fields and raise the version by one, as the database demands."""
    report.version += 1
    report.save(update_fields=[*fields, "version"])


def happened(
    report: AuthorityReport,
    step: str,
    *,
    by: Person,
    at: datetime,
    came_from: str = "",
    note: str = "",
) -> ReportEvent:
    """The event stands in the report's own history; with a former state, as a move."""
    masked = sealing.mask(note)
    event = ReportEvent.objects.create(
        report=report,
        step=step,
        from_status=came_from,
        to_status=report.status if came_from or step == "begin" else "",
        at=at,
        by=by,
        note=masked.text,
    )
    if masked.found:
        sealing.seal(report.case, f"report_event:{event.pk}", note)
    return event


def record(
    report: AuthorityReport,
    what: str,
    *,
    by: Person,
    right: Can | str,
    body: Mapping[str, Any] | None = None,
) -> None:
    """The change is written in the trail of the case."""
    case = report.case
    trail.record(
        f"authority_report.{what}",
        by=by,
        case_id=case.pk,
        number=case.number,
        unit_id=case.owning_unit_id,
        right=right,
        object_type="authority_report",
        object_id=report.pk,
        body={"kind": report.kind.key, **(body or {})},
    )


def masked(case: Case, field: str, text: str) -> str:
    """The text with personal numbers masked; the original is sealed in the case."""
    found = sealing.mask(text.strip())
    if found.found:
        sealing.seal(case, field, text)
    return found.text


def refuse_final(case: Case) -> None:
    """Refuses what would make a closed case wait again."""
    if case.is_final:
        raise NotReady("Ärendet är avslutat. Återöppna det först.")

"""The kinds of report: a changed kind is a new row from a day, and may end."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from patientsakerhet.administration.actions import core
from patientsakerhet.authority_reports.models import AuthorityReport, ReportKind
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import Person

FACTS = (
    "name",
    "authority",
    "position",
    "basis",
    "standing",
    "when",
    "clock",
    "decided_with",
    "own_event_only",
    "tells_manufacturer",
    "channels",
    "never_by_mail",
    "address",
    "target_amount",
    "target_measured",
    "target_basis",
    "target_standing",
    "fields",
    "checklist",
)
MARKED = (*FACTS, "valid_from", "valid_to")


@transaction.atomic
def set_kind(
    key: str, *, by: Person | None, since: date | None = None, seen: str = "", **given: Any
) -> ReportKind:
    """From the day, reports of the kind are begun as this says; those begun before keep what they had.

    Refuses a day before the kind in force began, one without its ground in words, and whoever has
    seen it as it no longer is. What is already so changes nothing.
    """
    core.allow(by)
    since = since or timezone.localdate()
    if not given["basis"].strip():
        raise NotReady("Skriv vilken grund anmälan har: lagen, föreskriften eller praxis.")
    now = _open(key)
    if now is not None:
        core.refuse_stale(now, seen, MARKED)
        if not core.changes(now, given):
            return now
        if since < now.valid_from:
            raise NotReady(f"Slaget gäller redan från {now.valid_from}. Välj en senare dag.")
    row = ReportKind(key=key, valid_from=since, **given)
    before = core.changes(now, given) if now is not None else {}
    if now is not None and since == now.valid_from:
        if AuthorityReport.objects.filter(kind=now).exists():
            raise NotReady("Anmälningar är redan påbörjade enligt det här. Välj en senare dag.")
        now.delete()
    elif now is not None:
        now.valid_to = since - timedelta(days=1)
        now.save(update_fields=["valid_to"])
    core.refuse_invalid(row)
    row.save()
    core.record(
        "report_kind.set", row, by=by, body={"key": key, "from": since, **(before or given)}
    )
    return row


@transaction.atomic
def end_kind(key: str, *, last_day: date, by: Person | None, seen: str = "") -> ReportKind:
    """No report of the kind is begun after the day; those that run go on."""
    core.allow(by)
    now = _open(key)
    if now is None:
        raise NotReady("Slaget är redan avslutat.")
    core.refuse_stale(now, seen, MARKED)
    if last_day < now.valid_from:
        raise NotReady(f"Slaget gäller från {now.valid_from}. Välj en senare dag.")
    now.valid_to = last_day
    now.save(update_fields=["valid_to"])
    core.record("report_kind.ended", now, by=by, body={"key": key, "to": last_day})
    return now


def mark_of(row: ReportKind) -> str:
    """How the kind stands now, in a few signs."""
    return core.mark(row, MARKED)


def _open(key: str) -> ReportKind | None:
    return ReportKind.objects.select_for_update().filter(key=key, valid_to=None).first()

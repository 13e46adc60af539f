"""The kinds of report: a changed kind is a new row from a day, and may end."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from patientsakerhet.administration.actions import core, dated
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
    row: ReportKind
    row, changed = dated.renew(
        ReportKind.objects.all(),
        given,
        key={"key": key},
        since=since,
        seen=seen,
        marked=MARKED,
        is_used=lambda now: AuthorityReport.objects.filter(kind=now).exists(),
        what="Slaget",
    )
    if changed is not None:
        core.record("report_kind.set", row, by=by, body={"key": key, "from": since, **changed})
    return row


@transaction.atomic
def end_kind(key: str, *, last_day: date, by: Person | None, seen: str = "") -> ReportKind:
    """No report of the kind is begun after the day; those that run go on."""
    core.allow(by)
    now: ReportKind = dated.end(
        ReportKind.objects.all(),
        key={"key": key},
        last_day=last_day,
        seen=seen,
        marked=MARKED,
        what="Slaget",
    )
    core.record("report_kind.ended", now, by=by, body={"key": key, "to": last_day})
    return now


def mark_of(row: ReportKind) -> str:
    """How the kind stands now, in a few signs."""
    return core.mark(row, MARKED)

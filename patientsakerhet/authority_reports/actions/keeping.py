"""A report that has been decided: written, sent, supplemented, answered, laid aside."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from patientsakerhet.access.policy import Can
from patientsakerhet.authority_reports.actions import clocks, core
from patientsakerhet.authority_reports.models import AuthorityReport, ReportSupplement
from patientsakerhet.authority_reports.workflow import CLOSED, DRAFTING, NOT_REPORTED, WORKFLOW
from patientsakerhet.cases import sealing
from patientsakerhet.cases.actions import attachments
from patientsakerhet.cases.files import Received
from patientsakerhet.cases.models import Attachment
from patientsakerhet.lib import text
from patientsakerhet.lib.refusal import NotReady, WrongStep
from patientsakerhet.organisation.models import Person

KEEP = Can.KEEP_REPORTS
LONGEST = 20_000


@transaction.atomic
def fill(
    report: AuthorityReport,
    *,
    values: Mapping[str, str],
    checked: Collection[str],
    by: Person,
    version: int | None = None,
) -> AuthorityReport:
    """The worksheet holds these values and these points of the checklist are ticked.

    Personal numbers are masked: they are written in the authority's own form and nowhere else.
    Refuses a report that is not being written, and fields and points the kind does not have.
    """
    locked = core.begin(report, by=by, needs=KEEP, version=version)
    if locked.status != DRAFTING:
        raise WrongStep("Underlaget skrivs när det är beslutat att anmäla och inget är inskickat.")
    fields = {one.key for one in locked.kind.worksheet}
    points = {one.key for one in locked.kind.points}
    if unknown := (set(values) - fields) | (set(checked) - points):
        raise NotReady(f"Underlaget har inget fält {', '.join(sorted(unknown))}.")
    if any(len(value) > LONGEST for value in values.values()):
        raise NotReady(f"Ett fält får ha högst {LONGEST} tecken.")
    kept = dict(locked.worksheet)
    for key, value in values.items():
        found = sealing.mask(text.clean(value))
        kept[key] = found.text
        if found.found:
            sealing.seal(locked.case, f"report:{locked.pk}:{key}"[:60], value)
    locked.worksheet = kept
    locked.checked = [one.key for one in locked.kind.points if one.key in set(checked)]
    core.save(locked, "worksheet", "checked")
    core.record(
        locked,
        "fill",
        by=by,
        right=KEEP,
        body={"fields": sorted(values), "checked": locked.checked},
    )
    return locked


@transaction.atomic
def submit(
    report: AuthorityReport,
    *,
    submitted_at: datetime,
    channel: str,
    by: Person,
    diary_no: str = "",
    receipt: Received | None = None,
    version: int | None = None,
) -> AuthorityReport:
    """It has been handed in to the authority at that moment in that way; its clock has stopped.

    The product sends nothing itself. Refuses a way the authority does not take, and a moment that
    lies ahead or before its clock began. The decision may be registered after the report has left.
    """
    locked = core.begin(report, by=by, needs=KEEP, version=version)
    WORKFLOW.step("submit", locked.status)
    _refuse_way(locked, channel)
    _refuse_moment(submitted_at, after=locked.clock_from)
    locked.submitted_at, locked.submitted_by, locked.channel = submitted_at, by, channel
    locked.diary_no = diary_no.strip()
    if receipt is not None:
        locked.receipt = attachments.attach(locked.case, receipt, by=by)
    core.move(
        locked,
        "submit",
        by=by,
        right=KEEP,
        body={"channel": channel, "at": submitted_at.isoformat(), "diary_no": locked.diary_no},
        fields=("submitted_at", "submitted_by", "channel", "diary_no", "receipt"),
    )
    clocks.stop(locked, at=submitted_at)
    return locked


@transaction.atomic
def note_receipt(
    report: AuthorityReport,
    *,
    diary_no: str,
    by: Person,
    receipt: Received | None = None,
    version: int | None = None,
) -> AuthorityReport:
    """The authority's diary number, and its receipt where there is one, stand on the report."""
    locked = core.begin(report, by=by, needs=KEEP, version=version)
    if locked.submitted_at is None:
        raise WrongStep("Anmälan är inte inskickad än.")
    if not diary_no.strip() and receipt is None:
        raise NotReady("Skriv diarienumret eller välj kvittensen.")
    before = locked.diary_no
    locked.diary_no = diary_no.strip() or before
    if receipt is not None:
        locked.receipt = attachments.attach(locked.case, receipt, by=by)
    core.save(locked, "diary_no", "receipt")
    core.happened(locked, "note_receipt", by=by, at=timezone.now(), note=locked.diary_no)
    core.record(
        locked, "note_receipt", by=by, right=KEEP, body={"diary_no": [before, locked.diary_no]}
    )
    return locked


@transaction.atomic
def supplement(
    report: AuthorityReport,
    *,
    sent: str,
    sent_at: datetime,
    channel: str,
    by: Person,
    file: Received | None = None,
    version: int | None = None,
) -> ReportSupplement:
    """Something more has been sent to the authority; the report stands as supplemented."""
    locked = core.begin(report, by=by, needs=KEEP, version=version)
    WORKFLOW.step("supplement", locked.status)
    _refuse_way(locked, channel)
    _refuse_moment(sent_at, after=locked.submitted_at)
    if not sent.strip():
        raise NotReady("Skriv vad som skickades.")
    row = ReportSupplement.objects.create(
        report=locked,
        text=core.masked(locked.case, f"report:{locked.pk}:supplement:{locked.version}", sent),
        sent_at=sent_at,
        channel=channel,
        attachment=_kept(locked, file, by),
        by=by,
        at=timezone.now(),
    )
    core.move(locked, "supplement", by=by, right=KEEP, body={"channel": channel})
    return row


@transaction.atomic
def record_outcome(
    report: AuthorityReport,
    *,
    answered_on: date,
    outcome: str,
    by: Person,
    diary_no: str = "",
    version: int | None = None,
) -> AuthorityReport:
    """What the authority answered, and when."""
    locked = core.begin(report, by=by, needs=KEEP, version=version)
    if not outcome.strip():
        raise NotReady("Skriv vad myndigheten kom fram till.")
    if answered_on > timezone.localdate():
        raise NotReady("Dagen har inte varit än.")
    if locked.submitted_at is not None and answered_on < timezone.localdate(locked.submitted_at):
        raise NotReady("Svaret kan inte ha kommit innan anmälan skickades in.")
    locked.answered_on = answered_on
    locked.outcome = core.masked(locked.case, f"report:{locked.pk}:outcome", outcome)
    locked.diary_no = diary_no.strip() or locked.diary_no
    return core.move(
        locked,
        "record_outcome",
        by=by,
        right=KEEP,
        fields=("answered_on", "outcome", "diary_no"),
    )


@transaction.atomic
def tell_manufacturer(
    report: AuthorityReport, *, told_at: datetime, how: str, by: Person, version: int | None = None
) -> AuthorityReport:
    """The manufacturer knows of the report, since that moment and in that way."""
    locked = core.begin(report, by=by, needs=KEEP, version=version)
    if not locked.kind.tells_manufacturer or locked.decision != AuthorityReport.Decision.YES:
        raise WrongStep("Tillverkaren informeras om anmälningar av produkter, när de är beslutade.")
    _refuse_moment(told_at)
    if not how.strip():
        raise NotReady("Skriv hur tillverkaren fick veta det, och vem ni talade med.")
    locked.manufacturer_told_at = told_at
    locked.manufacturer_told_how = core.masked(locked.case, f"report:{locked.pk}:manufacturer", how)
    core.save(locked, "manufacturer_told_at", "manufacturer_told_how")
    core.happened(locked, "tell_manufacturer", by=by, at=timezone.now(), note=how)
    core.record(locked, "tell_manufacturer", by=by, right=KEEP)
    return locked


@transaction.atomic
def close(
    report: AuthorityReport, *, reason: str, by: Person, version: int | None = None
) -> AuthorityReport:
    """Nothing more is awaited from the authority or owed to it, with the reason."""
    locked = core.begin(report, by=by, needs=KEEP, version=version)
    locked.closed_at = timezone.now()
    return core.move(locked, "close", by=by, right=KEEP, note=reason, fields=("closed_at",))


@transaction.atomic
def take_up(
    report: AuthorityReport, *, reason: str, by: Person, version: int | None = None
) -> AuthorityReport:
    """The authority has come back; the report is with it again."""
    locked = core.begin(report, by=by, needs=KEEP, version=version)
    others = locked.case.authority_reports.exclude(pk=locked.pk)
    if others.exclude(status__in=[NOT_REPORTED, CLOSED]).filter(kind__key=locked.kind.key).exists():
        raise NotReady(f"{locked.kind.name} prövas redan i ärendet.")
    locked.closed_at = None
    return core.move(locked, "take_up", by=by, right=KEEP, note=reason, fields=("closed_at",))


def _kept(report: AuthorityReport, file: Received | None, by: Person) -> Attachment | None:
    return attachments.attach(report.case, file, by=by) if file is not None else None


def _refuse_way(report: AuthorityReport, channel: str) -> None:
    ways = dict(report.kind.ways)
    if channel not in ways:
        taken = " eller ".join(ways.values())
        raise NotReady(f"{report.kind.authority} tar emot {report.kind.name} genom {taken}.")


def _refuse_moment(at: datetime, *, after: datetime | None = None) -> None:
    if at > timezone.now():
        raise NotReady("Tidpunkten har inte varit än.")
    if after is not None and timezone.localdate(at) < timezone.localdate(after):
        raise NotReady("Tidpunkten ligger före det som måste ha hänt först.")

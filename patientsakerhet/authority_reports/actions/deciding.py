"""Whether a case is to be reported: noticed, asked, decided, asked again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from patientsakerhet.access import holders
from patientsakerhet.access.policy import Can
from patientsakerhet.authority_reports import around
from patientsakerhet.authority_reports.actions import clocks, core
from patientsakerhet.authority_reports.models import AuthorityReport, ReportKind
from patientsakerhet.authority_reports.workflow import CLOSED, NOT_REPORTED
from patientsakerhet.cases import sealing
from patientsakerhet.cases.actions import core as spine
from patientsakerhet.cases.models import Case
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.notifications import outbox
from patientsakerhet.organisation.models import CareProvider, Person, stand_in

ASKED = "report_decision"
TOLD = "report_decided"


@transaction.atomic
def begin(
    case: Case,
    kind: ReportKind,
    *,
    by: Person,
    grounds: str,
    ask: bool,
    event_provider: CareProvider | None = None,
    clock_from: datetime | None = None,
) -> AuthorityReport:
    """The case is a candidate for the report, or with `ask` waits for the decision.

    Refuses a closed case, a kind that is no longer used, a second running report of the same kind,
    and a time that lies ahead.
    """
    locked = spine.begin(case, by=by, needs=Can.ASK_FOR_REPORT)
    core.refuse_final(locked)
    if around.of(locked.kind) is None:
        raise NotReady("Den här sortens ärende anmäls inte.")
    if not ReportKind.objects.current().filter(pk=kind.pk).exists():
        raise NotReady("Den sortens anmälan används inte längre.")
    if not grounds.strip():
        raise NotReady("Skriv varför frågan ställs.")
    running = locked.authority_reports.exclude(status__in=[NOT_REPORTED, CLOSED])
    if running.filter(kind__key=kind.key).exists():
        raise NotReady(f"{kind.name} prövas redan i ärendet.")
    now = timezone.now()
    clock_from = clock_from or clocks.beginning(locked, kind)
    if clock_from > now:
        raise NotReady("Tiden kan inte räknas från något som inte har hänt än.")
    found = sealing.mask(grounds.strip())
    report = AuthorityReport.objects.create(
        case=locked,
        kind=kind,
        status_since=now,
        clock_from=clock_from,
        event_provider=event_provider or locked.filing_unit.care_provider,
        grounds=found.text,
        created_by=by,
        created_at=now,
    )
    if found.found:
        sealing.seal(locked, f"report:{report.pk}:grounds", grounds)
    core.happened(report, "begin", by=by, at=now)
    core.record(report, "begin", by=by, right=Can.ASK_FOR_REPORT)
    clocks.start(report)
    return _ask(report, by=by) if ask else report


@transaction.atomic
def ask(report: AuthorityReport, *, by: Person, version: int | None = None) -> AuthorityReport:
    """Somebody who may decide is asked to."""
    locked = core.begin(report, by=by, needs=Can.ASK_FOR_REPORT, version=version)
    core.refuse_final(locked.case)
    return _ask(locked, by=by)


@transaction.atomic
def decide(
    report: AuthorityReport,
    *,
    report_it: bool,
    motive: str,
    by: Person,
    version: int | None = None,
) -> AuthorityReport:
    """It is decided that the case is to be reported, or that it is not; the reason stands in both.

    Only whoever the kind says may decide it. Whoever asked is told.
    """
    right = Can(report.kind.decided_with)
    locked = core.begin(report, by=by, needs=right, version=version)
    if not motive.strip():
        raise NotReady("Skriv varför, också när det inte ska anmälas.")
    locked.decision = AuthorityReport.Decision.YES if report_it else AuthorityReport.Decision.NO
    locked.motive = core.masked(locked.case, f"report:{locked.pk}:motive", motive)
    locked.decided_by, locked.decided_at = by, timezone.now()
    core.move(
        locked,
        "decide_yes" if report_it else "decide_no",
        by=by,
        right=right,
        note=motive,
        fields=("decision", "motive", "decided_by", "decided_at"),
    )
    if not report_it:
        clocks.stop(locked, at=locked.decided_at)
    _tell(locked, by=by)
    return locked


@transaction.atomic
def reconsider(
    report: AuthorityReport, *, reason: str, by: Person, version: int | None = None
) -> AuthorityReport:
    """The decision no longer stands and is asked for again; what it was stays in the history."""
    locked = core.begin(report, by=by, needs=Can.ASK_FOR_REPORT, version=version)
    core.refuse_final(locked.case)
    others = locked.case.authority_reports.exclude(pk=locked.pk)
    if others.exclude(status__in=[NOT_REPORTED, CLOSED]).filter(kind__key=locked.kind.key).exists():
        raise NotReady(f"{locked.kind.name} prövas redan i ärendet.")
    was_stopped = locked.status == NOT_REPORTED
    locked.decision = locked.motive = ""
    locked.decided_by = locked.decided_at = None
    locked.asked_by, locked.asked_at = by, timezone.now()
    core.move(
        locked,
        "reconsider",
        by=by,
        right=Can.ASK_FOR_REPORT,
        note=reason,
        fields=("decision", "motive", "decided_by", "decided_at", "asked_by", "asked_at"),
    )
    if was_stopped:
        clocks.start(locked)
    _call(locked, by=by)
    return locked


def deciders(report: AuthorityReport) -> list[Person]:
    """Who may decide it, nearest the unit that has the case; a substitute for whoever is away."""
    today = timezone.localdate()
    found = holders.nearest(Can(report.kind.decided_with), report.case.owning_unit)
    return list({(one := stand_in(person, on=today)).pk: one for person in found}.values())


def _ask(report: AuthorityReport, *, by: Person) -> AuthorityReport:
    report.asked_by, report.asked_at = by, timezone.now()
    core.move(report, "ask", by=by, right=Can.ASK_FOR_REPORT, fields=("asked_by", "asked_at"))
    _call(report, by=by)
    return report


def _call(report: AuthorityReport, *, by: Person) -> None:
    for person in deciders(report):
        if person != by:
            outbox.promise(
                ASKED,
                key=f"{ASKED}:{report.pk}:{report.version}:{person.pk}",
                person=person,
                case_id=report.case_id,
                number=report.case.number,
                context={"report": report.pk},
            )


def _tell(report: AuthorityReport, *, by: Person) -> None:
    asked: Person | None = report.asked_by
    for person in {one for one in (asked, report.case.handler) if one is not None and one != by}:
        outbox.promise(
            TOLD,
            key=f"{TOLD}:{report.pk}:{report.version}:{person.pk}",
            person=person,
            case_id=report.case_id,
            number=report.case.number,
            context={"report": report.pk},
        )

"""Filing a deviation, by form, paper, telephone, API or import."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from avvikelse.models import Assessment, Deviation, Preparation
from avvikelse.scales import current_scale
from avvikelse.workflow import KIND
from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.cases import sealing
from patientsakerhet.cases.actions import attachments, filing
from patientsakerhet.cases.files import Received
from patientsakerhet.cases.models import Case, Submission
from patientsakerhet.lib import waking
from patientsakerhet.lib.refusal import NotAllowed
from patientsakerhet.organisation.models import Person, Unit
from patientsakerhet.register.models import Device, DeviceModel, ITSystem

FREE_TEXT = (
    "what_happened",
    "immediate_action",
    "consequence",
    "could_have_happened",
    "suggestion",
    "place",
    "device_text",
    "device_serial",
    "device_kept",
    "system_text",
    "system_workaround",
)
"""Fields in which somebody may have written a personal number."""


@dataclass(frozen=True)
class Report:
    """What a reporter has told, as values; the form, the API and the imports all make one."""

    what_happened: str
    nature: str
    affected: str
    precision: str
    channel: str = Deviation.Channel.FORM
    door: str = Deviation.Door.DEVIATION
    title: str = ""
    immediate_action: str = ""
    consequence: str = ""
    could_have_happened: str = ""
    suggestion: str = ""
    occurred_at: datetime | None = None
    occurred_until: datetime | None = None
    discovered_at: datetime | None = None
    written_on_paper_at: datetime | None = None
    place: str = ""
    device: Device | None = None
    device_model: DeviceModel | None = None
    device_text: str = ""
    device_serial: str = ""
    device_kept: str = ""
    system: ITSystem | None = None
    system_text: str = ""
    system_workaround: str = ""
    actual: int | None = None
    potential: int | None = None
    reporter: filing.From = field(default_factory=filing.From)
    files: tuple[Received, ...] = ()


@dataclass(frozen=True)
class Filed:
    """The case a sending has led to, and whether it was this sending that made it."""

    case: Case
    is_new: bool


def file_deviation(
    report: Report, *, unit: Unit, submission: UUID, by: Person | None = None
) -> Case:
    """The deviation's case, as `file_once` makes or finds it."""
    return file_once(report, unit=unit, submission=submission, by=by).case


def file_once(report: Report, *, unit: Unit, submission: UUID, by: Person | None = None) -> Filed:
    """The deviation's case; the first one's when this submission has been sent before.

    `by` is whoever types in what somebody else has told, by telephone say; otherwise the reporter
    files herself. Refuses a call from somebody who does not coordinate. Never refuses for a
    personal number: the text is stored with the number masked and the original sealed, for a
    lost report is worse.
    """
    if report.channel == Deviation.Channel.PHONE:
        if by is None:
            raise NotAllowed("Logga in för att anmäla åt någon som har ringt.")
        policy.check_anywhere(by, Can.COORDINATE)
    earlier = already_filed(submission)
    if earlier is not None:
        return Filed(earlier, is_new=False)
    try:
        with transaction.atomic():
            case = _file(report, unit=unit, submission=submission, by=by)
    except IntegrityError:
        # Two sendings at once: the other one has committed, or this failure is about
        # something else and must be seen.
        earlier = already_filed(submission)
        if earlier is None:
            raise
        return Filed(earlier, is_new=False)
    return Filed(case, is_new=True)


def already_filed(submission: UUID) -> Case | None:
    """The case that this sending of the form has already led to."""
    row = (
        Submission.objects.filter(pk=submission)
        .select_related("case__owning_unit", "case__reporter")
        .first()
    )
    return row.case if row else None


def says_the_same(case: Case, report: Report) -> bool:
    """True when the case holds what the report tells, so that sending it again adds nothing."""
    stored = Deviation.objects.get(pk=case.pk)
    return all(
        sealing.mask(getattr(report, name)).text == getattr(stored, name) for name in FREE_TEXT
    )


def _file(report: Report, *, unit: Unit, submission: UUID, by: Person | None) -> Case:
    masked = {name: sealing.mask(getattr(report, name)) for name in FREE_TEXT}
    title = sealing.mask(report.title).text or title_of(masked["what_happened"].text)
    case = filing.open_case(
        KIND,
        title=title,
        unit=unit,
        reporter=report.reporter,
        submission=submission,
        by=by,
        searchable="\n".join(one.text for one in masked.values()),
    )
    told = {
        f.name: getattr(report, f.name)
        for f in fields(report)
        if f.name not in {"title", "reporter", "files", "actual", "potential", *FREE_TEXT}
    }
    told["device_model"] = report.device_model or (report.device.model if report.device else None)
    deviation = Deviation.objects.create(
        case=case, **told, **{name: one.text for name, one in masked.items()}
    )
    for name, one in masked.items():
        if one.found:
            sealing.seal(case, name, getattr(report, name))
    if report.actual is not None or report.potential is not None:
        actual = report.actual or 0
        Assessment.objects.create(
            deviation=deviation,
            scale=current_scale(),
            stage=Assessment.Stage.REPORTER,
            actual=actual,
            potential=max(report.potential or 1, actual, 1),
            by=report.reporter.shown,
            at=timezone.now(),
        )
    for received in report.files:
        attachments.attach_as_reporter(case, received, by=report.reporter.person)
    Preparation.objects.create(deviation=deviation)
    waking.after_commit("avvikelse.tasks.prepare", case.pk)
    return case


def title_of(text: str) -> str:
    """A title made of the first sentence, whole words, at most 90 characters."""
    first = " ".join(text.split())
    for end in (". ", "! ", "? "):
        first = first.split(end)[0]
    first = first.rstrip(".!? ")
    if len(first) > 90:
        first = first[:89].rsplit(" ", 1)[0].rstrip(",;:–-") + "…"
    return first[:1].upper() + first[1:]

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
from patientsakerhet.cases import sealing
from patientsakerhet.cases.actions import filing
from patientsakerhet.cases.models import Case, Submission
from patientsakerhet.lib import waking
from patientsakerhet.organisation.models import Unit
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


def file_deviation(report: Report, *, unit: Unit, submission: UUID) -> Case:
    """The deviation's case; the first one's when this submission has been sent before.

    Never refuses for a personal number: the text is stored with the number masked and the
    original sealed, for a lost report is worse.
    """
    earlier = already_filed(submission)
    if earlier is not None:
        return earlier
    try:
        with transaction.atomic():
            return _file(report, unit=unit, submission=submission)
    except IntegrityError:
        # Two sendings at once: the other one has committed, or this failure is about
        # something else and must be seen.
        earlier = already_filed(submission)
        if earlier is None:
            raise
        return earlier


def already_filed(submission: UUID) -> Case | None:
    """The case that this sending of the form has already led to."""
    row = Submission.objects.filter(pk=submission).select_related("case").first()
    return row.case if row else None


def _file(report: Report, *, unit: Unit, submission: UUID) -> Case:
    masked = {name: sealing.mask(getattr(report, name)) for name in FREE_TEXT}
    title = sealing.mask(report.title).text or title_of(masked["what_happened"].text)
    case = filing.open_case(
        KIND,
        title=title,
        unit=unit,
        reporter=report.reporter,
        submission=submission,
        searchable="\n".join(one.text for one in masked.values()),
    )
    told = {
        f.name: getattr(report, f.name)
        for f in fields(report)
        if f.name not in {"title", "reporter", "actual", "potential", *FREE_TEXT}
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
            by=report.reporter.person,
            at=timezone.now(),
        )
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

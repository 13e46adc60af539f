"""Judging how severe and how probable, and reviewing those who lowered it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from avvikelse.models import Assessment, Deviation
from avvikelse.scales import current_scale
from avvikelse.workflow import HANDLED, QUEUE
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases import sealing
from patientsakerhet.cases.actions import core
from patientsakerhet.cases.models import Case
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import Person


@transaction.atomic
def assess(
    case: Case,
    *,
    by: Person,
    actual: int,
    potential: int,
    probability: int,
    reason: str = "",
    version: int | None = None,
) -> Assessment:
    """A new assessment stands last: the coordinator's before the case is given to a unit, the
    final one after.

    `actual` is 0-4, `potential` and `probability` 1-4. Lower than the assessment before it, in
    score or in severity, demands a reason and puts it on the chief physician's list. Refuses
    when it could not have been as bad as it was, and when the case is closed.
    """
    locked = core.begin(case, by=by, needs=Can.ASSESS, version=version)
    deviation = Deviation.objects.get(pk=locked.pk)
    if locked.status in QUEUE:
        stage = Assessment.Stage.COORDINATOR
    elif locked.status in HANDLED:
        stage = Assessment.Stage.FINAL
    else:
        raise NotReady("Ärendet är avslutat. Återöppna det för att bedöma på nytt.")
    if potential < actual:
        raise NotReady("Det kunde inte ha blivit lindrigare än det blev. Höj ”kunde ha blivit”.")
    scale = current_scale()
    score = potential * probability
    before = deviation.assessments.order_by("-at", "-pk").first()
    lowered = before is not None and (
        potential < before.potential or (before.score is not None and score < before.score)
    )
    if lowered and not reason.strip():
        raise NotReady("Bedömningen är lägre än den förra. Skriv varför.")
    made = Assessment.objects.create(
        deviation=deviation,
        scale=scale,
        stage=stage,
        actual=actual,
        potential=potential,
        probability=probability,
        is_downgrade=lowered,
        reason=sealing.mask(reason).text,
        by=by,
        at=timezone.now(),
    )
    if sealing.mask(reason).found:
        sealing.seal(locked, f"assessment:{made.pk}", reason)
    deviation.needs_event_analysis = scale.asks_for_analysis(potential, score)
    deviation.save(update_fields=["needs_event_analysis"])
    locked.severity, locked.risk_score = potential, score
    core.save(locked, "severity", "risk_score")
    trail.record(
        "case.assessed",
        by=by,
        case_id=locked.pk,
        number=locked.number,
        right=Can.ASSESS,
        object_type="assessment",
        object_id=made.pk,
        body={"stage": stage, "score": score, "severity": potential, "lowered": lowered},
    )
    return made


@transaction.atomic
def review_downgrade(assessment: Assessment, *, by: Person) -> Assessment:
    """The chief physician has seen that it was lowered, and why."""
    locked = core.begin(assessment.deviation.case, by=by, needs=Can.REVIEW_DOWNGRADES)
    row = Assessment.objects.select_for_update().get(pk=assessment.pk)
    if not row.is_downgrade:
        raise NotReady("Bedömningen är ingen sänkning.")
    if row.by_id == by.pk:
        raise NotReady("Den som sänkt bedömningen kan inte själv granska sänkningen.")
    row.reviewed_by, row.reviewed_at = by, timezone.now()
    row.save(update_fields=["reviewed_by", "reviewed_at"])
    trail.record(
        "case.downgrade_reviewed",
        by=by,
        case_id=locked.pk,
        number=locked.number,
        right=Can.REVIEW_DOWNGRADES,
        object_type="assessment",
        object_id=row.pk,
    )
    return row

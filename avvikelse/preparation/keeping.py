"""Keeping the promise of preparation: claimed with a lease, found out without locks, written once."""

from __future__ import annotations

import time
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from avvikelse import similar
from avvikelse.models import Assessment, Deviation, Preparation
from avvikelse.preparation import coding, mentions, receiver, words
from avvikelse.preparation.coding import Fitting
from avvikelse.preparation.mentions import Mentions
from avvikelse.preparation.receiver import Suggestion
from avvikelse.scales import current_scale
from avvikelse.similar import Similar
from avvikelse.workflow import KIND, QUEUE
from patientsakerhet.access import holders
from patientsakerhet.access.policy import Can
from patientsakerhet.cases import desks
from patientsakerhet.cases.models import Case
from patientsakerhet.notifications import outbox
from patientsakerhet.organisation.models import stand_in

LEASE = timedelta(minutes=2)
LONGEST_LEASE = timedelta(hours=6)
"""A report that cannot be prepared is tried again, later each time."""
SWEEP_SECONDS = 40.0
LOOKED_AT, KEPT = 40, 8
"""How many similar cases are looked at for the unit they went to, and how many are kept."""


def sweep() -> int:
    """Every report that waits to be prepared is, oldest first, as far as the time goes; how many."""
    promise_missing()
    began, kept = time.monotonic(), 0
    while time.monotonic() - began < SWEEP_SECONDS:
        claimed = claim()
        if claimed is None:
            break
        kept += keep(claimed)
    return kept


def prepare(case_id: int) -> bool:
    """This report is prepared; False when it is already, or somebody else is at it."""
    claimed = claim(case_id)
    return claimed is not None and keep(claimed)


def promise_missing() -> None:
    """Cases in the queue that came another way than through the form are owed a preparation too."""
    waiting = Deviation.objects.filter(
        preparation=None, case__kind=KIND, case__status__in=QUEUE
    ).values_list("pk", flat=True)
    Preparation.objects.bulk_create(
        [Preparation(deviation_id=pk) for pk in waiting[:500]], ignore_conflicts=True
    )


@transaction.atomic
def claim(case_id: int | None = None) -> Preparation | None:
    """A preparation that is due and nobody else's for the length of the lease; the oldest unless
    one is named. Whoever dies with it loses it when the lease ends."""
    now = timezone.now()
    due = Preparation.objects.filter(prepared_at=None).filter(
        Q(lease_until=None) | Q(lease_until__lt=now)
    )
    if case_id is not None:
        due = due.filter(pk=case_id)
    row = (
        due.select_for_update(skip_locked=True, of=("self",)).order_by("promised_at", "pk").first()
    )
    if row is None:
        return None
    row.attempts += 1
    row.lease_until = now + min(LEASE * 2 ** (row.attempts - 1), LONGEST_LEASE)
    row.save(update_fields=["attempts", "lease_until"])
    return row


def keep(claimed: Preparation) -> bool:
    """What can be found out is found out and written; False when somebody was faster."""
    deviation = Deviation.objects.select_related(
        "case__filing_unit", "case__owning_unit", "device__model", "device_model", "system"
    ).get(pk=claimed.pk)
    found = mentions.in_text(words.told(deviation))
    if not _write_mentions(claimed, found):
        return False
    stems = words.stems_of(deviation.pk)
    has_device = bool(deviation.device_model_id or found.model)
    kind = coding.fitting(deviation, stems, "kind", has_device=has_device)
    event_class = coding.fitting(deviation, stems, "event_class", has_device=has_device)
    # The rules ask for the kind, so it stands in the row before they are tried.
    Preparation.objects.filter(pk=claimed.pk, prepared_at=None).update(kind=kind.code)
    alike = similar.similar_to(deviation.case, None, LOOKED_AT)
    suggestion = receiver.suggest(deviation, found, alike)
    return _write(claimed, deviation, kind, event_class, suggestion, alike[:KEPT])


def _write_mentions(claimed: Preparation, found: Mentions) -> bool:
    """What the text names is in the row; similar cases and rules are looked for by it."""
    return bool(
        Preparation.objects.filter(pk=claimed.pk, prepared_at=None).update(
            system=found.system, device_model=found.model, device=found.device
        )
    )


@transaction.atomic
def _write(
    claimed: Preparation,
    deviation: Deviation,
    kind: Fitting,
    event_class: Fitting,
    suggestion: Suggestion,
    alike: list[Similar],
) -> bool:
    # All rows at once and in one order, so that two reports alike cannot wait for each other.
    keys = {claimed.pk, *(one.case.pk for one in alike)}
    rows = {
        row.pk: row
        for row in Preparation.objects.select_for_update(of=("self",))
        .filter(pk__in=keys)
        .order_by("pk")
    }
    row = rows[claimed.pk]
    if row.prepared_at is not None:
        return False
    row.kind, row.kind_reason = kind.code, kind.reason
    row.event_class, row.event_class_reason = event_class.code, event_class.reason
    row.receiver, row.receiver_reason = suggestion.unit, suggestion.reason
    row.rule = suggestion.rule
    row.similar_there, row.similar_routed = suggestion.there, suggestion.routed
    row.likely = _merged(row.likely, [_stored(one, one.case) for one in alike])
    row.prepared_at, row.lease_until = timezone.now(), None
    row.save()
    for one in alike:
        other = rows.get(one.case.pk)
        if other is not None and other.prepared_at is not None and one.case.status in QUEUE:
            other.likely = _merged(other.likely, [_stored(one, deviation.case)])
            other.save(update_fields=["likely"])
    _tell(deviation)
    return True


def _stored(one: Similar, case: Case) -> dict[str, object]:
    return {
        "case": case.pk,
        "score": one.score,
        "duplicate": one.is_duplicate,
        "why": one.why(),
    }


def _merged(
    before: list[dict[str, object]], new: list[dict[str, object]]
) -> list[dict[str, object]]:
    """Both lists as one, each case once, most alike first."""
    by_case = {one["case"]: one for one in [*before, *new]}

    def order(one: dict[str, object]) -> tuple[bool, float]:
        return bool(one["duplicate"]), float(str(one["score"]))

    return sorted(by_case.values(), key=order, reverse=True)[:KEPT]


def _tell(deviation: Deviation) -> None:
    """The desk's coordinators know at once of serious harm; everything else waits in the queue."""
    case = deviation.case
    if case.status not in QUEUE or deviation.nature != Deviation.Nature.ADVERSE_EVENT:
        return
    told = (
        deviation.assessments.filter(stage=Assessment.Stage.REPORTER)
        .order_by("-at", "-pk")
        .values_list("actual", flat=True)
        .first()
    )
    if told is None or told < current_scale().analysis_from_severity:
        return
    today = timezone.localdate()
    desk = desks.for_unit(case.filing_unit)
    for person in holders.nearest(Can.COORDINATE, desk):
        addressed = stand_in(person, on=today)
        outbox.promise(
            "urgent_report",
            key=f"urgent_report:{case.pk}:{addressed.pk}",
            person=addressed,
            case_id=case.pk,
            number=case.number,
        )

"""A review of the log is written down, or taken back."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.lib.refusal import NotAllowed, NotReady
from patientsakerhet.log_review.models import LogReview
from patientsakerhet.organisation.models import Person, Unit

RIGHT = Can.REVIEW_LOG


@transaction.atomic
def record(
    *,
    by: Person,
    unit: Unit,
    first_day: date,
    last_day: date,
    selection: str,
    events: int,
    outcome: str,
    note: str = "",
    person: Person | None = None,
) -> LogReview:
    """Somebody has looked at this part of the log, and this came of it.

    Refuses whoever may not review at the unit, her own doings, a period that has not passed, and a
    finding that is not told.
    """
    _allow(by, unit, "log_review.record")
    if person == by:
        raise NotReady("Ingen kontrollerar sin egen åtkomst. Be någon annan göra det.")
    if last_day < first_day:
        raise NotReady("Perioden kan inte sluta innan den börjar.")
    if last_day > timezone.localdate():
        raise NotReady("Perioden kan inte sluta efter i dag.")
    if outcome != LogReview.Outcome.NOTHING and not note.strip():
        raise NotReady("Skriv vad du fann och vad som händer nu.")
    review = LogReview.objects.create(
        unit=unit,
        first_day=first_day,
        last_day=last_day,
        selection=selection,
        person=person,
        events=events,
        outcome=outcome,
        note=note,
        reviewed_by=by,
    )
    body = {
        "first_day": first_day,
        "last_day": last_day,
        "selection": selection,
        "events": events,
        "outcome": outcome,
    }
    _told(review, "log_review.recorded", by, body)
    return review


@transaction.atomic
def withdraw(review: LogReview, *, by: Person, reason: str) -> LogReview:
    """The review was wrong and counts no more; it stays, with why."""
    found = (
        LogReview.objects.select_for_update(of=("self",)).select_related("unit").get(pk=review.pk)
    )
    _allow(by, found.unit, "log_review.withdraw")
    if found.withdrawn_at is not None:
        raise NotReady("Kontrollen är redan återtagen.")
    if not reason.strip():
        raise NotReady("Skriv varför kontrollen återtas.")
    found.withdrawn_at, found.withdrawn_by = timezone.now(), by
    found.withdrawn_why = reason
    found.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_why"])
    _told(found, "log_review.withdrawn", by, {"reason": reason})
    return found


def _allow(by: Person, unit: Unit, action: str) -> None:
    if not policy.may_at(by, RIGHT, unit):
        trail.denied(action, by=by, body={"unit": unit.pk})
        raise NotAllowed(f"Du får inte kontrollera loggen för {unit}.")


def _told(review: LogReview, action: str, by: Person, body: dict[str, object]) -> None:
    trail.record(
        action,
        by=by,
        right=RIGHT,
        unit_id=review.unit_id,
        object_type="log_review",
        object_id=review.pk,
        body=body,
    )

"""The owner's part: which information it is, a level with its reason in each aspect, who took part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone

from patientsakerhet.access.policy import Can
from patientsakerhet.cases.actions import steps
from patientsakerhet.cases.models import Case
from patientsakerhet.information_security.actions import begun
from patientsakerhet.information_security.models import (
    ASPECTS,
    InformationClassification,
    Participant,
)
from patientsakerhet.information_security.workflow import ASSESSING, DELIVERED, ORDERED
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.notifications import outbox
from patientsakerhet.organisation.models import Person

NAMES = tuple(name for name, _ in ASPECTS)


@transaction.atomic
def write(
    case: Case,
    *,
    by: Person,
    information: str,
    levels: Mapping[str, int | None],
    reasons: Mapping[str, str],
    version: int | None = None,
) -> Case:
    """The classification says this; it may be saved before it is whole, and is delivered apart."""
    locked, found = begun.begin(
        case, by=by, needs=Can.DELIVER_CLASSIFICATION, states={ORDERED}, version=version
    )
    texts = begun.masked(
        locked,
        {"information": information, **{f"{one}_reason": reasons.get(one, "") for one in NAMES}},
    )
    before = found.levels
    for name in NAMES:
        setattr(found, name, levels.get(name))
    for name, text in texts.items():
        setattr(found, name, text)
    found.save(update_fields=[*NAMES, *texts])
    begun.end(
        locked,
        "classification.written",
        by=by,
        right=Can.DELIVER_CLASSIFICATION,
        body={"levels": [before, found.levels]},
    )
    return locked


@transaction.atomic
def add_participant(
    case: Case, *, by: Person, name: str, part: str, version: int | None = None
) -> Participant:
    """Somebody took part, in this part."""
    locked, found = _participants_of(case, by=by, version=version)
    if not name.strip():
        raise NotReady("Skriv vem som deltog.")
    row, is_new = Participant.objects.get_or_create(
        classification=found, name=name.strip(), part=part.strip()
    )
    if not is_new:
        raise NotReady(f"{row} står redan med.")
    begun.end(
        locked, "classification.participant_added", by=by, right=Can.READ_CLASSIFICATION,
        body={"name": str(row)},
    )  # fmt: skip
    return row


@transaction.atomic
def remove_participant(row: Participant, *, by: Person, version: int | None = None) -> None:
    """She did not take part; the trail keeps that she was said to."""
    locked, _ = _participants_of(row.classification.case, by=by, version=version)
    begun.end(
        locked, "classification.participant_removed", by=by, right=Can.READ_CLASSIFICATION,
        body={"name": str(row)},
    )  # fmt: skip
    row.delete()


@transaction.atomic
def deliver(case: Case, *, by: Person, version: int | None = None) -> Case:
    """The owner's classification is delivered, and whoever leads the risk assessment takes over."""
    locked, found = begun.begin(
        case, by=by, needs=Can.DELIVER_CLASSIFICATION, states={ORDERED}, version=version
    )
    found.delivered_at, found.delivered_by = timezone.now(), by
    found.save(update_fields=["delivered_at", "delivered_by"])
    moved = steps.move(
        locked, "deliver", by=by, right=Can.DELIVER_CLASSIFICATION, handler=found.lead
    )
    if found.lead != by:
        outbox.promise(
            "classification_delivered",
            key=f"classification_delivered:{moved.pk}:{moved.version}",
            person=found.lead,
            case_id=moved.pk,
            number=moved.number,
        )
    return moved


def _participants_of(
    case: Case, *, by: Person, version: int | None
) -> tuple[Case, InformationClassification]:
    """Those who deliver and those who lead both say who took part."""
    states: Sequence[str] = (ORDERED, DELIVERED, ASSESSING)
    locked, found = begun.begin(
        case, by=by, needs=Can.READ_CLASSIFICATION, states=states, version=version
    )
    begun.check_either(by, locked, Can.DELIVER_CLASSIFICATION, Can.LEAD_CLASSIFICATION)
    return locked, found

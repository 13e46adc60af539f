"""What every change of an investigation begins and ends with."""

from __future__ import annotations

from typing import Any

from avvikelse.models import Deviation
from avvikelse.workflow import HANDLED
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases import sealing
from patientsakerhet.cases.actions import core
from patientsakerhet.cases.models import Case
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import Person


def opened(
    case: Case, *, by: Person, version: int | None = None, needs: Can = Can.INVESTIGATE
) -> tuple[Case, Deviation]:
    """The case locked and its deviation, while somebody investigates it; refuses when nobody does."""
    locked = core.begin(case, by=by, needs=needs, version=version)
    if locked.status not in HANDLED:
        raise NotReady("Ärendet utreds inte nu.")
    return locked, Deviation.objects.get(pk=locked.pk)


def masked(text: str) -> str:
    """The text without personal numbers."""
    return sealing.mask(text).text


def seal_if_needed(case: Case, field: str, original: str) -> None:
    """What was masked is kept sealed, for the few who may open it."""
    if sealing.mask(original).found:
        sealing.seal(case, field, original)


def record(
    case: Case,
    action: str,
    row: Any,
    *,
    by: Person,
    body: dict[str, Any] | None = None,
    right: Can = Can.INVESTIGATE,
) -> None:
    """The line in the trail, about this row of the case."""
    trail.record(
        action,
        by=by,
        case_id=case.pk,
        number=case.number,
        right=right,
        object_type=row._meta.model_name,
        object_id=row.pk,
        body=body,
    )

"""How every change of a classification begins and ends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases import sealing
from patientsakerhet.cases.actions import core
from patientsakerhet.cases.models import Case
from patientsakerhet.information_security.models import InformationClassification
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import Person


def begin(
    case: Case, *, by: Person, needs: Can, states: Iterable[str], version: int | None = None
) -> tuple[Case, InformationClassification]:
    """The case locked and its classification, when the person may and the state allows.

    Refuses with `NotReady` in any other state.
    """
    locked = core.begin(case, by=by, needs=needs, version=version)
    if locked.status not in states:
        raise NotReady(f"Det går inte när klassningen är ”{locked.status_label}”.")
    found = InformationClassification.objects.select_related("system").get(pk=locked.pk)
    locked.information_classification = found
    found.case = locked
    return locked, found


def end(
    case: Case, action: str, *, by: Person, right: Can, body: Mapping[str, Any] | None = None
) -> None:
    """The case is one version on, and the trail tells what was done."""
    core.save(case)
    record(case, action, by=by, right=right, body=body)


def record(
    case: Case, action: str, *, by: Person, right: Can, body: Mapping[str, Any] | None = None
) -> None:
    """The trail tells what was done."""
    trail.record(
        action,
        by=by,
        case_id=case.pk,
        number=case.number,
        unit_id=case.owning_unit_id,
        right=right,
        body=body,
    )


def masked(case: Case, texts: Mapping[str, str], *, where: str = "") -> dict[str, str]:
    """The texts as others may read them; an original in which a personal number stood lies sealed."""
    found = {}
    for name, text in texts.items():
        told = sealing.mask(text)
        if told.found:
            sealing.seal(case, f"classification:{where}{name}", text)
        found[name] = told.text
    return found


def check_either(by: Person, case: Case, first: Can, other: Can) -> None:
    """Refuses, and leaves a mark, when the person may do neither."""
    if other not in policy.capabilities(by, case):
        policy.check(by, first, case)

"""What a coordinator decides about a report in one go: what it is, how bad, and whose."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from avvikelse.actions import assessment, coordination
from avvikelse.models import Assessment, Deviation
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases.actions import core
from patientsakerhet.cases.models import Case, Code
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import Person, Unit
from patientsakerhet.register.models import Device, DeviceModel, ITSystem


@dataclass(frozen=True)
class Codes:
    """What the deviation is classified as; None leaves what stands."""

    kind: Code | None = None
    event_class: Code | None = None
    cause_class: Code | None = None


@dataclass(frozen=True)
class Judgement:
    """How bad it was, how bad it could have been, how probable; `reason` where it is lowered."""

    actual: int
    potential: int
    probability: int
    reason: str = ""


@transaction.atomic
def judge(
    case: Case,
    *,
    by: Person,
    codes: Codes | None = None,
    judgement: Judgement | None = None,
    version: int | None = None,
) -> Case:
    """The case is classified and assessed as given; what is as it was is not written again."""
    locked = core.begin(case, by=by, needs=Can.ASSESS, version=version)
    if codes is not None:
        coordination.classify(
            locked,
            by=by,
            kind=codes.kind,
            event_class=codes.event_class,
            cause_class=codes.cause_class,
        )
    if judgement is not None and not _stands(locked, judgement):
        assessment.assess(
            locked,
            by=by,
            actual=judgement.actual,
            potential=judgement.potential,
            probability=judgement.probability,
            reason=judgement.reason,
        )
    return core.lock(locked)


@transaction.atomic
def decide(
    case: Case,
    *,
    to: Unit,
    by: Person,
    codes: Codes | None = None,
    judgement: Judgement | None = None,
    basis: str = "",
    note: str = "",
    version: int | None = None,
) -> Case:
    """The case is classified, assessed and given to the unit, all or nothing."""
    judged = judge(case, by=by, codes=codes, judgement=judgement, version=version)
    return coordination.coordinate(judged, to=to, by=by, basis=basis, note=note)


@transaction.atomic
def tie_to_register(
    case: Case,
    *,
    by: Person,
    system: ITSystem | None = None,
    device: Device | None = None,
    device_model: DeviceModel | None = None,
    version: int | None = None,
) -> Case:
    """The deviation is about this system or device of the register, where given."""
    locked = core.begin(case, by=by, needs=Can.ASSESS, version=version)
    deviation = Deviation.objects.get(pk=locked.pk)
    given = {
        "system": system,
        "device": device,
        "device_model": device.model if device is not None else device_model,
    }
    changed: dict[str, list[int | None]] = {}
    for name, value in given.items():
        if value is not None and getattr(deviation, f"{name}_id") != value.pk:
            changed[name] = [getattr(deviation, f"{name}_id"), value.pk]
            setattr(deviation, name, value)
    if not changed:
        raise NotReady("Det finns inget nytt att lägga till.")
    deviation.save(update_fields=list(changed))
    core.save(locked)
    trail.record(
        "case.tied_to_register",
        by=by,
        case_id=locked.pk,
        number=locked.number,
        right=Can.ASSESS,
        body=changed,
    )
    return locked


def _stands(case: Case, judgement: Judgement) -> bool:
    """Whether the latest assessment is a coordinator's or investigator's and says the same."""
    last = (
        Assessment.objects.filter(deviation_id=case.pk)
        .order_by("-at", "-pk")
        .values_list("stage", "actual", "potential", "probability")
        .first()
    )
    return (
        last is not None
        and last[0] != Assessment.Stage.REPORTER
        and last[1:] == (judgement.actual, judgement.potential, judgement.probability)
    )

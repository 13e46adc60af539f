"""How a classification begins: somebody who leads the work asks the owner of the information for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction

from patientsakerhet.access import policy
from patientsakerhet.access.models import Level
from patientsakerhet.access.policy import Can
from patientsakerhet.cases.actions import core, filing
from patientsakerhet.cases.models import Case, Submission
from patientsakerhet.information_security.actions import begun, standing, starting
from patientsakerhet.information_security.models import (
    AffectedAdministration,
    ClassificationTemplate,
    InformationClassification,
    InputItem,
    InputMaterial,
    Programme,
    SystemStanding,
)
from patientsakerhet.information_security.things import Thing
from patientsakerhet.information_security.workflow import KIND, UNDER_WAY
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.notifications import outbox
from patientsakerhet.organisation.models import Person, Unit
from patientsakerhet.register.models import ITSystem


@dataclass(frozen=True)
class Order:
    """What is to be classified, why, and who is to do it; a system, or an asset at a unit."""

    occasion: str
    owner: Person
    system: ITSystem | None = None
    asset: str = ""
    unit: Unit | None = None
    programme: Programme | None = None
    template: ClassificationTemplate | None = None
    copied_from: InformationClassification | None = None

    @property
    def subject(self) -> str:
        """What is to be classified."""
        return self.system.name if self.system is not None else self.asset.strip()

    @property
    def thing(self) -> Thing:
        """What stands in the gap list."""
        return Thing(self.system, self.subject if self.system is None else "", self.at)

    @property
    def at(self) -> Unit:
        """Whose it is; refuses an asset that is nobody's."""
        unit = self.unit or (self.system.managing_unit if self.system is not None else None)
        if unit is None:
            raise NotReady("Skriv vilken enhet informationstillgången hör till.")
        return unit


def order(wanted: Order, *, by: Person, submission: UUID) -> Case:
    """The classification is ordered and its owner asked to deliver it; the first one's case when
    this submission has been made before.

    Refuses whoever does not lead such work at the unit, an order without subject, and a system
    that is being classified already.
    """
    policy.check_anywhere(by, Can.LEAD_CLASSIFICATION)
    earlier = _already(submission)
    if earlier is not None:
        return earlier
    try:
        with transaction.atomic():
            return _open(wanted, by=by, submission=submission)
    except IntegrityError:
        # Two sendings at once: the other one has committed, or this failure is about something
        # else and must be seen.
        earlier = _already(submission)
        if earlier is None:
            raise
        return earlier


@transaction.atomic
def order_many(
    rows: Sequence[SystemStanding],
    *,
    by: Person,
    submission: UUID,
    occasion: str,
    programme: Programme | None = None,
) -> tuple[list[Case], list[str]]:
    """Classifications of these, each asked of its own owner; and those passed over, why.

    What has nobody to ask, or is being classified already, is passed over.
    """
    made, passed = [], []
    for row in rows:
        if row.asked is None:
            passed.append(f"{row}: ingen informationsägare i registret.")
            continue
        wanted = Order(
            occasion=occasion,
            owner=row.asked,
            system=row.system,
            asset=row.asset,
            unit=None if row.system is not None else row.managing_unit,
            programme=programme,
        )
        try:
            made.append(order(wanted, by=by, submission=uuid5(submission, f"standing:{row.pk}")))
        except NotReady as refusal:
            passed.append(f"{row}: {refusal}")
    return made, passed


@transaction.atomic
def change_owner(case: Case, owner: Person, *, by: Person, version: int | None = None) -> Case:
    """Somebody else is to deliver and decide; she is told, and the former reads on."""
    locked, found = begun.begin(
        case, by=by, needs=Can.LEAD_CLASSIFICATION, states=UNDER_WAY, version=version
    )
    if found.owner == owner:
        raise NotReady(f"{owner} är redan informationsägare här.")
    former, found.owner = found.owner, owner
    found.save(update_fields=["owner"])
    policy.reach(locked, Level.CLASSIFICATION, person=owner)
    policy.withdraw(locked, Level.CLASSIFICATION, person=former)
    if locked.handler == former:
        locked.handler = owner
        policy.withdraw(locked, Level.HANDLER, person=former)
        policy.reach(locked, Level.HANDLER, person=owner)
    core.save(locked, "handler")
    standing.keep(found.thing)
    ask(locked, owner, by=by)
    begun.record(
        locked,
        "classification.owner_changed",
        by=by,
        right=Can.LEAD_CLASSIFICATION,
        body={"owner": [former.pk, owner.pk]},
    )
    return locked


def ask(case: Case, owner: Person, *, by: Person) -> None:
    """The owner knows that her classification is waited for, unless she ordered it herself."""
    if owner != by:
        outbox.promise(
            "classification_ordered",
            key=f"classification_ordered:{case.pk}:{case.version}:{owner.pk}",
            person=owner,
            case_id=case.pk,
            number=case.number,
        )


def _already(submission: UUID) -> Case | None:
    row = Submission.objects.filter(pk=submission).select_related("case__owning_unit").first()
    return row.case if row else None


def _open(wanted: Order, *, by: Person, submission: UUID) -> Case:
    if not wanted.subject:
        raise NotReady("Skriv vilket system eller vilken informationstillgång som ska klassas.")
    unit = wanted.at
    standing.lock(wanted.thing)
    running = InformationClassification.objects.under_way().of(wanted.thing)
    if other := running.select_related("case").first():
        raise NotReady(f"{wanted.subject} klassas redan, i {other.case.number}.")
    case = filing.open_case(
        KIND,
        title=f"Informationsklassning av {wanted.subject}"[:200],
        unit=unit,
        reporter=None,
        submission=submission,
        by=by,
        searchable=f"{wanted.subject} {wanted.programme or ''} {wanted.owner}",
    )
    found = InformationClassification.objects.create(
        case=case,
        system=wanted.system,
        asset="" if wanted.system is not None else wanted.subject,
        occasion=wanted.occasion,
        programme=wanted.programme,
        owner=wanted.owner,
        lead=by,
    )
    starting.begin_from(found, wanted.template, wanted.copied_from, by=by)
    InputMaterial.objects.bulk_create(
        InputMaterial(classification=found, item=item) for item in InputItem.objects.current()
    )
    AffectedAdministration.objects.bulk_create(
        AffectedAdministration(classification=found, unit=one)
        for one in administrations_of(wanted.system, unit)
    )
    owned = wanted.system.owner_unit if wanted.system is not None else None
    for reached in {unit, case.owning_unit, *([owned] if owned else [])}:
        policy.reach(case, Level.CLASSIFICATION, unit=reached)
    policy.reach(case, Level.CLASSIFICATION, person=wanted.owner)
    policy.check(by, Can.LEAD_CLASSIFICATION, case)
    _hand_to(case, wanted.owner)
    standing.keep(wanted.thing)
    ask(case, wanted.owner, by=by)
    begun.record(
        case,
        "classification.ordered",
        by=by,
        right=Can.LEAD_CLASSIFICATION,
        body={
            "subject": wanted.subject,
            "occasion": wanted.occasion,
            "programme": str(wanted.programme or ""),
            "owner": wanted.owner.pk,
        },
    )
    return case


def _hand_to(case: Case, owner: Person) -> None:
    """Whoever is to deliver is reminded by the case's deadline."""
    case.handler = owner
    policy.reach(case, Level.HANDLER, person=owner)
    core.save(case, "handler")


def administrations_of(system: ITSystem | None, unit: Unit) -> list[Unit]:
    """The administrations, just below a provider's root, of the units that depend on the system."""
    paths = {unit.path}
    if system is not None:
        needs = system.dependencies.filter(valid_to=None).select_related("unit")
        paths |= {need.unit.path for need in needs}
        if system.owner_unit is not None:
            paths.add(system.owner_unit.path)
    wanted = {path[: 2 * Unit.steplen] for path in paths}
    return list(Unit.objects.current().filter(path__in=wanted).order_by("path"))

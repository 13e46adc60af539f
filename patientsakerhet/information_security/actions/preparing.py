"""What must be in place before the risk assessment: administrations with coordinators, input material."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from patientsakerhet.access import policy
from patientsakerhet.access.models import Level
from patientsakerhet.access.policy import Can
from patientsakerhet.cases.models import Case
from patientsakerhet.information_security.actions import begun
from patientsakerhet.information_security.models import AffectedAdministration, InputMaterial
from patientsakerhet.information_security.workflow import ASSESSING, DELIVERED, ORDERED
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.notifications import outbox
from patientsakerhet.organisation.models import Assignment, Person, Unit

PREPARED_IN = (ORDERED, DELIVERED, ASSESSING)


@transaction.atomic
def name_administration(
    case: Case,
    unit: Unit,
    *,
    by: Person,
    coordinator: Person | None = None,
    version: int | None = None,
) -> AffectedAdministration:
    """The administration is concerned, with this coordinator or none yet; it can read from now on.

    Refuses a coordinator who is none at the administration, and one without coordinator while the
    risks are being assessed. She is told.
    """
    locked, found = begun.begin(
        case, by=by, needs=Can.LEAD_CLASSIFICATION, states=PREPARED_IN, version=version
    )
    if coordinator is not None and not policy.may_at(coordinator, Can.LEAD_CLASSIFICATION, unit):
        raise NotReady(f"{coordinator} är inte informationssäkerhetssamordnare för {unit}.")
    if coordinator is None and locked.status == ASSESSING:
        raise NotReady("Riskbedömningen pågår. Skriv vem som deltar för förvaltningen.")
    row, _ = AffectedAdministration.objects.get_or_create(classification=found, unit=unit)
    former, row.coordinator = row.coordinator, coordinator
    row.save(update_fields=["coordinator"])
    policy.reach(locked, Level.CLASSIFICATION, unit=unit)
    begun.end(
        locked,
        "classification.administration_named",
        by=by,
        right=Can.LEAD_CLASSIFICATION,
        body={
            "unit": unit.code,
            "coordinator": [
                former.pk if former else None, coordinator.pk if coordinator else None
            ],
        },
    )  # fmt: skip
    if coordinator is not None and coordinator not in (former, by):
        outbox.promise(
            "classification_coordinator",
            key=f"classification_coordinator:{locked.pk}:{unit.pk}:{coordinator.pk}",
            person=coordinator,
            case_id=locked.pk,
            number=locked.number,
        )
    return row


@transaction.atomic
def remove_administration(
    row: AffectedAdministration, *, by: Person, version: int | None = None
) -> None:
    """The administration is not concerned; what others have through it stays as long as they have it."""
    locked, found = begun.begin(
        row.classification.case,
        by=by,
        needs=Can.LEAD_CLASSIFICATION,
        states=PREPARED_IN,
        version=version,
    )
    if locked.status == ASSESSING and found.administrations.count() == 1:
        raise NotReady("Riskbedömningen pågår. Minst en förvaltning är berörd.")
    row.delete()
    owned = found.system.owner_unit_id if found.system is not None else None
    keeps = {locked.filing_unit_id, locked.owning_unit_id, owned}
    if row.unit_id not in keeps:
        policy.withdraw(locked, Level.CLASSIFICATION, unit=row.unit)
    begun.end(
        locked,
        "classification.administration_removed",
        by=by,
        right=Can.LEAD_CLASSIFICATION,
        body={"unit": row.unit.code},
    )


@transaction.atomic
def check_off(
    row: InputMaterial, *, by: Person, state: str, note: str = "", version: int | None = None
) -> InputMaterial:
    """The thing is there, is missing, or is not needed for this reason."""
    locked, _ = begun.begin(
        row.classification.case,
        by=by,
        needs=Can.READ_CLASSIFICATION,
        states=PREPARED_IN,
        version=version,
    )
    begun.check_either(by, locked, Can.DELIVER_CLASSIFICATION, Can.LEAD_CLASSIFICATION)
    if state == InputMaterial.State.NOT_APPLICABLE and not note.strip():
        raise NotReady("Skriv varför underlaget inte behövs.")
    before = row.state
    row.state, row.note = (
        state,
        begun.masked(locked, {"note": note.strip()}, where=f"input:{row.pk}:")["note"][:300],
    )
    row.save(update_fields=["state", "note"])
    begun.end(
        locked,
        "classification.input_checked",
        by=by,
        right=Can.READ_CLASSIFICATION,
        body={"item": row.item.code, "state": [before, state]},
    )
    return row


def candidates(units: Iterable[Unit]) -> dict[int, list[Person]]:
    """Who may be named for each of these administrations, by name; one statement for all."""
    held = (
        Assignment.objects.current()
        .filter(role__in=policy.roles_with(Can.LEAD_CLASSIFICATION), person__is_active=True)
        .select_related("person", "unit")
        .order_by("person__name", "person_id")
    )
    found = [(one.unit.path, one.person) for one in held]
    return {
        unit.pk: list(
            {person.pk: person for path, person in found if unit.path.startswith(path)}.values()
        )
        for unit in units
    }

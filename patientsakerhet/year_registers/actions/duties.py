"""Who answers for what, and how much of a full post a role is."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Q

from patientsakerhet.access.policy import Can
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import Assignment, Person, Role, Unit, in_force
from patientsakerhet.year_registers.actions import core
from patientsakerhet.year_registers.models import Responsibility, RoleShare

RIGHT = Can.KEEP_RESPONSIBILITIES
ENDS_FIRST = "Sista dagen kan inte ligga före den första."


@transaction.atomic
def put_responsibility(
    row: Responsibility | None,
    *,
    by: Person,
    duty: str,
    basis: str,
    unit: Unit,
    function: str,
    valid_from: date,
    valid_to: date | None = None,
    person: Person | None = None,
    post: str = "",
    description: str = "",
    version: int | None = None,
) -> Responsibility:
    """Who answers for this, as written; a new one without a row. Refuses one that is nobody's."""
    core.allow(by, RIGHT, unit, "responsibility.put")
    found = Responsibility()
    if row is not None:
        found = core.begin(row, version, "unit")
        core.allow(by, RIGHT, found.unit, "responsibility.put")
    if person is None and not post.strip():
        raise NotReady("Skriv vem som har ansvaret: en person eller en befattning.")
    core.in_order(valid_from, valid_to, ENDS_FIRST)
    values = {
        "duty": duty,
        "description": description,
        "basis": basis,
        "unit": unit,
        "function": function,
        "person": person,
        "post": post,
        "valid_from": valid_from,
        "valid_to": valid_to,
    }
    core.put(found, values, by=by, right=RIGHT, unit=unit, what="responsibility")
    return found


@transaction.atomic
def put_share(
    row: RoleShare | None,
    *,
    by: Person,
    person: Person,
    role: str,
    unit: Unit,
    percent: int,
    valid_from: date,
    valid_to: date | None = None,
    note: str = "",
    version: int | None = None,
) -> RoleShare:
    """How much of a full post the person's role at the unit is from that day; a new one without a row.

    Refuses a person who does not hold the role then, and a period that another one covers.
    """
    core.allow(by, RIGHT, unit, "role_share.put")
    found = RoleShare()
    if row is not None:
        found = core.begin(row, version, "assignment__unit")
        core.allow(by, RIGHT, found.assignment.unit, "role_share.put")
    if not 1 <= percent <= 100:
        raise NotReady("Skriv mellan 1 och 100 procent.")
    core.in_order(valid_from, valid_to, ENDS_FIRST)
    assignment = _assignment(person, role, unit, valid_from)
    others = assignment.shares.exclude(pk=found.pk).filter(
        Q(valid_to=None) | Q(valid_to__gte=valid_from)
    )
    if valid_to is not None:
        others = others.filter(valid_from__lte=valid_to)
    if other := others.order_by("valid_from").first():
        raise NotReady(
            f"Det finns redan en tjänstgöringsgrad från {other.valid_from}. Avsluta den först."
        )
    values = {
        "assignment": assignment,
        "percent": percent,
        "valid_from": valid_from,
        "valid_to": valid_to,
        "note": note,
    }
    core.put(found, values, by=by, right=RIGHT, unit=unit, what="role_share")
    return found


def _assignment(person: Person, role: str, unit: Unit, day: date) -> Assignment:
    """The person's role there that day, locked so that two who write at once write after each other."""
    found = (
        Assignment.objects.select_for_update(of=("self",))
        .filter(in_force(day), person=person, role=role, unit=unit)
        .first()
    )
    if found is None:
        raise NotReady(f"{person} är inte {Role(role).label} hos {unit} den {day}.")
    return found

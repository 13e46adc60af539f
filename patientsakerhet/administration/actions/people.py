"""People: made, changed, closed for sign-in; their roles from a day to a day; their absence."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.administration.actions import core
from patientsakerhet.audit import trail
from patientsakerhet.lib.refusal import NotAllowed, NotReady
from patientsakerhet.organisation.models import Absence, Assignment, Person, Role, Unit

FACTS = ("name", "email", "title", "hsa_id", "home_unit")
"""What is seen of a person before she is changed."""


@transaction.atomic
def create_person(
    *,
    by: Person | None,
    email: str,
    name: str,
    title: str = "",
    hsa_id: str | None = None,
    home_unit: Unit | None = None,
) -> Person:
    """The person is known and can sign in by the identity provider, or by choosing a password."""
    core.allow(by)
    row = Person(
        email=email.strip().lower(),
        name=core.line(name, "Namn"),
        title=title,
        hsa_id=hsa_id or None,
        home_unit=home_unit,
    )
    row.set_unusable_password()
    core.refuse_invalid(row)
    row.save()
    core.record("person.created", row, by=by, body={"email": row.email, "name": row.name})
    return row


@transaction.atomic
def change_person(person: Person, *, by: Person | None, seen: str = "", **given: Any) -> set[str]:
    """The person is as given; which facts that changed."""
    core.allow(by)
    row = _locked(person)
    core.refuse_stale(row, seen, FACTS)
    if "email" in given:
        given["email"] = given["email"].strip().lower()
    if "hsa_id" in given:
        given["hsa_id"] = given["hsa_id"] or None
    if "name" in given:
        given["name"] = core.line(given["name"], "Namn")
    changed = core.changes(row, given)
    if not changed:
        return set()
    for field, value in given.items():
        setattr(row, field, value)
    core.refuse_invalid(row)
    row.save(update_fields=list(given))
    core.record("person.changed", row, by=by, body=changed)
    return set(changed)


@transaction.atomic
def deactivate(person: Person, *, by: Person | None) -> Person:
    """The person cannot sign in, and her roles end at once; what she has done stays hers.

    Refuses to close the last administrator out, and somebody closing her own door.
    """
    core.allow(by)
    row = _locked(person)
    if by is not None and by.pk == row.pk:
        raise NotReady("Du kan inte stänga av dig själv. Be en annan systemförvaltare.")
    if not row.is_active:
        raise NotReady("Personen är redan avstängd.")
    yesterday = timezone.localdate() - timedelta(days=1)
    held = Assignment.objects.filter(person=row).filter(
        Q(valid_to=None) | Q(valid_to__gt=yesterday)
    )
    for one in held.select_related("unit"):
        _end(one, last_day=yesterday, by=by)
    row.is_active = False
    row.save(update_fields=["is_active"])
    _refuse_no_administrator()
    core.record("person.deactivated", row, by=by, body={"is_active": [True, False]})
    return row


@transaction.atomic
def reactivate(person: Person, *, by: Person | None) -> Person:
    """The person can sign in again; she has no role until she is given one."""
    core.allow(by)
    row = _locked(person)
    if row.is_active:
        raise NotReady("Personen är inte avstängd.")
    row.is_active = True
    row.save(update_fields=["is_active"])
    core.record("person.reactivated", row, by=by, body={"is_active": [False, True]})
    return row


@transaction.atomic
def give_role(
    person: Person,
    role: str,
    unit: Unit,
    *,
    by: Person | None,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Assignment:
    """The person has the role at the unit, and below it, during the period."""
    core.allow(by)
    row = _locked(person)
    if not row.is_active:
        raise NotReady("Personen är avstängd och kan inte få en roll.")
    first = valid_from or timezone.localdate()
    if unit.valid_to is not None and unit.valid_to < (valid_to or first):
        raise NotReady(f"Enheten är avslutad {unit.valid_to}.")
    if valid_to is not None and valid_to < first:
        raise NotReady("Sista dagen ligger före den första.")
    overlapping = Assignment.objects.filter(person=row, role=role, unit=unit).filter(
        Q(valid_to=None) | Q(valid_to__gte=first)
    )
    if valid_to is not None:
        overlapping = overlapping.filter(valid_from__lte=valid_to)
    if overlapping.exists():
        raise NotReady(f"{row} är redan {Role(role).label} vid {unit} under den tiden.")
    made = Assignment.objects.create(
        person=row, role=role, unit=unit, valid_from=first, valid_to=valid_to
    )
    core.record(
        "role.given",
        made,
        by=by,
        unit_id=unit.pk,
        body={"person": row.pk, "role": role, "from": first, "to": valid_to},
    )
    return made


@transaction.atomic
def end_role(held: Assignment, *, by: Person | None, last_day: date | None = None) -> Assignment:
    """The role is held up to and including the day, and without one it ends at once.

    Refuses to leave the product without an administrator.
    """
    core.allow(by)
    row = Assignment.objects.select_for_update(of=("self",)).select_related("unit").get(pk=held.pk)
    ended = _end(row, last_day=last_day or timezone.localdate() - timedelta(days=1), by=by)
    _refuse_no_administrator()
    return ended


@transaction.atomic
def set_absence(
    person: Person,
    *,
    by: Person,
    first_day: date,
    last_day: date,
    substitute: Person | None,
) -> Absence:
    """What is addressed to the person those days goes to the substitute; she may say so herself."""
    _allow_for(person, by)
    if last_day < timezone.localdate():
        raise NotReady("Frånvaron är redan slut. Skriv en senare sista dag.")
    if Absence.objects.filter(
        person=person, first_day__lte=last_day, last_day__gte=first_day
    ).exists():
        raise NotReady("Det finns redan en frånvaro under de dagarna. Ta bort den först.")
    if substitute is not None and not substitute.is_active:
        raise NotReady("Ersättaren är avstängd. Välj någon annan.")
    row = Absence(person=person, first_day=first_day, last_day=last_day, substitute=substitute)
    core.refuse_invalid(row)
    row.save()
    _tell_absence("absence.set", row, by=by)
    return row


@transaction.atomic
def remove_absence(absence: Absence, *, by: Person) -> None:
    """The person is not away after all; from a day that has begun, the days that were stay."""
    row = (
        Absence.objects.select_for_update(of=("self",)).select_related("person").get(pk=absence.pk)
    )
    _allow_for(row.person, by)
    yesterday = timezone.localdate() - timedelta(days=1)
    if row.last_day <= yesterday:
        raise NotReady("Frånvaron är redan slut.")
    _tell_absence("absence.removed", row, by=by)
    if row.first_day <= yesterday:
        row.last_day = yesterday
        row.save(update_fields=["last_day"])
    else:
        row.delete()


def _end(row: Assignment, *, last_day: date, by: Person | None) -> Assignment:
    if row.valid_to is not None and row.valid_to <= last_day:
        raise NotReady(f"Rollen är redan avslutad {row.valid_to}.")
    before = row.valid_to
    if last_day < row.valid_from:
        # An empty period cannot be stored; the trail keeps that the role was given.
        core.record("role.withdrawn", row, by=by, unit_id=row.unit_id, body=_named(row))
        row.delete()
        return row
    row.valid_to = last_day
    row.save(update_fields=["valid_to"])
    core.record(
        "role.ended",
        row,
        by=by,
        unit_id=row.unit_id,
        body={**_named(row), "to": [before, last_day]},
    )
    return row


def _named(row: Assignment) -> dict[str, Any]:
    return {"person": row.person_id, "role": row.role, "from": row.valid_from}


def _refuse_no_administrator() -> None:
    """Somebody must still be able to administer today and from now on."""
    roles = policy.roles_with(Can.ADMINISTER)
    tomorrow = timezone.localdate() + timedelta(days=1)
    if not Assignment.objects.on(tomorrow).filter(role__in=roles).exists():
        raise NotReady(
            "Då skulle ingen kunna förvalta systemet. Utse en annan systemförvaltare först."
        )


def _allow_for(person: Person, by: Person) -> None:
    if by.pk == person.pk or policy.may(by, Can.ADMINISTER):
        return
    trail.denied("absence.set", by=by)
    raise NotAllowed("Du kan bara lägga in din egen frånvaro.")


def _tell_absence(action: str, row: Absence, *, by: Person) -> None:
    core.record(
        action,
        row,
        by=by,
        right=Can.ADMINISTER if by.pk != row.person_id else "own",
        body={
            "person": row.person_id,
            "first_day": row.first_day,
            "last_day": row.last_day,
            "substitute": row.substitute_id,
        },
    )


def _locked(person: Person) -> Person:
    return Person.objects.select_for_update().get(pk=person.pk)

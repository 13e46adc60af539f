"""What stands there before the first case: 800 units in twelve divisions, a desk, 200 handlers."""

from __future__ import annotations

from datetime import date
from typing import Any

from avvikelse import defaults
from benchmarks.generate import World
from patientsakerhet.access.models import ApiToken, Scope
from patientsakerhet.cases import defaults as spine_defaults
from patientsakerhet.cases.models import Code
from patientsakerhet.organisation.models import Assignment, CareProvider, Person, Role, Unit

UNITS, DIVISIONS, HANDLERS = 800, 12, 200
COORDINATOR = "samordnare@exempel.se"
MANAGER = "enhetschef@exempel.se"
PHYSICIAN = "chefslakare@exempel.se"
REGION = "regionen"


def make() -> tuple[World, int]:
    """The world in an empty database, and the key of its coordinator."""
    spine_defaults.install()
    defaults.install()
    provider = CareProvider.objects.create(
        name="Region Mätning", kind=CareProvider.Kind.REGION, organisation_number=""
    )

    def unit(name: str, code: str, parent: Unit | None = None, **fields: Any) -> Unit:
        told = {"name": name, "code": code, "care_provider": provider, "receives_cases": True}
        if parent is None:
            return Unit.objects.add_root({**told, **fields})
        return Unit.objects.add_child(Unit.objects.get(pk=parent.pk), {**told, **fields})

    root = unit("Regionen", REGION)
    administration = unit("Digitalisering IT och MT", "digitalisering", root)
    desk = unit("Patientsäkerhet", "patientsakerhet", administration, coordinates=True)
    divisions = [unit(f"Division {n}", f"division-{n}", root) for n in range(1, DIVISIONS + 1)]
    units = [
        unit(f"Enhet {n}", f"enhet-{n}", divisions[n % DIVISIONS]) for n in range(1, UNITS + 1)
    ]
    coordinator = _person(COORDINATOR, "Samordnaren", Role.COORDINATOR, administration)
    _person(MANAGER, "Enhetschefen", Role.UNIT_MANAGER, units[100])
    _person(PHYSICIAN, "Chefläkaren", Role.CHIEF_PHYSICIAN, root)
    handlers = [
        _person(f"utredare{n}@exempel.se", f"Utredare {n}", Role.INVESTIGATOR, units[n])
        for n in range(HANDLERS)
    ]
    keys = Code.objects.filter(system__key="deviation_kind").order_by("pk")
    classes = Code.objects.filter(system__key="event_class").order_by("pk")
    return (
        World(
            desk=desk.pk,
            units=[one.pk for one in units],
            handlers=[one.pk for one in handlers],
            kinds=[one.pk for one in keys],
            event_classes=[one.pk for one in classes],
        ),
        coordinator.pk,
    )


def key_of(person: Person) -> str:
    """A new API key of the person's with every scope."""
    _, key = ApiToken.objects.create(
        user=person, name="benchmarks", scopes=list(Scope.values), made_by=person
    )
    return str(key)


def _person(email: str, name: str, role: Role, unit: Unit) -> Person:
    person = Person.objects.create_user(email, None, name=name, home_unit=unit)
    Assignment.objects.create(person=person, role=role, unit=unit, valid_from=date(2020, 1, 1))
    return person

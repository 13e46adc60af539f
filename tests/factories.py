"""Test objects, made through the product's own actions so that every guard holds."""

from __future__ import annotations

import itertools
from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from avvikelse.actions import assessment, closing, coordination, investigation, report
from avvikelse.models import Deviation
from patientsakerhet.cases.actions import filing, measures
from patientsakerhet.cases.models import Case, Code
from patientsakerhet.organisation.models import Assignment, CareProvider, Person, Role, Unit
from patientsakerhet.register.actions import parties
from patientsakerhet.register.models import Device, DeviceIdentifier, DeviceModel, ITSystem, Party

_count = itertools.count(1)


def make_provider(kind=CareProvider.Kind.REGION, name=None):
    name = name or f"Vårdgivare {next(_count)}"
    return CareProvider.objects.get_or_create(name=name, defaults={"kind": kind})[0]


def make_unit(name=None, parent=None, provider=None, **fields):
    """A unit; below `parent` when given, in the parent's provider unless another is."""
    n = next(_count)
    fields = {
        "name": name or f"Enhet {n}",
        "code": f"enhet-{n}",
        "receives_cases": True,
        "care_provider": provider or (parent.care_provider if parent else make_provider()),
        **fields,
    }
    if parent is None:
        return Unit.objects.add_root(fields)
    parent.refresh_from_db()
    return Unit.objects.add_child(parent, fields)


class Region:
    """A small region: a hospital, an IT administration with its desk, a private caregiver."""

    def __init__(self):
        # Nearly every test begins here: whole tables at once, not row after row.
        n = next(_count)
        own, private = CareProvider.objects.bulk_create(
            [
                CareProvider(name=f"Region {n}", kind=CareProvider.Kind.REGION),
                CareProvider(name=f"Privat {n}", kind=CareProvider.Kind.PRIVATE),
            ]
        )
        last = Unit.objects.get_last_root_node()
        root = Unit(path=last._inc_path() if last else Unit._get_path("", 1, 1))
        units = {
            "root": _placed(root.path, "Regionen", own, children=2),
            "hospital": _placed(_path(root.path, 1), "Sjukhuset", own, children=2),
            "ward": _placed(_path(root.path, 1, 1), "Avdelning 4", own),
            "sibling": _placed(_path(root.path, 1, 2), "Avdelning 5", own),
            "administration": _placed(_path(root.path, 2), "Digitalisering IT och MT", own, 3),
            "desk": _placed(_path(root.path, 2, 1), "Patientsäkerhet", own, coordinates=True),
            "devices": _placed(_path(root.path, 2, 2), "Medicinsk teknik", own),
            "operations": _placed(_path(root.path, 2, 3), "IT-drift", own),
            "private": _placed(root._inc_path(), "Privatkliniken", private),
        }
        vars(self).update(zip(units, Unit.objects.bulk_create(units.values()), strict=True))
        held = {
            "coordinator": (Role.COORDINATOR, self.administration),
            "physician": (Role.CHIEF_PHYSICIAN, self.root),
            "investigator": (Role.INVESTIGATOR, self.devices),
            "reporter": (Role.REPORTER, self.ward),
        }
        persons = Person.objects.bulk_create(_somebody(unit) for _, unit in held.values())
        vars(self).update(zip(held, persons, strict=True))
        Assignment.objects.bulk_create(
            _held(person, *place) for person, place in zip(persons, held.values(), strict=True)
        )


def _path(path, *steps):
    """Where a unit lies below the path: its place among those beside it, level for level."""
    for step in steps:
        path = Unit._get_path(path, len(path) // Unit.steplen + 1, step)
    return path


def _placed(path, name, provider, children=0, **fields):
    return Unit(
        path=path,
        depth=len(path) // Unit.steplen,
        numchild=children,
        name=name,
        code=f"enhet-{next(_count)}",
        care_provider=provider,
        receives_cases=True,
        **fields,
    )


def _somebody(unit):
    n = next(_count)
    person = Person(email=f"person{n}@exempel.se", name=f"Person {n}", home_unit=unit)
    person.set_password(None)
    return person


def _held(person, role, unit):
    since = timezone.localdate() - timedelta(days=30)
    return Assignment(person=person, role=role, unit=unit, valid_from=since)


def make_person(name=None, **fields):
    n = next(_count)
    return Person.objects.create_user(
        fields.pop("email", f"person{n}@exempel.se"), None, name=name or f"Person {n}", **fields
    )


def person_as(role, unit, **fields):
    """A new person with this role at this unit."""
    person = make_person(home_unit=unit, **fields)
    _held(person, role, unit).save()
    return person


def make_system(name="Journalen", unit=None, **fields):
    return ITSystem.objects.create(name=name, managing_unit=unit or make_unit(), **fields)


def make_party(name="Volumed AB", *aliases, **fields):
    """The party that goes by the name, also by the aliases."""
    party = parties.obtain(name, Party.Part.MANUFACTURER)
    for alias in aliases:
        parties.also_written(party, alias)
    Party.objects.filter(pk=party.pk).update(**fields)
    party.refresh_from_db()
    return party


def make_model(name="Volumed 300", maker="Volumed AB", unit=None, **fields):
    """The maker's model of this name; `udi_di` gives it an identifier."""
    udi_di = fields.pop("udi_di", "")
    model, _ = DeviceModel.objects.get_or_create(
        manufacturer=make_party(maker),
        name=name,
        **{key: fields.pop(key) for key in ("model_number", "catalogue_number") if key in fields},
        defaults={"managing_unit": unit or make_unit(), **fields},
    )
    if udi_di:
        DeviceIdentifier.objects.get_or_create(model=model, udi_di=udi_di)
    return model


def make_device(number=None, unit=None, model=None, **fields):
    model = model or make_model(unit=unit)
    number = number or f"MT-{20000 + next(_count)}"
    return Device.objects.create(model=model, inventory_number=number, holding_unit=unit, **fields)


def file_report(unit=None, by=None, submission=None, **fields):
    """A filed deviation's case; `by` is the reporter, nobody known without one."""
    unit = unit or Region().ward
    told = {
        "what_happened": f"Pumpen stannade utan att larma, händelse {next(_count)}.",
        "immediate_action": "Bytte pump.",
        "nature": Deviation.Nature.NEAR_MISS,
        "affected": Deviation.Affected.PATIENT,
        "precision": Deviation.Precision.ABOUT,
        "occurred_at": timezone.now() - timedelta(hours=3),
        "reporter": filing.From(person=by) if by else filing.From(mode="anonymous"),
        **fields,
    }
    return report.file_deviation(report.Report(**told), unit=unit, submission=submission or uuid4())


def code(system, key):
    return Code.objects.get(system__key=system, code=key)


STATUSES = (
    "reported",
    "in_coordination",
    "returned",
    "assigned",
    "in_investigation",
    "in_action",
    "follow_up",
    "closed",
    "rejected",
    "merged",
)


def in_status(status, region=None, *, case=None, measure_done=True):
    """A case that has been walked to the status through the actions, in the region."""
    region = region or Region()
    case = case or file_report(region.ward, region.reporter)
    by, handler = region.coordinator, region.investigator
    if status == "reported":
        return fresh(case)
    if status == "rejected":
        coordination.reject(case, by=by, reason="Ingen avvikelse.", answer="Tack, men nej.")
        return fresh(case)
    if status == "merged":
        coordination.merge(case, into=file_report(region.ward, region.reporter), by=by)
        return fresh(case)
    coordination.take(case, by=by)
    if status == "in_coordination":
        return fresh(case)
    if status == "returned":
        coordination.ask_reporter(case, "Vilken pump var det?", by=by)
        return fresh(case)
    prepare_to_coordinate(case, by=by)
    coordination.coordinate(case, to=region.devices, by=by)
    if status == "assigned":
        return fresh(case)
    coordination.receive(case, by=handler)
    if status == "in_investigation":
        return fresh(case)
    investigate(case, by=handler)
    measure = decide_measure(case, by=handler)
    closing.plan(case, by=handler)
    if status == "in_action":
        return fresh(case)
    measures.finish(measure, by=handler, version=1)
    closing.follow_up(case, by=handler)
    if status == "follow_up":
        return fresh(case)
    measures.follow_up_effect(
        measure, by=handler, version=2, effect="yes", result="Inga fler stopp på tre månader."
    )
    assessment.assess(case, by=handler, actual=0, potential=2, probability=1, reason="Utrett.")
    closing.give_feedback(case, "Pumpen hade fel på trycksensorn. Den är bytt.", by=handler)
    closing.close(case, by=handler)
    return fresh(case)


def prepare_to_coordinate(case, *, by):
    coordination.classify(case, by=by, kind=code("deviation_kind", "medical_device"))
    assessment.assess(case, by=by, actual=0, potential=2, probability=2)


def investigate(case, *, by):
    investigation.add_cause(
        case,
        by=by,
        area=code("cause_area", "technology_equipment"),
        text="Trycksensorn visade fel.",
        evidence="Provprotokoll.",
    )
    investigation.answer_similar(
        case, by=by, answer="no", text="Sökningen gav inget.", search="pump trycksensor"
    )


def decide_measure(case, *, by, owner=None, **fields):
    today = timezone.localdate()
    return measures.decide(
        case,
        by=by,
        **{
            "title": "Byt trycksensor",
            "strength": "strong",
            "owner": owner or by,
            "owner_is_told": True,
            "due_on": today + timedelta(days=14),
            "effect_sign": "Inga fler stopp.",
            "effect_due_on": today + timedelta(days=60),
            **fields,
        },
    )


def fresh(case):
    return Case.objects.get(pk=case.pk)

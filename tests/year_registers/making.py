"""Rows of the registers of the year for the tests, made through the product's own actions."""

from datetime import timedelta

from django.utils import timezone

from patientsakerhet.organisation.models import Assignment, Role
from patientsakerhet.year_registers.actions import duties, gatherings
from patientsakerhet.year_registers.models import RegisterTerm
from tests.factories import Region, make_person, person_as


def term(name, code):
    return RegisterTerm.objects.get(list=name, code=code)


class Year:
    """A region with those who keep its registers, at one unit."""

    def __init__(self, region=None, unit=None):
        self.region = region or Region()
        self.unit = unit or self.region.administration
        self.keeper = self.region.coordinator
        self.physician = self.region.physician
        self.infosec = person_as(Role.INFOSEC_COORDINATOR, self.region.administration)
        self.today = timezone.localdate()

    def meeting(self, **given):
        told = {
            "kind": term("meeting_kind", "workshop"),
            "topic": term("meeting_topic", "risk_management"),
            "title": "Riskhantering",
            "held_on": self.today,
            "unit": self.unit,
            "state": "held",
            "participants": 12,
            **given,
        }
        return gatherings.put_meeting(told.pop("row", None), by=told.pop("by", self.keeper), **told)

    def training(self, **given):
        told = {
            "kind": term("training_kind", "induction"),
            "title": "Introduktion",
            "first_day": self.today,
            "unit": self.unit,
            "state": "held",
            "trained": 20,
            **given,
        }
        return gatherings.put_training(
            told.pop("row", None), by=told.pop("by", self.keeper), **told
        )

    def responsibility(self, **given):
        told = {
            "duty": "Leda arbetet",
            "basis": "PSL 3 kap. 9 §",
            "unit": self.unit,
            "function": "Chefläkare",
            "post": "chefläkaren",
            "valid_from": self.today,
            **given,
        }
        return duties.put_responsibility(
            told.pop("row", None), by=told.pop("by", self.keeper), **told
        )

    def held(self, role=Role.COORDINATOR, *, since=None, until=None, unit=None, name=None):
        """Somebody's role during a period."""
        return Assignment.objects.create(
            person=make_person(name),
            role=role,
            unit=unit or self.unit,
            valid_from=since or self.today - timedelta(days=800),
            valid_to=until,
        )

    def share(self, assignment=None, **given):
        held = assignment or self.held()
        told = {
            "person": held.person,
            "role": held.role,
            "unit": held.unit,
            "percent": 100,
            "valid_from": held.valid_from,
            **given,
        }
        return duties.put_share(told.pop("row", None), by=told.pop("by", self.keeper), **told)

    def keys(self):
        """A row of each register, by the names of its addresses."""
        rows = {
            "meeting": self.meeting().pk,
            "training": self.training().pk,
            "responsibility": self.responsibility().pk,
            "role_share": self.share().pk,
        }
        in_api = {f"api-{name.replace('_', '-')}-detail": pk for name, pk in rows.items()}
        return {**rows, **in_api, "register_term": term("meeting_kind", "workshop").pk}

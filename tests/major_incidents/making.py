"""Major incidents for the tests, made through the product's own actions."""

import itertools
from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from avvikelse.models import Deviation
from patientsakerhet.cases.actions import measures
from patientsakerhet.major_incidents.actions import declaring, gathering, handling
from patientsakerhet.major_incidents.actions.declaring import Declaration
from patientsakerhet.organisation.models import Role
from tests.factories import Region, file_report, fresh, make_system, person_as

_count = itertools.count(1)


class World:
    """A region with a system, whoever leads incidents there, and who may close them."""

    def __init__(self, region=None):
        self.region = region = region or Region()
        self.leader = region.coordinator
        self.manager = person_as(Role.SYSTEM_MANAGER, region.devices)
        self.head = person_as(Role.UNIT_MANAGER, region.ward)
        self.system = make_system(f"Växeln {next(_count)}", region.devices)
        self.started = timezone.now() - timedelta(hours=5)

    def declared(self, **given):
        wanted = {
            "title": "Växeln nere",
            "unit": self.region.devices,
            "what_happened": "Ingen kan ringa in.",
            "started_at": self.started,
            "noticed_at": self.started + timedelta(minutes=5),
            "declared_at": self.started + timedelta(minutes=20),
            "systems": [self.system],
            "units": [self.region.ward],
            **given,
        }
        return fresh(declaring.declare(Declaration(**wanted), by=self.leader, submission=uuid4()))

    def described(self, case, **given):
        row = case.major_incident
        told = {
            "title": case.title,
            "what_happened": row.what_happened,
            "started_at": row.started_at,
            "noticed_at": row.noticed_at,
            "declared_at": row.declared_at,
            "ended_at": row.started_at + timedelta(hours=3),
            "severity": "delayed",
            "consequence": "Hembesök bokades om.",
            **given,
        }
        handling.describe(fresh(case), by=self.leader, **told)
        return fresh(case)

    def go(self, case, name, by=None):
        return fresh(handling.take_step(fresh(case), name, by=by or self.leader, reason="Därför."))

    def restored(self):
        return self.go(self.described(self.declared()), "restore")

    def learnt(self, case):
        handling.learn(fresh(case), by=self.leader, cause="En ändring.", lessons="Ett i taget.")
        return fresh(case)

    def closed(self):
        return self.go(self.learnt(self.restored()), "close")

    def in_status(self, status):
        """An incident that has been walked to the status."""
        return {
            "declared": self.declared,
            "restored": self.restored,
            "closed": self.closed,
            "withdrawn": lambda: self.go(self.declared(), "withdraw"),
        }[status]()

    def deviation(self, **given):
        """A deviation about the system, of something during the incident."""
        case = file_report(
            self.region.ward, **{"occurred_at": self.started + timedelta(hours=1), **given}
        )
        Deviation.objects.filter(pk=case.pk).update(system=self.system)
        return fresh(case)

    def gathered(self, other):
        """An incident with a number elsewhere and the deviation under it."""
        case = self.declared()
        handling.add_ticket(
            case, by=self.leader, kind="major_incident", system="Servicebordet", number="INC-1"
        )
        gathering.gather(fresh(case), other, by=self.leader)
        return fresh(case)

    def measure(self, case):
        today = timezone.localdate()
        return handling.decide_measure(
            fresh(case), by=self.leader, title="Ändra hos en i taget", strength="medium",
            owner=self.manager, owner_is_told=True, due_on=today + timedelta(days=30),
            effect_sign="Inga fler stopp", effect_due_on=today + timedelta(days=60),
        )  # fmt: skip

    def finish(self, measure):
        return measures.finish(measure, by=self.manager, version=measure.version)

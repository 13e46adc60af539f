"""Classifications for the tests, made through the product's own actions."""

import itertools
from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from patientsakerhet.cases.actions import measures
from patientsakerhet.information_security.actions import (
    assessing,
    classifying,
    deciding,
    ordering,
    preparing,
)
from patientsakerhet.information_security.actions.assessing import Risk
from patientsakerhet.information_security.actions.ordering import Order
from patientsakerhet.organisation.models import Role
from tests.factories import Region, fresh, make_person, make_system, person_as

_count = itertools.count(1)

LEVELS = {"confidentiality": 3, "integrity": 3, "availability": 2, "traceability": 2}
REASONS = dict.fromkeys(LEVELS, "Patienters uppgifter kan röjas eller saknas.")


class World:
    """A region with a system, its owner, who leads the work, and an affected administration."""

    def __init__(self, region=None):
        self.region = region = region or Region()
        self.lead = person_as(Role.INFOSEC_COORDINATOR, region.administration)
        self.hospitals = person_as(Role.INFOSEC_COORDINATOR, region.hospital)
        self.owner = make_person("Olle Ägare")
        self.manager = person_as(Role.SYSTEM_MANAGER, region.operations)
        self.system = self.another_system()

    def another_system(self, **fields):
        n = next(_count)
        return make_system(
            f"System {n}",
            self.region.operations,
            **{"information_owner": self.owner, "criticality": "high", **fields},
        )

    def ordered(self, **given):
        order = Order(**{"occasion": "new", "owner": self.owner, "system": self.system, **given})
        return fresh(ordering.order(order, by=self.lead, submission=uuid4()))

    def written(self, case):
        classifying.add_participant(case, by=self.owner, name="Olle Ägare", part="ägare")
        return classifying.write(
            fresh(case), by=self.owner, information="Journaler.", levels=LEVELS, reasons=REASONS
        )

    def delivered(self, case=None):
        case = case or self.ordered()
        self.written(case)
        return fresh(classifying.deliver(fresh(case), by=self.owner))

    def prepared(self, case):
        rows = case.information_classification
        for one in rows.inputs.all():
            preparing.check_off(one, by=self.lead, state="there", note="Dnr 17")
        for one in rows.administrations.all():
            preparing.name_administration(
                fresh(case), one.unit, by=self.lead, coordinator=self.lead
            )
        preparing.name_administration(
            fresh(case), self.region.hospital, by=self.lead, coordinator=self.hospitals
        )
        return fresh(case)

    def assessed(self, case=None):
        case = self.prepared(self.delivered(case))
        return fresh(deciding.take_step(case, "assess", by=self.lead))

    def risk(self, case, **changes):
        return assessing.add_risk(
            fresh(case),
            Risk(
                **{
                    "title": "Obehörig läser journaler",
                    "threatens": "confidentiality",
                    "severity": 3,
                    "likelihood": 2,
                    "treatment": "accept",
                    "treatment_reason": "Loggas och följs upp.",
                    **changes,
                }
            ),
            by=self.lead,
        )

    def measure(self, risk):
        today = timezone.localdate()
        return assessing.decide_measure(
            risk, by=self.lead, title="Inför stark inloggning", strength="strong",
            owner=self.owner, owner_is_told=True, due_on=today + timedelta(days=30),
            effect_sign="Inga lösenord kvar", effect_due_on=today + timedelta(days=60),
        )  # fmt: skip

    def proposed(self, case=None):
        case = self.assessed(case)
        self.risk(case)
        return fresh(assessing.propose(fresh(case), by=self.lead))

    def decided(self, case=None, **given):
        case = self.proposed(case)
        deciding.decide(
            case, by=self.owner,
            **{"decision": "accepted", "reason": "Riskerna är små.", **given},
        )  # fmt: skip
        return fresh(case)

    def in_status(self, status):
        """A classification that has been walked to the status."""
        if status == "superseded":
            old = self.decided()
            self.decided()
            return fresh(old)
        if status in {"ended", "cancelled"}:
            case = self.decided() if status == "ended" else self.ordered()
            name = "end" if status == "ended" else "cancel"
            return fresh(deciding.take_step(case, name, by=self.lead, reason="Därför."))
        walk = {
            "ordered": self.ordered,
            "delivered": self.delivered,
            "assessing": self.assessed,
            "deciding": self.proposed,
            "decided": self.decided,
        }
        return walk[status]()

    def take_back(self, measure):
        return measures.cancel(
            measure, by=self.owner, version=measure.version, reason="Går inte att införa."
        )

    def finish(self, measure):
        return measures.finish(measure, by=self.owner, version=measure.version)

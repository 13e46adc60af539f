"""Risk analyses for the tests, made through the product's own actions."""

from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from patientsakerhet.cases.actions import measures
from patientsakerhet.organisation.models import Role
from patientsakerhet.risk_analysis.actions import commissions, handling, proposals, risks, team
from patientsakerhet.risk_analysis.actions.commissions import Commission
from patientsakerhet.risk_analysis.models import RiskAnalysis, ScoringMethod
from tests.factories import Region, fresh, person_as

STATUSES = ("commissioned", "analysing", "deciding", "follow_up", "closed", "cancelled")


class World:
    """A region in which the ward's manager orders an analysis and the ward's investigator leads it."""

    def __init__(self, region=None):
        self.region = region or Region()
        self.commissioner = person_as(Role.HEAD_OF_OPERATIONS, self.region.hospital)
        self.leader = person_as(Role.INVESTIGATOR, self.region.hospital)
        self.nurse = person_as(Role.REPORTER, self.region.ward)

    def commissioned(self, **changes):
        """An analysis that has been ordered, and nothing more."""
        given = {
            "title": "Ny infusionspump på avdelning 4",
            "unit": self.region.ward,
            "commissioned_by": self.commissioner,
            "commissioned_on": timezone.localdate(),
            "occasion": "device",
            "change": "Alla pumpar byts mot en ny modell.",
            "scope": "Från leverans till rengöring.",
            "leader": self.leader,
            "method": ScoringMethod.objects.current().get(code="matris"),
            **changes,
        }
        case = commissions.commission(Commission(**given), by=self.leader, submission=uuid4())
        return fresh(case)

    def with_team(self, case):
        """The team is there, and how the patient is heard."""
        team.add_member(case, by=self.leader, part="process", person=self.nurse)
        team.add_member(case, by=self.leader, part="patient", name="Eva, närstående")
        return case

    def risk(self, case, title="Larmet uppfattas inte", *, factors=(3, 3), **texts):
        """A risk with causes, judged as things are."""
        step = case.risk_analysis.steps.first() or team.add_step(
            case, by=self.leader, title="Användning"
        )
        given = {"cause": "Nytt larmljud.", "consequence": "Sen upptäckt.", **texts}
        risk = risks.add(case, by=self.leader, title=title, step=step, **given)
        if factors:
            severity, probability = factors
            risks.score(
                risk, by=self.leader, stage="before", severity=severity, probability=probability
            )
        return risk

    def proposal(self, case, *aimed, scored=True, **changes):
        """A measure proposed against the risks, which are judged as they will be."""
        today = timezone.localdate()
        given = {
            "title": "Ställ in samma larmljud som förut",
            "strength": "strong",
            "owner": self.leader,
            "owner_is_told": True,
            "due_on": today + timedelta(days=30),
            "effect_sign": "Inget missat larm på tre månader.",
            "effect_due_on": today + timedelta(days=120),
            **changes,
        }
        made = proposals.propose(case, aimed, by=self.leader, **given)
        for risk in aimed if scored else ():
            risks.score(risk, by=self.leader, stage="after", severity=3, probability=1)
        return made

    def decide(self, case, measure):
        """The measure is accepted."""
        measure.refresh_from_db()
        return proposals.accept(
            case, measure, by=self.commissioner, measure_version=measure.version
        )

    def carry_out(self, measure):
        """The measure is done and its effect looked at."""
        measure.refresh_from_db()
        measures.finish(measure, by=self.leader, version=measure.version)
        measures.follow_up_effect(
            measure, by=self.leader, version=measure.version + 1, effect="yes",
            result="Inget missat larm.",
        )  # fmt: skip

    def carry_out_effect(self, measure):
        """The effect of a measure that is done is looked at."""
        measures.follow_up_effect(
            measure, by=measure.owner, version=measure.version, effect="yes", result="Inga fel."
        )

    def in_status(self, status, **changes):
        """An analysis that has been walked to the status through the actions."""
        case = self.commissioned(**changes)
        if status == "commissioned":
            return case
        if status == "cancelled":
            handling.take_step(case, "cancel", by=self.commissioner, reason="Köpet är stoppat.")
            return fresh(case)
        self.with_team(case)
        handling.take_step(case, "start", by=self.leader)
        risk = self.risk(case)
        measure = self.proposal(case, risk)
        proposals.conclude(case, by=self.leader, conclusion="Bytet kan göras när larmen är lika.")
        if status == "analysing":
            return fresh(case)
        handling.take_step(case, "submit", by=self.leader)
        if status == "deciding":
            return fresh(case)
        self.decide(case, measure)
        handling.sign(case, by=self.commissioner)
        if status == "follow_up":
            return fresh(case)
        self.carry_out(measure)
        handling.take_step(case, "close", by=self.commissioner)
        return fresh(case)


def walked(*statuses):
    """Makes a world with an analysis in each of the statuses, for `made_once`."""

    def make():
        world = World()
        world.cases = {status: world.in_status(status) for status in statuses}
        return world

    return make


def whole(case):
    """The analysis with everything its guards look at."""
    return RiskAnalysis.objects.whole().get(pk=case.pk)

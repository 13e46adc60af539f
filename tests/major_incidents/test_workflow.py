"""Every step from every status, and what each waits for."""

import pytest

from patientsakerhet.authority_reports.actions import deciding
from patientsakerhet.authority_reports.models import ReportKind
from patientsakerhet.cases.actions import steps
from patientsakerhet.lib.refusal import NotAllowed, NotReady, WrongStep
from patientsakerhet.major_incidents.models import MajorIncident
from patientsakerhet.major_incidents.workflow import WORKFLOW
from tests.factories import fresh
from tests.major_incidents.making import World

pytestmark = pytest.mark.django_db

STATUSES = ("declared", "restored", "closed", "withdrawn")
LEADS_TO = {
    ("restore", "declared"): "restored",
    ("recur", "restored"): "declared",
    ("close", "restored"): "closed",
    ("reopen", "closed"): "restored",
    ("withdraw", "declared"): "withdrawn",
    ("withdraw", "restored"): "withdrawn",
}
"""(step, status) -> status, written by hand."""


def refused(do, *args, **given):
    with pytest.raises(NotReady) as refusal:
        do(*args, **given)
    return refusal.value.reasons


@pytest.mark.parametrize("status", STATUSES)
def test_every_step_from_every_status(status):
    world = World()
    case = world.in_status(status)
    assert case.status == status
    assert set(WORKFLOW.statuses) == set(STATUSES)
    assert {(name, source): target for source, name, target in WORKFLOW.arrows()} == LEADS_TO
    for step in WORKFLOW.steps:
        if (step.name, status) not in LEADS_TO:
            with pytest.raises(WrongStep):
                steps.take_step(fresh(case), step.name, by=world.leader, reason="Därför.")


def test_restored_waits_for_when_and_going_on_again_forgets_it():
    world = World()
    case = world.declared()
    assert refused(world.go, case, "restore") == ["Det står inte när driften var återställd."]

    case = world.go(world.described(case), "restore")
    assert refused(world.described, case, ended_at=None) == [
        "Driften är återställd. Ta steget ”Pågår igen” om den inte är det."
    ]
    case = world.go(case, "recur")
    assert case.major_incident.ended_at is None


def test_closing_waits_for_everything_that_is_to_be_learnt():
    world = World()
    case = world.declared(systems=[], units=[])
    case = world.go(world.described(case, severity="", consequence=""), "restore")
    measure = world.measure(case)
    assert refused(world.go, case, "close") == [
        "Det står inte vilka system eller enheter som berördes.",
        "Konsekvensen för vården är inte bedömd.",
        "Orsaken är inte beskriven.",
        "Lärdomarna är inte skrivna.",
        "1 åtgärd är öppen.",
    ]
    assert refused(world.go, case, "withdraw") == ["1 åtgärd är öppen."]
    world.finish(measure)
    assert world.go(case, "withdraw").status == "withdrawn"


def test_no_incident_closes_while_a_decision_is_asked_for():
    world = World()
    case = world.learnt(world.restored())
    kind = ReportKind.objects.get(key="nis2_notification")
    report = deciding.begin(case, kind, by=world.leader, grounds="Betydande avbrott.", ask=True)

    assert refused(world.go, case, "close") == [f"{kind.name} är inte beslutad."]
    assert refused(world.go, case, "withdraw") == [f"{kind.name} är inte beslutad."]
    assert report.clock_from == MajorIncident.objects.get(pk=case.pk).noticed_at
    deciding.decide(
        report, by=world.region.physician, report_it=False, motive="Inte betydande.",
        version=report.version,
    )  # fmt: skip
    assert world.go(case, "close").status == "closed"


def test_whoever_leads_does_not_close():
    world = World()
    case = world.learnt(world.restored())
    with pytest.raises(NotAllowed):
        world.go(case, "close", by=world.manager)

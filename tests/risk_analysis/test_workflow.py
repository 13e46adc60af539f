"""Every step from every status, against a table written by hand; and what each step waits for."""

import pytest

from patientsakerhet.cases.actions import measures, steps
from patientsakerhet.lib.refusal import NotAllowed, NotReady, WrongStep
from patientsakerhet.organisation.models import Role
from patientsakerhet.risk_analysis.actions import handling, proposals, risks, team
from patientsakerhet.risk_analysis.models import AnalysisMember
from patientsakerhet.risk_analysis.workflow import WORKFLOW
from tests.factories import fresh, person_as
from tests.made_once import made_once
from tests.risk_analysis.making import STATUSES, walked, whole

pytestmark = pytest.mark.django_db

_made, world = made_once(walked(*STATUSES))

LEADS_TO = {
    ("start", "commissioned"): "analysing",
    ("submit", "analysing"): "deciding",
    ("send_back", "deciding"): "analysing",
    ("sign", "deciding"): "follow_up",
    ("revise", "follow_up"): "analysing",
    ("close", "follow_up"): "closed",
    ("reopen", "closed"): "follow_up",
    ("cancel", "commissioned"): "cancelled",
    ("cancel", "analysing"): "cancelled",
    ("cancel", "deciding"): "cancelled",
}
READY_FROM = {
    "start": "commissioned", "submit": "analysing", "send_back": "deciding", "sign": "deciding",
    "revise": "follow_up", "close": "follow_up", "reopen": "closed",
}  # fmt: skip


@pytest.mark.parametrize("status", STATUSES)
def test_every_step_from_every_status(status, world):
    case = world.cases[status]
    assert case.status == status
    assert set(WORKFLOW.statuses) == set(STATUSES)
    legal = {(name, source) for source, name, _ in WORKFLOW.arrows()}
    assert legal == set(LEADS_TO)
    for one in WORKFLOW.steps:
        expected = LEADS_TO.get((one.name, status))
        if expected is None:
            with pytest.raises(WrongStep):
                steps.take_step(fresh(case), one.name, by=world.region.physician, reason="Därför.")
        else:
            assert one.target == expected


def test_there_is_a_way_to_every_status_that_the_database_agrees_to(world):
    """What a module begins with has been judged by the guards when it was made."""
    assert {fresh(case).status for case in world.cases.values()} == set(STATUSES)


def test_the_whole_way_is_told_by_its_steps(world):
    case = world.cases["closed"]

    taken = [one.step for one in case.transitions.order_by("occurred_at", "pk")]
    assert taken == ["file", "start", "submit", "sign", "close"]
    assert case.number.startswith("RA-")


@pytest.mark.parametrize("name", ["send_back", "revise", "reopen", "cancel"])
def test_steps_back_ask_why(name, world, commit):
    case = world.cases[READY_FROM.get(name, "deciding")]
    by = world.leader if name == "revise" else world.commissioner

    with pytest.raises(NotReady, match="Skriv varför"):
        handling.take_step(case, name, by=by, reason=" ")
    moved = handling.take_step(case, name, by=by, reason="Mer behövs.")
    commit()

    assert moved.transitions.order_by("pk").last().reason == "Mer behövs."


@pytest.mark.parametrize("name", ["send_back", "close", "reopen", "cancel"])
def test_only_whoever_orders_decides(name, world):
    case = world.cases[READY_FROM.get(name, "deciding")]

    with pytest.raises(NotAllowed):
        handling.take_step(case, name, by=world.leader, reason="Därför.")


@pytest.mark.parametrize("name", ["start", "submit", "revise"])
def test_a_member_of_the_team_reads_and_moves_nothing(name, world):
    case = world.cases[READY_FROM[name]]

    with pytest.raises(NotAllowed):
        handling.take_step(case, name, by=world.nurse, reason="Därför.")


def test_the_report_is_signed_by_signing_it(world):
    case = world.cases["deciding"]

    with pytest.raises(WrongStep):
        handling.take_step(case, "sign", by=world.commissioner)
    with pytest.raises(NotAllowed):
        handling.sign(case, by=world.leader)


def refused(case, name, by):
    with pytest.raises(NotReady) as refusal:
        steps.take_step(fresh(case), name, by=by, reason="Därför.")
    return refusal.value.reasons


def test_an_analysis_says_what_it_waits_for_before_it_starts(world):
    case = world.commissioned()
    AnalysisMember.objects.filter(analysis=case.pk).delete()

    assert refused(case, "start", world.leader) == [
        "Analysledare saknas.",
        "Minst två deltagare till behövs i teamet.",
        "Det står inte hur patientens perspektiv tas tillvara.",
    ]


def test_a_patient_in_the_team_is_her_own_view(world):
    case = world.commissioned()
    world.with_team(case)
    assert handling.take_step(case, "start", by=world.leader).status == "analysing"

    other = world.commissioned()
    for part in ("process", "expert"):
        team.add_member(other, by=world.leader, part=part, name=f"Kollega {part}")
    assert refused(other, "start", world.leader) == [
        "Det står inte hur patientens perspektiv tas tillvara."
    ]
    team.view_as_patient(other, by=world.leader, patient_view="Patientföreningen har intervjuats.")
    assert handling.take_step(other, "start", by=world.leader).status == "analysing"


def test_an_analysis_says_everything_it_waits_for_before_a_decision(world):
    case = world.with_team(world.commissioned())
    handling.take_step(case, "start", by=world.leader)

    assert refused(case, "submit", world.leader) == [
        "Processen är inte beskriven i steg.",
        "Ingen risk är beskriven.",
    ]
    world.risk(case, factors=None)
    world.risk(case, factors=(3, 1), cause="")
    third = world.risk(case, factors=(2, 2))
    world.proposal(case, third)
    world.risk(case, factors=(1, 1))
    fifth = world.risk(case, factors=(4, 4))
    world.proposal(case, fifth, scored=False)

    assert refused(case, "submit", world.leader) == [
        "Risk 1 är inte bedömd före åtgärder.",
        "Risk 2 ligger över gränsen och saknar orsaker.",
        "Risk 2 ligger över gränsen och har ingen gällande åtgärd.",
        "Risk 5 är inte bedömd efter åtgärder.",
    ]


def test_a_risk_that_is_lived_with_needs_a_reason_and_no_measure(world):
    case = world.with_team(world.commissioned())
    handling.take_step(case, "start", by=world.leader)
    risk = world.risk(case)
    assert refused(case, "submit", world.leader) == [
        "Risk 1 ligger över gränsen och har ingen gällande åtgärd."
    ]

    risks.accept(risk, by=world.leader, reason="Pumpen används en vecka till.")

    assert handling.take_step(case, "submit", by=world.leader).status == "deciding"


def test_a_rejected_measure_asks_for_a_new_number(world):
    case = world.cases["deciding"]
    measure = case.measures.get()
    proposals.conclude(case, by=world.leader, conclusion="")
    assert refused(case, "sign", world.commissioner) == [
        "En åtgärd är inte beslutad.",
        "Slutsatsen är inte skriven.",
    ]

    proposals.conclude(case, by=world.leader, conclusion="Bytet får vänta.")
    with pytest.raises(NotReady, match="Skriv varför åtgärden avslås"):
        proposals.reject(case, measure, by=world.commissioner, measure_version=1, reason=" ")
    proposals.reject(case, measure, by=world.commissioner, measure_version=1, reason="För dyrt.")

    assert refused(case, "sign", world.commissioner) == [
        "Risk 1 ligger över gränsen och har ingen gällande åtgärd.",
        "Risk 1 måste bedömas på nytt: en åtgärd som räknades med är avslagen.",
    ]
    risk = whole(case).risks.get()
    risks.score(risk, by=world.commissioner, stage="after", severity=3, probability=3)
    risks.accept(risk, by=world.commissioner, reason="Pumparna byts ändå inom ett år.")
    assert handling.sign(case, by=world.commissioner).edition == 1
    measure.refresh_from_db()
    assert (measure.status, measure.decided_by) == ("rejected", world.commissioner)


def test_a_measure_that_is_taken_back_meets_no_risk_any_longer(world):
    case = world.cases["follow_up"]
    measure = case.measures.get()
    measures.cancel(measure, by=world.leader, version=measure.version, reason="Ingen leverantör.")

    unmet = "Risk 1 ligger över gränsen och har ingen gällande åtgärd."
    assert refused(case, "close", world.commissioner) == [unmet]
    risks.accept(whole(case).risks.get(), by=world.commissioner, reason="Pumparna byts i vår.")
    assert handling.take_step(case, "close", by=world.commissioner).status == "closed"


def test_an_analysis_closes_only_when_every_effect_is_known(world, commit):
    case = world.cases["follow_up"]
    measure = case.measures.get()
    assert refused(case, "close", world.commissioner) == ["1 åtgärd är öppen."]

    measures.finish(measure, by=world.leader, version=measure.version)
    assert refused(case, "close", world.commissioner) == ["Effekten av en åtgärd är inte uppföljd."]
    measure.refresh_from_db()
    measures.follow_up_effect(
        measure, by=world.leader, version=measure.version, effect="partly", result="Bättre."
    )
    assert handling.take_step(case, "close", by=world.commissioner).status == "closed"
    commit()


def test_a_risk_is_lowered_when_its_measures_are_done_and_not_before(world):
    case = world.cases["follow_up"]
    risk = case.risk_analysis.risks.get()
    assert (risk.score, risk.band, risk.after.score) == (9, 3, 3)

    world.carry_out(case.measures.get())
    handling.take_step(case, "close", by=world.commissioner)

    risk.refresh_from_db()
    assert (risk.score, risk.band) == (3, 1)


def test_a_broken_off_analysis_takes_its_proposals_back(world, commit):
    case = world.cases["deciding"]

    handling.take_step(case, "cancel", by=world.commissioner, reason="Köpet är stoppat.")
    commit()

    measure = case.measures.get()
    assert (measure.status, measure.cancelled_reason) == ("cancelled", "Analysen avbröts.")


def test_an_analysis_with_work_under_way_is_not_broken_off(world):
    case = world.cases["follow_up"]
    handling.take_step(case, "revise", by=world.leader, reason="Ny modell.")

    assert refused(case, "cancel", world.commissioner) == [
        "Beslutade åtgärder är öppna. Slutför dem, eller låt dem utgå."
    ]


def test_the_chief_physician_decides_anywhere_in_the_region(world):
    case = world.cases["deciding"]
    world.decide(case, case.measures.get())

    assert handling.sign(case, by=world.region.physician).signed_by == world.region.physician


def test_a_manager_elsewhere_does_not_know_of_it(world):
    case = world.cases["deciding"]
    stranger = person_as(Role.HEAD_OF_OPERATIONS, world.region.operations)

    with pytest.raises(NotAllowed):
        handling.take_step(case, "send_back", by=stranger, reason="Därför.")

"""An event analysis from its order to the decisions, by its actions: what is refused, what is told."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from avvikelse.actions import closing, event_analysis, investigation, proposals
from avvikelse.models import Barrier, Cause, EventAnalysis, Proposal
from avvikelse.workflow import event_analysis_is_decided_on
from patientsakerhet.access.policy import Can, capabilities
from patientsakerhet.audit.models import Event
from patientsakerhet.cases.actions import measures
from patientsakerhet.cases.models import Measure, SealedText
from patientsakerhet.lib.refusal import NotAllowed, NotReady, Stale, WrongStep
from patientsakerhet.notifications.models import Message
from patientsakerhet.organisation.models import Role
from tests.avvikelse.analysing import days, measure_of, ready, write_all
from tests.factories import Region, code, fresh, in_status, person_as
from tests.made_once import made_once

pytestmark = pytest.mark.django_db


def _investigated():
    region = Region()
    lead = person_as(Role.INVESTIGATOR, region.devices)
    return region, in_status("in_investigation", region), lead


_made, investigated = made_once(_investigated)


@pytest.fixture
def region(investigated):
    return investigated[0]


@pytest.fixture
def case(investigated):
    return investigated[1]


@pytest.fixture
def lead(investigated):
    return investigated[2]


@pytest.fixture
def analysis(region, case, lead):
    return event_analysis.commission(
        case, by=region.investigator, question="Varför?", lead=lead, due_on=days(30)
    )


def test_whoever_is_to_lead_is_told_handles_the_case_and_has_a_day(region, case, lead):
    version = fresh(case).version

    made = event_analysis.commission(
        case, by=region.investigator, question="Varför?", lead=lead, due_on=days(30)
    )

    assert (made.ordered_by, made.lead) == (region.investigator, lead)
    assert Can.INVESTIGATE in capabilities(lead, fresh(case))
    assert Message.objects.filter(kind="analysis_lead", person=lead).count() == 1
    deadline = case.deadlines.open().get(purpose="event_analysis")
    assert timezone.localdate(deadline.due_at) == days(30)
    assert deadline.remind_at < deadline.due_at
    assert fresh(case).version > version
    assert case.deviation.investigation.is_event_analysis
    assert Event.objects.filter(action="case.analysis_ordered", case_id=case.pk).count() == 1


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"question": "  "}, "Skriv vad analysen"),
        ({"due_on": days(-1)}, "har redan varit"),
        ({"lead": "nobody"}, "kan inte utreda"),
    ],
)
def test_an_order_that_leads_nowhere_is_refused(region, case, lead, changed, why):
    given = {"question": "Varför?", "lead": lead, "due_on": days(30), **changed}
    if given["lead"] == "nobody":
        given["lead"] = person_as(Role.REPORTER, region.ward)

    with pytest.raises(NotReady, match=why):
        event_analysis.commission(case, by=region.investigator, **given)

    assert not EventAnalysis.objects.exists()


def test_it_is_ordered_once_by_those_who_decide_while_the_case_is_handled(
    region, case, lead, analysis
):
    given = {"question": "Varför?", "lead": lead, "due_on": days(30)}
    with pytest.raises(WrongStep, match="redan beställd"):
        event_analysis.commission(case, by=region.investigator, **given)
    with pytest.raises(NotAllowed):
        event_analysis.commission(case, by=person_as(Role.REPORTER, region.devices), **given)
    waiting = in_status("reported", region)
    with pytest.raises(NotReady, match="utreds inte"):
        event_analysis.commission(waiting, by=region.coordinator, **given)


def test_a_new_lead_takes_over_and_two_who_write_at_once_are_told(region, case, lead, analysis):
    other = person_as(Role.INVESTIGATOR, region.devices)

    changed = event_analysis.change(analysis, by=lead, version=1, lead=other, due_on=days(40))

    assert changed.version == 2
    assert Message.objects.filter(kind="analysis_lead", person=other).count() == 1
    assert not case.access.filter(person=lead, level="handler").exists()
    assert timezone.localdate(case.deadlines.open().get(purpose="event_analysis").due_at) == days(
        40
    )
    with pytest.raises(Stale):
        event_analysis.change(analysis, by=other, version=1, summary="Min text.")
    with pytest.raises(NotReady, match="Skriv vad analysen"):
        event_analysis.change(analysis, by=other, version=2, question=" ")


def test_personal_numbers_are_masked_and_sealed_wherever_one_writes(region, case, lead, analysis):
    number = "19121212-1212"

    event_analysis.change(analysis, by=lead, version=1, summary=f"Patienten {number} föll.")
    barrier = event_analysis.add_barrier(analysis, by=lead, text=f"Band på {number}", held="failed")
    member = event_analysis.add_member(
        analysis, by=lead, name=f"Anhörig {number}", part="patient_view"
    )

    analysis.refresh_from_db()
    assert number not in analysis.summary + barrier.text + member.name
    assert SealedText.objects.filter(field="event_analysis:summary").count() == 1
    assert SealedText.objects.filter(field=f"barrier:{barrier.pk}").count() == 1


def test_causes_get_their_places_and_never_explain_each_other(region, case, lead, analysis):
    moment, direct, behind = write_all(analysis, by=lead)
    calm = investigation.add_to_timeline(case, "Lugnt.", by=lead, at=case.filed_at)
    further = investigation.add_cause(
        case, by=lead, area=code("cause_area", "barriers"), text="Bortre.", evidence="Loggen."
    )
    further = event_analysis.place_cause(further, by=lead, explains=behind)

    assert [one.depth for one in (direct, behind, further)] == [
        "direct",
        "underlying",
        "underlying",
    ]
    for wrong in ({"departure": calm}, {"departure": moment, "explains": behind}):
        with pytest.raises(NotReady):
            event_analysis.place_cause(further, by=lead, **wrong)
    for ring in (behind, further):
        with pytest.raises(NotReady, match="förklara varandra"):
            event_analysis.place_cause(behind, by=lead, explains=ring)
    for act, row in (
        (investigation.remove_from_timeline, moment),
        (investigation.remove_cause, behind),
    ):
        with pytest.raises(NotReady, match="först"):
            act(row, by=lead)
    loose = event_analysis.place_cause(further, by=lead)
    assert (loose.depth, loose.explains) == ("", None)


def test_a_cause_without_its_place_is_refused_by_the_database(region, case, lead, analysis):
    _, direct, _ = write_all(analysis, by=lead)
    for wrong in ({"depth": ""}, {"depth": "underlying"}, {"departure": None}):
        with pytest.raises(IntegrityError, match="cause_has_its_place"), transaction.atomic():
            Cause.objects.filter(pk=direct.pk).update(**wrong)


def test_what_a_report_lacks_is_told_until_nothing_is(region, case, lead, analysis):
    with pytest.raises(NotReady) as refused:
        event_analysis.hand_in(analysis, by=lead, version=1)
    assert len(refused.value.reasons) == 6

    loose = investigation.add_cause(
        case, by=lead, area=code("cause_area", "barriers"), text="Lös.", evidence="Loggen."
    )
    ready(analysis, by=lead)
    analysis.refresh_from_db()
    with pytest.raises(NotReady, match="saknar plats"):
        event_analysis.hand_in(analysis, by=lead, version=analysis.version)
    investigation.remove_cause(loose, by=lead)

    handed = event_analysis.hand_in(analysis, by=lead, version=analysis.version)

    assert handed.reported_by == lead
    assert Message.objects.filter(kind="analysis_reported", person=region.investigator).exists()
    assert not case.deadlines.open().filter(purpose="event_analysis").exists()
    with pytest.raises(WrongStep, match="Ta tillbaka"):
        event_analysis.add_barrier(analysis, by=lead, text="Sent.", held="held")


def test_the_database_wants_a_summary_in_a_report(region, lead, analysis):
    with pytest.raises(IntegrityError, match="reported_with_a_summary"), transaction.atomic():
        EventAnalysis.objects.filter(pk=analysis.pk).update(
            reported_at=timezone.now(), reported_by=lead
        )


def test_a_proposal_is_decided_once_after_the_report(region, case, lead, analysis):
    first = ready(analysis, by=lead)
    second = proposals.propose(analysis, by=lead, **{**measure_of(lead), "title": "Utbilda"})
    by, version = region.investigator, {"version": 1}
    for act in (
        lambda: proposals.accept(first, by=by, **version),
        lambda: proposals.reject(first, by=by, reason="Nej.", **version),
    ):
        with pytest.raises(NotReady, match="inte lämnad"):
            act()
    analysis.refresh_from_db()
    event_analysis.hand_in(analysis, by=lead, version=analysis.version)

    taken = proposals.accept(first, by=by, **version)
    with pytest.raises(NotReady, match="varför"):
        proposals.reject(second, by=by, reason=" ", **version)
    with pytest.raises(Stale):
        proposals.reject(second, by=by, reason="Nej.", version=7)
    still = fresh(case).deviation
    assert event_analysis_is_decided_on(still) == "1 åtgärdsförslag är inte beslutat."
    refused = proposals.reject(second, by=by, reason="Räcker inte.", **version)

    assert taken.status == Measure.Status.PLANNED
    assert (refused.status, refused.decision_reason) == ("rejected", "Räcker inte.")
    assert event_analysis_is_decided_on(fresh(case).deviation) == ""
    with pytest.raises(NotReady, match="redan beslutad"):
        proposals.accept(first, by=by, version=2)
    with pytest.raises(NotReady, match="redan fattade"):
        event_analysis.take_back(analysis, by=lead, reason="Mer att säga.")


def test_a_withdrawn_proposal_is_not_carried_out(region, case, lead, analysis):
    made = ready(analysis, by=lead)
    measure = made.measure

    proposals.withdraw(made, by=lead)

    measure.refresh_from_db()
    assert measure.status == Measure.Status.CANCELLED
    assert measure.cancelled_reason == proposals.WITHDRAWN
    assert not Proposal.objects.exists()
    again = proposals.propose(analysis, by=lead, **measure_of(lead))
    measures.accept(again.measure, by=region.investigator, version=1)
    with pytest.raises(WrongStep, match="redan beslutat"):
        proposals.withdraw(again, by=lead)


def test_a_report_taken_back_is_worked_on_and_waited_for_again(region, case, lead, analysis):
    ready(analysis, by=lead)
    analysis.refresh_from_db()
    with pytest.raises(WrongStep, match="inte lämnad"):
        event_analysis.take_back(analysis, by=lead, reason="För tidigt.")
    event_analysis.hand_in(analysis, by=lead, version=analysis.version)

    with pytest.raises(NotReady, match="varför"):
        event_analysis.take_back(analysis, by=lead, reason="")
    back = event_analysis.take_back(analysis, by=lead, reason="Ny uppgift.")

    assert back.reported_at is None
    assert case.deadlines.open().filter(purpose="event_analysis").count() == 1
    event_analysis.add_barrier(analysis, by=lead, text="Dubbelkontroll.", held="missing")


def test_the_case_does_not_close_before_the_report_is_in_and_decided_on(region, lead):
    case = in_status("follow_up", region)
    assert event_analysis_is_decided_on(case.deviation) == ""
    event_analysis.commission(
        case, by=region.investigator, question="Varför?", lead=lead, due_on=days(30)
    )

    with pytest.raises(NotReady) as refused:
        closing.close(case, by=region.investigator)

    assert "Händelseanalysens rapport är inte lämnad." in refused.value.reasons


def test_removed_rows_leave_their_trace(region, lead, analysis):
    member = event_analysis.add_member(analysis, by=lead, person=region.physician, part="expert")
    with pytest.raises(NotReady, match="deltar redan"):
        event_analysis.add_member(analysis, by=lead, person=region.physician, part="member")
    with pytest.raises(NotReady, match="Skriv vem"):
        event_analysis.add_member(analysis, by=lead, part="member")
    barrier = event_analysis.add_barrier(analysis, by=lead, text="Larmet.", held="failed")

    event_analysis.remove_member(member, by=lead)
    event_analysis.remove_barrier(barrier, by=lead)

    assert not Barrier.objects.exists()
    for action in ("analysis_member_removed", "barrier_removed"):
        assert Event.objects.filter(action=f"case.{action}").count() == 1


def test_rows_of_another_case_are_refused(region, lead, analysis):
    other = in_status("in_investigation", region)
    moment = investigation.add_to_timeline(
        other,
        "Annat.",
        by=region.investigator,
        at=timezone.now() - timedelta(hours=1),
        departs=True,
    )
    cause = investigation.add_cause(
        other,
        by=region.investigator,
        area=code("cause_area", "barriers"),
        text="Annan.",
        evidence="Loggen.",
    )
    _, direct, _ = write_all(analysis, by=lead)
    for act in (
        lambda: event_analysis.add_barrier(analysis, by=lead, text="x", held="held", moment=moment),
        lambda: event_analysis.place_cause(direct, by=lead, departure=moment),
        lambda: event_analysis.place_cause(direct, by=lead, explains=cause),
        lambda: proposals.propose(analysis, by=lead, cause=cause, **measure_of(lead)),
    ):
        with pytest.raises(NotReady):
            act()
    with pytest.raises(NotReady, match="Beställ"):
        event_analysis.place_cause(cause, by=region.investigator)

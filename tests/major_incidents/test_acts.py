"""Declaring, concerning, handing over, gathering, counting."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from patientsakerhet.access import policy
from patientsakerhet.audit.models import Event
from patientsakerhet.cases.models import Case
from patientsakerhet.lib.refusal import NotAllowed, NotReady
from patientsakerhet.major_incidents import gathering
from patientsakerhet.major_incidents.actions import declaring, handling
from patientsakerhet.major_incidents.actions import gathering as acts
from patientsakerhet.major_incidents.models import MajorIncident
from patientsakerhet.notifications.models import Message
from tests.factories import fresh, make_person
from tests.major_incidents.making import World
from tests.major_incidents.test_workflow import refused

pytestmark = pytest.mark.django_db


def test_an_incident_is_declared_once_and_the_affected_are_told():
    world = World()
    key = uuid4()
    wanted = declaring.Declaration(
        "Växeln nere", world.region.devices, "Ingen kan ringa 19121212-1212.", world.started,
        world.started, world.started, leader=world.manager, units=[world.region.ward],
    )  # fmt: skip
    case = declaring.declare(wanted, by=world.leader, submission=key)
    again = declaring.declare(wanted, by=world.leader, submission=key)

    assert (again.pk, case.number[:3], case.handler) == (case.pk, "SI-", world.manager)
    assert "19121212" not in fresh(case).major_incident.what_happened
    told = Message.objects.filter(case_id=case.pk).values_list("kind", "person")
    assert set(told) == {("incident_lead", world.manager.pk), ("incident_declared", world.head.pk)}
    assert "read" in policy.capabilities(world.head, fresh(case))
    assert fresh(case).due_at is not None


def test_who_may_not_lead_declares_nothing_and_moments_follow_on_one_another():
    world = World()
    with pytest.raises(NotAllowed):
        declaring.declare(
            declaring.Declaration(
                "X", world.region.ward, "X", world.started, world.started, world.started
            ),
            by=world.head,
            submission=uuid4(),
        )
    before, ahead = world.started - timedelta(hours=1), timezone.now() + timedelta(hours=1)
    assert refused(world.declared, noticed_at=before, declared_at=before - timedelta(hours=1)) == [
        "Incidenten kan inte ha upptäckts innan den började.",
        "Incidenten kan inte ha utlysts innan den upptäcktes.",
    ]
    assert refused(world.declared, declared_at=ahead) == ["Ingen av tiderna kan ligga framåt."]
    assert refused(world.declared, leader=make_person("Nils Ny")) == [
        "Nils Ny har ingen roll som kan leda stora incidenter."
    ]
    assert not Case.objects.of_kind("major_incident").exists()


def test_a_unit_reads_while_it_is_among_the_affected():
    world = World()
    case = world.declared()
    assert policy.capabilities(world.head, case)

    declaring.concern(case, by=world.leader, systems=[], units=[world.region.operations])

    assert not policy.capabilities(world.head, fresh(case))
    assert Case.objects.visible_to(world.leader).matching("IT-drift").get() == case


def test_the_work_is_handed_over():
    world = World()
    case = world.declared()
    declaring.hand_over(case, leader=world.manager, by=world.leader)

    assert fresh(case).handler == world.manager
    assert refused(declaring.hand_over, fresh(case), leader=world.manager, by=world.leader) == [
        f"{world.manager} leder redan incidenten."
    ]


def test_deviations_of_the_time_and_the_system_are_suggested():
    world = World()
    case = world.declared()
    near = world.deviation()
    world.deviation(occurred_at=world.started - timedelta(hours=26))
    incident = MajorIncident.objects.whole().get(pk=case.pk)

    assert list(gathering.suggested(incident, by=world.leader)) == [near]
    assert not gathering.suggested(incident, by=make_person()).exists()

    acts.gather(case, near, by=world.leader)
    incident = MajorIncident.objects.whole().get(pk=case.pk)
    assert list(gathering.gathered(incident, by=world.leader)) == [near]
    assert not gathering.suggested(incident, by=world.leader).exists()
    assert Event.objects.filter(case_id=near.pk, action="case.gathered").exists()


def test_what_can_be_gathered_and_let_go():
    world = World()
    case, other = world.declared(), world.deviation()
    acts.gather(case, other, by=world.leader)

    assert refused(acts.gather, fresh(case), other, by=world.leader) == [
        f"{other.number} är redan samlad under incidenten."
    ]
    second = world.declared()
    assert refused(acts.gather, fresh(case), second, by=world.leader) == [
        f"{second.number} är ingen avvikelse och kan inte samlas under en incident."
    ]
    hidden = world.deviation()
    assert "read" not in policy.capabilities(world.manager, hidden)
    declaring.hand_over(fresh(case), leader=world.manager, by=world.leader)
    assert refused(acts.gather, fresh(case), hidden, by=world.manager) == ["Avvikelsen finns inte."]
    acts.release(fresh(case), other, by=world.leader)
    assert not MajorIncident.objects.get(pk=case.pk).gathered.exists()
    assert refused(acts.release, fresh(case), other, by=world.leader) == [
        "Avvikelsen är inte samlad under incidenten."
    ]


def test_a_closed_incident_is_not_written_in():
    world = World()
    case = world.closed()
    for act in (
        lambda: world.described(case),
        lambda: world.learnt(case),
        lambda: world.measure(case),
        lambda: acts.gather(fresh(case), world.deviation(), by=world.leader),
        lambda: handling.add_ticket(
            fresh(case), by=world.leader, kind="incident", system="S", number="1"
        ),
    ):
        with pytest.raises(NotReady):
            act()


def test_the_year_counts_those_declared_in_it_by_swedens_calendar_and_not_withdrawn():
    world = World()
    inside, late, withdrawn = world.declared(), world.declared(), world.declared()
    world.go(withdrawn, "withdraw")
    new_year = datetime(2023, 12, 31, 23, 30, tzinfo=UTC)  # half past midnight in Sweden
    for case, at in (
        (inside, datetime(2022, 12, 31, 23, 30, tzinfo=UTC)),
        (late, new_year),
        (withdrawn, datetime(2023, 6, 1, tzinfo=UTC)),
    ):
        MajorIncident.objects.filter(pk=case.pk).update(
            started_at=at, noticed_at=at, declared_at=at
        )

    counted = MajorIncident.objects.standing().declared_in(2023)
    assert [one.pk for one in counted] == [inside.pk]
    assert MajorIncident.objects.standing().declared_in(2024).get().pk == late.pk

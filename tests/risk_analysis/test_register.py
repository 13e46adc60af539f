"""Risks across analyses: the register, what has happened since, reviews proposed, risks raised from cases."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from avvikelse.actions import assessment
from patientsakerhet.cases.models import Case, Link
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.notifications.models import Message
from patientsakerhet.organisation.models import Role
from patientsakerhet.register import history
from patientsakerhet.risk_analysis import around_things, watching
from patientsakerhet.risk_analysis.actions import handling, reviews, risks
from patientsakerhet.risk_analysis.models import Risk, RiskReview
from tests.factories import file_report, fresh, in_status, make_device, make_system, person_as
from tests.made_once import made_once
from tests.risk_analysis.making import World, whole
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db


def _watching():
    """A world with a judged risk that is watched by a system, a product and words."""
    world = World()
    case = world.with_team(world.commissioned())
    handling.take_step(case, "start", by=world.leader)
    risk = world.risk(case)
    world.system = make_system("Läkemedelsmodulen", world.region.devices)
    world.device = make_device("MT-7", world.region.ward)
    risks.change(
        risk, by=world.leader, title=risk.title, step=risk.step, systems=[world.system],
        products=[world.device.model], watched_words="larmtystnad",
    )  # fmt: skip
    world.watched = Risk.objects.get(pk=risk.pk)
    return world


_made, world = made_once(_watching)


@pytest.fixture
def watched(world):
    return world.watched


def about(world, **fields):
    return file_report(world.region.ward, world.region.reporter, **fields)


def by_system(world):
    return about(world, system=world.system)


def by_product(world):
    return about(world, device=world.device)


def by_words(world):
    return about(world, what_happened="Det blev larmtystnad i en timme.")


WAYS = (by_system, by_product, by_words)


def judged(case, world, potential=4, probability=3):
    from avvikelse.actions import coordination

    coordination.take(case, by=world.region.coordinator)
    assessment.assess(
        case, by=world.region.coordinator, actual=0, potential=potential, probability=probability
    )
    return fresh(case)


def test_a_risk_shows_what_has_happened_since_it_was_looked_at(watched, world):
    before = [make(world) for make in WAYS]
    for case in before:
        Case.objects.filter(pk=case.pk).update(
            filed_at=watched.reviewed_at - timedelta(days=1), version=case.version + 1
        )
    since, other = [make(world) for make in WAYS], about(world)
    page = signed_in(world.region.physician).get(
        reverse("analysis_risk", args=[watched.analysis.case.number, watched.serial])
    )
    shown = page.content.decode()

    found = set(watching.deviations(watched))

    assert found == set(since)
    assert other not in found
    assert [case for case in since if case.number not in shown] == []
    assert [case for case in before if case.number in shown] == []


def test_words_are_looked_for_in_the_units_own_deviations(watched, world):
    elsewhere = file_report(world.region.private, what_happened="Det blev larmtystnad.")

    assert elsewhere not in watching.deviations(watched)


def test_a_deviation_that_one_may_not_read_is_not_shown(watched, world):
    since = by_words(world)
    number = watched.analysis.case.number

    page = signed_in(world.nurse).get(reverse("analysis_risk", args=[number, watched.serial]))

    assert page.status_code == 200
    assert since.number not in page.content.decode()


@pytest.mark.parametrize("make", WAYS)
def test_a_severe_deviation_proposes_a_review_once_and_the_leader_is_told(
    make, watched, world, commit
):
    judged(make(world), world, potential=1, probability=1)
    assert reviews.sweep() == 0
    severe = judged(make(world), world)

    assert [reviews.sweep(), reviews.sweep()] == [1, 0]
    commit()

    review = RiskReview.objects.get()
    assert (review.risk, review.case, review.handled_at) == (watched, severe, None)
    message = Message.objects.get(kind="risk_review")
    assert (message.person, message.number) == (world.leader, watched.analysis.case.number)


def test_a_review_is_answered_and_starts_anew(watched, world, commit):
    judged(by_system(world), world)
    reviews.sweep()
    client = signed_in(world.leader)
    number = watched.analysis.case.number
    assert (
        "Risken ska omprövas."
        in client.get(reverse("analysis_risk", args=[number, watched.serial])).content.decode()
    )
    assert "Risker att ompröva" in client.get(reverse("home")).content.decode()

    address = reverse("analysis_risk_review", args=[number, watched.serial])
    assert client.post(address, {}).status_code == 422
    half = client.post(address, {"ompröva-note": "Ny bild.", "ompröva-severity": "4"})
    assert half.status_code == 409
    client.post(
        address,
        {"ompröva-note": "Ny bild.", "ompröva-severity": "4", "ompröva-probability": "4"},
    )
    commit()

    risk = whole(watched.analysis.case).risks.get()
    review = risk.reviews.get()
    assert (risk.score, risk.band, risk.latest.stage) == (16, 3, "review")
    assert (review.outcome, review.handled_by) == ("rescored", world.leader)
    assert list(watching.deviations(risk)) == []
    assert reviews.sweep() == 0


def test_what_is_struck_out_or_broken_off_is_not_watched(watched, world):
    judged(by_system(world), world)
    risks.withdraw(watched, by=world.leader, reason="Dubblett.")

    assert reviews.sweep() == 0
    assert not Risk.objects.standing().exists()


def test_the_register_shows_the_gravest_first_and_is_narrowed(watched, world):
    mild = world.risk(watched.analysis.case, "Något litet", factors=(1, 1))
    unjudged = world.risk(watched.analysis.case, "Något nytt", factors=None)
    client = signed_in(world.leader)

    page = client.get(reverse("risks")).content.decode()
    places = [page.index(one.title) for one in (watched, mild, unjudged)]
    high = client.get(reverse("risks"), {"band": "3"}).content.decode()
    none = client.get(reverse("risks"), {"band": "0"}).content.decode()
    system = client.get(reverse("risks"), {"system": "läkemedel"}).content.decode()
    file = b"".join(client.get(reverse("risks_extract", args=["csv"]), {"band": "1"})).decode(
        "utf-8-sig"
    )

    assert places == sorted(places)
    assert (watched.title in high, mild.title in high) == (True, False)
    assert (unjudged.title in none, mild.title in none) == (True, False)
    assert (watched.title in system, mild.title in system) == (True, False)
    assert (mild.title in file, watched.title in file) == (True, False)


def test_the_register_knows_only_what_one_may_read(watched, world):
    stranger = person_as(Role.UNIT_MANAGER, world.region.operations)

    assert watched.title not in signed_in(stranger).get(reverse("risks")).content.decode()


def test_the_register_asks_the_database_as_much_for_one_as_for_three(
    watched, world, django_assert_num_queries
):
    client = signed_in(world.leader)
    client.get(reverse("risks"))

    with django_assert_num_queries(9):
        client.get(reverse("risks"))
    added = [world.risk(watched.analysis.case, f"Risk {number}") for number in range(2)]
    with django_assert_num_queries(9):
        page = client.get(reverse("risks")).content.decode()
    assert [one.title for one in (watched, *added) if one.title not in page] == []


def test_a_risk_is_raised_from_a_case_and_keeps_the_link(world, commit):
    woke = in_status("in_investigation", world.region)
    analysis = world.with_team(
        world.commissioned(unit=world.region.devices, commissioned_by=world.region.physician)
    )
    client = signed_in(world.region.physician)
    shown = client.get(reverse("deviation", args=[woke.number])).content.decode()
    assert reverse("risk_raise", args=[woke.number]) in shown
    address = reverse("risk_raise", args=[woke.number])
    assert woke.title in client.get(address).content.decode()

    answer = client.post(address, {"title": "Larmet tystnar", "analysis": analysis.pk})
    commit()

    risk = Risk.objects.exclude(pk=world.watched.pk).get()
    assert answer.headers["Location"] == reverse("analysis_risk", args=[analysis.number, 1])
    assert risk.raised_from == woke
    assert Link.objects.get(case=analysis).other == woke
    assert "Larmet tystnar" in client.get(address).content.decode()


def test_a_new_analysis_is_ordered_because_of_a_case(world, commit):
    from tests.risk_analysis.test_pages import form_of

    woke = in_status("in_investigation", world.region)
    client = signed_in(world.region.physician)
    form = form_of(
        world, unit=world.region.devices.code, commissioned_by=world.region.physician.email
    )

    client.post(f"{reverse('risk_analysis_new')}?arende={woke.number}", form)
    commit()

    risk = Risk.objects.exclude(pk=world.watched.pk).get()
    assert (risk.raised_from, risk.title, risk.serial) == (woke, woke.title, 1)
    assert Link.objects.get(other=woke).case == risk.analysis.case


def test_a_case_that_one_may_not_read_raises_nothing(world):
    woke = in_status("reported", world.region)
    stranger = person_as(Role.INVESTIGATOR, world.region.operations)
    case = world.commissioned()

    assert signed_in(stranger).get(reverse("risk_raise", args=[woke.number])).status_code == 404
    with pytest.raises(NotReady, match="finns inte"):
        risks.add(
            case, by=world.leader, title="Något", raised_from=in_status("reported", World().region)
        )


def test_the_decider_finds_what_waits_on_her_first_page(world):
    case = world.in_status("deciding")

    page = signed_in(world.commissioner).get(reverse("home")).content.decode()

    assert "Riskanalyser att besluta" in page
    assert case.title in page


def test_the_register_shows_a_things_risks_and_analyses(watched, world):
    mild = world.risk(watched.analysis.case, "Något litet", factors=(1, 1))
    other = world.risk(watched.analysis.case, "Något annat")
    mild.systems.add(world.system)
    mild.products.add(world.device.model)
    struck = world.risk(watched.analysis.case, "Något struket")
    struck.systems.add(world.system)
    struck.products.add(world.device.model)
    risks.withdraw(struck, by=world.leader, reason="Dubblett.")
    case = watched.analysis.case
    leader = signed_in(world.leader)
    stranger = signed_in(person_as(Role.UNIT_MANAGER, world.region.operations))
    things = {"system": world.system, "model": world.device.model, "device": world.device}

    for sort, thing in things.items():
        address = reverse(f"register_{sort}", args=[thing.pk])
        page = leader.get(address).content.decode()

        assert page.index(watched.title) < page.index(mild.title), sort
        assert other.title not in page, sort
        assert struck.title not in page, sort
        assert reverse("analysis_risk", args=[case.number, watched.serial]) in page, sort
        assert f"{case.number}, risk {watched.serial} · risktal 9, hög" in page, sort
        assert f"{case.number} · Analys · 2 risker" in page, sort
        assert case.number not in stranger.get(address).content.decode(), sort


def test_a_thing_costs_the_same_however_many_risks_it_stands_in(
    watched, world, django_assert_num_queries
):
    person, about_it = world.leader, history.of_system(world.system)

    def found():
        with django_assert_num_queries(2):
            rows = around_things.risks(person, about_it), around_things.analyses(person, about_it)
        return [len(one) for one in rows]

    around_things.risks(person, about_it)
    assert found() == [1, 1]
    for number in range(2):
        case = world.commissioned(title=f"Analys {number}")
        world.risk(case).systems.add(world.system)
    assert found() == [3, 3]


def test_reviewed_at_follows_the_clock(watched):
    assert watched.reviewed_at <= timezone.now()

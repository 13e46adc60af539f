"""The pages of analyses: ordering one, each part, what is kept when something is refused."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from patientsakerhet.audit.models import Event
from patientsakerhet.cases.models import Case, Link
from patientsakerhet.notifications.models import Message
from patientsakerhet.organisation.models import Role
from patientsakerhet.risk_analysis.actions import handling, risks
from patientsakerhet.risk_analysis.models import AnalysisTemplate, RiskAnalysis, ScoringMethod
from tests.factories import fresh, make_model, make_system, person_as
from tests.risk_analysis.making import World, whole

pytestmark = pytest.mark.django_db

PARTS = (
    "risk_analysis", "analysis_risks", "analysis_measures", "analysis_report", "analysis_history",
)  # fmt: skip


def signed_in(person, **kwargs):
    client = Client(**kwargs)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def world():
    return World()


def form_of(world, **changes):
    return {
        "submission": str(uuid4()),
        "title": "Ny infusionspump",
        "occasion": "device",
        "unit": world.region.ward.code,
        "change": "Alla pumpar byts.",
        "scope": "Hela kedjan.",
        "commissioned_by": world.commissioner.email,
        "commissioned_on": "2026-11-20",
        "leader": world.leader.email,
        "method": ScoringMethod.objects.current().first().pk,
        **changes,
    }


def test_an_analysis_is_ordered_once_however_often_it_is_sent(world, commit):
    client = signed_in(world.leader, enforce_csrf_checks=False)
    form = form_of(world)

    first = client.post(reverse("risk_analysis_new"), form)
    again = client.post(reverse("risk_analysis_new"), form)
    commit()

    case = Case.objects.get(kind="risk_analysis")
    assert first.headers["Location"] == again.headers["Location"] == case.get_absolute_url()
    assert (case.owning_unit, case.handler) == (world.region.ward, world.leader)
    assert case.due_at is not None


def test_csrf_guards_the_form(world):
    client = signed_in(world.leader, enforce_csrf_checks=True)
    assert client.post(reverse("risk_analysis_new"), form_of(world)).status_code == 403


def test_what_was_written_is_kept_when_something_is_missing(world):
    client = signed_in(world.leader)

    answer = client.post(reverse("risk_analysis_new"), form_of(world, title="", change="Bytet."))

    assert answer.status_code == 422
    assert "Skriv en rubrik." in answer.content.decode()
    assert "Bytet." in answer.content.decode()
    assert not Case.objects.filter(kind="risk_analysis").exists()


@pytest.mark.parametrize(
    ("field", "role", "says"),
    [
        ("commissioned_by", Role.INVESTIGATOR, "kan inte vara uppdragsgivare"),
        ("leader", Role.REPORTER, "ingen roll som kan leda"),
    ],
)
def test_people_who_may_not_are_refused_by_name(world, field, role, says):
    somebody = person_as(role, world.region.ward)

    answer = signed_in(world.leader).post(
        reverse("risk_analysis_new"), form_of(world, **{field: somebody.email})
    )

    assert answer.status_code == 409
    assert says in answer.content.decode()


def test_the_leader_is_told_and_reads_it(world):
    other = person_as(Role.COORDINATOR, world.region.administration)
    signed_in(world.leader).post(reverse("risk_analysis_new"), form_of(world, leader=other.email))

    case = Case.objects.get(kind="risk_analysis")
    assert Message.objects.get(kind="analysis_leader").person == other
    assert signed_in(other).get(case.get_absolute_url()).status_code == 200
    # Whoever typed it in reads it too, and moves nothing she has no role for.
    assert signed_in(world.leader).get(case.get_absolute_url()).status_code == 200


def test_a_template_brings_its_steps_and_risks(world):
    template = AnalysisTemplate.objects.get(name="Nytt eller ändrat IT-system")

    signed_in(world.leader).post(reverse("risk_analysis_new"), form_of(world, template=template.pk))

    analysis = RiskAnalysis.objects.get()
    assert next(one.title for one in analysis.steps.all()) == "Förberedelse"
    assert analysis.risks.count() == 3
    assert analysis.risks.get(serial=1).step.title == "Överföring av uppgifter"
    assert analysis.risks.get(serial=1).score is None


def test_a_copy_brings_words_and_no_judgements(world):
    old = world.in_status("closed")
    system, model = make_system(unit=world.region.devices), make_model()
    risk = whole(old).risks.get()
    risk.systems.add(system)
    risk.products.add(model)

    signed_in(world.leader).post(
        reverse("risk_analysis_new"), form_of(world, copied_from=old.number)
    )

    new = RiskAnalysis.objects.get(copied_from=old.pk)
    copied = new.risks.get()
    assert (copied.title, copied.cause) == (risk.title, risk.cause)
    assert copied.step.title == risk.step.title
    assert (list(copied.systems.all()), list(copied.products.all())) == ([system], [model])
    assert (copied.score, copied.scorings.count(), copied.aims.count()) == (None, 0, 0)


def test_a_copy_shows_what_was_judged_then_and_asks_for_it_anew(world):
    old = world.in_status("closed")
    client = signed_in(world.leader)
    assert (
        f"{reverse('risk_analysis_new')}?kopia={old.number}"
        in client.get(old.get_absolute_url()).content.decode()
    )
    client.post(reverse("risk_analysis_new"), form_of(world, copied_from=old.number))
    new = RiskAnalysis.objects.get(copied_from=old.pk).case

    page = client.get(reverse("analysis_risk", args=[new.number, 1])).content.decode()
    listed = client.get(reverse("analysis_risks", args=[new.number])).content.decode()

    assert f"I {old.number}, risk 1 var den" in page
    assert '<option value="1" selected>1 – Mycket liten</option>' in page
    assert "Var 3 (3 × 1), låg. Bedöm på nytt" in listed
    assert new.get_absolute_url() in client.get(old.get_absolute_url()).content.decode()
    assert old.get_absolute_url() in client.get(new.get_absolute_url()).content.decode()
    earlier_member = signed_in(world.nurse).get(old.get_absolute_url()).content.decode()
    assert new.number not in earlier_member


def test_what_one_may_not_read_cannot_be_copied(world):
    other = World()
    old = other.in_status("commissioned")

    answer = signed_in(world.leader).post(
        reverse("risk_analysis_new"), form_of(world, copied_from=old.number)
    )

    assert answer.status_code == 422
    assert "Det finns ingen riskanalys" in answer.content.decode()


@pytest.mark.parametrize("status", ["commissioned", "analysing", "deciding", "follow_up", "closed"])
def test_each_part_opens_in_each_state_and_is_written_down(status, world):
    case = world.in_status(status)
    read = Event.objects.filter(action="case.read", actor_id=world.leader.pk)
    for name in PARTS:
        before = read.count()
        for person in (world.leader, world.commissioner, world.nurse, world.region.coordinator):
            if person == world.nurse and status == "commissioned":
                continue
            answer = signed_in(person).get(reverse(name, args=[case.number]))
            assert answer.status_code == 200, (name, person)
        assert read.count() > before, name


def test_a_stranger_meets_nothing(world):
    case = world.in_status("analysing")
    stranger = signed_in(person_as(Role.UNIT_MANAGER, world.region.operations))

    for name in PARTS:
        assert stranger.get(reverse(name, args=[case.number])).status_code == 404


def analysed(world, count):
    case = world.with_team(world.commissioned())
    handling.take_step(case, "start", by=world.leader)
    for number in range(count):
        risk = world.risk(case, f"Risk som heter {number}")
        world.proposal(case, risk)
    return case


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("name", "asks"), [
    ("risk_analysis", 26), ("analysis_risks", 26), ("analysis_measures", 26),
    ("analysis_report", 26), ("analysis_history", 28),
])  # fmt: skip
def test_a_part_asks_the_database_as_much_for_one_risk_as_for_three(
    name, asks, count, world, django_assert_num_queries
):
    case = analysed(world, count)
    client = signed_in(world.leader)
    address = reverse(name, args=[case.number])
    client.get(address)

    with django_assert_num_queries(asks):
        client.get(address)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_database_as_much_for_one_as_for_three(
    count, world, django_assert_num_queries
):
    for _ in range(count):
        analysed(world, 1)
    client = signed_in(world.leader)
    client.get(reverse("risk_analyses"))

    with django_assert_num_queries(11):
        client.get(reverse("risk_analyses"))


def test_the_list_is_narrowed_and_taken_out(world):
    case, other = world.in_status("deciding"), world.in_status("closed")
    client = signed_in(world.commissioner)

    room = client.get(reverse("risk_analyses"), {"room": "beslut"}).content.decode()
    high = client.get(reverse("risk_analyses"), {"high": "on"}).content.decode()
    found = client.get(reverse("risk_analyses"), {"q": "Larmet"}).content.decode()
    file = b"".join(
        client.get(reverse("risk_analyses_extract", args=["csv"]), {"room": "beslut"})
    ).decode("utf-8-sig")

    assert case.number in room
    assert other.number not in room
    assert case.number in high
    assert other.number not in high
    assert case.number in found
    assert case.number in file
    assert other.number not in file


def test_a_risk_is_written_scored_and_struck_out_on_its_pages(world):
    case = world.with_team(world.commissioned())
    handling.take_step(case, "start", by=world.leader)
    client = signed_in(world.leader)
    system = make_system("Läkemedelsmodulen", world.region.devices)
    client.post(reverse("analysis_step", args=[case.number]), {"steg-title": "Ordinera"})

    made = client.post(
        reverse("analysis_risk_new", args=[case.number]),
        {"title": "Fel patient", "cause": "Två öppna", "systems": system.name},
    )
    assert made.headers["Location"] == reverse("analysis_risk", args=[case.number, 1])
    risk = whole(case).risks.get()
    assert list(risk.systems.all()) == [system]

    missing = client.post(
        reverse("analysis_risk_score", args=[case.number, 1, "fore"]), {"fore-severity": "3"}
    )
    assert missing.status_code == 422
    assert "Välj sannolikhet." in missing.content.decode()
    client.post(
        reverse("analysis_risk_score", args=[case.number, 1, "fore"]),
        {"fore-severity": "3", "fore-probability": "2", "fore-reason": "Har hänt."},
    )
    risk = whole(case).risks.get()
    assert (risk.score, risk.band, risk.before.reason) == (6, 2, "Har hänt.")

    refused = client.post(reverse("analysis_risk_withdraw", args=[case.number, 1]), {})
    assert refused.status_code == 422
    client.post(
        reverse("analysis_risk_withdraw", args=[case.number, 1]), {"stryk-reason": "Dubblett."}
    )
    page = client.get(reverse("analysis_risk", args=[case.number, 1])).content.decode()
    assert "Risken är struken." in page


def test_steps_are_moved_and_removed(world):
    case = world.with_team(world.commissioned())
    client = signed_in(world.leader)
    for title in ("A", "B"):
        client.post(reverse("analysis_step", args=[case.number]), {"steg-title": title})
    first, second = case.risk_analysis.steps.order_by("position")

    client.post(reverse("analysis_step_move", args=[case.number, second.pk, "upp"]))
    assert [one.title for one in case.risk_analysis.steps.order_by("position")] == ["B", "A"]
    client.post(reverse("analysis_step_move", args=[case.number, second.pk, "bort"]))
    assert [(one.position, one.title) for one in case.risk_analysis.steps.all()] == [(1, "A")]
    risks.add(case, by=world.leader, title="Något", step=first)
    client.post(reverse("analysis_step_move", args=[case.number, first.pk, "bort"]))
    assert case.risk_analysis.steps.count() == 1


def test_a_stale_form_keeps_the_text_and_says_so(world):
    case = world.with_team(world.commissioned())
    client = signed_in(world.leader)

    answer = client.post(
        reverse("analysis_patient", args=[case.number]),
        {"patient-patient_view": "Intervjuer.", "patient-version": "1"},
    )

    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Någon annan ändrade ärendet" in page
    assert "Intervjuer." in page
    assert f'name="patient-version" value="{fresh(case).version}"' in page


def test_a_measure_is_proposed_and_decided_on_its_pages(world):
    case = world.in_status("deciding")
    measure = case.measures.get()
    client = signed_in(world.commissioner)
    address = reverse("analysis_measure_decide", args=[case.number, measure.pk])
    prefix = f"beslut{measure.pk}"
    told = {f"{prefix}-measure_version": measure.version}

    refused = client.post(address, {**told, f"{prefix}-decision": "reject"})
    assert refused.status_code == 409
    assert "Skriv varför åtgärden avslås." in refused.content.decode()
    client.post(address, {**told, f"{prefix}-decision": "accept", f"{prefix}-reason": "Ja."})

    measure.refresh_from_db()
    assert (measure.status, measure.decision_reason) == ("planned", "Ja.")
    assert signed_in(world.leader).post(address, told).status_code in {403, 422}


def test_a_signed_report_is_opened_by_whoever_reads_the_analysis(world):
    case = world.in_status("follow_up")
    report = case.risk_analysis.reports.get()
    client = signed_in(world.nurse)

    pdf = client.get(reverse("attachment", args=[report.pdf_id]))
    content = b"".join(pdf.streaming_content)

    assert content.startswith(b"%PDF-")
    assert client.get(reverse("analysis_report", args=[case.number])).status_code == 200
    word = client.get(reverse("attachment", args=[report.word_id]))
    assert b"".join(word.streaming_content).startswith(b"PK")


def test_personal_numbers_are_masked_and_sealed(world):
    case = world.with_team(world.commissioned())

    risk = risks.add(
        case, by=world.leader, title="Fel patient 19121212-1212", cause="19121212-1212"
    )

    assert "1212-1212" not in f"{risk.title}{risk.cause}"
    assert case.sealed.count() == 2


def test_nothing_is_linked_that_was_not(world):
    world.in_status("closed")
    assert not Link.objects.exists()

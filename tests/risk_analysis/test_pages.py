"""The pages of analyses: ordering one, each part, what is kept when something is refused."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from patientsakerhet.audit.models import Event
from patientsakerhet.cases.models import Case, Link
from patientsakerhet.notifications.models import Message
from patientsakerhet.organisation.models import Role
from patientsakerhet.risk_analysis.actions import handling, risks
from patientsakerhet.risk_analysis.models import AnalysisTemplate, RiskAnalysis, ScoringMethod
from tests.factories import fresh, make_system, person_as
from tests.made_once import made_once
from tests.risk_analysis.making import World, walked, whole
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db

STATES = ("commissioned", "analysing", "deciding", "follow_up", "closed")
_made, world = made_once(walked(*STATES))

PARTS = (
    "risk_analysis", "analysis_risks", "analysis_measures", "analysis_report", "analysis_history",
)  # fmt: skip


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


def ordered(world):
    """The analyses that have been ordered since the world was made."""
    return RiskAnalysis.objects.exclude(case__in=world.cases.values())


def test_an_analysis_is_ordered_once_however_often_it_is_sent(world, commit):
    client = signed_in(world.leader, enforce_csrf_checks=False)
    form = form_of(world)

    first = client.post(reverse("risk_analysis_new"), form)
    again = client.post(reverse("risk_analysis_new"), form)
    commit()

    case = ordered(world).get().case
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
    assert Case.objects.filter(kind="risk_analysis").count() == len(world.cases)


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

    case = ordered(world).get().case
    assert Message.objects.get(kind="analysis_leader").person == other
    assert signed_in(other).get(case.get_absolute_url()).status_code == 200
    # Whoever typed it in reads it too, and moves nothing she has no role for.
    assert signed_in(world.leader).get(case.get_absolute_url()).status_code == 200


def test_a_template_brings_its_steps_and_risks(world):
    template = AnalysisTemplate.objects.get(name="Nytt eller ändrat IT-system")

    signed_in(world.leader).post(reverse("risk_analysis_new"), form_of(world, template=template.pk))

    analysis = ordered(world).get()
    assert next(one.title for one in analysis.steps.all()) == "Förberedelse"
    assert analysis.risks.count() == 3
    assert analysis.risks.get(serial=1).step.title == "Överföring av uppgifter"
    assert analysis.risks.get(serial=1).score is None


def test_what_one_may_not_read_cannot_be_copied(world):
    other = World()
    old = other.in_status("commissioned")

    answer = signed_in(world.leader).post(
        reverse("risk_analysis_new"), form_of(world, copied_from=old.number)
    )

    assert answer.status_code == 422
    assert "Det finns ingen riskanalys" in answer.content.decode()


def readers(world, status):
    """Everybody who reads the analysis in this state; its team is not there at first."""
    people = [world.leader, world.commissioner, world.region.coordinator, world.nurse]
    return people[:3] if status == "commissioned" else people


def not_opened(case, person, names):
    """The parts that do not open for the person, or whose reading is not written down once."""
    client = signed_in(person)
    read = Event.objects.filter(action="case.read", actor_id=person.pk, case_id=case.pk)
    for name in names:
        before = read.count()
        answer = client.get(reverse(name, args=[case.number]))
        if (answer.status_code, read.count()) != (200, before + 1):
            yield name, person, answer.status_code, read.count() - before


@pytest.mark.parametrize("status", STATES)
def test_each_part_opens_in_each_state_and_is_written_down(status, world):
    """By turns to one of those who read it; to all of them at a landing."""
    people, turn = readers(world, status), STATES.index(status)
    wrong = []
    for place, person in enumerate(people):
        hers = [name for at, name in enumerate(PARTS) if (at + turn) % len(people) == place]
        wrong += not_opened(world.cases[status], person, hers)

    assert wrong == []


@pytest.mark.long
@pytest.mark.parametrize("status", STATES)
def test_each_part_opens_in_each_state_to_everybody_who_reads_it(status, world):
    wrong = []
    for person in readers(world, status):
        wrong += not_opened(world.cases[status], person, PARTS)

    assert wrong == []


def test_a_stranger_meets_nothing(world):
    case = world.cases["analysing"]
    stranger = signed_in(person_as(Role.UNIT_MANAGER, world.region.operations))

    for name in PARTS:
        assert stranger.get(reverse(name, args=[case.number])).status_code == 404


def asked_by(client, *addresses):
    """How many statements each page takes, for whoever has opened one before."""
    client.get(addresses[0])
    found = []
    for address in addresses:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        found.append(len(asked))
    return found


def test_a_part_asks_the_database_as_much_for_one_risk_as_for_three(world):
    case = world.cases["analysing"]
    client = signed_in(world.leader)
    addresses = [reverse(name, args=[case.number]) for name in PARTS]
    assert (case.risk_analysis.risks.count(), case.measures.count()) == (1, 1)

    for_one = asked_by(client, *addresses)
    for number in range(2):
        world.proposal(case, world.risk(case, f"Risk som heter {number}"))
    for_three = asked_by(client, *addresses)

    assert dict(zip(PARTS, zip(for_one, for_three, strict=True), strict=True)) == {
        "risk_analysis": (26, 26),
        "analysis_risks": (26, 26),
        "analysis_measures": (26, 26),
        "analysis_report": (26, 26),
        "analysis_history": (28, 28),
    }


def test_the_list_asks_the_database_as_much_for_one_as_for_five(world):
    client = signed_in(world.leader)
    every = reverse("risk_analyses")
    one = f"{every}?room=analys"
    assert len(client.get(one).context["rows"]) == 1
    assert len(client.get(every).context["rows"]) == len(world.cases) == 5

    assert asked_by(client, one, every) == [11, 11]


def test_the_list_is_narrowed_and_taken_out(world):
    case, other = world.cases["deciding"], world.cases["closed"]
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
    case = world.cases["deciding"]
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
    case = world.cases["follow_up"]
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
    assert not Link.objects.exists()

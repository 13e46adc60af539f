"""Impact assessments: every step from every status, what each waits for, the pages, the guards."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from patientsakerhet.access import policy
from patientsakerhet.audit.models import Event
from patientsakerhet.cases.actions import steps
from patientsakerhet.cases.models import Case
from patientsakerhet.information_security.actions import advising, impact, impact_measures
from patientsakerhet.information_security.actions.impact import Processing, Rights
from patientsakerhet.information_security.impact_workflow import WORKFLOW
from patientsakerhet.information_security.models import ImpactAssessment, SystemStanding
from patientsakerhet.lib.refusal import NotAllowed, NotReady, WrongStep
from patientsakerhet.notifications.models import Message
from tests.factories import fresh, make_person
from tests.information_security.making import World
from tests.information_security.test_guards import judged, touched
from tests.information_security.test_pages import text_of
from tests.made_once import made_once
from tests.refusing import refused as database_refuses
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db

STATUSES = (
    "screening", "not_needed", "drafting", "advising", "to_decide", "approved", "replaced",
    "ended", "cancelled",
)  # fmt: skip
LEADS_TO = {
    ("need", "screening"): "drafting",
    ("set_aside", "screening"): "not_needed",
    ("ask_advice", "drafting"): "advising",
    ("redraft", "advising"): "drafting",
    ("redraft", "to_decide"): "drafting",
    ("submit", "advising"): "to_decide",
    ("approve", "to_decide"): "approved",
    ("replace", "approved"): "replaced",
    ("end", "approved"): "ended",
    **{
        ("cancel", status): "cancelled"
        for status in ("screening", "drafting", "advising", "to_decide")
    },
}
"""(step, status) -> status, written by hand."""


class Impact(World):
    """As the world of classifications, with assessments walked through the actions."""

    given = {}
    """What the next ones are about, where it is not what it usually is."""

    def started(self, **given):
        wanted = Processing(
            **{
                "processing": "Journalföring",
                "owner": self.owner,
                "unit": self.region.operations,
                "system": self.system,
                **self.given,
                **given,
            }
        )
        return fresh(impact.start(wanted, by=self.lead, submission=uuid4()))

    def screened(self):
        case = self.started()
        rows = case.impact_assessment.screening.all()
        answers = {row.criterion_id: True for row in rows}
        return fresh(impact.screen(case, answers, by=self.lead))

    def go(self, case, name, by=None):
        return fresh(impact.take_step(fresh(case), name, by=by or self.lead, reason="Därför."))

    def drafted(self, after=2, officer=None):
        case = self.go(self.screened(), "need")
        impact.write(
            case, by=self.lead, description="Journaler om patienter.", necessity="Lagen kräver det."
        )
        impact.put_risk(
            fresh(case),
            Rights(
                "Uppgifter röjs", 4, 3, response="Loggar", severity_after=4, likelihood_after=after
            ),
            by=self.lead,
        )
        advising.choose_officer(fresh(case), by=self.lead, **(officer or {"officer": "Dag Ombud"}))
        return fresh(case)

    def advised(self, after=1):
        case = self.go(self.drafted(after), "ask_advice")
        advising.advise(case, by=self.lead, advice="conditions", text="Gallra tidigare.")
        return fresh(case)

    def to_decide(self, after=1):
        return self.go(self.advised(after), "submit")

    def approved(self):
        case = self.to_decide()
        impact.decide(case, by=self.owner, decision="proceed", reason="Riskerna är små.")
        return fresh(case)

    def in_status(self, status):
        if status == "replaced":
            old = self.approved()
            self.approved()
            return fresh(old)
        walk = {
            "screening": self.started,
            "not_needed": lambda: self.go(self.screened(), "set_aside"),
            "drafting": self.drafted,
            "advising": self.advised,
            "to_decide": self.to_decide,
            "approved": self.approved,
            "ended": lambda: self.go(self.approved(), "end"),
            "cancelled": lambda: self.go(self.started(), "cancel"),
        }
        return walk[status]()


def _in_every_status():
    """A system that nobody has assessed, and one more for the case in each status."""
    world = Impact()
    unassessed, cases = world.system, {}
    for status in STATUSES:
        world.system = world.another_system()
        cases[status] = world.in_status(status)
    world.system = unassessed
    judged()
    return world, cases


_made, in_every_status = made_once(_in_every_status)


@pytest.fixture
def world(in_every_status):
    return in_every_status[0]


@pytest.fixture
def cases(in_every_status):
    return in_every_status[1]


@pytest.mark.parametrize("status", STATUSES)
def test_every_step_from_every_status(status, world, cases):
    case = cases[status]
    assert case.status == status
    assert set(WORKFLOW.statuses) == set(STATUSES)
    assert {(name, source): target for source, name, target in WORKFLOW.arrows()} == LEADS_TO
    for step in WORKFLOW.steps:
        by = next(
            one for one in (world.owner, world.lead)
            if step.needs in policy.capabilities(one, case)
        )  # fmt: skip
        if (step.name, status) not in LEADS_TO:
            with pytest.raises(WrongStep):
                steps.take_step(fresh(case), step.name, by=by, reason="Därför.")


def refused(do, *args, **given):
    with pytest.raises(NotReady) as refusal:
        do(*args, **given)
    return refusal.value.reasons


def test_the_gap_list_follows_what_was_decided(commit, world):
    world.go(world.screened(), "set_aside")
    stands = SystemStanding.objects.get(system=world.system)
    assert stands.assessment_not_needed_on == timezone.localdate()

    world.approved()
    commit()

    stands.refresh_from_db()
    today = timezone.localdate()
    assert (stands.assessed_on, stands.assessment_due_on) == (today, impact.review_day(today))


def test_each_step_says_what_it_waits_for(world, cases):
    assert refused(world.go, world.started(), "need") == ["9 kriterier är inte besvarade."]
    drafting = world.go(world.screened(), "need")
    assert refused(world.go, drafting, "ask_advice") == [
        "Behandlingen och dess ändamål är inte beskrivna.",
        "Nödvändighet och proportionalitet är inte bedömda.",
        "Ingen risk för de registrerade är bedömd.",
        "Dataskyddsombud är inte valt.",
    ]
    impact.put_risk(fresh(drafting), Rights("Röjs", 2, 2), by=world.lead)
    assert "En risk saknar gällande åtgärd eller bedömning efteråt." in refused(
        world.go, drafting, "ask_advice"
    )
    advising = world.go(cases["drafting"], "ask_advice")
    assert refused(world.go, advising, "submit") == ["Dataskyddsombudets råd saknas."]


def against(world, case):
    """What a measure against the case's risk takes."""
    today = timezone.localdate()
    return {
        "title": "Gallra tidigare", "strength": "strong", "owner": world.owner,
        "owner_is_told": True, "due_on": today + timedelta(days=30),
        "effect_sign": "Inget gammalt kvar", "effect_due_on": today + timedelta(days=60),
    }  # fmt: skip


def test_a_measure_meets_a_risk_and_is_the_spines_own(world):
    case = world.go(world.screened(), "need")
    impact.write(case, by=world.lead, description="Journaler.", necessity="Lagen kräver det.")
    advising.choose_officer(fresh(case), by=world.lead, officer="Dag Ombud")
    row = impact.put_risk(
        fresh(case), Rights("Röjs", 2, 2, severity_after=2, likelihood_after=1), by=world.lead
    )
    assert refused(world.go, case, "ask_advice") == [
        "En risk saknar gällande åtgärd eller bedömning efteråt."
    ]

    made = impact_measures.decide_measure(row, by=world.lead, **against(world, case))

    assert (list(row.measures.all()), made.owner) == ([made], world.owner)
    assert list(fresh(case).measures.all()) == [made]
    assert Message.objects.filter(kind="measure", person=world.owner).exists()
    assert refused(impact.remove_risk, row, by=world.lead) == [
        "Risken har åtgärder. Låt dem utgå, eller ändra risken i stället."
    ]
    case = world.go(case, "ask_advice")
    assert refused(impact_measures.decide_measure, row, by=world.lead, **against(world, case)) == [
        "Det går inte när bedömningen är ”Dataskyddsombudet”."
    ]
    assert refused(world.go, case, "cancel") == ["1 åtgärd är öppen."]


def test_a_measure_that_is_taken_back_meets_no_risk_any_longer(world):
    case = world.go(world.screened(), "need")
    impact.write(case, by=world.lead, description="Journaler.", necessity="Lagen kräver det.")
    advising.choose_officer(fresh(case), by=world.lead, officer="Dag Ombud")
    row = impact.put_risk(
        fresh(case), Rights("Röjs", 2, 2, severity_after=2, likelihood_after=1), by=world.lead
    )
    made = impact_measures.decide_measure(row, by=world.lead, **against(world, case))
    world.go(case, "ask_advice")
    world.take_back(made)
    advising.advise(fresh(case), by=world.lead, advice="agrees", text="Bra.")

    unmet = "En risk saknar gällande åtgärd eller bedömning efteråt."
    assert refused(world.go, case, "submit") == [unmet]
    world.go(case, "redraft")
    impact.remove_risk(row, by=world.lead)
    assert not fresh(case).impact_assessment.risks.exists()
    assert fresh(case).measures.get() == made


def test_what_is_reworked_is_advised_on_again(world, cases):
    case = world.go(cases["drafting"], "ask_advice")
    advising.advise(fresh(case), by=world.lead, advice="objects", text="Gallra.")

    world.go(case, "redraft")

    row = fresh(case).impact_assessment
    assert (row.advice, row.advised_on, row.advice_text) == ("", None, "Gallra.")
    was = Event.objects.with_body().get(action="impact.advice_set_aside").payload.body
    assert was["advice"] == "objects"
    world.go(case, "ask_advice")
    assert refused(world.go, case, "submit") == ["Dataskyddsombudets råd saknas."]
    advising.advise(fresh(case), by=world.lead, advice="agrees", text="Bra nu.")
    assert world.go(case, "submit").status == "to_decide"


def test_a_measure_is_decided_on_the_risks_page(world, cases):
    case = cases["drafting"]
    client, row = signed_in(world.lead), case.impact_assessment.risks.get()
    address = reverse("impact_measure", args=[case.number, row.pk])
    assert client.get(address).status_code == 200
    given = {**against(world, case), "owner": world.owner.email, "version": case.version}

    late = client.post(address, {**given, "due_on": timezone.localdate() - timedelta(days=1)})
    assert late.status_code == 409
    assert "Gallra tidigare" in text_of(late)
    assert client.post(address, given).status_code == 302
    page = text_of(client.get(case.get_absolute_url()))
    assert "Gallra tidigare" in page
    assert world.owner.name in page
    assert signed_in(make_person()).get(address).status_code == 404


def test_the_page_asks_as_much_for_one_risk_as_for_three(world, cases, django_assert_num_queries):
    case = cases["drafting"]
    client = signed_in(world.lead)
    for numbers in (range(1), range(1, 3)):
        for number in numbers:
            row = impact.put_risk(fresh(case), Rights(f"Röjs {number}", 2, 2), by=world.lead)
            impact_measures.decide_measure(row, by=world.lead, **against(world, case))
        client.get(case.get_absolute_url())

        with django_assert_num_queries(19):
            client.get(case.get_absolute_url())


def test_a_high_remaining_risk_waits_for_the_authority(world):
    case = world.to_decide(after=2)
    today = timezone.localdate()
    decide = {"by": world.owner, "decision": "proceed", "reason": "Vi behöver det."}

    assert refused(impact.decide, case, **decide) == [
        "Kvarvarande risk är hög. Begär förhandssamråd med Integritetsskyddsmyndigheten."
    ]
    impact.consult(fresh(case), by=world.lead, consulted_on=today - timedelta(days=60))
    assert refused(impact.decide, fresh(case), **decide) == [
        "Integritetsskyddsmyndigheten har inte svarat på förhandssamrådet."
    ]
    impact.consult(
        fresh(case), by=world.lead, consulted_on=today - timedelta(days=60), answered_on=today,
        answer="Ingen erinran.",
    )  # fmt: skip
    assert impact.decide(fresh(case), **decide).status == "approved"


def test_whoever_answers_for_the_processing_decides(world, cases):
    case = cases["to_decide"]
    assert case.handler == world.owner

    with pytest.raises(NotAllowed):
        impact.decide(case, by=world.lead, decision="proceed", reason="Bra.")


def test_the_guards_of_the_database(world, cases):
    case = cases["to_decide"]
    rows = ImpactAssessment.objects.filter(pk=case.pk)

    with database_refuses("assessment_has_the_officers_advice"):
        rows.update(advised_on=None, advice="")
        touched(case)
    with database_refuses("impact_consultation_answered_after_asked"):
        rows.update(consultation_answered_on=timezone.localdate())
    decided = cases["approved"]
    with database_refuses("classification_stays_as_decided"):
        ImpactAssessment.objects.filter(pk=decided.pk).update(necessity="Annat")
    with database_refuses("assessment_is_never_deleted"):
        ImpactAssessment.objects.filter(pk=decided.pk)._raw_delete("default")


def test_an_assessment_is_walked_on_its_pages(world):
    lead, owner = signed_in(world.lead), signed_in(world.owner)
    answer = lead.post(
        reverse("impact_new"),
        {"processing": "Journalföring", "system": world.system.name, "owner": world.owner.email},
    )
    case = Case.objects.filter(kind="impact_assessment").latest("pk")
    assert answer["Location"] == case.get_absolute_url()

    def post(client, page, *args, prefix="", **given):
        told = {f"{prefix}{key}": value for key, value in given.items()}
        answer = client.post(
            reverse(page, args=[case.number, *args]),
            {f"{prefix}version": fresh(case).version, **told},
        )
        assert answer.status_code == 302, text_of(answer)

    criteria = case.impact_assessment.screening.values_list("criterion", flat=True)
    post(lead, "impact_screen", **{f"c{key}": "ja" for key in criteria})
    post(lead, "impact_step", "need")
    post(lead, "impact_write", description="Journaler.", necessity="Lagen kräver det.")
    post(
        lead, "impact_risk", 0, prefix="r0-", title="Röjs", severity=3, likelihood=2,
        response="Loggar", severity_after=2, likelihood_after=1,
    )  # fmt: skip
    post(lead, "impact_officer", officer="Dag Ombud")
    post(lead, "impact_step", "ask_advice")
    post(lead, "impact_advise", advice="agrees", text="Bra.")
    post(lead, "impact_step", "submit")
    assert "Besluta" in text_of(owner.get(case.get_absolute_url()))
    post(owner, "impact_decide", decision="proceed", reason="Rimligt.")

    assert fresh(case).status == "approved"
    page = text_of(lead.get(reverse("impact_assessments")))
    assert case.number in page
    assert lead.get(reverse("impact_history", args=[case.number])).status_code == 200
    assert lead.get(reverse("impact_assessments_extract", args=["csv"])).status_code == 200
    stranger = signed_in(make_person())
    assert stranger.get(case.get_absolute_url()).status_code == 404
    again = lead.post(reverse("impact_write", args=[case.number]), {"description": "X"})
    assert again.status_code == 409


def test_an_officer_with_an_account_opens_it_is_told_and_advises_herself(commit, world, cases):
    officer = make_person("Dag Ombud")
    case = cases["drafting"]
    client, lead = signed_in(officer), signed_in(world.lead)
    assert client.get(case.get_absolute_url()).status_code == 404
    advising.choose_officer(case, by=world.lead, officer_person=officer)
    assert client.get(case.get_absolute_url()).status_code == 200
    assert not Message.objects.filter(person=officer).exists()

    case = world.go(case, "ask_advice")
    commit()

    assert (case.handler, case.impact_assessment.officer) == (officer, "Dag Ombud")
    assert Message.objects.get(person=officer).kind == "impact_to_advise"
    told = {"advice": "agrees", "text": "Bra.", "version": case.version}
    url = reverse("impact_advise", args=[case.number])
    assert "Rådet skriver ombudet själv här" in text_of(lead.get(case.get_absolute_url()))
    assert lead.post(url, told).status_code == 403
    assert client.post(url, told).status_code == 302
    case = fresh(case)
    row = case.impact_assessment
    assert (row.advice, row.officer_person, case.handler) == ("agrees", officer, world.lead)
    assert Message.objects.filter(
        kind="impact_advised", person=world.lead, case_id=case.pk
    ).exists()
    assert client.get(case.get_absolute_url()).status_code == 200
    with pytest.raises(NotAllowed):
        world.go(case, "submit", by=officer)
    with database_refuses("impact_officer_has_a_name"):
        ImpactAssessment.objects.filter(pk=row.pk).update(officer="", advised_on=None, advice="")


def test_another_officer_takes_the_turn_over(world):
    first, second = make_person("Dag Ombud"), make_person("Eva Ombud")
    case = world.go(world.drafted(officer={"officer_person": first}), "ask_advice")

    advising.choose_officer(fresh(case), by=world.lead, officer_person=second)

    assert fresh(case).handler == second
    assert not policy.capabilities(first, case)
    assert Message.objects.get(person=second).kind == "impact_to_advise"
    advising.advise(fresh(case), by=second, advice="objects", text="Gallra.")
    assert refused(advising.choose_officer, fresh(case), by=world.lead, officer="Dag") == [
        "Eva Ombud har redan gett sitt råd."
    ]


def test_an_officer_is_one_and_stands_free(world, cases):
    case = cases["drafting"]
    client = signed_in(world.lead)
    url = reverse("impact_officer", args=[case.number])
    told = {"version": case.version}

    nobody = client.post(url, told)
    both = client.post(url, {**told, "officer_person": world.owner.email, "officer": "Dag"})
    owner = client.post(url, {**told, "officer_person": world.owner.email})

    assert (nobody.status_code, both.status_code, owner.status_code) == (422, 422, 409)
    assert "Skriv vem ombudet är" in text_of(both)
    assert "kan inte själv ansvara för behandlingen" in text_of(owner)
    row = case.impact_assessment
    with database_refuses("impact_advice_is_somebodys"):
        ImpactAssessment.objects.filter(pk=row.pk).update(advice="agrees")

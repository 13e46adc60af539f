"""Cases of every kind can be reported: page, facts, API, and nothing closes while a decision is asked for."""

import pytest
from django.urls import reverse
from django.utils import timezone

from patientsakerhet.authority_reports import around, facts
from patientsakerhet.authority_reports.actions import deciding
from patientsakerhet.authority_reports.models import AuthorityReport, ReportEvent
from patientsakerhet.cases import kinds
from patientsakerhet.cases.actions import steps
from patientsakerhet.lib.refusal import NotReady
from tests.authority_reports.making import kind
from tests.factories import fresh, person_as
from tests.information_security.making import World as Classifications
from tests.information_security.test_api import Api
from tests.information_security.test_guards import judged
from tests.information_security.test_impact import Impact
from tests.information_security.test_pages import text_of
from tests.major_incidents.making import World as Incidents
from tests.refusing import refused as database_refuses
from tests.risk_analysis.making import World as Analyses
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db


def analysis():
    world = Analyses()
    return world.in_status("deciding"), world.leader, world.commissioner, "cancel"


def classification():
    world = Classifications()
    return world.ordered(), world.lead, world.lead, "cancel"


def assessment():
    world = Impact()
    return world.started(), world.lead, world.lead, "cancel"


def incident():
    world = Incidents()
    return world.declared(), world.leader, world.leader, "withdraw"


MADE = {
    "risk_analysis": analysis,
    "information_classification": classification,
    "impact_assessment": assessment,
    "major_incident": incident,
}
"""Kind -> its case, who works with it, who may end it, and by which step."""


def test_every_kind_there_is_can_be_reported():
    assert {one.key for one in kinds.every() if around.of(one.key)} == {
        "deviation",
        "safety_notice",
        *MADE,
    }
    # A year's report tells of what has happened elsewhere; nothing happens in it to report.
    assert {one.key for one in kinds.every()} - {"annual_report"} == {
        "deviation",
        "safety_notice",
        *MADE,
    }


@pytest.mark.parametrize("key", MADE)
def test_a_report_is_asked_for_read_and_decided(key):
    case, worker, ender, step = MADE[key]()
    client = signed_in(worker)
    found = kind("nis2_notification")
    answer = client.post(
        reverse("case_report_new", args=[case.number]),
        {
            "kind": found.key,
            "grounds": "Uppgifter kan ha spridits.",
            "ask": "ask",
            "event_provider": case.owning_unit.care_provider_id,
        },
    )
    assert answer.status_code == 302, text_of(answer)
    report = case.authority_reports.get()
    assert report.status == "under_decision"
    page = text_of(client.get(reverse("case_reports", args=[case.number])))
    assert found.name in page
    tab = f'href="{reverse("case_reports", args=[case.number])}"'
    assert tab in text_of(client.get(fresh(case).get_absolute_url()))
    assert client.get(reverse("case_report", args=[case.number, report.pk])).status_code == 200
    assert isinstance(facts.first_values(report), dict)
    listed = Api(worker, "authority-reports").get()
    assert [one["id"] for one in listed.json()["results"]] == [report.pk]
    of_case = Api(worker, f"cases/{case.number}/authority-reports").get()
    assert len(of_case.json()) == 1

    with pytest.raises(NotReady, match=r"är inte beslutad\."):
        steps.take_step(fresh(case), step, by=ender, reason="Därför.")
    decider = person_as("head_of_operations", case.owning_unit)
    deciding.decide(report, report_it=False, motive="Ingen spridning.", by=decider)
    assert steps.take_step(fresh(case), step, by=ender, reason="Därför.").is_final


@pytest.mark.parametrize("key", MADE)
def test_the_database_lets_no_final_case_have_an_unsettled_report(key):
    case, worker, ender, step = MADE[key]()
    steps.take_step(fresh(case), step, by=ender, reason="Därför.")
    judged()
    now = timezone.now()
    with database_refuses("case_closed_without_unsettled_reports"):
        report = AuthorityReport.objects.create(
            case=case, kind=kind(), status_since=now, clock_from=now, grounds="Sent.",
            event_provider=case.owning_unit.care_provider, created_by=worker, created_at=now,
        )  # fmt: skip
        ReportEvent.objects.create(
            report=report, step="begin", to_status="candidate", at=now, by=worker
        )
        judged()


def test_whoever_leads_a_classification_reads_its_reports_and_no_others():
    world = Classifications()
    case = world.ordered()
    deciding.begin(
        case, kind("imy_breach"), by=world.lead, grounds="Uppgifter kan ha spridits.", ask=False
    )
    other = Incidents(world.region)
    outside = other.declared()
    deciding.begin(outside, kind(), by=other.leader, grounds="Vården stod stilla.", ask=False)

    assert [one.case_id for one in AuthorityReport.objects.visible_to(world.hospitals)] == []
    assert [one.case_id for one in AuthorityReport.objects.visible_to(world.lead)] == [case.pk]

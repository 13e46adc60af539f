"""Who decides what, with which motive, who is told, and what keeps a case open meanwhile."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from avvikelse import workflow as deviations
from avvikelse.actions import closing, coordination
from patientsakerhet.access import policy
from patientsakerhet.audit.models import Event
from patientsakerhet.authority_reports import errands
from patientsakerhet.authority_reports.actions import deciding
from patientsakerhet.authority_reports.actions import kinds as kind_actions
from patientsakerhet.authority_reports.models import AuthorityReport, ReportKind
from patientsakerhet.cases.actions import reminders
from patientsakerhet.cases.models import SealedText
from patientsakerhet.lib.refusal import NotAllowed, NotReady, Stale
from patientsakerhet.notifications.models import Message
from patientsakerhet.organisation.models import Role
from tests.authority_reports.making import begun, fresh, kind, report_in
from tests.factories import Region, in_status, person_as
from tests.factories import fresh as fresh_case
from tests.made_once import made_once
from tests.refusing import refused
from tests.sakerhetsmeddelanden.making import entered

pytestmark = pytest.mark.django_db

MAY_DECIDE = {
    "lex_maria": {"chief_physician"},
    "mpa_device": {"unit_manager", "head_of_operations", "coordinator", "chief_physician"},
    "imy_breach": {"head_of_operations", "chief_physician"},
}
"""Kind -> the roles that decide it, written by hand."""


def _investigated():
    """A case, and another with a report that waits for a decision."""
    region = Region()
    case = in_status("in_investigation", region)
    report = report_in("under_decision", in_status("in_investigation", region), region)
    return region, case, report


_made, investigated = made_once(_investigated)


@pytest.fixture
def region(investigated):
    return investigated[0]


@pytest.fixture
def case(investigated):
    return investigated[1]


@pytest.fixture
def report(investigated):
    return investigated[2]


def test_a_kind_is_decided_by_the_roles_it_names(region, case):
    people = {role: person_as(role, region.root) for role in Role.values}
    may = {}
    for key in MAY_DECIDE:
        made = report_in("under_decision", case, region, key)
        may[key] = {role for role, person in people.items() if decides(person, made)}

    assert may == MAY_DECIDE


def decides(person, made):
    """Whether the person can; whoever cannot leaves the report as it was."""
    report = fresh(made)
    with transaction.atomic():
        try:
            deciding.decide(report, report_it=False, motive="Ingen risk.", by=person)
        except NotAllowed:
            assert fresh(report).status == "under_decision", person
            return False
        assert fresh(report).decided_by == person, person
        transaction.set_rollback(True)
    return True


@pytest.mark.parametrize("report_it", [True, False])
def test_a_decision_has_its_motive_both_ways(report_it, region, report):
    with pytest.raises(NotReady, match="också när det inte ska anmälas"):
        deciding.decide(report, report_it=report_it, motive="  ", by=region.physician)


def test_the_database_wants_a_motive_too(region, report):
    with refused("authority_report_decision_has_a_motive"):
        AuthorityReport.objects.filter(pk=report.pk).update(
            status="not_reported",
            decision="no",
            decided_by=region.physician,
            decided_at=timezone.now(),
            version=report.version + 1,
        )


def test_an_event_of_another_provider_is_handed_over_and_not_reported(region, case):
    report = begun(case, region, event_provider=region.private.care_provider, ask=True)

    with pytest.raises(NotReady, match="inte anmäla en annan vårdgivares händelse"):
        deciding.decide(report, report_it=True, motive="Allvarligt.", by=region.physician)
    deciding.decide(fresh(report), report_it=False, motive="Lämnat över.", by=region.physician)
    assert fresh(report).status == "not_reported"


def test_a_device_report_may_be_about_an_event_of_another_provider(region, case):
    report = begun(
        case, region, "mpa_device", event_provider=region.private.care_provider, ask=True
    )

    deciding.decide(report, report_it=True, motive="Farligt.", by=region.coordinator)
    assert fresh(report).status == "drafting"


def test_whoever_may_decide_is_told_and_then_whoever_asked(region, case):
    report = begun(case, region, ask=True)
    asked = Message.objects.filter(kind="report_decision", case_id=case.pk)
    assert [one.person for one in asked] == [region.physician]

    deciding.decide(fresh(report), report_it=True, motive="Allvarligt.", by=region.physician)
    told = Message.objects.filter(kind="report_decided")
    assert {one.person for one in told} == {region.coordinator, region.investigator}


def test_what_waits_for_a_decision_is_on_the_deciders_first_page_and_nobody_elses(
    region, case, report
):
    begun(case, region)

    assert list(errands.to_decide(region.physician)) == [report]
    assert list(errands.to_decide(region.coordinator)) == []
    assert errands.to_decide(region.reporter) is None
    deciding.decide(fresh(report), report_it=True, motive="Allvarligt.", by=region.physician)
    assert list(errands.to_decide(region.physician)) == []
    assert list(errands.to_submit(region.investigator)) == [report]
    assert list(errands.to_submit(region.coordinator)) == [report]


def test_a_running_question_is_not_asked_twice(region, case):
    begun(case, region)

    with pytest.raises(NotReady, match="prövas redan"):
        begun(case, region)


def test_a_no_may_be_asked_again_and_the_first_no_stays_in_the_history(region, case):
    report = report_in("not_reported", case, region)

    deciding.reconsider(report, reason="Ny skada upptäckt.", by=region.investigator)
    again = fresh(report)
    assert (again.status, again.decision, again.motive) == ("under_decision", "", "")
    notes = list(again.events.values_list("step", "note"))
    assert ("decide_no", "Ingen risk.") in notes
    assert ("reconsider", "Ny skada upptäckt.") in notes


def test_a_second_decision_on_what_one_has_not_seen_is_stale(region, report):
    seen = report.version
    deciding.decide(report, report_it=False, motive="Nej.", by=region.physician, version=seen)

    with pytest.raises(Stale):
        deciding.reconsider(report, reason="Ändå.", by=region.coordinator, version=seen)


def test_personal_numbers_are_masked_in_what_people_write(region, case):
    number = "19121212-1212"
    report = begun(case, region, grounds=f"Patient {number} föll.", ask=True)
    deciding.decide(fresh(report), report_it=True, motive=f"Gäller {number}.", by=region.physician)

    told = fresh(report)
    assert number not in told.grounds + told.motive
    assert not told.events.filter(note__contains=number).exists()
    assert SealedText.objects.filter(case=case, field__startswith="report").count() == 3


# --- the clock ------------------------------------------------------------------------------------


def test_the_kinds_own_target_is_a_deadline_of_the_case_until_it_is_sent(region, case):
    began = timezone.now() - timedelta(days=2)
    report = begun(case, region, clock_from=began)
    running = case.deadlines.open().get(purpose=f"authority_report:{report.pk}")

    assert running.label == "Internt mål: Lex Maria"
    assert "säger inte att anmälan är i tid" in running.basis
    assert (timezone.localdate(running.due_at) - timezone.localdate(began)).days == 14
    deciding.decide(fresh(report), report_it=False, motive="Nej.", by=region.physician)
    assert not case.deadlines.open().filter(purpose=running.purpose).exists()
    assert fresh_case(case).due_at == case.deadlines.open().get().due_at


def test_a_kind_without_a_number_of_days_has_no_deadline_and_only_an_age(region, case):
    report = begun(case, region, "reidar")

    assert not case.deadlines.filter(purpose=f"authority_report:{report.pk}").exists()


def test_an_overdue_target_reminds_the_handler(region, case):
    begun(case, region, clock_from=timezone.now() - timedelta(days=40))
    reminders.sweep()

    overdue = Message.objects.filter(kind="overdue", case_id=case.pk)
    assert region.investigator in {one.person for one in overdue}


def test_the_clock_of_a_report_begins_with_the_event(region, case):
    assert begun(case, region).clock_from == case.deviation.occurred_at
    assert begun(case, region, "imy_breach").clock_from == case.filed_at
    with pytest.raises(NotReady, match="inte har hänt än"):
        begun(case, region, "reidar", clock_from=timezone.now() + timedelta(hours=1))


# --- what it does to the case ---------------------------------------------------------------------


def test_a_case_does_not_close_before_its_reports_are_settled(region):
    case = in_status("follow_up", region)
    for status in ("candidate", "under_decision", "drafting"):
        with transaction.atomic():
            report_in(status, case, region)
            sentence = deviations.reports_are_settled(fresh_case(case).deviation)

            assert sentence.startswith("Lex Maria är "), status
            with pytest.raises(NotReady) as refusal:
                closing.close(fresh_case(case), by=region.investigator)
            assert sentence in refusal.value.reasons, status
            transaction.set_rollback(True)


def test_a_settled_report_does_not_keep_a_case_open(region, case):
    left = {}
    for status in ("not_reported", "submitted", "supplemented", "decided"):
        with transaction.atomic():
            report_in(status, case, region, clock_from=timezone.now() - timedelta(days=3))
            left[status] = deviations.reports_are_settled(fresh_case(case).deviation)
            transaction.set_rollback(True)

    assert set(left.values()) == {""}, left


def test_no_other_way_out_of_the_queue_leaves_a_question_behind(region):
    case, other = (in_status("in_coordination", region) for _ in range(2))
    begun(case, region)

    with pytest.raises(NotReady, match="Lex Maria är inte beslutad"):
        coordination.reject(fresh_case(case), by=region.coordinator, reason="Nej.", answer="Nej.")
    with pytest.raises(NotReady, match="Lex Maria är inte beslutad"):
        coordination.merge(fresh_case(case), into=other, by=region.coordinator)


def test_a_closed_case_is_not_asked_about_until_it_is_reopened(region):
    case = in_status("closed", region)

    with pytest.raises(NotReady, match="Återöppna"):
        begun(case, region)


def test_a_notice_is_kept_open_in_the_same_way(region):
    case = entered(region)
    begun(case, region, "mpa_device", by=region.physician)

    assert case.kind == "safety_notice"
    flow = fresh_case(case).kind_row.workflow
    for step in ("close", "supersede"):
        missing = flow.named(step).missing(fresh_case(case).safety_notice)
        assert any("Läkemedelsverket är inte beslutad" in one for one in missing)


# --- the kinds ------------------------------------------------------------------------------------


def test_a_changed_kind_is_a_new_row_and_running_reports_keep_theirs(region, case):
    admin = person_as("administrator", region.root)
    old = kind()
    report = begun(case, region)
    given = {name: getattr(old, name) for name in kind_actions.FACTS} | {"target_amount": 10}

    new = kind_actions.set_kind("lex_maria", by=admin, seen=kind_actions.mark_of(old), **given)

    assert new.pk != old.pk
    assert new.target_amount == 10
    assert fresh(report).kind.target_amount == 14
    assert ReportKind.objects.current().get(key="lex_maria") == new
    with pytest.raises(Stale):
        kind_actions.set_kind("lex_maria", by=admin, seen="another", **given)


def test_a_kind_says_its_ground_and_never_takes_by_mail_what_is_not_taken_so(region):
    admin = person_as("administrator", region.root)
    old = kind()
    given = {name: getattr(old, name) for name in kind_actions.FACTS}
    tomorrow = timezone.localdate() + timedelta(days=1)

    for change, why in (
        ({"basis": " "}, "grund"),
        ({"channels": ["mail"]}, "inte emot anmälan med e-post"),
        ({"channels": []}, "lämnas in genom"),
        ({"target_basis": ""}, "grund"),
    ):
        with pytest.raises(NotReady, match=why):
            kind_actions.set_kind("lex_maria", by=admin, since=tomorrow, **(given | change))


def test_an_ended_kind_is_not_begun_again(region, case):
    admin = person_as("administrator", region.root)
    reidar = kind("reidar")
    yesterday = timezone.localdate() - timedelta(days=1)
    kind_actions.end_kind("reidar", last_day=yesterday, by=admin)

    with pytest.raises(NotReady, match="används inte längre"):
        deciding.begin(
            case,
            reidar,
            by=region.coordinator,
            grounds="Bra att veta.",
            ask=False,
        )


def test_every_starting_kind_says_its_ground_who_decides_and_asks_for_something():
    for one in ReportKind.objects.all():
        assert len(one.basis) > 60
        assert one.worksheet
        assert one.points
        assert one.ways
        assert len({field.key for field in one.worksheet}) == len(one.worksheet)
        assert one.decided_with in {str(right) for right in policy.Can}
        if one.authority == "IVO":
            assert one.never_by_mail
            assert one.own_event_only
            assert "mail" not in one.channels


def test_every_change_is_one_line_in_the_trail_of_the_case(region, case):
    report_in("closed", case, region, clock_from=timezone.now() - timedelta(days=3))

    told = Event.objects.filter(action__startswith="authority_report.", case_id=case.pk)
    assert [one.action.partition(".")[2] for one in told.order_by("pk")] == [
        "begin", "ask", "decide_yes", "fill", "submit", "supplement", "record_outcome", "close",
    ]  # fmt: skip

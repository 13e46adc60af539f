"""The invented region in the database: whole, guarded, once, and open to those it should be."""

import io
from datetime import datetime

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import F

from avvikelse.actions import event_analysis
from avvikelse.models import (
    Assessment,
    Deviation,
    EventAnalysis,
    Handover,
    Investigation,
    Preparation,
    RoutingRule,
)
from avvikelse.workflow import QUEUE
from patientsakerhet.access.models import CaseAccess
from patientsakerhet.audit.models import Event
from patientsakerhet.cases.models import (
    Case,
    Comment,
    Deadline,
    Draft,
    Measure,
    MeasureCase,
    Reporter,
    SealedText,
    Transition,
)
from patientsakerhet.demonstration import (
    assessments,
    classifications,
    details,
    history,
    loader,
    notices,
)
from patientsakerhet.demonstration.people import company
from patientsakerhet.demonstration.region import region
from patientsakerhet.exchange import runs
from patientsakerhet.exchange.models import ImportRun
from patientsakerhet.lib import calendar, personal_numbers
from patientsakerhet.lib.calendar import SWEDEN
from patientsakerhet.major_incidents.models import MajorIncident
from patientsakerhet.major_incidents.workflow import WORKFLOW as INCIDENT
from patientsakerhet.notifications.models import Message
from patientsakerhet.organisation.models import Assignment, CareProvider, Person, Role, Unit
from patientsakerhet.register.models import Device, DeviceModel, ITSystem
from patientsakerhet.risk_analysis.models import Risk, RiskAnalysis
from patientsakerhet.risk_analysis.workflow import CLOSING
from patientsakerhet.sign_in.demonstration import guests
from patientsakerhet.year_registers.models import Meeting, Responsibility, RoleShare, Training
from rapporter.annual_report.models import AnnualReport
from rapporter.annual_report.workflow import KIND as ANNUAL_REPORT
from rapporter.builder.models import SavedReport
from sakerhetsmeddelanden.actions import reading
from sakerhetsmeddelanden.models import IncomingMessage, Recipient, SafetyNotice

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=SWEDEN)
COUNT = 220

pytestmark = pytest.mark.long


def brought():
    """How many cases there are beside deviations and notices."""
    analyses = RiskAnalysis.objects.count() + MajorIncident.objects.count()
    others = analyses + AnnualReport.objects.count()
    return classifications.count() + len(assessments.TOLD) + others


@pytest.fixture(scope="module")
def told():
    return history.tell(now=NOW, count=COUNT)


@pytest.fixture(scope="module")
def _region(told, django_db_setup, django_db_blocker):
    """The region and a small history, passed by every guard that a commit asks; for all tests here."""
    with django_db_blocker.unblock(), transaction.atomic():
        loader.load(seed=history.SEED, count=COUNT, now=NOW, say=lambda line: None)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        yield
        transaction.set_rollback(True)


@pytest.fixture
def loaded(told, _region, db):
    """The rows of the cases by the keys of the history."""
    rows = Case.objects.of_kind("deviation").order_by("filed_at", "pk")
    return dict(zip([one.key for one in told.cases], rows, strict=True))


def person(name):
    return Person.objects.get(name=name)


def test_everything_told_is_stored_and_the_guards_are_content(told, loaded):
    cases = Case.objects.of_kind("deviation")
    assert cases.count() == Deviation.objects.count() == len(told.cases)
    moves = Transition.objects.filter(case__kind="deviation")
    assert moves.count() == sum(len(one.moves) for one in told.cases)
    assert Assessment.objects.count() == sum(len(one.judged) for one in told.cases)
    assert Comment.objects.count() == sum(len(one.said) for one in told.cases)
    decided = MeasureCase.objects.exclude(measure__status="proposed")
    assert decided.filter(case__kind="deviation").count() == sum(
        len(one.measures) for one in told.cases
    )
    assert Draft.objects.count() == len(told.drafts)
    assert Message.objects.filter(kind="receipt", state="sent").count() == len(told.cases)
    filed = Event.objects.filter(action="case.filed").count()
    assert filed == len(told.cases) + notices.COUNT + brought()
    # Whoever is to write in the report that has just been begun is told, as anybody would be.
    assert [one.kind for one in Message.objects.exclude(state="sent")] == ["report_section"]


def test_each_case_stands_where_its_history_ended(told, loaded):
    for one in told.cases:
        case = loaded[one.key]
        assert (case.status, case.owning_unit.code, case.filed_at) == (
            one.status,
            one.owner,
            one.filed_at,
        )
        assert case.number.startswith(f"AV-{calendar.local_day(one.filed_at).year}-")
        assert case.parent == (None if one.merged_into is None else loaded[one.merged_into])


def test_the_region_is_there(told, loaded):
    assert Unit.objects.get_parent(Unit.objects.get(code="medicinavdelning-4")).code == (
        "medicinkliniken"
    )
    assert Unit.objects.get(code="mt-service").valid_to < NOW.date()
    assert set(Assignment.objects.values_list("role", flat=True)) == set(Role.values)
    assert Device.objects.get(inventory_number="MT-20417").holding_unit.code == "medicinavdelning-4"
    assert ITSystem.objects.count() >= 25
    assert DeviceModel.objects.count() >= 30
    assert RoutingRule.objects.active().count() >= 15
    assert RoutingRule.objects.filter(is_active=False).exists()


def test_what_was_said_and_drafted_keeps_its_own_time(told, loaded):
    said = [(loaded[one.key].pk, s.at) for one in told.cases for s in one.said]
    stored = list(Comment.objects.values_list("case_id", "at"))

    assert sorted(stored) == sorted(said)
    assert set(Draft.objects.values_list("saved_at", flat=True)) == {
        d.saved_at for d in told.drafts
    }


def test_an_answer_hangs_on_its_question(told, loaded):
    answers = Comment.objects.filter(purpose="answer")

    assert answers
    assert all(answer.answers.purpose == "question" for answer in answers)
    assert all(answer.answers.case_id == answer.case_id for answer in answers)


def test_no_personal_number_stands_in_the_open_and_each_original_is_sealed(told, loaded):
    written = [
        one.key for one in told.cases if personal_numbers.find(one.what_happened, on=NOW.date())
    ]

    assert set(SealedText.objects.values_list("case_id", flat=True)) == {
        loaded[key].pk for key in written
    }
    for deviation in Deviation.objects.all():
        assert not personal_numbers.find(deviation.what_happened, on=NOW.date())


def test_running_deadlines_follow_open_cases_only(told, loaded):
    running = Deadline.objects.open()

    assert set(running.values_list("case_id", flat=True)) == set(
        Case.objects.open().values_list("pk", flat=True)
    )
    for case in Case.objects.open():
        assert case.due_at == min(one.due_at for one in running.filter(case=case))
    assert not Case.objects.filter(is_final=True, due_at__isnull=False).exists()


def test_each_measure_is_stored_once_and_its_owner_may_work_on_it(told, loaded):
    keys = {measure.key for one in told.cases for measure in one.measures}

    decided = MeasureCase.objects.filter(case__kind="deviation").exclude(measure__status="proposed")
    assert decided.values("measure").distinct().count() == len(keys)
    for served in decided.select_related("measure", "case"):
        assert served.case.access.filter(person=served.measure.owner, level="measures").exists()


def test_each_handover_ends_in_receipt_return_or_waiting(told, loaded):
    for handover in Handover.objects.all():
        if handover.received_at is None and handover.returned_at is None:
            assert handover.case.status in ("assigned", "merged")
    assert Handover.objects.filter(received_at__isnull=False).exists()


def test_cases_in_the_queue_are_promised_a_preparation(told, loaded):
    waiting = Case.objects.of_kind("deviation").in_status(*QUEUE)

    assert waiting
    assert set(Preparation.objects.values_list("pk", flat=True)) == {case.pk for case in waiting}


def test_investigations_answer_whether_it_happened_before(told, loaded):
    for one in told.cases:
        answered = Investigation.objects.filter(pk=loaded[one.key].pk).exclude(similar_before="")
        assert answered.exists() is (one.recurrence is not None)


def test_the_right_people_see_the_cases(told, loaded):
    everybody = Case.objects.count()

    assert Case.objects.visible_to(person("Maja Lindqvist")).count() == everybody
    assert Case.objects.visible_to(person("Patrik Holmgren")).count() == 0
    seen = Case.objects.visible_to(person("Oskar Bergdahl"))
    assert 0 < seen.count() < everybody
    assert (
        Reporter.objects.filter(person__isnull=False).count()
        > Case.objects.of_kind("deviation").count() / 2
    )


def test_three_years_of_notices_stand_in_every_state_with_whom_they_concerned(loaded):
    held = Case.objects.of_kind("safety_notice")

    assert held.count() == notices.COUNT
    # Nothing is on its way out when a demonstration begins, and a set-aside one is answered.
    assert set(held.values_list("status", flat=True)) == {
        "received", "registered", "assessing", "awaiting_units", "actions_ongoing", "reply_sent",
        "follow_up", "closed",
    }  # fmt: skip
    assert Recipient.objects.count() > 200
    assert {"action_done", "not_affected", "acknowledged_affected", "selected"} <= set(
        Recipient.objects.values_list("status", flat=True)
    )
    years = held.values_list("year", flat=True).distinct()
    assert len(set(years)) >= 3
    for notice in SafetyNotice.objects.exclude(targeted_at=None):
        assert notice.targeting_holds


def test_mails_wait_in_the_inbox_to_be_read(loaded):
    waiting = IncomingMessage.objects.unread().order_by("-received_at")

    assert [reading.read(one.pk) for one in waiting] == [True] * 4
    newer, new, false, advertisement = IncomingMessage.objects.order_by("-received_at")
    assert newer.suggested_notice.case.status == "awaiting_units"
    assert newer.edition == "2"
    assert {one.code for one in new.proposals.all()} >= {"4.7", "1.5", "1.7", "2.1", "3.4_by"}
    assert new.suggested_notice is None
    assert false.lookalike_of == newer.supplier.mail_domains[0]
    assert advertisement.verdict == "waiting"


def test_another_care_provider_reads_the_extract_of_what_it_was_asked_about(told, loaded):
    asked = {
        (loaded[one.key].pk, move.unit)
        for one in told.cases
        for move in one.moves
        if move.step == "hand_over" and region().unit[move.unit].provider != "region"
    }
    extracts = CaseAccess.objects.filter(level="extract").values_list("case_id", "unit__code")
    owned = CaseAccess.objects.filter(level="owner").exclude(
        unit__care_provider__kind=CareProvider.Kind.REGION
    )

    assert asked
    assert asked == {*extracts, *owned.values_list("case_id", "unit__code")}


def test_files_are_read_in_wait_and_are_stopped(told, loaded):
    waits, stopped, read = ImportRun.objects.all()

    assert [one.state for one in (read, stopped, waits)] == ["done", "ready", "ready"]
    assert read.counts == {"changed": 1, "unchanged": 2}
    assert stopped.planned == {"added": 2, "error": 3}
    assert not runs.stops(waits)
    unit = Unit.objects.get(code="medicinmottagningen")
    assert unit.name == "Medicinmottagningen"
    assert unit.periods.order_by("-valid_from")[0].name == "Invärtesmedicinska mottagningen"


def test_a_second_load_changes_nothing(told, loaded):
    lines = []

    assert loader.load(seed=1, count=50, now=NOW, say=lines.append) == 0
    assert Case.objects.count() == len(told.cases) + notices.COUNT + brought()
    assert lines == ["Demonstrationsregionen finns redan. Ingenting ändrades."]


def test_one_signs_in_as_those_with_something_to_try(told, loaded):
    names = [guest.person.name for guest in guests()]

    assert names[0] == "Maja Lindqvist"
    assert 10 <= len(names) <= 20
    assert all(guest.tip and guest.part for guest in guests())
    assert guests() == company()


def test_the_people_are_printed_as_a_table(told, loaded):
    printed = io.StringIO()
    call_command("demonstration_people", stdout=printed)

    assert "Maja Lindqvist    patientsäkerhetssamordnare, Patientsäkerhet" in printed.getvalue()
    assert max(map(len, printed.getvalue().splitlines())) < 180


def test_dating_back_touches_only_the_named_rows(told, loaded):
    first, second = Comment.objects.order_by("pk")[:2]
    moment = datetime(2025, 1, 2, 3, 4, tzinfo=SWEDEN)

    details.date_back(Comment, "at", [(first.pk, moment)])

    assert Comment.objects.get(pk=first.pk).at == moment
    assert Comment.objects.get(pk=second.pk).at == second.at


def test_risk_analyses_stand_as_far_as_they_have_come(loaded):
    analyses = RiskAnalysis.objects.whole().order_by("case__filed_at")

    assert sorted(one.case.status for one in analyses) == [
        "analysing", "cancelled", "closed", "commissioned", "deciding", "follow_up"
    ]  # fmt: skip
    for one in analyses:
        missing = [guard(one) for guard in CLOSING if one.case.status == "closed"]
        assert not any(missing), missing
        files = [report.pdf.verdict for report in one.reports.all()]
        assert len(files) == (one.case.status in {"follow_up", "closed"})
    assert Risk.objects.filter(band=3).exists()
    assert Measure.objects.filter(status="proposed", cases__kind="risk_analysis").count() == 3


def test_an_event_analysis_waits_for_decisions(loaded):
    reported = EventAnalysis.objects.exclude(reported_at=None).get()

    assert {one.measure.status for one in reported.proposals.all()} == {"proposed"}
    assert event_analysis.lacks(reported) == []


def test_major_incidents_have_the_deviations_written_about_them(loaded):
    rows = MajorIncident.objects.all()
    states = sorted(rows.values_list("case__status", flat=True))
    assert states == ["closed"] * 6 + ["declared", "restored", "withdrawn"]
    journal = rows.get(case__title="Journalen nere i hela regionen")
    assert journal.gathered.count() > 0
    assert {one.case.kind for one in journal.gathered.all()} == {"deviation"}
    for one in MajorIncident.objects.whole().filter(case__status="closed"):
        assert INCIDENT.named("close").missing(one) == []


def test_a_report_of_the_year_is_half_written_and_its_draft_on_the_way(loaded):
    report = AnnualReport.objects.get()
    assert (report.year, report.unit.code) == (NOW.year, "itmt")
    assert report.builds.get().state == "waiting"
    assert [one.heading for one in report.sections.exclude(author=None)] == [
        "Säkerhetsmeddelande MTP"
    ]
    assert [one.text for one in report.sections.get(template__key="infosak").unconfirmed] == ["3"]


def test_the_registers_of_the_year_are_kept(loaded):
    assert [model.objects.count() for model in (Meeting, Training, Responsibility)] == [10, 7, 7]
    assert [one.shares.count() for one in SavedReport.objects.all()] == [1, 1, 1, 1]
    assert {one.state for one in Meeting.objects.all()} == {"planned", "held", "cancelled"}
    today = calendar.local_day(NOW)
    shares = RoleShare.objects.filter(assignment__role=Role.COORDINATOR)
    assert shares.full_time(today, today) == 3


def test_what_happened_was_known_when_it_happened(loaded):
    """Otherwise a report of last year, as it was known at its day, would be empty."""
    late = Transition.objects.exclude(recorded_at=F("occurred_at"))
    late = late.exclude(case__kind=ANNUAL_REPORT)  # begun as the region is brought, by its own act
    written = RoleShare.objects.filter(valid_from__lt=calendar.local_day(NOW))

    assert not late.exists(), late.first()
    assert written.exists()
    assert all(one.recorded_at < NOW for one in written)
    assert all(one.confirmed_at < NOW for one in Meeting.objects.exclude(confirmed_at=None))

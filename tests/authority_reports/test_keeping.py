"""Writing, sending, supplementing and answering; what the database refuses whatever code runs."""

from datetime import timedelta

import pytest
from django.utils import timezone

from avvikelse.actions import assessment, closing
from patientsakerhet.authority_reports import facts
from patientsakerhet.authority_reports.actions import keeping
from patientsakerhet.authority_reports.models import (
    AuthorityReport,
    ReportEvent,
    ReportSupplement,
)
from patientsakerhet.cases import files
from patientsakerhet.cases.actions import measures
from patientsakerhet.cases.models import Case, SealedText, Transition
from patientsakerhet.lib.refusal import NotReady, Stale, WrongStep
from tests.authority_reports.making import begun, filled, fresh, kind, report_in, submitted
from tests.cases.sample_files import picture, upload
from tests.factories import Region, in_status, make_device
from tests.factories import fresh as fresh_case
from tests.made_once import made_once
from tests.refusing import refused

pytestmark = pytest.mark.django_db


def _drafted():
    region = Region()
    case = in_status("in_investigation", region)
    since = timezone.now() - timedelta(days=3)
    return region, report_in("drafting", case, region, clock_from=since)


_made, drafted = made_once(_drafted)


@pytest.fixture
def region(drafted):
    return drafted[0]


@pytest.fixture
def drafting(drafted):
    return drafted[1]


def test_a_worksheet_begins_with_what_the_case_says(region):
    case = in_status("follow_up", region)
    told = facts.first_values(begun(case, region))

    assert told["what_happened"] == case.deviation.what_happened
    assert told["immediate_action"] == "Bytte pump."
    assert "Trycksensorn visade fel." in told["causes"]
    assert "Byt trycksensor" in told["measures"]
    assert told["similar_before"].startswith("Nej")
    assert told["unit"] == region.ward.name
    assert "contact" not in told


def test_a_device_report_begins_with_the_device_by_the_register(region):
    case = in_status("in_investigation", region)
    device = make_device("MT-1", region.devices, serial_number="SN7", software_version="4.2")
    case.deviation.device = device
    case.deviation.save(update_fields=["device"])
    told = facts.first_values(begun(case, region, "mpa_device"))

    assert told["serial"] == "SN7"
    assert told["software_version"] == "4.2"
    assert told["manufacturer"] == device.model.manufacturer.name


def test_it_is_not_sent_before_the_worksheet_and_the_checklist_are_done(region, drafting):
    now = timezone.now()
    with pytest.raises(NotReady) as refusal:
        keeping.submit(drafting, submitted_at=now, channel="post", by=region.coordinator)

    assert refusal.value.reasons[0].startswith("Underlaget saknar: Vårdgivare, Kontaktperson")
    assert refusal.value.reasons[1] == "7 punkter i kontrollistan är inte avbockade."


def test_it_is_never_said_to_be_sent_by_mail_where_mail_is_not_taken(region, drafting):
    filled(drafting, region.coordinator)

    with pytest.raises(NotReady, match="IVO tar emot Lex Maria genom e-tjänst eller post"):
        keeping.submit(
            fresh(drafting), submitted_at=timezone.now(), channel="mail", by=region.coordinator
        )


def test_it_is_not_sent_tomorrow_nor_before_its_clock_began(region, drafting):
    filled(drafting, region.coordinator)

    for wrong in (timezone.now() + timedelta(days=1), timezone.now() - timedelta(days=30)):
        with pytest.raises(NotReady, match="Tidpunkten"):
            keeping.submit(
                fresh(drafting), submitted_at=wrong, channel="post", by=region.coordinator
            )


def test_the_receipt_is_a_file_of_the_case_and_the_number_may_come_later(region, drafting):
    submitted(drafting, region.coordinator, receipt=files.receive(upload("kvitto.png", picture())))
    sent = fresh(drafting)
    assert (sent.diary_no, sent.receipt.case) == ("", sent.case)
    assert not sent.case.deadlines.open().filter(purpose__startswith="authority").exists()

    keeping.note_receipt(sent, diary_no="3.1.1-4711/2026", by=region.coordinator)
    assert fresh(drafting).diary_no == "3.1.1-4711/2026"
    with pytest.raises(NotReady, match="diarienumret"):
        keeping.note_receipt(fresh(drafting), diary_no=" ", by=region.coordinator)


def test_personal_numbers_are_masked_in_the_worksheet(region, drafting):
    keeping.fill(
        drafting,
        values={"what_happened": "Patient 19121212-1212 föll."},
        checked=[],
        by=region.coordinator,
    )

    assert "1212-1212" not in fresh(drafting).worksheet["what_happened"]
    assert SealedText.objects.filter(field__contains="what_happened").exists()


def test_the_worksheet_takes_its_own_fields_while_it_is_being_written(region, drafting):
    with pytest.raises(NotReady, match="inget fält nagot"):
        keeping.fill(drafting, values={"nagot": "x"}, checked=[], by=region.coordinator)
    with pytest.raises(Stale):
        keeping.fill(drafting, values={}, checked=[], by=region.coordinator, version=1)
    submitted(drafting, region.coordinator)
    with pytest.raises(WrongStep):
        keeping.fill(fresh(drafting), values={}, checked=[], by=region.coordinator)


def test_a_device_report_is_not_laid_aside_before_the_manufacturer_knows(region):
    report = report_in(
        "submitted",
        in_status("in_investigation", region),
        region,
        "mpa_device",
        clock_from=timezone.now() - timedelta(days=3),
    )
    with pytest.raises(NotReady, match="Tillverkaren är inte informerad"):
        keeping.close(report, reason="Klart.", by=region.coordinator)

    keeping.tell_manufacturer(
        report, told_at=timezone.now(), how="Kopia till Volumed.", by=region.coordinator
    )
    keeping.close(fresh(report), reason="Klart.", by=region.coordinator)
    assert fresh(report).status == "closed"


def test_only_a_device_report_tells_a_manufacturer(region, drafting):
    with pytest.raises(WrongStep):
        keeping.tell_manufacturer(
            drafting, told_at=timezone.now(), how="Ringde.", by=region.coordinator
        )


def test_an_answer_has_a_day_after_the_report_and_before_tomorrow(region):
    report = report_in("submitted", in_status("in_investigation", region), region)
    today = timezone.localdate()

    for day, why in (
        (today + timedelta(days=1), "inte varit"),
        (today - timedelta(days=9), "innan"),
    ):
        with pytest.raises(NotReady, match=why):
            keeping.record_outcome(report, answered_on=day, outcome="Ja.", by=region.coordinator)


def test_what_was_sent_is_answered_also_after_the_case_has_closed(region):
    case = in_status("follow_up", region)
    report = report_in("submitted", case, region, clock_from=timezone.now() - timedelta(days=3))
    closed = closed_now(case, region)
    keeping.record_outcome(
        report, answered_on=timezone.localdate(), outcome="Räcker.", by=region.coordinator
    )

    assert closed.is_final
    assert fresh(report).status == "decided"


def closed_now(case, region):
    """The case of the report, closed through the actions."""
    by = region.investigator
    measure = case.measures.get()
    measures.follow_up_effect(measure, by=by, version=2, effect="yes", result="Inga fler stopp.")
    assessment.assess(case, by=by, actual=0, potential=2, probability=1, reason="Utrett.")
    closing.give_feedback(case, "Tack. Sensorn är bytt.", by=by)
    closing.close(case, by=by)
    return fresh_case(case)


# --- the database's own guards --------------------------------------------------------------------


def bend(report, **fields):
    """The row changed around the actions, with the version the database wants."""
    return AuthorityReport.objects.filter(pk=report.pk).update(
        version=fresh(report).version + 1, **fields
    )


def test_a_report_begins_as_a_candidate(region):
    case = in_status("in_investigation", region)
    with refused("authority_report_begins_as_candidate"):
        AuthorityReport.objects.create(
            case=case,
            kind=kind(),
            status="under_decision",
            status_since=timezone.now(),
            clock_from=timezone.now(),
            event_provider=region.ward.care_provider,
            grounds="x",
            created_by=region.coordinator,
            created_at=timezone.now(),
        )


def test_a_report_takes_legal_steps_keeps_its_case_and_counts_its_versions(region, drafting):
    other = in_status("in_investigation", region)
    with refused("authority_report_takes_legal_steps"):
        bend(drafting, status="decided", answered_on=timezone.localdate(), outcome="x",
             submitted_at=timezone.now(), submitted_by=region.coordinator, channel="post")  # fmt: skip
    with refused("authority_report_keeps_its_case"):
        bend(drafting, case=other)
    with refused("authority_report_version_increases_by_one"):
        AuthorityReport.objects.filter(pk=drafting.pk).update(diary_no="x")
    with refused("authority_report_sent_as_it_is_taken"):
        bend(drafting, channel="mail")


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"asked_at": None}, "authority_report_asked_together"),
        ({"decided_at": None}, "authority_report_decided_together"),
        ({"decision": "no"}, "authority_report_stands_as_decided"),
        ({"submitted_at": timezone.now()}, "authority_report_sent_together"),
        ({"status": "submitted"}, "authority_report_sent_when_and_how"),
        ({"manufacturer_told_at": timezone.now()}, "authority_report_manufacturer_told_how"),
    ],
)
def test_facts_that_belong_together_stand_together(fields, name, drafting):
    with refused(name):
        bend(drafting, **fields)


def test_an_answer_has_an_outcome(region):
    report = report_in("submitted", in_status("in_investigation", region), region)
    with refused("authority_report_answered_with_an_outcome"):
        bend(report, status="decided")


def test_one_runs_of_each_kind(region, drafting):
    with refused("authority_report_one_running_per_kind"):
        AuthorityReport.objects.create(
            case=drafting.case,
            kind=drafting.kind,
            status_since=timezone.now(),
            clock_from=timezone.now(),
            event_provider=drafting.event_provider,
            grounds="x",
            created_by=region.coordinator,
            created_at=timezone.now(),
        )


def test_nothing_of_it_is_deleted_and_its_history_is_never_changed(region):
    report = report_in("supplemented", in_status("in_investigation", region), region)
    with refused("authority_report_is_never_deleted"):
        AuthorityReport.objects.filter(pk=report.pk)._raw_delete("default")
    with refused("report_event_is_never_changed"):
        ReportEvent.objects.filter(report=report).update(note="x")
    with refused("report_supplement_is_never_changed"):
        ReportSupplement.objects.filter(report=report).update(text="x")


def test_at_the_commit_it_stands_where_its_events_end(drafting, commit):
    with refused("authority_report_stands_where_its_events_end"):
        bend(
            drafting,
            status="under_decision",
            decision="",
            motive="",
            decided_by=None,
            decided_at=None,
        )
        commit()


@pytest.mark.parametrize("status", ["candidate", "under_decision", "drafting"])
def test_at_the_commit_no_final_case_has_an_unsettled_report(status, region, commit):
    case = in_status("follow_up", region)
    report_in(status, case, region)
    closing.give_feedback(case, "Tack.", by=region.investigator)
    measure = case.measures.get()
    measures.follow_up_effect(
        measure, by=region.investigator, version=2, effect="yes", result="Inga fler stopp."
    )
    commit()
    with refused("case_closed_without_unsettled_reports"):
        close_around_the_actions(case, region)
        commit()


def close_around_the_actions(case, region):
    now, here = timezone.now(), fresh_case(case)
    Transition.objects.create(
        case=case,
        step="close",
        from_status="follow_up",
        to_status="closed",
        from_unit=here.owning_unit,
        to_unit=here.owning_unit,
        occurred_at=now,
        by=region.investigator,
    )
    Case.objects.filter(pk=case.pk).update(
        status="closed", is_final=True, closed_at=now, version=here.version + 1
    )

"""Each guard of the database, met by going around the Python code."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from patientsakerhet.access.models import CaseAccess
from patientsakerhet.cases.models import (
    Case,
    Comment,
    Deadline,
    Measure,
    MeasureCase,
    Submission,
    Transition,
)
from patientsakerhet.notifications.models import Message
from tests.factories import Region, decide_measure, file_report, fresh, in_status
from tests.refusing import refused

pytestmark = pytest.mark.django_db


def test_a_step_no_workflow_knows_is_refused():
    case = file_report()

    with refused("case_takes_legal_steps"):
        Case.objects.filter(pk=case.pk).update(status="closed", version=case.version + 1)


@pytest.mark.parametrize("version", [0, 1, 3, 99])
def test_a_version_that_does_not_follow_is_refused(version):
    case = file_report()
    assert case.version == 1

    with refused("case_version_increases_by_one"):
        Case.objects.filter(pk=case.pk).update(title="Ny", version=version)


@pytest.mark.parametrize(
    "change", [{"number": "AV-2026-99999"}, {"kind": "other"}], ids=["number", "kind"]
)
def test_a_case_keeps_its_identity(change):
    case = file_report()

    with refused("case_keeps_its_identity"):
        Case.objects.filter(pk=case.pk).update(version=case.version + 1, **change)


def test_a_case_is_never_deleted():
    case = file_report()

    with refused("case_is_never_deleted"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM cases_case WHERE id = %s", [case.pk])


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE cases_transition SET reason = 'x'",
        "DELETE FROM cases_transition",
        "TRUNCATE cases_transition",
    ],
)
def test_a_transition_is_never_changed(sql, commit):
    file_report()
    commit()

    with refused("transition_is_never_changed"), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_event SET action = 'x'",
        "DELETE FROM audit_event",
        "UPDATE audit_seal SET seq = 0",
        "DELETE FROM audit_seal",
    ],
)
def test_the_trail_is_never_changed(sql, commit):
    file_report()
    commit()

    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


def test_a_transition_that_is_no_arrow_is_refused():
    case = file_report()

    with refused("transition_is_legal"):
        Transition.objects.create(
            case=case,
            step="close",
            from_status="reported",
            to_status="closed",
            to_unit=case.owning_unit,
            occurred_at=timezone.now(),
        )


def test_an_imported_step_needs_an_imported_case():
    case = file_report()

    with refused("transition_is_legal"):
        Transition.objects.create(
            case=case,
            step="whatever",
            from_status="reported",
            to_status="closed",
            to_unit=case.owning_unit,
            occurred_at=timezone.now(),
            source="import",
        )


def touch(case):
    """A change that makes the guards look at the case again at the commit."""
    now = fresh(case)
    Case.objects.filter(pk=now.pk).update(title="Rörd", version=now.version + 1)


def test_a_case_without_a_deadline_is_not_committed(commit):
    case = file_report()
    commit()

    with refused("case_has_a_deadline"):
        Deadline.objects.filter(case=case).delete()
        commit()


def test_an_open_case_whose_only_deadline_is_met_is_not_committed(commit):
    case = file_report()
    commit()

    with refused("case_has_a_deadline"):
        Deadline.objects.filter(case=case).update(met_at=timezone.now())
        commit()


def test_a_case_without_a_receipt_is_not_committed(commit):
    case = file_report()
    commit()

    with refused("case_has_a_receipt"):
        Message.objects.filter(case_id=case.pk).delete()
        touch(case)
        commit()


def test_a_case_without_a_trail_is_not_committed(commit):
    region = Region()
    case = file_report(region.ward)
    commit()

    with refused("case_has_a_trail"):
        # A row made with nothing but SQL, as a careless script would.
        with connection.cursor() as cursor:
            columns = [
                f.column for f in Case._meta.concrete_fields if f.column not in {"id", "number"}
            ]
            cursor.execute(
                f"""INSERT INTO cases_case (number, {", ".join(columns)})
                    SELECT 'AV-2026-77777', {", ".join("serial + 70000" if c == "serial" else c for c in columns)}
                    FROM cases_case WHERE id = %s RETURNING id""",
                [case.pk],
            )
            (made,) = cursor.fetchone()
            cursor.execute(
                """INSERT INTO avvikelse_deviation SELECT (jsonb_populate_record(d,
                       jsonb_build_object('case_id', %s))).* FROM avvikelse_deviation d
                   WHERE case_id = %s""",
                [made, case.pk],
            )
        copy = Case.objects.get(pk=made)
        Transition.objects.create(
            case=copy,
            step="file",
            to_status="reported",
            to_unit=copy.owning_unit,
            occurred_at=timezone.now(),
        )
        Deadline.objects.create(
            case=copy, purpose="state", label="x", starts_at=timezone.now(), due_at=timezone.now()
        )
        Message.objects.create(
            kind="receipt",
            key="copy",
            channel="page",
            case_id=made,
            number=copy.number,
            message_id="<copy@x>",
        )
        CaseAccess.objects.create(case=copy, unit=copy.owning_unit, level="coordination")
        commit()


def test_a_case_without_an_owning_unit_cannot_be():
    case = file_report()

    with pytest.raises(DatabaseError, match="owning_unit_id"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(owning_unit=None, version=case.version + 1)


def test_a_case_that_reaches_nobody_is_not_committed(commit):
    case = file_report()
    commit()

    with refused("case_has_reached_somebody"):
        CaseAccess.objects.filter(case=case).delete()
        touch(case)
        commit()


def test_a_case_that_stands_elsewhere_than_its_history_is_not_committed(commit):
    case = file_report()
    commit()

    with refused("case_stands_where_its_history_ends"):
        Case.objects.filter(pk=case.pk).update(status="in_coordination", version=case.version + 1)
        commit()


def close_by_force(case, from_status="follow_up"):
    """Closed with a transition and all, but without asking the workflow's guards."""
    now = timezone.now()
    case = fresh(case)
    Transition.objects.create(
        case=case,
        step="close",
        from_status=from_status,
        to_status="closed",
        from_unit=case.owning_unit,
        to_unit=case.owning_unit,
        occurred_at=now,
    )
    Case.objects.filter(pk=case.pk).update(
        status="closed", is_final=True, closed_at=now, version=case.version + 1
    )


def test_a_case_cannot_close_with_open_measures(commit):
    region = Region()
    case = in_status("follow_up", region)
    decide_measure(case, by=region.investigator)
    Comment.objects.create(
        case=case, audience="reporter", purpose="feedback", text="Svar", by=region.investigator
    )
    commit()

    with refused("case_closed_without_open_measures"):
        close_by_force(case)
        commit()


def test_a_measure_cannot_be_opened_again_in_a_closed_case(commit):
    case = in_status("closed")
    commit()

    with refused("case_closed_without_open_measures"):
        Measure.objects.filter(cases=case).update(status="planned", done_at=None)
        commit()


def test_an_open_measure_cannot_be_tied_to_a_closed_case(commit):
    region = Region()
    closed = in_status("closed", region)
    measure = decide_measure(in_status("in_investigation", region), by=region.investigator)
    commit()

    with refused("case_closed_without_open_measures"):
        MeasureCase.objects.create(measure=measure, case=closed)
        commit()


def test_a_case_cannot_close_without_feedback(commit):
    case = in_status("follow_up")
    commit()

    with refused("case_closed_with_an_answer"):
        close_by_force(case)
        commit()


def test_feedback_is_never_deleted():
    case = in_status("closed")

    with refused("comment_is_never_deleted"):
        Comment.objects.filter(case=case).delete()


def test_one_submission_leads_to_one_case():
    region = Region()
    one, other = file_report(region.ward), file_report(region.ward)

    with refused("cases_submission_pkey"):
        Submission.objects.bulk_create([Submission(pk=one.submission.pk, case=other)])


def test_a_case_has_one_submission():
    case = file_report()

    with refused("cases_submission_case_id_key"):
        Submission.objects.create(pk="00000000-0000-4000-8000-000000000001", case=case)


def test_a_judgement_is_never_changed():
    case = in_status("assigned")

    with refused("assessment_is_never_changed"):
        case.deviation.assessments.update(potential=1)


def test_the_time_of_closing_follows_the_filing():
    case = in_status("closed")

    with refused("case_closed_after_it_was_filed"):
        Case.objects.filter(pk=case.pk).update(
            closed_at=case.filed_at - timedelta(days=1), version=case.version + 1
        )

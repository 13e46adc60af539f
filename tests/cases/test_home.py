"""The first page: what waits for whom, how it is counted, and that it asks the database little."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from avvikelse.actions import assessment, closing
from patientsakerhet.audit.models import Event
from patientsakerhet.cases import agenda
from patientsakerhet.cases.agenda import Errand
from patientsakerhet.cases.models import Case, Measure
from patientsakerhet.organisation.models import Person
from patientsakerhet.ui.paging import Capped, counts_of
from tests.factories import (
    Region,
    decide_measure,
    file_report,
    fresh,
    in_status,
    make_person,
    person_as,
)
from tests.made_once import made_once
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db


_made, region = made_once(Region)


def waiting(person):
    """Key -> how many, of what there is something."""
    again = Person.objects.get(pk=person.pk)
    return {key: str(count) for key, count in agenda.counts(again).items() if count}


def shown(person):
    return signed_in(person).get(reverse("home")).content.decode()


def test_a_reporter_sees_how_her_reports_are_doing_and_nothing_else(region):
    case = file_report(region.ward, region.reporter)

    page = shown(region.reporter)

    assert waiting(region.reporter) == {"reports": "1"}
    assert case.title in page
    assert "Mottagen" in page
    assert "Att koordinera" not in page
    assert page.count('data-size="big"') == 1


def test_a_stranger_to_everything_is_met_calmly(region):
    page = shown(make_person())

    assert "Du har inte anmält något än" in page
    assert "Inget väntar på dig" not in page


def test_somebody_with_nothing_to_do_is_told_so(region):
    assert "Inget väntar på dig" in shown(region.investigator)


def test_a_question_to_the_reporter_waits_for_her_until_she_has_answered(region):
    case = in_status("returned", region)

    assert waiting(region.reporter) == {"questions": "1", "reports": "1"}
    assert reverse("own_report", args=[case.number]) in shown(region.reporter)

    from avvikelse.actions import coordination

    coordination.answered_by_reporter(case, "MT-20417.", by=region.reporter)

    assert waiting(region.reporter) == {"reports": "1"}


def test_an_answer_waits_until_the_reporter_has_said_what_she_thought(region):
    case = in_status("closed", region)

    assert waiting(region.reporter) == {"answers": "1", "reports": "1"}

    closing.judge_answer(case, answered="yes", by=region.reporter)

    assert waiting(region.reporter) == {"reports": "1"}


def test_each_state_waits_for_those_whose_turn_it_is(region):
    manager = person_as("unit_manager", region.devices)
    file_report(region.ward, region.reporter)
    in_status("assigned", region)
    in_status("in_investigation", region)

    assert waiting(region.coordinator) == {"to_coordinate": "1"}
    assert waiting(manager) == {"to_receive": "1"}
    assert waiting(region.investigator) == {"to_receive": "1", "mine": "1"}
    assert waiting(person_as("unit_manager", region.operations)) == {}


def test_what_is_late_is_for_managers_and_is_not_what_waits_in_the_queue(region):
    manager = person_as("unit_manager", region.devices)
    yesterday = timezone.now() - timedelta(days=1)
    for case in (in_status("in_investigation", region), file_report(region.ward)):
        Case.objects.filter(pk=case.pk).update(due_at=yesterday, version=case.version + 1)

    assert waiting(manager) == {"late": "1"}
    assert waiting(region.coordinator) == {"to_coordinate": "1", "late": "1"}
    assert "late" not in waiting(region.investigator)


def test_a_measure_waits_for_its_owner_and_its_effect_for_who_decided_it(region):
    owner = person_as("action_owner", region.operations)
    case = in_status("in_investigation", region)
    measure = decide_measure(case, by=region.investigator, owner=owner)

    assert waiting(owner) == {"measures": "1"}
    assert reverse("measure", args=[measure.pk]) in shown(owner)

    Measure.objects.filter(pk=measure.pk).update(
        status="done", done_at=timezone.now(), effect_due_on=timezone.localdate()
    )

    assert waiting(owner) == {}
    assert waiting(region.investigator)["effects"] == "1"


def test_a_lowered_assessment_waits_for_the_chief_physician_unless_it_is_her_own(region):
    case = in_status("in_investigation", region)
    assessment.assess(
        case, by=region.investigator, actual=0, potential=1, probability=1, reason="Ingen skada."
    )

    assert waiting(region.physician)["downgrades"] == "1"
    assert "downgrades" not in waiting(region.coordinator)

    other = in_status("in_investigation", region)
    assessment.assess(
        other, by=region.physician, actual=0, potential=1, probability=1, reason="Ingen skada."
    )

    assert waiting(region.physician)["downgrades"] == "1"


def test_a_merged_report_is_as_far_as_the_case_it_went_into(region):
    parent = in_status("in_action", region)
    case = file_report(region.ward, region.reporter)
    from avvikelse.actions import coordination

    coordination.merge(case, into=parent, by=region.coordinator)

    assert "Åtgärdas" in shown(region.reporter)


def test_reading_the_page_is_in_the_trail_with_what_it_showed(region):
    case = file_report(region.ward, region.reporter)
    shown(region.coordinator)

    event = Event.objects.reads().with_body().get(actor_id=region.coordinator.pk)

    assert event.action == "list.read"
    assert event.payload.body == {"list": "home", "cases": [case.pk], "measures": []}
    assert event in Event.objects.touching(case.pk)


def test_the_page_asks_one_statement_for_all_numbers_and_one_for_each_list(region):
    client = signed_in(region.coordinator)
    client.get(reverse("own_reports"))  # the first request writes the session's age

    for more in (1, 2):
        for _ in range(more):
            file_report(region.ward, region.coordinator)
            in_status("assigned", region)
            in_status("in_investigation", region)

        with CaptureQueriesContext(connection) as asked:
            answer = client.get(reverse("home"))

        assert answer.status_code == 200
        # session, person, assignments; numbers; queue and own reports; trail; savepoint and release
        assert len(asked) == 9, "\n".join(one["sql"][:120] for one in asked)


def test_counting_stops_at_the_limit(region):
    for _ in range(3):
        file_report(region.ward, region.reporter)
    rows = Case.objects.all()

    counted = counts_of({"few": rows, "none": rows.none()}, limit=2)

    assert counted == {"few": Capped(2, more=True), "none": Capped(0)}
    assert str(counted["few"]) == "2+"
    assert counted["few"]
    assert not counted["none"]


def test_nothing_at_all_is_counted_without_asking():
    with CaptureQueriesContext(connection) as asked:
        assert counts_of({"none": Case.objects.none()}) == {"none": Capped(0)}

    assert len(asked) == 0


def test_two_errands_under_one_key_are_refused():
    with pytest.raises(ValueError, match="taken"):
        agenda.register(
            Errand("mine", "", lambda person: None, lambda row: None, lambda person: "", "")
        )


def test_the_navigation_counts_what_waits(region):
    file_report(region.ward, region.reporter)
    page = signed_in(region.coordinator).get(reverse("home"))

    entries = {
        entry.label: entry
        for section in page.context["frame"].sections
        for entry in section.entries
    }

    assert entries["Koordinering"].count == "1"
    assert entries["Åtgärder"].count == ""
    assert entries["Min sida"].current
    assert fresh(Case.objects.get()).status == "reported"


def test_what_one_has_counted_is_not_counted_again(region):
    file_report(region.ward)
    person = Person.objects.get(pk=region.coordinator.pk)
    with CaptureQueriesContext(connection) as few:
        some = dict(agenda.counts(person, {"to_coordinate"}))
    with CaptureQueriesContext(connection) as same:
        agenda.counts(person, {"to_coordinate"})
    with CaptureQueriesContext(connection) as rest:
        every = agenda.counts(person)

    assert {key: str(count) for key, count in some.items()} == {"to_coordinate": "1"}
    assert few[-1]["sql"].count("count(*)") == 1
    assert len(same) == 0
    assert set(every) == {errand.key for errand in agenda.every()}
    assert "SELECT" in rest[-1]["sql"]
    assert rest[-1]["sql"].count("count(*)") < len(every)

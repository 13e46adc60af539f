"""Three invented years: the same for the same seed, legal in every step, and believable."""

import random
from collections import Counter
from datetime import datetime, timedelta

import pytest

from avvikelse.defaults import DEADLINES, SCALE
from avvikelse.workflow import CLOSED, HANDLED, QUEUE, WORKFLOW
from patientsakerhet.demonstration import history, judgement, seasons
from patientsakerhet.demonstration.course import ARROWS
from patientsakerhet.demonstration.region import region
from patientsakerhet.lib import calendar
from patientsakerhet.lib.calendar import SWEDEN
from tests.demonstration.conftest import NOW

DEVICES, SERVICES = ("medical_device",), ("service", "delivery")
NEED_A_REASON = ("hand_over", "send_back", "resume", "reject", "unmerge", "reopen")
REGION = region()


def days_until(case, step):
    at = next((move.at for move in case.moves if move.step == step), None)
    return None if at is None else (at - case.filed_at) / timedelta(days=1)


def median(values):
    return sorted(values)[len(values) // 2]


def unique_measures(told):
    return {measure.key: measure for case in told.cases for measure in case.measures}.values()


# --- the same every time ----------------------------------------------------------------------


def test_the_same_seed_and_moment_tell_the_same_history():
    once = history.tell(now=NOW, count=250)
    random.seed(99)

    assert history.tell(now=NOW, count=250) == once


def test_another_seed_tells_another_history(told):
    other = history.tell(now=NOW, seed=told.seed + 1, count=100)

    assert not {case.what_happened for case in other.cases} <= {
        case.what_happened for case in told.cases
    }


@pytest.mark.parametrize(
    "now",
    [
        datetime(2027, 3, 28, 3, 30, tzinfo=SWEDEN),
        datetime(2028, 2, 29, 23, 59, tzinfo=SWEDEN),
        datetime(2026, 12, 25, 0, 5, tzinfo=SWEDEN),
        datetime(2026, 10, 25, 2, 30, tzinfo=SWEDEN),
    ],
)
def test_nothing_lies_ahead_of_now_whatever_the_day(now):
    for case in history.tell(now=now, count=150).cases:
        told_at = [case.filed_at, *(move.at for move in case.moves)]
        told_at += [
            one.at for group in (case.judged, case.said, case.noted, case.causes) for one in group
        ]
        told_at += [measure.decided_at for measure in case.measures]
        told_at += [at for m in case.measures for at in (m.done_at, m.effect_at) if at]
        assert max(told_at) <= now


@pytest.mark.parametrize("count", [1, 7, 60])
def test_a_small_history_holds_together(count):
    assert 1 <= len(history.tell(now=NOW, count=count).cases) <= count + 10


# --- legal ------------------------------------------------------------------------------------


def test_the_steps_are_the_products_own():
    arrows = WORKFLOW.arrows()
    for step, (sources, target) in ARROWS.items():
        assert {(source, step, target) for source in sources} <= arrows


def test_every_case_begins_by_being_filed_and_follows_the_arrows(told):
    arrows = WORKFLOW.arrows()
    for case in told.cases:
        first, *rest = case.moves
        assert (first.step, first.status, first.at) == ("file", "reported", case.filed_at)
        status, at = first.status, first.at
        for move in rest:
            assert (status, move.step, move.status) in arrows
            assert move.at > at
            status, at = move.status, move.at
            assert move.reason or move.step not in NEED_A_REASON


def test_reports_occurred_before_they_were_discovered_written_and_filed(told):
    for case in told.cases:
        assert case.precision == "unknown" or case.occurred_at is not None
        times = [case.occurred_at, case.discovered_at, case.filed_at]
        known = [at for at in times if at is not None]
        assert known == sorted(known)
        if case.written_on_paper_at:
            assert case.channel == "paper"
            assert case.written_on_paper_at <= case.filed_at
        if case.occurred_until:
            assert case.occurred_at <= case.occurred_until <= case.filed_at


def test_a_closed_case_is_answered_investigated_and_has_nothing_open(told):
    closed = [case for case in told.cases if case.status == CLOSED]
    assert len(closed) > 1500
    for case in closed:
        closed_at = case.moves[-1].at
        assert any(said.purpose == "feedback" and said.at <= closed_at for said in case.said)
        assert case.causes
        assert case.recurrence
        assert [judged.stage for judged in case.judged][-2:] == ["coordinator", "final"]
        assert case.measures or case.closing_note
        for measure in case.measures:
            assert not measure.is_open
            assert measure.cancelled_reason or measure.effect
            assert measure.effect_at is None or measure.effect_at <= closed_at


def test_a_unit_gets_a_case_that_is_classified_and_assessed(told):
    for case in told.cases:
        if any(move.step == "coordinate" for move in case.moves):
            assert case.kind
            assert any(judged.stage == "coordinator" for judged in case.judged)


def test_events_that_ask_for_an_analysis_have_a_course_of_events_before_they_move_on(told):
    analysed = [case for case in told.cases if case.is_event_analysis]
    assert 100 < len(analysed) < 400
    for case in analysed:
        if {"plan", "close"} & {move.step for move in case.moves}:
            assert len(case.timeline) >= 3


def test_a_lowered_assessment_says_why(told):
    lowered = [j for case in told.cases for j in case.judged if j.is_downgrade]
    assert lowered
    assert all(judged.reason for judged in lowered)
    assert any(judged.reviewed_at is None for judged in lowered)


def test_the_threshold_for_analysis_is_the_shipped_scale():
    assert SCALE["analysis_from_score"] == judgement.ANALYSIS_SCORE
    assert SCALE["analysis_from_severity"] == judgement.ANALYSIS_SEVERITY


def test_duplicates_point_at_a_case_that_stands(told):
    merged = [case for case in told.cases if case.status == "merged"]
    assert len(merged) > 50
    for case in merged:
        parent = told.cases[case.merged_into]
        assert parent.status not in ("merged", "rejected")
        assert parent.filed_at <= case.filed_at
    assert all(case.merged_into is None for case in told.cases if case.status != "merged")


def test_an_answer_answers_a_question_of_the_same_case(told):
    answers = 0
    for case in told.cases:
        for said in case.said:
            if said.answers is not None:
                answers += 1
                assert case.said[said.answers].purpose == "question"
                assert case.said[said.answers].at < said.at
    assert answers > 100


def test_a_measure_serves_several_cases_and_was_decided_before_it_was_done(told):
    serves = Counter(measure.key for case in told.cases for measure in case.measures)
    assert max(serves.values()) > 3
    for measure in unique_measures(told):
        assert measure.done_at is None or measure.done_at > measure.decided_at
        assert measure.effect_at is None or measure.effect_at >= measure.done_at
        assert measure.effect_due_on >= measure.due_on


def test_no_case_waits_at_the_unit_that_was_closed(told):
    open_cases = [case for case in told.cases if case.status in (*QUEUE, *HANDLED)]
    assert "mt-service" not in {case.owner for case in open_cases}
    assert "mt-service" in {move.unit for case in told.cases for move in case.moves}


# --- believable -------------------------------------------------------------------------------


def test_the_history_has_the_size_that_was_asked_for(told):
    assert 2300 <= len(told.cases) <= 2450
    assert len(told.drafts) == 18


def test_reports_grow_by_a_fifth_a_year(told):
    filed = Counter(case.filed_at.year for case in told.cases)

    assert 1.15 <= filed[2025] / filed[2024] <= 1.25


def test_weekends_and_july_are_quieter(told):
    weekdays = Counter(case.filed_at.weekday() for case in told.cases)
    months = Counter(case.filed_at.month for case in told.cases if case.filed_at.year < 2026)

    assert weekdays[6] < weekdays[1] * 0.65
    assert months[7] < months[10] * 0.85


def test_the_queue_holds_about_forty_five_and_some_have_waited_far_too_long(told):
    waiting = [NOW - case.filed_at for case in told.cases if case.status in QUEUE]
    goal = next(amount for status, _, amount, *_ in DEADLINES if status == "reported")

    assert 38 <= len(waiting) <= 55
    assert sum(wait > timedelta(days=goal) for wait in waiting) >= 8
    assert max(waiting) > timedelta(days=21)
    assert {case.status for case in told.cases} >= set(QUEUE)


def test_deliveries_and_services_are_coordinated_faster_than_three_years_ago(told):
    then, lately = [], []
    for case in told.cases:
        waited = days_until(case, "coordinate")
        if case.kind in SERVICES and waited is not None:
            if case.filed_at < NOW - timedelta(days=730):
                then.append(waited)
            elif NOW - timedelta(days=400) < case.filed_at < NOW - timedelta(days=60):
                lately.append(waited)

    assert median(lately) < 0.65 * median(then)


def test_devices_pile_up_in_cause_investigation(told):
    investigated = [case for case in told.cases if case.status == "in_investigation"]
    devices = [case for case in investigated if case.kind in DEVICES]

    assert len(devices) > 0.6 * len(investigated)
    assert sum(NOW - case.filed_at > timedelta(days=60) for case in devices) >= 20
    reported = [case for case in told.cases if case.kind in DEVICES]
    years = Counter((NOW - case.filed_at).days // 365 for case in reported)
    assert years[0] > 1.3 * years[1]


def test_measures_and_effects_are_late(told):
    measures = unique_measures(told)
    late = [m for m in measures if m.is_open and m.due_on < NOW.date()]
    unseen = [m for m in measures if m.done_at and not m.effect and m.effect_due_on < NOW.date()]

    assert len(late) >= 8
    assert len(unseen) >= 5


def test_one_day_thirty_wrote_about_the_same_outage(told):
    days = Counter(
        (case.system, case.occurred_at.date())
        for case in told.cases
        if case.topic == "journal_nere" and case.occurred_at
    )
    reports = [
        c
        for c in told.cases
        if any(t.kind == "major_incident" and t.number == "MIR4102" for t in c.tickets)
    ]

    assert len(reports) == 30
    assert days.most_common(1)[0][1] >= 15
    assert len({case.unit for case in reports}) >= 20
    assert {case.channel for case in reports} >= {"form", "paper"}


def test_reports_come_from_everywhere_with_and_without_a_name(told):
    senders = Counter(
        case.sender.mode if case.sender.person else "unsigned" if case.sender.name else "anonymous"
        for case in told.cases
    )
    providers = Counter(REGION.unit[case.unit].provider for case in told.cases)

    assert (
        min(senders["open"], senders["confidential"], senders["unsigned"], senders["anonymous"])
        > 100
    )
    assert len(providers) == len(REGION.providers)
    own = sum(REGION.unit[case.unit].setting == "itmt" for case in told.cases) / len(told.cases)
    assert 0.03 < own < 0.09


def test_cases_travel_between_units_and_sometimes_back(told):
    steps = Counter(move.step for case in told.cases for move in case.moves)

    assert set(ARROWS) - {"unmerge"} <= set(steps)
    ping_pong = [case for case in told.cases if sum(m.step == "hand_over" for m in case.moves) >= 3]
    assert ping_pong


# --- time -------------------------------------------------------------------------------------


def test_at_work_is_a_working_day_in_office_hours():
    rng = random.Random(1)
    for hours in range(0, 24 * 40, 5):
        moment = datetime(2026, 12, 18, 0, 0, tzinfo=SWEDEN) + timedelta(hours=hours)
        worked = seasons.at_work(moment, rng)
        assert worked >= moment
        assert calendar.is_working_day(worked.date())
        assert seasons.OPENS <= worked.time() <= seasons.CLOSES


def test_a_clock_that_the_spring_skips_is_an_hour_later():
    skipped = seasons.at(datetime(2026, 3, 29).date(), datetime(2026, 3, 29, 2, 30).time())  # noqa: DTZ001  a time that no clock shows

    assert skipped.hour == 3

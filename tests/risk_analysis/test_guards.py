"""What the database refused of analyses and risks, whatever code runs; each refusal by its name."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from patientsakerhet.cases.models import Case, Measure
from patientsakerhet.risk_analysis.models import (
    AnalysisMember,
    AnalysisReport,
    AnalysisTemplate,
    Risk,
    RiskAnalysis,
    RiskReview,
    Scoring,
    ScoringMethod,
)
from tests.factories import file_report, fresh
from tests.made_once import made_once
from tests.refusing import refused
from tests.risk_analysis.making import walked

pytestmark = pytest.mark.django_db

_made, world = made_once(walked("commissioned", "analysing", "deciding", "follow_up"))


@pytest.fixture
def risk(world):
    return world.cases["analysing"].risk_analysis.risks.get()


def scoring(risk, **changes):
    return Scoring(
        **{
            "risk": risk, "method": risk.analysis.method, "stage": "before", "severity": 2,
            "probability": 2, "band": 2, "at": timezone.now(), **changes,
        }
    )  # fmt: skip


def test_a_case_of_the_kind_has_its_analysis(world, commit):
    case = world.cases["commissioned"]
    commit()
    other = Case.objects.get(pk=case.pk)
    other.pk, other.serial, other.number = None, 99999, "RA-2026-99999"

    with refused("case_has_its_analysis"):
        other.save(force_insert=True)
        commit()


def test_a_risk_is_never_deleted(risk):
    with refused("risk_is_never_deleted"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM risk_analysis_risk")


@pytest.mark.parametrize("changes", [{"serial": 9}, {"analysis": None}])
def test_a_risk_keeps_its_analysis_and_number(risk, world, changes):
    if "analysis" in changes:
        changes = {"analysis": world.cases["commissioned"].risk_analysis}
    with refused("risk_keeps_its_number"):
        Risk.objects.filter(pk=risk.pk).update(**changes)


def test_a_risk_stands_in_a_step_of_its_own_analysis(risk, world):
    other = world.cases["deciding"].risk_analysis.steps.get()
    with refused("risk_stands_in_a_step_of_its_analysis"):
        Risk.objects.filter(pk=risk.pk).update(step=other)


@pytest.mark.parametrize("sql", ["UPDATE {} SET reason = 'x'", "DELETE FROM {}"])
def test_a_judgement_stays_as_it_was_made(risk, sql):
    with refused("scoring_is_never_changed"), connection.cursor() as cursor:
        cursor.execute(sql.format("risk_analysis_scoring"))


@pytest.mark.parametrize("changes", [{"severity": 5}, {"probability": 5}, {"detection": 1}])
def test_a_judgement_is_on_the_scale_of_its_method(risk, changes):
    with refused("scoring_is_on_its_scale"):
        scoring(risk, **changes).save()


def test_a_method_with_detection_needs_it(risk):
    fmea = ScoringMethod.objects.get(code="fmea")
    with refused("scoring_is_on_its_scale"):
        scoring(risk, method=fmea).save()


@pytest.mark.parametrize(
    ("changes", "name"),
    [({"severity": 0}, "scoring_from_one"), ({"band": 4}, "scoring_in_a_band")],
)
def test_a_judgement_is_a_judgement(risk, changes, name):
    with refused(name):
        scoring(risk, **changes).save()


def test_a_method_that_is_used_keeps_its_limits_and_may_end(risk):
    method = ScoringMethod.objects.filter(code="matris")
    method.update(valid_to=timezone.localdate())
    with refused("scoring_method_in_use_stands"):
        method.update(high_from=9)


@pytest.mark.parametrize("sql", ["UPDATE {} SET edition = 9", "DELETE FROM {}"])
def test_a_signed_report_stays_as_it_was_signed(world, sql):
    with refused("analysis_report_is_never_changed"), connection.cursor() as cursor:
        cursor.execute(sql.format("risk_analysis_analysisreport"))


def around_the_code(case, status, **changes):
    """The case is moved by a statement of its own, with a transition that says so."""
    row = fresh(case)
    before = row.status
    now = timezone.now() + timedelta(seconds=1)
    row.transitions.create(
        step={"follow_up": "sign", "closed": "close"}[status], from_status=before,
        to_status=status, from_unit=row.owning_unit, to_unit=row.owning_unit, occurred_at=now,
    )  # fmt: skip
    Case.objects.filter(pk=case.pk).update(
        status=status, version=row.version + 1, is_final=status == "closed",
        closed_at=now if status == "closed" else None, **changes,
    )  # fmt: skip


def test_nothing_is_followed_up_without_a_signed_report(world, commit):
    case = world.cases["deciding"]
    world.decide(case, case.measures.get())
    with refused("analysis_has_a_signed_report"):
        around_the_code(case, "follow_up")
        commit()


@pytest.mark.parametrize("state", ["proposed", "done"])
def test_an_analysis_closes_when_every_effect_is_known(world, commit, state):
    case = world.cases["follow_up"]
    now = timezone.now()
    known = {"proposed": {"decided_at": None, "decided_by": None}, "done": {"done_at": now}}[state]
    Measure.objects.filter(cases=case).update(status=state, **known)
    with refused("analysis_closes_when_every_effect_is_known"):
        around_the_code(case, "closed")
        commit()


def test_an_analysis_closes_when_no_review_waits(world, commit):
    case = world.cases["follow_up"]
    world.carry_out(case.measures.get())
    risk = case.risk_analysis.risks.get()
    RiskReview.objects.create(
        risk=risk, case=file_report(world.region.ward), proposed_at=timezone.now()
    )
    with refused("analysis_closes_when_no_review_waits"):
        around_the_code(case, "closed")
        commit()


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("risk_title_filled", lambda risk: Risk.objects.filter(pk=risk.pk).update(title=" ")),
        ("risk_score_band_together", lambda r: Risk.objects.filter(pk=r.pk).update(score=None)),
        (
            "risk_withdrawn_at_withdrawn_by_together",
            lambda r: Risk.objects.filter(pk=r.pk).update(withdrawn_at=timezone.now()),
        ),
        (
            "risk_withdrawn_has_a_reason",
            lambda r: Risk.objects.filter(pk=r.pk).update(
                withdrawn_at=timezone.now(), withdrawn_by=r.created_by
            ),
        ),
        (
            "riskanalysis_change_filled",
            lambda r: RiskAnalysis.objects.filter(pk=r.analysis_id).update(change=" "),
        ),
        (
            "riskanalysis_scope_filled",
            lambda r: RiskAnalysis.objects.filter(pk=r.analysis_id).update(scope=""),
        ),
        (
            "analysis_member_one_leader",
            lambda r: AnalysisMember.objects.create(analysis=r.analysis, name="B", part="leader"),
        ),
        (
            "analysis_member_once",
            lambda r: AnalysisMember.objects.create(
                analysis=r.analysis, name="B", part="expert", person=r.created_by
            ),
        ),
        (
            "analysismember_name_filled",
            lambda r: AnalysisMember.objects.create(analysis=r.analysis, name="", part="expert"),
        ),
        (
            "risk_once_per_number",
            lambda r: Risk.objects.create(
                analysis=r.analysis, serial=r.serial, title="B", created_at=r.created_at,
                reviewed_at=r.created_at,
            ),
        ),
        (
            "risk_review_handled_has_an_outcome",
            lambda r: RiskReview.objects.create(
                risk=r, proposed_at=r.created_at, handled_at=r.created_at, handled_by=r.created_by
            ),
        ),
        (
            "riskreview_handled_at_handled_by_together",
            lambda r: RiskReview.objects.create(
                risk=r, proposed_at=r.created_at, handled_at=r.created_at, outcome="holds", note="x"
            ),
        ),
        (
            "process_step_title_filled",
            lambda r: r.analysis.steps.create(position=9, title=" "),
        ),
        (
            "scoring_method_high_above_medium",
            lambda r: ScoringMethod.objects.filter(code="fmea").update(high_from=1),
        ),
        (
            "scoring_method_one_open_per_code",
            lambda r: ScoringMethod.objects.filter(code="fmea").update(code="matris", version=2),
        ),
        (
            "scoring_method_once_per_version",
            lambda r: ScoringMethod.objects.filter(code="fmea").update(
                code="matris", valid_to=timezone.localdate()
            ),
        ),
        (
            "scoring_method_ends_after_it_begins",
            lambda r: ScoringMethod.objects.filter(code="fmea").update(valid_to="1999-01-01"),
        ),
    ],
)  # fmt: skip
def test_each_constraint_holds(name, make, risk):
    with refused(name):
        make(risk)


def test_two_steps_never_stand_in_the_same_place(risk, commit):
    with refused("process_step_once_per_position"):
        risk.analysis.steps.create(position=1, title="B")
        commit()


def test_an_analysis_begins_in_one_way(world):
    case = world.commissioned(template=AnalysisTemplate.objects.first())
    with refused("risk_analysis_began_in_one_way"):
        RiskAnalysis.objects.filter(pk=case.pk).update(
            copied_from=world.cases["commissioned"].risk_analysis
        )


def test_editions_and_aims_are_there_once(world):
    case = world.cases["follow_up"]
    edition = AnalysisReport.objects.get()
    with refused("analysis_report_once_per_edition"):
        edition.pk = None
        edition.save(force_insert=True)
    aim = case.risk_analysis.risks.get().aims.get()
    with refused("risk_measure_once"):
        aim.pk = None
        aim.save(force_insert=True)


def test_a_case_proposes_a_review_once(risk, world):
    case = file_report(world.region.ward)
    RiskReview.objects.create(risk=risk, case=case, proposed_at=timezone.now())
    with refused("risk_review_once_per_case"):
        RiskReview.objects.create(risk=risk, case=case, proposed_at=timezone.now())


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("measure_decided_when_no_longer_proposed", {"status": "planned"}),
        ("measure_decided_at_decided_by_together", {"decided_at": "2026-11-01T10:00Z"}),
        ("measure_rejected_has_a_reason", {"status": "rejected"}),
    ],
)
def test_a_proposed_measure_is_decided_whole(name, changes, world):
    case = world.cases["analysing"]
    if changes.get("status") == "rejected":
        changes = {**changes, "decided_at": timezone.now(), "decided_by": world.commissioner}
    with refused(name):
        Measure.objects.filter(cases=case).update(**changes)

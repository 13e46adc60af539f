"""Every step from every status; the expected table is written by hand, not read from the code."""

import pytest

from avvikelse.workflow import WORKFLOW
from patientsakerhet.cases.actions import steps
from patientsakerhet.lib.refusal import WrongStep
from tests.factories import STATUSES, Region, fresh, in_status
from tests.made_once import made_once

LEADS_TO = {
    "reported": {
        "take": "in_coordination",
        "ask": "returned",
        "coordinate": "assigned",
        "reject": "rejected",
        "merge": "merged",
    },
    "in_coordination": {
        "release": "reported",
        "ask": "returned",
        "coordinate": "assigned",
        "reject": "rejected",
        "merge": "merged",
    },
    "returned": {
        "answer": "in_coordination",
        "coordinate": "assigned",
        "reject": "rejected",
        "merge": "merged",
    },
    "assigned": {
        "hand_over": "assigned",
        "send_back": "in_coordination",
        "receive": "in_investigation",
        "merge": "merged",
    },
    "in_investigation": {
        "hand_over": "assigned",
        "send_back": "in_coordination",
        "plan": "in_action",
        "close": "closed",
        "merge": "merged",
    },
    "in_action": {"hand_over": "assigned", "follow_up": "follow_up"},
    "follow_up": {"hand_over": "assigned", "resume": "in_action", "close": "closed"},
    "closed": {"reopen": "in_investigation"},
    "rejected": {"restore": "in_coordination"},
    "merged": {"unmerge": "in_coordination"},
}

STEPS = (
    "take",
    "release",
    "ask",
    "answer",
    "coordinate",
    "hand_over",
    "send_back",
    "receive",
    "plan",
    "follow_up",
    "resume",
    "close",
    "reject",
    "merge",
    "unmerge",
    "reopen",
    "restore",
)


def _states():
    """A region, and in it a case in each status."""
    region = Region()
    return region, {status: in_status(status, region) for status in STATUSES}


_made, states = made_once(_states)


def test_the_table_covers_the_workflow():
    assert set(LEADS_TO) == set(STATUSES) == set(WORKFLOW.statuses)
    assert {step.name for step in WORKFLOW.steps} == set(STEPS)


@pytest.mark.django_db
@pytest.mark.parametrize("status", STATUSES)
def test_every_step_from_the_status(status, states, monkeypatch):
    """Guards are another test's matter: here each is told that nothing is missing."""
    region, case = states[0], states[1][status]
    monkeypatch.setattr("patientsakerhet.workflow.table.Step.missing", lambda self, subject: [])
    for step in STEPS:
        expected = LEADS_TO[status].get(step)
        before = (fresh(case), case.transitions.count())
        if expected is None:
            with pytest.raises(WrongStep):
                steps.take_step(case, step, by=region.physician, reason="Skäl.")
            after = fresh(case)
            assert (after.status, after.version) == (before[0].status, before[0].version)
            assert case.transitions.count() == before[1]
        else:
            assert WORKFLOW.step(step, status).target == expected


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "step", "missing"),
    [
        (
            "reported",
            "coordinate",
            ["Typ av avvikelse är inte vald.", "Samordnarens bedömning av allvarlighet saknas."],
        ),
        (
            "in_investigation",
            "plan",
            [
                "Bakomliggande orsak saknas.",
                "Frågan om något liknande har hänt förut är inte besvarad.",
                "Ingen åtgärd är beslutad.",
            ],
        ),
        (
            "in_investigation",
            "close",
            [
                "Bakomliggande orsak saknas.",
                "Frågan om något liknande har hänt förut är inte besvarad.",
                "Slutlig bedömning saknas.",
                "Skriv varför ingen åtgärd behövs, eller besluta en.",
                "Återkoppling till rapportören saknas.",
            ],
        ),
        ("in_action", "follow_up", ["1 åtgärd är öppen."]),
        (
            "follow_up",
            "close",
            [
                "Slutlig bedömning saknas.",
                "Effekten av 1 åtgärd är inte uppföljd.",
                "Återkoppling till rapportören saknas.",
            ],
        ),
    ],
)
def test_a_step_says_everything_that_is_missing(status, step, missing, states):
    case = states[1][status]

    assert WORKFLOW.step(step, status).missing(case.deviation) == missing

"""Steps, guards and the drawing of a workflow."""

import pytest

from patientsakerhet.lib.refusal import NotReady, WrongStep
from patientsakerhet.workflow import Step, Workflow, diagram


def has_cause(subject):
    return "" if subject.get("cause") else "Bakomliggande orsak saknas."


def has_answer(subject):
    return "" if subject.get("answer") else "Återkoppling saknas."


LABELS = {"reported": "Inkommen", "triaged": "Bedömd", "closed": "Avslutad"}
STEPS = (
    Step("triage", "Bedöm", {"reported"}, "triaged", "triage"),
    Step("close", "Avsluta", {"triaged"}, "closed", "close", [has_cause, has_answer]),
    Step("reject", "Avvisa", {"reported", "triaged"}, "closed", "triage", reason=True),
    Step("reopen", "Återöppna", {"closed"}, "triaged", "close", reason=True),
)
WORKFLOW = Workflow("deviation", "reported", {"closed"}, STEPS, LABELS)

LEADS_TO = {
    ("triage", "reported"): "triaged",
    ("close", "triaged"): "closed",
    ("reject", "reported"): "closed",
    ("reject", "triaged"): "closed",
    ("reopen", "closed"): "triaged",
}


@pytest.mark.parametrize("status", LABELS)
@pytest.mark.parametrize("name", ["triage", "close", "reject", "reopen"])
def test_every_step_from_every_status(name, status):
    expected = LEADS_TO.get((name, status))
    if expected is None:
        with pytest.raises(WrongStep) as refused:
            WORKFLOW.step(name, status)
        assert LABELS[status] in refused.value.reasons[0]
    else:
        assert WORKFLOW.step(name, status).target == expected


def test_a_step_nobody_has_heard_of_is_refused():
    with pytest.raises(WrongStep, match="fly"):
        WORKFLOW.step("fly", "reported")


def test_available_steps_keep_the_order_of_the_table():
    assert [step.name for step in WORKFLOW.available("triaged")] == ["close", "reject"]


def test_all_that_is_missing_is_said_at_once():
    close = WORKFLOW.named("close")
    assert close.missing({}) == ["Bakomliggande orsak saknas.", "Återkoppling saknas."]
    assert close.missing({"cause": "x", "answer": "y"}) == []
    with pytest.raises(NotReady) as refused:
        close.check({"cause": "x"})
    assert refused.value.reasons == ["Återkoppling saknas."]


def test_arrows_are_every_legal_move():
    assert WORKFLOW.arrows() == {(src, name, to) for (name, src), to in LEADS_TO.items()}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"initial": "unknown"}, "without a label"),
        ({"steps": STEPS[:1]}, "cannot be reached: closed"),
        ({"steps": (*STEPS, STEPS[0])}, "named twice: triage"),
        ({"steps": (*STEPS, Step("lost", "L", set(), "closed", ""))}, "lost starts nowhere"),
    ],
)
def test_a_table_that_does_not_hang_together_is_refused(change, fault):
    given = {"kind": "x", "initial": "reported", "final": {"closed"}, "steps": STEPS}
    with pytest.raises(ValueError, match=fault):
        Workflow(**{**given, **change}, labels=LABELS)


def test_the_drawing_has_every_arrow_once():
    drawn = diagram(WORKFLOW)
    assert drawn == (
        "stateDiagram-v2\n"
        '    state "Inkommen" as reported\n'
        '    state "Bedömd" as triaged\n'
        '    state "Avslutad" as closed\n'
        "    [*] --> reported\n"
        "    reported --> triaged: Bedöm\n"
        "    reported --> closed: Avvisa\n"
        "    triaged --> closed: Avsluta\n"
        "    triaged --> closed: Avvisa\n"
        "    closed --> triaged: Återöppna\n"
        "    closed --> [*]\n"
    )

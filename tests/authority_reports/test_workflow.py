"""Every step of a report from every state, against a table written by hand."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from patientsakerhet.authority_reports.actions import deciding, keeping
from patientsakerhet.authority_reports.workflow import WORKFLOW
from patientsakerhet.lib.refusal import WrongStep
from tests.authority_reports.making import filled, fresh, report_in
from tests.factories import Region, in_status
from tests.made_once import made_once

pytestmark = pytest.mark.django_db

STATUSES = (
    "candidate", "under_decision", "not_reported", "drafting", "submitted", "supplemented",
    "decided", "closed",
)  # fmt: skip
LEADS_TO = {
    ("ask", "candidate"): "under_decision",
    ("decide_yes", "candidate"): "drafting",
    ("decide_yes", "under_decision"): "drafting",
    ("decide_no", "candidate"): "not_reported",
    ("decide_no", "under_decision"): "not_reported",
    ("reconsider", "not_reported"): "under_decision",
    ("reconsider", "drafting"): "under_decision",
    ("submit", "drafting"): "submitted",
    ("supplement", "submitted"): "supplemented",
    ("supplement", "supplemented"): "supplemented",
    ("record_outcome", "submitted"): "decided",
    ("record_outcome", "supplemented"): "decided",
    ("close", "submitted"): "closed",
    ("close", "supplemented"): "closed",
    ("close", "decided"): "closed",
    ("take_up", "decided"): "submitted",
    ("take_up", "closed"): "submitted",
}


def take(step, report, region):
    """The step through its action, with what it asks for."""
    keeper, chief, now = region.coordinator, region.physician, timezone.now()
    version = report.version
    match step:
        case "ask":
            deciding.ask(report, by=keeper, version=version)
        case "decide_yes" | "decide_no":
            deciding.decide(
                report, report_it=step == "decide_yes", motive="Därför.", by=chief, version=version
            )
        case "reconsider":
            deciding.reconsider(report, reason="Nya fakta.", by=keeper, version=version)
        case "submit":
            if report.status == "drafting":
                version = filled(report, keeper).version
            keeping.submit(
                report, submitted_at=now, channel="post", by=keeper, diary_no="D 1", version=version
            )
        case "supplement":
            keeping.supplement(
                report, sent="Mer.", sent_at=now, channel="post", by=keeper, version=version
            )
        case "record_outcome":
            keeping.record_outcome(
                report,
                answered_on=timezone.localdate(now),
                outcome="Klart.",
                by=keeper,
                version=version,
            )
        case "close":
            keeping.close(report, reason="Klart.", by=keeper, version=version)
        case "take_up":
            keeping.take_up(report, reason="De ringde.", by=keeper, version=version)


def _investigated():
    region = Region()
    return region, in_status("in_investigation", region)


_made, investigated = made_once(_investigated)


@pytest.mark.parametrize("status", STATUSES)
def test_every_step_from_every_state(status, investigated, commit):
    region, case = investigated
    made = report_in(status, case, region, clock_from=timezone.now() - timedelta(days=3))
    assert made.status == status

    for step in (one.name for one in WORKFLOW.steps):
        with transaction.atomic():
            came_to = after(step, fresh(made), region, commit)
            transaction.set_rollback(True)
        assert came_to == LEADS_TO.get((step, status)), step


def after(step, report, region, commit):
    """The status that the step leads to and leaves written; None where it is refused and leaves nothing."""
    status = report.status
    if (step, status) not in LEADS_TO:
        with pytest.raises(WrongStep):
            take(step, report, region)
        assert (fresh(report).status, fresh(report).version) == (status, report.version), step
        return None
    take(step, report, region)
    commit()
    came_to = fresh(report).status
    last = fresh(report).events.last()
    assert (last.step, last.from_status, last.to_status) == (step, status, came_to)
    return came_to


def test_the_table_knows_no_other_state():
    assert set(WORKFLOW.statuses) == set(STATUSES)

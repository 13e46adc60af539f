"""Every step from every status, against a table written by hand; and what each step waits for."""

import pytest
from django.utils import timezone

from patientsakerhet.cases.actions import steps
from patientsakerhet.lib.refusal import NotAllowed, NotReady, WrongStep
from patientsakerhet.organisation.models import Role
from sakerhetsmeddelanden.actions import (
    arrivals,
    handling,
    notices,
    recipients,
    target,
    versions,
)
from sakerhetsmeddelanden.models import RiskClass, SafetyNotice
from sakerhetsmeddelanden.workflow import WORKFLOW
from tests.factories import fresh, person_as
from tests.made_once import made_once
from tests.sakerhetsmeddelanden.making import entered, promoted, step, told, walked
from tests.sakerhetsmeddelanden.test_targeting import Pumps

pytestmark = pytest.mark.django_db

OPEN = (
    "received", "registered", "assessing", "not_applicable", "distributing", "awaiting_units",
    "actions_ongoing", "reply_sent", "follow_up",
)  # fmt: skip
LEADS_TO = {
    ("register", "received"): "registered",
    ("assess", "registered"): "assessing",
    ("set_aside", "received"): "not_applicable",
    ("set_aside", "registered"): "not_applicable",
    ("set_aside", "assessing"): "not_applicable",
    ("reconsider", "not_applicable"): "assessing",
    ("distribute", "assessing"): "distributing",
    ("keep_answers", "assessing"): "follow_up",
    ("widen", "awaiting_units"): "distributing",
    ("widen", "actions_ongoing"): "distributing",
    ("widen", "reply_sent"): "distributing",
    ("widen", "follow_up"): "distributing",
    ("sent", "distributing"): "awaiting_units",
    ("all_answered", "awaiting_units"): "actions_ongoing",
    ("reply", "awaiting_units"): "reply_sent",
    ("reply", "actions_ongoing"): "reply_sent",
    ("follow_up", "actions_ongoing"): "follow_up",
    ("follow_up", "reply_sent"): "follow_up",
    ("close", "not_applicable"): "closed",
    ("close", "follow_up"): "closed",
    ("reopen", "closed"): "follow_up",
    **{("supersede", status): "superseded" for status in OPEN},
}
"""(step, status) -> status, written by hand."""
STATUSES = (*OPEN, "closed", "superseded")


class Ready:
    """A notice in a status, walked there through the actions, with everything in place.

    Whoever wants to look at it is shown it in each status on the way.
    """

    def __init__(self, status, pumps=None, look=lambda ready: None):
        self.pumps = pumps = pumps or Pumps()
        self.by, self.look = (by := pumps.region.physician), look
        self.case = promoted(pumps.region, fields={"1.2": "Volumed 300", "1.7": "SN 1000-1499"})
        self.confirm()
        look(self)
        if status == "received":
            return
        self.go("register")
        if status == "registered":
            return
        self.go("assess")
        if status == "not_applicable":
            self.go("set_aside")
            self.replied()
        if status in {"assessing", "not_applicable"}:
            self.prepare()
            return
        self.prepare()
        self.go("distribute")
        self.recipient = walked(self.recipients.get(), "handed_over", by=by)
        if status == "distributing":
            return
        self.go("sent")
        step(self.recipient, "acknowledge", by=by)
        self.replied()
        if status == "awaiting_units":
            self.add_another()
            return
        self.go("all_answered")
        self.settle()
        if status in {"follow_up", "closed"}:
            self.go("follow_up")
        if status == "closed":
            self.go("close")
            return
        self.add_another()

    @property
    def recipients(self):
        return self.case.safety_notice.recipients

    def confirm(self):
        values = {one.code: one.proposed for one in self.case.safety_notice.fields.all()}
        handling.confirm_fields(self.case, values, by=self.by)

    def prepare(self):
        """Judged, targeted, and every doubt settled."""
        case = fresh(self.case)
        if case.status == "not_applicable":
            return
        handling.judge(
            case, by=self.by, risk_class=RiskClass.objects.get(code="yellow"), urgency="soon",
            reason="Fel dos.",
        )  # fmt: skip
        target.target(case, by=self.by)
        undecided = case.safety_notice.undecided.all()
        target.decide_devices(case, undecided, decision="excluded", by=self.by, reason="Skrot.")

    def go(self, name):
        steps.take_step(fresh(self.case), name, by=self.by, reason="Därför.")
        self.look(self)

    def replied(self):
        SafetyNotice.objects.filter(pk=self.case.pk).update(replied_at=timezone.now())

    def settle(self):
        row = self.recipients.get(status="acknowledged_affected")
        row.devices.update(outcome="quarantined", answered_at=timezone.now(), answered_by=self.by)
        step(row, "finish", by=self.by)

    def add_another(self):
        """A unit chosen and not sent to, which sending to more asks for."""
        return target.add_unit(
            fresh(self.case), self.pumps.region.hospital, by=self.by, reason="Har lånat en."
        )


_made, ready = made_once(lambda: Ready("actions_ongoing"))


@pytest.fixture
def pumps(ready):
    return ready.pumps


def not_as_written(ready, status):
    """The steps that from this status do not go as the table says."""
    wrong = []
    for one in WORKFLOW.steps:
        if expected := LEADS_TO.get((one.name, status)):
            as_written = one.target == expected and status in one.sources
        else:
            try:
                steps.take_step(fresh(ready.case), one.name, by=ready.by, reason="Därför.")
            except WrongStep:
                as_written = True
            else:
                as_written = False
        if not as_written:
            wrong.append((one.name, status))
    return wrong


def test_every_step_from_every_status(ready):
    wrong = {}

    def look(walked):
        status = fresh(walked.case).status
        if status not in wrong:
            wrong[status] = not_as_written(walked, status)

    for end in ("closed", "not_applicable"):
        Ready(end, ready.pumps, look)
    steps.take_step(fresh(ready.case), "reply", by=ready.by)
    look(ready)
    versions.supersede(fresh(ready.case), entered(ready.pumps.region), by=ready.by)
    look(ready)

    assert {status: steps for status, steps in wrong.items() if steps} == {}
    assert set(wrong) == set(WORKFLOW.statuses) == set(STATUSES)
    legal = {(name, source) for source, name, _ in WORKFLOW.arrows()}
    assert legal == set(LEADS_TO)


def test_the_whole_way_is_walked_with_nothing_left_out(pumps, commit):
    """Every forward step is really taken, by the guards' leave, and the database agrees."""
    ready = Ready("closed", pumps)
    commit()

    taken = [one.step for one in ready.case.transitions.order_by("occurred_at", "pk")]
    assert taken == [
        "file", "register", "assess", "distribute", "sent", "all_answered", "follow_up", "close"
    ]  # fmt: skip


def refused(case, name, by):
    with pytest.raises(NotReady) as refusal:
        steps.take_step(fresh(case), name, by=by, reason="Därför.")
    return refusal.value.reasons


def test_a_notice_says_everything_it_waits_for_before_it_goes_out(pumps):
    case = pumps.notice(fields={"3.1": ""})

    assert refused(case, "distribute", pumps.region.coordinator) == [
        "Riskklassen är inte vald.",
        "Det står inte vad enheterna ska göra.",
        "Det står inte när enheterna ska ha svarat.",
        "Träffbilden är inte framtagen.",
        "Ingen enhet är vald.",
    ]


def test_unconfirmed_fields_keep_a_notice_in_the_inbox(pumps):
    case = promoted(pumps.region, manufacturer_text="", fields={"fsn_ref": "", "fsca_ref": ""})

    assert refused(case, "register", pumps.region.coordinator) == [
        "Tillverkare eller leverantör saknas.",
        "6 fält är inte bekräftade.",
    ]


def test_a_notice_closes_only_when_nothing_is_awaited(pumps):
    ready = Ready("follow_up", pumps)
    recipients.take_step(ready.recipients.get(status="selected"), "queue", by=ready.by)
    SafetyNotice.objects.filter(pk=ready.case.pk).update(replied_at=None)

    assert refused(ready.case, "close", ready.by) == [
        "En enhet är inte klar.",
        "Svaret till leverantören är inte skickat.",
    ]


def test_only_the_chief_physician_waives_an_answer(pumps):
    ready = Ready("distributing", pumps)
    row = ready.recipients.get()

    with pytest.raises(NotAllowed):
        recipients.waive(row, by=ready.pumps.region.coordinator, reason="Nedlagd.")
    with pytest.raises(NotReady):
        recipients.waive(row, by=ready.by, reason=" ")
    waived = recipients.waive(row, by=ready.by, reason="Enheten är nedlagd.")

    assert (waived.status, waived.waived_by) == ("waived", ready.by)


def test_somebody_answers_for_her_own_unit_and_no_other(pumps):
    ready = Ready("distributing", pumps)
    row, region = ready.recipients.get(), ready.pumps.region
    stranger = person_as(Role.UNIT_MANAGER, region.sibling)
    own = person_as(Role.UNIT_MANAGER, region.ward)
    said = {
        "answer": "affected", "answered_at": timezone.now(), "answered_name": "Chefen",
        "answered_via": "page",
    }  # fmt: skip

    with pytest.raises(NotAllowed):
        recipients.take_step(row, "acknowledge", by=stranger, **said)
    assert recipients.take_step(row, "acknowledge", by=own, **said).status == (
        "acknowledged_affected"
    )


@pytest.mark.parametrize(
    ("fields", "answer_on", "basis", "day"),
    [
        ({"3.4_by": "2026-12-20", "date": "2026-11-20"}, None, "rule", None),
        ({"3.4_by": "", "3.2": ""}, None, "rule", None),
    ],
)
def test_the_answer_day_says_where_it_comes_from(fields, answer_on, basis, day, pumps):
    case = pumps.notice(fields=fields)

    handling.judge(
        case, by=pumps.region.coordinator, risk_class=RiskClass.objects.get(code="red"),
        urgency="immediate", reason="Fara.", answer_on=answer_on,
    )  # fmt: skip

    notice = SafetyNotice.objects.get(pk=case.pk)
    assert notice.answer_basis == basis
    assert notice.answer_by > timezone.now()


def newer(pumps, **fields):
    case = notices.enter(
        told(fields={"fsn_ref": "FSN-2026-001 v2", "4.1": "update", **fields},
             manufacturer_text="Volumed AB"),
        by=pumps.region.coordinator, submission=__import__("uuid").uuid4(),
    )  # fmt: skip
    return fresh(case)


def test_a_new_version_that_changes_nothing_to_do_asks_only_the_silent(ready):
    new = newer(
        ready.pumps, **{"1.2": "Volumed 300", "1.7": "SN 1000-1499", "2.6": "Mer bakgrund."}
    )

    versions.supersede(fresh(ready.case), new, by=ready.by)

    assert fresh(ready.case).status == "superseded"
    asked = new.safety_notice.recipients.all()
    assert {one.unit for one in asked} == {ready.pumps.region.hospital}
    assert [one["code"] for one in fresh(new).safety_notice.changes] == ["fsn_ref", "2.6"]


def test_a_new_version_that_changes_what_to_do_asks_everybody_only_that(ready):
    new = newer(
        ready.pumps, **{"1.2": "Volumed 300", "1.7": "SN 1000-1499", "3.1": "identify, return"}
    )

    versions.supersede(fresh(ready.case), new, by=ready.by)

    asked = {one.unit: one for one in new.safety_notice.recipients.all()}
    region = ready.pumps.region
    assert set(asked) == {region.ward, region.hospital}
    assert asked[region.ward].asked_again == "Användaren ska: identify, return"
    assert asked[region.ward].earlier.status == "action_done"
    assert not asked[region.ward].devices.get().outcome
    old = dict(ready.recipients.values_list("unit__name", "status"))
    assert old == {"Avdelning 4": "action_done", "Sjukhuset": "closed"}


def targeted_anew(ready, **fields):
    """A new version in the old one's place, with whom it concerns found out in the register."""
    new = newer(ready.pumps, **{"1.2": "Volumed 300", "1.7": "SN 1000-1499", **fields})
    versions.supersede(fresh(ready.case), new, by=ready.by)
    handling.take_step(fresh(new), "assess", by=ready.by)
    target.target(fresh(new), by=ready.by)
    return fresh(new)


def test_whoever_has_answered_is_not_asked_again_because_the_register_finds_her(ready):
    region = ready.pumps.region

    new = targeted_anew(ready, **{"2.6": "Mer bakgrund."})

    notice = new.safety_notice
    assert [one.unit for one in notice.recipients.filter(status="selected")] == [region.hospital]
    assert notice.considered.get(unit=region.ward).why == "answered"
    assert {one.decision for one in notice.undecided.all()} == {"excluded"}
    assert arrivals.look(SafetyNotice.objects.get(pk=new.pk)) == 0
    came = ready.pumps.device(region.ward, "1300")
    target.target(fresh(new), by=ready.by)
    asked = notice.recipients.get(unit=region.ward)
    assert [one.device for one in asked.devices.all()] == [came]
    assert not notice.considered.filter(unit=region.ward).exists()


def test_a_new_version_of_a_new_version_remembers_who_answered_the_first(ready):
    ward = ready.pumps.region.ward
    second = targeted_anew(ready, **{"2.6": "Mer bakgrund."})
    ready.case = second

    third = targeted_anew(ready, **{"2.6": "Ännu mer.", "fsn_ref": "FSN-2026-001 v3"})
    assert not third.safety_notice.recipients.filter(unit=ward, status="selected").exists()
    ready.case = third
    fourth = targeted_anew(ready, **{"3.1": "identify, return", "fsn_ref": "FSN-2026-001 v4"})
    assert fourth.safety_notice.recipients.filter(unit=ward, status="selected").exists()


def test_whoever_had_the_version_before_stays_though_the_register_does_not_find_her(ready):
    region = ready.pumps.region

    new = targeted_anew(ready, **{"3.1": "identify, return"})

    asked = {one.unit: one for one in new.safety_notice.recipients.filter(status="selected")}
    assert set(asked) == {region.ward, region.hospital}
    assert asked[region.ward].ground == "earlier"
    assert asked[region.ward].asked_again == "Användaren ska: identify, return"
    assert [one.device for one in asked[region.ward].devices.all()] == [ready.pumps.affected]

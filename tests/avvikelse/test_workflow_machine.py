"""Any order of acts through HTTP does what a small model in Python says, and breaks no guard."""

from copy import deepcopy
from datetime import timedelta
from itertools import count

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from rest_framework.test import APIClient

from patientsakerhet.cases.models import Case
from tests.factories import Region, file_report

QUEUE = {"reported", "in_coordination", "returned"}
HANDLED = {"assigned", "in_investigation", "in_action", "follow_up"}


class DeviationThroughHttp(RuleBasedStateMachine):
    """One deviation, the coordinator and the investigator, and what should be true of it."""

    def __init__(self, begun):
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.region, self.case, self.other = deepcopy(begun)
        self.keys = count()
        self.clients = {}
        for name in ("coordinator", "investigator"):
            client = APIClient()
            client.force_authenticate(getattr(self.region, name))
            self.clients[name] = client
        self.status, self.kind, self.judged, self.final = "reported", False, False, False
        self.cause, self.similar, self.feedback, self.note = False, False, False, False
        self.measures = {}  # id -> [status, effect, version]
        self.version = self.now().version

    def teardown(self):
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    def now(self):
        return Case.objects.get(pk=self.case.pk)

    def send(self, name, body=None, *, by="coordinator", path=None, version=None):
        address = path or f"/api/v1/deviations/{self.case.number}/{name}/"
        return self.clients[by].post(
            address,
            body or {},
            format="json",
            headers={
                "Idempotency-Key": f"machine-{next(self.keys)}",
                "If-Match": f'"v{self.version if version is None else version}"',
            },
        )

    def act(self, name, body=None, *, by="coordinator", works, to=None):
        answer = self.send(name, body, by=by)
        good = {200, 201} if works else {403, 404, 409}
        assert answer.status_code in good, (name, self.status, answer.status_code, answer.data)
        if works and to:
            self.status = to
        now = self.now()
        if works:
            assert now.version >= self.version
        else:
            assert now.version == self.version
        self.version = now.version

    @property
    def with_unit(self):
        """The investigator reaches the case from the day her unit first got it; she acts while it has it."""
        return self.status in HANDLED

    @invariant()
    def the_case_is_where_the_model_says(self):
        assert self.now().status == self.status

    @invariant()
    def every_guard_of_the_database_is_content(self):
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")

    @rule()
    def take(self):
        self.act("take", works=self.status == "reported", to="in_coordination")

    @rule()
    def release(self):
        self.act("release", works=self.status == "in_coordination", to="reported")

    @rule()
    def ask(self):
        works = self.status in {"reported", "in_coordination"}
        self.act("ask", {"text": "Vilken pump?"}, works=works, to="returned")

    @rule()
    def classify(self):
        self.act("classify", {"kind": "medical_device"}, works=True)
        self.kind = True

    @rule()
    def assess(self):
        works = self.status in QUEUE | HANDLED
        body = {"actual": 0, "potential": 1, "probability": 1}
        self.act("assess", body, works=works)
        if works:
            self.judged = True
            self.final = self.final or self.status in HANDLED

    @rule()
    def coordinate(self):
        works = self.status in QUEUE and self.kind and self.judged
        self.act("coordinate", {"to": self.region.devices.code}, works=works, to="assigned")

    @rule()
    def receive(self):
        self.act(
            "receive",
            by="investigator",
            works=self.status == "assigned",
            to="in_investigation",
        )

    @rule()
    def send_back(self):
        works = self.status in {"assigned", "in_investigation"}
        self.act(
            "send-back",
            {"reason": "Fel enhet."},
            by="investigator",
            works=works,
            to="in_coordination",
        )

    @rule()
    def find_a_cause(self):
        body = {"area": "technology_equipment", "text": "Sensorn", "evidence": "Protokoll"}
        self.act("causes", body, works=self.with_unit)
        self.cause = self.cause or self.with_unit

    @rule()
    def answer_similar(self):
        body = {"answer": "no", "search": "pump"}
        self.act("similar-before", body, works=self.with_unit)
        self.similar = self.similar or self.with_unit

    @rule()
    def conclude_without_measures(self):
        self.act("conclude", {"closing_note": "Behövs inte."}, works=self.with_unit)
        self.note = self.note or self.with_unit

    @rule()
    def decide_a_measure(self):
        day = timezone.localdate()
        works = self.status not in {"closed", "rejected", "merged"}
        answer = self.send(
            "measures",
            {
                "title": "Byt",
                "strength": "strong",
                "owner": self.region.coordinator.email,
                "owner_is_told": True,
                "due_on": f"{day}",
                "effect_sign": "Inga stopp",
                "effect_due_on": f"{day + timedelta(days=1)}",
            },
        )
        assert answer.status_code == (201 if works else 409), answer.data
        if works:
            self.measures[answer.data["id"]] = ["planned", "", 1]
        self.version = self.now().version

    @rule(data=st.data())
    def finish_a_measure(self, data):
        if not self.measures:
            return
        pk = data.draw(st.sampled_from(sorted(self.measures)))
        held = self.measures[pk]
        answer = self.send("", path=f"/api/v1/measures/{pk}/finish/", version=held[2])
        assert answer.status_code == (200 if held[0] == "planned" else 409), answer.data
        if held[0] == "planned":
            held[0], held[2] = "done", held[2] + 1
        self.version = self.now().version

    @rule(data=st.data())
    def follow_up_an_effect(self, data):
        if not self.measures:
            return
        pk = data.draw(st.sampled_from(sorted(self.measures)))
        held = self.measures[pk]
        answer = self.send(
            "",
            {"effect": "yes", "result": "Inga stopp."},
            path=f"/api/v1/measures/{pk}/effect/",
            version=held[2],
        )
        assert answer.status_code == (200 if held[0] == "done" else 409), answer.data
        if held[0] == "done":
            held[1], held[2] = "yes", held[2] + 1
        self.version = self.now().version

    @rule()
    def plan(self):
        works = bool(
            self.status == "in_investigation" and self.cause and self.similar and self.measures
        )
        self.act("plan", works=works, to="in_action")

    @rule()
    def follow_up(self):
        done = all(held[0] == "done" for held in self.measures.values())
        works = self.status == "in_action" and bool(self.measures) and done
        self.act("follow-up", works=works, to="follow_up")

    @rule()
    def resume(self):
        works = self.status == "follow_up"
        self.act("resume", {"reason": "Effekten uteblev."}, works=works, to="in_action")

    @rule()
    def give_feedback(self):
        self.act("feedback", {"text": "Sensorn är bytt."}, works=True)
        self.feedback = True

    @rule()
    def close(self):
        works = bool(
            self.status in {"in_investigation", "follow_up"}
            and self.cause
            and self.similar
            and self.final
            and (self.measures or self.note)
            and all(held[0] == "done" and held[1] for held in self.measures.values())
            and self.feedback
        )
        self.act("close", works=works, to="closed")

    @rule()
    def reopen(self):
        works = self.status == "closed"
        self.act("reopen", {"reason": "Nya fakta."}, works=works, to="in_investigation")

    @property
    def nothing_is_open(self):
        return all(held[0] == "done" for held in self.measures.values())

    @rule()
    def reject(self):
        works = self.status in QUEUE and self.nothing_is_open
        body = {"reason": "Ingen avvikelse.", "answer": "Tack."}
        self.act("reject", body, works=works, to="rejected")
        self.feedback = self.feedback or works

    @rule()
    def merge(self):
        works = self.status in QUEUE | {"assigned", "in_investigation"} and self.nothing_is_open
        self.act("merge", {"into": self.other.number}, works=works, to="merged")

    @rule()
    def unmerge(self):
        works = self.status == "merged"
        self.act("unmerge", {"reason": "Ingen dubblett."}, works=works, to="in_coordination")

    @rule()
    def come_with_an_old_version(self):
        answer = self.send("take", version=self.version - 1)
        assert answer.status_code in {409, 412}


@pytest.mark.django_db
@pytest.mark.parametrize("orders", [4, pytest.param(12, marks=pytest.mark.long)])
def test_any_order_of_acts_does_what_the_model_says(orders):
    region = Region()
    begun = region, *(file_report(region.ward, region.reporter) for _ in range(2))
    run_state_machine_as_test(
        lambda: DeviationThroughHttp(begun),
        settings=settings(
            max_examples=orders,
            stateful_step_count=25,
            suppress_health_check=list(HealthCheck),
        ),
    )

"""Three years in Region Exempel, up to a moment: the same cases for the same seed and day.

Every case is given its whole life; then what lies ahead of now is cut away. What is left is what
a real administration has on its desk one morning: a queue, a backlog, measures that are late.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from patientsakerhet.demonstration import filing, judgement, occasions, texts
from patientsakerhet.demonstration.course import (
    Course,
    ask_partner,
    coordinate,
    coordination_median,
    receiver_of,
)
from patientsakerhet.demonstration.occasions import Occasion
from patientsakerhet.demonstration.prose import shared, topic_by_code
from patientsakerhet.demonstration.records import DemoCase, History, Remedied, Said, Ticket
from patientsakerhet.demonstration.region import DeviceSpec, Region, region
from patientsakerhet.demonstration.remains import drafts, uncut
from patientsakerhet.demonstration.scene import Scene, set_scene
from patientsakerhet.demonstration.seasons import at_work, spread
from patientsakerhet.demonstration.sequel import Sequel
from patientsakerhet.lib import calendar

CASES = 2400
QUEUE_TODAY = 45
SEED = 20230301
EVENT_CLASS = {
    "login_access": "it.login",
    "outage": "it.outage",
    "network": "it.network",
    "telephony": "it.telephony",
    "integration": "it.integration",
    "client_printer": "it.client",
    "change": "it.change",
    "performance": "it.performance",
    "support": "it.support",
    "information": "it.information",
    "information_security": "it.other",
    "infusion": "device.infusion",
    "monitoring": "device.monitoring",
    "ventilation": "device.ventilation",
    "imaging": "device.imaging",
    "laboratory": "device.laboratory",
    "dialysis": "device.dialysis",
    "aids": "device.aids",
    "device_software": "device.software",
    "maintenance": "device.service",
    "consumables": "device.accessories",
    "other_device": "device.other",
    "medication": "care.medication",
    "patient_accident": "care.fall",
    "clinical_process": "care.referral",
}
"""The prose's areas as the shipped event classes; areas without a class stay unclassified."""


def tell(*, now: datetime, seed: int = SEED, count: int = CASES) -> History:
    """About `count` cases filed over the three years before `now`, in order of time."""
    return _Teller(region(), calendar.local(now), seed, count).tell()


class _Teller:
    def __init__(self, place: Region, now: datetime, seed: int, count: int) -> None:
        self.region, self.now, self.seed = place, now, seed
        chance = random.Random(f"{seed}/occasions")
        stream = occasions.occasions(place, now.date(), count, chance)
        self.stream = [one for one in stream if one.filed_at <= now]
        self.queued = self._queued(round(QUEUE_TODAY * count / CASES))
        self.cases: list[DemoCase] = []
        self.devices: list[DeviceSpec | None] = []
        self.measures: dict[str, list[Remedied]] = {}
        self.next_measure = [0]
        self.first_of_wave: dict[str, int] = {}

    def tell(self) -> History:
        for key, occasion in enumerate(self.stream):
            self.cases.append(self._case(key, occasion))
        self._answer_merged()
        for case in self.cases:
            uncut(case, self.now)
        half_written = drafts(self.region, self.now, random.Random(f"{self.seed}/drafts"))
        return History(self.seed, self.now, tuple(self.cases), half_written)

    def _queued(self, wanted: int) -> frozenset[int]:
        """Which of the latest reports still wait; the younger, the likelier, the newest surely."""
        chance = random.Random(f"{self.seed}/queue")
        drawn = []
        for key, one in enumerate(self.stream):
            age = (self.now - one.filed_at).total_seconds() / 86400
            if age > 60 or (age > 2 and (one.wave or one.topic.own)):
                continue
            certain = at_work(one.filed_at + timedelta(hours=3), chance) >= self.now
            likely = 1.0 if age <= 7 else 0.42 if age <= 14 else 0.1 if age <= 30 else 0.012
            drawn.append((0.0 if certain else chance.expovariate(likely), key))
        return frozenset(key for _, key in sorted(drawn)[:wanted])

    def _case(self, key: int, occasion: Occasion) -> DemoCase:
        rng = random.Random(f"{self.seed}/{key}")
        twin = occasion.twin_of
        device = self.devices[twin] if twin is not None else None
        scene = set_scene(
            self.region, occasion.topic, occasion.unit, occasion.occurred_at, rng, device=device
        )
        self.devices.append(scene.device)
        report = texts.write(scene, rng)
        not_by = self.cases[twin].sender.person if twin is not None else ""
        case = filing.file(self.region, key, occasion, scene, report, rng, not_by=not_by)
        days_ago = (self.now - case.filed_at).total_seconds() / 86400
        course = Course(self.region, rng, case.filed_at, case.sender.person)
        if judged := judgement.by_reporter(
            scene.topic, report.harm, case.filed_at, case.sender.person, rng
        ):
            case.judged.append(judged)
        self._tickets(case, occasion, rng)
        parent = self._parent(key, occasion, rng)
        case.suggested = receiver_of(self.region, scene.topic, case.unit, days_ago)
        if key in self.queued:
            self._wait(case, course, days_ago)
        elif parent is not None:
            self._merge(case, course, parent)
        elif not occasion.wave and not judged and rng.random() < 0.2:
            self._reject(case, course)
        else:
            self._handle(case, course, scene, report.harm, days_ago)
        case.moves = course.moves
        return case

    def _parent(self, key: int, occasion: Occasion, rng: random.Random) -> int | None:
        """The case this one will be merged into: the wave's first, or its twin."""
        if occasion.wave is not None:
            first = self.first_of_wave.setdefault(occasion.wave.name, key)
            return first if first != key and rng.random() < 0.75 else None
        twin = occasion.twin_of
        if twin is None or twin in self.queued:
            return None
        final = {move.status for move in self.cases[twin].moves} & {"merged", "rejected"}
        return None if final or rng.random() < 0.1 else twin

    # --- the ways a case may take -------------------------------------------------------------

    def _wait(self, case: DemoCase, course: Course, days_ago: float) -> None:
        """Still in the queue: untouched, with a coordinator, or waiting for the reporter."""
        rng = course.rng
        how = rng.choices(("reported", "taken", "asked"), (58, 26, 16))[0]
        if days_ago < 1 or how == "reported":
            return
        taken = at_work(case.filed_at + timedelta(days=days_ago * rng.uniform(0.2, 0.7)), rng)
        if taken > self.now:
            return
        by = course.coordinator()
        course.go("take", taken, by=by, handler=by)
        if how == "asked" and course.soon(5, 60) <= self.now:
            question = self._question(case, rng)
            course.go("ask", course.soon(5, 60), by=by)
            case.said.append(
                Said("reporter", "question", question[0], course.at - timedelta(seconds=20), by)
            )

    def _merge(self, case: DemoCase, course: Course, parent: int) -> None:
        rng = course.rng
        by = course.coordinator()
        course.go("take", course.when(1.2), by=by, handler=by)
        case.kind, case.event_class = self.cases[parent].kind, self.cases[parent].event_class
        text = str(shared()["merged"]["texts"][0])
        merged = course.go(
            "merge", course.soon(3, 30), by=by, reason=str(rng.choice(shared()["reasons"]["merge"]))
        )
        case.said.append(Said("reporter", "note", text, merged + timedelta(minutes=2), by))
        case.merged_into = parent

    def _reject(self, case: DemoCase, course: Course) -> None:
        rng = course.rng
        filing.refused(case, rng)
        by = course.coordinator()
        course.go("take", course.when(2.5), by=by, handler=by)
        answer = str(rng.choice(shared()["rejections"]["texts"]))
        case.said.append(Said("reporter", "feedback", answer, course.at + timedelta(minutes=1), by))
        course.go(
            "reject",
            course.at + timedelta(minutes=3),
            by=by,
            reason=str(rng.choice(shared()["reasons"]["reject"])),
        )
        case.suggested = ""

    def _handle(
        self, case: DemoCase, course: Course, scene: Scene, harm: int, days_ago: float
    ) -> None:
        """The whole way: coordinated, received, investigated, remedied, closed."""
        rng, topic = course.rng, scene.topic
        case.kind = topic.kind
        case.event_class = EVENT_CLASS.get(topic.area, "")
        if topic.tag == "reorganisation" and rng.random() < 0.5:
            case.event_class = "reorganisation"
        asks = rng.random() < 0.13 and case.sender.mode != "anonymous"
        coordinate(
            course,
            topic,
            receiver=case.suggested,
            wait=self._until_coordinated(scene, days_ago, rng),
            asks=asks,
            days_ago=days_ago,
        )
        self._asked_and_answered(case, course)
        given = next(move for move in course.moves if move.step == "coordinate")
        before = case.judged[0] if case.judged else None
        first = judgement.by_coordinator(
            topic, harm, before, given.at - timedelta(minutes=3), given.by, rng
        )
        case.judged.append(first)
        if first.potential == 4 and rng.random() < 0.5:
            case.secrecy = 1
        ask_partner(course, topic, case.unit)
        sequel = Sequel(case, course, scene, days_ago, self.measures, self.next_measure)
        sequel.run(
            needs_analysis=judgement.asks_for_analysis(first),
            risky=first.potential * (first.probability or 1) >= 6,
        )
        self._judge_at_the_end(case, course)
        self._talk(case, course)
        if rng.random() < 0.1:
            self._link_to_similar(case)

    # --- details ------------------------------------------------------------------------------

    def _until_coordinated(self, scene: Scene, days_ago: float, rng: random.Random) -> float:
        """Days in the queue, short enough that the case has left it by now."""
        if scene.topic.own or days_ago > 90:
            return spread(coordination_median(scene.topic, days_ago), rng)
        for _ in range(20):
            wait = spread(coordination_median(scene.topic, days_ago), rng)
            if wait < days_ago * 0.9:
                return wait
        return days_ago * rng.uniform(0.2, 0.6)

    def _question(self, case: DemoCase, rng: random.Random) -> tuple[str, str]:
        pool = "device" if case.device_text else "it" if case.system_text else "other"
        question, answer = rng.choice(shared()["questions"][pool])
        return question, answer

    def _asked_and_answered(self, case: DemoCase, course: Course) -> None:
        for asked, answered in zip(course.moves, course.moves[1:], strict=False):
            if asked.step == "ask" and answered.step == "answer":
                question, answer = self._question(case, course.rng)
                case.said.append(
                    Said(
                        "reporter", "question", question, asked.at - timedelta(seconds=20), asked.by
                    )
                )
                case.said.append(
                    Said(
                        "reporter",
                        "answer",
                        answer,
                        answered.at - timedelta(seconds=20),
                        case.sender.person,
                        by_reporter=True,
                        answers=len(case.said) - 1,
                    )
                )

    def _judge_at_the_end(self, case: DemoCase, course: Course) -> None:
        ends = [move for move in course.moves if move.step in ("plan", "close")]
        end = ends[0]
        final = judgement.after_investigation(
            case.judged[-1], end.at - timedelta(seconds=50), end.handler, course.rng
        )
        case.judged.append(final)

    def _talk(self, case: DemoCase, course: Course) -> None:
        """What people say to each other on the way."""
        rng = course.rng
        coordinated = next(move for move in course.moves if move.step == "coordinate")
        received = next(move for move in course.moves if move.step == "receive")
        following = course.moves[course.moves.index(received) + 1].at
        if rng.random() < 0.3:
            thanks = str(rng.choice(shared()["comments"]["reporter"]))
            case.said.append(
                Said(
                    "reporter",
                    "note",
                    thanks,
                    coordinated.at + timedelta(minutes=4),
                    coordinated.by,
                )
            )
        pools = {"internal": topic_by_code()[case.topic].pool, "parties": "parties"}
        for audience, share in (("internal", 0.4), ("parties", 0.17)):
            if rng.random() < share:
                text = str(rng.choice(shared()["comments"][pools[audience]]))
                by = received.by if rng.random() < 0.6 else coordinated.by
                at = received.at + (following - received.at) * rng.uniform(0.05, 0.9)
                case.said.append(Said(audience, "note", text, at_work(at, rng), by))

    def _tickets(self, case: DemoCase, occasion: Occasion, rng: random.Random) -> None:
        kind = occasion.topic.kind
        if occasion.wave is not None:
            number = f"MIR{4100 + occasions.WAVES.index(occasion.wave)}"
            case.tickets.append(Ticket("major_incident", number, case.filed_at))
        elif kind in ("service", "delivery") and rng.random() < 0.4:
            case.tickets.append(Ticket("incident", f"INC{100000 + case.key * 7}", case.filed_at))
            if rng.random() < 0.25:
                case.tickets.append(Ticket("problem", f"PRB{2000 + case.key // 9}", case.filed_at))

    def _link_to_similar(self, case: DemoCase) -> None:
        earlier = [
            one.key for one in self.cases if one.topic == case.topic and one.merged_into is None
        ]
        case.similar_to += earlier[-1:]

    def _answer_merged(self) -> None:
        """The reporter of a merged case gets the same answer as the parent's."""
        for case in self.cases:
            if case.merged_into is None:
                continue
            merged = case.moves[-1].at
            for said in self.cases[case.merged_into].said:
                if said.purpose == "feedback":
                    case.said.append(replace(said, at=max(said.at, merged)))


def morning(day: datetime) -> datetime:
    """Nine o'clock that day: the moment a history is told when no other is given."""
    return datetime.combine(day.date(), time(9), calendar.SWEDEN)


def by_status(cases: Sequence[DemoCase]) -> dict[str, int]:
    """How many cases stand in each state."""
    counted: dict[str, int] = {}
    for case in cases:
        counted[case.status] = counted.get(case.status, 0) + 1
    return counted

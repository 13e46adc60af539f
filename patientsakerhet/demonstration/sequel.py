"""What happens once a unit has a case: investigation, measures, their effect, the answer."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from patientsakerhet.demonstration import noise
from patientsakerhet.demonstration.course import (
    NEW_SERVICE,
    OLD_SERVICE,
    Course,
    hand_over,
    investigation_median,
    receive,
)
from patientsakerhet.demonstration.prose import Remedy, shared
from patientsakerhet.demonstration.records import (
    DemoCase,
    Found,
    Moment,
    Noted,
    Recurrence,
    Remedied,
    Said,
    Ticket,
    Verdict,
)
from patientsakerhet.demonstration.scene import Scene
from patientsakerhet.demonstration.seasons import at_work, later, spread
from patientsakerhet.lib import calendar

MONTHS = (
    "januari",
    "februari",
    "mars",
    "april",
    "maj",
    "juni",
    "juli",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
)
SHARES_A_MEASURE = 0.6
"""How often a case joins a measure already decided for another, when there is one."""
CODE_OF_AREA = {
    "communication_information": (
        "communication",
        "communication.handover",
        "communication.written",
    ),
    "training_competence": ("competence", "competence.introduction"),
    "environment_organisation": ("environment", "environment.staffing"),
    "technology_equipment": ("technology.design", "technology.maintenance", "technology.change"),
    "procedures_guidelines": ("procedures.missing", "procedures.unclear", "procedures.departed"),
    "barriers": ("procedures.missing", "technology.design"),
}
"""Cause area -> cause classes that fit it."""


@dataclass(slots=True)
class Sequel:
    """The rest of one case's life, written into the case as it goes."""

    case: DemoCase
    course: Course
    scene: Scene
    days_ago: float
    pool: dict[str, list[Remedied]]
    """Measures decided so far, by topic, for cases that share one."""
    next_key: list[int]
    rng: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.rng = self.course.rng

    def run(self, *, needs_analysis: bool, risky: bool) -> None:
        """From the unit's receipt of the case to its end."""
        receive(self.course, self.scene.topic, self.days_ago)
        ready = self._investigate(needs_analysis)
        without = not (needs_analysis or risky) and self.rng.random() < self._without_measures()
        if without:
            self.case.closing_note = self._pick("closing_notes", self.scene.topic.pool)
            self._close(ready)
        else:
            self._act(ready)
        if self.rng.random() < 0.02:
            self._reopen()

    # --- investigation ----------------------------------------------------------------------

    def _investigate(self, needs_analysis: bool) -> datetime:
        """Notes, course of events, causes and recurrence; when the investigation is ready."""
        begun, topic = self.course.at, self.scene.topic
        days = spread(investigation_median(topic, self.days_ago), self.rng, 0.6)
        ready = later(begun, days * (1.5 if needs_analysis else 1), self.rng)
        closes_days_ago = self.course.region.unit[OLD_SERVICE].closed_days_ago or 0
        if self.course.unit == OLD_SERVICE and self.days_ago - days <= closes_days_ago:
            hand_over(
                self.course, NEW_SERVICE, self.days_ago, "Enheten lades ner. Ärendena fördes över."
            )
            receive(self.course, topic, self.days_ago)
            ready = later(self.course.at, days, self.rng)
        begun, by = self.course.at, self.course.handler
        slow_start = 0.55 if topic.kind == "medical_device" else 0.1
        moments = sorted(
            self._between(begun, ready, slow_start) for _ in range(self.rng.randint(1, 4))
        )
        for moment, note in zip(moments, self._notes(len(moments)), strict=True):
            kind, text, source = note
            self.case.noted.append(Noted(kind, self._dated(text), self._dated(source), moment, by))
        if needs_analysis:
            self.case.is_event_analysis = True
            self._course_of_events(by)
        for cause in self.rng.sample(
            topic.causes, min(len(topic.causes), self.rng.choice((1, 1, 2)))
        ):
            moment = self._between(begun, ready, 0.7)
            self.case.causes.append(
                Found(cause.area, self._told(cause.text), self._told(cause.evidence), moment, by)
            )
            if not self.case.cause_class:
                self.case.cause_class = self.rng.choice(CODE_OF_AREA[cause.area])
        self.case.recurrence = self._recurrence(self._between(begun, ready, 0.8), by)
        if self.rng.random() < 0.5:
            self.case.could_recur = self._pick("recur", "texts")
        return ready

    def _notes(self, count: int) -> list[list[str]]:
        notes = shared()["notes"][self.scene.topic.pool]
        return self.rng.sample(notes, min(count, len(notes)))

    def _course_of_events(self, by: str) -> None:
        occurred = self.case.occurred_at or self.case.filed_at - timedelta(hours=6)
        event = self.case.what_happened.split(". ")[0].rstrip(".") + "."
        entries = [
            (
                -self.rng.randint(20, 300),
                "Arbetet pågår som vanligt, utrustning och system är i bruk.",
                False,
                "journalen",
            ),
            (0, event, True, "rapporten"),
            (
                self.rng.randint(3, 25),
                "Personalen märker att något är fel.",
                False,
                "samtal med avdelningen",
            ),
            (
                self.rng.randint(26, 50),
                self.case.immediate_action or "Ingen åtgärd.",
                False,
                "rapporten",
            ),
            (
                self.rng.randint(55, 180),
                "Läkare och ansvarig chef informeras.",
                False,
                "samtal med avdelningen",
            ),
        ]
        for minutes, text, departs, source in entries:
            at = min(occurred + timedelta(minutes=minutes), self.case.filed_at)
            self.case.timeline.append(Moment(at, text, departs, source, by))

    def _recurrence(self, at: datetime, by: str) -> Recurrence:
        words = [word for word in self.case.title.split() if len(word) > 5][:3]
        search = " ".join(words).lower().strip(".,!") or self.case.title.lower()
        answer = self.rng.choices(("yes", "no", "unknown"), (42, 48, 10))[0]
        hits = {"yes": self.rng.randint(2, 19), "no": 0, "unknown": self.rng.randint(0, 3)}[answer]
        text = self._told(self._pick("similar", answer)) if answer != "unknown" else ""
        return Recurrence(answer, text, search, hits, at, by)

    # --- measures ---------------------------------------------------------------------------

    def _act(self, ready: datetime) -> None:
        decided = [self._join_or_decide(remedy, ready) for remedy in self._remedies()]
        self.case.measures += decided
        self.course.go("plan", ready, by=self.course.handler)
        self._follow(decided)

    def _remedies(self) -> list[Remedy]:
        remedies = self.scene.topic.measures
        return self.rng.sample(remedies, min(len(remedies), self.rng.choice((1, 1, 2, 2, 3))))

    def _join_or_decide(self, remedy: Remedy, ready: datetime) -> Remedied:
        title = self._told(remedy.text)
        shares = self.rng.random() < SHARES_A_MEASURE
        for earlier in self.pool.get(self.scene.topic.code, []) if shares else []:
            still_open = earlier.done_at is not None and earlier.done_at > ready + timedelta(days=1)
            same = earlier.title == title and not earlier.cancelled_reason
            if same and earlier.decided_at < ready and still_open:
                return earlier
        decided = self._decide(remedy, title, ready - timedelta(minutes=self.rng.randint(5, 90)))
        self.pool.setdefault(self.scene.topic.code, []).append(decided)
        return decided

    def _decide(self, remedy: Remedy, title: str, at: datetime) -> Remedied:
        """The measure with its whole future; what lies ahead of now is cut away later."""
        rng = self.rng
        median = {"weak": 21, "medium": 45, "strong": 75}[remedy.strength]
        due_on = calendar.next_working_day((at + timedelta(days=spread(median, rng, 0.4))).date())
        effect_due_on = due_on + timedelta(days=rng.choice((30, 45, 60, 60, 90, 120)))
        late = rng.choices(
            (rng.uniform(-8, 0), rng.uniform(1, 20), rng.uniform(25, 160)), (58, 25, 17)
        )[0]
        done_at = max(later(at, (due_on - at.date()).days + late, rng), later(at, 2, rng))
        cancelled = rng.random() < 0.03
        slack = rng.choices((rng.uniform(0, 9), rng.uniform(20, 90)), (84, 16))[0]
        effect = rng.choices(
            ("yes", "partly", "no"),
            {"strong": (82, 14, 4), "medium": (66, 26, 8), "weak": (46, 36, 18)}[remedy.strength],
        )[0]
        looked_at = max(
            later(done_at, 12, rng), later(at, (effect_due_on - at.date()).days + slack, rng)
        )
        self.next_key[0] += 1
        return Remedied(
            key=self.next_key[0],
            title=title[:200],
            strength=remedy.strength,
            owner=self._owner(remedy),
            unit=self.course.unit,
            decided_at=at,
            decided_by=self.course.handler,
            due_on=due_on,
            effect_sign=self._told(remedy.effect),
            effect_due_on=effect_due_on,
            done_at=done_at,
            started=rng.random() < 0.6,
            progress=self._pick("progress", "texts") if rng.random() < 0.5 else "",
            cancelled_reason=str(rng.choice(shared()["reasons"]["cancelled"])) if cancelled else "",
            effect="" if cancelled else effect,
            effect_result=str(
                rng.choice(
                    shared()["effects"][
                        {"yes": "reached", "partly": "partly", "no": "missed"}[effect]
                    ]
                )
            ),
            effect_at=None if cancelled else looked_at,
        )

    def _owner(self, remedy: Remedy) -> str:
        """Somebody at the unit, or for weak measures often somebody where it happened."""
        region = self.course.region
        home = NEW_SERVICE if self.course.unit == OLD_SERVICE else self.course.unit
        here = region.holders("action_owner", home)
        there = region.holders("action_owner", self.scene.unit.code)
        if remedy.strength == "weak" and there and self.rng.random() < 0.5:
            return self.rng.choice(there).key
        return self.rng.choice(here).key if here else self.course.handler

    def _follow(self, measures: list[Remedied]) -> None:
        """Follow-up when all is done, perhaps more work, then the end."""
        done = max(measure.done_at for measure in measures if measure.done_at)
        self.course.go(
            "follow_up", later(done, self.rng.uniform(0.2, 4), self.rng), by=self.course.handler
        )
        looked_at = [measure.effect_at for measure in measures if measure.effect_at]
        ended = max([self.course.at, *looked_at])
        if any(measure.effect == "no" for measure in measures) and self.rng.random() < 0.4:
            reason = str(self.rng.choice(shared()["reasons"]["resume"]))
            self.course.go(
                "resume", later(ended, 1, self.rng), by=self.course.handler, reason=reason
            )
            remedy = self.rng.choice(self.scene.topic.measures)
            title = (
                f"Utökad åtgärd: {self._told(remedy.text)[:1].lower()}{self._told(remedy.text)[1:]}"
            )
            more = self._decide(remedy, title, self.course.at - timedelta(seconds=30))
            self.case.measures.append(more)
            self._follow([more])
            return
        self._close(later(ended, self.rng.uniform(0.2, 7), self.rng))

    # --- the end ----------------------------------------------------------------------------

    def _close(self, at: datetime) -> None:
        by = self.course.handler if self.rng.random() < 0.45 else self.course.coordinator()
        told = at - timedelta(minutes=self.rng.randint(4, 70))
        self.case.said.append(
            Said("reporter", "feedback", self._answer(), max(told, self.course.at), by)
        )
        closed = self.course.go("close", at, by=by)
        if self.case.sender.mode != "anonymous" and self.rng.random() < 0.42:
            answered = self.rng.choices(("yes", "partly", "no"), (68, 22, 10))[0]
            judged_at = closed + timedelta(days=spread(2, self.rng))
            self.case.verdict = Verdict(answered, self._pick("verdicts", answered), judged_at)

    def _answer(self) -> str:
        answer = self._told(self.rng.choice(self.scene.topic.answers))
        if self.case.closing_note:
            return f"Tack för din rapport. {self.case.closing_note}"
        thanks = self.rng.choice(("", "", "Tack för att du skrev. ", "Hej! "))
        return answer if answer.startswith("Tack") else f"{thanks}{answer}"

    def _reopen(self) -> None:
        by = self.course.coordinator()
        reason = str(self.rng.choice(shared()["reasons"]["reopen"]))
        self.case.verdict = None
        self.course.go("reopen", self.course.when(25), by=by, reason=reason)
        self._close(self.course.when(20))

    # --- words ------------------------------------------------------------------------------

    def _without_measures(self) -> float:
        return {"improvement": 0.35, "complaint": 0.4, "medical_device": 0.22}.get(
            self.scene.topic.kind, 0.4
        )

    def _between(self, first: datetime, last: datetime, least: float) -> datetime:
        share = self.rng.uniform(least, 0.98)
        moment = at_work(first + (last - first) * share, self.rng)
        return min(max(moment, first), last)

    def _pick(self, group: str, name: str) -> str:
        return str(self.rng.choice(shared()[group][name]))

    def _told(self, text: str) -> str:
        return noise.sentences_capitalised(self.scene.fill(text))

    def _dated(self, text: str) -> str:
        day = calendar.local(self.case.occurred_at or self.case.filed_at)
        words = {**self.scene.words, "dag": f"den {day.day} {MONTHS[day.month - 1]}"}
        if "{incident}" in text:
            words["incident"] = self._incident()
        return noise.sentences_capitalised(text.format_map(words))

    def _incident(self) -> str:
        for ticket in self.case.tickets:
            if ticket.kind.endswith("incident"):
                return ticket.number
        made = Ticket("incident", f"INC{100000 + self.case.key * 7}", self.case.filed_at)
        self.case.tickets.append(made)
        return made.number

"""The way a case takes through the administration: its steps, its waits, its detours."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from patientsakerhet.demonstration.prose import Topic, shared
from patientsakerhet.demonstration.records import Move
from patientsakerhet.demonstration.region import PersonSpec, Region
from patientsakerhet.demonstration.seasons import at_work, later, spread

ARROWS: dict[str, tuple[frozenset[str], str]] = {
    "take": (frozenset({"reported"}), "in_coordination"),
    "release": (frozenset({"in_coordination"}), "reported"),
    "ask": (frozenset({"reported", "in_coordination"}), "returned"),
    "answer": (frozenset({"returned"}), "in_coordination"),
    "coordinate": (frozenset({"reported", "in_coordination", "returned"}), "assigned"),
    "hand_over": (
        frozenset({"assigned", "in_investigation", "in_action", "follow_up"}),
        "assigned",
    ),
    "send_back": (frozenset({"assigned", "in_investigation"}), "in_coordination"),
    "receive": (frozenset({"assigned"}), "in_investigation"),
    "plan": (frozenset({"in_investigation"}), "in_action"),
    "follow_up": (frozenset({"in_action"}), "follow_up"),
    "resume": (frozenset({"follow_up"}), "in_action"),
    "close": (frozenset({"in_investigation", "follow_up"}), "closed"),
    "reject": (frozenset({"reported", "in_coordination", "returned"}), "rejected"),
    "merge": (frozenset({"reported", "in_coordination", "returned", "assigned"}), "merged"),
    "unmerge": (frozenset({"merged"}), "in_coordination"),
    "reopen": (frozenset({"closed"}), "in_investigation"),
}
"""The steps the history uses; held equal to the product's workflow by a test."""

DESK = "patientsakerhet"
OLD_SERVICE, NEW_SERVICE = "mt-service", "service-och-support"
IT_UNITS = (
    "it-drift",
    "natverk",
    "integration",
    "journalforvaltning",
    "arbetsplats",
    "telefoni",
    "behorighet",
)
MT_UNITS = ("medicinsk-teknik", "mt-applikationer", "service-och-support", "hjalpmedelsforrad")
PARTNERS = {
    "utskrivning_kommun": (("sjoholma-hemsjukvard", "grankulla-hemsjukvard"), 0.5),
    "trygghetslarm": (("sjoholma-hemsjukvard",), 0.6),
    "koncentrator": (("sjoholma-hemsjukvard", "grankulla-hemsjukvard"), 0.4),
    "remiss_bilaga": (("kvarnviks-vardcentral", "ogonlinsen"), 0.25),
    "svar_fel_mottagare": (("kvarnviks-vardcentral",), 0.3),
}
"""Topics in which another care provider is asked, which ones, and how often."""


@dataclass(slots=True)
class Course:
    """A case on its way since `by` filed it; every step is checked against the arrows."""

    region: Region
    rng: random.Random
    at: datetime
    by: str = ""
    moves: list[Move] = field(default_factory=list)
    unit: str = DESK
    status: str = "reported"
    handler: str = ""

    def __post_init__(self) -> None:
        self.moves.append(Move("file", self.status, self.at, self.unit, by=self.by))

    def go(
        self,
        step: str,
        at: datetime,
        *,
        by: str,
        unit: str = "",
        handler: str | None = None,
        reason: str = "",
    ) -> datetime:
        """Take a step no earlier than a minute after the one before it."""
        sources, target = ARROWS[step]
        if self.status not in sources:
            raise ValueError(f"{step} from {self.status}")
        self.at = max(at, self.at + timedelta(minutes=1))
        self.status, self.unit = target, unit or self.unit
        self.handler = self.handler if handler is None else handler
        self.moves.append(Move(step, target, self.at, self.unit, self.handler, by, reason))
        return self.at

    def when(self, median_days: float, sigma: float = 0.75) -> datetime:
        """A moment at work after about so many days."""
        return later(self.at, spread(median_days, self.rng, sigma), self.rng)

    def soon(self, least: int = 8, most: int = 240) -> datetime:
        """Some minutes later, at work."""
        return at_work(self.at + timedelta(minutes=self.rng.randint(least, most)), self.rng)

    def investigator(self, unit: str) -> PersonSpec:
        """Somebody who investigates at the unit; its manager when nobody else does."""
        where = NEW_SERVICE if unit == OLD_SERVICE else unit
        for role in ("investigator", "unit_manager", "head_of_operations"):
            found = self.region.holders(role, where)
            if found:
                return self.rng.choice(found)
        raise LookupError(f"nobody investigates at {unit}")

    def coordinator(self) -> str:
        """One of the desk's coordinators."""
        return self.rng.choice(self.region.holders("coordinator", DESK)).key


def receiver_of(region: Region, topic: Topic, filing_unit: str, days_ago: float) -> str:
    """The unit that should have the case, as the organisation stood then."""
    if topic.receiver_is_filer and region.unit[filing_unit].receives:
        own = region.unit[filing_unit]
        return own.code if own.provider == "region" else topic.receiver
    if topic.receiver == NEW_SERVICE and days_ago > (region.unit[NEW_SERVICE].opened_days_ago or 0):
        return OLD_SERVICE
    return topic.receiver


def coordination_median(topic: Topic, days_ago: float) -> float:
    """Days from filing to a unit: long three years ago, short now for deliveries and services."""
    years = days_ago / 365
    if topic.own:
        return 1.5
    if topic.kind in ("delivery", "service"):
        return 3.2 + 2.7 * years
    if topic.kind == "medical_device":
        return 6.5
    return 4.5 + 0.8 * years


def investigation_median(topic: Topic, days_ago: float) -> float:
    """Days of cause investigation: the bottleneck of medical devices grows in the last year."""
    if topic.kind == "medical_device":
        return 26 + 80 * max(0.0, 1 - days_ago / 430)
    return 15 + 4 * min(days_ago / 365, 2)


def coordinate(
    course: Course, topic: Topic, *, receiver: str, wait: float, asks: bool, days_ago: float
) -> None:
    """From the queue to the receiver, taken by a coordinator on the way; `wait` in days."""
    rng = course.rng
    filed, desk = course.at, course.coordinator()
    taken = later(filed, wait * rng.uniform(0.55, 0.95), rng)
    course.go("take", taken, by=desk, handler=desk)
    if rng.random() < 0.02:
        course.go("release", course.soon(), by=desk, handler="", reason=_reason("release", rng))
        desk = course.coordinator()
        course.go("take", course.when(1), by=desk, handler=desk)
    if asks:
        course.go("ask", course.soon(), by=desk)
        course.go("answer", course.at + timedelta(days=spread(2.5, rng, 0.9)), by="")
    first = receiver
    wrong = _wrong_unit(course.region, receiver, days_ago, rng) if rng.random() < 0.1 else ""
    if wrong:
        first = wrong
    course.go(
        "coordinate",
        max(later(filed, wait, rng), course.soon(3, 60)),
        by=desk,
        unit=first,
        handler="",
    )
    if wrong and rng.random() < 0.35:
        back = course.when(3)
        course.go(
            "send_back",
            back,
            by=course.investigator(first).key,
            unit=DESK,
            handler="",
            reason=_reason("send_back", rng),
        )
        course.go("coordinate", course.when(1.5), by=desk, unit=receiver, handler="")
    elif wrong:
        hand_over(course, receiver, days_ago)
        if rng.random() < 0.2:  # ping-pong: back, and back again
            hand_over(course, first, days_ago)
            hand_over(course, receiver, days_ago)


def hand_over(course: Course, unit: str, days_ago: float, reason: str = "") -> None:
    """The owning unit gives the case to another."""
    by = course.handler or course.investigator(course.unit).key
    reason = reason or _reason("hand_over", course.rng)
    course.go("hand_over", course.when(4), by=by, unit=unit, handler="", reason=reason)


def receive(course: Course, topic: Topic, days_ago: float) -> None:
    """Somebody at the unit takes it on."""
    slow = topic.kind == "medical_device" and days_ago < 365
    handler = course.investigator(course.unit).key
    course.go("receive", course.when(10 if slow else 2.4), by=handler, handler=handler)


def ask_partner(course: Course, topic: Topic, filing_unit: str) -> None:
    """Another care provider is given the case, answers, and the unit takes it back."""
    partners, share = PARTNERS.get(topic.code, ((), 0.0))
    others = [unit for unit in partners if unit != filing_unit]
    if not others or course.rng.random() >= share:
        return
    home, desk = course.unit, course.coordinator()
    course.go(
        "hand_over",
        course.when(3),
        by=desk,
        unit=course.rng.choice(others),
        handler="",
        reason="Vi behöver veta hur det gick till hos er.",
    )
    course.go(
        "hand_over",
        course.when(18),
        by=desk,
        unit=home,
        handler="",
        reason="Vårdgivaren har svarat. Utredningen fortsätter hos oss.",
    )


def cut(moves: list[Move], now: datetime) -> list[Move]:
    """The steps that have been taken by now."""
    return [move for move in moves if move.at <= now]


def _wrong_unit(region: Region, receiver: str, days_ago: float, rng: random.Random) -> str:
    group = IT_UNITS if receiver in IT_UNITS else MT_UNITS
    opened = region.unit[NEW_SERVICE].opened_days_ago or 0
    others = [u for u in group if u != receiver and (u != NEW_SERVICE or days_ago < opened)]
    return rng.choice(others) if receiver in (*IT_UNITS, *MT_UNITS, OLD_SERVICE) else ""


def _reason(step: str, rng: random.Random) -> str:
    return str(rng.choice(shared()["reasons"][step]))

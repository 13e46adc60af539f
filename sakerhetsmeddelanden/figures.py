"""How well notices reach those they concern: as few as possible, as many as necessary.

Let R be the units that a notice was sent to, and T those that truly held an affected device then: what
the register matched, corrected by the answers. Precision is |R and T| / |R|, recall |R and T| / |T|;
recall is the one that safety hangs on. A unit that has not answered is unknown, never "not
affected": precision is then an interval. A figure with nothing to divide by does not exist.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from django.db.models import QuerySet
from django.utils import timezone

from patientsakerhet.lib import survival
from patientsakerhet.lib.survival import Curve
from sakerhetsmeddelanden.models import (
    ConsideredUnit,
    Ground,
    Recipient,
    RecipientDevice,
    SafetyNotice,
)

AFFECTED, NOT_AFFECTED = Recipient.Answer.AFFECTED, Recipient.Answer.NOT_AFFECTED
NOT_THERE = (RecipientDevice.Outcome.NOT_AFFECTED, RecipientDevice.Outcome.NOT_HERE)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Sent:
    """One unit that got the notice: what it answered, when, and how many affected devices it has."""

    unit: int
    answer: str
    devices: int
    matched: int
    """How many devices the register named, whatever the unit says of them."""
    waited: timedelta | None = None
    """From sent to answered; None when it has not answered."""
    silent_for: timedelta | None = None
    """From sent until now, for whoever has not answered."""
    in_time: bool = False
    by_hand: bool = False
    """Chosen by somebody, where the register named nothing."""

    @property
    def is_true(self) -> bool | None:
        """Whether it held an affected device; None when nobody has said."""
        return None if not self.answer else self.answer == AFFECTED


@dataclass(frozen=True)
class Missed:
    """One unit that held affected devices and did not get the notice."""

    unit: int
    devices: int


@dataclass(frozen=True)
class Reached:
    """One notice's figures, or the sums of several: every share is between 0 and 1, or None."""

    sent: int
    affected: int
    """Units that got it and say they are affected: |R and T| as far as is known."""
    unanswered: int
    unanswered_matched: int
    """Of the unanswered: those for which the register names a device; they count in T until they say otherwise."""
    missed: int
    devices_reached: int
    devices_missed: int
    in_time: int
    affected_in_time: int
    contradicted: int
    """Answers that contradict the register, one way or the other."""

    @property
    def needless(self) -> int:
        """Units that got it and were not affected."""
        return self.sent - self.affected - self.unanswered

    @property
    def precision(self) -> tuple[float, float] | None:
        """The lowest and the highest it can be; the same when everybody has answered."""
        if not self.sent:
            return None
        return self.affected / self.sent, (self.affected + self.unanswered) / self.sent

    @property
    def recall(self) -> float | None:
        """The share of affected units that were reached; below 1 somebody was missed."""
        reached = self.affected + self.unanswered_matched
        return _share(reached, reached + self.missed)

    @property
    def device_recall(self) -> float | None:
        """The share of affected devices that are in units that were reached."""
        return _share(self.devices_reached, self.devices_reached + self.devices_missed)

    @property
    def answered(self) -> float | None:
        """The share of the units that have answered."""
        return _share(self.sent - self.unanswered, self.sent)

    @property
    def answered_in_time(self) -> float | None:
        """The share of the units that answered by their day."""
        return _share(self.in_time, self.sent)

    @property
    def affected_answered_in_time(self) -> float | None:
        """The share of all affected units, the missed too, that answered by their day."""
        reached = self.affected + self.unanswered_matched
        return _share(self.affected_in_time, reached + self.missed)


@dataclass(frozen=True)
class Year:
    """All notices of a year together: sums over them, never an average of their shares."""

    reached: Reached
    notices: int
    concerning_nobody: int
    missing_somebody: int
    """Notices with recall below 1: each is a unit that should have known."""
    needless_median: float | None
    answer_times: Curve
    """Days from sent to answered, units that have not answered waiting still."""


def of_one(sent: Sequence[Sent], missed: Sequence[Missed] = ()) -> Reached:
    """The figures of one notice."""
    silent = [one for one in sent if one.is_true is None]
    true = [one for one in sent if one.is_true]
    contradicted = sum(one.is_true is False and one.matched > 0 for one in sent)
    return Reached(
        sent=len(sent),
        affected=len(true),
        unanswered=len(silent),
        unanswered_matched=sum(one.matched > 0 for one in silent),
        missed=len(missed),
        devices_reached=sum(one.devices for one in (*true, *silent)),
        devices_missed=sum(one.devices for one in missed),
        in_time=sum(one.in_time for one in sent),
        affected_in_time=sum(one.in_time for one in true),
        contradicted=contradicted + sum(one.matched == 0 for one in true),
    )


def together(figures: Iterable[Reached]) -> Reached:
    """The sums over several notices, from which the shares of them all come."""
    names = Reached.__dataclass_fields__
    every = list(figures)
    return Reached(**{name: sum(getattr(one, name) for one in every) for name in names})


def of_notices(notices: QuerySet[SafetyNotice]) -> dict[int, tuple[list[Sent], list[Missed]]]:
    """What the figures of each notice are made of, by its key; three statements for any number.

    Units whose notice never left, and those taken out before it did, got nothing. A unit that was
    taken out although it holds devices, and never asked again, was missed.
    """
    asked = (
        Recipient.objects.filter(notice__in=notices, sent_at__isnull=False)
        .order_by("pk")
        .only("notice", "unit", "answer", "answered_at", "sent_at", "due_at", "ground")
    )
    devices = _devices(notices)
    sent: dict[int, list[Sent]] = defaultdict(list)
    got: set[tuple[int, int]] = set()
    now = timezone.now()
    for one in asked:
        got.add((one.notice_id, one.unit_id))
        answered = one.answered_at if one.answer else None
        sent[one.notice_id].append(
            Sent(
                unit=one.unit_id,
                answer=one.answer,
                devices=devices[one.pk][0],
                matched=devices[one.pk][1],
                waited=answered - one.sent_at if answered and one.sent_at else None,
                silent_for=now - one.sent_at if one.sent_at and not answered else None,
                in_time=bool(answered and one.due_at and answered <= one.due_at),
                by_hand=one.ground == Ground.MANUAL,
            )
        )
    missed: dict[int, list[Missed]] = defaultdict(list)
    for left in ConsideredUnit.objects.filter(
        notice__in=notices, why=ConsideredUnit.Why.TAKEN_OUT, device_count__gt=0
    ):
        if (left.notice_id, left.unit_id) not in got:
            missed[left.notice_id].append(Missed(left.unit_id, left.device_count))
    return {key: (sent[key], missed[key]) for key in {*sent, *missed}}


def of_notice(notice: SafetyNotice) -> Reached:
    """The figures of one notice that has been sent."""
    found = of_notices(SafetyNotice.objects.filter(pk=notice.pk))
    return of_one(*found.get(notice.pk, ([], [])))


def of_several(notices: QuerySet[SafetyNotice]) -> Year:
    """The figures of all these notices together."""
    found = of_notices(notices)
    each = [of_one(*parts) for parts in found.values()]
    return Year(
        reached=together(each),
        notices=len(each),
        concerning_nobody=sum(one.recall is None for one in each),
        missing_somebody=sum(one.recall is not None and one.recall < 1 for one in each),
        needless_median=median(one.needless for one in each) if each else None,
        answer_times=answer_times([one for sent, _ in found.values() for one in sent]),
    )


def answer_times(sent: Iterable[Sent]) -> Curve:
    """How long in days units took to answer, those that have not answered waiting still."""
    return survival.curve(
        ((one.waited or one.silent_for or timedelta()) / DAY, one.waited is not None)
        for one in sent
    )


def _devices(notices: QuerySet[SafetyNotice]) -> dict[int, tuple[int, int]]:
    """By recipient: affected devices as the unit leaves them, and those that the register named."""
    held: dict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
    rows = RecipientDevice.objects.filter(recipient__notice__in=notices)
    for recipient, device, outcome, quantity in rows.values_list(
        "recipient_id", "device_id", "outcome", "quantity"
    ):
        left, named = held[recipient]
        if outcome not in NOT_THERE:
            left += 1 if quantity is None else quantity
        held[recipient] = left, named + (device is not None)
    return held


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None

"""Whether one device is among those a text of ranges means: yes, no, or cannot be told and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sakerhetsmeddelanden.ranges import numbers
from sakerhetsmeddelanden.ranges.shape import WORDS, Clause, Ranges, Together


class Verdict(StrEnum):
    """Three answers, of which the third is not a guess at the other two."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Facts:
    """What the register knows of a device; "" and None for what it does not know."""

    serial: str = ""
    lot: str = ""
    software: str = ""
    made_on: date | None = None


@dataclass(frozen=True)
class Judgement:
    """The answer, and the words for it."""

    verdict: Verdict
    reason: str


ALL = Judgement(Verdict.YES, "alla av produkten berörs")


def judge(ranges: Ranges, facts: Facts) -> Judgement:
    """The answer for a device of the product.

    What could not be read leaves a device that is not among the rest undecided, since it may be
    meant there; what could not be read of the exceptions leaves one that is among them undecided.
    """
    if ranges.any:
        found = _either(ranges.any, facts)
    elif ranges.unread:
        found = Judgement(Verdict.NO, "")
    else:
        found = ALL
    if found.verdict == Verdict.NO and ranges.maybe:
        perhaps = _either(ranges.maybe, facts)
        if perhaps.verdict != Verdict.NO:
            why = f"texten kan läsas på två sätt: {perhaps.reason}"
            found = Judgement(Verdict.UNKNOWN, why)
    if found.verdict == Verdict.NO and ranges.unread:
        unread = "; ".join(ranges.unread)
        return Judgement(Verdict.UNKNOWN, f"en del av texten gick inte att tolka: {unread}"[:280])
    if found.verdict == Verdict.NO:
        return found
    if ranges.but:
        taken = _either(ranges.but, facts)
        if taken.verdict == Verdict.YES:
            return Judgement(Verdict.NO, f"undantagen: {taken.reason}")
        if taken.verdict == Verdict.UNKNOWN:
            return Judgement(Verdict.UNKNOWN, f"kan vara undantagen: {taken.reason}")
    if ranges.unread_exceptions:
        unread = "; ".join(ranges.unread_exceptions)
        return Judgement(Verdict.UNKNOWN, f"ett undantag gick inte att tolka: {unread}"[:280])
    return found


def _either(alternatives: Sequence[Together], facts: Facts) -> Judgement:
    judged = [_all_of(together, facts) for together in alternatives]
    for verdict in (Verdict.YES, Verdict.UNKNOWN):
        for one in judged:
            if one.verdict == verdict:
                return one
    return judged[0] if len(judged) == 1 else Judgement(Verdict.NO, _outside(facts, alternatives))


def _all_of(together: Together, facts: Facts) -> Judgement:
    judged = [_clause(one, facts) for one in together]
    for verdict in (Verdict.NO, Verdict.UNKNOWN):
        for one in judged:
            if one.verdict == verdict:
                return one
    return Judgement(Verdict.YES, ", ".join(one.reason for one in judged))


def _clause(clause: Clause, facts: Facts) -> Judgement:
    match clause.about:
        case "all":
            return ALL
        case "made":
            return _made(clause, facts.made_on)
        case "software":
            return _software(clause, facts.software)
        case "serial":
            return _number(clause, facts.serial, "serienumret", "serienummer")
        case "lot":
            return _number(clause, facts.lot, "partiet", "partinummer")
    return _either_number(clause, facts)


def _either_number(clause: Clause, facts: Facts) -> Judgement:
    """A number that may be a serial number or a lot.

    Without a serial number, a lot of another series does not say that the device is not meant.
    """
    known = [
        _number(clause, given, name, word)
        for given, name, word in (
            (facts.serial, "serienumret", "serienummer"),
            (facts.lot, "partiet", "partinummer"),
        )
        if given
    ]
    for verdict in (Verdict.YES, Verdict.UNKNOWN):
        for one in known:
            if one.verdict == verdict:
                return one
    if facts.serial or (facts.lot and _is_of_the_series(clause, facts.lot)):
        return known[0]
    return Judgement(Verdict.UNKNOWN, "serienummer saknas i registret")


def _is_of_the_series(clause: Clause, lot: str) -> bool:
    where = numbers.place(
        lot, low=clause.low, high=clause.high, above=clause.above, below=clause.below
    )
    return where in {"before", "after"}


def _number(clause: Clause, given: str, name: str, word: str) -> Judgement:
    if not given:
        return Judgement(Verdict.UNKNOWN, f"{word} saknas i registret")
    if clause.prefix:
        if numbers.compact(given).startswith(numbers.compact(clause.prefix)):
            return Judgement(Verdict.YES, f"{name} {given} börjar med {clause.prefix}")
        return Judgement(Verdict.NO, f"{name} {given} börjar inte med {clause.prefix}")
    where = numbers.place(
        given, low=clause.low, high=clause.high, above=clause.above, below=clause.below
    )
    if where == "within":
        return Judgement(Verdict.YES, f"{name} {given} ingår i {clause.words}")
    if where == "unclear":
        return Judgement(
            Verdict.UNKNOWN, f"{name} {given} går inte att jämföra säkert med {clause.words}"
        )
    return Judgement(Verdict.NO, f"{name} {given} ingår inte i {clause.words}")


def _software(clause: Clause, given: str) -> Judgement:
    if not given:
        return Judgement(Verdict.UNKNOWN, "programversion saknas i registret")
    if clause.prefix:
        if numbers.begins(given, clause.prefix):
            return Judgement(Verdict.YES, f"programversion {given} ingår i {clause.prefix}.x")
        return Judgement(Verdict.NO, f"programversion {given} ingår inte i {clause.prefix}.x")
    where = numbers.version_place(
        given, low=clause.low, high=clause.high, above=clause.above, below=clause.below
    )
    if where == "within":
        return Judgement(Verdict.YES, f"programversion {given} ingår i {clause.words}")
    if where == "unclear":
        return Judgement(
            Verdict.UNKNOWN,
            f"programversion {given} går inte att jämföra säkert med {clause.words}",
        )
    return Judgement(Verdict.NO, f"programversion {given} ingår inte i {clause.words}")


def _made(clause: Clause, given: date | None) -> Judgement:
    if given is None:
        return Judgement(Verdict.UNKNOWN, "tillverkningsdag saknas i registret")
    low = date.fromisoformat(clause.low) if clause.low else None
    high = date.fromisoformat(clause.high) if clause.high else None
    outside = (low is not None and (given < low or (clause.above and given == low))) or (
        high is not None and (given > high or (clause.below and given == high))
    )
    if outside:
        return Judgement(Verdict.NO, f"tillverkad {given}, inte {clause.words}")
    return Judgement(Verdict.YES, f"tillverkad {given}, {clause.words}")


def _outside(facts: Facts, alternatives: Sequence[Together]) -> str:
    """What the device has, of what the alternatives ask about."""
    asked = {clause.about for together in alternatives for clause in together}
    told = []
    if facts.serial and asked & {"serial", "number"}:
        told.append(f"serienummer {facts.serial}")
    if facts.lot and asked & {"lot", "number"}:
        told.append(f"parti {facts.lot}")
    if facts.software and "software" in asked:
        told.append(f"programversion {facts.software}")
    if facts.made_on and "made" in asked:
        told.append(f"tillverkad {facts.made_on}")
    what = ", ".join(told) or ", ".join(WORDS[one] for one in sorted(asked))
    return f"{what} är inte bland de berörda"

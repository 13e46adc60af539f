"""Which kind and class a report fits, learnt from how earlier ones were classified; no magic.

For each word and each code: how much more often the word stands in cases with the code than in
the others (log odds, with half a case added to every count). A report's score for a code is the
sum over its words and how common the code is. A hand-written list of words stands in until there are cases with the word.
"""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from django.db import connection

from avvikelse.models import Deviation
from avvikelse.preparation import words
from patientsakerhet.cases.models import Code

Field = Literal["kind", "event_class"]
SYSTEM: dict[Field, str] = {"kind": "deviation_kind", "event_class": "event_class"}

LEARNT_FROM = 2000
"""Latest classified cases that are learnt from; older ones describe another time."""
LISTED = 1.5
"""Log odds of a word in the hand-written list…"""
AS_CASES = 4
"""…which weighs as this many cases, and so gives way to experience."""
REGISTER = "register:"
FROM_REGISTER = 1.5
"""Log odds that a device from the register adds to the code for devices."""
SURE = 1.2
"""The least that the words must say for a code to be suggested…"""
AHEAD = 0.6
"""…and by how much it must lead the next one, how common they are counted in."""
MOST_PER_WORD = 2.0
"""No single word decides."""


@dataclass(frozen=True)
class Fitting:
    """A code that fits, and the words that say so."""

    code: Code | None = None
    reason: str = ""
    score: float = 0.0


def fitting(
    deviation: Deviation, stems: Sequence[str], field: Field, *, has_device: bool
) -> Fitting:
    """The code that fits best, or none when no code does clearly."""
    codes = {
        code.pk: code
        for code in Code.objects.current().of(SYSTEM[field])
        if code.parent_id is not None or field == "kind"
    }
    by_door = _starting()["door"].get(deviation.door) if field == "kind" else None
    for code in codes.values():
        if by_door == code.code:
            return Fitting(code, f"Rapportören valde {deviation.get_door_display()}.", 9.0)
    learnt = _learnt(field, stems, exclude=deviation.pk)
    starting = _starting_stems() if field == "kind" else {}
    parts = score(
        stems,
        learnt,
        {pk: starting.get(code.code, frozenset()) for pk, code in codes.items()},
    )
    if has_device and field == "kind":
        at_devices = _starting()["device"]
        for code in codes.values():
            if code.code == at_devices:
                parts[code.pk][REGISTER] = FROM_REGISTER
    spoken = {pk: sum(odds.values()) for pk, odds in parts.items()}
    ranked = sorted(spoken, key=lambda pk: (-spoken[pk] - learnt.odds(pk), pk))
    if not ranked or spoken[ranked[0]] < SURE:
        return Fitting()
    best = ranked[0]
    lead = spoken[best] + learnt.odds(best)
    if len(ranked) > 1 and lead - spoken[ranked[1]] - learnt.odds(ranked[1]) < AHEAD:
        return Fitting()
    reason = _because(deviation, codes[best], parts[best], learnt.holding.get(best, {}))
    return Fitting(codes[best], reason, round(spoken[best], 2))


@dataclass(frozen=True)
class Learnt:
    """Counts of classified cases: by code, and by code and stem."""

    cases: Mapping[int, int]
    holding: Mapping[int, Mapping[str, int]]

    def odds(self, code: int) -> float:
        """Log odds of the code before a word is read: how common it is."""
        cases = self.cases.get(code, 0)
        return math.log((cases + 0.5) / (sum(self.cases.values()) - cases + 0.5))


def score(
    stems: Sequence[str], learnt: Learnt, starting: Mapping[int, frozenset[str]]
) -> dict[int, dict[str, float]]:
    """Code -> stem -> log odds that the stem speaks for the code, below 0 when against it.

    log [(a + ½) / (b + ½)] - log [(c + ½) / (d + ½)], where a cases with the code hold the stem,
    b do not, and c and d likewise for the cases with other codes.
    """
    total = sum(learnt.cases.values())
    anywhere: Counter[str] = Counter()
    for counts in learnt.holding.values():
        anywhere.update(counts)
    listed = {stem for stems_of_code in starting.values() for stem in stems_of_code}
    result: dict[int, dict[str, float]] = {}
    for pk, own in starting.items():
        cases, parts = learnt.cases.get(pk, 0), {}
        for stem in stems:
            a = learnt.holding.get(pk, {}).get(stem, 0)
            c = anywhere[stem] - a
            odds = 0.0
            if a + c > 1:  # once is chance
                b, d = cases - a, total - cases - c
                odds = math.log((a + 0.5) / (b + 0.5)) - math.log((c + 0.5) / (d + 0.5))
                odds = max(-MOST_PER_WORD, min(MOST_PER_WORD, odds))
            if stem in listed:
                unknown = AS_CASES / (AS_CASES + a + c)
                odds = (1 - unknown) * odds + unknown * LISTED * (stem in own)
            if odds:
                parts[stem] = odds
        result[pk] = parts
    return result


def _learnt(field: Field, stems: Sequence[str], *, exclude: int) -> Learnt:
    """How the latest classified cases were classified, and how many of them hold each stem."""
    column = f"{field}_id"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH latest AS (
                SELECT d.{column} AS code, t.vector
                FROM cases_case c
                JOIN avvikelse_deviation d ON d.case_id = c.id
                JOIN cases_casetext t ON t.case_id = c.id
                WHERE d.{column} IS NOT NULL AND c.id <> %(exclude)s
                ORDER BY c.filed_at DESC, c.id DESC LIMIT %(most)s
            )
            SELECT code, NULL, count(*) FROM latest GROUP BY code
            UNION ALL
            SELECT code, stem, count(*)
            FROM latest, unnest(tsvector_to_array(vector)) AS stem
            WHERE stem = ANY(%(stems)s) GROUP BY code, stem
            """,  # noqa: S608  the column is one of two names of this module's own
            {"exclude": exclude, "most": LEARNT_FROM, "stems": list(stems)},
        )
        rows = cursor.fetchall()
    cases: dict[int, int] = {}
    holding: dict[int, dict[str, int]] = defaultdict(dict)
    for code, stem, count in rows:
        if stem is None:
            cases[code] = count
        else:
            holding[code][stem] = count
    return Learnt(cases, holding)


def _because(
    deviation: Deviation, code: Code, parts: Mapping[str, float], seen: Mapping[str, int]
) -> str:
    """The sentence with the words that spoke loudest for the code, the most often seen first."""
    speaking = sorted(
        (stem for stem, odds in parts.items() if odds > 0 and stem != REGISTER),
        key=lambda stem: -parts[stem] * math.log(2 + seen.get(stem, 0)),
    )
    text = f"{deviation.case.title} {deviation.what_happened}"
    as_written = words.written(text, speaking)
    shown = [f"”{as_written[stem].lower()}”" for stem in speaking if stem in as_written]
    shown = list(dict.fromkeys(shown))[:3]
    said = []
    if REGISTER in parts:
        said.append("utrustningen står i registret")
    if shown:
        said.append(
            f"{'ordet' if len(shown) == 1 else 'orden'} {_and(shown)} hör oftast till {code.label}"
        )
    return f"{'; '.join(said)}." if said else ""


def _and(said: Sequence[str]) -> str:
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} och {said[-1]}"


@cache
def _starting() -> dict[str, Any]:
    """What stands in for experience: our own lists, which cases soon outweigh."""
    read: dict[str, Any] = json.loads(Path(__file__).with_name("starting_words.json").read_text())
    return read


@cache
def _starting_stems() -> dict[str, frozenset[str]]:
    """Code -> the stems of its listed words."""
    lists: Mapping[str, Sequence[str]] = _starting()["words"]
    return {code: frozenset(words.stems_in(" ".join(listed))) for code, listed in lists.items()}

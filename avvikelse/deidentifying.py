"""A report without anybody in it: names, places, numbers and days are exchanged, the rest is asked about.

Nobody can promise by rule that a text tells of nobody. What is known is exchanged; what merely
looks like a name is listed for whoever reads the text and clears it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from avvikelse.analysis_report import Wording
from avvikelse.models import EventAnalysis, TimelineEntry
from patientsakerhet.organisation.models import Person, Unit
from patientsakerhet.ui import swedish

MONTHS = (
    "januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december"
    "|jan|feb|mar|apr|jun|jul|aug|sept|sep|okt|nov|dec"
)
PATTERNS = (
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "[e-post]"),
    (re.compile(r"\b[A-Z]{2}-\d{4}-\d{5,}\b"), "[ärende]"),
    (re.compile(r"\bSE\d{10}-\w+\b"), "[enhet]"),
    (re.compile(r"\b(?:19|20)\d\d-\d\d-\d\d\b"), "[datum]"),
    (re.compile(rf"\b\d{{1,2}}(?::e)?\s(?:{MONTHS})\b\.?(?:\s(?:19|20)\d\d\b)?", re.I), "[datum]"),
    (re.compile(r"\b\d{1,2}/\d{1,2}(?:[ -]?(?:19|20)?\d\d)?\b"), "[datum]"),
    (re.compile(r"(?<![\w-])(?:\+46|0)[ -]?\d(?:[ -]?\d){6,10}\b"), "[telefon]"),
)
LONGEST_NAME = 6
"""Words of the longest name of a person or a unit that is looked for."""
WORD = re.compile(r"[\w'’-]+")
MID_SENTENCE = re.compile(r"(?<=[a-zåäö,;] )[A-ZÅÄÖ][\w-]+")


@dataclass
class Deidentifier:
    """What is exchanged for what, the same person by the same word throughout one report."""

    people: list[str]
    units: list[str]
    numbers: list[str]
    first_day: TimelineEntry | None

    def text(self, written: str) -> str:
        """The text without what is known to point at somebody."""
        for pattern, instead in self._names:
            written = pattern.sub(instead, written)
        for pattern, instead in PATTERNS:
            written = pattern.sub(instead, written)
        return written

    def name(self, name: str) -> str:
        """A person, by number."""
        return f"[person {self.people.index(name) + 1}]" if name in self.people else "[person]"

    def when(self, one: TimelineEntry) -> str:
        """The day counted from the first, and the clock."""
        local = timezone.localtime(one.at)
        first = timezone.localtime(self.first_day.at) if self.first_day else local
        day = f"Dag {(local.date() - first.date()).days + 1}"
        if one.precision in {"day", "unknown"}:
            return day
        about = "ungefär " if one.precision == "about" else ""
        return f"{day}, {about}{swedish.clock(one.at)}"

    @property
    def wording(self) -> Wording:
        """For the report."""
        return Wording(text=self.text, when=self.when, name=self.name, is_open=False)

    @property
    def _names(self) -> list[tuple[re.Pattern[str], str]]:
        """Whole names before their parts, long before short."""
        found: list[tuple[str, str]] = []
        for number, name in enumerate(self.people, start=1):
            found += [(one, f"[person {number}]") for one in (name, *_parts(name))]
        found += [(name, f"[enhet {n}]") for n, name in enumerate(self.units, start=1)]
        found += [(number, "[nummer]") for number in self.numbers]
        found.sort(key=lambda one: -len(one[0]))
        return [
            (re.compile(rf"(?<!\w){re.escape(name)}(?:s)?(?!\w)"), instead)
            for name, instead in found
        ]


def for_analysis(analysis: EventAnalysis, texts: Iterable[str]) -> Deidentifier:
    """What is known to point at somebody in these texts: of the case, and of the whole organisation."""
    deviation, case = analysis.deviation, analysis.deviation.case
    written = list(texts)
    phrases = {phrase for text in written for phrase in _phrases(text)}
    involved = [analysis.ordered_by.name, analysis.lead.name]
    involved += [str(one) for one in analysis.members.all()]
    involved += [one.by.name for one in deviation.notes.all()]
    involved += [one.measure.owner.name for one in analysis.proposals.all()]
    involved += [one.name for one in (case.handler, case.reporter.person) if one is not None]
    involved += [case.reporter.name] if case.reporter.name else []
    named = Person.objects.filter(name__in=phrases).order_by("name").values_list("name", flat=True)
    units = Unit.objects.filter(name__in=phrases).order_by("name").values_list("name", flat=True)
    device = deviation.device
    numbers = [device.inventory_number, device.serial_number] if device else []
    return Deidentifier(
        people=list(dict.fromkeys([*involved, *named])),
        units=list(dict.fromkeys([case.filing_unit.name, case.owning_unit.name, *units])),
        numbers=[one for one in numbers if one],
        first_day=next(iter(deviation.timeline.all()), None),
    )


def looks_like_names(text: str) -> list[str]:
    """Words with a capital inside a sentence, which somebody should look at: a name, or a product."""
    return list(dict.fromkeys(MID_SENTENCE.findall(text)))


def _phrases(text: str) -> Iterable[str]:
    """Every run of up to `LONGEST_NAME` words that begins with a capital, also without its genitive s."""
    words = list(WORD.finditer(text))
    for at, first in enumerate(words):
        if not first.group()[0].isupper():
            continue
        for last in words[at : at + LONGEST_NAME]:
            phrase = text[first.start() : last.end()]
            yield phrase
            if phrase.endswith("s"):
                yield phrase[:-1]


def _parts(name: str) -> list[str]:
    """First and last names on their own; not initials, which would hit half the text."""
    return [part for part in name.split() if len(part) > 2 and part[0].isupper()]

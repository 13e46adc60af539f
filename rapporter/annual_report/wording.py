"""How a figure is said in running text, and when a word may be used: "ett 40-tal", "en fördubbling".

A word that the number does not bear is refused with the reason; nobody is to write "ökning" of what
chance explains. Pure: numbers in, Swedish out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from patientsakerhet.lib.refusal import Refused
from patientsakerhet.ui import swedish
from rapporter.annual_report import intervals
from rapporter.annual_report.intervals import Ratio

ENOUGH = 20
"""Fewer than this in either year, and the change is told in numbers and not in per cent."""
UNSURE = "oförändrat inom slumpens gränser"
NOT_TOLD = "går inte att skilja från ingen förändring"
CHANCE = "kan vara slump"


class NotSo(Refused):
    """The number does not bear the word."""


@dataclass(frozen=True)
class Said:
    """A figure to be said: its number, that of the year before, what it counts, its decimals."""

    value: Decimal
    before: Decimal | None = None
    unit: str = ""
    decimals: int = 0
    is_count: bool = True
    """Whether it is a number of things; a share or a length of time has no such interval."""
    is_broken: bool = False
    """Whether the figure meant something else the year before."""

    @property
    def ratio(self) -> Ratio:
        """Against the year before; refuses where there is none, and what is no count."""
        if self.is_broken:
            raise NotSo("Måttet betydde något annat året före: talen går inte att jämföra.")
        if self.before is None:
            raise NotSo("Det finns inget värde för året före.")
        if not self.is_count or self.value != int(self.value) or self.before != int(self.before):
            raise NotSo("Förändringen kan bara sägas om antal.")
        return intervals.ratio(int(self.before), int(self.value))


def number(said: Said) -> str:
    """58, 2,5, 1 151."""
    return swedish.number(round(said.value, said.decimals) + 0)


def in_words(said: Said) -> str:
    """Nio, or 13: written out up to twelve."""
    if said.value != int(said.value):
        return number(said)
    return swedish.in_words(int(said.value))


def with_unit(said: Said) -> str:
    """3 heltidstjänster."""
    return f"{number(said)}{swedish.HARD_SPACE}{said.unit}"


def tens(said: Said) -> str:
    """Ett 40-tal for 40 to 49."""
    if said.value != int(said.value) or not 10 <= said.value < 100:
        raise NotSo(f"{number(said)} går inte att säga som ett tiotal: det måste vara 10 till 99.")
    ten = int(said.value) // 10 * 10
    return "ett tiotal" if ten == 10 else f"ett {ten}-tal"


def change(said: Said) -> str:
    """+20 %, or "från 2 till 3" where either year is small."""
    ratio = said.ratio
    if min(ratio.before, ratio.now) < ENOUGH or ratio.value is None:
        return f"från {swedish.number(ratio.before)} till {swedish.number(ratio.now)}"
    return _percent(ratio.value)


def around(said: Said) -> str:
    """Runt 20 %: to the nearest five, where the interval holds that and excludes no change."""
    ratio = said.ratio
    if min(ratio.before, ratio.now) < ENOUGH or ratio.value is None or ratio.high is None:
        raise NotSo(f"Talen är för små för procent: skriv {change(said)}.")
    if not ratio.excludes_no_change:
        raise NotSo(f"Förändringen {NOT_TOLD}.")
    exact = (ratio.value - 1) * 100
    near = 5 * round(exact / 5)
    if near == 0 or not (ratio.low - 1) * 100 <= near <= (ratio.high - 1) * 100:
        raise NotSo(f"Förändringen är {_percent(ratio.value)} och går inte att runda av.")
    return f"runt {abs(near)}{swedish.HARD_SPACE}%"


def direction(said: Said) -> str:
    """En ökning, en minskning, or that chance explains it."""
    ratio = said.ratio
    if not ratio.excludes_no_change:
        return UNSURE
    return "en ökning" if ratio.now > ratio.before else "en minskning"


TIMES = (
    ("tredubbling", 2.7, 3.3),
    ("fördubbling", 1.8, 2.2),
    ("halvering", 0.45, 0.55),
)
"""Word, and the ratios it may be said of."""


def times(said: Said) -> str:
    """Fördubbling for 1.8 to 2.2 times, where the interval excludes no change."""
    ratio = said.ratio
    if ratio.value is None:
        raise NotSo("Året före var talet noll.")
    word = next((word for word, low, high in TIMES if low <= ratio.value <= high), "")
    if not word:
        told = swedish.number(round(Decimal(ratio.value), 2))
        raise NotSo(
            f"Talet är {told} gånger förra årets: ingen fördubbling, tredubbling eller halvering."
        )
    if not ratio.excludes_no_change:
        raise NotSo(f"Förändringen {NOT_TOLD}.")
    return word


def compared(said: Said) -> str:
    """The whole comparison: +20 % (från 959 till 1 151; 95 %-intervall +10 till +31 %)."""
    ratio = said.ratio
    counts = f"från {swedish.number(ratio.before)} till {swedish.number(ratio.now)}"
    if min(ratio.before, ratio.now) < ENOUGH or ratio.value is None or ratio.high is None:
        if ratio.before == ratio.now:
            return "oförändrat"
        sure = "" if ratio.excludes_no_change else f", {CHANCE}"
        return f"{change(said)}{sure}"
    low, high = _percent(ratio.low, bare=True), _percent(ratio.high)
    found = (
        f"{_percent(ratio.value)} ({counts}; 95{swedish.HARD_SPACE}%-intervall {low} till {high})"
    )
    return found if ratio.excludes_no_change else f"{found}: {NOT_TOLD}"


CHOOSABLE = re.compile(
    r"(?:en )?(?P<more>ökning|fördubbling|tredubbling)|(?:en )?(?P<less>minskning|halvering)"
    r"|oförändrat|ett (?:tiotal|[2-9]0-tal)"
)
"""The words an author may choose although the number does not bear them."""
OWN_WORDS = ("tiotal", "riktning", "gånger")
"""The variants that give such words."""


def chosen(said: Said, word: str, reason: str) -> str:
    """The author's own word, with the number and its interval beside it.

    Refuses one without a reason, one that is none of ours, one that says the opposite of the number,
    and one that the number bears: that is said without a reason.
    """
    if not reason.strip():
        raise NotSo(f"Skriv skälet till ordet ”{word}”: {{{{F12|säg {word}|skälet}}}}.")
    found = CHOOSABLE.fullmatch(word)
    if found is None:
        raise NotSo(
            f"”{word}” går inte att välja. Välj ökning, minskning, fördubbling, tredubbling, halvering, "
            "oförändrat eller ett tiotal som ”ett 40-tal”."
        )
    up, down = found["more"], found["less"]
    if up and said.ratio.now <= said.ratio.before:
        raise NotSo(f"Talet har inte ökat: {interval(said)}.")
    if down and said.ratio.now >= said.ratio.before:
        raise NotSo(f"Talet har inte minskat: {interval(said)}.")
    for variant in OWN_WORDS:
        try:
            own = VARIANTS[variant](said)
        except NotSo:
            continue
        if own.removeprefix("en ") == word.removeprefix("en "):
            raise NotSo(f"Talet bär ordet: skriv {{{{F12|{variant}}}}} utan skäl.")
    return f"{word} ({interval(said)}; ordet är författarens val)"


def interval(said: Said) -> str:
    """From what to what, and between what the change lies; the number alone where nothing is compared."""
    try:
        ratio = said.ratio
    except NotSo:
        return number(said)
    counts = f"från {swedish.number(ratio.before)} till {swedish.number(ratio.now)}"
    low = _percent(ratio.low, bare=True)
    high = "obegränsat" if ratio.high is None else _percent(ratio.high)
    sure = "" if ratio.excludes_no_change else f": {NOT_TOLD}"
    return f"{counts}; 95{swedish.HARD_SPACE}%-intervall {low} till {high}{sure}"


VARIANTS: dict[str, Callable[[Said], str]] = {
    "": number,
    "ord": in_words,
    "enhet": with_unit,
    "tiotal": tens,
    "procent": change,
    "runt": around,
    "riktning": direction,
    "gånger": times,
    "jämförelse": compared,
}
"""What stands after the bar in a field: {{F10|tiotal}}."""

SAYS = {
    "": "talet",
    "ord": "talet i ord till och med tolv",
    "enhet": "talet med vad som räknas",
    "tiotal": "ett 40-tal",
    "procent": "+20 %, eller från 2 till 3",
    "runt": "runt 20 %",
    "riktning": "en ökning, en minskning eller oförändrat",
    "gånger": "fördubbling, tredubbling eller halvering",
    "jämförelse": "hela jämförelsen med intervall",
}
"""What each variant gives, for whoever writes."""


CHOOSES = "säg "
"""What a variant begins with that is an author's own word."""


def say(said: Said, variant: str = "", reason: str = "") -> str:
    """The figure in the variant; refuses a variant there is none of, and a word the number does not bear.

    An author's own word is said with its reason, which nothing else takes.
    """
    if variant.startswith(CHOOSES):
        return chosen(said, variant.removeprefix(CHOOSES).strip(), reason)
    if reason:
        raise NotSo("Ett skäl skrivs bara till ett eget ord: {{F12|säg fördubbling|skälet}}.")
    if variant not in VARIANTS:
        raise NotSo(f"Det finns inget sätt som heter ”{variant}”.")
    return VARIANTS[variant](said)


def _percent(ratio: float, *, bare: bool = False) -> str:
    """+20 % or −12 %."""
    exact = Decimal(str((ratio - 1) * 100))
    written = swedish.number(exact, 0)
    sign = "+" if exact > 0 and written != "0" else ""
    return f"{sign}{written}" + ("" if bare else f"{swedish.HARD_SPACE}%")

"""What a chart says, for those who are no statisticians: usual variation, signal, limit, level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from patientsakerhet.ui import swedish
from rapporter.control_charts.rules import Lines, Rule
from rapporter.control_charts.series import ControlChart, Maturity, Point, Runs
from rapporter.control_charts.signals import Signal, signals

MORE_REPORTS = "Fler avvikelser kan betyda mer rapportering, inte sämre vård."
ROUND_FROM = 10
"""From this size on a limit is said without decimals."""
RULES = {
    Rule.OUTSIDE: "utanför gräns",
    Rule.TREND: "trend",
    Rule.NEAR: "nära gräns",
    Rule.SHIFT: "skifte",
}
MANY = 3
"""Of so many points or more outside the limits the earlier ones are counted, not named."""


@dataclass(frozen=True)
class Told:
    """How a chart's numbers are spoken of."""

    subject: str = "Antalet"
    period: str = "månad"
    periods: str = "månader"
    by: str = "per månad"
    """After the limits: per månad, per kvartal, nothing."""
    per_cent: bool = False
    """The values are shares, said as per cent."""
    is_inflow: bool = False
    """More reports are no worse: said where there is a signal."""

    def number(self, value: float) -> str:
        """The value as it is said."""
        if self.per_cent:
            return f"{swedish.number(round(100 * value))}{swedish.HARD_SPACE}%"
        if value == int(value) or abs(value) >= ROUND_FROM:
            return swedish.number(round(value))
        return swedish.number(round(value, 1), 1)

    def usual(self, lines: Lines) -> str:
        """34–110, or högst 12 where there is no lower limit to fall below."""
        lower, upper = lines.lower, lines.upper
        if lower is None or upper is None:
            return ""
        if lower <= 0:
            return f"högst {self.number(upper)}"
        return f"{self.number(lower).removesuffix(f'{swedish.HARD_SPACE}%')}–{self.number(upper)}"


MONTHLY = Told()
QUARTERLY = Told(period="kvartal", periods="kvartal", by="per kvartal")
WEEKLY = Told(period="vecka", periods="veckor", by="per vecka")


def finding(chart: ControlChart, told: Told = MONTHLY) -> str:
    """The chart's answer, in sentences."""
    latest = chart.latest
    if latest is None:
        return f"Inga {told.periods} att visa än."
    segment = chart.segments[latest.segment]
    if segment.maturity is Maturity.TOO_FEW:
        return f"För få {told.periods} för gränser."
    found = signals(chart)
    sentences = [*_told(found, latest, told)] or [_no_signal(chart, latest, told)]
    if found and told.is_inflow:
        sentences.append(MORE_REPORTS)
    if segment.maturity is Maturity.PROVISIONAL:
        sentences.append(
            f"Gränserna är provisoriska: de bygger på {swedish.number(segment.base)} {told.periods}."
        )
    return " ".join(sentences)


def run_finding(runs: Runs, told: Told = MONTHLY) -> str:
    """What a run chart says."""
    if runs.useful < ROUND_FROM:
        return f"För få {told.periods} för att skilja förändring från slump."
    if runs.longest > runs.longest_usual:
        return (
            f"{_counted(runs.longest, told)} i rad på samma sida av medianen; slumpen ger sällan "
            f"fler än {swedish.in_words(runs.longest_usual)}. Nivån har troligen ändrats."
        )
    if runs.crossings < runs.crossings_usual:
        return (
            f"Kurvan korsar medianen {swedish.number(runs.crossings)} gånger; slumpen ger sällan färre "
            f"än {swedish.number(runs.crossings_usual)}. Nivån har troligen ändrats."
        )
    return "Inget tecken på förändring."


def between_finding(chart: ControlChart, events: str) -> str:
    """What a chart of days between events says: "anmälningar"."""
    latest = chart.latest
    if latest is None or latest.lines.upper is None or latest.value is None:
        return f"För få {events} för gränser."
    centre, usual = latest.lines.centre, Told()
    outside = chart.breaking(Rule.OUTSIDE)
    level = f"Det går oftast {usual.number(centre or 0)} dagar mellan två {events}"
    if outside:
        last = outside[-1]
        rarer = "längre" if last.side > 0 else "kortare"
        return (
            f"{level}. {_capital(last.label)} kom efter {usual.number(last.value or 0)} dagar, {rarer} än "
            "vanligt – leta där."
        )
    shifts = [each for each in signals(chart) if each.rule is Rule.SHIFT]
    if shifts:
        kind = "glesare" if shifts[-1].up else "tätare"
        count = swedish.in_words(len(shifts[-1].points))
        return f"{level}. De har kommit {kind} {count} gånger i rad sedan {shifts[-1].first.label}."
    return f"Inget tecken på förändring. {level}, senast {usual.number(latest.value)}."


def point_words(point: Point) -> str:
    """A point's signals in the table: utanför gräns, skifte."""
    if point.given.preliminary:
        return "preliminär"
    if point.given.excluded:
        return ", ".join(["undantagen", *(RULES[rule] for rule in point.rules)])
    return ", ".join(RULES[rule] for rule in point.rules) or swedish.DASH


def _told(found: Sequence[Signal], latest: Point, told: Told) -> list[str]:
    """One sentence for each rule, about its newest signal."""
    by_rule: dict[Rule, list[Signal]] = {}
    for signal in found:
        by_rule.setdefault(signal.rule, []).append(signal)
    said = {
        Rule.OUTSIDE: _outside,
        Rule.TREND: _trend,
        Rule.NEAR: _near,
        Rule.SHIFT: _shift,
    }
    return [said[rule](by_rule[rule], latest, told) for rule in Rule if rule in by_rule]


def _outside(found: Sequence[Signal], _latest: Point, told: Told) -> str:
    *earlier, last = (signal.last for signal in found)
    usual = told.usual(last.lines)
    sentence = (
        f"{_capital(last.label)} ({told.number(last.value or 0)}) ligger utanför det vanliga ({usual}). "
        "Något särskilt har troligen hänt just då – leta där."
    )
    if not earlier:
        return sentence
    if len(earlier) >= MANY:
        return (
            f"{sentence} Det gäller även {swedish.in_words(len(earlier))} {told.periods} tidigare."
        )
    return f"{sentence} Det gäller även {' och '.join(point.label for point in earlier)}."


def _trend(found: Sequence[Signal], _latest: Point, told: Told) -> str:
    last = found[-1]
    way = "uppåt" if last.up else "nedåt"
    return f"{_counted(len(last.points), told)} i följd {way}, till och med {last.last.label}."


def _near(found: Sequence[Signal], _latest: Point, told: Told) -> str:
    last = found[-1]
    which = "övre" if last.up else "nedre"
    return (
        f"Två av tre {told.periods} nära {which} gränsen, till och med {last.last.label} – håll ögonen "
        "öppna."
    )


def _shift(found: Sequence[Signal], latest: Point, told: Told) -> str:
    last = found[-1]
    side = "över" if last.up else "under"
    level = told.number(last.first.lines.centre or 0)
    counted = f"{_counted(len(last.points), told)} i rad {side} nivån {level}"
    if last.last is latest:
        return f"{counted}. Nivån har troligen ändrats sedan {last.first.label}."
    return f"{counted}, {last.first.label} till {last.last.label}."


def _no_signal(chart: ControlChart, latest: Point, told: Told) -> str:
    lower, upper = latest.lines.lower, latest.lines.upper
    if lower is None or upper is None:
        return f"Alla {told.periods} är lika."
    by = f" {told.by}" if told.by else ""
    span = (
        f"upp till ungefär {told.number(upper)}{by}"
        if lower <= 0
        else f"mellan ungefär {told.number(lower)} och {told.number(upper)}{by}"
    )
    became = f"att {latest.label} blev {told.number(latest.value or 0)}"
    before = _before(chart, latest)
    if before is not None:
        became += f" och {told.period}{_the(told)} före {told.number(before)}"
    return (
        f"Inget tecken på förändring. {told.subject} varierar av sig självt {span}; {became} säger i "
        "sig ingenting."
    )


def _before(chart: ControlChart, latest: Point) -> float | None:
    place = list(chart.points).index(latest)
    return chart.points[place - 1].value if place else None


def _the(told: Told) -> str:
    """The ending of the period's name: månaden, kvartalet, veckan."""
    return {"månad": "en", "kvartal": "et", "vecka": "n"}.get(told.period, "en")


def _counted(count: int, told: Told) -> str:
    return f"{_capital(swedish.in_words(count))} {told.periods}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

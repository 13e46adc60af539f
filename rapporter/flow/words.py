"""What the sums say, in a sentence of Swedish each; never more than they say.

"Snabbare" and "längre" are said only where the intervals lie apart; what is not reached is said so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from patientsakerhet.lib.survival import Curve
from patientsakerhet.ui import swedish
from rapporter.flow.balance import Little, Period
from rapporter.flow.forecast import CaughtUp, Inflow
from rapporter.flow.stages import Aged, Load, Pace
from rapporter.flow.truncation import Nowcast

LITTLE_GAP = 0.15
"""So far off the number of open cases may be from what the closed ones' lead time would give."""

CALENDAR = (
    "Mer än 30 procent av avsluten de senaste tolv veckorna gjordes på en och samma dag. De följer "
    "kalendern mer än ärendena, och tiderna för de öppna kan därför se längre ut än de blir."
)
REPORTING = "Fler avvikelser kan betyda mer rapportering, inte sämre vård."


def length(days: float | None) -> str:
    """5 timmar, 1 dag, 8,6 dagar, 120 dagar; "aldrig ännu" where it is not reached."""
    if days is None:
        return "aldrig ännu"
    if days < 1:
        hours = max(round(days * 24), 1)
        return f"{swedish.number(hours)} {'timme' if hours == 1 else 'timmar'}"
    written = swedish.number(round(days, 1) if days < 30 else round(days))
    return f"{written} {'dag' if written == '1' else 'dagar'}"


def percent(share: float) -> str:
    """87 procent; below one and above ninety-nine not rounded into nothing or all."""
    if 0 < share < 0.005:
        return "under 1 procent"
    if 0.995 < share < 1:
        return "över 99 procent"
    return f"{swedish.number(round(share * 100))} procent"


def cases(count: int) -> str:
    """1 ärende, 863 ärenden."""
    return f"{swedish.number(count)} {'ärende' if count == 1 else 'ärenden'}"


def waiting(curve: Curve, done: str) -> str:
    """How long half and 85 percent took; `done` is what it was waited for: "koordinerade"."""
    if not curve.total:
        return "Inga ärenden under perioden."
    count = f"{cases(curve.total)}, {_waiting_still(curve.unfinished)}"
    half, most = curve.quantile(0.5), curve.quantile(0.85)
    if half is None:
        return f"Mindre än hälften är {done} ännu ({count})."
    if most is None:
        return f"Hälften var {done} inom {length(half)}; 85 procent är det inte ännu ({count})."
    return f"Hälften var {done} inom {length(half)} och 85 procent inom {length(most)} ({count})."


def compared(this: Curve, last: Curve, before: str) -> str:
    """Whether half are through faster than `before` ("2022"); only where the intervals lie apart."""
    now, then = this.quantile(0.5), last.quantile(0.5)
    if now is None or then is None:
        return f"Det går ännu inte att jämföra med {before}."
    mine, theirs = this.quantile_interval(0.5), last.quantile_interval(0.5)
    told = f"{length(now)} mot {length(then)} {before}"
    if mine.high is not None and theirs.low is not None and mine.high < theirs.low:
        return f"Det går snabbare: {told}."
    if theirs.high is not None and mine.low is not None and theirs.high < mine.low:
        return f"Det tar längre tid: {told}."
    return f"Ingen säker skillnad: {told}."


def within(curve: Curve, days: int) -> str:
    """The share done within a target, and how sure that is."""
    if not curve.total:
        return "Inga ärenden under perioden."
    share, interval = 1 - curve.waiting(days), curve.interval(days)
    told = f"{percent(share).capitalize()} inom {length(days)}"
    if curve.followed < days and share < 1:
        return f"Inget ärende har kunnat följas i {length(days)} ännu."
    if interval.low is None or interval.high is None:
        return f"{told} ({cases(curve.total)})."
    low, high = (swedish.number(round((1 - one) * 100)) for one in (interval.high, interval.low))
    return f"{told} (95 procents säkerhet: {low} till {high} procent; {cases(curve.total)})."


def balance(period: Period) -> str:
    """What came and went, and where that left the queue."""
    came = f"{swedish.number(period.came)} kom in"
    if period.reopened:
        came += f" ({swedish.number(period.reopened)} av dem återöppnade)"
    told = f"{came} och {swedish.number(period.left)} blev klara"
    if period.growth == 0:
        return f"{told}. Kön är lika lång som före: {cases(period.after)}."
    word = "växte" if period.growth > 0 else "minskade"
    return (
        f"{told}. Kön {word} med {swedish.number(abs(period.growth))}, till {cases(period.after)}."
    )


def little(found: Little) -> str:
    """A warning where the closed ones' lead time misleads; nothing where it does not."""
    gap = found.gap
    if gap is None or abs(gap) <= LITTLE_GAP:
        return ""
    word = "växer" if gap > 0 else "krymper"
    return f"Kön {word}. Ledtiderna för stängda ärenden missvisar."


def bottleneck(loads: Sequence[Load], labels: dict[str, str]) -> str:
    """Where it stops, or that it stops nowhere."""
    most = max(loads, key=lambda one: one.time, default=None)
    if most is None or not most.time:
        return "Inga ärenden under perioden."
    stage = labels[most.stage]
    told = f"Mest tid ligger i {stage}, {percent(most.share)} av all tid"
    came, left = swedish.number(most.arrivals), swedish.number(most.departures)
    if most.growth == 0:
        return f"{told}, men lika många går därifrån som kommer dit ({came} in, {left} ut)."
    if most.growth < 0:
        return f"{told}, men fler går därifrån än som kommer dit ({came} in, {left} ut)."
    slower = ""
    if most.slow is not None and most.slow_before is not None and most.slow > most.slow_before:
        slower = (
            f" 85 procent är igenom på {length(most.slow)}, mot {length(most.slow_before)} "
            "perioden före."
        )
    return (
        f"Det tar stopp i {stage}: {percent(most.share)} av all tid ligger där, och fler kommer dit än "
        f"går vidare ({came} in, {left} ut).{slower}"
    )


def ageing(
    in_stage: Mapping[str, Sequence[float]], oldest_of_all: float | None, paces: dict[str, Pace]
) -> str:
    """How many have been in their stage longer than most stays take; ages are in days."""
    if oldest_of_all is None:
        return "Inga öppna ärenden."
    slow = sum(_is_slow(age, paces.get(stage)) for stage, ages in in_stage.items() for age in ages)
    oldest = f"Det äldsta är {length(oldest_of_all)} gammalt."
    count = cases(sum(map(len, in_stage.values())))
    if not slow:
        return f"Inget av {count} har legat längre i sitt läge än 85 procent brukar göra. {oldest}"
    return (
        f"{swedish.number(slow)} av {count} har legat längre i sitt läge än 85 procent brukar göra. "
        f"{oldest}"
    )


def is_slow(one: Aged, paces: dict[str, Pace]) -> bool:
    """Whether the case has been in its stage longer than 85 percent of the stays take."""
    return _is_slow(one.in_stage, paces.get(one.stage))


def _is_slow(age: float, pace: Pace | None) -> bool:
    return pace is not None and pace.most is not None and age > pace.most


def nowcast(found: Nowcast) -> str:
    """What a month will have had when all have come in, or that it is known, or not yet to say."""
    seen = swedish.number(found.seen)
    if found.is_settled:
        return f"{seen} har kommit in."
    if not found.joins_trend:
        return (
            f"{seen} syns än så länge. För få har hunnit komma in för att säga hur många det blir."
        )
    low, high = (swedish.number(round(one)) for one in (found.low, found.high))
    expected = swedish.number(round(found.expected))
    return f"{seen} syns än så länge. När alla har kommit in väntas det bli ungefär {expected} ({low} till {high})."


def inflow(found: Inflow) -> str:
    """What the next month is expected to bring, and by what."""
    if not found.months:
        return ""
    one = found.months[0]
    low, high = (swedish.number(round(value)) for value in (one.low, one.high))
    told = f"Nästa månad väntas {swedish.number(round(one.value))} ({low} till {high})."
    if found.method == "last_year":
        return f"{told} Beräkningen är samma månad i fjol: en modell med trend och säsong träffade inte bättre."
    return told


def caught_up(found: CaughtUp, target: int, today: date) -> str:
    """When the queue is down to the target, or never."""
    aim = "tom" if target == 0 else f"nere i {cases(target)}"
    if found.half == 0:
        return f"Kön är redan {aim}."
    if found.half is None:
        return f"Med nuvarande takt: aldrig. Kön blir inte {aim} inom tre år."
    when = swedish.day(today + timedelta(weeks=found.half))
    told = f"Med nuvarande takt är kön {aim} ungefär {when}"
    if found.likely is None:
        return f"{told}, men det är osäkert om den blir det."
    return f"{told}, och med 85 procents säkerhet {swedish.day(today + timedelta(weeks=found.likely))}."


def rest(curve: Curve, waited: float, part: float = 0.85) -> str:
    """How much longer a case that has waited so long is likely to take."""
    left = curve.rest(waited, part)
    if left is None:
        return "Det finns för få liknande ärenden som har väntat så länge."
    return f"{percent(part).capitalize()} av liknande ärenden som har väntat så länge är klara inom {length(left)} till."


def _waiting_still(count: int) -> str:
    if not count:
        return "inget väntar ännu"
    return f"{swedish.number(count)} väntar ännu"

"""The figures of notices in words: what each measures, what it is counted over, the answer in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from patientsakerhet.lib.survival import Curve
from patientsakerhet.ui import swedish
from patientsakerhet.ui.parts import Tone
from sakerhetsmeddelanden.figures import Reached
from sakerhetsmeddelanden.models import NoticeTally
from sakerhetsmeddelanden.models.tally import COUNTED

PERCENT = f"{swedish.HARD_SPACE}%"
MOST_WAITED = 0.85
"""The share whose waiting is told beside the half's."""


@dataclass(frozen=True)
class Measure:
    """One figure with all that is needed to read it."""

    name: str
    value: str
    answer: str
    definition: str
    over: str
    tone: Tone = ""


def reached_of(counts: Mapping[str, int | None] | NoticeTally) -> Reached:
    """The figures of one notice's counts, or of the sums of several."""
    if isinstance(counts, NoticeTally):
        return Reached(**{name: getattr(counts, name) for name in COUNTED})
    return Reached(**{name: counts[name] or 0 for name in COUNTED})


def percent(share: float | None) -> str:
    """97 %; only all is 100 % and only nothing 0 %; a dash when there is nothing to divide by."""
    if share is None:
        return swedish.DASH
    whole = int(100 * share + 0.5)
    if whole == 100 and share < 1:
        return f"över 99{PERCENT}"
    if whole == 0 and share > 0:
        return f"under 1{PERCENT}"
    return f"{whole}{PERCENT}"


def span(shares: tuple[float, float] | None) -> str:
    """61–70 %, or one figure when everybody has answered."""
    if shares is None:
        return swedish.DASH
    low, high = (percent(one) for one in shares)
    return low if low == high else f"{low.removesuffix(PERCENT)}–{high}"


def days(count: float | None) -> str:
    """3,5 dygn; a dash when so many have not answered yet."""
    if count is None:
        return swedish.DASH
    return f"{swedish.number(round(count, 1))}{swedish.HARD_SPACE}dygn"


def say(reached: Reached, notices: int, missing: int) -> str:
    """The state of things in a sentence or two."""
    told = _many(notices, "meddelande", "meddelanden")
    if reached.recall is None:
        return f"{told} skickades. Ingen enhet är känd som berörd, så täckningen kan inte räknas."
    covered = f"{percent(reached.recall)} av de enheter som är kända som berörda fick veta."
    if not missing:
        return f"{covered} Inget av {told} missade någon."
    verb = "missade någon" if notices > 1 else "missade någon enhet"
    return f"{covered} {swedish.in_words(missing).capitalize()} av {told} {verb}."


def measures(reached: Reached, times: Curve | None = None) -> list[Measure]:
    """Every figure; the times too when they are known."""
    told = [_precision(reached), _recall(reached), _device_recall(reached), _answered(reached)]
    return told if times is None else [*told, _times(times)]


def traces(tally: Mapping[str, int | None] | NoticeTally) -> list[str]:
    """What the system can see of its own mistakes, in sentences."""
    held = (
        {name: getattr(tally, name) for name in (*COUNTED, *_SEEN)}
        if isinstance(tally, NoticeTally)
        else tally
    )
    seen = {name: held[name] or 0 for name in ("contradicted", *_SEEN)}
    unknown = seen["contradicted"] - seen["denied"]
    return [
        f"{_many(seen['denied'], 'enhet', 'enheter')} svarade att de inte har det som registret säger.",
        f"{_many(unknown, 'enhet', 'enheter')} var berörda utan att registret visste det.",
        f"{_many(seen['by_hand'], 'enhet', 'enheter')} lades till för hand, och "
        f"{swedish.in_words(seen['by_hand_affected'])} av dem svarade att de var berörda.",
        f"{_many(seen['late_devices'], 'utrustning', 'utrustningar')} kom till en enhet efter utskicket.",
    ]


_SEEN = ("denied", "by_hand", "by_hand_affected", "late_devices")


def _precision(reached: Reached) -> Measure:
    if reached.precision is None:
        answer = "Inget är skickat."
    else:
        answer = (
            f"{swedish.number(reached.affected)} av {_many(reached.sent, 'mottagare', 'mottagare')} "
            f"var berörda och {swedish.number(reached.needless)} fick det i onödan."
        )
    if reached.unanswered:
        answer += f" {_many(reached.unanswered, 'har', 'har')} inte svarat, därför ett spann."
    return Measure(
        "Träffsäkerhet",
        span(reached.precision),
        answer,
        "Hur stor del av mottagarna som var berörda: så få som möjligt ska få meddelandet.",
        "Alla enheter som fick meddelandet. Den som inte har svarat räknas varken som berörd "
        "eller inte berörd.",
    )


def _recall(reached: Reached) -> Measure:
    known = reached.affected + reached.unanswered_matched + reached.missed
    tone: Tone = ""
    if reached.recall is None:
        answer = "Kan inte räknas: ingen enhet är känd som berörd."
    elif reached.missed:
        tone = "bad"
        answer = (
            f"{_many(reached.missed, 'berörd enhet', 'berörda enheter')} av "
            f"{swedish.number(known)} fick aldrig meddelandet."
        )
    else:
        tone = "good"
        answer = f"Alla {swedish.number(known)} enheter som är kända som berörda fick meddelandet."
        if known == 1:
            answer = "Den enda enhet som är känd som berörd fick meddelandet."
    return Measure(
        "Täckning",
        percent(reached.recall),
        answer,
        "Hur stor del av de berörda enheterna som fick meddelandet: så många som nödvändigt. "
        "Det är siffran som säkerheten hänger på.",
        "Enheter som svarat att de är berörda, som inte svarat men har produkten enligt registret, "
        "eller som togs bort för hand fast de har produkten.",
        tone,
    )


def _device_recall(reached: Reached) -> Measure:
    total = reached.devices_reached + reached.devices_missed
    if not total:
        answer = "Kan inte räknas: ingen berörd utrustning är känd."
    else:
        answer = (
            f"{swedish.number(reached.devices_reached)} av "
            f"{_many(total, 'berörd utrustning', 'berörda utrustningar')} finns hos enheter som nåddes."
        )
    return Measure(
        "Täckning i utrustningar",
        percent(reached.device_recall),
        answer,
        "Hur stor del av de berörda utrustningarna som finns hos enheter som fick meddelandet.",
        "Utrustningar i registret och sådana som enheterna själva har nämnt, utom dem som enheten "
        "säger att den inte har eller att de inte berörs.",
        "bad" if reached.devices_missed else "",
    )


def _answered(reached: Reached) -> Measure:
    said = reached.sent - reached.unanswered
    return Measure(
        "Svarat",
        percent(reached.answered),
        f"{swedish.number(said)} av {_many(reached.sent, 'enhet', 'enheter')} har svarat, "
        f"{percent(reached.answered_in_time)} i tid. Av de berörda svarade "
        f"{percent(reached.affected_answered_in_time)} i tid.",
        "Hur stor del av mottagarna som har svarat, och hur stor del som gjorde det senast den "
        "dag de ombads svara.",
        "Alla enheter som fick meddelandet. Öppnade mejl och automatiska svar räknas aldrig.",
    )


def _times(times: Curve) -> Measure:
    half, most = times.quantile(0.5), times.quantile(MOST_WAITED)
    if half is None:
        answer = "Färre än hälften har svarat än."
    elif most is None:
        answer = (
            f"Hälften hade svarat inom {days(half)}. Så många som {percent(MOST_WAITED)} "
            "har inte svarat än."
        )
    else:
        answer = (
            f"Hälften hade svarat inom {days(half)} och {percent(MOST_WAITED)} inom {days(most)}."
        )
    return Measure(
        "Tid till svar",
        days(half),
        answer,
        "Hur lång tid det tog från att meddelandet skickades till enheten tills den svarade.",
        "Alla enheter som fick meddelandet. Den som inte har svarat räknas som väntande så länge, "
        "så att siffran inte ser bättre ut än den är (Kaplan och Meier).",
    )


def _many(count: int, one: str, several: str) -> str:
    return f"{swedish.number(count)}{swedish.HARD_SPACE}{one if count == 1 else several}"

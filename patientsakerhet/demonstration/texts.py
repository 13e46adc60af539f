"""A report as the unit writes it: title, what happened, what was done, wish and consequence."""

import random
from dataclasses import dataclass

from patientsakerhet.demonstration import noise
from patientsakerhet.demonstration.prose import shared
from patientsakerhet.demonstration.scene import Scene

TEST_NUMBERS = (
    "20000229-2399",
    "20000405-9937",
    "19570428-9999",
    "19460823-9986",
    "570428-9999",
    "460823-9986",
)
"""Published Swedish test numbers, never anybody's; all that may stand in an invented report."""

MOST_HARM = {"none": 0, "staff": 1}
WHEN = ("Det var {nar}.", "Upptäcktes kl {kl}.", "Klockan var {kl}.", "Hände {nar}.", "Tid: {kl}.")
WITHOUT_A_MOMENT = ("improvement", "complaint")
"""Kinds that tell of no event at a certain time."""
PROPOSALS_BEGIN = (
    "Hej!",
    "Det här kom upp på arbetsplatsträffen.",
    "En tanke efter nattpasset.",
    "Vi har pratat om det här länge.",
)
HURRIED = ("short", "capitals")
STYLES = {"plain": 50, "long": 14, "chart": 12, "slips": 13, "short": 9, "capitals": 2}
OPENINGS = (
    "Hej!", "Skriver i efterhand, det var fullt på avdelningen.", "Det här har hänt förut.",
    "Skriver på uppmaning av chefen.", "Passet var hårt belastat.", "Rapporterar för hela arbetslaget.",
    "Återkommande problem.", "Skrivet av två sjuksköterskor tillsammans.", "Ny händelse, samma fel som sist.",
)  # fmt: skip
CLOSINGS = (
    "Återkoppla gärna.", "Tacksam för svar.", "Hoppas att någon kan titta på det snart.",
    "Vi är flera som har reagerat.", "/nattpersonalen", "Ring gärna avdelningen efter klockan två.",
    "Det här får inte hända igen.", "Vem kan hjälpa oss?", "Mvh", "Chefen är informerad.",
)  # fmt: skip
NUMBER_SENTENCES = (
    "Gäller pat {number}.",
    "Patienten ({number}) är informerad.",
    "Patientens personnummer är {number}.",
)
NUMBER_SHARE = 0.015
HARM = {
    "none": (100, 0, 0, 0, 0),
    "low": (88, 10, 2, 0, 0),
    "mid": (68, 22, 9, 1, 0),
    "high": (56, 22, 15, 6.6, 0.4),
}
"""How often an event had no, mild, moderate, serious or severe consequence, by the topic's harm."""
LEVELS = ("none", "mild", "moderate", "serious", "severe")


@dataclass(frozen=True, slots=True)
class Report:
    """The words of one report; `harm` is the actual consequence, 0 (none) to 4 (severe)."""

    title: str
    description: str
    immediate_action: str
    suggestion: str
    consequence: str
    harm: int


def write(scene: Scene, rng: random.Random) -> Report:
    """A report of the scene in one person's manner of writing."""
    topic = scene.topic
    style = rng.choices(tuple(STYLES), tuple(STYLES.values()))[0]
    harm = _harm(scene, rng)
    event = rng.randrange(len(topic.events))
    paired = len(topic.titles) == len(topic.events)
    if style not in HURRIED:
        title = topic.titles[event] if paired else rng.choice(topic.titles)
        parts = _told(scene, topic.events[event], style, rng)
    else:
        note = rng.choice(topic.short)
        title = note.rstrip(".!") if paired else rng.choice(topic.titles)
        tail = rng.choice(("kl {kl}", "{plats}", "{nar} {plats}", *topic.details))
        parts = [note, tail if tail.endswith(".") else f"{tail}."]
    parts += _number(scene, rng)
    body = " ".join(scene.fill(part) for part in parts)
    return Report(
        title=_line(scene.fill(title)),
        description=_styled(body, style, rng),
        immediate_action=_line(scene.fill(rng.choice(topic.direct))),
        suggestion=_line(scene.fill(rng.choice(topic.wishes))) if rng.random() < 0.42 else "",
        consequence=_consequence(scene, harm, rng),
        harm=harm,
    )


def _harm(scene: Scene, rng: random.Random) -> int:
    harm = rng.choices(range(5), HARM[scene.topic.harm])[0]
    return min(harm, MOST_HARM.get(scene.topic.person, harm))


def _consequence(scene: Scene, harm: int, rng: random.Random) -> str:
    if scene.topic.person == "staff":
        return "Besvär i några dagar." if harm else "Ingen sjukskrivning."
    level = "nobody" if scene.topic.person == "none" else LEVELS[harm]
    return str(rng.choice(shared()["consequences"][level]))


def _told(scene: Scene, event: str, style: str, rng: random.Random) -> list[str]:
    topic, details = scene.topic, scene.topic.details
    count = rng.randint(2, 3) if style == "long" else rng.choice((0, 1, 1, 2))
    parts = [event, *rng.sample(details, min(count, len(details)))]
    is_event = topic.kind not in WITHOUT_A_MOMENT
    if is_event and "{nar}" not in event and rng.random() < 0.3:
        parts.insert(1, rng.choice(WHEN))
    if style == "long":
        openings = OPENINGS if is_event else PROPOSALS_BEGIN
        return [rng.choice(openings), *parts, rng.choice(CLOSINGS)]
    return [*parts, rng.choice(CLOSINGS)] if rng.random() < 0.1 else parts


def _number(scene: Scene, rng: random.Random) -> list[str]:
    if scene.topic.person != "patient" or rng.random() >= NUMBER_SHARE:
        return []
    return [rng.choice(NUMBER_SENTENCES).format(number=rng.choice(TEST_NUMBERS))]


def _styled(body: str, style: str, rng: random.Random) -> str:
    text = noise.sentences_capitalised(body)
    if style == "chart":
        return noise.abbreviated(text)
    if style == "slips":
        return noise.with_slips(text, rng)
    if style == "capitals":
        return noise.in_capitals(text)
    return text


def _line(text: str) -> str:
    return noise.sentences_capitalised(text)

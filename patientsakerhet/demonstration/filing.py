"""A case as it was filed: who wrote, in what words, how sure of the time, about which thing."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from patientsakerhet.demonstration import noise, texts
from patientsakerhet.demonstration.occasions import Occasion
from patientsakerhet.demonstration.prose import shared
from patientsakerhet.demonstration.records import DemoCase, Sender
from patientsakerhet.demonstration.region import MAIL_DOMAIN, Region
from patientsakerhet.demonstration.scene import Scene
from patientsakerhet.demonstration.texts import Report

NAMES = (
    "Anna Karlsson", "Eva Persson", "Karin Olsson", "Johan Svensson", "Elin Pettersson", "Anton Berg",
    "Moa Sandberg", "Hassan Ali", "Sara Lind", "Maria Jansson", "Lukas Åberg", "Kristina Nordström",
    "Emil Fransson", "Agnes Holmberg", "Olle Sjöström", "Leila Ahmed", "Nora Viberg", "Ulla Danielsson",
)  # fmt: skip
TITLES = (
    "sjuksköterska",
    "undersköterska",
    "läkare",
    "medicinsk sekreterare",
    "sjuksköterska",
    "vikarie",
)
KEPT = (
    "på avdelningen med röd lapp",
    "i desinfektionsrummet",
    "lämnad till förrådet",
    "kvar i bruk",
    "",
)
WORKAROUNDS = ("papper och telefon", "lånade dator hos grannen", "reservrutinen", "läskopian", "")
PAPER_DELAY = timedelta(minutes=25)


def file(
    region: Region,
    key: int,
    occasion: Occasion,
    scene: Scene,
    report: Report,
    rng: random.Random,
    *,
    not_by: str = "",
) -> DemoCase:
    """The case with everything its reporter said, before anybody else has touched it."""
    topic = scene.topic
    precision = rng.choices(("exact", "about", "shift", "day", "unknown"), (34, 37, 18, 7, 4))[0]
    occurred, until, discovered = _times(occasion, precision, rng)
    known_device = scene.device if scene.device and rng.random() < 0.75 else None
    known_system = scene.system if scene.system and rng.random() < 0.78 else None
    worst = max(report.harm, 1) + (rng.random() < 0.3)
    return DemoCase(
        key=key,
        topic=topic.code,
        filed_at=occasion.filed_at,
        unit=occasion.unit.code,
        sender=_sender(region, occasion, rng, not_by),
        channel=_channel(occasion, rng),
        door={"improvement": "improvement", "complaint": "complaint"}.get(topic.kind, "deviation"),
        title=report.title[:200],
        what_happened=report.description,
        immediate_action=report.immediate_action,
        consequence=report.consequence,
        could_have_happened=_could(worst, rng) if topic.person == "patient" else "",
        suggestion=report.suggestion,
        nature=_nature(scene, report, rng),
        affected=_affected(scene, report, rng),
        place=noise.sentences_capitalised(scene.words["plats"]),
        precision=precision,
        occurred_at=occurred,
        occurred_until=until,
        discovered_at=discovered,
        written_on_paper_at=_on_paper(occasion),
        device=known_device.inventory if known_device else "",
        device_model=scene.device.model.code if scene.device and rng.random() < 0.9 else "",
        device_text=_device_text(scene, rng),
        device_serial=known_device.serial if known_device and rng.random() < 0.3 else "",
        device_kept=rng.choice(KEPT) if scene.device else "",
        system=known_system.code if known_system else "",
        system_text=(scene.system.name if rng.random() < 0.6 else scene.system.description)
        if scene.system
        else "",
        system_workaround=rng.choice(WORKAROUNDS) if scene.system else "",
        tag=topic.tag,
    )


def refused(case: DemoCase, rng: random.Random) -> None:
    """The case is no deviation at all: somebody took the form for something else."""
    place = rng.randrange(len(shared()["refused"]["titles"]))
    title = shared()["refused"]["titles"][place]
    case.title, case.door, case.nature, case.affected = title, "deviation", "risk", "nobody"
    case.what_happened = noise.sentences_capitalised(_refused_text(title, rng))
    case.immediate_action = case.consequence = case.could_have_happened = case.suggestion = ""
    case.device = case.device_model = case.device_text = case.device_serial = case.device_kept = ""
    case.system = case.system_text = case.system_workaround = ""


def _refused_text(title: str, rng: random.Random) -> str:
    texts_of = shared()["refused"]["texts"]
    text = texts_of[shared()["refused"]["titles"].index(title)]
    return f"{text} {rng.choice(texts.CLOSINGS)}" if rng.random() < 0.6 else str(text)


def _times(
    occasion: Occasion, precision: str, rng: random.Random
) -> tuple[datetime | None, datetime | None, datetime | None]:
    """When it occurred, until when at the latest, and when it was discovered."""
    occurred = occasion.occurred_at
    if precision == "unknown":
        return None, None, occasion.filed_at - timedelta(minutes=rng.randint(10, 600))
    if precision == "about":
        occurred = occurred.replace(minute=occurred.minute // 15 * 15, second=0, microsecond=0)
    elif precision == "shift":
        start = (occurred.hour - 7) // 8 * 8 + 7
        occurred = occurred.replace(hour=start % 24, minute=0, second=0, microsecond=0)
        if start < 0:
            occurred -= timedelta(days=1)
        return occurred, min(occurred + timedelta(hours=8), occasion.filed_at), None
    elif precision == "day":
        occurred = occurred.replace(hour=0, minute=0, second=0, microsecond=0)
    else:
        occurred = occurred.replace(second=0, microsecond=0)
    discovered = None
    if rng.random() < 0.35:
        span = occasion.filed_at - occurred
        discovered = (occurred + span * rng.uniform(0, 0.7)).replace(second=0, microsecond=0)
        discovered = max(discovered, occurred)
    return occurred, None, discovered


def _on_paper(occasion: Occasion) -> datetime | None:
    if not occasion.on_paper:
        return None
    return min(occasion.occurred_at + PAPER_DELAY, occasion.filed_at)


def _sender(region: Region, occasion: Occasion, rng: random.Random, not_by: str) -> Sender:
    here = [
        person.key
        for person in region.people
        if person.unit == occasion.unit.code
        and person.key != not_by
        and any(role == "reporter" for role, _ in person.roles)
    ]
    mode = rng.choices(("open", "confidential", "unsigned", "anonymous"), (66, 7, 18, 9))[0]
    if mode == "anonymous":
        return Sender(mode="anonymous")
    if mode == "unsigned" or not here:
        name = rng.choice(NAMES)
        email = f"{noise.plain(name).replace(' ', '.')}@{MAIL_DOMAIN}" if rng.random() < 0.6 else ""
        return Sender(name=name, title=rng.choice(TITLES), email=email)
    return Sender(person=rng.choice(here), mode=mode)


def _channel(occasion: Occasion, rng: random.Random) -> str:
    if occasion.on_paper:
        return "paper"
    if occasion.unit.provider != "region":
        return rng.choices(("form", "api", "phone"), (78, 16, 6))[0]
    return rng.choices(("form", "phone"), (97, 3))[0]


def _nature(scene: Scene, report: Report, rng: random.Random) -> str:
    if report.harm:
        return "adverse_event"
    if scene.topic.nature:
        return scene.topic.nature
    return rng.choices(("near_miss", "risk", "adverse_event", "unknown"), (58, 24, 13, 5))[0]


def _affected(scene: Scene, report: Report, rng: random.Random) -> str:
    if scene.topic.person == "staff":
        return "staff"
    if scene.topic.person == "none":
        return "nobody"
    if report.harm:
        return "patient"
    return rng.choices(("patient", "nobody", "unknown", "staff"), (58, 24, 14, 4))[0]


def _could(worst: int, rng: random.Random) -> str:
    if rng.random() > 0.35:
        return ""
    return str(rng.choice(shared()["could"]["texts"][min(worst, 4) - 1]))


def _device_text(scene: Scene, rng: random.Random) -> str:
    if scene.device is None:
        return ""
    model = scene.device.model
    return rng.choice(
        (
            f"{model.name}, {scene.device.inventory}",
            scene.device.inventory,
            f"{model.label} {model.name}",
            model.label,
            scene.device.inventory.replace("-", ""),
        )
    )

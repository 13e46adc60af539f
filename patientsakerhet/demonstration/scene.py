"""Where, when and with what an event took place: the words that fill a topic's sentences."""

import random
from dataclasses import dataclass
from datetime import datetime

from patientsakerhet.demonstration.prose import Topic
from patientsakerhet.demonstration.region import DeviceSpec, Region, SystemSpec, UnitSpec

PLACES = {
    "ward": (
        "på sal {n}",
        "i rum {n}",
        "i medicinrummet",
        "i korridoren",
        "på expeditionen",
        "på rum {n}",
    ),
    "icu": ("på plats {n}", "på sal {n}", "vid plats {n}"),
    "emergency": ("i akutrum {n}", "på rum {n}", "i triagen", "på traumarummet"),
    "theatre": ("på sal {n}", "i uppdukningsrummet", "på uppvaket"),
    "maternity": ("på förlossningsrum {n}", "på sal {n}", "på expeditionen"),
    "neonatal": ("på sal {n}", "på plats {n}"),
    "dialysis": ("på plats {n}", "i salen", "på isoleringsrummet"),
    "psychiatry": ("på rum {n}", "i dagrummet", "på expeditionen"),
    "imaging": ("på lab {n}", "i granskningsrummet", "i manöverrummet"),
    "lab": ("i provtagningsrum {n}", "vid inlämningen", "på laboratoriet"),
    "sterile": ("på rena sidan", "på orena sidan"),
    "primary": ("i rum {n}", "i receptionen", "på laboratoriet", "på mottagningsrum {n}"),
    "outpatient": ("i rum {n}", "i receptionen", "på mottagningsrum {n}"),
    "private": ("i rum {n}", "i receptionen"),
    "home": ("hemma hos patienten", "i bilen", "på kontoret"),
    "municipal": ("på boendet", "hemma hos patienten", "på kontoret"),
    "ambulance": ("i bilen", "på stationen", "vid överlämningen"),
    "itmt": ("på kontoret", "i verkstaden", "i serverhallen"),
}
OTHER_PLACES = (
    "röntgen",
    "intensivvården",
    "en annan avdelning",
    "operation",
    "dialysen",
    "Norra sjukhuset",
)
DURATIONS = (
    "en kvart", "tjugo minuter", "en halvtimme", "fyrtio minuter", "tre kvart", "en timme",
    "en dryg timme", "en och en halv timme", "två timmar", "nästan tre timmar", "fyra timmar",
)  # fmt: skip
FEW = ("två", "tre", "fyra", "fem", "sex", "sju")
MANY = ("tolv", "fjorton", "ett femtontal", "arton", "ett tjugotal", "tjugofyra", "ett trettiotal")
MINUTES = ("10", "12", "15", "20", "25", "30", "35", "40", "45")
INFUSIONS = {
    "icu": ("noradrenalin", "propofol", "insulin", "morfin", "kalium", "heparin", "amiodaron"),
    "theatre": ("propofol", "remifentanil", "noradrenalin", "fenylefrin"),
    "neonatal": ("glukos", "koffeincitrat", "näringslösning", "morfin"),
    "home": ("morfin", "näringslösning", "antibiotika", "furosemid"),
    "maternity": ("oxytocin", "magnesium", "antibiotika", "glukos"),
    "ambulance": ("morfin", "adrenalin", "acetylsalicylsyra"),
    "": (
        "antibiotika",
        "morfin",
        "heparin",
        "furosemid",
        "kalium",
        "näringslösning",
        "insulin",
    ),
}
TABLETS = (
    "metoprolol", "furosemid", "apixaban", "levotyroxin", "sertralin", "metformin", "enalapril",
    "prednisolon", "oxikodon", "litium", "warfarin", "bisoprolol",
)  # fmt: skip
TESTS = (
    "kalium",
    "Hb",
    "kreatinin",
    "CRP",
    "troponin",
    "PK",
    "laktat",
    "natrium",
    "blodgruppering",
    "glukos",
)
RECEIVERS = (
    "ortopeden", "ögonmottagningen", "hudmottagningen", "kirurgmottagningen", "urologen",
    "hjärtmottagningen", "gynekologen", "neurologen", "öron-näsa-hals", "röntgen",
)  # fmt: skip
WEEKDAYS = (
    "i måndags",
    "i tisdags",
    "i onsdags",
    "i torsdags",
    "i fredags",
    "i lördags",
    "i söndags",
)
HOURS: tuple[tuple[int, tuple[str, ...]], ...] = (
    (2, ("strax efter midnatt", "under natten", "mitt i natten")),
    (5, ("under natten", "vid tretiden på natten", "på småtimmarna")),
    (7, ("tidigt på morgonen", "strax före passbytet", "på morgonen")),
    (9, ("på morgonen", "i början av dagpasset", "vid morgonens läkemedelsrunda")),
    (12, ("på förmiddagen", "mitt på förmiddagen", "vid ronden", "strax före lunch")),
    (14, ("vid lunchtid", "mitt på dagen", "strax efter lunch")),
    (17, ("på eftermiddagen", "sent på eftermiddagen", "vid passbytet på eftermiddagen")),
    (21, ("på kvällen", "tidigt på kvällen", "under kvällspasset")),
    (24, ("sent på kvällen", "i början av nattpasset", "under natten")),
)
OFFICE_SETTINGS = frozenset({"primary", "outpatient", "private", "itmt", "lab", "sterile"})
"""Places that are closed at night."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One event's place and things, and the words for them."""

    topic: Topic
    unit: UnitSpec
    occurred_at: datetime
    device: DeviceSpec | None
    system: SystemSpec | None
    words: dict[str, str]

    def fill(self, sentence: str) -> str:
        """The sentence with its blanks filled."""
        return sentence.format_map(self.words)


def set_scene(
    region: Region,
    topic: Topic,
    unit: UnitSpec,
    occurred_at: datetime,
    rng: random.Random,
    *,
    device: DeviceSpec | None = None,
) -> Scene:
    """A scene for the topic at the unit, with a device the unit holds when the topic needs one."""
    if device is None and (topic.device or topic.device_any):
        device = rng.choice(region.devices_at(unit.code, topic.device))
    system = region.system_for[topic.system] if topic.system else None
    return Scene(
        topic,
        unit,
        occurred_at,
        device,
        system,
        _words(region, unit, occurred_at, device, system, rng),
    )


def fits(region: Region, topic: Topic, unit: UnitSpec) -> bool:
    """Whether somebody at the unit could write about the topic."""
    if topic.own and unit.setting == "itmt":
        return "itmt" in topic.settings
    needs_device = topic.device or topic.device_any
    return unit.setting in topic.settings and bool(
        not needs_device or region.devices_at(unit.code, topic.device)
    )


def _words(
    region: Region,
    unit: UnitSpec,
    occurred_at: datetime,
    device: DeviceSpec | None,
    system: SystemSpec | None,
    rng: random.Random,
) -> dict[str, str]:
    few, many = rng.choice(FEW), rng.choice(MANY)
    patient = rng.choice(("en patient", f"en {rng.randint(19, 94)}-årig patient"))
    moment = _moment(occurred_at.hour, unit.setting, rng)
    infusions = INFUSIONS.get(unit.setting, INFUSIONS[""])
    return {
        "antal": few,
        "Antal": few.capitalize(),
        "fler": many,
        "Fler": many.capitalize(),
        "min": rng.choice(MINUTES),
        "lange": rng.choice(DURATIONS),
        "nar": moment,
        "kl": f"{occurred_at:%H.%M}",
        "pass": _shift(occurred_at.hour),
        "plats": rng.choice(PLACES[unit.setting]).format(n=rng.randint(1, 14)),
        "plats2": rng.choice(OTHER_PLACES),
        "pat": patient,
        "Pat": patient.capitalize(),
        "lm": rng.choice(infusions),
        "tabl": rng.choice(TABLETS),
        "prov": rng.choice(TESTS),
        "remiss": rng.choice(RECEIVERS),
        "veckodag": WEEKDAYS[(occurred_at.weekday() - rng.randint(1, 5)) % 7],
        "support": region.system_for["support"].name,
        "system": system.name if system else "",
        "system_namn": rng.choice(region.systems).name,
        "modell": device.model.name if device else "",
        "modell_namn": rng.choice(region.models).name,
        "nr": device.inventory if device else "",
        "vers": (device.software if device else "") or "okänd",
    }


def _moment(hour: int, setting: str, rng: random.Random) -> str:
    phrases = next(phrases for end, phrases in HOURS if hour < end)
    ward_words = ("ronden", "läkemedelsrunda")
    if setting not in ("ward", "icu"):
        phrases = tuple(p for p in phrases if not p.endswith(ward_words))
    return rng.choice(phrases)


def _shift(hour: int) -> str:
    if hour < 7 or hour >= 21:
        return "nattpasset"
    return "dagpasset" if hour < 15 else "kvällspasset"

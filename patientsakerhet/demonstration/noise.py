"""How tired people write: abbreviations, slips of the finger, capitals. Pure functions of a text."""

import random
import re
import unicodedata

ABBREVIATIONS = (
    ("sjuksköterskor", "ssk"),
    ("sjuksköterska", "ssk"),
    ("Patienten", "Pat"),
    ("patienten", "pat"),
    ("patienter", "pat"),
    ("avdelningen", "avd"),
    ("läkare", "läk"),
    ("ungefär", "ca"),
    ("på grund av", "pga"),
    ("bland annat", "bl a"),
    ("med hjälp av", "mha"),
    ("blodtrycket", "btr"),
    ("minuter", "min"),
    ("laboratoriet", "lab"),
    ("intensivvården", "IVA"),
    ("Akutmottagningen", "Akuten"),
)
SPLIT = (
    ("infusionspump", "infusions pump"),
    ("Infusionspump", "Infusions pump"),
    ("läkemedelslista", "läkemedels lista"),
    ("driftstopp", "drift stopp"),
    ("reservrutin", "reserv rutin"),
    ("telefonkö", "telefon kö"),
    ("programversion", "program version"),
    ("sprutpump", "sprut pump"),
    ("kortläsare", "kort läsare"),
    ("provsvar", "prov svar"),
)
_WORD = re.compile(r"[a-zåäö]{6,}")
_DOUBLED = re.compile(r"([bdfgklmnprst])\1")
_START = re.compile(r"(^|[.!?]\s+)([a-zåäö])")


def sentences_capitalised(text: str) -> str:
    """The text with a capital at the start of every sentence."""
    return _START.sub(lambda match: match[1] + match[2].upper(), text)


def plain(name: str) -> str:
    """A name in the letters an address has: "Karin Åhlén" -> "karin ahlen"."""
    return unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()


def abbreviated(text: str) -> str:
    """As in a chart note: "pat", "ssk", "ca", "pga"."""
    for long, short in ABBREVIATIONS:
        text = re.sub(rf"\b{long}\b", short, text)
    return text


def with_slips(text: str, rng: random.Random) -> str:
    """One to three slips: swapped or lost letters, a compound written apart, a lost capital."""
    for _ in range(rng.randint(1, 3)):
        text = rng.choice((_swapped, _undoubled, _apart, _lower_start))(text, rng)
    return text


def in_capitals(text: str) -> str:
    """Written with caps lock on."""
    return text.upper()


def _swapped(text: str, rng: random.Random) -> str:
    words = list(_WORD.finditer(text))
    if not words:
        return text
    word = rng.choice(words)
    place = rng.randrange(word.start() + 1, word.end() - 2)
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


def _undoubled(text: str, rng: random.Random) -> str:
    doubled = list(_DOUBLED.finditer(text))
    if not doubled:
        return text
    chosen = rng.choice(doubled)
    return text[: chosen.start()] + text[chosen.start() + 1 :]


def _apart(text: str, rng: random.Random) -> str:
    together, apart = rng.choice(SPLIT)
    return text.replace(together, apart, 1)


def _lower_start(text: str, rng: random.Random) -> str:
    starts = [match.start() for match in re.finditer(r"(?<=[.!?] )[A-ZÅÄÖ][a-zåäö]", text)]
    if not starts:
        return text
    place = rng.choice(starts)
    return text[:place] + text[place].lower() + text[place + 1 :]

"""The European template of a field safety notice: its numbered fields, and how each is read and written.

Numbers as in the Commission's template of December 2018; the head's fields have words for codes.
Pure: no rows, no requests.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any


class Sort(StrEnum):
    """How a field's text is understood."""

    LINE = "line"
    TEXT = "text"
    DAY = "day"
    YES = "yes"
    USER_ACTIONS = "user_actions"
    MANUFACTURER_ACTIONS = "manufacturer_actions"
    EDITION = "edition"


@dataclass(frozen=True)
class Field:
    """One field of the template."""

    code: str
    label: str
    sort: Sort = Sort.TEXT
    required: bool = False
    column: str = ""
    """Where the notice itself keeps the value; "" where the text is all."""


TOLD = {"2.1": "Problemet", "2.2": "Faran", "3.3": "Särskilt att beakta"}
"""What a unit reads of the fields, and what it is called there."""

GROUPS: tuple[tuple[str, tuple[Field, ...]], ...] = (
    (
        "Huvud",
        (
            Field("fsn_ref", "Meddelandets beteckning (FSN)", Sort.LINE, True, "fsn_ref"),
            Field("fsca_ref", "Åtgärdens beteckning (FSCA)", Sort.LINE, False, "fsca_ref"),
            Field("date", "Daterat", Sort.DAY, True, "dated_on"),
            Field("version", "Version", Sort.LINE, False, "notice_version"),
            Field("device_name", "Produktens handelsnamn", Sort.LINE, True),
            Field("attention", "Riktat till", Sort.LINE),
            Field("contact", "Kontakt hos den lokala representanten"),
        ),
    ),
    (
        "1 Berörda produkter",
        (
            Field("1.1", "Produkttyp", Sort.LINE),
            Field("1.2", "Handelsnamn", Sort.LINE),
            Field("1.3", "UDI-DI", Sort.LINE),
            Field("1.4", "Huvudsakligt kliniskt syfte"),
            Field("1.5", "Modell-, katalog- eller artikelnummer"),
            Field("1.6", "Programversion", Sort.LINE),
            Field("1.7", "Serienummer eller partier"),
            Field("1.8", "Tillhörande produkter"),
        ),
    ),
    (
        "2 Skäl",
        (
            Field("2.1", "Problemet", Sort.TEXT, True),
            Field("2.2", "Faran som leder till åtgärden"),
            Field("2.3", "Sannolikhet för problemet"),
            Field("2.4", "Förväntad risk för patient och användare"),
            Field("2.5", "Mer om problemet"),
            Field("2.6", "Bakgrund"),
            Field("2.7", "Övrigt"),
        ),
    ),
    (
        "3 Åtgärd",
        (
            Field("3.1", "Användaren ska", Sort.USER_ACTIONS, True, "user_actions"),
            Field("3.2", "Senast", Sort.DAY, False, "act_by"),
            Field("3.3", "Särskilt att beakta, uppföljning av patienter"),
            Field("3.4", "Leverantören vill ha svar", Sort.YES, False, "reply_required"),
            Field("3.4_by", "Svar senast", Sort.DAY, False, "reply_by"),
            Field("3.5", "Tillverkaren", Sort.MANUFACTURER_ACTIONS, False, "manufacturer_actions"),
            Field("3.6", "Tillverkaren klar senast", Sort.DAY, False, "manufacturer_by"),
            Field("3.7", "Ska patienten få veta", Sort.LINE),
            Field("3.8", "Brev till patienten", Sort.LINE),
        ),
    ),
    (
        "4 Allmänt",
        (
            Field("4.1", "Nytt eller uppdatering", Sort.EDITION, False, "edition"),
            Field("4.2", "Föregående beteckning", Sort.LINE, False, "previous_ref"),
            Field("4.2_on", "Föregående datum", Sort.DAY, False, "previous_on"),
            Field("4.3", "Det nya i uppdateringen"),
            Field("4.4", "Kommer fler råd", Sort.LINE),
            Field("4.5", "Om vad"),
            Field("4.6", "När", Sort.LINE),
            Field("4.7", "Tillverkarens namn, adress och webbplats"),
            Field("4.8", "Myndigheten är underrättad", Sort.LINE),
            Field("4.9", "Bilagor", Sort.LINE),
            Field("4.10", "Namn och underskrift", Sort.LINE),
        ),
    ),
)
FIELDS: Mapping[str, Field] = {one.code: one for _, fields in GROUPS for one in fields}
ORDER: Mapping[str, int] = {code: place for place, code in enumerate(FIELDS)}

USER_ACTIONS = {
    "identify": ("identifiera", "identify"),
    "quarantine": ("karantän", "quarantine", "ta ur bruk", "stop using", "discontinue use"),
    "return": ("lämna tillbaka", "återlämna", "returnera", "return"),
    "destroy": ("kassera", "destruera", "destroy", "dispose", "discard"),
    "modify": ("på plats", "on-site", "on site", "modification", "inspection", "uppdatera"),
    "follow_patients": ("patient management", "råden om patienter", "patient-management"),
    "take_note": ("bruksanvisning", "amended ifu", "instructions for use", "take note"),
    "none": ("none", "inget", "ingen åtgärd", "no action"),
    "other": ("annat", "other"),
}
MANUFACTURER_ACTIONS = {
    "remove": ("product removal", "tar tillbaka", "återkallar", "removal"),
    "modify": ("on-site", "på plats", "on site", "modification", "inspection"),
    "upgrade": ("software upgrade", "programvar", "upgrade"),
    "change_labelling": ("ifu", "labelling", "labeling", "märkning", "bruksanvisning"),
    "none": ("none", "inget", "ingen"),
    "other": ("other", "annat"),
}
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january januari jan",
            "february februari feb",
            "march mars mar",
            "april apr",
            "may maj",
            "june juni jun",
            "july juli jul",
            "august augusti aug",
            "september sep sept",
            "october oktober oct okt",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
_ISO = re.compile(r"\b((?:19|20)\d\d)[-./](\d{1,2})[-./](\d{1,2})\b")
_DAY_FIRST = re.compile(
    r"\b(\d{1,2})(?:st|nd|rd|th)?\.?[ -]([a-zåäö]{3,9})\.?,?[ -](\d{4})\b", re.I
)
_MONTH_FIRST = re.compile(r"\b([a-zåäö]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})\b", re.I)
_NUMERIC = re.compile(r"\b(\d{1,2})[./-](\d{1,2})[./-](\d{4})\b")
_NO = re.compile(r"^\W*(no|nej|not required|krävs inte)\b", re.I)
_YES = re.compile(r"\b(yes|ja|required|krävs|☒|x)\b", re.I)


class Unreadable(ValueError):
    """The text does not say what the field asks for; the sentence says so."""


def read(code: str, text: str) -> Any:
    """What the text means for the notice's own column; refuses with `Unreadable`.

    A day is a `date` or None, the actions are lists of codes, the question is True or False;
    everything else is the text itself.
    """
    field = FIELDS[code]
    text = text.strip()
    match field.sort:
        case Sort.DAY:
            return read_day(text) if text else None
        case Sort.YES:
            return bool(text) and not _NO.search(text) and bool(_YES.search(text))
        case Sort.USER_ACTIONS:
            return _actions(text, USER_ACTIONS)
        case Sort.MANUFACTURER_ACTIONS:
            return _actions(text, MANUFACTURER_ACTIONS)
        case Sort.EDITION:
            return "update" if re.search(r"update|uppdater", text, re.I) else "new"
    return text


def read_day(text: str) -> date:
    """The day; refuses what could be two days, 03/04/2026 say."""
    if found := _ISO.search(text):
        return _day(int(found[1]), int(found[2]), int(found[3]), text)
    if (found := _DAY_FIRST.search(text)) and found[2].lower() in MONTHS:
        return _day(int(found[3]), MONTHS[found[2].lower()], int(found[1]), text)
    if (found := _MONTH_FIRST.search(text)) and found[1].lower() in MONTHS:
        return _day(int(found[3]), MONTHS[found[1].lower()], int(found[2]), text)
    if found := _NUMERIC.search(text):
        first, second, year = int(found[1]), int(found[2]), int(found[3])
        if first > 12 or first == second:
            return _day(year, second, first, text)
        if second > 12:
            return _day(year, first, second, text)
        raise Unreadable(f"”{text}” kan vara två olika dagar. Skriv som 2026-11-22.")
    raise Unreadable(f"”{text}” går inte att läsa som ett datum. Skriv som 2026-11-22.")


def written(value: Any) -> str:
    """The column's value as the field's text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, (list, tuple)):
        return ", ".join(str(one) for one in value)
    return str(value)


def listed(text: str) -> list[str]:
    """The numbers in a list, as suppliers separate them."""
    found = (one.strip(" .") for one in re.split(r"[,;\n|]| och | and ", text))
    return list(dict.fromkeys(one for one in found if one))


def _day(year: int, month: int, day: int, text: str) -> date:
    try:
        return date(year, month, day)
    except ValueError as wrong:
        raise Unreadable(f"”{text}” är inget datum. Skriv som 2026-11-22.") from wrong


def _actions(text: str, words: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The codes named outright, or by the template's own words; ticked boxes count, empty do not."""
    ticked = "\n".join(line for line in text.splitlines() if not re.match(r"\s*[☐□]", line))
    folded = ticked.casefold()
    named = [code for code in words if re.search(rf"(?<![\w-]){code}(?![\w-])", folded)]
    found = named or [code for code, known in words.items() if any(one in folded for one in known)]
    return [one for one in found if one != "none"] or found

"""Proposing the template's fields from what a message says; each with where it was read.

What stands under a label is taken as written; what only shows itself in running text is taken
where it can hardly be something else. Nothing is made up: a coordinator confirms every value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from sakerhetsmeddelanden.intake import dates, identifiers, labels, ticks
from sakerhetsmeddelanden.intake.lines import Line, documents
from sakerhetsmeddelanden.intake.parsed import Field, Reading

LONGEST = 4000
LONGEST_QUOTE = 500
_YES = re.compile(r"^(?:yes|ja)\b|(?:☒|☑|✓|\[[xX]\])\s*(?:yes|ja)\b", re.IGNORECASE)
_NO = re.compile(r"^(?:no|nej)\b|(?:☒|☑|✓|\[[xX]\])\s*(?:no|nej)\b", re.IGNORECASE)
_ANSWER = re.compile(
    r"(?:svar(?:a|et)?|svarsformulär(?:et)?|blankett(?:en)?|återsänd|returnera|reply|respond|"
    r"return|complete|form|acknowledg\w+)\b[^.\n]{0,120}?"
    r"\b(?:senast|före|by|before|no later than|not later than|within|inom)\b",
    re.IGNORECASE,
)
_WITHIN = re.compile(
    r"\b(?:inom|within)\s+(?:\w+\s)?\(?\d{1,3}\)?\s+(?:arbets|working\s|business\s|calendar\s)?"
    r"(?:dagar|days|veckor|weeks)\b",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"(?:urgent|brådskande|viktigt|important|akut)?[\s:!–-]*"
    r"(?:field safety (?:notice|corrective action)|säkerhetsmeddelande(?: till marknaden)?|"
    r"medical device (?:recall|correction)|återkallelse|fsn)(?:\s*\(fsn\))?[\s:–-]+(?P<rest>.+)",
    re.IGNORECASE,
)
_OF_THE_NOTICE = re.compile(
    r"\s*[,;(–-]\s*(?:version|ver\.?|rev(?:ision)?\.?|utgåva)\s*\d{1,2}\s*\)?$", re.IGNORECASE
)
"""The notice's own version, after the product in its title; a program's own number has no comma before it."""
_MODEL = re.compile(
    r"\b(?:REF|P/N|Code|List|(?i:Cat(?:alog(?:ue)?)?\.? ?(?:No|Number|#)s?|Model(?: ?(?:No|Number|#)s?)?|"
    r"Part ?(?:No|Number|#)s?|Product Codes?|Item (?:No|Number)s?|Artikel(?:nr|nummer)|"
    r"Modell(?:nr|nummer)?))[.:#]*\s*[.:]?\s*"
    r"(?P<rest>[A-Z0-9][\w./-]*\d[\w./-]*(?:(?:,|;| and| och|, and)\s*[A-Z0-9][\w./-]*\d[\w./-]*)*)",
)
_SERIAL = re.compile(
    r"\b(?:(?:serial|lot|batch)(?: (?:no|number)s?)?|serie(?:nr|nummer)|lot(?:nr|nummer)|"
    r"batch(?:nr|nummer)|SN|S/N)[.:]*\s*(?P<rest>[A-Z0-9][^\n.;]{2,200})",
    re.IGNORECASE,
)
_SOFTWARE = re.compile(
    r"\b(?:software|programvaru|mjukvaru|firmware)\s?-?versions?(?:er|en)?\s*[:]?\s*"
    r"(?P<rest>[<>≤≥]?\s?v?\d[\w.]*(?:\s?(?:–|-|to|till|and (?:earlier|prior)|och (?:tidigare|äldre))\s?[\d.]*)?)",
    re.IGNORECASE,
)
_COMPANY = re.compile(
    r"^(?P<name>[^;:|]{2,80}?[\s,]+(?:AB|GmbH(?: & Co\. KG)?|Inc\.?|Ltd\.?|Limited|LLC|Corp(?:oration)?\.?|"
    r"A/S|AS|Oy|B\.?V\.?|S\.?A\.?|S\.?p\.?A\.?|AG|SE|KG|plc|Co\.))(?=$|[\s,.|])",
)
_UPDATE = re.compile(r"update|uppdater|reviderad|revision", re.IGNORECASE)
_NEW = re.compile(r"\bnew\b|\bnytt?\b|ny\b|initial", re.IGNORECASE)


def propose(reading: Reading) -> None:
    """The reading's fields are filled in, one for each code that something was found for."""
    found: dict[str, Field] = {one.code: one for one in reading.fields}
    for lines in documents(reading):
        for one in [*_labelled(lines), *_shown(lines)]:
            found.setdefault(one.code, one)
    for one in _of_subject(reading.subject):
        found.setdefault(one.code, one)
    _derive(found, reading)
    if "4.7" not in found and reading.sender_name:
        said = f"{reading.sender_name} <{reading.sender}>"
        found["4.7"] = Field("4.7", reading.sender_name, "", 0, 0, said)
    for one in found.values():
        one.value, one.quote = one.value[:LONGEST].strip(), one.quote[:LONGEST_QUOTE].strip()
    reading.fields = [one for one in found.values() if one.value]


def _labelled(lines: list[Line]) -> Iterable[Field]:
    """Values under labels, in the order they stand."""
    for at, line in enumerate(lines):
        label = labels.at_start(line.text)
        if label is None or label.code == "end":
            continue
        value, last = _value(lines, at, label)
        field = _typed(label.code, value, line, lines[at : last + 1])
        if field is not None:
            yield field


def _value(lines: list[Line], at: int, label: labels.Label) -> tuple[str, int]:
    """What follows the label: the rest of its line and the lines under it up to the next label."""
    taken, last = [label.rest] if label.rest else [], at
    room = label.lines if not label.rest or label.lines > labels.FEW_LINES else 2
    for number in range(at + 1, min(at + 1 + room + 2, len(lines))):
        text = lines[number].text.strip()
        if labels.at_start(lines[number].text) is not None or len(taken) > room:
            break
        if not text:
            if taken:
                break
            continue
        if label.rest and label.lines <= labels.FEW_LINES and not _runs_on(lines, number):
            break
        if lines[number].page != lines[at].page and taken and label.lines <= labels.FEW_LINES:
            break
        taken.append(text)
        last = number
        if label.lines == labels.ONE_LINE:
            break
    return "\n".join(taken), last


def _runs_on(lines: list[Line], at: int) -> bool:
    """Whether the line belongs to the cell above: soon after it the next label stands."""
    return any(labels.at_start(line.text) is not None for line in lines[at + 1 : at + 3])


def _typed(code: str, value: str, line: Line, under: list[Line]) -> Field | None:
    """The value in the shape of its code; None when it is no such thing."""
    if not value:
        return None
    quote = "\n".join(one.text.strip() for one in under if one.text.strip())
    if code in {"fsn_ref", "fsca_ref"}:
        value = identifiers.labelled_reference(value)
    elif code in {"date", "3.4_by"}:
        day = dates.first(value)
        value = day.on.isoformat() if day else ""
    elif code == "1.3":
        value = "\n".join(identifiers.udi_dis(value, labelled=True))
    elif code == "3.1":
        value = _actions(value, ticks.USER)
    elif code == "3.5":
        value = _actions(value, ticks.MANUFACTURER)
    elif code == "3.4":
        value = "yes" if _YES.search(value) else "no" if _NO.search(value) else ""
    elif code == "4.1":
        value = "update" if _UPDATE.search(value) else "new" if _NEW.search(value) else ""
    elif code == "4.7":
        value = _company(value)
    elif code in {"device_name", "1.2"}:
        value = " ".join(value.split())
    elif code in {"1.5", "1.6", "1.7"}:
        value = _joined(value)
    return Field(code, value, line.source, line.page, line.number, quote) if value else None


def _actions(value: str, actions: dict[str, tuple[str, ...]]) -> str:
    """Ticked boxes as codes, one a line; without boxes the words as they stand."""
    chosen = ticks.ticked(value, actions)
    return value if chosen is None else "\n".join(chosen)


def _company(value: str) -> str:
    """The first line is the name; after a comma an address may begin."""
    line = value.split("\n")[0].strip(" *")
    match = _COMPANY.match(line) if any(sign.isdigit() for sign in line) else None
    return match["name"].strip(" ,") if match else line


def _joined(value: str) -> str:
    """Lines of a list as one."""
    parts = [part.strip(" ,;•·-") for part in value.split("\n")]
    return ", ".join(part for part in parts if part)


def _shown(lines: list[Line]) -> Iterable[Field]:
    """What shows itself in running text, where no label named it."""
    for line in lines:
        if reference := identifiers.reference(line.text):
            code = "fsca_ref" if reference.upper().startswith("FSCA") else "fsn_ref"
            yield _at(line, code, reference)
        if numbers := identifiers.udi_dis(line.text):
            yield _at(line, "1.3", "\n".join(numbers))
        for code, pattern in (("1.5", _MODEL), ("1.6", _SOFTWARE)):
            if match := pattern.search(line.text):
                yield _at(line, code, match["rest"].strip(" .,;"))
        if (match := _SERIAL.search(line.text)) and any(c.isdigit() for c in match["rest"]):
            yield _at(line, "1.7", match["rest"].strip(" .,;"))
        if labels.at_start(line.text) is None and (match := _SUBJECT.match(line.text.strip())):
            yield _at(line, "device_name", _OF_THE_NOTICE.sub("", match["rest"].strip()))
    yield from _reply_days(lines)
    yield from _boxes(lines)
    yield from _letter_date(lines)
    for line in lines[:12]:
        text = line.text.strip()
        if (match := _COMPANY.match(text)) and len(text) < 90:
            yield _at(line, "4.7", _company(text) if match.end() < len(text) else text)


def _at(line: Line, code: str, value: str) -> Field:
    return Field(code, value, line.source, line.page, line.number, line.text.strip())


def _reply_days(lines: list[Line]) -> Iterable[Field]:
    """By when an answer is wanted, said in a sentence that may run over two lines."""
    written_on = next((day.on for line in lines[:20] if (day := dates.first(line.text))), None)
    for at, line in enumerate(lines):
        following = lines[at + 1].text.strip() if at + 1 < len(lines) else ""
        sentence = f"{line.text.strip()} {following}"
        asked = _ANSWER.search(sentence)
        if asked is None or asked.start() > len(line.text):
            continue
        day = dates.first(sentence[asked.end() :][:60], near=written_on)
        if day is not None:
            yield Field("3.4_by", day.on.isoformat(), line.source, line.page, line.number, sentence)
        elif within := _WITHIN.search(sentence, max(0, asked.end() - 8)):
            said = f"yes, {within[0]}"
            yield Field("3.4", said, line.source, line.page, line.number, sentence)


def _boxes(lines: list[Line]) -> Iterable[Field]:
    """Ticked boxes that no label stood right above: the user's come first, the maker's after."""
    marked = [line for line in lines if ticks.has_box(line.text)]
    if not marked:
        return
    text = "\n".join(line.text for line in marked)
    for code, actions in (("3.1", ticks.USER), ("3.5", ticks.MANUFACTURER)):
        own = set(actions) - {"other", "none", "modify"}
        chosen = [one for one in ticks.ticked(text, actions) or [] if one in own]
        if chosen:
            yield Field(
                code, "\n".join(chosen), marked[0].source, marked[0].page, marked[0].number, text
            )


def _letter_date(lines: list[Line]) -> Iterable[Field]:
    """A date alone, or after a place, near the top of a letter."""
    for line in lines[:15]:
        day = dates.first(line.text)
        if day is not None and len(line.text.strip()) - (day.end - day.start) < 25:
            yield _at(line, "date", day.on.isoformat())
            return


def _of_subject(subject: str) -> Iterable[Field]:
    line = Line("", 0, 0, subject)
    if reference := identifiers.reference(subject):
        yield _at(
            line, "fsca_ref" if reference.upper().startswith("FSCA") else "fsn_ref", reference
        )
    if match := _SUBJECT.search(subject):
        rest = match["rest"]
        for word in re.split(r"\s[–-]\s|[,;|]\s", rest):
            if word.strip() and not identifiers.reference(word):
                yield _at(line, "device_name", word.strip())
                break


def _derive(found: dict[str, Field], reading: Reading) -> None:
    """What follows from other fields: the version from the reference or the subject."""
    for one in (found.get("fsn_ref"), found.get("fsca_ref")):
        if one is not None and "version" not in found:
            _version_beside(one.value, found, reading)
    if "version" not in found and (version := identifiers.version(reading.subject)):
        found["version"] = Field("version", version, "", 0, 0, reading.subject)
    if "4.1" not in found and "version" in found and found["version"].value not in {"0", "1", "A"}:
        given = found["version"]
        found["4.1"] = Field("4.1", "update", given.source, given.page, given.line, given.quote)
    if "3.4" not in found and (asked := found.get("3.4_by")):
        found["3.4"] = Field("3.4", "yes", asked.source, asked.page, asked.line, asked.quote)
    name, trade = found.get("device_name"), found.get("1.2")
    if trade is None and name is not None:
        found["1.2"] = Field("1.2", name.value, name.source, name.page, name.line, name.quote)
    elif name is None and trade is not None:
        found["device_name"] = Field(
            "device_name", trade.value, trade.source, trade.page, trade.line, trade.quote
        )


def _version_beside(reference: str, found: dict[str, Field], reading: Reading) -> None:
    """The version written on a line with the reference, in whichever text that stands."""
    for lines in documents(reading):
        for line in lines:
            if reference in line.text and (version := identifiers.version(line.text)):
                found["version"] = _at(line, "version", version)
                return

"""Reading a text of ranges: items, their labels, ends, days and versions; what is not understood is kept."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from sakerhetsmeddelanden.ranges import days, numbers
from sakerhetsmeddelanden.ranges.shape import About, Clause, Ranges, Together

LONGEST = 20_000
KEPT = "\ue000"
"""Stands for a blank inside what must not be split; a sign nobody writes."""

_DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
_LABELS: tuple[tuple[About, str], ...] = (
    (
        "serial",
        r"s/?n[:.]?(?=[\s\d:#]|$)|(?:affected |berörda )?serial(?: ?(?:numbers?|nos?\.?|#))?s?"
        r"|serie(?:nummer|nr\.?|numren)|ser\.? ?(?:no|nr)\.?",
    ),
    (
        "lot",
        r"(?:lot|batch|parti|charge|sats)(?:er|es|s)?(?:[ -]?(?:numbers?|nummer|nr\.?|nos?\.?|kod|code|#))?s?",
    ),
    (
        "software",
        r"(?:software|firmware|programvar[ae]n?|program|mjukvaran?)(?:[ -]?(?:versions?|versioner|revision|rev\.?|ver\.?))?"
        r"|sw(?:[ -]?(?:version|ver\.?))?|fw(?:[ -]?version)?|programversion(?:er|en)?|versions?|versioner",
    ),
)
_LABEL = re.compile(
    "|".join(rf"(?P<{about}>(?<![\w-])(?:{words})(?![\w]))" for about, words in _LABELS), re.I
)
_EXCEPT = re.compile(
    r"\b(?:utom|förutom|undantaget|undantagna?|exklusive|exkl\.|except(?:ing| for)?|excluding|excl\.|"
    r"other than|not including|inte inklusive|med undantag (?:av|för))(?=[\s:]|$)",
    re.I,
)
_BETWEEN = re.compile(r"\b(?:mellan|between)\s+(\S+)\s+(?:och|and)\s+(\S+)", re.I)
_FROM_TO = re.compile(
    r"(?<![\w.])(?:from|från(?: och med)?|fr\.?o\.?m\.?)\s+(\S+)\s+"
    r"(?:to|through|thru|up to|till(?: och med)?|t\.?o\.?m\.?)\s+(?=\S)",
    re.I,
)
_TO = re.compile(
    r"(?<=[\w.])\s+(?:to|through|thru|till(?: och med)?|t\.?\s?o\.?\s?m\.?)\s+(?=[A-Za-z]*[-.]?\d)",
    re.I,
)
_ALL = re.compile(
    r"^(?:all[ae]?|samtliga|any|hela|alla)(?:\s+(?:of|the|de|affected|berörda|units?|enheter|devices?|products?|"
    r"produkter|utrustningar|models?|modeller|exemplar|items?|serial numbers?|serials?|serienummer|lots?|lot numbers?|"
    r"batch(?:es)?|partier|partinummer|software|programvaru?|versions?|versioner|programversioner|and|och))*$",
    re.I,
)
_ALL_WORD = re.compile(r"^(?:all[ae]?|samtliga|any)\b\s*", re.I)
_THINGS = re.compile(
    r"^(?:units?|enheter|devices?|products?|produkter|utrustningar|exemplar|items?|de|those|som är|som|which are|that were)\b\s*",
    re.I,
)
_WITH = re.compile(
    r"(?<!börjar)(?<!starting)(?<!starts)(?<!start)(?<!beginning)(?<!begins)(?<!begin)"
    r"\s+(?:med|with|having|running|som har|och har)\s+(?!prefix)",
    re.I,
)
_AND = re.compile(r"\s+(?:och|and|samt|eller|or|as well as|respektive)\s+|\s*[&+]\s+", re.I)
_EARLIER = r"(?:and|or|och|eller)\s+(?:earlier|older|lower|below|prior|tidigare|äldre|lägre|nedåt|under)(?:\s+(?:versions?|versioner))?"
_LATER = r"(?:and|or|och|eller)\s+(?:later|newer|higher|above|up|senare|nyare|högre|uppåt|över)(?:\s+(?:versions?|versioner))?"
_BOUND_AFTER = re.compile(rf"^(?P<what>\S+)\s+(?:(?P<down>{_EARLIER})|(?P<up>{_LATER}))$", re.I)
_UP = r">=|≥|=>|(?:from|från(?: och med)?|fr\.?o\.?m\.?|starting (?:at|with|from)|beginning with|since|sedan)\b"
_OVER = r">|(?:after|efter|above|over|över|later than|newer than|senare än|nyare än|högre än|greater than)\b"
_DOWN = r"<=|≤|=<|(?:up to(?: and including)?|till och med|t\.?o\.?m\.?|through|upp till|no later than|senast)(?=\s)"
_UNDER = (
    r"<|(?:before|prior to|earlier than|lower than|older than|below|under|less than|före|innan|äldre än|"
    r"tidigare än|lägre än|mindre än)\b"
)
_BOUND = re.compile(
    rf"^(?:(?P<up>{_UP})|(?P<over>{_OVER})|(?P<down>{_DOWN})|(?P<under>{_UNDER}))\s*(?P<what>.+)$",
    re.I,
)
_MADE = re.compile(
    r"\b(?:(?:date of )?manufactur(?:ed?|ing|e)(?: dates?)?|made|produced|production dates?|tillverk(?:ad|ade|ats|ning|"
    r"ningsdatum|ningsdag)|producerade?|dom)\b[:\s]*(?:in|on|the|under|mellan|between|i|den|är|was|were)?\s*",
    re.I,
)
_PREFIX = re.compile(
    r"^(?:(?:som )?börjar (?:med|på)|(?:that )?(?:beginning|begins?|starting|starts?) with|med prefix(?:et)?|prefix)\s+"
    r"([\w./-]+?)(?:\.\.\.|…|\*)?$",
    re.I,
)
_STAR = re.compile(r"^([A-Za-z0-9./-]*[A-Za-z0-9])(?:\*|xxx+|…|\.\.\.)$")
_TOKEN = re.compile(r"^[A-Za-z0-9ÅÄÖåäö][A-Za-z0-9ÅÄÖåäö._/#-]*$")
_VERSION = re.compile(r"^v?\.?\d+(?:\.\d+)*[a-z]?(?:[-_.]?(?:r|rc|b|build|sp|p)\.?\d+)?$", re.I)
_DOTTED = re.compile(r"\d\.[\dx*]", re.I)
_WILD_VERSION = re.compile(r"^v?\.?(\d+(?:\.\d+)*)\.[x*]$", re.I)


@dataclass
class _Found:
    """What has been read so far."""

    any: list[Together] = field(default_factory=list)
    but: list[Together] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    unread_exceptions: list[str] = field(default_factory=list)


def read(text: str) -> Ranges:
    """What the text says of which are affected; nothing narrows when it is empty."""
    found = _Found()
    about: About = "number"
    for part, is_exception, sure in _parts(_plain(text)):
        item = part.strip(" .:;")
        if not item:
            continue
        together, about = _item(item, about)
        if together is None:
            (found.unread_exceptions if is_exception else found.unread).append(item)
        elif not is_exception:
            found.any.append(together)
        elif sure or _takes_away(together, found.any):
            found.but.append(together)
        else:
            # "1000-1499 utom 1200, 1600": nobody can tell whether 1600 is another exception.
            found.unread.append(item)
    if any(one.about == "all" for together in found.any for one in together if len(together) == 1):
        found.any = []
        found.unread = [one for one in found.unread if not _ALL.match(one)]
    return Ranges(
        tuple(found.any), tuple(found.but), tuple(found.unread), tuple(found.unread_exceptions)
    )


def _plain(text: str) -> str:
    """One spelling of dashes, blanks and ranges said in words."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST])
    plain = _DASHES.sub("–", plain).replace("\u00a0", " ")
    plain = _BETWEEN.sub(r"\1 – \2", plain)
    plain = _FROM_TO.sub(r"\1 – ", plain)
    return _TO.sub(" – ", plain)


def _parts(text: str) -> Iterator[tuple[str, bool, bool]]:
    """Each item, whether it is an exception, and whether that is beyond doubt.

    An exception ends with its parenthesis, its line or a semicolon.
    """
    for line in re.split(r"[;\n]|\.\s+(?=[A-ZÅÄÖ])", text):
        depth, start, open_exception = 0, 0, False
        pieces: list[tuple[str, bool, bool]] = []
        for sentence in re.split(r"([()])", line):
            if sentence == "(":
                depth += 1
                continue
            if sentence == ")":
                depth = max(depth - 1, 0)
                if not depth:
                    open_exception = False
                continue
            if not sentence.strip(" ,"):
                continue
            before, *after = _EXCEPT.split(sentence)
            in_brackets = depth > 0
            pieces += [(one, open_exception, in_brackets) for one in _split(before)]
            for tail in after:
                items = _split(tail)
                open_exception = True
                pieces += [
                    (one, True, in_brackets or place == 0) for place, one in enumerate(items)
                ]
            start += 1
        yield from pieces


def _split(text: str) -> list[str]:
    """The items of a list; "4.2 och tidigare" is one item."""
    kept = re.sub(
        rf"\s+({_EARLIER}|{_LATER})",
        lambda found: " " + found[1].replace(" ", KEPT),
        text,
        flags=re.I,
    )
    items = []
    for piece in re.split(r",(?!\d{3}\b(?!\d))|,\s", kept):
        items += _AND.split(piece)
    return [one.replace(KEPT, " ").strip() for one in items if one.strip()]


def _item(item: str, about: About) -> tuple[Together | None, About]:
    """The conditions of one item, and what later items without a label are about."""
    if _ALL.match(item):
        return (Clause("all"),), about
    clauses: list[Clause] = []
    here = about
    for place, piece in enumerate(_WITH.split(f" {item}")):
        rest = piece.strip(" .:")
        rest = _THINGS.sub("", _ALL_WORD.sub("", rest)) if _ALL_WORD.match(rest) else rest
        made = _MADE.search(rest)
        if made:
            before = _THINGS.sub("", rest[: made.start()].strip(" .:,"))
            clause = days.clause(rest[made.end() :])
            if clause is None:
                return None, about
            if before and not _ALL.match(before):
                first, here = _labelled(before, here)
                if first is None:
                    return None, about
                clauses.append(first)
            clauses.append(clause)
            continue
        whole = bool(_ALL_WORD.match(piece.strip())) and not _LABEL.match(rest)
        if (whole or days.says_so(rest)) and (clause := days.clause(rest)) is not None:
            clauses.append(clause)
            continue
        if not rest:
            continue
        found, now = _labelled(rest, here)
        if found is None:
            return None, about
        if place == 0:
            here = now
        clauses.append(found)
    return (tuple(clauses), here) if clauses else (None, about)


def _labelled(text: str, about: About) -> tuple[Clause | None, About]:
    """The condition after its label, which stands first; without one, about what was said before."""
    label = _LABEL.match(text)
    if label and label.lastgroup:
        about = label.lastgroup  # type: ignore[assignment]  # the groups are named so
        text = text[label.end() :].strip(" :.#=")
        if not text:
            return None, about
    elif (label := _LABEL.search(text)) is not None:
        # "version 4.2 of the software": words on both sides are not understood.
        before, after = text[: label.start()].strip(), text[label.end() :].strip(" :#")
        if _BOUND.match(f"{before} 1") and after and label.lastgroup:
            about = label.lastgroup  # type: ignore[assignment]
            text = f"{before} {after}"
        else:
            return None, about
    return _condition(text, about), about


def _condition(text: str, about: About) -> Clause | None:
    """One condition about this; None when it is not understood."""
    text = text.strip()
    if about == "software":
        return _version(text)
    if about == "number" and _DOTTED.search(text):
        return None  # may be a version: "4.2.1", "4.x"
    if prefix := (_PREFIX.match(text) or _STAR.match(text)):
        return Clause(about, prefix=prefix[1])
    if bound := _BOUND_AFTER.match(text):
        return _one_sided(about, bound["what"], up=bool(bound["up"]), outside=False)
    if bound := _BOUND.match(re.sub(rf"\s+{_LATER}$", "", text, flags=re.I)):
        up, outside = bool(bound["up"] or bound["over"]), bool(bound["over"] or bound["under"])
        return _one_sided(about, bound["what"].strip(), up=up, outside=outside)
    if text.endswith("+") and _TOKEN.match(text[:-1]):
        return _one_sided(about, text[:-1], up=True, outside=False)
    ends = _ends(text)
    if ends is None:
        return Clause(about, text, text) if _is_number(text) else None
    low, high = ends
    return Clause(about, low, high) if low and numbers.can_bound(low, high) else None


def _one_sided(about: About, what: str, *, up: bool, outside: bool) -> Clause | None:
    if not _is_number(what) or days.could_be_day(what):
        return None
    return Clause(about, low=what, above=outside) if up else Clause(about, high=what, below=outside)


def _is_number(text: str) -> bool:
    """A serial number or a lot: no blanks, and a digit in it."""
    return bool(_TOKEN.match(text)) and any(sign.isdigit() for sign in text)


def _ends(text: str) -> tuple[str, str] | None:
    """The two ends of a range; ("", "") when it looks like one and is not clear; None when it is none."""
    if "–" in text:
        halves = [one.strip() for one in text.split("–")]
    elif re.search(r"\s-\s", text):
        halves = [one.strip() for one in re.split(r"\s-\s", text)]
    elif (pieces := text.split("-")) and len(pieces) % 2 == 0 and len(pieces) > 1:
        # A12-A19; AB-1000-AB-1999. Of an odd number of parts nobody can tell the middle.
        middle = len(pieces) // 2
        halves = ["-".join(pieces[:middle]), "-".join(pieces[middle:])]
        lettered = [one for one in halves if not any(sign.isdigit() for sign in one)]
        if lettered:  # AB-1000 is one number
            return None
    elif text.count("-"):
        return None if _is_number(text) and not re.match(r"^\d+(-\d+)+$", text) else ("", "")
    else:
        return None
    if len(halves) != 2 or not all(_is_number(one) for one in halves):
        return "", ""
    low, high = halves
    if not numbers.can_bound(low, high):
        letters = re.match(r"^(.*?)(\d+)$", low)
        if letters and letters[1] and high.isdigit() and len(high) == len(letters[2]):
            high = letters[1] + high  # A12-19
    return low, high


def _version(text: str) -> Clause | None:
    """A condition on the version of the software."""
    text = re.sub(r"^(?:is|är|:|=)\s+", "", text)
    if wild := _WILD_VERSION.match(text):
        return Clause("software", prefix=wild[1])
    if bound := _BOUND_AFTER.match(text):
        what, up, outside = bound["what"], bool(bound["up"]), False
    elif bound := _BOUND.match(text):
        what = re.sub(r"^(?:versions?|version|v)\s*", "", bound["what"].strip(), flags=re.I)
        up, outside = bool(bound["up"] or bound["over"]), bool(bound["over"] or bound["under"])
    else:
        halves = [one.strip() for one in re.split(r"–|\s-\s|(?<=\d)-(?=v?\d)", text)]
        if len(halves) == 2 and all(_VERSION.match(one) for one in halves):
            return Clause("software", halves[0], halves[1])
        return Clause("software", text, text) if _VERSION.match(text) else None
    if not _VERSION.match(what):
        return None
    return (
        Clause("software", low=what, above=outside)
        if up
        else Clause("software", high=what, below=outside)
    )


def _takes_away(exception: Together, any_of: list[Together]) -> bool:
    """Whether the exception lies inside something affected, so that it can only be an exception."""
    if len(exception) != 1:
        return False
    one = exception[0]
    if not any_of:
        return True
    for together in any_of:
        for clause in together:
            if clause.about == "all":
                return True
            if clause.about != one.about or not one.low:
                continue
            spot = numbers.version_place if clause.about == "software" else numbers.place
            if clause.low != clause.high and not clause.prefix:
                where = spot(
                    one.low,
                    low=clause.low,
                    high=clause.high,
                    above=clause.above,
                    below=clause.below,
                )
                if where == "within":
                    return True
    return False

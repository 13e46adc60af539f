"""Reading a text of ranges: items, their labels, ends, days and versions; what is not understood is kept."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sakerhetsmeddelanden.ranges import days, numbers
from sakerhetsmeddelanden.ranges.patterns import (
    ALL,
    ALL_WORD,
    AND,
    AT_ONCE,
    BETWEEN,
    BOUND,
    BOUND_AFTER,
    DASHES,
    DOTTED,
    EARLIER,
    EXCEPT,
    FROM_TO,
    LABEL,
    LATER,
    MADE,
    PREFIX,
    STAR,
    SUFFIXED,
    THINGS,
    TO,
    TOKEN,
    VERSION,
    WILD_VERSION,
    WITH,
)
from sakerhetsmeddelanden.ranges.shape import About, Clause, Ranges, Together

LONGEST = 20_000
KEPT = "\ue000"
"""Stands for a blank inside what must not be split; a sign nobody writes."""


@dataclass
class _Found:
    """What has been read so far."""

    any: list[Together] = field(default_factory=list)
    but: list[Together] = field(default_factory=list)
    maybe: list[Together] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    unread_exceptions: list[str] = field(default_factory=list)


def read(text: str) -> Ranges:
    """What the text says of which are affected; nothing narrows when it is empty.

    Parts with "samtidigt" between them must all hold, each a text of its own: the serial numbers
    of field 1.7 and the software of field 1.6.
    """
    whole = Ranges()
    for place, part in enumerate(AT_ONCE.split(text[:LONGEST])):
        one = _read(part)
        whole = _both(whole, one) if place else one
    return whole


def both(*texts: str) -> str:
    """The texts as one, all of which must hold."""
    return " samtidigt ".join(one.strip() for one in texts if one.strip())


def _both(a: Ranges, b: Ranges) -> Ranges:
    alternatives = tuple((*one, *other) for one in a.any or ((),) for other in b.any or ((),))
    unread: list[str] = []
    taken = [*a.unread_exceptions, *b.unread_exceptions]
    for one in (a, b):
        # With nothing else understood, the text may take any device of the other's away.
        (unread if one.any else taken).extend(one.unread)
    maybe = (*_each(a.maybe, b.any), *_each(b.maybe, a.any))
    return Ranges(
        tuple(one for one in alternatives if one),
        (*a.but, *b.but),
        maybe,
        tuple(unread),
        tuple(taken),
    )


def _each(some: tuple[Together, ...], others: tuple[Together, ...]) -> tuple[Together, ...]:
    return tuple((*one, *other) for one in some for other in others or ((),))


def _read(text: str) -> Ranges:
    found = _Found()
    before: list[Together] = []
    about: About = "number"
    parts = list(_parts(_plain(text)))
    stems = _stems(part.strip(" .:;") for part, _, _ in parts)
    for part, is_exception, sure in parts:
        item = part.strip(" .:;")
        if not item:
            continue
        together, about = _item(item, about)
        if together is None and not is_exception:
            together, about, perhaps = _suffixed(item, about, stems)
            found.maybe += perhaps
        if together is None:
            (found.unread_exceptions if is_exception else found.unread).append(item)
        elif not is_exception:
            shared = WITH.search(f" {item}") and len(together) > 1 and before
            if shared:
                # "1000-1499, 1600 med version 3": of all of them, or of the last alone.
                found.maybe += before
                found.any = [one for one in found.any if one not in before]
                found.any += [(*one, *together[1:]) for one in before]
            found.any.append(together)
            before = [] if shared else [*before, together]
        elif sure or _takes_away(together, found.any):
            found.but.append(together)
        else:
            # "1000-1499 utom 1200, 1600": nobody can tell whether 1600 is another exception.
            found.unread.append(item)
    if any(one.about == "all" for together in found.any for one in together if len(together) == 1):
        found.any = []
        found.unread = [one for one in found.unread if not ALL.match(one)]
    return Ranges(
        tuple(found.any),
        tuple(found.but),
        tuple(found.maybe),
        tuple(found.unread),
        tuple(found.unread_exceptions),
    )


def _plain(text: str) -> str:
    """One spelling of dashes, blanks and ranges said in words."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST])
    plain = DASHES.sub("–", plain).replace("\u00a0", " ")
    plain = BETWEEN.sub(r"\1 – \2", plain)
    plain = FROM_TO.sub(r"\1 – ", plain)
    return TO.sub(" – ", plain)


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
            before, *after = EXCEPT.split(sentence)
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
        rf"\s+({EARLIER}|{LATER})",
        lambda found: " " + found[1].replace(" ", KEPT),
        text,
        flags=re.I,
    )
    items = []
    for piece in re.split(r",(?!\d{3}\b(?!\d))|,\s", kept):
        items += AND.split(piece)
    return [one.replace(KEPT, " ").strip() for one in items if one.strip()]


def _item(item: str, about: About) -> tuple[Together | None, About]:
    """The conditions of one item, and what later items without a label are about."""
    if ALL.match(item):
        return (Clause("all"),), about
    clauses: list[Clause] = []
    here = about
    for place, piece in enumerate(WITH.split(f" {item}")):
        rest = piece.strip(" .:")
        rest = THINGS.sub("", ALL_WORD.sub("", rest)) if ALL_WORD.match(rest) else rest
        made = MADE.search(rest)
        if made:
            before = THINGS.sub("", rest[: made.start()].strip(" .:,"))
            clause = days.clause(rest[made.end() :])
            if clause is None:
                return None, about
            if before and not ALL.match(before):
                first, here = _labelled(before, here)
                if first is None:
                    return None, about
                clauses.append(first)
            clauses.append(clause)
            continue
        whole = bool(ALL_WORD.match(piece.strip())) and not LABEL.match(rest)
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


def _stems(items: Iterable[str]) -> Counter[str]:
    """How many items are the number, or it with something short after a hyphen."""
    words = (item.split()[-1] for item in items if item)
    return Counter(found["stem"] if (found := SUFFIXED.search(one)) else one for one in words)


def _suffixed(
    item: str, about: About, stems: Counter[str]
) -> tuple[Together | None, About, list[Together]]:
    """A number that ends in a hyphen and a digit or two; and the range that it might be instead.

    "D37748-1" is no range, for 37741 comes before. "A24950-1" may be one, but is a number by itself
    where "A24950" or "A24950-2" stands beside it.
    """
    found = SUFFIXED.search(item)
    if found is None:
        return None, about, []
    stem, end = found["stem"], found["end"]
    tail = re.findall(r"\d+", stem)[-1]
    last = f"{stem[: -len(end)]}{end}"
    may_be_range = len(end) < len(tail) and last > stem
    if len(end) >= len(tail) or (may_be_range and stems[stem] < 2):
        return None, about, []
    together, now = _item(item[: found.start("end") - 1], about)
    if together is None or together != (Clause(together[0].about, stem, stem),):
        return None, about, []
    here = together[0].about
    whole = (Clause(here, found[0], found[0]),)
    return whole, now, [(Clause(here, stem, last),)] if may_be_range else []


def _labelled(text: str, about: About) -> tuple[Clause | None, About]:
    """The condition after its label, which stands first; without one, about what was said before."""
    label = LABEL.match(text)
    if label and label.lastgroup:
        about = label.lastgroup  # type: ignore[assignment]  # the groups are named so
        text = text[label.end() :].strip(" :.#=")
        if not text:
            return None, about
    elif (label := LABEL.search(text)) is not None:
        # "version 4.2 of the software": words on both sides are not understood.
        before, after = text[: label.start()].strip(), text[label.end() :].strip(" :#")
        if BOUND.match(f"{before} 1") and after and label.lastgroup:
            about = label.lastgroup  # type: ignore[assignment]  # the groups are named so
            text = f"{before} {after}"
        else:
            return None, about
    return _condition(text, about), about


def _condition(text: str, about: About) -> Clause | None:
    """One condition about this; None when it is not understood."""
    text = text.strip()
    if about == "software":
        return _version(text)
    if about == "number" and DOTTED.search(text):
        return None  # may be a version: "4.2.1", "4.x"
    if prefix := (PREFIX.match(text) or STAR.match(text)):
        return Clause(about, prefix=prefix[1])
    if bound := BOUND_AFTER.match(text):
        return _one_sided(about, bound["what"], up=bool(bound["up"]), outside=False)
    if bound := BOUND.match(re.sub(rf"\s+{LATER}$", "", text, flags=re.I)):
        up, outside = bool(bound["up"] or bound["over"]), bool(bound["over"] or bound["under"])
        return _one_sided(about, bound["what"].strip(), up=up, outside=outside)
    if text.endswith("+") and TOKEN.match(text[:-1]):
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
    return bool(TOKEN.match(text)) and any(sign.isdigit() for sign in text)


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
    if wild := WILD_VERSION.match(text):
        return Clause("software", prefix=wild[1])
    if bound := BOUND_AFTER.match(text):
        what, up, outside = bound["what"], bool(bound["up"]), False
    elif bound := BOUND.match(text):
        what = re.sub(r"^(?:versions?|version|v)\s*", "", bound["what"].strip(), flags=re.I)
        up, outside = bool(bound["up"] or bound["over"]), bool(bound["over"] or bound["under"])
    else:
        halves = [one.strip() for one in re.split(r"–|\s-\s|(?<=\d)-(?=v?\d)", text)]
        if len(halves) == 2 and all(VERSION.match(one) for one in halves):
            return Clause("software", halves[0], halves[1])
        return Clause("software", text, text) if VERSION.match(text) else None
    if not VERSION.match(what):
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

"""Free text as it comes in: one spelling, nothing invisible; and its words for comparison."""

import re
import unicodedata

from django.core.exceptions import ValidationError

from patientsakerhet.lib.constraints import UNPRINTABLE

_UNUSABLE = re.compile(f"{UNPRINTABLE}|[\\u0000\\uD800-\\uDFFF\\uFFFE\\uFFFF]")
_WORD = re.compile(r"[^\W_]+(?:[-/][^\W_]+)*")
_LINE_BREAK = re.compile(r"\r\n?|\u0085|\u2028|\u2029")

_COMMON = """
alla att av blev bli blir de dem den denna det detta dig din dock du där då efter ej eller en
er ett finns från få får för ha hade han har hon hur här i in inte jag kan kom kunde man med
men mig min mot ni nu någon något när och också om oss på samt sedan ser sig sin ska skall
skulle som så till under upp ut utan vad var vara vi vid vilket än är även åt över
"""
COMMON_WORDS = frozenset(_COMMON.split())
"""Words that say nothing about what a text is about."""


class UnusableText(ValidationError):
    """The text holds a character that cannot be stored or shown as it is."""


def clean(text: str) -> str:
    """The text composed (NFC), with plain line breaks; refuses what cannot be printed.

    NUL, control characters, direction overrides and half surrogate pairs are refused rather
    than dropped: whoever wrote them should know that the text was not kept as written.
    """
    composed = unicodedata.normalize("NFC", _LINE_BREAK.sub("\n", text))
    found = _UNUSABLE.search(composed)
    if found:
        line = composed.count("\n", 0, found.start()) + 1
        raise UnusableText(
            f"Rad {line} innehåller ett osynligt tecken (U+{ord(found.group()):04X}) som inte "
            "går att spara. Ta bort det, eller skriv om ordet där det står.",
            code="unusable_text",
        )
    return composed


def clean_line(text: str) -> str:
    """Text for one line: as `clean`, with every run of blanks and line breaks made one space."""
    return " ".join(clean(text).split())


def tokens(text: str) -> list[str]:
    """The words that carry meaning, folded, in order, for measuring likeness.

    "Fel dos av Waran på avd. 7" -> ["fel", "dos", "waran", "avd", "7"]
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return [word for word in _WORD.findall(folded) if word not in COMMON_WORDS]

"""One spelling of what suppliers, labels and registers write in many: names, models, numbers."""

from __future__ import annotations

import re
import unicodedata

from django.db.models import CharField, Func

_LEGAL = re.compile(
    r"(?: (?:ab|publ|aktiebolag|aktiebolaget|hb|as|aps|oy|oyj|gmbh|mbh|ag|kg|kgaa|cokg|ohg|se|inc"
    r"|incorporated|corp|corporation|co|company|ltd|limited|llc|llp|plc|pty|sa|sas|sarl|spa|srl"
    r"|bv|nv|and|und|et))+$"
)
"""Forms of companies, as they stand last in a name."""

_NOT_WORD = re.compile(r"[\W_]+")
_NOT_KEY = re.compile(r"[^0-9A-Za-zÅÄÖåäöÉéÜü]+")


def party_spelling(name: str) -> str:
    """The name without marks, accents, blanks and form of company.

    "B. Braun", "B Braun AB" -> "bbraun"; "Dräger" -> "drager"; "AB" alone is itself.
    """
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss").replace("&", " and "))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()
    plain = plain.replace("a/s", "as").replace(".", "").translate({0xF8: "o", 0xE6: "ae"})
    words = _NOT_WORD.sub(" ", plain).strip()
    return _LEGAL.sub("", f" {words}").replace(" ", "") or words.replace(" ", "")


def party_beginnings(name: str) -> list[str]:
    """How what the name begins with is spelt, longest first, each ending where a word does.

    "Volumed AB Pump Division, Storgatan 1" -> "volumedabpumpdivisionstorgatan", ..., "volumed".
    """
    words = re.split(r"[\s,;/]+", name.strip())
    found = (party_spelling(" ".join(words[:count])) for count in range(len(words), 0, -1))
    return [one for one in dict.fromkeys(found) if one and one != party_spelling(name)]


def compact(written: str) -> str:
    """Letters and digits alone, in capitals: "SN 12-34/b" -> "SN1234B". The same as `Compact`."""
    return _NOT_KEY.sub("", written).upper()


class Compact(Func):
    """`compact` as the database computes it, for generated columns and to compare with them."""

    template = f"UPPER(REGEXP_REPLACE(%(expressions)s, '{_NOT_KEY.pattern}', '', 'g'))"
    output_field = CharField()

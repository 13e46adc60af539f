"""Receipt codes: sixteen digits and two check digits with which a report without account is followed.

A code is computed from its sending under a key of ours and kept nowhere; the case holds only a
keyed hash of it. Whoever reads the database can neither see a code nor try them one by one.
"""

from __future__ import annotations

import hmac
import re
from uuid import UUID

from django.conf import settings

from patientsakerhet.cases.models import Case

DIGITS = 16
_GROUP = 6


def code_for(submission: UUID) -> str:
    """The code that belongs to this sending of a form: eighteen digits."""
    return _code(submission, _keys()[-1])


def lookup_of(code: str) -> str:
    """What the case keeps of the code."""
    return _lookup(code, _keys()[-1])


def code_of(case: Case, submission: UUID) -> str:
    """The code of a case filed by this sending, for its receipt; "" when it has none.

    The key may have been changed since, so each is tried against what the case keeps.
    """
    kept = case.reporter.code_lookup or ""
    for key in reversed(_keys()):
        code = _code(submission, key)
        if hmac.compare_digest(_lookup(code, key), kept):
            return code
    return ""


def case_with(written: str) -> Case | None:
    """The case whose code somebody has written, however it is spaced."""
    code = re.sub(r"[\s\-–.]", "", written)
    if not (code.isascii() and code.isdigit()) or not _adds_up(code):
        code = ""  # asked for all the same, so that every wrong code takes as long
    lookups = [_lookup(code, key) for key in _keys()]
    return Case.objects.filter(reporter__code_lookup__in=lookups).first()


def grouped(code: str) -> str:
    """The code as it is printed: 123456 789012 345678."""
    return " ".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))


def _code(submission: UUID, key: bytes) -> str:
    drawn = hmac.digest(key, b"receipt code|" + submission.bytes, "sha256")
    digits = f"{int.from_bytes(drawn, 'big') % 10**DIGITS:0{DIGITS}d}"
    return digits + _check(digits)


def _check(digits: str) -> str:
    """Two check digits by ISO 7064 mod 97-10: every single wrong digit and every swap is seen."""
    return f"{98 - int(digits) * 100 % 97:02d}"


def _adds_up(code: str) -> bool:
    return len(code) == DIGITS + 2 and int(code) % 97 == 1


def _lookup(code: str, key: bytes) -> str:
    return hmac.digest(key, b"receipt lookup|" + code.encode(), "sha256").hex()


def _keys() -> list[bytes]:
    return [f"varsam receipt|{word}".encode() for word in settings.SEALING_KEYS]

"""What a personal link and its code are: computed from the link's row under a key of ours, kept nowhere.

Whoever reads the database can neither follow a link nor try its codes.
"""

from __future__ import annotations

import base64
import hmac
import re
from uuid import UUID

from django.conf import settings

DIGITS = 6
_TOKEN_BYTES = 20


def token_for(link: UUID) -> str:
    """What stands in the address of this link."""
    return _token(link, _keys()[-1])


def code_for(link: UUID, serial: int) -> str:
    """The link's code with this serial: six digits."""
    return _code(link, serial, _keys()[-1])


def lookup_of(token: str) -> str:
    """What the row keeps of the address."""
    return _lookup(b"token", token, _keys()[-1])


def lookups_of(token: str) -> list[str]:
    """What rows may keep of an address somebody has asked for, by any of the keys."""
    return [_lookup(b"token", token, key) for key in _keys()]


def code_lookup_of(link: UUID, code: str) -> str:
    """What the row keeps of the code."""
    return _lookup(b"code|" + link.bytes, code, _keys()[-1])


def code_fits(link: UUID, kept: str, written: str) -> bool:
    """Whether the code somebody has written, however it is spaced, is the one that is kept."""
    code = re.sub(r"[\s\-–.]", "", written)
    fits = [hmac.compare_digest(_lookup(b"code|" + link.bytes, code, key), kept) for key in _keys()]
    return any(fits)


def code_kept(link: UUID, serial: int, kept: str) -> str:
    """The code of a row, to be read out on the telephone; "" when its key is gone."""
    for key in reversed(_keys()):
        code = _code(link, serial, key)
        if hmac.compare_digest(_lookup(b"code|" + link.bytes, code, key), kept):
            return code
    return ""


def token_kept(link: UUID, kept: str) -> str:
    """What stands in the address of a row; "" when its key is gone."""
    for key in reversed(_keys()):
        token = _token(link, key)
        if hmac.compare_digest(_lookup(b"token", token, key), kept):
            return token
    return ""


def grouped(code: str) -> str:
    """The code as it is read out: 123 456."""
    return f"{code[:3]} {code[3:]}"


def _token(link: UUID, key: bytes) -> str:
    drawn = hmac.digest(key, b"link|" + link.bytes, "sha256")[:_TOKEN_BYTES]
    return base64.b32encode(drawn).decode().lower()


def _code(link: UUID, serial: int, key: bytes) -> str:
    drawn = hmac.digest(key, b"code|" + link.bytes + serial.to_bytes(8, "big"), "sha256")
    return f"{int.from_bytes(drawn, 'big') % 10**DIGITS:0{DIGITS}d}"


def _lookup(purpose: bytes, word: str, key: bytes) -> str:
    return hmac.digest(key, b"lookup|" + purpose + b"|" + word.encode(), "sha256").hex()


def _keys() -> list[bytes]:
    return [f"varsam answer link|{word}".encode() for word in settings.SEALING_KEYS]

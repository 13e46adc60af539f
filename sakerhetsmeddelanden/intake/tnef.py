"""winmail.dat: the wrapping that Outlook puts around a mail for other mail programs (TNEF).

Read after Microsoft's open specification MS-OXTNEF: a signature, a key, then attributes, each a
level, an identity, a length, the bytes and a check sum. Only text and attached files are wanted.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

SIGNATURE = 0x223E9F78
_BODY = 0x0002800C
_NEW_FILE = 0x00069002
_TITLE = 0x00018010
_DATA = 0x0006800F
_PROPERTIES = 0x00069005
_LONG_NAME = 0x3707
_FIXED = {0x0002: 4, 0x0003: 4, 0x0004: 4, 0x0005: 8, 0x0006: 8, 0x0007: 8, 0x000A: 4, 0x000B: 4}
_FIXED |= {0x0014: 8, 0x0040: 8, 0x0048: 16}
_TEXT, _WIDE_TEXT = 0x001E, 0x001F


class Broken(ValueError):
    """The bytes are no such wrapping, or end too early."""


@dataclass
class Wrapped:
    """A file in the wrapping."""

    name: str
    content: bytes


def unwrap(content: bytes) -> tuple[str, list[Wrapped]]:
    """The text and the files in it."""
    if len(content) < 6 or struct.unpack_from("<I", content)[0] != SIGNATURE:
        raise Broken("no TNEF signature")
    text, files = "", list[Wrapped]()
    for identity, value in _attributes(content):
        if identity == _BODY:
            text = value.rstrip(b"\0").decode("cp1252", "replace")
        elif identity == _NEW_FILE:
            files.append(Wrapped("", b""))
        elif files and identity == _TITLE:
            files[-1].name = files[-1].name or value.rstrip(b"\0").decode("cp1252", "replace")
        elif files and identity == _DATA:
            files[-1].content = value
        elif files and identity == _PROPERTIES:
            files[-1].name = _long_name(value) or files[-1].name
    return text, [one for one in files if one.content]


def _attributes(content: bytes) -> Iterator[tuple[int, bytes]]:
    at = 6
    while at + 9 <= len(content):
        identity, length = struct.unpack_from("<xII", content, at)
        end = at + 9 + length
        if end + 2 > len(content):
            raise Broken("an attribute ends after the file")
        yield identity, content[at + 9 : end]
        at = end + 2


def _long_name(properties: bytes) -> str:
    """The file's full name among its MAPI properties; empty when they are of a kind not known here."""
    try:
        (count,) = struct.unpack_from("<I", properties)
        at = 4
        for _ in range(count):
            kind, identity = struct.unpack_from("<HH", properties, at)
            at += 4
            if identity >= 0x8000 or kind not in {_TEXT, _WIDE_TEXT, *_FIXED}:
                return ""
            if kind in _FIXED:
                at += _FIXED[kind]
                continue
            (values,) = struct.unpack_from("<I", properties, at)
            at += 4
            for _ in range(min(values, 1000)):
                (length,) = struct.unpack_from("<I", properties, at)
                value = properties[at + 4 : at + 4 + length]
                at += 4 + length + -length % 4
                if identity == _LONG_NAME:
                    encoding = "utf-16-le" if kind == _WIDE_TEXT else "cp1252"
                    return value.decode(encoding, "replace").rstrip("\0")
    except struct.error:
        return ""
    return ""

"""The one way a value is written down before it is hashed, and the hashes. Pure."""

from __future__ import annotations

import hashlib
import hmac
import json
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any


def plain(value: Any) -> Any:
    """Mappings, lists, texts, whole numbers, truths and nothing; the rest as text of one form each."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, Decimal):
        return decimal(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {plain(str(key)): plain(one) for key, one in value.items()}
    if isinstance(value, Sequence):
        return [plain(one) for one in value]
    raise TypeError(f"{type(value).__name__} has no canonical form")


def decimal(value: Decimal) -> str:
    """3, 2.5: without an exponent and without zeros that say nothing."""
    written = format(value.normalize(), "f")
    return "0" if written == "-0" else written


def written(value: Any) -> bytes:
    """JSON with sorted keys and no blanks, UTF-8, NFC."""
    return json.dumps(
        plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    ).encode()


def digest(value: Any) -> str:
    """SHA-256 over the canonical form."""
    return hashlib.sha256(written(value)).hexdigest()


def keyed(key: bytes, value: str) -> str:
    """What stands for a row that is counted: nobody without the key can tell which row it is."""
    return hmac.digest(key, value.encode(), "sha256").hex()

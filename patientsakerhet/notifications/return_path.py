"""Where a mail comes back to when it cannot be delivered: an address of its own, signed by us.

The address names the message, so that a report is tied to it whatever the server left out; the
signature keeps strangers from reporting on mails that were never returned.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from uuid import UUID

from django.conf import settings

_SIGNED = re.compile(r"\+b-([a-z2-7]{26})([a-z2-7]{13})$")
_SIGNATURE_BYTES = 8


def address_for(message: UUID) -> str:
    """The envelope sender of this message; "" where no mailbox takes mail back."""
    local, _, domain = settings.RETURN_ADDRESS.rpartition("@")
    if not local:
        return ""
    return f"{local}+b-{_written(message.bytes)}{_signature(message, _keys()[-1])}@{domain}"


def message_in(address: str) -> UUID | None:
    """The message that an address of ours names; nothing when we have not signed it.

    Letters may have become capitals on the way.
    """
    found = _SIGNED.search(address.casefold().rpartition("@")[0])
    if found is None:
        return None
    try:
        message = UUID(bytes=base64.b32decode(found[1].upper() + "======"))
    except (binascii.Error, ValueError):
        return None
    fits = [hmac.compare_digest(_signature(message, key), found[2]) for key in _keys()]
    return message if any(fits) else None


def _signature(message: UUID, key: bytes) -> str:
    return _written(hmac.digest(key, b"return path|" + message.bytes, "sha256")[:_SIGNATURE_BYTES])


def _written(raw: bytes) -> str:
    """Letters and digits that survive a change of case."""
    return base64.b32encode(raw).decode().rstrip("=").lower()


def _keys() -> list[bytes]:
    return [f"varsam return path|{word}".encode() for word in settings.SEALING_KEYS]

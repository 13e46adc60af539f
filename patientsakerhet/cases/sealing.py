"""Personal numbers in free text: masked where people read, the original sealed and erasable."""

from __future__ import annotations

import hashlib
import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from patientsakerhet.cases.models import Case, SealedText
from patientsakerhet.lib import personal_numbers
from patientsakerhet.lib.personal_numbers import Masked

_NONCE = 12


def mask(text: str) -> Masked:
    """The text as others may read it, and what was found in it."""
    return personal_numbers.mask(text)


def seal(case: Case, field: str, original: str) -> None:
    """Keep the original encrypted (AES-256-GCM), bound to its case and field.

    The binding is the additional data, so a ciphertext moved to another row does not open.
    """
    key_id, sealed = close(original, _bound_to(case, field))
    SealedText.objects.update_or_create(
        case=case, field=field, defaults={"ciphertext": sealed, "key_id": key_id}
    )


def unseal(row: SealedText) -> str:
    """The original. The caller has checked the right and left a mark in the trail."""
    return reopen(row.key_id, bytes(row.ciphertext), _bound_to(row.case, row.field))


def close(original: str, bound_to: str) -> tuple[str, bytes]:
    """The key's id and the text sealed with it, which opens only for what it is bound to."""
    key_id, key = _current_key()
    nonce = os.urandom(_NONCE)
    return key_id, nonce + AESGCM(key).encrypt(
        nonce, original.encode(), f"{bound_to}|{key_id}".encode()
    )


def reopen(key_id: str, sealed: bytes, bound_to: str) -> str:
    """What was closed; raises `KeyError` for an unknown key, `InvalidTag` for another binding."""
    opened = AESGCM(_keys()[key_id]).decrypt(
        sealed[:_NONCE], sealed[_NONCE:], f"{bound_to}|{key_id}".encode()
    )
    return opened.decode()


def _bound_to(case: Case, field: str) -> str:
    return f"cases_sealedtext|{case.pk}|{field}"


def _keys() -> dict[str, bytes]:
    """Key id -> 32 bytes, from SEALING_KEYS, the last one current."""
    return {
        hashlib.sha256(word.encode()).hexdigest()[:8]: hashlib.sha256(
            b"varsam sealing\x00" + word.encode()
        ).digest()
        for word in settings.SEALING_KEYS
    }


def _current_key() -> tuple[str, bytes]:
    return list(_keys().items())[-1]

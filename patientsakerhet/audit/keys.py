"""The key that signs the head of the trail, and its public half for those who check."""

from __future__ import annotations

import base64
import hashlib
import os
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from django.conf import settings

from patientsakerhet.lib.env import WrongSetting

_RAW = serialization.Encoding.Raw


def signing_key() -> Ed25519PrivateKey:
    """The key from AUDIT_KEY or AUDIT_KEY_FILE; with neither, one made here on first use."""
    if settings.AUDIT_KEY:
        return _parsed(settings.AUDIT_KEY, "AUDIT_KEY")
    if settings.AUDIT_KEY_FILE:
        return _parsed(Path(settings.AUDIT_KEY_FILE).read_text("ascii"), "AUDIT_KEY_FILE")
    return _own_key(settings.STATE_DIR / "keys" / "audit.key")


def key_id(key: Ed25519PublicKey) -> str:
    """Sixteen signs that tell keys apart."""
    return hashlib.sha256(key.public_bytes(_RAW, serialization.PublicFormat.Raw)).hexdigest()[:16]


def public_text(key: Ed25519PublicKey) -> str:
    """The public key as one line of text."""
    return base64.b64encode(key.public_bytes(_RAW, serialization.PublicFormat.Raw)).decode("ascii")


def public_keys() -> dict[str, Ed25519PublicKey]:
    """The keys whose signatures are trusted, by id: ours, and those of before in `audit.pub`.

    The file lies beside the private key, not beside the signatures: whoever can write
    checkpoints must not be able to say which key to believe.
    """
    own = signing_key().public_key()
    trusted = {key_id(own): own}
    for line in _earlier_keys():
        earlier = Ed25519PublicKey.from_public_bytes(_decoded(line, "audit.pub"))
        trusted[key_id(earlier)] = earlier
    return trusted


def _earlier_keys() -> list[str]:
    folder = Path(settings.AUDIT_KEY_FILE).parent if settings.AUDIT_KEY_FILE else None
    path = (folder or settings.STATE_DIR / "keys") / "audit.pub"
    return path.read_text("ascii").split() if path.exists() else []


def _own_key(path: Path) -> Ed25519PrivateKey:
    """The key in this file; made, for its owner's eyes only, if there is none."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = Ed25519PrivateKey.generate().private_bytes(
        _RAW, serialization.PrivateFormat.Raw, serialization.NoEncryption()
    )
    # Written whole beside it and then linked, so that two who start at once get the same key.
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(base64.b64encode(made))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return _parsed(path.read_text("ascii"), str(path))


def _parsed(text: str, name: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(_decoded(text, name))


def _decoded(text: str, name: str) -> bytes:
    try:
        raw = base64.b64decode(text.strip(), validate=True)
    except ValueError:
        raw = b""
    if len(raw) != 32:
        raise WrongSetting(f"{name} ska vara 32 byte i base64. Gör en med manage.py audit_keys.")
    return raw

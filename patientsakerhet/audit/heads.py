"""The lines of the file of signed heads: reading them, and telling which are genuine."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings

FILE = "audit.jsonl"


@dataclass(frozen=True)
class Head:
    """One line of the file: the chain had this hash at this place, at this time.

    `after` is set on the first line of an epoch: the database was restored, and what earlier
    lines say about places after this one no longer binds.
    """

    epoch: int
    seq: int
    hash: str
    at: str
    after: int | None = None
    reason: str = ""
    key: str = ""
    signature: str = ""

    def signed_text(self) -> bytes:
        """What the signature is over."""
        facts = ["varsam-checkpoint-1", self.epoch, self.seq, self.hash, self.at, self.after]
        return json.dumps([*facts, self.reason, self.key], separators=(",", ":")).encode()

    def is_signed(self, trusted: Mapping[str, Ed25519PublicKey]) -> bool:
        """Whether a trusted key has signed exactly this."""
        if self.key not in trusted:
            return False
        try:
            trusted[self.key].verify(base64.b64decode(self.signature), self.signed_text())
        except (InvalidSignature, ValueError):
            return False
        return True


def path() -> Path:
    """Where the signed heads are."""
    return Path(settings.AUDIT_CHECKPOINTS) / FILE


def every() -> list[Head]:
    """Every line of the file in its order; a line that is no head is one without signature."""
    if not path().exists():
        return []
    return [_parsed(line) for line in path().read_text("utf-8").splitlines() if line]


def binding(lines: list[Head]) -> list[Head]:
    """The lines that still say something: those of before a restore only up to where it began."""
    kept: list[Head] = []
    for line in lines:
        if line.after is not None:
            kept = [earlier for earlier in kept if earlier.seq <= line.after]
        kept.append(line)
    return kept


def _parsed(line: str) -> Head:
    try:
        return Head(**json.loads(line))
    except (ValueError, TypeError):
        return Head(0, 0, "", "")

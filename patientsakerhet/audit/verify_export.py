"""Check an exported audit trail without Varsam: standard library and `cryptography` only.

    python verify_export.py audit.jsonl --checkpoints checkpoints.jsonl --public-key BASE64

The export comes from `manage.py export_audit`, the checkpoints from the folder the product signs
into, the public key from `manage.py audit_keys`, asked for while all was well. Ends with 0 when
everything holds and 1 when not, naming the first place that does not.
"""

import argparse
import base64
import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

DIGEST = 14
"""Where in the text of an event its content's digest stands."""


def broken_link(export: Path, places: dict[int, str]) -> str:
    """The first place in the export that does not hold, or ""; fills in the hash of each place."""
    before, expected = -1, ""
    with export.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            seq = row["seq"]
            if before >= 0 and seq != before + 1:
                return f"place {before + 1} is missing"
            if row["prev"] != (expected or ("00" * 32 if seq == 1 else row["prev"])):
                return f"place {seq} does not follow place {before}"
            if row["text"] is None:
                return f"the event at place {seq} is missing"
            sealed = hashlib.sha256(bytes.fromhex(row["prev"]) + row["text"].encode()).hexdigest()
            if sealed != row["hash"]:
                return f"the event at place {seq} was changed"
            if row["body"] is not None:
                opened = hashlib.sha256(bytes.fromhex(row["salt"]) + row["body"].encode())
                if opened.hexdigest() != json.loads(row["text"])[DIGEST]:
                    return f"the content of the event at place {seq} was changed"
            before, expected = seq, row["hash"]
            places[seq] = row["hash"]
    return ""


def broken_checkpoint(checkpoints: Path, keys: list[str], places: dict[int, str]) -> str:
    """The first signed head that the export contradicts, or that nobody trusted signed, or ""."""
    trusted = [Ed25519PublicKey.from_public_bytes(base64.b64decode(key)) for key in keys]
    binding: list[dict[str, object]] = []
    for number, head in enumerate(_heads(checkpoints), start=1):
        if not any(_is_signed(head, key) for key in trusted):
            return f"checkpoint line {number} has no valid signature"
        after = head["after"]
        if isinstance(after, int):
            binding = [kept for kept in binding if _place(kept) <= after]
        binding.append(head)
    first, last = min(places, default=0), max(places, default=0)
    for head in sorted(binding, key=_place):
        if _place(head) > last:
            return f"the trail was cut: {head['at']} it reached place {_place(head)}, now {last}"
        if _place(head) >= first and places[_place(head)] != head["hash"]:
            return f"the trail was rewritten at or before place {_place(head)}"
    return ""


def _heads(checkpoints: Path) -> Iterator[dict[str, object]]:
    for line in checkpoints.read_text("utf-8").splitlines():
        if line:
            yield json.loads(line)


def _place(head: dict[str, object]) -> int:
    return int(str(head["seq"]))


def _is_signed(head: dict[str, object], key: Ed25519PublicKey) -> bool:
    names = ("epoch", "seq", "hash", "at", "after", "reason", "key")
    facts = ["varsam-checkpoint-1", *(head[name] for name in names)]
    try:
        key.verify(
            base64.b64decode(str(head["signature"])),
            json.dumps(facts, separators=(",", ":")).encode(),
        )
    except (InvalidSignature, ValueError):
        return False
    return True


def main(arguments: list[str]) -> int:
    """Check what the arguments name; 0 when it holds."""
    parser = argparse.ArgumentParser(description="Check an exported audit trail.")
    parser.add_argument("export", type=Path)
    parser.add_argument("--checkpoints", type=Path)
    parser.add_argument("--public-key", action="append", default=[], help="may be given again")
    given = parser.parse_args(arguments)
    places: dict[int, str] = {}
    fault = broken_link(given.export, places)
    if not fault and given.checkpoints:
        fault = broken_checkpoint(given.checkpoints, given.public_key, places)
    sys.stdout.write(f"BROKEN: {fault}\n" if fault else f"{len(places)} events hold\n")
    return 1 if fault else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Signed heads of the chain, in a file outside the database.

The database cannot tell that its own last rows are gone, nor that somebody who owns it has laid
the whole chain anew. A head that was signed and carried away can.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from typing import IO

from django.db import transaction

from patientsakerhet.audit import heads, keys, trail, verification
from patientsakerhet.audit.heads import Head
from patientsakerhet.audit.models import Checkpoint, Seal
from patientsakerhet.lib.refusal import Refused


def write() -> Head | None:
    """Sign the head of the chain, if it has moved; refuses to sign what does not hold.

    Only the stretch since the last signed head is checked again, and that this head is still
    where it was.
    """
    with _file() as file:
        last = _last_good()
        seal = Seal.objects.order_by("-seq").first()
        if seal is None and last is None:
            return None
        _refuse_a_break(last)
        if seal is None or (last is not None and seal.seq == last.seq):
            return None
        epoch = last.epoch if last else 1
        return _append(file, Head(epoch, seal.seq, bytes(seal.hash).hex(), _now()))


def write_after_restore(reason: str) -> Head:
    """Begin a new epoch: the database was restored to an earlier time, and this is said aloud.

    Leaves an event that holds the last signed head and the reason, and a signed line after which
    the earlier ones bind only up to the last that the restored chain still agrees with.
    """
    if not reason.strip():
        raise Refused("Skriv varför databasen återställdes.")
    with _file() as file:
        last = _last_good()
        if last is None:
            raise Refused("Det finns ingen tidigare kontrollpunkt att fortsätta från.")
        after = _last_agreed()
        with transaction.atomic(durable=True):
            told = trail.record(
                "audit.restored",
                by=None,
                body={"last": asdict(last), "after": after, "reason": reason},
            )
        seal = Seal.objects.get(event=told)
        return _append(
            file,
            Head(last.epoch + 1, seal.seq, bytes(seal.hash).hex(), _now(), after, reason),
        )


def _refuse_a_break(last: Head | None) -> None:
    if last is not None:
        kept = Seal.objects.filter(seq=last.seq).first()
        if kept is None or bytes(kept.hash).hex() != last.hash:
            raise Refused(
                f"Loggen stämmer inte med kontrollpunkten vid händelse {last.seq}. Kör "
                "verify_audit. Har databasen återställts: checkpoint_audit --after-restore."
            )
    fault = verification.first_fault(after=last.seq if last else 0)
    if fault:
        raise Refused(f"Loggen håller inte och signeras inte: {fault.sentence}")


def _append(file: IO[str], head: Head) -> Head:
    key = keys.signing_key()
    unsigned = Head(**{**asdict(head), "key": keys.key_id(key.public_key())})
    signature = key.sign(unsigned.signed_text())
    signed = Head(**{**asdict(unsigned), "signature": base64.b64encode(signature).decode()})
    file.write(json.dumps(asdict(signed), ensure_ascii=False) + "\n")
    file.flush()
    os.fsync(file.fileno())
    Checkpoint.objects.create(
        epoch=signed.epoch,
        seq=signed.seq,
        hash=bytes.fromhex(signed.hash),
        at=datetime.fromisoformat(signed.at),
        key_id=signed.key,
        signature=signature,
    )
    return signed


def _last_good() -> Head | None:
    trusted = keys.public_keys()
    return next((head for head in reversed(heads.every()) if head.is_signed(trusted)), None)


def _last_agreed() -> int:
    """The last place where the chain and a signed head still say the same."""
    trusted = keys.public_keys()
    genuine = [head for head in heads.every() if head.is_signed(trusted)]
    kept = dict(
        Seal.objects.filter(seq__in=[head.seq for head in genuine]).values_list("seq", "hash")
    )
    return max(
        (
            head.seq
            for head in heads.binding(genuine)
            if head.seq in kept and bytes(kept[head.seq]).hex() == head.hash
        ),
        default=0,
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


@contextmanager
def _file() -> Iterator[IO[str]]:
    """The file, held by one writer at a time."""
    heads.path().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with open(heads.path(), "a", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file

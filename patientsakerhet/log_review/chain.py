"""How the chain of the log stands: how far it was checked and signed, and what has come since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from patientsakerhet.audit import verification
from patientsakerhet.audit.models import Checkpoint, Seal


@dataclass(frozen=True)
class Standing:
    """The last signed head against the chain as it is; `at` is None when nothing was signed yet.

    A head is signed only when every event since the head before holds.
    """

    at: datetime | None
    place: int
    later: int
    agrees: bool


def standing() -> Standing:
    """How it stands now; three statements however long the chain is."""
    last = Checkpoint.objects.order_by("-epoch", "-seq").first()
    end = verification.last_place()
    if last is None:
        return Standing(None, 0, end, agrees=True)
    kept = Seal.objects.filter(seq=last.seq).values_list("hash", flat=True).first()
    agrees = kept is not None and bytes(kept) == bytes(last.hash)
    return Standing(last.at, last.seq, max(end - last.seq, 0), agrees)

"""When two numbers of the same year differ so much that both are told, and why they do. Pure."""

from __future__ import annotations

from decimal import Decimal

LATE = "skrevs in senare"
CORRECTED = "rättat"
RECODED = "omkodat"
CORRECTED_OR_RECODED = "rättat eller omkodat"
NEW_DEFINITION = "ny definition"
THEN_KNOWN, NOW_KNOWN, COUNTED_NOW = "då känt", "nu känt", "räknat nu"
"""How a number of a former year is known: as its own edition told it, now, or now for want of an edition."""
OTHER_DEFINITION = "annan definition"
SAME = "samma"
FEW = 4
"""So many cases may differ, where they are no more than one in a hundred, before both are told."""


def differs(then: Decimal, now: Decimal) -> bool:
    """By more than one per cent, or more than four."""
    gap = abs(now - then)
    return gap > FEW or gap > abs(then) / 100


def reason(
    then: Decimal | None,
    now: Decimal | None,
    anew: Decimal | None,
    *,
    counted: bool = True,
    recoded: bool = False,
) -> str:
    """Why what is known now is another number than what was told then.

    `anew` is what was known then, counted today: what differs from it was written down later, and
    where it differs from what was told, what stood there then has been changed. `recoded` says that
    the whole is the same, and only its parts have changed. A share or a length of time goes up or
    down by what is written later; a number of things goes down only when something is taken away.
    """
    if then is None or now is None or anew is None:
        return LATE if then is None and anew is None else CORRECTED_OR_RECODED
    found = []
    if now > anew or (now != anew and not counted):
        found.append(LATE)
    elif now < anew:
        found.append(CORRECTED)
    if anew != then:
        found.append(RECODED if recoded else CORRECTED_OR_RECODED)
        if CORRECTED in found:
            found = [CORRECTED_OR_RECODED]
    return ", ".join(found)

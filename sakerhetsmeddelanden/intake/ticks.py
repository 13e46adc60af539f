"""The template's boxes: which of the actions are ticked, in either tongue."""

from __future__ import annotations

import re

_TICKED = r"☒|☑|✓|✔|✗|✘|■|\u25a0|\uf0fe|\uf078|\[\s?[xX✓]\s?\]|\(\s?[xX]\s?\)"
_EMPTY = r"☐|□|❑|❏|\uf0a8|\uf06f|\[\s{0,2}\]|\(\s{0,2}\)|\[_\]"
_BOX = re.compile(rf"(?P<ticked>{_TICKED})|(?P<empty>{_EMPTY})")

# Code of the action -> how its label begins, as patterns.
USER = {
    "identify": ("identify", "identifiera"),
    "quarantine": ("quarantine", r"sätt\b.{0,40}\bi karantän", "karantän", "ta undan", "isolera"),
    "return": ("return", "returnera", "skicka tillbaka"),
    "destroy": ("destroy", "discard", "kassera", "förstör", "destruera"),
    "modify": (
        "on-site device modification",
        "on-site",
        "modification",
        "modifiering",
        "åtgärd på plats",
        "ändring på plats",
    ),
    "follow_patients": (
        "follow patient management",
        "patient management",
        "följ rekommendationer för patient",
        "följ råden om patient",
    ),
    "take_note": (
        "take note of amendment",
        "take note of amended",
        "notera ändring",
        "beakta ändring",
        "ta del av ändrad bruksanvisning",
    ),
    "other": ("other", "annat", "övrigt", "annan åtgärd"),
    "none": ("none", "ingen", "inga"),
}
MANUFACTURER = {
    "remove": ("product removal", "removal", "återtag", "produkten tas bort", "återkallelse"),
    "modify": ("on-site device modification", "on-site", "modifiering", "åtgärd på plats", "ändring på plats"),
    "upgrade": ("software upgrade", "software update", "programvaruuppdatering", "uppgradering av programvara", "mjukvaruuppdatering"),
    "change_labelling": ("ifu or labelling change", "ifu", "labelling change", "ändrad bruksanvisning", "ändring av bruksanvisning"),
    "other": ("other", "annat", "övrigt", "annan åtgärd"),
    "none": ("none", "ingen", "inga"),
}  # fmt: skip


def ticked(text: str, actions: dict[str, tuple[str, ...]]) -> list[str] | None:
    """The actions whose box is ticked, in the template's order; None when there are no boxes."""
    boxes = list(_BOX.finditer(text))
    if not boxes:
        return None
    chosen = set()
    for number, box in enumerate(boxes):
        end = boxes[number + 1].start() if number + 1 < len(boxes) else len(text)
        words = " ".join(text[box.end() : end].split()).casefold().lstrip(" .:-")
        for code, beginnings in actions.items():
            if box["ticked"] and any(re.match(one, words) for one in beginnings):
                chosen.add(code)
                break
    return [code for code in actions if code in chosen]


def has_box(text: str) -> bool:
    """True when the text holds a box, ticked or not."""
    return bool(_BOX.search(text))

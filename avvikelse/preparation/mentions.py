"""Which IT system and which device a report speaks of, found by name or by the number on its label."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db import connection

from patientsakerhet.cases.querysets import SEARCH_CONFIG
from patientsakerhet.register.models import Device, DeviceModel, ITSystem

SHORT = 3
"""Names this short are found only as they are written: ”RoS” is a system, ”ros” is not."""

_NUMBER = re.compile(r"(?<![\w-])([A-Za-zÅÄÖåäö]{1,6}[ -]?)?(\d{3,12}(?:-\d{1,6})?)(?![\w-])")
_BARE = 5
"""Digits alone must be this many to be taken for a number on a label."""


@dataclass(frozen=True)
class Mentions:
    """What the text speaks of, and how it is written there."""

    system: ITSystem | None = None
    system_as: str = ""
    model: DeviceModel | None = None
    model_as: str = ""
    device: Device | None = None
    device_as: str = ""


def in_text(text: str) -> Mentions:
    """The system and the device the text speaks of; the longest name wins, then the first written.

    Names are found in any inflection and as whole words. A device's model is known by its number.
    """
    device, device_as = _device(text)
    system, system_as = _named(text, _SYSTEMS)
    model, model_as = _named(text, _MODELS)
    found_model = None
    if device is not None:
        found_model, model_as = device.model, model_as or device.model.name
    elif model is not None:
        found_model = DeviceModel.objects.select_related("managing_unit").get(pk=model)
    return Mentions(
        system=ITSystem.objects.select_related("managing_unit").get(pk=system) if system else None,
        system_as=system_as,
        model=found_model,
        model_as=model_as,
        device=device,
        device_as=device_as,
    )


def numbers_in(text: str) -> dict[str, str]:
    """Numbers that may stand on a label, as the register writes them -> as the text does."""
    found: dict[str, str] = {}
    for match in _NUMBER.finditer(text):
        letters, digits = (match[1] or "").strip(" -").upper(), match[2]
        if not letters and len(digits) < _BARE:
            continue
        for number in (f"{letters}-{digits}", f"{letters}{digits}") if letters else (digits,):
            found.setdefault(number, match[0].strip())
        if letters and len(digits) >= _BARE:
            found.setdefault(digits, match[0].strip())
    return found


def _device(text: str) -> tuple[Device | None, str]:
    numbers = numbers_in(text)
    if not numbers:
        return None, ""
    devices = Device.objects.select_related("model__managing_unit", "holding_unit")
    by_label = {one.inventory_number: one for one in devices.filter(inventory_number__in=numbers)}
    for number, as_written in numbers.items():
        if number in by_label:
            return by_label[number], as_written
    return None, ""


_SYSTEMS = """
    SELECT s.id, name.written FROM register_itsystem s,
        unnest(s.aliases || s.name) AS name (written)
    WHERE s.in_use
"""
_MODELS = "SELECT m.id, m.name FROM register_devicemodel m WHERE m.merged_into_id IS NULL"


def _named(text: str, names: str) -> tuple[int | None, str]:
    """The key of the row with the longest name in the text, and the name."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH told AS (SELECT to_tsvector(%(config)s::regconfig, %(text)s) AS vector),
            named (id, written) AS ({names})
            SELECT id, written FROM named, told
            WHERE numnode(phraseto_tsquery(%(config)s::regconfig, written)) > 0
              AND vector @@ phraseto_tsquery(%(config)s::regconfig, written)
            ORDER BY length(written) DESC, id
            """,  # noqa: S608  the names of tables are this module's own
            {"config": SEARCH_CONFIG, "text": text},
        )
        hits = [(pk, written) for pk, written in cursor.fetchall() if _fits(written, text)]
    if not hits:
        return None, ""
    folded = text.casefold()

    def order(hit: tuple[int, str]) -> tuple[int, int]:
        place = folded.find(hit[1].casefold())
        return -len(hit[1]), place if place >= 0 else len(folded)

    return min(hits, key=order)


def _fits(written: str, text: str) -> bool:
    """Short names and abbreviations must stand in the text as they are."""
    if len(written) > SHORT:
        return True
    return re.search(rf"(?<!\w){re.escape(written)}(?!\w)", text) is not None

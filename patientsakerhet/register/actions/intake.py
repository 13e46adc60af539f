"""Many devices at once, from a file or the API: new, changed, unchanged, or why not.

A row meets the device with the same key in the same source, else with the same inventory number,
else of the same model with the same serial number. What a row does not say stays as it stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import Person, Unit
from patientsakerhet.register.actions import core, parties
from patientsakerhet.register.models import (
    Device,
    DeviceIdentifier,
    DeviceModel,
    EmdnTerm,
    Party,
    PartyAlias,
)
from patientsakerhet.register.spelling import compact, party_spelling

ADDED, CHANGED, UNCHANGED, ERROR = "added", "changed", "unchanged", "error"
TEXTS = ("inventory_number", "serial_number", "lot_number", "software_version", "udi_pi")
FACTS = (
    *TEXTS,
    "holding_unit",
    "status",
    "bought_on",
    "manufactured_on",
    "expires_on",
    "out_of_use_on",
)
KEPT = ("model", *FACTS, "source", "external_key", "last_seen_at", "is_stale", "version")


@dataclass(frozen=True)
class Given:
    """One row as it was told: the model as it is called, and what is said of the individual.

    No text is longer than its column.
    """

    number: int
    external_key: str = ""
    maker: str = ""
    name: str = ""
    model_number: str = ""
    catalogue_number: str = ""
    udi_di: str = ""
    agency: str = ""
    emdn: str = ""
    group: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Of `FACTS`, those that were said."""

    @property
    def label(self) -> str:
        """What the row is about."""
        numbers = (self.facts.get("inventory_number"), self.facts.get("serial_number"))
        return str(next((one for one in (*numbers, self.external_key) if one), ""))


@dataclass(frozen=True)
class Came:
    """What became of one row."""

    number: int
    outcome: str
    label: str
    text: str = ""
    device: Device | None = None


class Intake:
    """Takes rows in from one source; made anew by whoever goes on where another died."""

    def __init__(
        self,
        source: str,
        managing_unit: Unit,
        *,
        by: Person | None,
        at: datetime,
        is_trial: bool = False,
    ) -> None:
        """`managing_unit` manages the models that were not there; refuses who may not keep it.

        Whoever calls rolls a trial back; the trail and the moment of what is unchanged are left out.
        """
        core.allow_at(managing_unit, by=by)
        self.source, self.unit, self.by, self.at = source, managing_unit, by, at
        self.is_trial = is_trial
        self._models: dict[tuple[int, str, str, str], DeviceModel] = {}
        self._by_udi: dict[str, DeviceModel] = {}
        self._makers: dict[str, Party] = {}
        self._new_models: list[tuple[DeviceModel, str]] = []
        self._new_udis: list[DeviceIdentifier] = []

    def take(self, rows: Sequence[Given]) -> list[Came]:
        """Every row taken in or refused by itself, in the transaction of whoever calls."""
        came: list[Came] = []
        models = self._models_of(rows, came)
        new: list[tuple[Given, Device]] = []
        changed: list[Device] = []
        same: list[int] = []
        standing = self._standing(rows)
        used: set[int] = set()
        told: set[str] = set()
        for row, model in models:
            try:
                device = self._met(row, model, standing)
                self._refuse_clash(row, device, standing, used, told)
            except NotReady as refusal:
                came.append(Came(row.number, ERROR, row.label, " ".join(refusal.reasons)))
                continue
            if device is None:
                made = Device(
                    model=model,
                    source=self.source,
                    external_key=row.external_key,
                    last_seen_at=self.at,
                    **row.facts,
                )
                new.append((row, made))
                continue
            used.add(device.pk)
            differs = self._changes(device, model, row)
            if not differs:
                same.append(device.pk)
                came.append(Came(row.number, UNCHANGED, row.label, device=device))
                continue
            text = "; ".join(
                f"{_label(name)}: {a or 'inget'} → {b or 'inget'}"
                for name, (a, b) in differs.items()
            )
            if not self.is_trial:
                core.record("device.read_in", device, by=self.by, body=differs)
            changed.append(device)
            came.append(Came(row.number, CHANGED, row.label, text, device))
        Device.objects.bulk_create([device for _, device in new], batch_size=1000)
        Device.objects.bulk_update(changed, KEPT, batch_size=500)
        if not self.is_trial:
            Device.objects.filter(pk__in=same).update(last_seen_at=self.at)
        refused = {one.number for one in came if one.outcome == ERROR}
        self.saw([row for row in rows if row.number in refused])
        came += [Came(row.number, ADDED, row.label, device=device) for row, device in new]
        return sorted(came, key=lambda one: one.number)

    def saw(self, rows: Sequence[Given]) -> None:
        """The source still has these, whatever was wrong with their rows: they are not gone from it."""
        keys = {row.external_key for row in rows} - {""}
        if keys and not self.is_trial:
            Device.objects.filter(source=self.source, external_key__in=keys).update(
                last_seen_at=self.at
            )

    def _look_up(self) -> None:
        """The models as they are in this transaction: a trial before it was rolled back."""
        rows = DeviceModel.objects.current().select_related("manufacturer", "managing_unit")
        self._models = {
            (one.manufacturer_id, one.name_key, one.model_key, one.catalogue_key): one
            for one in rows
        }
        by_pk = {one.pk: one for one in self._models.values()}
        self._by_udi = {
            di: by_pk[model]
            for di, model in DeviceIdentifier.objects.values_list("udi_di", "model")
            if model in by_pk
        }
        manufacturers = Party.objects.current().filter(parts__contains=[Party.Part.MANUFACTURER])
        self._makers = {
            alias.spelling: alias.party
            for alias in PartyAlias.objects.filter(party__in=manufacturers).select_related("party")
        }

    def _models_of(
        self, rows: Sequence[Given], came: list[Came]
    ) -> list[tuple[Given, DeviceModel]]:
        """Each row with its model, those that were not there made together; or why it has none."""
        self._look_up()
        found = []
        for row in rows:
            try:
                found.append((row, self._model_of(row)))
            except NotReady as refusal:
                came.append(Came(row.number, ERROR, row.label, " ".join(refusal.reasons)))
        codes = {code for _, code in self._new_models if code}
        terms = {term.code: term for term in EmdnTerm.objects.filter(code__in=codes)}
        for model, code in self._new_models:
            model.emdn = terms.get(code)
        made = DeviceModel.objects.bulk_create([model for model, _ in self._new_models])
        DeviceIdentifier.objects.bulk_create(self._new_udis)
        if not self.is_trial:
            for model in made:
                core.record("device_model.added", model, by=self.by, body={})
        self._new_models, self._new_udis = [], []
        return found

    def _standing(self, rows: Sequence[Given]) -> dict[tuple[str, Any], Device]:
        """The devices that the rows may meet, locked, by each thing they may be met by.

        That the key is not empty is said for the index, which holds no others.
        """
        keys = {row.external_key for row in rows if row.external_key}
        numbers = {n for row in rows if (n := row.facts.get("inventory_number"))}
        serials = {compact(s) for row in rows if (s := row.facts.get("serial_number"))}
        found = (
            Device.objects.select_for_update(of=("self",))
            .select_related("model__managing_unit", "holding_unit")
            .filter(
                (Q(source=self.source, external_key__in=keys) & ~Q(external_key=""))
                | Q(inventory_number__in=numbers)
                | Q(serial_key__in=serials)
            )
            .order_by("pk")
        )
        met: dict[tuple[str, Any], Device] = {}
        for one in found:
            if one.external_key and one.source == self.source:
                met["key", one.external_key] = one
            if one.inventory_number:
                met["number", one.inventory_number] = one
            if one.serial_key:
                met.setdefault(("serial", (one.model_id, one.serial_key)), one)
        return met

    def _met(
        self, row: Given, model: DeviceModel, standing: Mapping[tuple[str, Any], Device]
    ) -> Device | None:
        serial = compact(row.facts.get("serial_number", ""))
        return (
            standing.get(("key", row.external_key))
            or standing.get(("number", row.facts.get("inventory_number", "")))
            or (standing.get(("serial", (model.pk, serial))) if serial else None)
        )

    def _refuse_clash(
        self,
        row: Given,
        device: Device | None,
        standing: Mapping[tuple[str, Any], Device],
        used: set[int],
        told: set[str],
    ) -> None:
        """Refuses a row that two devices answer to, that says nothing, or that came before."""
        number = row.facts.get("inventory_number", "")
        if not (row.label or row.facts.get("lot_number")):
            raise NotReady("Raden saknar inventarienummer, serienummer, partinummer och nyckel.")
        other = standing.get(("number", number)) if number else None
        if device is not None and other is not None and other.pk != device.pk:
            raise NotReady(f"Inventarienumret {number} hör till en annan utrustning.")
        mine = {
            f"{kind} {value}" for kind, value in (("k", row.external_key), ("n", number)) if value
        }
        if mine & told or (device is not None and device.pk in used):
            raise NotReady("Utrustningen står på en rad till, ovanför.")
        told |= mine
        if device is not None and device.model.managing_unit_id != self.unit.pk:
            core.allow(device, by=self.by)
        made, ends = (
            row.facts.get(name) or getattr(device, name, None)
            for name in ("manufactured_on", "expires_on")
        )
        if made and ends and ends < made:
            raise NotReady("Bäst före ligger före tillverkningsdagen.")

    def _changes(self, device: Device, model: DeviceModel, row: Given) -> dict[str, list[Any]]:
        """The device holds what the row says; what differed, as the trail keeps it."""
        wanted = {**row.facts, "model": model, "is_stale": False}
        if row.external_key:
            wanted |= {"source": self.source, "external_key": row.external_key}
        differs = {}
        for name, value in wanted.items():
            before = getattr(device, name)
            if before != value:
                differs[name] = [core.plain(before), core.plain(value)]
                setattr(device, name, value)
        if differs:
            device.version += 1
            device.last_seen_at = self.at
        return differs

    def _model_of(self, row: Given) -> DeviceModel:
        """The model by its UDI-DI, else by what its maker calls it; one to be made when nobody has it."""
        if row.udi_di and (known := self._by_udi.get(row.udi_di)):
            return known
        if not row.maker or not row.name:
            raise NotReady("Raden säger inte tillverkare och produkt, och har ingen känd UDI-DI.")
        maker = self._maker(row.maker)
        key = (
            maker.pk,
            compact(row.name),
            compact(row.model_number),
            compact(row.catalogue_number),
        )
        model = self._models.get(key)
        if model is None:
            model = DeviceModel(
                manufacturer=maker,
                name=row.name,
                model_number=row.model_number,
                catalogue_number=row.catalogue_number,
                group=row.group,
                managing_unit=self.unit,
            )
            self._new_models.append((model, row.emdn))
            self._models[key] = model
        if row.udi_di:
            self._new_udis.append(
                DeviceIdentifier(model=model, udi_di=row.udi_di, agency=row.agency)
            )
            self._by_udi[row.udi_di] = model
        return model

    def _maker(self, name: str) -> Party:
        spelling = party_spelling(name)
        if spelling not in self._makers:
            self._makers[spelling] = parties.obtain(name, Party.Part.MANUFACTURER)
        return self._makers[spelling]


def gone(source: str, *, seen_before: datetime) -> Any:
    """The devices of the source that were not in it at the moment, and are not marked yet."""
    return Device.objects.filter(source=source, is_stale=False).filter(
        Q(last_seen_at=None) | Q(last_seen_at__lt=seen_before)
    )


def mark_gone_since(
    source: str, since: datetime, *, by: Person | None, is_trial: bool = False
) -> list[int]:
    """All of the source was sent from that moment on: what it has no longer, marked if no trial."""
    if not Device.objects.filter(source=source, last_seen_at__gte=since).exists():
        raise NotReady(f"Inget ur källan {source} har tagits in sedan dess.")
    with transaction.atomic():
        rows = gone(source, seen_before=since).select_for_update().order_by("pk")
        keys = list(rows.values_list("pk", flat=True))
        if keys and not is_trial:
            mark_gone(keys, source, by=by)
    return keys


def mark_gone(keys: Sequence[int], source: str, *, by: Person | None) -> None:
    """These are marked as gone from their source; nothing is deleted."""
    Device.objects.filter(pk__in=keys).update(is_stale=True)
    trail.record(
        "register.gone",
        by=by,
        right=Can.IMPORT_REGISTER,
        body={"source": source, "devices": list(keys)},
    )


def _label(name: str) -> str:
    label = str(getattr(Device._meta.get_field(name), "verbose_name", name))
    return f"{label[:1].upper()}{label[1:]}"

"""Whom a notice concerns: the register asked set by set, each device judged, nothing written.

Surest first: UDI-DI, then manufacturer with model, article or trade name, then family; among the
devices of those models the ranges decide. As few as possible and as many as needed: units that
were near and not chosen are told with the reason, and devices that cannot be judged are left to
somebody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from django.db.models import Q
from django.utils import timezone

from patientsakerhet.organisation.models import Unit, in_force
from patientsakerhet.register.models import Device, DeviceModel, ITSystem, Party
from patientsakerhet.register.spelling import compact
from sakerhetsmeddelanden import makers, ranges
from sakerhetsmeddelanden.models import AffectedProduct, ConsideredUnit, Ground, SafetyNotice
from sakerhetsmeddelanden.ranges import Facts, Verdict

Why = ConsideredUnit.Why
GRAVEST = (Why.ANSWERED, Why.OUTSIDE_RANGE, Why.OUT_OF_USE, Why.OTHER_MODEL, Why.OTHER_MANUFACTURER)
"""Which reason stands when a unit was near in several ways."""


class Row(NamedTuple):
    """What targeting reads of a device."""

    pk: int
    model_id: int
    serial: str
    lot: str
    software: str
    made_on: date | None
    unit_id: int | None
    status: str


@dataclass(frozen=True)
class Hit:
    """A device that is affected, and why."""

    device_id: int
    ground: Ground
    reason: str


@dataclass(frozen=True)
class Undecided:
    """A device that cannot be judged, and why."""

    device_id: int
    product_id: int
    unit_id: int | None
    why: str


@dataclass
class Matched:
    """The register's models that a product is, by what, and those that are near."""

    chosen: dict[int, Ground] = field(default_factory=dict)
    unsure: dict[int, str] = field(default_factory=dict)
    """Models whose maker nobody can tell, with the reason."""
    near: dict[int, Why] = field(default_factory=dict)


@dataclass
class Found:
    """The whole of it; keys are of units, None where nobody holds the device."""

    hits: dict[int, list[Hit]] = field(default_factory=lambda: defaultdict(list))
    undecided: list[Undecided] = field(default_factory=list)
    near: dict[int, dict[Why, list[str]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    models: dict[int, list[int]] = field(default_factory=dict)
    """Product -> the models it was found to be."""
    systems: dict[int, list[ITSystem]] = field(default_factory=lambda: defaultdict(list))
    searched: int = 0


def find(notice: SafetyNotice) -> Found:
    """Whom the notice concerns today."""
    products = list(notice.products.select_related("manufacturer").order_by("position", "pk"))
    matched = {one.pk: models_of(one, notice) for one in products}
    every = {pk for one in matched.values() for pk in (*one.chosen, *one.unsure, *one.near)}
    devices = rows_of(Q(model__in=every)) if every else []
    found = _judged(products, matched, devices)
    found.models = {pk: sorted(one.chosen) for pk, one in matched.items()}
    found.searched = Device.objects.count()
    _at_living_units(found)
    for system in notice.systems.select_related("maintenance_group__unit", "managing_unit"):
        group = system.maintenance_group
        unit = group.unit if group and group.unit else system.managing_unit
        found.systems[unit.pk].append(system)
    return found


def judge_devices(notice: SafetyNotice, devices: Iterable[int]) -> Found:
    """As `find`, of these devices alone: those that have come to a unit since."""
    products = list(notice.products.select_related("manufacturer").order_by("position", "pk"))
    matched = {one.pk: models_of(one, notice) for one in products}
    return _judged(products, matched, rows_of(Q(pk__in=list(devices))))


def models_of(product: AffectedProduct, notice: SafetyNotice) -> Matched:
    """The register's models that the product is, and those that are near."""
    matched = Matched()
    if product.models_confirmed:
        matched.chosen = dict.fromkeys(
            product.models_chosen.values_list("pk", flat=True), Ground.MODEL
        )
        return matched
    current = DeviceModel.objects.current()
    for pk in current.identified(*product.udi_dis).values_list("pk", flat=True):
        matched.chosen[pk] = Ground.UDI
    maker = product.manufacturer or notice.manufacturer or _called(notice.manufacturer_text)
    named = [one for one in (product.trade_name, *product.model_numbers) if compact(one)]
    alike = Q(pk__in=[])
    for one in named:
        key = compact(one)
        alike |= Q(name_key=key) | Q(model_key=key) | Q(catalogue_key=key)
    found = {
        pk: made_by
        for pk, made_by in current.filter(alike).values_list("pk", "manufacturer_id")
        if pk not in matched.chosen
    }
    others = {made_by for made_by in found.values() if maker is None or made_by != maker.pk}
    names = [maker.name] if maker is not None else []
    doubtful = makers.doubtful([*names, notice.manufacturer_text], others)
    for pk, made_by in found.items():
        if maker is not None and made_by == maker.pk:
            matched.chosen[pk] = Ground.MODEL
        elif made_by in doubtful:
            matched.unsure[pk] = doubtful[made_by]
        elif maker is None:
            matched.unsure[pk] = (
                "beteckningen stämmer, men tillverkaren går inte att känna igen i registret"
            )
        else:
            matched.near[pk] = Why.OTHER_MANUFACTURER
    _by_family(product, maker, matched, named_alone=bool(named) and not matched.chosen)
    return matched


def _by_family(
    product: AffectedProduct, maker: Party | None, matched: Matched, *, named_alone: bool
) -> None:
    """The family that the product names; the other models of a family are near."""
    current = DeviceModel.objects.current()
    family = Q(pk__in=[])
    if product.family:
        family |= Q(family_key=compact(product.family))
    if named_alone and not matched.unsure:
        keys = [compact(one) for one in (product.trade_name, *product.model_numbers) if one]
        family |= Q(family_key__in=[key for key in keys if key])
    if product.emdn_code and not (product.trade_name or product.model_numbers or product.udi_dis):
        family |= Q(emdn__code__startswith=product.emdn_code)
    for pk, made_by in current.filter(family).values_list("pk", "manufacturer_id"):
        if pk in matched.chosen or pk in matched.unsure:
            continue
        if maker is None:
            matched.unsure[pk] = "familjen stämmer, men tillverkaren är inte känd i registret"
        elif made_by == maker.pk:
            matched.near.pop(pk, None)
            matched.chosen[pk] = Ground.FAMILY
        else:
            matched.near.setdefault(pk, Why.OTHER_MANUFACTURER)
    kin = (
        DeviceModel.objects.filter(pk__in=[*matched.chosen])
        .exclude(family_key="")
        .values("family_key", "manufacturer_id")
    )
    cousins = Q(pk__in=[])
    for one in kin:
        cousins |= Q(family_key=one["family_key"], manufacturer_id=one["manufacturer_id"])
    for pk in current.filter(cousins).values_list("pk", flat=True):
        if pk not in matched.chosen and pk not in matched.unsure:
            matched.near.setdefault(pk, Why.OTHER_MODEL)


def rows_of(condition: Q) -> list[Row]:
    """What is read of the devices; those borrowed or missing too."""
    return [
        Row(*values)
        for values in Device.objects.filter(condition)
        .order_by("pk")
        .values_list(
            "pk",
            "model_id",
            "serial_number",
            "lot_number",
            "software_version",
            "manufactured_on",
            "holding_unit_id",
            "status",
        )
    ]


def _judged(
    products: Sequence[AffectedProduct], matched: dict[int, Matched], devices: Iterable[Row]
) -> Found:
    found = Found()
    read = {one.pk: ranges.from_json(one.ranges) for one in products}
    names = {one.pk: str(one) for one in products}
    for device in devices:
        best: Hit | None = None
        doubt: Undecided | None = None
        near: tuple[Why, str] | None = None
        for product in products:
            match = matched[product.pk]
            if device.model_id in match.near:
                why = match.near[device.model_id]
                near = near or (why, f"{names[product.pk]}: {Why(why).label}")
                continue
            ground = match.chosen.get(device.model_id)
            unsure = match.unsure.get(device.model_id)
            if ground is None and unsure is None:
                continue
            if device.status not in Device.PRESENT:
                near = (Why.OUT_OF_USE, f"utrustningen är {Device.Status(device.status).label}")
                continue
            facts = Facts(device.serial, device.lot, device.software, device.made_on)
            said = ranges.judge(read[product.pk], facts)
            if said.verdict == Verdict.NO:
                near = (Why.OUTSIDE_RANGE, said.reason)
            elif said.verdict == Verdict.UNKNOWN or unsure:
                doubtful = (unsure or said.reason)[:300]
                doubt = doubt or Undecided(device.pk, product.pk, device.unit_id, doubtful)
            elif ground is not None and (best is None or _surer(ground, best.ground)):
                best = Hit(device.pk, ground, f"{names[product.pk]}: {said.reason}"[:300])
        if best is not None and device.unit_id is not None:
            found.hits[device.unit_id].append(best)
        elif best is not None:
            nobody = "berörd, men ingen enhet innehar den enligt registret"
            found.undecided.append(Undecided(device.pk, products[0].pk, None, nobody))
        elif doubt is not None:
            found.undecided.append(doubt)
        elif near is not None and device.unit_id is not None:
            found.near[device.unit_id][near[0]].append(near[1])
    return found


def _surer(ground: Ground, than: Ground) -> bool:
    order = list(Ground)
    return order.index(ground) < order.index(than)


def _at_living_units(found: Found) -> None:
    """Devices at a unit that has ended are left to somebody: nobody answers there."""
    alive = set(
        Unit.objects.filter(in_force(timezone.localdate()), pk__in=[*found.hits]).values_list(
            "pk", flat=True
        )
    )
    for unit in [*found.hits]:
        if unit not in alive:
            why = "berörd, men enheten som innehar den har upphört"
            found.undecided += [
                Undecided(one.device_id, 0, unit, why) for one in found.hits.pop(unit)
            ]


def _called(name: str) -> Party | None:
    return Party.objects.called(name).first() if name.strip() else None


def in_words(hits: Sequence[Hit]) -> str:
    """Why a unit is chosen: how many of its devices, and the first reasons."""
    reasons = list(dict.fromkeys(one.reason for one in hits))
    ground = min((one.ground for one in hits), key=list(Ground).index)
    many = "1 utrustning" if len(hits) == 1 else f"{len(hits)} utrustningar"
    told = "; ".join(reasons[:3]) + (f" och {len(reasons) - 3} till" if len(reasons) > 3 else "")
    return f"{many} genom {Ground(ground).label}. {told}"


def near_in_words(near: dict[Why, list[str]]) -> tuple[Why, str, int]:
    """Why a unit that was near is not chosen, the gravest reason first, and of how many devices."""
    why = next(one for one in GRAVEST if one in near)
    told = list(dict.fromkeys(near[why]))
    more = f" och {len(told) - 2} till" if len(told) > 2 else ""
    return why, "; ".join(told[:2]) + more, sum(len(one) for one in near.values())

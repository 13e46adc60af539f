"""How the register's lists are narrowed: the same words on pages, in the API and in exports."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils import timezone

from patientsakerhet.organisation.models import Unit
from patientsakerhet.register import udi
from patientsakerhet.register.models import (
    Device,
    DeviceModel,
    DeviceModelQuerySet,
    DeviceQuerySet,
    ITSystem,
    ITSystemQuerySet,
    Party,
    PartyQuerySet,
)
from patientsakerhet.register.spelling import compact, party_spelling
from patientsakerhet.ui.narrowing import Narrowing, YesFilter, choice, text

MOST_MODELS = 2000
PRESENT = "present"


class DeviceFilter(Narrowing):
    """Narrows the individuals."""

    q = text("Nummer, UDI, produkt eller tillverkare", "find", type="search")
    unit = text("Finns hos", "held_by")
    status = choice("Läge", "in_status", [(PRESENT, "finns kvar"), *Device.Status.choices])
    model = text("Produktens nummer i registret", "of_model")
    lot = text("Partinummer", "of_lot")
    software = text("Programversion", "with_software")
    stale = YesFilter("Borta ur källan", "gone_from_source")

    class Meta:
        model = Device
        fields: tuple[str, ...] = ()

    def find(self, rows: DeviceQuerySet, name: str, value: str) -> DeviceQuerySet:
        """By what stands on it, or by what it is."""
        if udi.looks_like(value):
            return rows.filter(_as_udi(value))
        key = compact(value)
        models = _models_named(DeviceModel.objects.all(), value).values_list("pk", flat=True)
        return rows.filter(
            Q(inventory_number__startswith="".join(value.split()).upper())
            | Q(serial_key=key)
            | Q(lot_key=key)
            | Q(model__in=list(models[:MOST_MODELS]))
        )

    def held_by(self, rows: DeviceQuerySet, name: str, value: str) -> DeviceQuerySet:
        """At the unit with this code, or one whose name it is part of, or below."""
        return rows.filter(_below("holding_unit", value))

    def in_status(self, rows: DeviceQuerySet, name: str, value: str) -> DeviceQuerySet:
        """In this part of its life."""
        return rows.present() if value == PRESENT else rows.filter(status=value)

    def of_model(self, rows: DeviceQuerySet, name: str, value: str) -> DeviceQuerySet:
        """Of the model with this key."""
        return rows.filter(model=int(value)) if value.isdecimal() else rows.none()

    def of_lot(self, rows: DeviceQuerySet, name: str, value: str) -> DeviceQuerySet:
        """Of the lot."""
        return rows.of_lot(value)

    def with_software(self, rows: DeviceQuerySet, name: str, value: str) -> DeviceQuerySet:
        """With the version."""
        return rows.filter(software_version__iexact=value)

    def gone_from_source(self, rows: DeviceQuerySet, name: str, value: bool) -> DeviceQuerySet:
        """That the source they were read from has no longer."""
        return rows.filter(is_stale=True) if value else rows


class ModelFilter(Narrowing):
    """Narrows the makes and models."""

    q = text("Produkt, artikelnummer, UDI-DI eller tillverkare", "find", type="search")
    emdn = text("EMDN-kod", "under_term")
    group = text("Produktgrupp", "in_group")
    unit = text("Förvaltas av", "managed_by")

    class Meta:
        model = DeviceModel
        fields: tuple[str, ...] = ()

    def find(self, rows: DeviceModelQuerySet, name: str, value: str) -> DeviceModelQuerySet:
        """By any of its names or numbers."""
        if udi.looks_like(value):
            found = _read(value)
            return rows.identified(found.di) if found is not None else rows.none()
        return _models_named(rows, value)

    def under_term(self, rows: DeviceModelQuerySet, name: str, value: str) -> DeviceModelQuerySet:
        """Of the term or one below it."""
        return rows.filter(emdn__code__startswith=value.strip().upper())

    def in_group(self, rows: DeviceModelQuerySet, name: str, value: str) -> DeviceModelQuerySet:
        """Of the group or the family."""
        return rows.filter(Q(group__icontains=value) | Q(family__icontains=value))

    def managed_by(self, rows: DeviceModelQuerySet, name: str, value: str) -> DeviceModelQuerySet:
        """By the unit or one below it."""
        return rows.filter(_below("managing_unit", value))


class SystemFilter(Narrowing):
    """Narrows the IT systems."""

    q = text("Namn, kallas också eller leverantör", "find", type="search")
    unit = text("Förvaltas av", "managed_by")
    dependent = text("Enhet som är beroende", "needed_by")
    criticality = choice("Kritikalitet", "as_critical", ITSystem.Criticality.choices)
    on_call = choice("Jourklass", "on_call_as", ITSystem.OnCall.choices)
    out_of_use = YesFilter("Även tagna ur drift", "also_old")

    class Meta:
        model = ITSystem
        fields: tuple[str, ...] = ()

    def filter_queryset(self, queryset: Any) -> Any:
        """Without a word, those in use."""
        rows = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("out_of_use") else rows.in_use()

    def find(self, rows: ITSystemQuerySet, name: str, value: str) -> ITSystemQuerySet:
        """By name, by what people call it, or by who delivers it."""
        return rows.filter(
            Q(name__icontains=value)
            | Q(aliases__icontains=value)
            | Q(description__icontains=value)
            | Q(supplier__name__icontains=value)
        )

    def managed_by(self, rows: ITSystemQuerySet, name: str, value: str) -> ITSystemQuerySet:
        """By the unit or one below it."""
        return rows.filter(_below("managing_unit", value))

    def needed_by(self, rows: ITSystemQuerySet, name: str, value: str) -> ITSystemQuerySet:
        """Depended on today by the unit or one below it."""
        units = _units(value)
        found = Q(pk__in=[])
        for unit in units:
            found |= Q(pk__in=ITSystem.objects.needed_by(unit).values("pk"))
        return rows.filter(found)

    def as_critical(self, rows: ITSystemQuerySet, name: str, value: str) -> ITSystemQuerySet:
        """As critical as this."""
        return rows.filter(criticality=value)

    def on_call_as(self, rows: ITSystemQuerySet, name: str, value: str) -> ITSystemQuerySet:
        """With this class."""
        return rows.filter(on_call=value)

    def also_old(self, rows: ITSystemQuerySet, name: str, value: bool) -> ITSystemQuerySet:
        """See `filter_queryset`."""
        return rows


class PartyFilter(Narrowing):
    """Narrows the parties."""

    q = text("Namn, stavning, SRN eller e-post", "find", type="search")
    part = choice("Är", "that_is", Party.Part.choices)

    class Meta:
        model = Party
        fields: tuple[str, ...] = ()

    def find(self, rows: PartyQuerySet, name: str, value: str) -> PartyQuerySet:
        """By any of its spellings, or by who writes."""
        spelt = party_spelling(value)
        named = Q(name__icontains=value) | Q(srn__iexact=value.strip())
        if spelt:
            named |= Q(pk__in=Party.objects.filter(aliases__spelling__contains=spelt).values("pk"))
        return rows.filter(named | Q(pk__in=Party.objects.writing_from(value).values("pk")))

    def that_is(self, rows: PartyQuerySet, name: str, value: str) -> PartyQuerySet:
        """That is this to something."""
        return rows.filter(parts__contains=[value])


def _models_named(rows: DeviceModelQuerySet, value: str) -> DeviceModelQuerySet:
    key, spelt = compact(value), party_spelling(value)
    named = Q(name__icontains=value) | Q(group__icontains=value) | Q(family__icontains=value)
    if key:
        named |= Q(model_key=key) | Q(catalogue_key=key)
    if spelt:
        makers = Party.objects.filter(aliases__spelling__startswith=spelt).values("pk")
        named |= Q(manufacturer__in=makers)
    identified = DeviceModel.objects.identified(value.strip()).values("pk")
    return rows.filter(named | Q(pk__in=identified))


def _as_udi(value: str) -> Q:
    """What the code says of the model and of this one, as far as it says anything."""
    found = _read(value)
    if found is None:
        return Q(pk__in=[])
    condition = Q()
    if found.di:
        models = DeviceModel.objects.identified(found.di)
        condition &= Q(model__in=list(models.values_list("pk", flat=True)))
    if found.serial:
        condition &= Q(serial_key=compact(found.serial))
    if found.lot:
        condition &= Q(lot_key=compact(found.lot)) | Q(lot_number="")
    return condition


def _read(value: str) -> udi.Udi | None:
    try:
        return udi.read(value, this_year=timezone.localdate().year)
    except udi.NotUdi:
        return None


def _units(value: str) -> list[Unit]:
    named = Q(code=value.strip().lower()) | Q(name__icontains=value.strip())
    return list(Unit.objects.filter(named)[:50])


def _below(field: str, value: str) -> Q:
    condition = Q(pk__in=[])
    for unit in _units(value):
        condition |= Q(**{f"{field}__path__startswith": unit.path})
    return condition

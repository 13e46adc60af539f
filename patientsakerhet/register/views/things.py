"""One product, one device, one IT system, one party: what is known, and what has happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.audit.models import Event
from patientsakerhet.organisation.models import Person
from patientsakerhet.register import history
from patientsakerhet.register.actions import core
from patientsakerhet.register.models import Device, DeviceModel, ITSystem, Party
from patientsakerhet.register.views.lists import reader
from patientsakerhet.ui import swedish
from patientsakerhet.ui.parts import Act

SHOWN_UNITS, SHOWN_CHANGES, SHOWN_MODELS = 50, 30, 50
CHANGES = {
    "device.added": "Lades upp",
    "device.changed": "Ändrades",
    "device.moved": "Flyttades",
    "device.read_in": "Ändrades av inläsning",
    "device.gone": "Försvann ur källan",
    "device.back": "Kom tillbaka i källan",
    "device_model.added": "Lades upp",
    "device_model.changed": "Ändrades",
    "device_model.identified": "Fick andra UDI-DI",
    "device_model.merged": "Slogs ihop med en annan produkt",
    "device_model.got": "En annan produkt slogs ihop med den här",
    "system.added": "Lades upp",
    "system.changed": "Ändrades",
    "system.dependents": "Andra enheter är beroende",
    "party.added": "Lades upp",
    "party.changed": "Ändrades",
    "party.spelt": "Fick andra stavningar",
    "party.merged": "Slogs ihop med en annan aktör",
    "party.got": "En annan aktör slogs ihop med den här",
}


@dataclass(frozen=True)
class Part:
    """One sort of happenings with those that the reader may know of."""

    title: str
    entries: Sequence[history.Entry]


@dataclass(frozen=True)
class Change:
    """One change as a line."""

    text: str
    who: str
    at: datetime
    detail: str


@require_safe
def model(request: HttpRequest, pk: int) -> HttpResponse:
    """A make and model: its identifiers, where its individuals are, what has happened."""
    person = reader(request)
    rows = DeviceModel.objects.select_related("manufacturer", "managing_unit", "emdn")
    one = get_object_or_404(rows, pk=pk)
    if one.merged_into_id is not None:
        return redirect("register_model", one.merged_into_id)
    _read(person, one)
    identifiers = list(one.identifiers.all())
    held = (
        one.devices.present()
        .values("holding_unit", "holding_unit__name")
        .annotate(count=Count("pk"))
        .order_by("-count", "holding_unit__name", "holding_unit")[:SHOWN_UNITS]
    )
    here = reverse("register")
    context = {
        "one": one,
        "shelf": ("Produkter", reverse("register_models")),
        "lead": f"{one.manufacturer.name}{f' · {one.group}' if one.group else ''}",
        "facts": _facts(
            ("Tillverkare", one.manufacturer.name, _party_url(one.manufacturer)),
            ("Modellbeteckning", one.model_number),
            ("Artikelnummer", one.catalogue_number),
            ("UDI-DI", ", ".join(str(di) for di in identifiers)),
            ("EMDN", str(one.emdn or "")),
            ("Produktfamilj", one.family),
            ("Produktgrupp", one.group),
            ("Förvaltas av", one.managing_unit.name),
        ),
        "acts": _acts(core.may_keep(person, one), one, "register_model"),
        "units": [(row["holding_unit__name"] or "Ingen enhet", row["count"]) for row in held],
        "devices_url": f"{here}?model={one.pk}",
        "parts": _parts(person, history.of_model(one)),
        "changes": _changes(one),
    }
    return render(request, "register/thing.html", context)


@require_safe
def device(request: HttpRequest, pk: int) -> HttpResponse:
    """An individual: what it is, where it has been, what has happened to it."""
    person = reader(request)
    rows = Device.objects.select_related(
        "model__manufacturer", "model__managing_unit", "holding_unit"
    )
    one = get_object_or_404(rows, pk=pk)
    _read(person, one)
    chip = ("Borta ur källan", "warn") if one.is_stale else (one.get_status_display(), "info")
    context = {
        "one": one,
        "shelf": ("Utrustning", reverse("register")),
        "lead": one.model.manufacturer.name,
        "chip": (chip[0].capitalize(), chip[1]),
        "facts": _facts(
            ("Produkt", one.model.name, reverse("register_model", args=[one.model.pk])),
            ("Inventarienummer", one.inventory_number),
            ("Serienummer", one.serial_number),
            ("Partinummer", one.lot_number),
            ("Programversion", one.software_version),
            ("UDI-PI", one.udi_pi),
            ("Finns hos", one.holding_unit.name if one.holding_unit else ""),
            ("Inköpt", _day(one.bought_on)),
            ("Tillverkad", _day(one.manufactured_on)),
            ("Bäst före", _day(one.expires_on)),
            ("Tagen ur bruk", _day(one.out_of_use_on)),
            ("Källa", f"{one.source} {one.external_key}".strip()),
            ("Senast i källan", swedish.moment(one.last_seen_at) if one.last_seen_at else ""),
        ),
        "acts": _acts(core.may_keep(person, one), one, "register_device", "register_device_move"),
        "holdings": list(one.holdings.select_related("unit").order_by("-since", "-pk")[:50]),
        "parts": _parts(person, history.of_device(one)),
        "changes": _changes(one),
    }
    return render(request, "register/thing.html", context)


@require_safe
def system(request: HttpRequest, pk: int) -> HttpResponse:
    """An IT system: who answers for it, who depends on it, what has happened."""
    person = reader(request)
    rows = ITSystem.objects.select_related(
        "supplier",
        "managing_unit",
        "owner_unit",
        "owner",
        "system_manager",
        "information_owner",
        "maintenance_group",
    )
    one = get_object_or_404(rows, pk=pk)
    _read(person, one)
    group = one.maintenance_group
    context = {
        "one": one,
        "shelf": ("IT-system", reverse("register_systems")),
        "lead": one.description,
        "chip": ("I drift", "good") if one.in_use else ("Ur drift", "info"),
        "facts": _facts(
            ("Kallas också", ", ".join(one.aliases)),
            ("Leverantör", str(one.supplier or ""), _party_url(one.supplier)),
            ("Kritikalitet", one.get_criticality_display()),
            ("Jourklass", one.get_on_call_display()),
            ("Förvaltas av", one.managing_unit.name),
            ("Ägande enhet", str(one.owner_unit or "")),
            ("Systemägare", str(one.owner or "")),
            ("Systemansvarig", str(one.system_manager or "")),
            ("Informationsägare", str(one.information_owner or "")),
            ("Förvaltningsgrupp", f"{group.name} {group.mailbox}".strip() if group else ""),
        ),
        "acts": _acts(core.may_keep(person, one), one, "register_system"),
        "dependents": list(
            one.dependencies.select_related("unit").order_by("valid_to", "unit__name", "pk")[:200]
        ),
        "parts": _parts(person, history.of_system(one)),
        "changes": _changes(one),
    }
    return render(request, "register/thing.html", context)


@require_safe
def party(request: HttpRequest, pk: int) -> HttpResponse:
    """A party: how it is spelt, how it is reached, what it makes and delivers."""
    person = reader(request)
    one = get_object_or_404(Party, pk=pk)
    if one.merged_into_id is not None:
        return redirect("register_party", one.merged_into_id)
    _read(person, one)
    labels = dict(Party.Part.choices)
    context = {
        "one": one,
        "shelf": ("Aktörer", reverse("register_parties")),
        "lead": ", ".join(str(labels[part]) for part in one.parts).capitalize(),
        "facts": _facts(
            ("Skrivs också", ", ".join(alias.name for alias in one.aliases.all())),
            ("SRN", one.srn),
            ("E-postdomäner", ", ".join(one.mail_domains)),
            ("Kontaktadresser", ", ".join(one.contact_addresses)),
            ("Kontaktuppgifter", one.contact_details),
        ),
        "acts": _acts(policy.may(person, Can.KEEP_PARTIES), one, "register_party"),
        "models": [
            (row.name, reverse("register_model", args=[row.pk]))
            for row in one.device_models.current().order_by("name", "pk")[:SHOWN_MODELS]
        ],
        "systems": [
            (row.name, reverse("register_system", args=[row.pk]))
            for row in one.systems.order_by("name", "pk")[:SHOWN_MODELS]
        ],
        "changes": _changes(one),
    }
    return render(request, "register/thing.html", context)


def _facts(*told: tuple[str, ...]) -> list[tuple[str, ...]]:
    """What is known; what is not is left out."""
    return [fact for fact in told if fact[1]]


def _acts(may: bool, one: Model, name: str, *more: str) -> list[Act]:
    if not may:
        return []
    acts = [Act("Ändra", reverse(f"{name}_edit", args=[one.pk]), post=False, kind="primary")]
    if "register_device_move" in more:
        acts.append(Act("Flytta", reverse("register_device_move", args=[one.pk]), post=False))
    if isinstance(one, (DeviceModel, Party)):
        acts.append(Act("Slå ihop med …", reverse(f"{name}_merge", args=[one.pk]), post=False))
    return acts


def _party_url(party: Party | None) -> str:
    return reverse("register_party", args=[party.pk]) if party else ""


def _day(day: date | None) -> str:
    return swedish.day(day) if day else ""


def _parts(person: Person, about: history.About) -> list[Part]:
    return [Part(source.title, source.entries(person, about)) for source in history.every()]


def _read(person: Person, one: Model) -> None:
    trail.read(
        "register.read",
        by=person,
        right=Can.READ_REGISTER,
        object_type=one._meta.model_name or "",
        object_id=one.pk,
    )


def _changes(one: Model) -> list[Change]:
    """The latest changes, with who made them."""
    events = list(
        Event.objects.of_object(one._meta.model_name or "", one.pk)
        .changes()
        .with_body()
        .latest_first()[:SHOWN_CHANGES]
    )
    people = Person.objects.in_bulk({event.actor_id for event in events if event.actor_id})
    return [
        Change(
            CHANGES.get(event.action, event.action),
            people[event.actor_id].name if event.actor_id in people else "Systemet",
            event.at,
            _told(one, getattr(event, "payload", None)),
        )
        for event in events
    ]


def _told(one: Model, payload: Any) -> str:
    """What changed, field by field."""
    body = payload.body if payload is not None else {}
    labels = {field.name: str(getattr(field, "verbose_name", "")) for field in one._meta.fields}
    lines = []
    for name, pair in body.items():
        if isinstance(pair, list) and len(pair) == 2 and name in labels:
            label = labels[name]
            lines.append(f"{label[:1].upper()}{label[1:]}: {_word(pair[0])} → {_word(pair[1])}")
    if body.get("reason"):
        lines.append(str(body["reason"]))
    return "\n".join(lines)


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, list):
        return ", ".join(str(one) for one in value) or "inget"
    return "inget" if value in (None, "") else str(value)

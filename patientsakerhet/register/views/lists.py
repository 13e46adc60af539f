"""The register's lists: devices, products, IT systems, parties; and each as a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from patientsakerhet.access import policy
from patientsakerhet.access.asking import person_of
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.exchange import writer
from patientsakerhet.exchange.writer import Column as FileColumn
from patientsakerhet.exchange.writer import Extract
from patientsakerhet.lib.refusal import Refused
from patientsakerhet.organisation.models import Person
from patientsakerhet.register import filters
from patientsakerhet.register.models import Device, DeviceModel, ITSystem, Party
from patientsakerhet.ui import paging
from patientsakerhet.ui.narrowing import Narrowing
from patientsakerhet.ui.parts import Cell, Column, Tab, Tone, table_rows

TONES: dict[str, Tone] = {
    Device.Status.QUARANTINED: "warn",
    Device.Status.MISSING: "warn",
    Device.Status.IN_USE: "good",
}


@dataclass(frozen=True)
class Shelf:
    """One of the register's lists."""

    key: str
    title: str
    url_name: str
    new_url_name: str
    new_label: str
    may_add: Can
    rows: Callable[[], QuerySet[Any]]
    narrowing: type[Narrowing]
    few: tuple[str, ...]
    columns: tuple[str, ...]
    row: Callable[[Any], list[Cell | str]]
    file: tuple[FileColumn, ...]
    empty: str


def _device(one: Device) -> list[Cell | str]:
    status = one.get_status_display().capitalize()
    return [
        Cell(one.label, reverse("register_device", args=[one.pk])),
        one.model.name,
        one.model.manufacturer.name,
        one.serial_number or "–",
        one.holding_unit.name if one.holding_unit else "–",
        Cell("Borta ur källan" if one.is_stale else status, tone=_tone(one)),
    ]


def _tone(one: Device) -> Tone:
    return "warn" if one.is_stale else TONES.get(one.status, "info")


def _model(one: DeviceModel) -> list[Cell | str]:
    return [
        Cell(one.name, reverse("register_model", args=[one.pk])),
        one.manufacturer.name,
        one.model_number or "–",
        one.catalogue_number or "–",
        one.group or "–",
        one.managing_unit.name,
    ]


def _system(one: ITSystem) -> list[Cell | str]:
    return [
        Cell(one.name, reverse("register_system", args=[one.pk])),
        one.description or "–",
        one.managing_unit.name,
        one.system_manager.name if one.system_manager else "–",
        one.get_criticality_display().capitalize() or "–",
        one.get_on_call_display().capitalize() or "–",
    ]


def _party(one: Party) -> list[Cell | str]:
    labels = dict(Party.Part.choices)
    return [
        Cell(one.name, reverse("register_party", args=[one.pk])),
        ", ".join(str(labels[part]) for part in one.parts).capitalize() or "–",
        one.srn or "–",
        ", ".join(one.mail_domains) or "–",
    ]


def _labelled(choices: Any) -> Callable[[Any], Any]:
    words = dict(choices)
    return lambda value: words.get(value, value)


def _parts(value: list[str]) -> str:
    words = dict(Party.Part.choices)
    return ", ".join(str(words.get(one, one)) for one in value)


SHELVES: Mapping[str, Shelf] = {
    shelf.key: shelf
    for shelf in (
        Shelf(
            "utrustning",
            "Utrustning",
            "register",
            "register_device_new",
            "Ny utrustning",
            Can.KEEP_REGISTER,
            lambda: Device.objects.select_related("model__manufacturer", "holding_unit").order_by(
                "inventory_number", "pk"
            ),
            filters.DeviceFilter,
            ("q", "unit", "status"),
            ("Nummer", "Produkt", "Tillverkare", "Serienummer", "Finns hos", "Läge"),
            _device,
            (
                FileColumn("Inventarienummer", "inventory_number"),
                FileColumn("Tillverkare", "model__manufacturer__name"),
                FileColumn("Produkt", "model__name"),
                FileColumn("Modellbeteckning", "model__model_number"),
                FileColumn("Artikelnummer", "model__catalogue_number"),
                FileColumn("Serienummer", "serial_number"),
                FileColumn("Partinummer", "lot_number"),
                FileColumn("Programversion", "software_version"),
                FileColumn("UDI-PI", "udi_pi"),
                FileColumn("Enhetskod", "holding_unit__code"),
                FileColumn("Enhet", "holding_unit__name"),
                FileColumn("Läge", "status", _labelled(Device.Status.choices)),
                FileColumn("Inköpt", "bought_on"),
                FileColumn("Tillverkad", "manufactured_on"),
                FileColumn("Bäst före", "expires_on"),
                FileColumn("Tagen ur bruk", "out_of_use_on"),
                FileColumn("Källa", "source"),
                FileColumn("Nyckel", "external_key"),
                FileColumn("Borta ur källan", "is_stale"),
            ),
            "Ingen utrustning stämmer",
        ),
        Shelf(
            "produkter",
            "Produkter",
            "register_models",
            "register_model_new",
            "Ny produkt",
            Can.KEEP_REGISTER,
            lambda: (
                DeviceModel.objects.current()
                .select_related("manufacturer", "managing_unit")
                .order_by("name", "pk")
            ),
            filters.ModelFilter,
            ("q", "group"),
            ("Produkt", "Tillverkare", "Modell", "Artikelnummer", "Produktgrupp", "Förvaltas av"),
            _model,
            (
                FileColumn("Tillverkare", "manufacturer__name"),
                FileColumn("Produkt", "name"),
                FileColumn("Modellbeteckning", "model_number"),
                FileColumn("Artikelnummer", "catalogue_number"),
                FileColumn("EMDN", "emdn__code"),
                FileColumn("Produktfamilj", "family"),
                FileColumn("Produktgrupp", "group"),
                FileColumn("Förvaltande enhet", "managing_unit__code"),
            ),
            "Ingen produkt stämmer",
        ),
        Shelf(
            "system",
            "IT-system",
            "register_systems",
            "register_system_new",
            "Nytt IT-system",
            Can.KEEP_REGISTER,
            lambda: ITSystem.objects.select_related("managing_unit", "system_manager").order_by(
                "name", "pk"
            ),
            filters.SystemFilter,
            ("q", "criticality"),
            ("IT-system", "Beskrivning", "Förvaltas av", "Systemansvarig", "Kritikalitet", "Jour"),
            _system,
            (
                FileColumn("IT-system", "name"),
                FileColumn("Beskrivning", "description"),
                FileColumn("Kallas också", "aliases"),
                FileColumn("Leverantör", "supplier__name"),
                FileColumn("Förvaltande enhet", "managing_unit__code"),
                FileColumn("Ägande enhet", "owner_unit__code"),
                FileColumn("Systemägare", "owner__email"),
                FileColumn("Systemansvarig", "system_manager__email"),
                FileColumn("Informationsägare", "information_owner__email"),
                FileColumn("Förvaltningsgrupp", "maintenance_group__name"),
                FileColumn("Kritikalitet", "criticality", _labelled(ITSystem.Criticality.choices)),
                FileColumn("Jourklass", "on_call", _labelled(ITSystem.OnCall.choices)),
                FileColumn("I drift", "in_use"),
            ),
            "Inget IT-system stämmer",
        ),
        Shelf(
            "aktorer",
            "Aktörer",
            "register_parties",
            "register_party_new",
            "Ny aktör",
            Can.KEEP_PARTIES,
            lambda: Party.objects.current().order_by("name", "pk"),
            filters.PartyFilter,
            ("q", "part"),
            ("Namn", "Är", "SRN", "E-postdomäner"),
            _party,
            (
                FileColumn("Namn", "name"),
                FileColumn("Är", "parts", _parts),
                FileColumn("SRN", "srn"),
                FileColumn("E-postdomäner", "mail_domains"),
                FileColumn("Kontaktadresser", "contact_addresses"),
            ),
            "Ingen aktör stämmer",
        ),
    )
}


@require_safe
def devices(request: HttpRequest) -> HttpResponse:
    """The individuals."""
    return _list(request, SHELVES["utrustning"])


@require_safe
def models(request: HttpRequest) -> HttpResponse:
    """The makes and models."""
    return _list(request, SHELVES["produkter"])


@require_safe
def systems(request: HttpRequest) -> HttpResponse:
    """The IT systems."""
    return _list(request, SHELVES["system"])


@require_safe
def parties(request: HttpRequest) -> HttpResponse:
    """The parties."""
    return _list(request, SHELVES["aktorer"])


@require_safe
def extract(request: HttpRequest, shelf: str, form: str) -> HttpResponseBase:
    """The whole selection as a file, not only the page that is shown."""
    person = reader(request)
    policy.check_anywhere(person, Can.EXPORT)
    if shelf not in SHELVES or form not in writer.FORMATS:
        raise Http404
    this = SHELVES[shelf]
    narrow = this.narrowing(request.GET, queryset=this.rows(), request=request)
    if not narrow.form.is_valid():
        raise Http404
    try:
        return writer.respond(
            Extract(
                name=f"register-{shelf}",
                title=this.title,
                rows=narrow.qs,
                columns=this.file,
                selection=narrow.described(),
                right=Can.EXPORT,
            ),
            form,
            by=person,
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse(this.url_name)}?{request.GET.urlencode()}")


def reader(request: HttpRequest) -> Person:
    """Whoever asks, when she may read the register."""
    person = person_of(request)
    policy.check_anywhere(person, Can.READ_REGISTER)
    return person


def tabs(current: str) -> list[Tab]:
    """The register's lists."""
    return [
        Tab(shelf.title, reverse(shelf.url_name), current=shelf.key == current)
        for shelf in SHELVES.values()
    ]


def _list(request: HttpRequest, shelf: Shelf) -> HttpResponse:
    person = reader(request)
    narrow = shelf.narrowing(request.GET, queryset=shelf.rows(), request=request)
    is_valid = narrow.form.is_valid()
    rows = narrow.qs if is_valid else shelf.rows().none()
    page = paging.page_of(rows, request.GET.get("sida", ""))
    before, after = paging.addresses(request, page)
    whole = len(page.rows) < paging.SIZE and not before
    trail.read(
        "list.read",
        by=person,
        right=Can.READ_REGISTER,
        body={"list": f"register_{shelf.key}", "filter": narrow.described()},
    )
    asked = request.GET.copy()
    asked.pop("sida", None)
    query = asked.urlencode()
    columns = [Column(label) for label in shelf.columns]
    more = [field for field in narrow.form if field.name not in shelf.few]
    context = {
        "shelf": shelf,
        "tabs": tabs(shelf.key),
        "form": narrow.form,
        "few": [narrow.form[name] for name in shelf.few],
        "more": more,
        "narrows": narrow.narrows,
        "narrows_more": any(request.GET.get(field.name) for field in more),
        "links": _links(person, shelf, query),
        "columns": columns,
        "rows": table_rows(columns, [shelf.row(one) for one in page.rows]),
        "count": paging.Capped(len(page.rows)) if whole else paging.count_of(rows),
        "before": before,
        "after": after,
        "may_add": policy.may(person, shelf.may_add),
        "may_import": policy.may(person, Can.IMPORT_REGISTER),
    }
    return render(request, "register/list.html", context, status=200 if is_valid else 422)


def _links(person: Person, shelf: Shelf, query: str) -> list[tuple[str, str]]:
    if not policy.may(person, Can.EXPORT):
        return []
    return [
        (f"Hämta {label}", f"{reverse('register_extract', args=[shelf.key, form])}?{query}")
        for form, label in writer.FORMATS.items()
    ]

"""Adding and changing: one page for every form of the register."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.lib.refusal import NotAllowed, Refused, Stale
from patientsakerhet.organisation.models import Person
from patientsakerhet.register.actions import core, devices, parties, systems
from patientsakerhet.register.forms import things as forms
from patientsakerhet.register.forms.things import ThingForm
from patientsakerhet.register.models import Device, DeviceModel, ITSystem, Party
from patientsakerhet.register.views.lists import reader
from patientsakerhet.ui import conflict

METHODS = ["GET", "HEAD", "POST"]
Rows = Any


@dataclass(frozen=True)
class Writing:
    """One form with what it is about and what is done with it."""

    form: type[ThingForm]
    title: str
    lead: str
    save: str
    done: str
    url_name: str
    """Where one comes afterwards: the thing's own page."""
    back: tuple[str, str]


MODEL = Writing(
    forms.ModelForm,
    "Ny produkt",
    "",
    "Spara",
    "Produkten är sparad.",
    "register_model",
    ("Produkter", "register_models"),
)
DEVICE = Writing(
    forms.DeviceForm,
    "Ny utrustning",
    "Ett exemplar. Ange minst ett av inventarienummer, serienummer och partinummer.",
    "Spara",
    "Utrustningen är sparad.",
    "register_device",
    ("Utrustning", "register"),
)
SYSTEM = Writing(
    forms.SystemForm,
    "Nytt IT-system",
    "",
    "Spara",
    "Systemet är sparat.",
    "register_system",
    ("IT-system", "register_systems"),
)
PARTY = Writing(
    forms.PartyForm,
    "Ny aktör",
    "Ett företag som tillverkar, levererar, företräder eller importerar.",
    "Spara",
    "Aktören är sparad.",
    "register_party",
    ("Aktörer", "register_parties"),
)
MOVE = Writing(
    forms.MoveForm,
    "Flytta",
    "Flytten gäller från nu. Var den har varit finns kvar.",
    "Flytta",
    "Utrustningen är flyttad.",
    "register_device",
    ("Utrustning", "register"),
)
MERGE_MODEL = Writing(
    forms.MergeModelForm,
    "Slå ihop",
    "Utrustning, UDI-DI och historik går till den produkt du skriver. Det går inte att ångra.",
    "Slå ihop",
    "Produkterna är en.",
    "register_model",
    ("Produkter", "register_models"),
)
MERGE_PARTY = Writing(
    forms.MergePartyForm,
    "Slå ihop",
    "Stavningar, adresser, produkter och system går till den aktör du skriver. Det går inte att "
    "ångra.",
    "Slå ihop",
    "Aktörerna är en.",
    "register_party",
    ("Aktörer", "register_parties"),
)


@require_http_methods(METHODS)
def new_model(request: HttpRequest) -> HttpResponse:
    """A make and model that is not there yet."""
    return _new(request, MODEL, Can.KEEP_REGISTER, devices.add_model)


@require_http_methods(METHODS)
def new_device(request: HttpRequest) -> HttpResponse:
    """An individual that is not there yet."""
    return _new(
        request,
        DEVICE,
        Can.KEEP_REGISTER,
        devices.add_device,
        initial={"status": Device.Status.IN_USE, "scanned": request.GET.get("udi", "")},
    )


@require_http_methods(METHODS)
def new_system(request: HttpRequest) -> HttpResponse:
    """An IT system that is not there yet."""
    return _new(request, SYSTEM, Can.KEEP_REGISTER, systems.add, initial={"in_use": True})


@require_http_methods(METHODS)
def new_party(request: HttpRequest) -> HttpResponse:
    """A party that is not there yet."""
    return _new(request, PARTY, Can.KEEP_PARTIES, parties.add)


@require_http_methods(METHODS)
def edit_model(request: HttpRequest, pk: int) -> HttpResponse:
    """The make and model, as it is or as somebody wants it."""
    rows = DeviceModel.objects.current().select_related("managing_unit", "manufacturer", "emdn")
    return _edit(request, MODEL, rows, pk, devices.change_model)


@require_http_methods(METHODS)
def edit_device(request: HttpRequest, pk: int) -> HttpResponse:
    """The individual, as it is or as somebody wants it."""
    return _edit(request, DEVICE, _devices(), pk, devices.change_device)


@require_http_methods(METHODS)
def edit_system(request: HttpRequest, pk: int) -> HttpResponse:
    """The IT system, as it is or as somebody wants it."""
    rows = ITSystem.objects.select_related(
        "managing_unit", "owner_unit", "owner", "system_manager", "information_owner", "supplier"
    )
    return _edit(request, SYSTEM, rows, pk, systems.change)


@require_http_methods(METHODS)
def edit_party(request: HttpRequest, pk: int) -> HttpResponse:
    """The party, as it is or as somebody wants it."""
    return _edit(request, PARTY, Party.objects.current(), pk, parties.change)


@require_http_methods(METHODS)
def move_device(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the individual stands from now on."""

    def act(one: Device, given: Mapping[str, Any], **named: Any) -> Device:
        return devices.move(one, given["holding_unit"], **named)

    return _edit(request, MOVE, _devices(), pk, act, starts_empty=True)


@require_http_methods(METHODS)
def merge_model(request: HttpRequest, pk: int) -> HttpResponse:
    """Two products that are one."""

    def act(one: DeviceModel, given: Mapping[str, Any], **named: Any) -> DeviceModel:
        return devices.merge_models(one, into=given["into"], **named)

    rows = DeviceModel.objects.current().select_related("managing_unit")
    return _edit(request, MERGE_MODEL, rows, pk, act, starts_empty=True)


@require_http_methods(METHODS)
def merge_party(request: HttpRequest, pk: int) -> HttpResponse:
    """Two parties that are one."""

    def act(one: Party, given: Mapping[str, Any], **named: Any) -> Party:
        return parties.merge(one, into=given["into"], **named)

    return _edit(request, MERGE_PARTY, Party.objects.current(), pk, act, starts_empty=True)


def _devices() -> Rows:
    return Device.objects.select_related(
        "model__managing_unit", "model__manufacturer", "holding_unit"
    )


def _new(
    request: HttpRequest,
    writing: Writing,
    needs: Can,
    act: Callable[..., Model],
    *,
    initial: Mapping[str, Any] | None = None,
) -> HttpResponse:
    person = reader(request)
    policy.check_anywhere(person, needs)
    form = writing.form(request.POST or None, initial=dict(initial or {}))
    if request.method != "POST":
        return _page(request, writing, form, None)
    if not form.is_valid():
        return _page(request, writing, form, None, status=422)
    try:
        made = act(form.values(), by=person)
    except Refused as refusal:
        return _refused(request, writing, form, None, refusal)
    messages.success(request, writing.done)
    return redirect(writing.url_name, made.pk)


def _edit(
    request: HttpRequest,
    writing: Writing,
    rows: Rows,
    pk: int,
    act: Callable[..., Model],
    *,
    starts_empty: bool = False,
) -> HttpResponse:
    person = reader(request)
    one = get_object_or_404(rows, pk=pk)
    _allow(person, one)
    standing: Any = writing.form
    initial = {"version": one.version} if starts_empty else standing.standing(one)
    form = writing.form(request.POST or None, initial=initial)
    if request.method != "POST":
        return _page(request, writing, form, one)
    if not form.is_valid():
        return _page(request, writing, form, one, status=422)
    try:
        kept = act(one, form.values(), by=person, version=form.cleaned_data["version"])
    except Refused as refusal:
        return _refused(request, writing, form, one, refusal)
    messages.success(request, writing.done)
    return redirect(writing.url_name, kept.pk)


def _allow(person: Person, one: Model) -> None:
    if isinstance(one, Party):
        policy.check_anywhere(person, Can.KEEP_PARTIES)
    else:
        core.allow(one, by=person)


def _refused(
    request: HttpRequest, writing: Writing, form: ThingForm, one: Model | None, refusal: Refused
) -> HttpResponse:
    """The page again with what was written; on a conflict what stands now is beside it."""
    if isinstance(refusal, NotAllowed):
        raise refusal
    for reason in refusal.reasons:
        form.add_error(None, reason)
    if not isinstance(refusal, Stale):
        return _page(request, writing, form, one, status=409)
    differs = conflict.differences(form)
    form.data = form.data.copy()  # type: ignore[attr-defined]  # a QueryDict is copied to be changed
    form.data["version"] = str(getattr(one, "version", ""))  # type: ignore[index]  # the copy can be changed
    return _page(request, writing, form, one, status=412, differences=differs)


def _page(
    request: HttpRequest,
    writing: Writing,
    form: ThingForm,
    one: Model | None,
    *,
    status: int = 200,
    differences: list[conflict.Difference] | None = None,
) -> HttpResponse:
    label, list_name = writing.back
    trail = [(label, reverse(list_name))]
    if one is not None:
        trail.append((str(one), reverse(writing.url_name, args=[one.pk])))
    here = writing.title if one is None or writing.save != "Spara" else "Ändra"
    context = {
        "writing": writing,
        "form": form,
        "one": one,
        "trail": trail,
        "here": here,
        "title": here if one is None else f"{here} {one}",
        "differences": differences or [],
        "cancel": trail[-1][1],
    }
    return render(request, "register/edit.html", context, status=status)

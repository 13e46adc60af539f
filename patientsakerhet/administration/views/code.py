"""One code: what it means, how often it is used, what it was before, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from patientsakerhet.administration import code_use
from patientsakerhet.administration.actions import codes as actions
from patientsakerhet.administration.forms.codes import EndForm, PlaceForm, RenameForm
from patientsakerhet.administration.views.asking import administrator
from patientsakerhet.administration.views.codes import period
from patientsakerhet.cases.models import Code
from patientsakerhet.lib.refusal import Refused
from patientsakerhet.ui import swedish


@require_safe
def code(request: HttpRequest, pk: int) -> HttpResponse:
    """The code in one version."""
    administrator(request)
    return _page(request, _code(pk))


@require_POST
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    """A new name from a day."""
    return _done(request, pk, "rename", RenameForm, actions.rename_code, "Benämningen är ändrad.")


@require_POST
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """A new place in the tree from a day."""
    return _done(request, pk, "place", PlaceForm, actions.place_code, "Koden är flyttad.")


@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """A last day."""
    return _done(request, pk, "end", EndForm, actions.end_code, "Koden är avslutad.")


@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Up or down among its neighbours."""
    person = administrator(request)
    row = _code(pk)
    try:
        actions.move_code(row, by=person, up=request.POST.get("way") == "up")
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{row.label} har bytt plats med sin granne.")
    return redirect("code", row.pk)


def _done(
    request: HttpRequest,
    pk: int,
    name: str,
    shape: Callable[..., forms.Form],
    act: Callable[..., Code],
    told: str,
) -> HttpResponse:
    person = administrator(request)
    row = _code(pk)
    form = shape(row, request.POST, prefix=name)
    if not form.is_valid():
        return _page(request, row, {name: form}, status=422)
    try:
        made = act(row, by=person, **form.cleaned_data)
    except Refused as refusal:
        for reason in refusal.reasons:
            form.add_error(None, reason)
        return _page(request, row, {name: form}, status=409)
    messages.success(request, told)
    return redirect("code", made.pk)


def _page(
    request: HttpRequest,
    row: Code,
    given: dict[str, forms.Form] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    given = given or {}
    versions = list(
        Code.objects.filter(system=row.system, code=row.code).order_by("-valid_from", "-pk")
    )
    used = code_use.used([one.pk for one in versions])
    here: dict[str, int] = {}
    for uses in used.values():
        for where, count in uses.items():
            here[where] = here.get(where, 0) + count
    facts = [
        ("Kod", row.code, ""),
        ("Kodverk", row.system.name, reverse("code_system", args=[row.system.key])),
        (
            "Under",
            row.parent.label if row.parent else "överst i trädet",
            reverse("code", args=[row.parent.pk]) if row.parent else "",
        ),
        ("Gäller", period(row), ""),
        *((("Utgåva", row.release, ""),) if row.release else ()),
    ]
    below = Code.objects.current().filter(parent=row).count()
    context: dict[str, Any] = {
        "code": row,
        "tree": row.system,
        "facts": facts,
        "uses": sorted(here.items(), key=lambda pair: -pair[1]),
        "history": [
            (one, period(one), swedish.number(code_use.total(used.get(one.pk, {}))))
            for one in versions
        ],
        "below": below,
        "forms": {
            "rename": given.get("rename") or RenameForm(row, prefix="rename"),
            "place": given.get("place") or PlaceForm(row, prefix="place"),
            "end": given.get("end") or EndForm(row, prefix="end"),
        },
        "wrong": next(iter(given.values()), None),
    }
    return render(request, "administration/code.html", context, status=status)


def _code(pk: int) -> Code:
    return get_object_or_404(Code.objects.select_related("system", "parent"), pk=pk)

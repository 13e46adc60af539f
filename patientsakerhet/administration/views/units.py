"""Units: the tree as a list, a new one, one of them with its history and what is done with it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Length, Substr
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from patientsakerhet.administration.actions import core, units
from patientsakerhet.administration.asking import administrator
from patientsakerhet.administration.filters import UnitFilter
from patientsakerhet.administration.forms.marks import conflict_of, done
from patientsakerhet.administration.forms.organisation import (
    EndForm,
    MoveForm,
    NewUnitForm,
    UnitForm,
    facts_of,
)
from patientsakerhet.administration.views.acting import act_and_tell
from patientsakerhet.administration.views.listing import listing
from patientsakerhet.organisation.models import Assignment, Unit, UnitPeriod
from patientsakerhet.ui import swedish

SUGGESTED = 300
"""So many units are suggested; whoever means another writes its name or code."""
SHOWN = 30
"""So many units below, and people, stand on a unit's page; the lists have the rest."""


@require_safe
def unit_list(request: HttpRequest) -> HttpResponse:
    """The units in the order of the tree; those of a search with what they lie under."""
    administrator(request)
    chosen = UnitFilter(request.GET, Unit.objects.all())
    rows = chosen.qs.select_related("care_provider").annotate(above=_name_above())
    found = listing(request, chosen, rows.order_by("path", "pk"), export="units")
    context = {"found": found, "today": timezone.localdate()}
    return render(request, "administration/units.html", context, status=found.status)


@require_http_methods(["GET", "HEAD", "POST"])
def new_unit(request: HttpRequest) -> HttpResponse:
    """A unit that is not there yet."""
    by = administrator(request)
    under = Unit.objects.current().filter(code=request.GET.get("under", "")).first()
    form = NewUnitForm(request.POST or None, initial={"parent": under, "receives_cases": True})
    if request.method != "POST":
        return _new(request, form)
    if not form.is_valid():
        return _new(request, form, status=422)
    if not done(form, lambda: units.create_unit(by=by, **form.given())):
        return _new(request, form, status=409)
    messages.success(request, f"Enheten {form.cleaned_data['name']} är upplagd.")
    return redirect("unit", form.cleaned_data["code"])


@require_safe
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """One unit: what it is, what it was called and where it lay, who has a role there."""
    administrator(request)
    return _page(request, _unit(code))


@require_POST
def change(request: HttpRequest, code: str) -> HttpResponse:
    """Its address, id or task is another."""
    by, row = administrator(request), _unit(code)
    form = _change(row, request.POST)
    return _perform(
        request,
        row,
        ("change", form),
        lambda: units.change_unit(row, by=by, seen=form.cleaned_data["seen"], **form.given()),
        "Sparat.",
    )


@require_POST
def move(request: HttpRequest, code: str) -> HttpResponse:
    """It is called something else, or lies somewhere else, from a day."""
    by, row = administrator(request), _unit(code)
    form = _move(row, request.POST)
    return _perform(
        request,
        row,
        ("move", form),
        lambda: units.change_unit(row, by=by, seen=form.cleaned_data["seen"], **form.given()),
        "Sparat. Det som var förut finns kvar i historiken.",
    )


@require_POST
def end(request: HttpRequest, code: str) -> HttpResponse:
    """It exists up to and including a day."""
    by, row = administrator(request), _unit(code)
    form = EndForm(request.POST, auto_id="avsluta_%s")
    return _perform(
        request,
        row,
        ("end", form),
        lambda: units.end_unit(row, by=by, last_day=form.cleaned_data["last_day"]),
        "Enhetens sista dag är sparad.",
    )


@require_POST
def reopen(request: HttpRequest, code: str) -> HttpResponse:
    """It goes on existing."""
    by, row = administrator(request), _unit(code)
    act_and_tell(
        request,
        lambda: units.change_unit(row, by=by, valid_to=None),
        "Enheten finns tills vidare.",
    )
    return redirect("unit", code)


def _perform(
    request: HttpRequest, row: Unit, refused: tuple[str, forms.Form], act: Any, told: str
) -> HttpResponse:
    """Do it and show the unit, or show the form again with what was written and what is in the way."""
    form = refused[1]
    if not form.is_valid():
        return _page(request, row, refused=refused, status=422)
    if not done(form, act):
        return _page(request, _unit(row.code), refused=refused, status=409)
    messages.success(request, told)
    return redirect("unit", row.code)


def _page(
    request: HttpRequest,
    row: Unit,
    *,
    refused: tuple[str, forms.Form] | None = None,
    status: int = 200,
) -> HttpResponse:
    name, form = refused or ("", None)
    seen = core.mark(row, units.FACTS)
    given: dict[str, forms.Form] = {
        "change": _change(row),
        "move": _move(row),
        "end": EndForm(initial={"last_day": row.valid_to}, auto_id="avsluta_%s"),
    }
    if form is not None:
        given[name] = form
    today = timezone.localdate()
    context = {
        "row": row,
        "above": list(_above(row)),
        "facts": _facts(row),
        "has_ended": row.valid_to is not None and row.valid_to < today,
        "is_coming": row.valid_from > today,
        "opens": name,
        "conflict": conflict_of(form, seen),
        "periods": UnitPeriod.objects.filter(unit=row)
        .select_related("parent")
        .order_by("-valid_from"),
        "below": list(_below(row)[: SHOWN + 1]),
        "held": list(_held(row)[: SHOWN + 1]),
        "most": SHOWN,
        "today": today,
        **given,
    }
    return render(request, "administration/unit.html", context, status=status)


def _new(request: HttpRequest, form: NewUnitForm, *, status: int = 200) -> HttpResponse:
    _suggest(form)
    return render(request, "administration/unit_new.html", {"form": form}, status=status)


def _suggest(form: forms.Form) -> None:
    """The units that may be meant, in the browser's own list."""
    parent: Any = form.fields["parent"]
    parent.suggest(Unit.objects.current()[:SUGGESTED])


def _change(row: Unit, data: Any = None) -> UnitForm:
    initial = {**facts_of(row), "seen": core.mark(row, units.FACTS)}
    return UnitForm(data, initial=initial, auto_id="andra_%s")


def _move(row: Unit, data: Any = None) -> MoveForm:
    parent = Unit.objects.filter(path=row.path[: -Unit.steplen]).first()
    initial = {"name": row.name, "parent": parent, "seen": core.mark(row, units.FACTS)}
    form = MoveForm(data, initial=initial, auto_id="flytta_%s")
    _suggest(form)
    return form


def _unit(code: str) -> Unit:
    return get_object_or_404(Unit.objects.select_related("care_provider"), code=code)


def _above(row: Unit) -> QuerySet[Unit]:
    """The units that this one lies under, the highest first."""
    steps = range(Unit.steplen, len(row.path), Unit.steplen)
    return Unit.objects.filter(path__in=[row.path[:end] for end in steps]).order_by("path")


def _below(row: Unit) -> QuerySet[Unit]:
    """The units right under this one, those of today."""
    return Unit.objects.current().filter(path__startswith=row.path, depth=row.depth + 1)


def _held(row: Unit) -> QuerySet[Assignment]:
    """Who has a role at just this unit today."""
    return (
        Assignment.objects.current()
        .filter(unit=row)
        .select_related("person")
        .order_by("role", "person__name", "pk")
    )


def _name_above() -> Subquery:
    above = Unit.objects.filter(
        path=Substr(OuterRef("path"), 1, Length(OuterRef("path")) - Unit.steplen)
    )
    return Subquery(above.order_by().values("name")[:1])


def _facts(row: Unit) -> list[tuple[str, ...]]:
    until = swedish.day(row.valid_to) if row.valid_to else "tills vidare"
    return [
        ("Enhetskod", row.code),
        ("Vårdgivare", row.care_provider.name),
        ("HSA-id", row.hsa_id or "saknas"),
        ("Funktionsbrevlåda", row.mailbox or "saknas"),
        ("Telefon", row.phone or "saknas", row.phone_address),
        ("Tar emot ärenden", "ja" if row.receives_cases else "nej"),
        ("Koordinerar", "ja" if row.coordinates else "nej"),
        ("Finns", f"{swedish.day(row.valid_from)} – {until}"),
    ]

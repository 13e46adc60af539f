"""People: the list, a new one, one of them with her roles and her absence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from patientsakerhet.access.policy import Can
from patientsakerhet.administration.actions import core, people
from patientsakerhet.administration.asking import administrator
from patientsakerhet.administration.filters import PersonFilter
from patientsakerhet.administration.forms.marks import conflict_of, done
from patientsakerhet.administration.forms.people import (
    AbsenceForm,
    PersonForm,
    RoleForm,
    facts_of,
)
from patientsakerhet.administration.views.acting import act_and_tell
from patientsakerhet.administration.views.listing import listing
from patientsakerhet.administration.views.units import SUGGESTED
from patientsakerhet.audit import trail
from patientsakerhet.organisation.models import Absence, Assignment, Person, Unit


@require_safe
def person_list(request: HttpRequest) -> HttpResponse:
    """The people of a filter, each with the roles she has today."""
    by = administrator(request)
    chosen = PersonFilter(request.GET, Person.objects.all())
    held = Assignment.objects.current().select_related("unit").order_by("role", "pk")
    rows = chosen.qs.select_related("home_unit").prefetch_related(
        Prefetch("assignments", held, to_attr="held")
    )
    found = listing(request, chosen, rows.order_by("name", "pk"), export="people")
    trail.read(
        "list.read",
        by=by,
        right=Can.ADMINISTER,
        body={
            "list": "people",
            "filter": request.GET.urlencode(),
            "people": [one.pk for one in found.rows],
        },
    )
    return render(request, "administration/people.html", {"found": found}, status=found.status)


@require_http_methods(["GET", "HEAD", "POST"])
def new_person(request: HttpRequest) -> HttpResponse:
    """Somebody who is not there yet."""
    by = administrator(request)
    form = _filled(PersonForm(request.POST or None))
    if request.method != "POST":
        return render(request, "administration/person_new.html", {"form": form})
    made: list[Person] = []
    if not form.is_valid():
        return render(request, "administration/person_new.html", {"form": form}, status=422)
    if not done(form, lambda: made.append(people.create_person(by=by, **form.given()))):
        return render(request, "administration/person_new.html", {"form": form}, status=409)
    messages.success(request, f"{made[0]} är upplagd. Ge en roll för att hon ska kunna göra något.")
    return redirect("person", made[0].pk)


@require_safe
def person(request: HttpRequest, person: int) -> HttpResponse:
    """One person: who she is, her roles through time, her absence."""
    administrator(request)
    return page(request, _person(person))


@require_POST
def change(request: HttpRequest, person: int) -> HttpResponse:
    """Her name, address or unit is another."""
    by, row = administrator(request), _person(person)
    form = _change(row, request.POST)
    return _perform(
        request,
        row,
        ("change", form),
        lambda: people.change_person(row, by=by, seen=form.cleaned_data["seen"], **form.given()),
        "Sparat.",
    )


@require_POST
def give_role(request: HttpRequest, person: int) -> HttpResponse:
    """She has a role at a unit for a time."""
    by, row = administrator(request), _person(person)
    form = _role(request.POST)
    return _perform(
        request,
        row,
        ("role", form),
        lambda: people.give_role(row, by=by, **form.cleaned_data),
        "Rollen är given.",
    )


@require_POST
def set_absence(request: HttpRequest, person: int) -> HttpResponse:
    """She is away some days."""
    by, row = administrator(request), _person(person)
    form = AbsenceForm(request.POST, auto_id="borta_%s")
    return _perform(
        request,
        row,
        ("absence", form),
        lambda: people.set_absence(row, by=by, **form.cleaned_data),
        "Frånvaron är sparad.",
    )


@require_POST
def deactivate(request: HttpRequest, person: int) -> HttpResponse:
    """She cannot sign in, and her roles end."""
    return _switch(request, person, people.deactivate, "{} är avstängd och har inga roller kvar.")


@require_POST
def reactivate(request: HttpRequest, person: int) -> HttpResponse:
    """She can sign in again."""
    return _switch(
        request, person, people.reactivate, "{} kan logga in igen. Ge de roller som behövs."
    )


def page(
    request: HttpRequest,
    row: Person,
    *,
    refused: tuple[str, forms.Form] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The person's page; with a form that was refused, filled in as it was."""
    name, form = refused or ("", None)
    given: dict[str, forms.Form] = {
        "change": _change(row),
        "role": _role(),
        "absence": AbsenceForm(auto_id="borta_%s"),
    }
    if form is not None:
        given[name] = form
    today = timezone.localdate()
    held = list(
        Assignment.objects.filter(person=row)
        .select_related("unit")
        .order_by("-valid_from", "role", "pk")
    )
    away = list(
        Absence.objects.filter(person=row).select_related("substitute").order_by("-first_day")
    )
    context = {
        "row": row,
        "opens": name,
        "conflict": conflict_of(form, core.mark(row, people.FACTS)),
        "now": [one for one in held if not one.valid_to or one.valid_to >= today],
        "before": [one for one in held if one.valid_to and one.valid_to < today],
        "away": [one for one in away if one.last_day >= today],
        "was_away": [one for one in away if one.last_day < today],
        "today": today,
        **given,
    }
    return render(request, "administration/person.html", context, status=status)


def _perform(
    request: HttpRequest,
    row: Person,
    refused: tuple[str, forms.Form],
    act: Callable[[], Any],
    told: str,
) -> HttpResponse:
    form = refused[1]
    if not form.is_valid():
        return page(request, row, refused=refused, status=422)
    if not done(form, act):
        return page(request, _person(row.pk), refused=refused, status=409)
    messages.success(request, told)
    return redirect("person", row.pk)


def _switch(request: HttpRequest, pk: int, act: Any, told: str) -> HttpResponse:
    by, row = administrator(request), _person(pk)
    act_and_tell(request, lambda: act(row, by=by), told.format(row))
    return redirect("person", pk)


def _person(pk: int) -> Person:
    return get_object_or_404(Person.objects.select_related("home_unit"), pk=pk)


def _change(row: Person, data: Any = None) -> PersonForm:
    initial = {**facts_of(row), "seen": core.mark(row, people.FACTS)}
    return _filled(PersonForm(data, initial=initial, auto_id="andra_%s"))


def _filled(form: PersonForm) -> PersonForm:
    unit: Any = form.fields["home_unit"]
    unit.suggest(Unit.objects.current()[:SUGGESTED])
    return form


def _role(data: Any = None) -> RoleForm:
    form = RoleForm(data, auto_id="roll_%s")
    unit: Any = form.fields["unit"]
    unit.suggest(Unit.objects.current()[:SUGGESTED])
    return form

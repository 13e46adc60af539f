"""Absence: who is away and who stands in; one's own, which everybody looks after herself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from patientsakerhet.access.asking import person_of
from patientsakerhet.administration.actions import people
from patientsakerhet.administration.asking import administrator
from patientsakerhet.administration.filters import AbsenceFilter
from patientsakerhet.administration.forms.marks import done
from patientsakerhet.administration.forms.people import AbsenceForm, AbsenceOfForm
from patientsakerhet.administration.views.acting import act_and_tell
from patientsakerhet.administration.views.listing import listing
from patientsakerhet.organisation.models import Absence, Person

SHOWN = 50
REMOVED = "Frånvaron är borttagen."


@require_safe
def absences(request: HttpRequest) -> HttpResponse:
    """Who is away now and later, and who stands in."""
    administrator(request)
    chosen = AbsenceFilter(request.GET, Absence.objects.all())
    rows = chosen.qs.select_related("person", "substitute").order_by("first_day", "pk")
    found = listing(request, chosen, rows, export="absences")
    context = {"found": found, "today": timezone.localdate()}
    return render(request, "administration/absences.html", context, status=found.status)


@require_http_methods(["GET", "HEAD", "POST"])
def new_absence(request: HttpRequest) -> HttpResponse:
    """Somebody is away who cannot say so herself."""
    by = administrator(request)
    form = AbsenceOfForm(request.POST or None)
    status = 200
    if request.method == "POST":
        if not form.is_valid():
            status = 422
        elif done(form, lambda: people.set_absence(by=by, **form.cleaned_data)):
            messages.success(request, f"{form.cleaned_data['person']} är inlagd som borta.")
            return redirect("absences")
        else:
            status = 409
    return render(request, "administration/absence_new.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def own_absence(request: HttpRequest) -> HttpResponse:
    """One's own days away, and who gets what is addressed to one then."""
    person = person_of(request)
    form = AbsenceForm(request.POST or None)
    if request.method != "POST":
        return _own(request, person, form)
    if not form.is_valid():
        return _own(request, person, form, status=422)
    if not done(form, lambda: people.set_absence(person, by=person, **form.cleaned_data)):
        return _own(request, person, form, status=409)
    messages.success(request, "Din frånvaro är sparad.")
    return redirect("own_absence")


@require_POST
def remove_absence(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody is not away after all."""
    by = administrator(request)
    row = get_object_or_404(Absence.objects.select_related("person"), pk=pk)
    act_and_tell(request, lambda: people.remove_absence(row, by=by), REMOVED)
    return redirect("person", row.person_id)


@require_POST
def remove_own_absence(request: HttpRequest, pk: int) -> HttpResponse:
    """One is not away after all; an absence of somebody else's does not exist."""
    person = person_of(request)
    row = get_object_or_404(Absence.objects.select_related("person"), pk=pk, person=person)
    act_and_tell(request, lambda: people.remove_absence(row, by=person), REMOVED)
    return redirect("own_absence")


def _own(
    request: HttpRequest, person: Person, form: forms.Form, *, status: int = 200
) -> HttpResponse:
    today = timezone.localdate()
    rows = Absence.objects.filter(last_day__gte=today).order_by("first_day", "pk")
    context: dict[str, Any] = {
        "form": form,
        "away": rows.filter(person=person).select_related("substitute")[:SHOWN],
        "stands_in": rows.filter(substitute=person).select_related("person")[:SHOWN],
        "today": today,
    }
    return render(request, "administration/own_absence.html", context, status=status)

"""One row of a register: read, added, changed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from patientsakerhet.access import policy
from patientsakerhet.access.asking import person_of
from patientsakerhet.access.policy import Can
from patientsakerhet.cases.views.acting import perform, renewed
from patientsakerhet.year_registers.views.shelves import (
    MEETINGS,
    RESPONSIBILITIES,
    SHARES,
    TRAININGS,
    Shelf,
)

METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(METHODS)
def new_meeting(request: HttpRequest) -> HttpResponse:
    """A meeting is added."""
    return _new(request, MEETINGS)


@require_http_methods(METHODS)
def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """One meeting."""
    return _one(request, MEETINGS, pk)


@require_http_methods(METHODS)
def new_training(request: HttpRequest) -> HttpResponse:
    """A training is added."""
    return _new(request, TRAININGS)


@require_http_methods(METHODS)
def training(request: HttpRequest, pk: int) -> HttpResponse:
    """One training."""
    return _one(request, TRAININGS, pk)


@require_http_methods(METHODS)
def new_responsibility(request: HttpRequest) -> HttpResponse:
    """Somebody answers for something."""
    return _new(request, RESPONSIBILITIES)


@require_http_methods(METHODS)
def responsibility(request: HttpRequest, pk: int) -> HttpResponse:
    """Who answers for one thing."""
    return _one(request, RESPONSIBILITIES, pk)


@require_http_methods(METHODS)
def new_share(request: HttpRequest) -> HttpResponse:
    """A full-time share is added."""
    return _new(request, SHARES)


@require_http_methods(METHODS)
def share(request: HttpRequest, pk: int) -> HttpResponse:
    """One full-time share."""
    return _one(request, SHARES, pk)


def _new(request: HttpRequest, shelf: Shelf) -> HttpResponse:
    by = person_of(request)
    policy.check_anywhere(by, shelf.keeps)
    form = shelf.form(request.POST or None)

    def again(status: int) -> HttpResponse:
        context = {"shelf": shelf, "form": form, "trail": _trail(shelf), "title": shelf.new_label}
        return render(request, "year_registers/new.html", context, status=status)

    if request.method != "POST":
        return again(200)
    return perform(
        request,
        form,
        lambda: shelf.put(None, by=by, **form.cleaned_data),
        done=shelf.saved,
        to=reverse(shelf.url_name),
        again=again,
    )


def _one(request: HttpRequest, shelf: Shelf, pk: int) -> HttpResponse:
    """The row's facts, and the form to change it for whoever keeps the register there."""
    by = person_of(request)
    policy.check_anywhere(by, Can.READ_YEAR_REGISTERS)
    row = get_object_or_404(shelf.model.objects.visible_to(by).for_rows(), pk=pk)
    keeps = policy.may_at(by, shelf.keeps, shelf.place(row))
    form = shelf.form(request.POST or None, initial=shelf.initial(row))

    def again(status: int) -> HttpResponse:
        context = {
            "shelf": shelf,
            "row": row,
            "title": str(row),
            "facts": shelf.facts(row),
            "text": getattr(row, shelf.text),
            "form": renewed(form, row) if keeps else None,
            "unfolded": form.is_bound,
            "trail": _trail(shelf),
        }
        return render(request, "year_registers/one.html", context, status=status)

    if request.method != "POST":
        return again(200)
    return perform(
        request,
        form,
        lambda: shelf.put(row, by=by, **form.cleaned_data),
        done=shelf.saved,
        to=reverse(shelf.one_url, args=[row.pk]),
        again=again,
    )


def _trail(shelf: Shelf) -> list[tuple[str, str]]:
    return [(shelf.title, reverse(shelf.url_name))]

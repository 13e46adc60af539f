"""The first page of Inställningar: every room the person may enter."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from patientsakerhet.access.asking import person_of
from patientsakerhet.administration import rooms


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Each room with what it is for, under its heading."""
    context = {"sections": rooms.rooms_for(person_of(request))}
    return render(request, "administration/overview.html", context)

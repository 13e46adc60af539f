"""Roles: who holds which where and when, across people; one of them ended."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from patientsakerhet.access.policy import Can
from patientsakerhet.administration.actions import people
from patientsakerhet.administration.asking import administrator
from patientsakerhet.administration.filters import AssignmentFilter
from patientsakerhet.administration.forms.marks import done
from patientsakerhet.administration.forms.people import EndRoleForm
from patientsakerhet.administration.views.listing import listing
from patientsakerhet.audit import trail
from patientsakerhet.organisation.models import Assignment


@require_safe
def roles(request: HttpRequest) -> HttpResponse:
    """Who holds which role, unit by unit; those of today unless others are asked for."""
    by = administrator(request)
    chosen = AssignmentFilter(request.GET, Assignment.objects.all())
    rows = chosen.qs.select_related("person", "unit")
    order = ("unit__path", "role", "person__name", "pk")
    found = listing(request, chosen, rows.order_by(*order), export="assignments")
    trail.read(
        "list.read",
        by=by,
        right=Can.ADMINISTER,
        body={
            "list": "assignments",
            "filter": request.GET.urlencode(),
            "people": [one.person_id for one in found.rows],
        },
    )
    context = {"found": found, "today": timezone.localdate()}
    return render(request, "administration/roles.html", context, status=found.status)


@require_http_methods(["GET", "HEAD", "POST"])
def end_role(request: HttpRequest, pk: int) -> HttpResponse:
    """The role is held up to and including a day, or ends at once."""
    by = administrator(request)
    held = get_object_or_404(Assignment.objects.select_related("person", "unit"), pk=pk)
    given = request.POST if request.method == "POST" else None
    form = EndRoleForm(given, initial={"last_day": held.valid_to})
    status = 200
    if request.method == "POST":
        if not form.is_valid():
            status = 422
        elif done(
            form, lambda: people.end_role(held, by=by, last_day=form.cleaned_data["last_day"])
        ):
            messages.success(request, "Rollens sista dag är sparad.")
            return redirect("person", held.person_id)
        else:
            status = 409
    context = {"form": form, "held": held}
    return render(request, "administration/role_end.html", context, status=status)

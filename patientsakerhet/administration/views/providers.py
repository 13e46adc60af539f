"""Care providers: the list, one of them, a new one."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from patientsakerhet.administration.actions import core, units
from patientsakerhet.administration.asking import administrator
from patientsakerhet.administration.filters import ProviderFilter
from patientsakerhet.administration.forms.marks import conflict_of, done
from patientsakerhet.administration.forms.organisation import ProviderForm
from patientsakerhet.administration.views.listing import listing
from patientsakerhet.organisation.models import CareProvider, Unit


@require_safe
def providers(request: HttpRequest) -> HttpResponse:
    """Every care provider, with how many units it has today."""
    administrator(request)
    chosen = ProviderFilter(request.GET, CareProvider.objects.all())
    current = Unit.objects.current().order_by().filter(care_provider=OuterRef("pk"))
    counted = current.values("care_provider").values(count=Count("pk"))
    rows = chosen.qs.annotate(current=Coalesce(Subquery(counted), 0)).order_by("name", "pk")
    found = listing(request, chosen, rows, export="providers")
    return render(request, "administration/providers.html", {"found": found}, status=found.status)


@require_http_methods(["GET", "HEAD", "POST"])
def new_provider(request: HttpRequest) -> HttpResponse:
    """A care provider that is not there yet."""
    by = administrator(request)
    form = ProviderForm(request.POST or None)
    if request.method != "POST":
        return _page(request, form, None)
    if not form.is_valid():
        return _page(request, form, None, status=422)
    if not done(form, lambda: units.create_provider(**form.given(), by=by)):
        return _page(request, form, None, status=409)
    messages.success(request, f"Vårdgivaren {form.cleaned_data['name']} är upplagd.")
    return redirect("providers")


@require_http_methods(["GET", "HEAD", "POST"])
def provider(request: HttpRequest, pk: int) -> HttpResponse:
    """One care provider, as it is or as somebody wants it."""
    by = administrator(request)
    row = get_object_or_404(CareProvider, pk=pk)
    initial = {name: getattr(row, name) for name in units.PROVIDER}
    form = ProviderForm(
        request.POST or None, initial={**initial, "seen": core.mark(row, units.PROVIDER)}
    )
    if request.method != "POST":
        return _page(request, form, row)
    if not form.is_valid():
        return _page(request, form, row, status=422)
    seen = form.cleaned_data["seen"]
    if not done(form, lambda: units.change_provider(row, by=by, seen=seen, **form.given())):
        return _page(request, form, row, status=409)
    messages.success(request, "Sparat.")
    return redirect("providers")


def _page(
    request: HttpRequest, form: ProviderForm, row: CareProvider | None, *, status: int = 200
) -> HttpResponse:
    conflict = conflict_of(form, core.mark(row, units.PROVIDER)) if row else None
    context = {"form": form, "row": row, "conflict": conflict}
    return render(request, "administration/provider.html", context, status=status)

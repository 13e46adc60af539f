"""One's own views of the list of measures: kept under a name, and taken away."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from patientsakerhet.access.asking import person_of
from patientsakerhet.cases.actions import saved_views
from patientsakerhet.cases.filters import MeasureFilter
from patientsakerhet.cases.forms.lists import SaveViewForm
from patientsakerhet.cases.models import Measure, SavedView
from patientsakerhet.cases.views.measures import SAVED_PAGE
from patientsakerhet.lib.refusal import Refused

LONGEST = 2000


@require_http_methods(["GET", "HEAD", "POST"])
def saved(request: HttpRequest) -> HttpResponse:
    """One's own views, and a name for the selection that the address carries."""
    person = person_of(request)
    query = _plain(request.META.get("QUERY_STRING", ""))
    form = SaveViewForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                saved_views.save(SAVED_PAGE, form.cleaned_data["name"], query, by=person)
            except Refused as refusal:
                form.add_error("name", refusal.reasons)
                status = 409
            else:
                messages.success(request, f"Vyn {form.cleaned_data['name']} är sparad.")
                return redirect(f"{reverse('measures')}?{query}")
    asked = MeasureFilter(QueryDict(query), queryset=Measure.objects.none(), request=request)
    context = {
        "form": form,
        "query": query,
        "selection": asked.described(),
        "kept": SavedView.objects.filter(person=person, page=SAVED_PAGE),
    }
    return render(request, "cases/measure_views.html", context, status=status)


@require_POST
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    """A view of one's own is gone; one that is gone already, or another's, is not spoken of."""
    person = person_of(request)
    view = SavedView.objects.filter(pk=pk, person=person, page=SAVED_PAGE).first()
    if view is not None:
        saved_views.forget(view, by=person)
        messages.success(request, f"Vyn {view.name} är borttagen.")
    return redirect("measures_views")


def _plain(query: str) -> str:
    """What the filter understands of the address, and nothing else."""
    asked, kept = QueryDict(query[:LONGEST]), QueryDict(mutable=True)
    for name in MeasureFilter.base_filters:
        kept.setlist(name, [value for value in asked.getlist(name) if value])
    return kept.urlencode()[:LONGEST]

"""A coordinator's own views of the queue: kept under a name, and taken away."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from avvikelse.exchange.coordination import in_words
from avvikelse.forms.coordination import SaveViewForm
from avvikelse.views.coordination import coordinator
from avvikelse.views.coordination_list import SAVED_PAGE
from avvikelse.views.coordination_place import PAGE, Place, say_done
from patientsakerhet.cases.actions import saved_views
from patientsakerhet.cases.models import SavedView
from patientsakerhet.lib.refusal import NotReady


@require_http_methods(["GET", "HEAD", "POST"])
def views(request: HttpRequest) -> HttpResponse:
    """One's own views, and a name for the one somebody came from."""
    person = coordinator(request)
    place = Place.before(request)
    place.values.pop(PAGE, None)
    form = SaveViewForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                saved_views.save(SAVED_PAGE, form.cleaned_data["name"], place.query, by=person)
            except NotReady as refusal:
                form.add_error("name", refusal.reasons)
            else:
                say_done(request, f"Vyn {form.cleaned_data['name']} är sparad.")
                return redirect(place.url())
    context = {
        "form": form,
        "saved": SavedView.objects.filter(person=person, page=SAVED_PAGE),
        "place": place,
        "selection": in_words(person, place),
        "back": place.url(),
    }
    return render(request, "avvikelse/coordination_views.html", context, status=status)


@require_POST
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    """The view is gone; what it showed is where it was."""
    person = coordinator(request)
    view = get_object_or_404(SavedView, pk=pk, person=person, page=SAVED_PAGE)
    saved_views.forget(view, by=person)
    say_done(request, f"Vyn {view.name} är borttagen.")
    return redirect("coordination_views")

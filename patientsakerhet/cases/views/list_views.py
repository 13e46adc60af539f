"""One's own views of the list, and acts on many of its cases."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from patientsakerhet.access import policy
from patientsakerhet.access.asking import person_of
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases import bulk
from patientsakerhet.cases.actions import appointing, saved_views
from patientsakerhet.cases.filters import CaseFilter
from patientsakerhet.cases.forms.lists import AppointManyForm, SaveViewForm
from patientsakerhet.cases.models import Case, SavedView
from patientsakerhet.cases.views.lists import PAGE
from patientsakerhet.lib.refusal import Refused
from patientsakerhet.organisation.models import Person
from patientsakerhet.ui import conflict

SHOW, DO = "visa", "gor"


def _appoint(case: Case, given: dict[str, Any], by: Person) -> None:
    appointing.appoint(case, given["handler"], by=by, version=case.version)


APPOINT = bulk.Offer(
    key="appoint",
    label="Utse handläggare…",
    title="Utse handläggare",
    needs=Can.RECEIVE,
    form=AppointManyForm,
    do=_appoint,
)


@require_http_methods(["GET", "HEAD", "POST"])
def saved(request: HttpRequest) -> HttpResponse:
    """One's own views, and a name for the selection one came from."""
    by = person_of(request)
    query = request.GET.urlencode()[:2000]
    narrowed = CaseFilter(request.GET, queryset=Case.objects.none(), request=request)
    form = SaveViewForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                saved_views.save(PAGE, form.cleaned_data["name"], query, by=by)
            except Refused as refusal:
                form.add_error("name", refusal.reasons)
                status = 409
            else:
                messages.success(request, f"Vyn {form.cleaned_data['name']} är sparad.")
                return redirect(f"{reverse('cases')}?{query}")
    context = {
        "form": form,
        "query": query,
        "selection": narrowed.described(),
        "saved": SavedView.objects.filter(person=by, page=PAGE),
    }
    return render(request, "cases/saved_views.html", context, status=status)


@require_POST
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    """A view of one's own is gone; one that is gone already, or another's, is not spoken of."""
    by = person_of(request)
    view = SavedView.objects.filter(pk=pk, person=by, page=PAGE).first()
    if view is not None:
        saved_views.forget(view, by=by)
        messages.success(request, f"Vyn {view.name} är borttagen.")
    return redirect("cases_views")


@require_POST
def many(request: HttpRequest) -> HttpResponse:
    """First what is to be filled in, then what it would come to for each case, then the doing."""
    by = person_of(request)
    offer = bulk.named(request.POST.get("act", ""))
    if offer is None:
        messages.error(request, "Välj vad som ska göras.")
        return redirect("cases")
    policy.check_anywhere(by, offer.needs)
    marked = _marked(request, by, offer)
    if not marked:
        messages.error(request, "Markera minst ett ärende som du får göra det med.")
        return redirect(_back(request))
    step = request.POST.get("steg", "")
    form = offer.form(request.POST if step else None)
    context: dict[str, Any] = {
        "offer": offer,
        "cases": marked,
        "form": form,
        "outcomes": None,
        "back": _back(request),
        "query": request.POST.get("fran", ""),
    }
    if step not in {SHOW, DO} or not form.is_valid():
        status = 422 if form.errors else 200
        return render(request, "cases/many.html", context, status=status)
    outcomes = bulk.carry_out(offer, marked, form.cleaned_data, by=by, rehearse=step != DO)
    done = sum(one.will for one in outcomes)
    if step == DO and done == len(outcomes):
        messages.success(request, f"{offer.title}: klart för {done} ärenden.")
        return redirect(_back(request))
    fields = form.fields
    context |= {
        "outcomes": outcomes,
        "done": step == DO,
        "will": done,
        "will_not": len(outcomes) - done,
        "said": [
            (field.label, conflict.in_words(field, form.cleaned_data[name]))
            for name, field in fields.items()
        ],
        "kept": [(name, request.POST[name]) for name in fields if request.POST.get(name)],
    }
    return render(request, "cases/many.html", context)


def _marked(request: HttpRequest, by: Person, offer: bulk.Offer) -> list[Case]:
    """The marked cases with which she may do it, each in the version that was shown."""
    numbers = request.POST.getlist("case")[: bulk.MOST]
    rows = list(
        Case.objects.where_may(by, offer.needs)
        .filter(number__in=numbers)
        .select_related("owning_unit", "filing_unit")
        .newest_first()
    )
    shown = dict(pair.split(":", 1) for pair in request.POST.getlist("version") if ":" in pair)
    for case in rows:
        told = shown.get(case.number, "")
        case.version = int(told) if told.isdecimal() and len(told) < 9 else case.version
    trail.read(
        "list.read",
        by=by,
        right=Can.READ,
        body={"list": "many", "act": offer.key, "cases": [case.pk for case in rows]},
    )
    return rows


def _back(request: HttpRequest) -> str:
    query = request.POST.get("fran", "")
    return f"{reverse('cases')}?{query}" if query else reverse("cases")

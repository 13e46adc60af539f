"""Published by the authority but not received: a list to check, row by row."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.ui.fields import ShortText
from patientsakerhet.ui.paging import addresses, counts_of, page_of
from patientsakerhet.ui.parts import Tab
from sakerhetsmeddelanden.actions import published as actions
from sakerhetsmeddelanden.incoming_filters import PUBLISHED
from sakerhetsmeddelanden.models import PublishedNotice
from sakerhetsmeddelanden.views.intake import manager

WORDS = {"": "missing", "mottagna": "received", "kontrollerade": "checked"}
"""The word in the address -> how the entries stand."""


class CheckForm(forms.Form):
    """What was found about an entry."""

    note = ShortText("Vad fann du?", max_length=300, empty="Skriv vad du fann.")


@require_safe
def published(request: HttpRequest) -> HttpResponse:
    """What is missing, what has come, what has been checked; newest first."""
    return _page(request)


@require_POST
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody has looked into an entry."""
    person = manager(request)
    row = get_object_or_404(PublishedNotice, pk=pk)
    form = CheckForm(request.POST)
    if not form.is_valid():
        return _page(request, failed=(row.pk, form), status=422)
    actions.check(row.pk, form.cleaned_data["note"], by=person)
    messages.success(request, f"{row.number} är kontrollerad.")
    return redirect("published_notices")


def _page(
    request: HttpRequest, *, failed: tuple[int, CheckForm] | None = None, status: int = 200
) -> HttpResponse:
    person = manager(request)
    every = PublishedNotice.objects.select_related("notice__case", "checked_by")
    lists = {
        word: (PUBLISHED[standing][0], every.filter(PUBLISHED[standing][1]))
        for word, standing in WORDS.items()
    }
    state = request.GET.get("lage", "")
    state = state if state in lists else ""
    page = page_of(lists[state][1].order_by("-published_on", "-pk"), request.GET.get("sida", ""))
    trail.read(
        "published_notices.listed",
        by=person,
        right=Can.MANAGE_NOTICES,
        body={"entries": [one.pk for one in page.rows]},
    )
    counted = counts_of({key: rows for key, (_, rows) in lists.items()})
    here = reverse("published_notices")
    before, after = addresses(request, page)
    context = {
        "views": [
            Tab(
                label,
                f"{here}?lage={key}" if key else here,
                count=counted[key].count,
                current=key == state,
            )
            for key, (label, _) in lists.items()
        ],
        "rows": [
            (
                row,
                failed[1]
                if failed and failed[0] == row.pk
                else CheckForm(auto_id=f"id_{row.pk}_%s"),
            )
            for row in page.rows
        ],
        "failed": failed[1] if failed else None,
        "state": state,
        "before": before,
        "after": after,
        "shown": f"{len(page.rows)} poster",
    }
    return render(request, "sakerhetsmeddelanden/published.html", context, status=status)

"""The coordinators' queue: the list with a case beside it, the extract, what has come since."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from avvikelse import queue
from avvikelse.exchange import coordination as exported
from avvikelse.forms.coordination import DecisionForm
from avvikelse.scales import current_scale
from avvikelse.views.coordination_list import listing
from avvikelse.views.coordination_place import SHOWN, Place, last_done
from avvikelse.views.coordination_preview import preview
from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.exchange import writer
from patientsakerhet.lib.refusal import Refused
from patientsakerhet.organisation.models import Person

KEYS = [
    (["j", "k"], "nästa, föregående"),
    (["x"], "markera"),
    (["z"], "ångra"),
    (["/"], "sök"),
]
ACTS = {"take": "Ta", "coordinate": "Koordinera till…", "merge": "Slå ihop…", "reject": "Avvisa…"}


@require_safe
def coordination(request: HttpRequest) -> HttpResponse:
    """The queue with the case that was asked for beside it, or else the first."""
    place = Place(cast(QueryDict, request.GET))
    number = request.GET.get(SHOWN, "").strip().upper()
    if request.htmx and number:  # type: ignore[attr-defined]  # set by the middleware
        person = coordinator(request)
        shown = preview(person, number, place, current_scale())
        context = {"shown": shown, "keys": KEYS}
        return render(request, "avvikelse/_coordination_preview.html", context)
    return show(request, place, number)


def show(
    request: HttpRequest,
    place: Place,
    number: str = "",
    *,
    decision: DecisionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The whole page; with a decision that was refused, the case with it filled in as it was."""
    person = coordinator(request)
    scale = current_scale()
    listed = listing(request, person, place, number, scale)
    trail.read(
        "list.read",
        by=person,
        right=Can.COORDINATE,
        body={"list": "coordination", "filter": place.query, "cases": listed.cases},
    )
    shown = None
    if number or listed.first:
        shown = preview(person, number or listed.first, place, scale, form=decision)
    context = {
        "listed": listed,
        "shown": shown,
        "current": number or listed.first,
        "opened": bool(number),
        "place": place,
        "done": last_done(request),
        "acts": ACTS if place.view != queue.LATE else {},
        "keys": KEYS,
        "now": timezone.now().isoformat(),
    }
    return render(request, "avvikelse/coordination.html", context, status=status)


def coordinator(request: HttpRequest) -> Person:
    """Whoever is signed in; refused when she coordinates nowhere."""
    person = cast(Person, request.user)
    policy.check_anywhere(person, Can.COORDINATE)
    return person


@require_safe
def extract(request: HttpRequest) -> HttpResponseBase:
    """The whole view as a file, not only the page that is shown; CSV unless Excel is asked for."""
    person = coordinator(request)
    place = Place(cast(QueryDict, request.GET))
    form = request.GET.get("format", "csv")
    try:
        return writer.respond(exported.queue_of(request.GET, person), form, by=person)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(place.url())


@require_safe
def news(request: HttpRequest) -> HttpResponse:
    """How many have come to the queue since the page was shown; asked for once a minute."""
    person = coordinator(request)
    place = Place(cast(QueryDict, request.GET))
    yesterday = timezone.now() - timedelta(days=1)
    try:
        since = max(datetime.fromisoformat(request.GET.get("sedan", "")), yesterday)
    except (ValueError, TypeError):  # no moment, or one without a time zone
        since = timezone.now()
    new = queue.in_queue(person).filter(filed_at__gt=since).order_by()[:100].count()
    context = {"new": new, "since": since.isoformat(), "place": place}
    return render(request, "avvikelse/_coordination_news.html", context)

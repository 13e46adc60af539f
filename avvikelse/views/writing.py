"""What helps while a report is being written: the draft, the device by its number, similar reports."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from avvikelse import recent
from avvikelse.forms import drafts as draft_fields
from avvikelse.forms import things
from avvikelse.forms.units import with_code
from avvikelse.views.report import person_of
from patientsakerhet.audit import trail
from patientsakerhet.cases import throttle
from patientsakerhet.cases.actions import drafts
from patientsakerhet.cases.throttle import TooMany
from patientsakerhet.lib import text
from patientsakerhet.organisation.models import Person
from patientsakerhet.ui.answers import SeeOther

LONG_ENOUGH = 30
"""Signs below which a text says too little to be compared with others."""


@require_POST
def save_draft(request: HttpRequest) -> HttpResponse:
    """The form as far as it has come is kept for whoever is signed in."""
    person = _signed_in(request)
    fields = draft_fields.written(request.POST)
    if draft_fields.is_empty(fields):
        drafts.discard(form=draft_fields.FORM, by=person)
    else:
        drafts.keep(fields, form=draft_fields.FORM, by=person)
    return HttpResponse(status=204)


@require_POST
def discard_draft(request: HttpRequest) -> HttpResponse:
    """The draft is gone, and the form is empty."""
    drafts.discard(form=draft_fields.FORM, by=_signed_in(request))
    return SeeOther(reverse("report"))


@never_cache
@login_not_required
@require_POST
def find_device(request: HttpRequest) -> HttpResponse:
    """The product behind an inventory number or a UDI, or that we know none; no unit, no history."""
    number = _line(request.POST.get("device_number", "").replace("\x1d", "<GS>"))[
        : things.LONGEST_CODE
    ]
    meant = things.NOTHING
    if number and _may_ask(request):
        meant = things.device_meant(number)
    return render(request, "avvikelse/report/_device.html", {"number": number, "meant": meant})


@never_cache
@login_not_required
@require_POST
def similar_reports(request: HttpRequest) -> HttpResponse:
    """Recent reports like the one being written: those the reader may see, of the others a number."""
    written = _text(request.POST.get("what_happened", ""))
    unit = with_code(request.POST.get("unit", ""))
    found = None
    if unit is not None and len(written) >= LONG_ENOUGH and _may_ask(request):
        person = person_of(request)
        found = recent.like(written, unit=unit, reader=person)
        if found.shown:
            trail.read(
                "list.read",
                by=person,
                unit_id=unit.pk,
                right="report",
                body={"list": "similar", "cases": [case.pk for case in found.shown]},
            )
    return render(request, "avvikelse/report/_similar.html", {"found": found, "unit": unit})


def _may_ask(request: HttpRequest) -> bool:
    """Those without account may ask often, not endlessly; then the help is away, not the form."""
    if person_of(request) is not None:
        return True
    try:
        throttle.take("ask", request)
    except TooMany:
        return False
    return True


def _signed_in(request: HttpRequest) -> Person:
    person = person_of(request)
    if person is None:  # the middleware lets nobody else come this far
        raise PermissionError
    return person


def _line(written: str) -> str:
    try:
        return text.clean_line(written)
    except ValidationError:
        return ""


def _text(written: str) -> str:
    try:
        return text.clean(written)[:20_000].strip()
    except ValidationError:
        return ""

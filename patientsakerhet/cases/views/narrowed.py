"""What a list is narrowed by, in its address, and the list taken out as a file."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from patientsakerhet.access import policy
from patientsakerhet.access.asking import person_of
from patientsakerhet.access.policy import Can
from patientsakerhet.exchange import writer
from patientsakerhet.exchange.kinds import Export
from patientsakerhet.lib.refusal import Refused


def asked(request: HttpRequest) -> QueryDict:
    """What a list is narrowed by, without the place in it."""
    found = request.GET.copy()
    found.pop("sida", None)
    for name in [name for name, values in found.lists() if not any(values)]:
        del found[name]
    return found


def taken_out(request: HttpRequest, export: Export, form: str, *, back: str) -> HttpResponseBase:
    """What the list shows as a file, or the list again with why not."""
    by = person_of(request)
    policy.check_anywhere(by, Can(export.needs))
    try:
        return writer.respond(export.extract(request.GET.dict(), by), form, by=by)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse(back)}?{asked(request).urlencode()}")

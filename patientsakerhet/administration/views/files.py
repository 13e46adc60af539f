"""Files in and out: what can be read in and taken out, and the one way out of every register."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from patientsakerhet.access import policy
from patientsakerhet.access.asking import person_of
from patientsakerhet.access.policy import Can
from patientsakerhet.exchange import blank, kinds, writer
from patientsakerhet.exchange.kinds import Export, ImportKind, UnknownKind
from patientsakerhet.lib.refusal import NotAllowed, Refused
from patientsakerhet.organisation.models import Person

TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": writer.XLSX}


@require_safe
def files(request: HttpRequest) -> HttpResponse:
    """Everything the person may read in or take out."""
    held = policy.capabilities_anywhere(person_of(request))
    imports = kinds.open_to(held)
    exports = [one for one in kinds.every_export() if one.is_listed and one.needs in held]
    if not imports and not exports:
        policy.check_anywhere(person_of(request), Can.EXPORT)
    context = {"imports": imports, "exports": exports, "forms": writer.FORMATS}
    return render(request, "administration/files.html", context)


@require_safe
def extract(request: HttpRequest, kind: str, form: str) -> HttpResponseBase:
    """A register as a file, narrowed by the address as its page is."""
    by = person_of(request)
    export = _export(kind, by)
    if form not in writer.FORMATS:
        raise Http404
    try:
        return writer.respond(export.extract(request.GET, by), form, by=by)
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("files")


@require_safe
def template(request: HttpRequest, kind: str, form: str) -> HttpResponse:
    """An empty file of the kind, to fill in."""
    row = import_kind(kind, person_of(request))
    try:
        content = blank.blank(row, form)
    except Refused as refusal:
        raise Http404 from refusal
    return _file(content, f"mall-{row.key}.{form}", TYPES[form])


@require_safe
def mapping(request: HttpRequest, kind: str) -> HttpResponse:
    """A description of columns to begin from."""
    row = import_kind(kind, person_of(request))
    if row.example is None:
        raise Http404
    content = row.example.read_bytes()
    return _file(content, row.example.name, "application/toml; charset=utf-8")


def import_kind(key: str, by: Person) -> ImportKind:
    """The kind, for whoever may read it in; one that is not registered does not exist."""
    try:
        row = kinds.of(key)
    except UnknownKind as fault:
        raise Http404 from fault
    policy.check_anywhere(by, Can(row.needs))
    return row


def _export(key: str, by: Person) -> Export:
    try:
        export = kinds.export_of(key)
    except UnknownKind as fault:
        raise Http404 from fault
    if export.needs:
        policy.check_anywhere(by, Can(export.needs))
    return export


def _file(content: bytes, name: str, content_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    return response

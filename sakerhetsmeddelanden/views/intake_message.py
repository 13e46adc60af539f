"""One message that has come in: what it says, who seems to have sent it, what was read in it, and the acts."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.lib.refusal import NotAllowed, NotReady, Refused
from patientsakerhet.organisation.models import Person
from patientsakerhet.ui import swedish
from sakerhetsmeddelanden.actions import deciding, opening
from sakerhetsmeddelanden.forms.intake import AddForm, BringBackForm, PromoteForm, SetAsideForm
from sakerhetsmeddelanden.models import IncomingFile, IncomingMessage, SafetyNotice
from sakerhetsmeddelanden.views.intake import manager

SHOWN = 60_000
"""Signs of text on the page; the whole is in the original."""
RESULTS = {
    "pass": ("godkänd", "good"),
    "fail": ("underkänd", "bad"),
    "softfail": ("tveksam", "warn"),
    "none": ("saknas", "warn"),
}


@require_safe
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """The message beside what was read in it."""
    person = manager(request)
    return _page(request, _message(pk), by=person)


@require_POST
def promote(request: HttpRequest, pk: int) -> HttpResponse:
    """It is a notice, with the fields as they were sent."""
    person = manager(request)
    row = _message(pk)
    form = PromoteForm(row.proposals.select_related("file"), request.POST)
    if not form.is_valid():
        return _page(request, row, by=person, forms={"promote": form}, status=422)
    try:
        case = deciding.promote(
            row, form.values(), by=person, version=form.cleaned_data["version"] or 0
        )
    except NotAllowed:
        raise
    except Refused as refusal:
        return _refused(request, row, "promote", form, refusal, by=person)
    messages.success(
        request, f"{case.number} är skapat av meddelandet. Kontrollera fälten och registrera det."
    )
    return redirect(case)


@require_POST
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """It belongs to a notice that is there."""

    def act(row: IncomingMessage, form: forms.Form, by: Person) -> HttpResponse:
        notice = (
            SafetyNotice.objects.visible_to(by)
            .select_related("case")
            .filter(case__number=form.cleaned_data["number"].upper())
            .first()
        )
        if notice is None:
            raise NotReady("Det finns inget säkerhetsmeddelande med det numret.")
        case = deciding.add_to(row, notice, by=by, version=form.cleaned_data["version"] or 0)
        messages.success(request, f"Meddelandet är lagt till {case.number}.")
        return redirect("incoming_messages")

    return _decided(request, pk, "add", AddForm, act)


@require_POST
def set_aside(request: HttpRequest, pk: int) -> HttpResponse:
    """It is nothing for us, for a reason."""

    def act(row: IncomingMessage, form: forms.Form, by: Person) -> HttpResponse:
        version = form.cleaned_data["version"] or 0
        deciding.set_aside(row, form.cleaned_data["reason"], by=by, version=version)
        messages.success(request, "Meddelandet är lagt åt sidan.")
        return redirect("incoming_messages")

    return _decided(request, pk, "set_aside", SetAsideForm, act)


@require_POST
def bring_back(request: HttpRequest, pk: int) -> HttpResponse:
    """What was laid aside waits again."""

    def act(row: IncomingMessage, form: forms.Form, by: Person) -> HttpResponse:
        deciding.bring_back(row, by=by, version=form.cleaned_data["version"] or 0)
        messages.success(request, "Meddelandet väntar på granskning igen.")
        return redirect("incoming_message", row.pk)

    return _decided(request, pk, "bring_back", BringBackForm, act)


@require_safe
def file(request: HttpRequest, pk: int, position: int) -> HttpResponseBase:
    """A file that came with it, to be saved."""
    person = manager(request)
    row = get_object_or_404(IncomingFile, message=pk, position=position)
    try:
        with opening.file_of(row, by=person) as opened:
            return _handed_out(opened, row.name, row.content_type, row.size)
    except NotReady as refusal:
        return render(request, "cases/attachment_refused.html", {"refusal": refusal}, status=409)


@require_safe
def original(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The message as it came, to be saved."""
    person = manager(request)
    row = _message(pk)
    ending = "eml" if row.submission is None else "json"
    try:
        with opening.original_of(row, by=person) as opened:
            size = os.fstat(opened.fileno()).st_size
            return _handed_out(
                opened, f"inkommet-{row.pk}.{ending}", "application/octet-stream", size
            )
    except NotReady as refusal:
        return render(request, "cases/attachment_refused.html", {"refusal": refusal}, status=409)


def _handed_out(opened: Any, name: str, content_type: str, size: int) -> FileResponse:
    """The same open file as was just checked, never shown in place."""
    body = os.fdopen(os.dup(opened.fileno()), "rb")
    response = FileResponse(body, as_attachment=True, filename=name, content_type=content_type)
    response.headers["Content-Length"] = str(size)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _message(pk: int) -> IncomingMessage:
    return get_object_or_404(
        IncomingMessage.objects.select_related(
            "supplier",
            "duplicate_of__notice__case",
            "suggested_notice__case",
            "notice__case",
            "decided_by",
        ),
        pk=pk,
    )


def _decided(
    request: HttpRequest,
    pk: int,
    which: str,
    form_class: type[forms.Form],
    act: Callable[[IncomingMessage, forms.Form, Person], HttpResponse],
) -> HttpResponse:
    """One act, or the page with what was written and the reason why not."""
    person = manager(request)
    row = _message(pk)
    form = form_class(request.POST)
    if not form.is_valid():
        return _page(request, row, by=person, forms={which: form}, status=422)
    try:
        return act(row, form, person)
    except NotAllowed:
        raise
    except Refused as refusal:
        return _refused(request, row, which, form, refusal, by=person)


def _refused(
    request: HttpRequest,
    row: IncomingMessage,
    which: str,
    form: forms.Form,
    refusal: Refused,
    *,
    by: Person,
) -> HttpResponse:
    for reason in refusal.reasons:
        form.add_error(None, reason)
    return _page(request, _message(row.pk), by=by, forms={which: form}, status=409)


def _page(
    request: HttpRequest,
    row: IncomingMessage,
    *,
    by: Person,
    forms: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    trail.read(
        "incoming_message.read_by_person",
        by=by,
        right=Can.MANAGE_NOTICES,
        object_type="incoming_message",
        object_id=row.pk,
    )
    given = forms or {}
    seen = {"version": row.version}
    suggested = row.suggested_notice.case.number if row.suggested_notice else ""
    promote_form = given.get("promote") or PromoteForm(
        row.proposals.select_related("file"), initial=seen
    )
    context = {
        "message": row,
        "facts": _facts(row),
        "checks": _checks(row),
        "files": list(row.files.all()),
        "text": row.text[:SHOWN],
        "is_cut": len(row.text) > SHOWN,
        "duplicates": list(row.duplicates.order_by("pk")[:5]),
        "places": row.places.count(),
        "promote": promote_form,
        "makers": promote_form.likely_makers() if row.is_undecided else [],
        "add": given.get("add") or AddForm(initial={**seen, "number": suggested}),
        "set_aside": given.get("set_aside") or SetAsideForm(initial=seen),
        "bring_back": given.get("bring_back") or BringBackForm(initial=seen),
        "failed": next(iter(given.values()), None),
    }
    return render(request, "sakerhetsmeddelanden/message.html", context, status=status)


def _facts(row: IncomingMessage) -> list[tuple[str, str]]:
    sender = f"{row.sender_name} <{row.sender}>" if row.sender_name else row.sender
    told = [
        ("Från", sender or "okänd avsändare"),
        ("Svar till", row.reply_to if row.reply_to != row.sender else ""),
        ("Till", row.recipient),
        ("Kom in", f"{swedish.moment(row.received_at)} genom {row.get_door_display()}"),
        ("Skickades", swedish.moment(row.sent_at) if row.sent_at else ""),
        ("Leverantör", str(row.supplier or "")),
        ("Message-ID", row.message_id),
        ("Storlek", f"{swedish.number(max(1, row.size // 1024))} kB"),
        ("Kontrollsumma", f"{row.sha256[:16]}…"),
    ]
    return [(label, value) for label, value in told if value]


def _checks(row: IncomingMessage) -> list[tuple[str, str, str]]:
    """What our own mail server found about the sender, in words and a tone."""
    return [
        (name, *RESULTS.get(result, (result, "warn")))
        for name, result in (("SPF", row.spf), ("DKIM", row.dkim), ("DMARC", row.dmarc))
        if result
    ]

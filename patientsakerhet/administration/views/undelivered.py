"""Messages that could not be sent, as work: the list, one of them, and what is done about it."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from patientsakerhet.access import policy
from patientsakerhet.access.asking import person_of
from patientsakerhet.access.policy import Can
from patientsakerhet.administration import undelivered as known
from patientsakerhet.administration.actions import messages as actions
from patientsakerhet.administration.filters import UndeliveredFilter
from patientsakerhet.administration.forms.undelivered import CorrectForm, GiveUpForm
from patientsakerhet.administration.views.listing import listing
from patientsakerhet.cases.models import Case
from patientsakerhet.lib.refusal import Refused
from patientsakerhet.notifications.models import Message
from patientsakerhet.organisation.models import Person
from patientsakerhet.ui import swedish
from patientsakerhet.ui.parts import Cell, Column, table_rows

COLUMNS = (Column("Meddelande"), Column("Varför"), Column("Skapat"), Column("Försök", end=True))


@require_safe
def undelivered(request: HttpRequest) -> HttpResponse:
    """Those that wait for somebody to do something, newest first."""
    person = _seer(request)
    chosen = UndeliveredFilter(request.GET, known.known_to(person))
    found = listing(request, chosen, chosen.qs, export="undelivered")
    rows = table_rows(
        COLUMNS,
        [
            [
                Cell(known.about(one), url=reverse("undelivered_message", args=[one.pk])),
                known.why(one.last_error),
                swedish.moment(one.created_at),
                Cell(swedish.number(one.attempts), end=True),
            ]
            for one in found.rows
        ],
    )
    context = {"found": found, "columns": COLUMNS, "rows": rows}
    return render(request, "administration/undelivered.html", context, status=found.status)


@require_safe
def message(request: HttpRequest, message: UUID) -> HttpResponse:
    """One message: why it was not sent, and what can be done."""
    person = _seer(request)
    return _page(request, person, _message(person, message))


@require_POST
def resend(request: HttpRequest, message: UUID) -> HttpResponse:
    """Try again."""
    person = _seer(request)
    row = _message(person, message)
    try:
        actions.resend(row, by=person)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("undelivered_message", row.pk)
    messages.success(request, f"Vi försöker skicka ”{known.about(row)}” igen, i högst ett dygn.")
    return redirect("undelivered")


@require_POST
def correct(request: HttpRequest, message: UUID) -> HttpResponse:
    """Send it where it should have gone."""
    person = _seer(request)
    row = _message(person, message)
    form = CorrectForm(request.POST)
    if not form.is_valid():
        return _page(request, person, row, correct=form, status=422)
    try:
        actions.correct_address(row, form.cleaned_data["address"], by=person)
    except Refused as refusal:
        return _refused(request, person, row, form, refusal)
    messages.success(request, "Adressen är rättad och meddelandet skickas dit.")
    return redirect("undelivered")


@require_POST
def give_up(request: HttpRequest, message: UUID) -> HttpResponse:
    """Write it off."""
    person = _seer(request)
    row = _message(person, message)
    form = GiveUpForm(request.POST)
    if not form.is_valid():
        return _page(request, person, row, give_up=form, status=422)
    try:
        actions.give_up(row, by=person, reason=form.cleaned_data["reason"])
    except Refused as refusal:
        return _refused(request, person, row, form, refusal)
    messages.success(request, "Meddelandet är avskrivet.")
    return redirect("undelivered")


def _refused(
    request: HttpRequest, person: Person, row: Message, form: forms.Form, refusal: Refused
) -> HttpResponse:
    for reason in refusal.reasons:
        form.add_error(None, reason)
    kept = {"correct": form} if isinstance(form, CorrectForm) else {"give_up": form}
    return _page(request, person, row, status=409, **kept)


def _page(
    request: HttpRequest,
    person: Person,
    row: Message,
    *,
    correct: forms.Form | None = None,
    give_up: forms.Form | None = None,
    status: int = 200,
) -> HttpResponse:
    case = Case.objects.visible_to(person).filter(pk=row.case_id).first() if row.case_id else None
    to = known.recipient(row, reader=person)
    facts = [
        ("Ärende", row.number or "inget", case.get_absolute_url() if case else ""),
        ("Till", to.words, ""),
        ("Skapat", swedish.moment(row.created_at), ""),
        ("Försök", swedish.number(row.attempts), ""),
        ("Kod", row.last_error or "ingen", ""),
        ("Läge", row.get_state_display(), ""),
    ]
    context = {
        "message": row,
        "about": known.about(row),
        "why": known.why(row.last_error),
        "facts": facts,
        "is_dead": row.state == Message.State.DEAD,
        "reason": row.closed_reason if to.shown else "",
        "may_correct": actions.may_correct(row, by=person),
        "correct": correct or CorrectForm(),
        "give_up": give_up or GiveUpForm(),
        "wrong": next((one for one in (correct, give_up) if one is not None), None),
    }
    return render(request, "administration/undelivered_message.html", context, status=status)


def _seer(request: HttpRequest) -> Person:
    person = person_of(request)
    policy.check_anywhere(person, Can.SEE_UNDELIVERED)
    return person


def _message(person: Person, pk: UUID) -> Message:
    handled = (Message.State.DEAD, Message.State.CLOSED)
    rows = known.known_to(person).filter(state__in=handled).select_related("person")
    return get_object_or_404(rows, pk=pk)

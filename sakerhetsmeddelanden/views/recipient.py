"""One recipient as a coordinator sees it: why it was chosen, what has happened, what can be done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from patientsakerhet.access.policy import Can
from patientsakerhet.lib.refusal import NotAllowed, Refused
from patientsakerhet.ui.conflict import carry_version
from patientsakerhet.ui.parts import Event
from sakerhetsmeddelanden.actions import coordinating, links, recipients
from sakerhetsmeddelanden.forms.coordinating import CallForm, LinkForm, SendAgainForm, WaiveForm
from sakerhetsmeddelanden.models import AnswerLink, Recipient, RecipientEvent, RecipientMail
from sakerhetsmeddelanden.views.answer_page import counts_of
from sakerhetsmeddelanden.views.happened import in_words
from sakerhetsmeddelanden.views.sent_notice import (
    SentNotice,
    open_notice,
    open_recipient,
    record_reading,
    standing_of,
)
from sakerhetsmeddelanden.workflow import ACKNOWLEDGED_AFFECTED, RECIPIENT_WORKFLOW, WAITING

BESIDE = "id_lank_%s"
"""The names of the fields of the link's form, which stands beside one with the same."""
SHOWN = 50
"""Events and devices on the page; the rest of the devices are in the work list."""


@dataclass(frozen=True)
class Mail:
    """A mail to the recipient, and what became of it."""

    to: str
    purpose: str
    at: Any
    state: str
    lost: bool


@never_cache
@require_safe
def page(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """The recipient's page."""
    sent = open_notice(request, number)
    return _page(request, sent, open_recipient(sent, code))


def _page(
    request: HttpRequest,
    sent: SentNotice,
    recipient: Recipient,
    *,
    opens: str = "",
    form: BaseForm | None = None,
    code: tuple[AnswerLink, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    record_reading(sent, f"mottagare {recipient.unit.code}")
    manages = Can.MANAGE_NOTICES in sent.may
    version = {"version": recipient.version}
    forms: dict[str, BaseForm] = {
        "again": SendAgainForm(initial=version),
        "call": CallForm(initial={**version, "number": recipient.unit.phone}),
        "link": LinkForm(auto_id=BESIDE),
        "waive": WaiveForm(initial=version),
    }
    if form is not None:
        forms[opens] = form
    mails = recipient.mails.select_related("message__person").order_by("-at", "-pk")
    events = recipient.events.select_related("by").order_by("-at", "-pk")
    context = {
        "sent": sent,
        "case": sent.case,
        "recipient": recipient,
        "standing": standing_of(recipient),
        "counted": counts_of(recipient),
        "devices": recipient.devices.select_related("device__model").order_by("pk")[:SHOWN],
        "devices_url": reverse("notice_devices", args=[sent.case.number, recipient.unit.code]),
        "mails": [_mail(one) for one in mails[:SHOWN]],
        "events": [_event(one) for one in events[:SHOWN]],
        "links": list(recipient.links.order_by("-made_at")) if manages else [],
        "now": timezone.now(),
        "code": code,
        "forms": forms,
        "opens": opens,
        "manages": manages,
        # What was refused is shown with what was written, also where the state has no place for it.
        "may_ask": manages
        and (form is not None or recipient.status in (*WAITING, ACKNOWLEDGED_AFFECTED)),
        "waits": opens == "again" or recipient.status in WAITING,
        "may_waive": Can.WAIVE_NOTICE in sent.may
        and (opens == "waive" or recipient.status in RECIPIENT_WORKFLOW.named("waive").sources),
        "ground": recipient.get_ground_display(),
    }
    return render(request, "sakerhetsmeddelanden/recipient.html", context, status=status)


@require_POST
def send_again(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """The notice once more, perhaps to another address."""
    sent = open_notice(request, number)
    recipient = open_recipient(sent, code)
    form = SendAgainForm(request.POST)
    return _perform(
        request,
        sent,
        recipient,
        "again",
        form,
        lambda: coordinating.send_again(recipient, by=sent.by, **form.cleaned_data),
        "Meddelandet är på väg igen.",
    )


@require_POST
def phone(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """A telephone call is written down."""
    sent = open_notice(request, number)
    recipient = open_recipient(sent, code)
    form = CallForm(request.POST)
    return _perform(
        request,
        sent,
        recipient,
        "call",
        form,
        lambda: coordinating.phone(
            recipient, form.call(), by=sent.by, version=form.cleaned_data["version"]
        ),
        "Samtalet är antecknat.",
    )


@require_POST
def waive(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """The chief physician decides that nothing more is awaited from the unit."""
    sent = open_notice(request, number)
    recipient = open_recipient(sent, code)
    form = WaiveForm(request.POST)
    return _perform(
        request,
        sent,
        recipient,
        "waive",
        form,
        lambda: recipients.waive(recipient, by=sent.by, **form.cleaned_data),
        "Beslutet är undertecknat.",
    )


@require_POST
def make_link(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """A personal link is made and sent; its code is for the telephone."""
    sent = open_notice(request, number)
    recipient = open_recipient(sent, code)
    form = LinkForm(request.POST, auto_id=BESIDE)

    def do() -> None:
        made = links.make(recipient, by=sent.by, **form.cleaned_data)
        coordinating.send_link(made, by=sent.by)

    return _perform(
        request,
        sent,
        recipient,
        "link",
        form,
        do,
        "Länken är på väg. Läs upp koden på telefon, för rätt person.",
    )


@never_cache
@require_POST
def with_link(request: HttpRequest, number: str, code: str, link: str, what: str) -> HttpResponse:
    """The link's code is read out, made anew, the link is sent again, or taken back."""
    sent = open_notice(request, number)
    recipient = open_recipient(sent, code)
    found = _link(recipient, link)
    shown = None
    try:
        match what:
            case "kod":
                shown = (found, links.read_code(found, by=sent.by))
            case "ny-kod":
                links.renew_code(found, by=sent.by)
                messages.success(request, "Länken har en ny kod.")
            case "skicka":
                coordinating.send_link(found, by=sent.by)
                messages.success(request, "Länken är på väg igen.")
            case "ta-tillbaka":
                links.revoke(found, by=sent.by)
                messages.success(request, "Länken leder ingenstans längre.")
            case _:
                raise Http404
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, str(refusal))
    if shown is not None:
        return _page(request, sent, recipient, opens="link", code=shown)
    return redirect(sent.url("notice_recipient", recipient.unit.code))


def _perform(
    request: HttpRequest,
    sent: SentNotice,
    recipient: Recipient,
    opens: str,
    form: BaseForm,
    do: Callable[[], Any],
    said: str,
) -> HttpResponse:
    if not form.is_valid():
        return _page(request, sent, recipient, opens=opens, form=form, status=422)
    try:
        do()
    except NotAllowed:
        raise
    except Refused as refusal:
        for reason in refusal.reasons:
            form.add_error(None, reason)
        fresh = open_recipient(sent, recipient.unit.code)
        if "version" in form.fields:
            carry_version(form, fresh.version)
        return _page(request, sent, fresh, opens=opens, form=form, status=409)
    messages.success(request, said)
    return redirect(sent.url("notice_recipient", recipient.unit.code))


def _link(recipient: Recipient, written: str) -> AnswerLink:
    try:
        pk = UUID(written)
    except ValueError as wrong:
        raise Http404 from wrong
    found = recipient.links.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _mail(mail: RecipientMail) -> Mail:
    message = mail.message
    lost = mail.returned_at is not None or message.state == message.State.DEAD
    return Mail(
        to=message.person.name if message.person else message.address,
        purpose=mail.get_purpose_display(),
        at=mail.at,
        state="kom inte fram" if lost else message.get_state_display(),
        lost=lost,
    )


def _event(event: RecipientEvent) -> Event:
    text = in_words(event)
    note = f": {event.note}" if event.note else ""
    who = event.by.name if event.by else str(event.body.get("signed", ""))
    return Event(event.at, f"{text}{note}", who)

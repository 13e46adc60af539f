"""The part where the supplier is answered: how far the units have come, the form, what has been sent."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from sakerhetsmeddelanden.actions import corrections, replies
from sakerhetsmeddelanden.forms.replying import LeaveForm, ReplyForm, SendForm, first_values
from sakerhetsmeddelanden.models import ChangedAnswer, SupplierReply
from sakerhetsmeddelanden.reply import gathering
from sakerhetsmeddelanden.views.head import crumbs, head_of
from sakerhetsmeddelanden.views.opening import (
    Opened,
    open_notice,
    perform,
    record_reading,
    renewed,
)


@require_safe
def part(request: HttpRequest, number: str) -> HttpResponse:
    """How far the answer to the supplier has come."""
    return page(request, open_notice(request, number))


def page(
    request: HttpRequest,
    opened: Opened,
    *,
    form: ReplyForm | None = None,
    send: tuple[int, SendForm] | None = None,
    leave: tuple[int, LeaveForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The part, with what was refused as it was sent."""
    record_reading(opened, "svar till leverantören")
    row = opened.notice
    said = gathering.answers(row)
    is_time = opened.case.status in replies.ANSWERABLE
    rows = row.replies.select_related("pdf", "word", "prepared_by", "sent_by", "message")
    context: dict[str, Any] = {
        "opened": opened,
        "head": head_of(opened, "notice_reply"),
        "crumbs": crumbs(),
        "said": said,
        "missing": "" if said.is_complete else replies.missing(said),
        "is_time": is_time,
        "form": _form(opened, form) if opened.manages and is_time else None,
        "changed": _changed(opened, leave),
        "replies": [(one, _send_form(opened, one, send)) for one in rows],
    }
    return render(request, "sakerhetsmeddelanden/notice_reply.html", context, status=status)


@require_POST
def prepare(request: HttpRequest, number: str) -> HttpResponse:
    """The form is filled in and signed."""
    opened = open_notice(request, number)
    form = ReplyForm(request.POST)
    return perform(
        request,
        form,
        lambda: replies.prepare(opened.case, by=opened.by, **form.given()),
        done="Formuläret är ifyllt och undertecknat. Läs det och skicka det.",
        to=opened.url("notice_reply"),
        again=lambda status: page(request, opened, form=form, status=status),
    )


@require_POST
def send(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The form goes to the supplier."""
    opened = open_notice(request, number)
    reply = get_object_or_404(opened.notice.replies.select_related("notice__case"), pk=pk)
    form = SendForm(request.POST)
    return perform(
        request,
        form,
        lambda: replies.send(reply, by=opened.by, **form.cleaned_data),
        done="Svaret är på väg till leverantören.",
        to=opened.url("notice_reply"),
        again=lambda status: page(request, opened, send=(pk, form), status=status),
    )


@require_POST
def leave_changed(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The supplier need not be told of a changed answer."""
    opened = open_notice(request, number)
    row = get_object_or_404(opened.notice.changed_answers.select_related("notice__case"), pk=pk)
    form = LeaveForm(request.POST, auto_id=f"id_andrat_{pk}_%s")
    return perform(
        request,
        form,
        lambda: corrections.leave(row, by=opened.by, **form.cleaned_data),
        done="Leverantören behöver inte få veta. Skälet är antecknat.",
        to=opened.url("notice_reply"),
        again=lambda status: page(request, opened, leave=(pk, form), status=status),
    )


def _changed(
    opened: Opened, refused: tuple[int, LeaveForm] | None
) -> list[tuple[ChangedAnswer, str, Any]]:
    """Each answer that was changed too late, where its unit is, and how it is let be."""
    rows = opened.notice.changed_answers.unhandled().select_related("recipient__unit")
    told: list[tuple[ChangedAnswer, str, Any]] = []
    for row in rows:
        form: Any = None
        if refused is not None and refused[0] == row.pk:
            form = renewed(refused[1], opened)
        elif opened.manages:
            form = LeaveForm(
                initial={"version": opened.case.version}, auto_id=f"id_andrat_{row.pk}_%s"
            )
        url = opened.url("notice_recipient", row.recipient.unit.code)
        told.append((row, url, form))
    return told


def _form(opened: Opened, refused: ReplyForm | None) -> Any:
    if refused is not None:
        return renewed(refused, opened)
    return ReplyForm(
        initial=first_values(
            opened.notice, version=opened.case.version, region=settings.REGION_NAME
        )
    )


def _send_form(opened: Opened, reply: SupplierReply, refused: tuple[int, SendForm] | None) -> Any:
    """Where an unsent form would be sent; nothing for one that has gone."""
    if reply.sent_at is not None or not opened.manages:
        return None
    if refused is not None and refused[0] == reply.pk:
        return renewed(refused[1], opened)
    return SendForm(
        initial={"version": opened.case.version, "to": reply.details.get("return_to", "")},
        auto_id=f"id_{reply.pk}_%s",
    )

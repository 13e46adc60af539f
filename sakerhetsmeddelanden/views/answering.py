"""A unit's answer, for those who have signed in."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from patientsakerhet.access import policy
from patientsakerhet.access.asking import person_of
from patientsakerhet.access.policy import Can
from sakerhetsmeddelanden import messages
from sakerhetsmeddelanden.actions import answers
from sakerhetsmeddelanden.models import Recipient
from sakerhetsmeddelanden.views import answer_page
from sakerhetsmeddelanden.views.answer_page import Visit


@require_safe
def to(request: HttpRequest, token: str) -> HttpResponse:
    """Where the link of a mail leads once somebody has signed in."""
    person = person_of(request)
    pk = messages.recipient_in(token)
    recipient = get_object_or_404(Recipient.objects.select_related("notice__case", "unit"), pk=pk)
    if not Recipient.objects.readable_by(person).filter(pk=recipient.pk).exists():
        raise Http404
    return redirect(address_of(recipient))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """The answer of one unit; a notice that has not come to her units does not exist."""
    return answer_page.answer(request, _visit(request, number, code))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def devices(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """The work list of one unit."""
    return answer_page.devices(request, _visit(request, number, code))


def address_of(recipient: Recipient) -> str:
    """The unit's answer, for those who have signed in."""
    return reverse("notice_answer", args=[recipient.notice.case.number, recipient.unit.code])


def _visit(request: HttpRequest, number: str, code: str) -> Visit:
    person = person_of(request)
    recipient = get_object_or_404(
        Recipient.objects.readable_by(person)
        .asked()
        .select_related("notice__case", "notice__risk_class", "unit", "answered_by")
        .prefetch_related("notice__fields"),
        notice__case__number=number,
        unit__code=code,
    )
    signer = answers.signed_in(person)
    return Visit(
        recipient=recipient,
        here=address_of(recipient),
        devices_url=reverse("notice_devices", args=[number, code]),
        signer=lambda name: signer,
        signs_as=signer.name,
        may_answer=policy.may_at(person, Can.ANSWER_NOTICE, recipient.unit),
        frame="base.html",
        crumbs=True,
        right=Can.READ_NOTICE,
        reader=person,
    )

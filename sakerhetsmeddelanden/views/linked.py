"""A unit's answer, for those who have no account: a personal link, and a code that was given apart from it.

Opening the link shows nothing and answers nothing; mail scanners open every link they meet.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from patientsakerhet.audit import trail
from patientsakerhet.cases import throttle
from patientsakerhet.ui.answers import SeeOther
from sakerhetsmeddelanden import answer_links
from sakerhetsmeddelanden.actions import answers, links
from sakerhetsmeddelanden.forms.answering import CodeForm
from sakerhetsmeddelanden.models import AnswerLink
from sakerhetsmeddelanden.views import answer_page
from sakerhetsmeddelanden.views.answer_page import Visit

SALT = "sakerhetsmeddelanden.linked"
READ_WITHIN = timedelta(minutes=30)
"""As long can the page opened by a code be read before the code is asked for again."""
SENT_WITHIN = timedelta(hours=12)
"""As long is what was written on it taken in."""
WRONG_CODE = (
    "Koden stämmer inte, eller så gäller länken inte längre. Efter fem fel stängs den. Ring oss, så "
    "får du en ny kod."
)


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Where a personal link leads: a page that asks for the code, the same whatever the address."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                throttle.take("code", request)
            except throttle.TooMany as refused:
                form.add_error("code", refused.reasons[0])
                status = 429
            else:
                opened = links.open_with(token, form.cleaned_data["code"])
                if opened is not None:
                    throttle.give_back("code", request)
                    return SeeOther(reverse("notice_linked_answer", args=[pass_for(opened)]))
                trail.denied("notice.link_opened", by=None, reason="wrong_code")
                form.add_error("code", WRONG_CODE)
    context = {"form": form, "here": request.path, "ran_out": "slut" in request.GET}
    return render(request, "sakerhetsmeddelanden/link.html", context, status=status)


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The answer a link and its code have opened; after half an hour the code is asked for again."""
    visit = _visit(request, token)
    return visit if isinstance(visit, HttpResponse) else answer_page.answer(request, visit)


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def devices(request: HttpRequest, token: str) -> HttpResponse:
    """The work list behind a link."""
    visit = _visit(request, token)
    return visit if isinstance(visit, HttpResponse) else answer_page.devices(request, visit)


def pass_for(link: AnswerLink) -> str:
    """What stands in the address of the page a code has opened."""
    return signing.dumps([str(link.pk), link.code_serial], salt=SALT)


def opened_by(token: str, within: timedelta) -> AnswerLink | None:
    """The link a pass was given for; nothing when it is none of ours, too old, or taken back."""
    try:
        pk, serial = signing.loads(token, salt=SALT, max_age=within)
    except signing.BadSignature:
        return None
    found = (
        AnswerLink.objects.open()
        .select_related(
            "recipient__notice__case", "recipient__notice__risk_class", "recipient__unit"
        )
        .prefetch_related("recipient__notice__fields")
        .filter(pk=UUID(pk), code_serial=serial)
        .first()
    )
    return found if found is not None and links.still_opens(found) else None


def _visit(request: HttpRequest, token: str) -> Visit | HttpResponse:
    within = SENT_WITHIN if request.method == "POST" else READ_WITHIN
    link = opened_by(token, within)
    if link is None:
        return SeeOther(f"{_ask_again(token)}?slut")
    fresh = pass_for(link) if request.method == "POST" else token
    return Visit(
        recipient=link.recipient,
        here=reverse("notice_linked_answer", args=[fresh]),
        devices_url=reverse("notice_linked_devices", args=[fresh]),
        signer=lambda name: answers.through(link, name),
        name=link.name,
        right="link_code",
    )


def _ask_again(token: str) -> str:
    """The page that asks for the code, when the pass was ours once; otherwise one that opens nothing."""
    try:
        pk, _ = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return reverse("notice_link", args=["okand"])
    found = AnswerLink.objects.filter(pk=UUID(pk)).first()
    kept = answer_links.token_kept(found.pk, found.token_lookup) if found else ""
    return reverse("notice_link", args=[kept or "okand"])

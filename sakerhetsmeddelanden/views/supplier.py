"""The region's common entrance for suppliers: a form without account, and its receipt."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from patientsakerhet.cases import throttle
from patientsakerhet.cases.forms.attached import attached
from patientsakerhet.cases.forms.sending import Sending, from_receipt, from_ticket
from patientsakerhet.ui.answers import SeeOther
from sakerhetsmeddelanden.actions import intake
from sakerhetsmeddelanden.forms.intake import SupplierForm
from sakerhetsmeddelanden.models import IncomingMessage

OLD_PAGE = "Sidan hade blivit för gammal. Allt du skrev är kvar. Tryck på Skicka en gång till."


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest) -> HttpResponse:
    """The form; a POST is taken in once, or laid back with everything that was written."""
    if request.method != "POST":
        return _page(request, SupplierForm())
    came_with = attached(request)
    filled = SupplierForm(request.POST, request.FILES, attached=came_with)
    sending = from_ticket(request.POST.get("sending", ""))
    if not filled.is_valid():
        return _page(request, filled, sending, status=422)
    if sending is None:
        filled.add_error(None, OLD_PAGE)
        return _page(request, filled, status=422)
    try:
        throttle.take("supplier", request)
    except throttle.TooMany as refused:
        filled.add_error(None, refused.reasons[0])
        return _page(request, filled, sending, status=429)
    told = filled.told()
    intake.take_written(
        told,
        door=IncomingMessage.Door.FORM,
        submission=sending.id,
        received=came_with.files,
        subject=told["product"],
        text=filled.text(),
        sender=told["email"].casefold(),
        sender_name=told["contact"],
    )
    return SeeOther(reverse("supplier_receipt", args=[sending.receipt()]))


@never_cache
@login_not_required
@require_safe
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """That it has come in, with a number to refer to; for twelve hours."""
    sending = from_receipt(token)
    message = (
        IncomingMessage.objects.filter(submission=sending.id).prefetch_related("files").first()
        if sending
        else None
    )
    if message is None:
        return render(request, "sakerhetsmeddelanden/supplier_gone.html", status=404)
    context = {"message": message, "number": f"L-{message.pk}", "files": message.files.all()}
    return render(request, "sakerhetsmeddelanden/supplier_receipt.html", context)


def _page(
    request: HttpRequest, filled: SupplierForm, sending: Sending | None = None, *, status: int = 200
) -> HttpResponse:
    context = {"form": filled, "sending": (sending or Sending.begin(None)).ticket()}
    return render(request, "sakerhetsmeddelanden/supplier.html", context, status=status)

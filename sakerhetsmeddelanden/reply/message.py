"""The mail to the supplier, with the filled-in form."""

from __future__ import annotations

from collections.abc import Sequence

from patientsakerhet.cases import files
from patientsakerhet.notifications import kinds
from patientsakerhet.notifications.models import Message
from sakerhetsmeddelanden.actions import replies
from sakerhetsmeddelanden.models import SupplierReply


def register() -> None:
    """Make it known to the outbox."""
    kinds.register(
        replies.MESSAGE,
        subject="Svar på säkerhetsmeddelande / Field Safety Notice reply, {number}",
        files=form,
    )


def form(message: Message) -> Sequence[kinds.File]:
    """The PDF as it was kept; fails, and is laid before somebody, when its bytes have changed."""
    pdf = SupplierReply.objects.select_related("pdf").get(pk=message.context["reply"]).pdf
    with files.opened(pdf.sha256) as kept:
        return (kinds.File(pdf.name, kept.read(), pdf.content_type),)

"""What the intake signs in with when the app starts: the files it holds, its signs of life, its rooms."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings

SILENT_AFTER = timedelta(minutes=15)


def open_for_mail() -> None:
    """Files of what has come in are kept; a mailbox that cannot be read is missed."""
    from patientsakerhet.cases import files
    from patientsakerhet.exchange import kinds
    from patientsakerhet.notifications import heartbeats
    from patientsakerhet.ui import navigation
    from sakerhetsmeddelanden.exchange import figures, lists, published

    files.also_held_by(held)
    kinds.register(published.IMPORT)
    for export in (
        published.EXPORT,
        lists.NOTICES,
        lists.INCOMING,
        lists.TO_ANSWER,
        figures.FIGURES,
    ):
        kinds.register_export(export)
    navigation.register(
        navigation.Item("", "Inkorg", "incoming_messages", needs="manage_notices", order=24)
    )
    if settings.IMAP is not None:
        heartbeats.expect("mailbox", silent_after=SILENT_AFTER)


def held() -> Iterator[str]:
    """The hashes of originals and of the files that came with them."""
    from sakerhetsmeddelanden.models import IncomingFile, IncomingMessage

    yield from IncomingMessage.objects.values_list("sha256", flat=True)
    yield from IncomingFile.objects.values_list("sha256", flat=True)

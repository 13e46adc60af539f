"""Messages that could not be sent, out as a file: number and why, never to whom."""

from __future__ import annotations

from collections.abc import Mapping

from patientsakerhet.access.policy import Can
from patientsakerhet.administration import filters
from patientsakerhet.administration.undelivered import known_to, why
from patientsakerhet.exchange.kinds import Export
from patientsakerhet.exchange.writer import Column, Extract
from patientsakerhet.notifications.models import Message
from patientsakerhet.organisation.models import Person


def extract(given: Mapping[str, str], by: Person | None) -> Extract:
    """The messages of a filter, of those the person may know of; all for the command line."""
    rows = Message.objects.all() if by is None else known_to(by)
    chosen = filters.UndeliveredFilter(given, rows)
    filters.refuse_unreadable(chosen)
    return Extract(
        name="ej-levererade",
        title="Ej levererade meddelanden",
        rows=chosen.qs,
        columns=[
            Column("Ärende", "number"),
            Column("Slag", "kind"),
            Column("Skapat", "created_at"),
            Column("Första försöket", "first_tried_at"),
            Column("Försök", "attempts"),
            Column("Kod", "last_error"),
            Column("Varför", "last_error", why),
            Column("Läge", "state", dict(Message.State.choices).get),
        ],
        selection=filters.in_words(chosen),
        right=Can.SEE_UNDELIVERED,
    )


EXPORT = Export("undelivered", "Ej levererade meddelanden", Can.SEE_UNDELIVERED, extract)

"""Notices, what has come in and what units are asked out as files, by page and by command alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from patientsakerhet.access.policy import Can
from patientsakerhet.cases.exchange import asking, refuse_unreadable
from patientsakerhet.cases.models import Case
from patientsakerhet.exchange.kinds import Export
from patientsakerhet.exchange.writer import Column, Extract
from patientsakerhet.lib.refusal import Refused
from patientsakerhet.organisation.models import Person
from sakerhetsmeddelanden.filters import NoticeFilter
from sakerhetsmeddelanden.incoming_filters import STATES, IncomingFilter, in_state
from sakerhetsmeddelanden.models import IncomingMessage, Recipient
from sakerhetsmeddelanden.recipient_filters import ToAnswerFilter
from sakerhetsmeddelanden.workflow import (
    KIND,
    RECIPIENT_WORKFLOW,
    REMOVED,
    SETTLED,
    WORKFLOW,
)

NOTICE = "safety_notice__"
NOTICE_COLUMNS = (
    Column("Nummer", "number"),
    Column("Rubrik", "title"),
    Column("Läge", "status", lambda value: WORKFLOW.labels.get(value, value)),
    Column("FSN", f"{NOTICE}fsn_ref"),
    Column("FSCA", f"{NOTICE}fsca_ref"),
    Column("Tillverkare", f"{NOTICE}manufacturer__name"),
    Column("Tillverkare, som den skrevs", f"{NOTICE}manufacturer_text"),
    Column("Daterat", f"{NOTICE}dated_on"),
    Column("Kom in", f"{NOTICE}received_at"),
    Column("Riskklass", f"{NOTICE}risk_class__label"),
    Column("Enheterna svarar senast", f"{NOTICE}answer_by"),
    Column("Mottagare", "units"),
    Column("Klara", "settled"),
    Column("Svar till leverantören", f"{NOTICE}replied_at"),
    Column("Handläggare", "handler__name"),
    Column("Avslutades", "closed_at"),
)
INCOMING_COLUMNS = (
    Column("Kom in", "received_at"),
    Column("Kom genom", "door", dict(IncomingMessage.Door.choices).get),
    Column("Läge", "verdict", dict(IncomingMessage.Verdict.choices).get),
    Column("Avsändare", "sender"),
    Column("Ämne", "subject"),
    Column("SPF", "spf"),
    Column("DKIM", "dkim"),
    Column("DMARC", "dmarc"),
    Column("Liknar", "lookalike_of"),
    Column("Säkerhetsmeddelande", "notice__case__number"),
    Column("Skäl", "reason"),
    Column("Karantän därför", "problem"),
)
TO_ANSWER_COLUMNS = (
    Column("Nummer", "notice__case__number"),
    Column("Rubrik", "notice__case__title"),
    Column("Enhet", "unit__name"),
    Column("Läge", "status", shown=RECIPIENT_WORKFLOW.labels.get),
    Column("Svarar senast", "due_at"),
    Column("Svar", "answer", shown=dict(Recipient.Answer.choices).get),
    Column("Svarade", "answered_at"),
    Column("Undertecknat av", "answered_name"),
    Column("Kommentar", "answer_note"),
    Column("Åtgärdat", "done_at"),
)


def notices(given: Mapping[str, str], by: Person | None = None) -> Extract:
    """The notices of a filter that somebody may take out; all when nobody is named."""
    rows = Case.objects.where_may(by, Can.EXPORT) if by else Case.objects.all()
    narrowed = NoticeFilter(given, queryset=rows.of_kind(KIND), request=asking(by))
    refuse_unreadable(narrowed)
    return Extract(
        name="sakerhetsmeddelanden",
        title="Säkerhetsmeddelanden",
        rows=with_units(narrowed.qs),
        columns=NOTICE_COLUMNS,
        selection=narrowed.described(),
        case_id="pk",
        right=Can.EXPORT,
    )


def incoming(given: Mapping[str, str], _by: Person | None = None) -> Extract:
    """What has come in, of one state and a filter, in the list's order."""
    narrowed = IncomingFilter(given, queryset=IncomingMessage.objects.all())
    if not narrowed.form.is_valid():
        raise Refused("Urvalet går inte att läsa. Rätta det och ta ut filen igen.")
    state = given.get("lage", "")
    told = [(key, value) for key, value in given.items() if value and key != "lage"]
    return Extract(
        name="inkomna-meddelanden",
        title="Inkomna meddelanden",
        rows=in_state(narrowed.qs, state),
        columns=INCOMING_COLUMNS,
        selection=[("Läge", STATES.get(state, STATES[""])[0]), *told],
        right=Can.MANAGE_NOTICES,
    )


def to_answer(given: Mapping[str, str], by: Person | None = None) -> Extract:
    """What somebody's units have been asked; refuses when nobody is named, since it is somebody's."""
    if by is None:
        raise Refused("Säg vems enheter det gäller, med --by.")
    asked = Recipient.objects.readable_by(by).asked()
    narrowed = ToAnswerFilter(given, queryset=asked, request=asking(by))
    refuse_unreadable(narrowed)
    return Extract(
        name="sakerhetsmeddelanden-att-besvara",
        title="Säkerhetsmeddelanden att besvara",
        rows=narrowed.qs,
        columns=TO_ANSWER_COLUMNS,
        selection=narrowed.described(),
        case_id="notice_id",
        right=Can.EXPORT,
    )


def with_units(rows: QuerySet[Case]) -> Any:
    """Each with how many units it was sent to and how many of them are done."""
    held = Recipient.objects.filter(notice=OuterRef("pk")).order_by().values("notice")
    return rows.select_related(
        "handler", "safety_notice__risk_class", "safety_notice__manufacturer"
    ).annotate(
        units=Coalesce(
            Subquery(held.exclude(status=REMOVED).annotate(n=Count("pk")).values("n")), 0
        ),
        settled=Coalesce(
            Subquery(held.filter(status__in=SETTLED).annotate(n=Count("pk")).values("n")), 0
        ),
    )


NOTICES = Export("safety_notices", "Säkerhetsmeddelanden", Can.EXPORT, notices)
INCOMING = Export(
    "incoming_messages", "Inkomna meddelanden", Can.MANAGE_NOTICES, incoming, is_listed=False
)
TO_ANSWER = Export(
    "notices_to_answer",
    "Säkerhetsmeddelanden att besvara",
    Can.EXPORT,
    to_answer,
    "Det som dina enheter har fått.",
)

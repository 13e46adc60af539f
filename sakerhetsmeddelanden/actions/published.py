"""What the authority has published: kept, compared with what has come in, checked by a person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.administration.exchange.rows import Outcome
from patientsakerhet.audit import trail
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import Person
from sakerhetsmeddelanden.intake import identifiers
from sakerhetsmeddelanden.models import IncomingMessage, PublishedNotice, SafetyNotice


def put(
    known: PublishedNotice | None,
    number: str,
    day: date,
    told: Mapping[str, str],
    *,
    by: Person | None,
) -> tuple[str, str]:
    """The entry is as told, tied to the notice it is about if that is here; outcome and words."""
    row = known or PublishedNotice(number=number)
    before = (row.published_on, *(getattr(row, name) for name in told)) if known else None
    row.published_on = day
    for name, value in told.items():
        setattr(row, name, value)
    row.reference_key = identifiers.plain_reference(row.reference)
    if row.notice is None:
        row.notice = notice_of(row)
    if before == (day, *told.values()) and known is not None:
        if row.notice is not None:
            row.save(update_fields=["notice"])
        return Outcome.UNCHANGED, ""
    row.save()
    trail.record(
        "published_notice.kept",
        by=by,
        object_type="published_notice",
        object_id=row.pk,
        body={"number": number},
    )
    found = f"finns som {row.notice}" if row.notice else "har inte kommit in"
    return (Outcome.CHANGED if known else Outcome.ADDED), found


def notice_of(row: PublishedNotice) -> SafetyNotice | None:
    """The notice with the entry's designation, however that is spelt; none without one."""
    if not row.reference_key:
        return None
    by_mail = (
        IncomingMessage.objects.about_the_same(row.reference_key, row.reference_key)
        .exclude(notice=None)
        .select_related("notice__case")
        .order_by("pk")
        .first()
    )
    if by_mail is not None:
        return by_mail.notice
    same = Q(fsn_ref__iexact=row.reference) | Q(fsca_ref__iexact=row.reference)
    return SafetyNotice.objects.filter(same).select_related("case").order_by("pk").first()


@transaction.atomic
def check(pk: int, note: str, *, by: Person) -> PublishedNotice:
    """Somebody has looked into why the notice has not come, and written what she found."""
    policy.check_anywhere(by, Can.MANAGE_NOTICES)
    row = PublishedNotice.objects.select_for_update().get(pk=pk)
    if not note.strip():
        raise NotReady("Skriv vad du fann, till exempel att produkten inte finns här.")
    row.note = note.strip()[:300]
    row.checked_at, row.checked_by = timezone.now(), by
    row.save(update_fields=["note", "checked_at", "checked_by"])
    trail.record(
        "published_notice.checked",
        by=by,
        right=Can.MANAGE_NOTICES,
        object_type="published_notice",
        object_id=row.pk,
        body={"note": row.note},
    )
    return row

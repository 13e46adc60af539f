"""Promising to tell somebody something, in the transaction that makes it true."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parseaddr
from typing import TYPE_CHECKING, Any, Literal

from django.conf import settings
from django.db.models.functions import Now

from patientsakerhet.lib import waking
from patientsakerhet.notifications import kinds
from patientsakerhet.notifications.models import Message

if TYPE_CHECKING:
    from patientsakerhet.organisation.models import Person

DELIVER = "patientsakerhet.notifications.tasks.deliver"


def promise(
    kind: str,
    *,
    key: str,
    person: Person | None = None,
    address: str = "",
    case_id: int | None = None,
    number: str = "",
    channel: Literal["mail", "page"] = "mail",
    urgent: bool = True,
    not_before: datetime | None = None,
    context: Mapping[str, Any] | None = None,
) -> Message:
    """Owe somebody a message; once per key, however often it is promised.

    Goes to a person, or by mail to an address. What is not urgent waits for the daily mail. The
    context holds codes, days and counts for the template, and the `path` of the link; never what
    somebody wrote and nothing about a patient.
    """
    return promise_once(
        kind,
        key=key,
        person=person,
        address=address,
        case_id=case_id,
        number=number,
        channel=channel,
        urgent=urgent,
        not_before=not_before,
        context=context,
    )[0]


def promise_once(
    kind: str,
    *,
    key: str,
    person: Person | None = None,
    address: str = "",
    case_id: int | None = None,
    number: str = "",
    channel: Literal["mail", "page"] = "mail",
    urgent: bool = True,
    not_before: datetime | None = None,
    context: Mapping[str, Any] | None = None,
) -> tuple[Message, bool]:
    """As `promise`, and whether the promise is new."""
    kinds.of(kind)
    pk = uuid.uuid4()
    message = Message(
        id=pk,
        kind=kind,
        key=key,
        channel=channel,
        person=person,
        address=address,
        case_id=case_id,
        number=number,
        urgent=urgent,
        not_before=not_before or Now(),
        context=dict(context or {}),
        message_id=f"<{pk}@{_domain()}>",
    )
    # On a conflict this waits for the other transaction, so that the row read next is committed.
    Message.objects.bulk_create([message], ignore_conflicts=True)
    kept = Message.objects.get(key=key)
    is_new = kept.pk == pk
    if is_new and urgent and channel == "mail":
        waking.after_commit(DELIVER)
    return kept, is_new


@dataclass(frozen=True)
class Owed:
    """One of many mails of a kind that are promised together; as the arguments of `promise`."""

    key: str
    person: Person | None = None
    address: str = ""
    case_id: int | None = None
    number: str = ""
    context: Mapping[str, Any] = field(default_factory=dict)


def promise_many(kind: str, owed: Sequence[Owed], *, urgent: bool = True) -> dict[str, Message]:
    """As `promise` for many mails at once, in two statements; each message by its key."""
    kinds.of(kind)
    rows = []
    for one in owed:
        pk = uuid.uuid4()
        rows.append(
            Message(
                id=pk,
                kind=kind,
                key=one.key,
                person=one.person,
                address=one.address,
                case_id=one.case_id,
                number=one.number,
                urgent=urgent,
                not_before=Now(),
                context=dict(one.context),
                message_id=f"<{pk}@{_domain()}>",
            )
        )
    # Two that promise the same must meet them in the same order, or they wait for each other.
    rows.sort(key=lambda row: row.key)
    Message.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    if rows and urgent:
        waking.after_commit(DELIVER)
    return {one.key: one for one in Message.objects.filter(key__in=[row.key for row in rows])}


def shown(case_id: int, person: Person | None) -> None:
    """What was to be told about the case on a page has been told: on her own, or by receipt code."""
    Message.objects.filter(
        case_id=case_id,
        person=person,
        channel=Message.Channel.PAGE,
        state=Message.State.PENDING,
    ).update(state=Message.State.SENT, sent_at=Now())


def record_given(kind: str, given: Iterable[tuple[str, int, str, datetime]]) -> None:
    """Messages that were given elsewhere earlier, as (key, case id, number, when); nobody is told."""
    kinds.of(kind)
    rows = []
    for key, case_id, number, at in given:
        pk = uuid.uuid4()
        rows.append(
            Message(
                id=pk,
                kind=kind,
                key=key,
                channel=Message.Channel.PAGE,
                case_id=case_id,
                number=number,
                state=Message.State.SENT,
                sent_at=at,
                message_id=f"<{pk}@{_domain()}>",
            )
        )
    Message.objects.bulk_create(rows, batch_size=1000)


def _domain() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"

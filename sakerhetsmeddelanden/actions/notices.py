"""How a notice comes into the product: promoted out of the mailbox, or entered by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.cases.actions import filing, steps
from patientsakerhet.cases.models import Case, Submission
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import Person, Unit
from patientsakerhet.register.models import ITSystem, Party
from sakerhetsmeddelanden import template
from sakerhetsmeddelanden.actions import products, replies
from sakerhetsmeddelanden.models import NoticeField, SafetyNotice
from sakerhetsmeddelanden.workflow import KIND


@dataclass(frozen=True)
class Read:
    """What a field of the template was read as, and where."""

    value: str
    place: str = ""


@dataclass(frozen=True)
class NewNotice:
    """What has come in, as values; the mailbox, the forms, the API and the advisories all make one.

    `fields` are keyed by the template's codes, see `template.FIELDS`. Without `products` one is
    made of fields 1.2 to 1.7.
    """

    title: str
    channel: str
    received_at: datetime
    fields: Mapping[str, Read] = field(default_factory=dict)
    products: Sequence[products.Product] = ()
    systems: Sequence[ITSystem] = ()
    sort: str = SafetyNotice.Sort.DEVICE
    language: str = SafetyNotice.Language.SWEDISH
    supplier: Party | None = None
    supplier_text: str = ""
    manufacturer: Party | None = None
    manufacturer_text: str = ""
    reply_address: str = ""
    text: str = ""
    """The whole of what was sent, for the search."""

    @property
    def sender(self) -> str:
        """The names of those behind it, for the search."""
        names = (self.manufacturer, self.manufacturer_text, self.supplier, self.supplier_text)
        return " ".join(str(one) for one in names if one)


def promote(new: NewNotice, *, by: Person, submission: UUID) -> Case:
    """The notice's case, in the inbox with its fields waiting to be confirmed.

    The first one's when this submission has been promoted before, so that two coordinators, or
    one who presses twice, make one notice. Refuses whoever does not manage notices.
    """
    return _once(new, by=by, submission=submission, confirmed=False)


def enter(new: NewNotice, *, by: Person, submission: UUID) -> Case:
    """As `promote`, for what somebody has typed in herself: its fields are confirmed, and it is registered."""
    return _once(new, by=by, submission=submission, confirmed=True)


def desk_of(person: Person) -> Unit:
    """Where notices she registers are handled; refuses when none of her units coordinates."""
    desk = (
        policy.units_where(person, Can.MANAGE_NOTICES).current().filter(coordinates=True).first()  # type: ignore[attr-defined]  # the unit queryset's own method
    )
    if desk is None:
        raise NotReady("Ingen av dina enheter koordinerar. Be en systemförvaltare utse en.")
    return desk


def _once(new: NewNotice, *, by: Person, submission: UUID, confirmed: bool) -> Case:
    policy.check_anywhere(by, Can.MANAGE_NOTICES)
    earlier = _already(submission)
    if earlier is not None:
        return earlier
    try:
        with transaction.atomic():
            return _file(new, by=by, submission=submission, confirmed=confirmed)
    except IntegrityError:
        # Two sendings at once: the other one has committed, or this failure is about
        # something else and must be seen.
        earlier = _already(submission)
        if earlier is None:
            raise
        return earlier


def _already(submission: UUID) -> Case | None:
    row = Submission.objects.filter(pk=submission).select_related("case__owning_unit").first()
    return row.case if row else None


def _file(new: NewNotice, *, by: Person, submission: UUID, confirmed: bool) -> Case:
    desk = desk_of(by)
    case = filing.open_case(
        KIND,
        title=new.title[:200],
        unit=desk,
        reporter=None,
        submission=submission,
        by=by,
        searchable="\n".join((*(one.value for one in new.fields.values()), new.sender, new.text)),
    )
    texts = {code: one.value for code, one in new.fields.items()}
    columns, unread = columns_of(texts)
    if confirmed and unread:
        raise NotReady(list(unread.values()))
    now = timezone.now()
    notice = SafetyNotice.objects.create(
        case=case,
        channel=new.channel,
        sort=new.sort,
        received_at=new.received_at,
        language=new.language,
        supplier=new.supplier,
        supplier_text=new.supplier_text,
        manufacturer=new.manufacturer,
        manufacturer_text=new.manufacturer_text,
        reply_address=new.reply_address,
        **columns,
    )
    NoticeField.objects.bulk_create(
        NoticeField(
            notice=notice,
            code=code,
            proposed="" if confirmed else one.value,
            place=one.place[:200],
            value=one.value if confirmed else "",
            confirmed_by=by if confirmed else None,
            confirmed_at=now if confirmed else None,
        )
        for code, one in new.fields.items()
        if one.value.strip()
    )
    notice.systems.set(new.systems)
    products.put(notice, new.products or products.from_fields(texts, new.manufacturer))
    if confirmed:
        replies.keep_clock(case, at=now)
        return steps.take_step(case, "register", by=by)
    return case


def columns_of(values: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """What the notice's own columns become by these texts, and the sentences about those unread."""
    columns: dict[str, Any] = {}
    unread: dict[str, str] = {}
    for code, text in values.items():
        known = template.FIELDS[code]
        if not known.column:
            continue
        try:
            value = template.read(code, text)
        except template.Unreadable as refusal:
            unread[code] = str(refusal)
            continue
        longest = getattr(SafetyNotice._meta.get_field(known.column), "max_length", None)
        if isinstance(value, str) and longest and len(value) > longest:
            unread[code] = f"{known.label}: högst {longest} tecken."
            value = value[:longest]
        columns[known.column] = value
    return columns, unread

"""The European reply forms, the customer's and the distributor's, as documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from patientsakerhet.documents.content import (
    Block,
    Document,
    Facts,
    Heading,
    Note,
    Paragraph,
    Table,
    Tick,
    Ticks,
)
from sakerhetsmeddelanden.reply import words
from sakerhetsmeddelanden.reply.facts import Answers, Details, DeviceLine, Subject

CUSTOMER = "customer"
DISTRIBUTOR = "distributor"

OTHER_ACTIONS = ("quarantined", "updated", "exchanged", "checked")
"""What is done with devices that the form has no box of its own for."""


@dataclass(frozen=True)
class Form:
    """One reply about to be set: which form, in which language, and everything it says."""

    sort: str
    language: str
    number: str
    subject: Subject
    answers: Answers
    details: Details
    signed_by: str
    signed_at: datetime

    def say(self, key: str, **values: object) -> str:
        """The form's own word in its language."""
        return words.LABELS[key][words.spoken(self.language)].format(**values)


def document(form: Form) -> Document:
    """The whole form; says at the top how many units are missing when it is partial."""
    say, answers = form.say, form.answers
    blocks: list[Block] = []
    if not answers.is_complete:
        blocks.append(Note(say("part", n=answers.settled, total=answers.total)))
    blocks += [*_notice(form), *_sender(form), Heading(say("action"))]
    boxes = _customers_boxes(form) if form.sort == CUSTOMER else _distributors_boxes(form)
    blocks.append(Ticks(boxes))
    if answers.waived:
        blocks.append(Paragraph(say("waived", n=answers.waived)))
    blocks += [*_signature(form), *_return(form), *_devices(form)]
    if form.sort == DISTRIBUTOR:
        blocks += _customers(form)
    return Document(
        title=say(form.sort),
        subtitle=f"{form.subject.fsn_ref} · {form.subject.product}",
        made_at=form.signed_at,
        author=form.details.organisation,
        language=words.LANGUAGES[words.spoken(form.language)],
        foot=f"{form.number} · {form.details.organisation}",
        blocks=blocks,
    )


def _notice(form: Form) -> list[Block]:
    say, subject = form.say, form.subject
    return [
        Heading(say("notice")),
        Facts(
            (
                (say("fsn_ref"), subject.fsn_ref),
                (say("dated_on"), _day(subject.dated_on)),
                (say("product"), subject.product),
                (say("codes"), subject.codes),
                (say("numbers"), subject.numbers),
            )
        ),
    ]


def _sender(form: Form) -> list[Block]:
    say, details = form.say, form.details
    is_customer = form.sort == CUSTOMER
    return [
        Heading(say("customer_details" if is_customer else "company_details")),
        Facts(
            (
                (say("organisation" if is_customer else "company"), details.organisation),
                (say("account"), details.account),
                (say("address"), details.address),
                (say("department"), details.department),
                (say("shipping"), details.shipping),
                (say("contact"), details.contact),
                (say("title"), details.title),
                (say("phone"), details.phone),
                (say("email"), details.email),
            )
        ),
    ]


def _customers_boxes(form: Form) -> list[Tick]:
    say, answers, details = form.say, form.answers, form.details
    all_done = answers.is_complete and not answers.waived
    gone = bool(answers.devices) and len(answers.of("not_here")) == len(answers.devices)
    return [
        Tick(say("read"), is_ticked=True),
        Tick(say("performed"), is_ticked=all_done),
        Tick(say("brought"), is_ticked=all_done and answers.informed == answers.total),
        _sum(form, "returned", "returned"),
        _sum(form, "destroyed", "destroyed"),
        Tick(say("none_available"), is_ticked=all_done and bool(answers.affected) and gone),
        _other(form),
        Tick(say("none"), is_ticked=all_done and not answers.affected),
        Tick(say("query"), is_ticked=bool(details.query), detail=details.query),
    ]


def _distributors_boxes(form: Form) -> list[Tick]:
    say, answers = form.say, form.answers
    informed = [one.informed_on for one in answers.customers if one.informed_on]
    told = bool(answers.customers) and len(informed) == len(answers.customers)
    count = say("customers_count", n=len(answers.customers)) if answers.customers else ""
    return [
        Tick(say("read"), is_ticked=True),
        _sum(form, "stock", "quarantined"),
        Tick(say("identified"), is_ticked=bool(answers.customers), detail=count),
        Tick(say("informed"), is_ticked=told, detail=_day(max(informed)) if told else ""),
        Tick(
            say("confirmed"),
            is_ticked=told and all(one.has_answered for one in answers.customers),
        ),
        _sum(form, "returned", "returned"),
        _sum(form, "destroyed", "destroyed"),
        Tick(
            say("neither"),
            is_ticked=answers.is_complete and not answers.waived and not answers.affected,
        ),
        Tick(say("query"), is_ticked=bool(form.details.query), detail=form.details.query),
    ]


def _sum(form: Form, label: str, outcome: str) -> Tick:
    """A box with how many devices, which and when."""
    found = form.answers.of(outcome)
    return Tick(form.say(label), is_ticked=bool(found), detail=_counted(form, found))


def _other(form: Form) -> Tick:
    """What was done that has no box of its own, counted, and what the coordinator adds."""
    place = words.spoken(form.language)
    said = [
        f"{words.OUTCOMES[outcome][place]}: {_counted(form, found)}"
        for outcome in OTHER_ACTIONS
        if (found := form.answers.of(outcome))
    ]
    if form.details.other_action:
        said.append(form.details.other_action)
    return Tick(form.say("other"), is_ticked=bool(said), detail="\n".join(said))


FEW = 12
"""So many numbers stand beside a box; all of them stand in the list of devices."""


def _counted(form: Form, found: Sequence[DeviceLine]) -> str:
    """ "3 st · SN 1, SN 2, SN 3 · 2026-11-29"; the last day on which one was dealt with."""
    if not found:
        return ""
    numbers = [one.number for one in found if one.number]
    shown = ", ".join(numbers[:FEW]) + (" …" if len(numbers) > FEW else "")
    last = max((one.on for one in found if one.on), default=None)
    total = form.say("total_quantity", n=sum(one.quantity for one in found))
    return " · ".join(part for part in (total, shown, _day(last)) if part)


def _signature(form: Form) -> list[Block]:
    say = form.say
    signed = say("electronically", name=form.signed_by, organisation=form.details.organisation)
    return [
        Heading(say("signature")),
        Facts(
            (
                (say("name"), form.signed_by),
                (say("signed"), signed),
                (say("signed_on"), _day(timezone.localdate(form.signed_at))),
            )
        ),
    ]


def _return(form: Form) -> list[Block]:
    say, details = form.say, form.details
    return [
        Heading(say("return")),
        Facts(((say("return_to"), details.return_to), (say("deadline"), _day(details.deadline)))),
    ]


def _devices(form: Form) -> list[Block]:
    if not form.answers.devices:
        return []
    say, place = form.say, words.spoken(form.language)
    return [
        Heading(say("devices")),
        Table(
            say("devices_caption"),
            tuple(say(key) for key in ("unit", "device", "number", "done", "on", "quantity")),
            [
                (
                    one.unit,
                    one.name,
                    one.number,
                    words.OUTCOMES[one.outcome][place],
                    _day(one.on),
                    str(one.quantity),
                )
                for one in form.answers.devices
            ],
            right=frozenset({5}),
        ),
    ]


def _customers(form: Form) -> list[Block]:
    if not form.answers.customers:
        return []
    say = form.say
    return [
        Heading(say("customers")),
        Table(
            say("customers_caption"),
            tuple(say(key) for key in ("unit", "provider", "informed_on", "has_answered")),
            [
                (
                    one.name,
                    one.provider,
                    _day(one.informed_on),
                    say("yes" if one.has_answered else "no"),
                )
                for one in form.answers.customers
            ],
        ),
    ]


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""

"""What is done about a message that could not be sent: tried again, sent elsewhere, written off."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.administration import undelivered
from patientsakerhet.administration.actions import core, people, units
from patientsakerhet.audit import trail
from patientsakerhet.cases.models import Reporter
from patientsakerhet.lib.refusal import NotAllowed, NotReady
from patientsakerhet.notifications import actions
from patientsakerhet.notifications.models import Message
from patientsakerhet.organisation.models import Person


@transaction.atomic
def resend(message: Message, *, by: Person) -> Message:
    """The message is tried for another day."""
    core.allow(by, Can.SEE_UNDELIVERED)
    return actions.retry(message, by=by)


@transaction.atomic
def give_up(message: Message, *, by: Person, reason: str) -> Message:
    """Nobody tries any more; the reason says how the recipient was told instead, or why not."""
    core.allow(by, Can.SEE_UNDELIVERED)
    return actions.close(message, by=by, reason=reason)


@transaction.atomic
def correct_address(message: Message, address: str, *, by: Person) -> Message:
    """The one it is for has the new address from now on, and the message is tried again.

    A unit's mailbox and a person's address are corrected where they are kept, by whoever may
    administer; a reporter's in the case, by whoever may see the reporter. Refuses anybody else:
    a message must not be sent to an address of somebody's choice.
    """
    core.allow(by, Can.SEE_UNDELIVERED)
    address = _address(address)
    found = undelivered.recipient(message, reader=by)
    if not found.shown:
        trail.denied("message.corrected", by=by, case_id=message.case_id, number=message.number)
        raise NotAllowed("Bara den som får se mottagaren kan rätta adressen.")
    if found.unit is not None:
        units.change_unit(found.unit, by=by, mailbox=address)
    elif found.person is not None:
        people.change_person(found.person, by=by, email=address)
    else:
        _correct_reporter(message, address, by=by)
    retried = actions.retry(message, by=by)
    if retried.person_id is None:
        retried.address = address
        retried.save(update_fields=["address"])
    return retried


def _correct_reporter(message: Message, address: str, *, by: Person) -> None:
    reporter = (
        Reporter.objects.select_for_update(of=("self",))
        .filter(case=message.case_id, email=message.address)
        .first()
    )
    if reporter is not None:
        reporter.email = address
        reporter.save(update_fields=["email"])
    # The address is the reporter's own and stays out of the trail.
    trail.record(
        "message.corrected",
        by=by,
        right=Can.SEE_REPORTER if message.case_id else Can.ADMINISTER,
        case_id=message.case_id,
        number=message.number,
        object_type="message",
        body={"message": message.pk, "reporter": reporter is not None},
    )


def _address(value: str) -> str:
    address = value.strip().lower()
    try:
        validate_email(address)
    except ValidationError as refusal:
        raise NotReady("Skriv en hel e-postadress.") from refusal
    return address


def may_correct(message: Message, *, by: Person) -> bool:
    """Whether `correct_address` is this person's to do."""
    found = undelivered.recipient(message, reader=by)
    if not found.shown:
        return False
    kept_elsewhere = found.unit is not None or found.person is not None
    return not kept_elsewhere or policy.may(by, Can.ADMINISTER)

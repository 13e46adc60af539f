"""Personal links: made, opened with a code, given a new code, taken back."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.lib import text
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import Person
from sakerhetsmeddelanden import answer_links
from sakerhetsmeddelanden.actions import recipients
from sakerhetsmeddelanden.models import AnswerLink, Recipient
from sakerhetsmeddelanden.workflow import RECIPIENT_WORKFLOW, REMOVED, SELECTED

GOOD_FOR = timedelta(days=14)
MOST_WRONG = 5
"""Wrong codes in a row after which a link is shut until it gets a new code."""
UNANSWERABLE = (RECIPIENT_WORKFLOW.final - {"action_done", "not_affected"}) | {SELECTED, REMOVED}


def make_first(recipient: Recipient) -> AnswerLink:
    """The link to the unit's own mailbox, made when a notice goes out to a unit nobody signs in for."""
    return _make(recipient, address=recipient.unit.mailbox, name="", by=None)


@transaction.atomic
def make(recipient: Recipient, *, address: str, name: str, by: Person) -> AnswerLink:
    """A link for this person; the one she had leads nowhere any more. The mail is another act."""
    locked = recipients.lock(recipient)
    policy.check(by, Can.MANAGE_NOTICES, locked.notice.case)
    if locked.status in UNANSWERABLE:
        raise NotReady("Enheten kan inte svara nu, så länken skulle inte leda någonstans.")
    try:
        validate_email(address)
    except ValidationError as wrong:
        raise NotReady("Skriv en e-postadress, som namn@vard.example.") from wrong
    for earlier in locked.links.filter(revoked_at=None, address__iexact=address):
        _revoke(earlier)
    link = _make(locked, address=address.lower(), name=text.clean_line(name), by=by)
    _tell(link, "link_made", by=by)
    return link


@transaction.atomic
def renew_code(link: AnswerLink, *, by: Person) -> AnswerLink:
    """The link has a new code and its time begins anew; the old code opens nothing."""
    locked = _lock(link, by=by)
    locked.code_serial += 1
    locked.code_lookup = _code_lookup(locked)
    locked.attempts = 0
    locked.expires_at = timezone.now() + GOOD_FOR
    locked.save(update_fields=["code_serial", "code_lookup", "attempts", "expires_at"])
    _tell(locked, "link_renewed", by=by)
    return locked


@transaction.atomic
def revoke(link: AnswerLink, *, by: Person) -> AnswerLink:
    """The link leads nowhere, from the next request on."""
    locked = _lock(link, by=by)
    _revoke(locked)
    _tell(locked, "link_revoked", by=by)
    return locked


@transaction.atomic
def read_code(link: AnswerLink, *, by: Person) -> str:
    """The code in words, for whoever reads it out to the right person; that it was seen is kept."""
    locked = _lock(link, by=by)
    case = locked.recipient.notice.case
    trail.read(
        "notice.code_read",
        by=by,
        case_id=case.pk,
        number=case.number,
        right=Can.MANAGE_NOTICES,
        object_type="recipient",
        object_id=locked.recipient_id,
        body={"link": locked.pk},
    )
    code = answer_links.code_kept(locked.pk, locked.code_serial, locked.code_lookup)
    return answer_links.grouped(code) if code else ""


@transaction.atomic
def open_with(token: str, code: str) -> AnswerLink | None:
    """The link that this address and this code open together; None for everything else.

    A try is counted before it is judged, so that two at once are two. Nothing tells a wrong code
    from an address that leads nowhere.
    """
    lookups = answer_links.lookups_of(token)
    link = AnswerLink.objects.open().filter(token_lookup__in=lookups).first()
    if link is None:
        answer_links.code_fits(uuid4(), "", code)  # takes as long as for a link that exists
        return None
    counted = AnswerLink.objects.filter(pk=link.pk, attempts__lt=MOST_WRONG)
    if not counted.update(attempts=F("attempts") + 1):
        return None
    if not answer_links.code_fits(link.pk, link.code_lookup, code):
        return None
    link.attempts = 0
    link.opened_at = link.opened_at or timezone.now()
    link.save(update_fields=["attempts", "opened_at"])
    return link


def still_opens(link: AnswerLink) -> bool:
    """Whether what the link has opened may be used still."""
    return (
        link.revoked_at is None
        and link.expires_at > timezone.now()
        and link.recipient.status not in UNANSWERABLE
    )


def _make(recipient: Recipient, *, address: str, name: str, by: Person | None) -> AnswerLink:
    now = timezone.now()
    link = AnswerLink(
        id=uuid4(),
        recipient=recipient,
        name=name[:120],
        address=address,
        made_at=now,
        made_by=by,
        expires_at=now + GOOD_FOR,
    )
    link.token_lookup = answer_links.lookup_of(answer_links.token_for(link.pk))
    link.code_lookup = _code_lookup(link)
    link.save(force_insert=True)
    return link


def _code_lookup(link: AnswerLink) -> str:
    code = answer_links.code_for(link.pk, link.code_serial)
    return answer_links.code_lookup_of(link.pk, code)


def _lock(link: AnswerLink, *, by: Person) -> AnswerLink:
    locked = (
        AnswerLink.objects.select_for_update(of=("self",))
        .select_related("recipient__notice__case", "recipient__unit")
        .get(pk=link.pk)
    )
    policy.check(by, Can.MANAGE_NOTICES, locked.recipient.notice.case)
    if locked.revoked_at is not None:
        raise NotReady("Länken är redan återkallad. Gör en ny.")
    return locked


def _revoke(link: AnswerLink) -> None:
    link.revoked_at = timezone.now()
    link.save(update_fields=["revoked_at"])


def _tell(link: AnswerLink, what: str, *, by: Person) -> None:
    recipient = link.recipient
    case = recipient.notice.case
    recipients.tell(recipient, what, by=by, body={"link": str(link.pk), "to": link.address})
    trail.record(
        f"notice.{what}",
        by=by,
        case_id=case.pk,
        number=case.number,
        unit_id=recipient.unit_id,
        right=Can.MANAGE_NOTICES,
        object_type="recipient",
        object_id=recipient.pk,
        body={"link": link.pk, "to": link.address},
    )

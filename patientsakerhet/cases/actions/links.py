"""Tying a case to other cases and to tickets in other systems."""

from __future__ import annotations

from django.db import transaction

from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases.actions import core
from patientsakerhet.cases.models import Case, ExternalTicket, Link
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import Person


@transaction.atomic
def link(
    case: Case, other: Case, *, by: Person, kind: str = Link.Kind.SIMILAR, note: str = ""
) -> Link:
    """The two cases hang together; refuses one the person cannot read."""
    locked = core.begin(case, by=by, needs=Can.COMMENT)
    if not Case.objects.visible_to(by).filter(pk=other.pk).exists() or locked.pk == other.pk:
        raise NotReady("Ärendet finns inte.")
    made, _ = Link.objects.get_or_create(
        case=locked, other=other, defaults={"kind": kind, "note": note, "by": by}
    )
    trail.record(
        "case.linked",
        by=by,
        case_id=locked.pk,
        number=locked.number,
        right=Can.COMMENT,
        body={"other": other.number, "kind": kind},
    )
    return made


@transaction.atomic
def unlink(made: Link, *, by: Person) -> None:
    """The two cases no longer hang together; the trail keeps that they did."""
    locked = core.begin(made.case, by=by, needs=Can.COMMENT)
    trail.record(
        "case.unlinked",
        by=by,
        case_id=locked.pk,
        number=locked.number,
        right=Can.COMMENT,
        body={"other": made.other.number},
    )
    made.delete()


@transaction.atomic
def add_ticket(
    case: Case, *, by: Person, kind: str, system: str, number: str, url: str = ""
) -> ExternalTicket:
    """The case hangs together with this ticket in another system."""
    locked = core.begin(case, by=by, needs=Can.COMMENT)
    if not number.strip():
        raise NotReady("Skriv ärendets nummer i det andra systemet.")
    made, _ = ExternalTicket.objects.update_or_create(
        case=locked,
        system=system.strip(),
        number=number.strip(),
        defaults={"kind": kind, "url": url, "by": by},
    )
    trail.record(
        "case.ticket_added",
        by=by,
        case_id=locked.pk,
        number=locked.number,
        right=Can.COMMENT,
        body={"kind": kind, "ticket": made.number},
    )
    return made


@transaction.atomic
def remove_ticket(made: ExternalTicket, *, by: Person) -> None:
    """The ticket was wrong; the trail keeps that it was there."""
    locked = core.begin(made.case, by=by, needs=Can.COMMENT)
    trail.record(
        "case.ticket_removed",
        by=by,
        case_id=locked.pk,
        number=locked.number,
        right=Can.COMMENT,
        body={"ticket": made.number},
    )
    made.delete()

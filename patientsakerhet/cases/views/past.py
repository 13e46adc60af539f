"""A case's history on its page: its steps, and the changes or the readings by the trail, newest first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from patientsakerhet.audit.models import Event
from patientsakerhet.cases import kinds
from patientsakerhet.cases.models import Case
from patientsakerhet.organisation.models import Person
from patientsakerhet.ui import paging

Say = Callable[[Event], str]
NOBODY = "Varsam"
"""Who did what no person did."""
SPINE = {
    "case.filed": "Ärendet skapades",
    "case.imported": "Ärendet lästes in",
    "case.import_extended": "Mer lästes in om ärendet",
    "case.appointed": "Handläggare utsågs",
    "case.claimed": "Rapportören tog ärendet till sitt konto",
    "case.commented": "Någonting skrevs",
    "case.linked": "Ärende länkades",
    "case.unlinked": "Länk togs bort",
    "case.secrecy": "Sekretessnivån ändrades",
    "case.shared": "Utdrag delades med en enhet",
    "case.sharing_stopped": "Delning avslutades",
    "case.ticket_added": "Nummer i ett annat system lades till",
    "case.ticket_removed": "Nummer i ett annat system togs bort",
    "case.read": "Läste ärendet",
    "measure.proposed": "Åtgärd föreslogs",
    "measure.decided": "Åtgärd beslutades",
    "measure.accepted": "Föreslagen åtgärd beslutades",
    "measure.rejected": "Föreslagen åtgärd avslogs",
    "measure.serves": "Befintlig åtgärd knöts till ärendet",
    "measure.begun": "Åtgärd påbörjades",
    "measure.changed": "Åtgärd ändrades",
    "measure.done": "Åtgärd blev klar",
    "measure.cancelled": "Åtgärd utgick",
    "measure.effect": "Åtgärdens effekt följdes upp",
    "measure.read": "Läste en åtgärd",
    "attachment.added": "Fil lades till",
    "attachment.read": "Öppnade en fil",
    "list.read": "Såg ärendet i en lista",
    "search.made": "Såg ärendet i en sökning",
    "export.made": "Tog ut ärendet i en fil",
}
"""How the trail's events of every kind of case read; each kind adds its own."""


@dataclass(frozen=True)
class Read:
    """A page of a case's events by the trail: the changes, or who has read it."""

    events: Sequence[Event]
    names: Mapping[int | None, str]
    """Of those who did them."""
    shows_readers: bool
    before: str
    after: str


def read(request: HttpRequest, case: Case, *, may_see_readers: bool) -> Read:
    """The page asked for; the readings only for those who may see them."""
    shows_readers = may_see_readers and request.GET.get("visa") == "lasningar"
    events = Event.objects.with_body().latest_first()
    if shows_readers:
        events = events.touching(case.pk).reads()
    else:
        events = events.of_case(case.pk).changes()
    found = paging.page_of(events, request.GET.get("sida", ""))
    before, after = paging.addresses(request, found)
    actors = {one.actor_id for one in found.rows}
    names: dict[int | None, str] = dict(
        Person.objects.filter(pk__in=actors).values_list("pk", "name")
    )
    return Read(found.rows, names, shows_readers, before, after)


def told(
    request: HttpRequest,
    case: Case,
    *,
    steps: Mapping[str, str],
    may_see_readers: bool,
    word: Say,
    detail: Say,
) -> dict[str, Any]:
    """What `cases/_history.html` shows of a case whose transitions are fetched.

    `steps` says each step in Swedish, `word` what was done at an event, `detail` what of its content
    tells a reader something.
    """
    page = read(request, case, may_see_readers=may_see_readers)
    labels = kinds.of(case.kind).workflow.labels
    return {
        "moves": [
            {
                "text": steps.get(one.step, one.step),
                "status": labels[one.to_status],
                "by": one.by.name if one.by else NOBODY,
                "at": one.occurred_at,
                "reason": one.reason,
            }
            for one in reversed(list(case.transitions.all()))
        ],
        "may_see_readers": may_see_readers,
        "shows_readers": page.shows_readers,
        "events": [
            {
                "at": one.at,
                "text": word(one),
                "who": page.names.get(one.actor_id, NOBODY),
                "detail": detail(one),
            }
            for one in page.events
        ],
        "before": page.before,
        "after": page.after,
    }


def texts_of(event: Event, keys: Sequence[str]) -> list[str]:
    """These parts of an event's content, of those that are text; none when it has been erased."""
    payload = getattr(event, "payload", None)
    found = (payload.body.get(key) for key in keys) if payload else ()
    return [one for one in found if isinstance(one, str) and one]

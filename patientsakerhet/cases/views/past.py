"""A case's history on its page: its steps, and the changes or the readings by the trail, newest first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
    shows_readers = may_see_readers and request.GET.get("visa") == "lasningar"
    events = Event.objects.with_body().latest_first()
    if shows_readers:
        events = events.touching(case.pk).reads()
    else:
        events = events.of_case(case.pk).changes()
    found = paging.page_of(events, request.GET.get("sida", ""))
    before, after = paging.addresses(request, found)
    actors = {one.actor_id for one in found.rows}
    names = dict(Person.objects.filter(pk__in=actors).values_list("pk", "name"))
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
        "shows_readers": shows_readers,
        "events": [
            {
                "at": one.at,
                "text": word(one),
                "who": names.get(one.actor_id, NOBODY),
                "detail": detail(one),
            }
            for one in found.rows
        ],
        "before": before,
        "after": after,
    }


def texts_of(event: Event, keys: Sequence[str]) -> list[str]:
    """These parts of an event's content, of those that are text; none when it has been erased."""
    payload = getattr(event, "payload", None)
    found = (payload.body.get(key) for key in keys) if payload else ()
    return [one for one in found if isinstance(one, str) and one]

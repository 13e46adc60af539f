"""The first page, Min sida: what waits for the one who is signed in, and how her own reports are doing."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from patientsakerhet.access import policy
from patientsakerhet.access.asking import person_of
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases import agenda
from patientsakerhet.cases.agenda import Block
from patientsakerhet.cases.models import Case, Measure
from patientsakerhet.organisation.models import Person


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Each sort of thing that waits, five rows of it, with the way to the rest."""
    person = person_of(request)
    blocks = agenda.blocks(person)
    _record_reading(person, blocks)
    placed = {
        place: [one for one in blocks if one.errand.place == place]
        for place in (agenda.ASKED, agenda.WORK, agenda.NEWS)
    }
    context = {
        "person": person,
        "asked": placed[agenda.ASKED],
        "work": placed[agenda.WORK],
        "news": placed[agenda.NEWS],
        "works": bool(policy.capabilities_anywhere(person) - {Can.FILE}),
    }
    return render(request, "cases/home.html", context)


def _record_reading(person: Person, blocks: list[Block]) -> None:
    """The trail tells which cases and measures the page showed."""
    rows = [row for block in blocks for row in block.rows]
    cases = {row.pk for row in rows if isinstance(row, Case)}
    cases |= {row.deviation_id for row in rows if hasattr(row, "deviation_id")}
    measures = {row.pk for row in rows if isinstance(row, Measure)}
    trail.read(
        "list.read",
        by=person,
        body={"list": "home", "cases": sorted(cases), "measures": sorted(measures)},
    )

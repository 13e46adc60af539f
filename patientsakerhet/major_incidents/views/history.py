"""An incident's history: its steps, every change by the trail, and who has read it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from patientsakerhet.access.policy import Can
from patientsakerhet.audit.models import Event
from patientsakerhet.authority_reports.views import words
from patientsakerhet.cases.actions.filing import FILED
from patientsakerhet.cases.views import past
from patientsakerhet.major_incidents.views.head import crumbs, head_of
from patientsakerhet.major_incidents.views.opening import open_incident, record_reading
from patientsakerhet.major_incidents.workflow import WORKFLOW

STEPS = {step.name: step.label for step in WORKFLOW.steps} | {FILED: "Utlystes"}
WORDS = past.SPINE | {
    "case.read": "Läste om incidenten",
    "incident.declared": "Den stora incidenten utlystes",
    "incident.described": "Händelsen beskrevs",
    "incident.concerns": "Berörda system och enheter ändrades",
    "incident.leader": "Någon annan tog över arbetet",
    "incident.learnt": "Orsak och lärdomar skrevs",
    "incident.measure": "Åtgärd beslutades",
    "incident.gathered": "Avvikelse samlades under incidenten",
    "incident.released": "Avvikelse togs bort från incidenten",
    "measure.decided": "Åtgärdens ansvariga underrättades",
    "list.read": "Såg incidenten i en lista",
    "search.made": "Såg incidenten i en sökning",
    "export.made": "Tog ut incidenten i en fil",
    **words.TRAIL,
}
SHOWN = ("title", "other", "ticket", "reason", "part")
"""The parts of an event's content that tell a reader something."""


@require_safe
def part(request: HttpRequest, number: str) -> HttpResponse:
    """The steps, and the changes or the readings, newest first."""
    opened = open_incident(request, number)
    record_reading(opened, "historik")
    context: dict[str, Any] = {
        "opened": opened,
        "head": head_of(opened, "incident_history"),
        "crumbs": crumbs(),
        **past.told(
            request,
            opened.case,
            steps=STEPS,
            may_see_readers=Can.SEE_READERS in opened.may,
            word=_word,
            detail=_detail,
        ),
    }
    return render(request, "major_incidents/history.html", context)


def _word(event: Event) -> str:
    """What was done, in Swedish."""
    return WORDS.get(event.action) or STEPS.get(event.action.partition(".")[2], event.action)


def _detail(event: Event) -> str:
    return " · ".join(past.texts_of(event, SHOWN))

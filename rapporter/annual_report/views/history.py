"""A report's history: its steps, every change by the trail, and who has read it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from patientsakerhet.access.policy import Can
from patientsakerhet.audit.models import Event
from patientsakerhet.cases.actions.filing import FILED
from patientsakerhet.cases.views import past
from rapporter.annual_report.views.head import crumbs, head_of
from rapporter.annual_report.views.opening import open_report, record_reading
from rapporter.annual_report.workflow import WORKFLOW

STEPS = {step.name: step.label for step in WORKFLOW.steps} | {FILED: "Påbörjades"}
WORDS = {
    "case.filed": "Ärendet skapades",
    "case.read": "Läste berättelsen",
    "case.commented": "Skrev i samtalet",
    "annual_report.started": "Berättelsen påbörjades",
    "annual_report.described": "Datumgräns eller diarienummer ändrades",
    "annual_report.written": "Text skrevs",
    "annual_report.confirmed": "Stycken eller tal bekräftades",
    "annual_report.checked": "Fakta granskades",
    "annual_report.author": "Någon annan skriver avsnittet",
    "annual_report.target": "Mål lades till",
    "annual_report.target_removed": "Mål togs bort",
    "annual_report.draft_ordered": "Utkast begärdes",
    "annual_report.signed": "Utgåva fastställdes",
    "annual_report.published": "Utgåva publicerades",
    "annual_report.file": "Hämtade en fil",
    "list.read": "Såg berättelsen i en lista",
    "search.made": "Såg berättelsen i en sökning",
}
SHOWN = ("section", "target", "edition", "sha256", "form", "reason", "part", "chosen")
"""The parts of an event's content that tell a reader something."""


@require_safe
def part(request: HttpRequest, number: str) -> HttpResponse:
    """The steps, and the changes or the readings, newest first."""
    opened = open_report(request, number)
    record_reading(opened, "historik")
    context: dict[str, Any] = {
        "opened": opened,
        "head": head_of(opened, "annual_report_history"),
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
    return render(request, "annual_report/history.html", context)


def _word(event: Event) -> str:
    """What was done, in Swedish."""
    return WORDS.get(event.action) or STEPS.get(event.action.partition(".")[2], event.action)


def _detail(event: Event) -> str:
    return " · ".join(past.texts_of(event, SHOWN))

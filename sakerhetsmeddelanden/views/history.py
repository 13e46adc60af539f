"""The notice's history: its steps, what happened with its recipients, every change by the trail."""

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
from sakerhetsmeddelanden.views.head import crumbs, head_of
from sakerhetsmeddelanden.views.opening import open_notice, record_reading
from sakerhetsmeddelanden.workflow import RECIPIENT_WORKFLOW, WORKFLOW

STEPS = {step.name: step.label for step in WORKFLOW.steps} | {FILED: "Meddelandet kom in"}
UNIT_STEPS = {step.name: step.label for step in RECIPIENT_WORKFLOW.steps}
WORDS = {
    "case.filed": "Meddelandet kom in",
    "case.read": "Läste meddelandet",
    "case.appointed": "Handläggare utsågs",
    "case.commented": "Någonting skrevs",
    "case.linked": "Ärende länkades",
    "notice.fields_confirmed": "Fälten bekräftades",
    "notice.parties_named": "Tillverkare och leverantör angavs",
    "notice.product_added": "Produkt lades till",
    "notice.product_changed": "Produkt ändrades",
    "notice.product_removed": "Produkt togs bort",
    "notice.models_chosen": "Produkter i registret valdes",
    "notice.systems_chosen": "IT-system valdes",
    "notice.judged": "Riskklass och svarstid bestämdes",
    "notice.targeted": "Träffbilden togs fram",
    "notice.unit_added": "Enhet lades till för hand",
    "notice.devices_decided": "Oavgjord utrustning avgjordes",
    "notice.arrival_handled": "Sen ankomst bedömdes",
    "notice.superseded": "Ersatte en äldre version",
    "notice.answers_kept": "Lät svaren på den äldre versionen gälla",
    "list.read": "Såg meddelandet i en lista",
    "search.made": "Såg meddelandet i en sökning",
    "export.made": "Tog ut meddelandet i en fil",
}

WORDS |= words.TRAIL


@require_safe
def part(request: HttpRequest, number: str) -> HttpResponse:
    """The steps, and the changes or the readings, newest first."""
    opened = open_notice(request, number)
    record_reading(opened, "historik")
    context: dict[str, Any] = {
        "opened": opened,
        "head": head_of(opened, "notice_history"),
        "crumbs": crumbs(),
        **past.told(
            request,
            opened.case,
            steps=STEPS,
            may_see_readers=Can.SEE_READERS in opened.may,
            word=_words,
            detail=_detail,
        ),
    }
    return render(request, "sakerhetsmeddelanden/notice_history.html", context)


def _words(event: Event) -> str:
    """What was done, in Swedish."""
    if event.action in WORDS:
        return WORDS[event.action]
    kind, _, name = event.action.partition(".")
    if kind == "notice":
        return f"Enhet: {UNIT_STEPS.get(name, name)}"
    return STEPS.get(name, event.action)


def _detail(event: Event) -> str:
    """The part of the content that tells a reader something."""
    return " · ".join(past.texts_of(event, ("reason", "note", "product", "ranges", "old", "part")))

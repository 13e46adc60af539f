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
from patientsakerhet.organisation.models import Person
from patientsakerhet.ui import paging
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
    may_see_readers = Can.SEE_READERS in opened.may
    shows_readers = may_see_readers and request.GET.get("visa") == "lasningar"
    events = Event.objects.with_body().latest_first()
    if shows_readers:
        events = events.touching(opened.case.pk).reads()
    else:
        events = events.of_case(opened.case.pk).changes()
    found = paging.page_of(events, request.GET.get("sida", ""))
    before, after = paging.addresses(request, found)
    names = dict(
        Person.objects.filter(pk__in={one.actor_id for one in found.rows}).values_list("pk", "name")
    )
    context: dict[str, Any] = {
        "opened": opened,
        "head": head_of(opened, "notice_history"),
        "crumbs": crumbs(),
        "moves": [
            {
                "text": STEPS.get(one.step, one.step),
                "status": WORKFLOW.labels[one.to_status],
                "by": one.by.name if one.by else "Varsam",
                "at": one.occurred_at,
                "reason": one.reason,
            }
            for one in reversed(list(opened.case.transitions.all()))
        ],
        "may_see_readers": may_see_readers,
        "shows_readers": shows_readers,
        "events": [
            {
                "at": one.at,
                "text": _words(one),
                "who": names.get(one.actor_id, "Varsam"),
                "detail": _detail(one),
            }
            for one in found.rows
        ],
        "before": before,
        "after": after,
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
    payload = getattr(event, "payload", None)
    if payload is None:
        return ""
    body = payload.body
    return " · ".join(
        str(body[key])
        for key in ("reason", "note", "product", "ranges", "old", "part")
        if body.get(key) and isinstance(body[key], str)
    )

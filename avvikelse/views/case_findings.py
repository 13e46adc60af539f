"""Adding to an investigation and taking back: notes, moments, causes, codes, links, tickets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST

from avvikelse.actions import investigation
from avvikelse.forms.case_investigation import (
    CauseForm,
    LinkForm,
    MomentForm,
    NoteForm,
    TicketForm,
)
from avvikelse.models import TimelineEntry
from avvikelse.views import case_investigation
from avvikelse.views.case_head import crumbs, head_of
from avvikelse.views.case_opening import Opened, conflict_of, open_whole, record_reading
from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.cases.actions import links
from patientsakerhet.cases.models import Case, Code
from patientsakerhet.cases.views.acting import perform, take_back
from patientsakerhet.lib.refusal import Refused


@require_POST
def add_note(request: HttpRequest, number: str) -> HttpResponse:
    """A note stands in the investigation."""
    form = NoteForm(request.POST)
    return _add(request, number, "note", form, "Anteckningen är sparad.", "vet", _note)


@require_POST
def add_moment(request: HttpRequest, number: str) -> HttpResponse:
    """A moment stands in the course of events."""
    form = MomentForm(request.POST)
    done = "Tidpunkten är tillagd i händelseförloppet."
    return _add(request, number, "moment", form, done, "forlopp", _moment)


@require_POST
def add_cause(request: HttpRequest, number: str) -> HttpResponse:
    """A cause stands in its area."""
    form = CauseForm(request.POST)
    return _add(request, number, "cause", form, "Orsaken är sparad.", "orsaker", _cause)


@require_POST
def add_link(request: HttpRequest, number: str) -> HttpResponse:
    """The case hangs together with another."""
    form = LinkForm(request.POST)
    return _add(request, number, "link", form, "Ärendena är länkade.", "lankar", _link)


@require_POST
def add_ticket(request: HttpRequest, number: str) -> HttpResponse:
    """The case hangs together with a ticket in another system."""
    form = TicketForm(request.POST)
    return _add(request, number, "ticket", form, "Ärendet är tillagt.", "externa", _ticket)


@require_http_methods(["GET", "HEAD", "POST"])
def change_moment(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The page where a moment is mended."""
    opened = open_whole(request, number)
    entry = get_object_or_404(TimelineEntry, pk=pk, deviation=opened.deviation)
    if request.method != "POST":
        policy.check(opened.by, Can.INVESTIGATE, opened.case)
    initial = {
        "at": entry.at.replace(second=0, microsecond=0),
        "precision": entry.precision,
        "text": entry.text,
        "departs": entry.departs,
        "expected": entry.expected,
        "source": entry.source,
        "version": entry.version,
    }
    form = MomentForm(request.POST or None, initial=initial)

    def again(status: int) -> HttpResponse:
        record_reading(opened, "tidpunkt")
        context = {
            "opened": opened,
            "head": head_of(opened, "deviation_investigation"),
            "crumbs": crumbs(opened),
            "form": form,
            "entry": entry,
            "conflict": conflict_of(form, opened, version=entry.version),
        }
        return render(request, "avvikelse/case_moment.html", context, status=status)

    if request.method != "POST":
        return again(200)
    return perform(
        request,
        form,
        lambda: investigation.change_in_timeline(
            entry,
            form.cleaned_data["text"],
            by=opened.by,
            at=form.cleaned_data["at"],
            version=form.cleaned_data["version"] or 0,
            precision=form.cleaned_data["precision"],
            departs=form.cleaned_data["departs"],
            expected=form.cleaned_data["expected"],
            source=form.cleaned_data["source"],
        ),
        done="Tidpunkten är ändrad.",
        to=f"{opened.url('deviation_investigation')}#forlopp",
        again=again,
    )


@require_POST
def withdraw_note(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """A note is struck through by whoever wrote it."""
    opened = open_whole(request, number)
    row = get_object_or_404(opened.deviation.notes.select_related("deviation__case"), pk=pk)
    return _take_back(
        request,
        opened,
        lambda: investigation.withdraw_note(row, by=opened.by),
        "Anteckningen är återtagen.",
        "vet",
    )


@require_POST
def remove_moment(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """A moment no longer stands in the course of events."""
    opened = open_whole(request, number)
    row = get_object_or_404(TimelineEntry, pk=pk, deviation=opened.deviation)
    return _take_back(
        request,
        opened,
        lambda: investigation.remove_from_timeline(row, by=opened.by),
        "Tidpunkten är borttagen. Den finns kvar i historiken.",
        "forlopp",
    )


@require_POST
def remove_cause(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """A cause no longer stands."""
    opened = open_whole(request, number)
    row = get_object_or_404(opened.deviation.causes.select_related("area"), pk=pk)
    return _take_back(
        request,
        opened,
        lambda: investigation.remove_cause(row, by=opened.by),
        "Orsaken är borttagen. Den finns kvar i historiken.",
        "orsaker",
    )


@require_POST
def add_code(request: HttpRequest, number: str) -> HttpResponse:
    """An IMDRF term describes the event."""
    opened = open_whole(request, number)
    policy.check(opened.by, Can.INVESTIGATE, opened.case)
    chosen = request.POST.get("code", "")
    key = int(chosen) if chosen.isdecimal() and len(chosen) < 18 else 0

    def do() -> None:
        code = Code.objects.current().select_related("system").filter(pk=key).first()
        if code is None:
            raise Refused("Välj en kod i listan.")
        investigation.add_device_code(opened.case, by=opened.by, code=code)

    return _take_back(request, opened, do, "Koden är tillagd.", "koder")


@require_POST
def remove_code(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """An IMDRF term no longer describes the event."""
    opened = open_whole(request, number)
    row = get_object_or_404(opened.deviation.device_codes.select_related("code"), pk=pk)
    return _take_back(
        request,
        opened,
        lambda: investigation.remove_device_code(row, by=opened.by),
        f"{row.code.code} är borttagen.",
        "koder",
    )


@require_POST
def remove_link(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The two cases no longer hang together."""
    opened = open_whole(request, number)
    row = get_object_or_404(opened.case.links.select_related("other", "case"), pk=pk)
    return _take_back(
        request,
        opened,
        lambda: links.unlink(row, by=opened.by),
        "Länken är borttagen.",
        "lankar",
    )


@require_POST
def remove_ticket(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The ticket was wrong."""
    opened = open_whole(request, number)
    row = get_object_or_404(opened.case.tickets.select_related("case"), pk=pk)
    return _take_back(
        request,
        opened,
        lambda: links.remove_ticket(row, by=opened.by),
        "Ärendet i det andra systemet är borttaget.",
        "externa",
    )


# --- one way to add, one to take back -----------------------------------------------------------


def _add(
    request: HttpRequest,
    number: str,
    name: str,
    form: BaseForm,
    done: str,
    place: str,
    do: Callable[[Opened, dict[str, Any]], Any],
) -> HttpResponse:
    opened = open_whole(request, number)
    return perform(
        request,
        form,
        lambda: do(opened, form.cleaned_data),
        done=done,
        to=f"{opened.url('deviation_investigation')}#{place}",
        again=lambda status: case_investigation.page(
            request, opened, forms={name: form}, status=status
        ),
    )


def _take_back(
    request: HttpRequest, opened: Opened, do: Callable[[], Any], done: str, place: str
) -> HttpResponse:
    return take_back(request, do, done=done, to=f"{opened.url('deviation_investigation')}#{place}")


def _note(opened: Opened, given: dict[str, Any]) -> Any:
    return investigation.note(
        opened.case, given["text"], by=opened.by, kind=given["kind"], source=given["source"]
    )


def _moment(opened: Opened, given: dict[str, Any]) -> Any:
    return investigation.add_to_timeline(
        opened.case,
        given["text"],
        by=opened.by,
        at=given["at"],
        precision=given["precision"],
        departs=given["departs"],
        expected=given["expected"],
        source=given["source"],
    )


def _cause(opened: Opened, given: dict[str, Any]) -> Any:
    return investigation.add_cause(opened.case, by=opened.by, **given)


def _link(opened: Opened, given: dict[str, Any]) -> Any:
    other = Case.objects.visible_to(opened.by).filter(number=given["number"].upper()).first()
    if other is None:
        raise Refused("Det finns inget ärende med det numret som du kan läsa.")
    return links.link(opened.case, other, by=opened.by, kind=given["kind"], note=given["note"])


def _ticket(opened: Opened, given: dict[str, Any]) -> Any:
    return links.add_ticket(opened.case, by=opened.by, **given)

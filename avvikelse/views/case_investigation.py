"""The investigation: what is known, the course of events, causes, whether it has happened before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from avvikelse import similar
from avvikelse.actions import investigation
from avvikelse.analysis_report import moment_in_words
from avvikelse.forms.case_investigation import (
    CauseForm,
    ConcludeForm,
    LinkForm,
    MomentForm,
    NoteForm,
    SimilarForm,
    TicketForm,
)
from avvikelse.models import DeviceCode, Investigation, TimelineEntry
from avvikelse.views import case_said
from avvikelse.views.case_head import crumbs, head_of
from avvikelse.views.case_opening import Opened, conflict_of, open_whole, record_reading
from avvikelse.workflow import HANDLED, KIND
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases.models import Case, Code
from patientsakerhet.cases.views.acting import perform
from patientsakerhet.lib import text
from patientsakerhet.lib.text import UnusableText
from patientsakerhet.ui import paging

HITS = 10
CODES_SHOWN = 20


@require_safe
def part(request: HttpRequest, number: str) -> HttpResponse:
    """The part with the investigation."""
    return page(request, open_whole(request, number))


def page(
    request: HttpRequest,
    opened: Opened,
    *,
    forms: Mapping[str, BaseForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The part, with forms as they were sent when they were refused."""
    record_reading(opened, "utredning")
    sent = forms or {}
    row = opened.deviation
    found: Investigation | None = getattr(row, "investigation", None)
    writes = opened.can(Can.INVESTIGATE) and opened.case.status in HANDLED
    search = _search_of(request, sent.get("similar"), found)
    hits, count = hits_of(opened, search)
    offered: dict[str, Any] = {"similar": None, "conclude": None}
    if writes:
        offered = {
            "similar": sent.get("similar") or SimilarForm(initial=_similar(opened, found, search)),
            "conclude": sent.get("conclude") or ConcludeForm(initial=_conclusions(opened, found)),
        }
    comments = opened.can(Can.COMMENT)
    context: dict[str, Any] = {
        "opened": opened,
        "head": head_of(opened, "deviation_investigation"),
        "crumbs": crumbs(opened),
        "row": row,
        "found": found,
        "writes": writes,
        "comments": comments,
        "notes": _notes(opened),
        "timeline": [_moment(one) for one in row.timeline.all()],
        "causes": _causes(opened),
        "note_form": (sent.get("note") or NoteForm()) if writes else None,
        "moment_form": (sent.get("moment") or MomentForm(initial=_first_moment(opened)))
        if writes
        else None,
        "cause_form": (sent.get("cause") or CauseForm()) if writes else None,
        "link_form": (sent.get("link") or LinkForm()) if comments else None,
        "ticket_form": (sent.get("ticket") or TicketForm()) if comments else None,
        **offered,
        "similar_conflict": _conflict(offered["similar"], opened),
        "conclude_conflict": _conflict(offered["conclude"], opened),
        "search": search,
        "hits": hits,
        "hit_count": count,
        "alike": _alike(request, opened),
        "asks_alike": "lika" in request.GET,
        **_codes(request, opened, writes),
        "links": _links(opened),
        "tickets": list(opened.case.tickets.select_related("by").order_by("pk")),
        **case_said.context(opened, part="utredning"),
    }
    return render(request, "avvikelse/case_investigation.html", context, status=status)


@require_POST
def answer_similar(request: HttpRequest, number: str) -> HttpResponse:
    """Whether it has happened before is answered, against the search that stands beside."""
    opened = open_whole(request, number)
    found: Investigation | None = getattr(opened.deviation, "investigation", None)
    form = SimilarForm(request.POST, initial=_similar(opened, found, ""))
    return perform(
        request,
        form,
        lambda: investigation.answer_similar(opened.case, by=opened.by, **form.cleaned_data),
        done="Svaret är sparat tillsammans med sökningen.",
        to=f"{opened.url('deviation_investigation')}#liknande",
        again=lambda status: page(request, opened, forms={"similar": form}, status=status),
    )


@require_POST
def conclude(request: HttpRequest, number: str) -> HttpResponse:
    """The investigation's other questions are answered."""
    opened = open_whole(request, number)
    found: Investigation | None = getattr(opened.deviation, "investigation", None)
    form = ConcludeForm(request.POST, initial=_conclusions(opened, found))
    return perform(
        request,
        form,
        lambda: investigation.conclude(opened.case, by=opened.by, **form.cleaned_data),
        done="Slutsatserna är sparade.",
        to=f"{opened.url('deviation_investigation')}#slutsatser",
        again=lambda status: page(request, opened, forms={"conclude": form}, status=status),
    )


# --- what has happened before -------------------------------------------------------------------


def hits_of(opened: Opened, search: str) -> tuple[list[dict[str, Any]], paging.Capped | None]:
    """The newest cases that a search finds among those she may read, and how many there are.

    The same question as the one asked again when the answer is saved.
    """
    if not search:
        return [], None
    rows = (
        Case.objects.visible_to(opened.by).of_kind(KIND).matching(search).exclude(pk=opened.case.pk)
    )
    shown = list(rows.for_list().newest_first()[:HITS])
    trail.read(
        "search.made",
        by=opened.by,
        case_id=opened.case.pk,
        number=opened.case.number,
        right=Can.READ,
        body={"words": search, "cases": [case.pk for case in shown]},
    )
    return [_hit(case) for case in shown], paging.count_of(rows)


def _hit(case: Case, why: str = "") -> dict[str, Any]:
    return {
        "number": case.number,
        "title": case.title,
        "url": case.get_absolute_url(),
        "unit": case.filing_unit.name,
        "filed_at": case.filed_at,
        "status": case.status_label,
        "why": why,
    }


def _alike(request: HttpRequest, opened: Opened) -> list[dict[str, Any]]:
    """Cases that resemble this one, with the reason, when that is asked for."""
    if "lika" not in request.GET:
        return []
    found = similar.similar_to(opened.case, opened.by, limit=HITS)
    trail.read(
        "search.made",
        by=opened.by,
        case_id=opened.case.pk,
        number=opened.case.number,
        right=Can.READ,
        body={"alike": True, "cases": [one.case.pk for one in found]},
    )
    told = []
    for one in found:
        words = f"delar orden {', '.join(one.words)}, " if one.words else ""
        told.append(_hit(one.case, f"{words}{one.circumstances}"))
    return told


def _search_of(request: HttpRequest, sent: BaseForm | None, found: Investigation | None) -> str:
    """The words searched for: just now, with the form, or when it was last answered."""
    if "sok" in request.GET:
        try:
            return text.clean_line(request.GET["sok"])[:300]
        except UnusableText:
            return ""
    if sent is not None and sent.is_bound:
        return str(sent.data.get(sent.add_prefix("search"), ""))[:300].replace("\x00", "")
    return found.similar_search if found else ""


# --- values -------------------------------------------------------------------------------------


def _conflict(form: Any, opened: Opened) -> Any:
    return conflict_of(form, opened) if form is not None else None


def _similar(opened: Opened, found: Investigation | None, search: str) -> dict[str, Any]:
    return {
        "answer": found.similar_before if found else "",
        "text": found.similar_answer if found else "",
        "search": search,
        "version": opened.case.version,
    }


def _conclusions(opened: Opened, found: Investigation | None) -> dict[str, Any]:
    return {
        "could_recur": found.could_recur if found else "",
        "patient_view": found.patient_view if found else "",
        "is_event_analysis": found.is_event_analysis if found else False,
        "version": opened.case.version,
    }


def _first_moment(opened: Opened) -> dict[str, Any]:
    """A new moment begins where the course of events has come to."""
    entries = list(opened.deviation.timeline.all())
    return {"at": entries[-1].at if entries else opened.deviation.occurred_at}


def _notes(opened: Opened) -> list[dict[str, Any]]:
    rows = opened.deviation.notes.select_related("by").order_by("at", "pk")
    return [
        {
            "pk": one.pk,
            "text": one.text,
            "kind": one.get_kind_display().capitalize(),
            "tone": "" if one.kind == "fact" else "info",
            "source": one.source,
            "by": f"{one.by.name}, {one.by_title}" if one.by_title else one.by.name,
            "at": one.at,
            "withdrawn_at": one.withdrawn_at,
            "mine": one.by_id == opened.by.pk and one.withdrawn_at is None,
        }
        for one in rows
    ]


def _causes(opened: Opened) -> list[Any]:
    return list(opened.deviation.causes.select_related("area", "by").order_by("at", "pk"))


def _moment(one: TimelineEntry) -> dict[str, Any]:
    return {
        "pk": one.pk,
        "at": one.at,
        "when": moment_in_words(one),
        "text": one.text,
        "departs": one.departs,
        "expected": one.expected,
        "source": one.source,
    }


def _codes(request: HttpRequest, opened: Opened, writes: bool) -> dict[str, Any]:
    """The device's IMDRF terms, and those that a search among them finds."""
    row = opened.deviation
    is_device = any((row.device_id, row.device_model_id, row.device_text)) or (
        row.kind is not None and row.kind.code == "medical_device"
    )
    chosen = list(
        DeviceCode.objects.filter(deviation=row).select_related("code__system").order_by("pk")
    )
    words = request.GET.get("kod", "").replace("\x00", "").strip()[:80]
    found: list[Code] = []
    if writes and words:
        rows = Code.objects.current().filter(system__key__startswith=investigation.DEVICE_CODES)
        for word in words.split():
            rows = rows.filter(
                Q(label__icontains=word) | Q(code__istartswith=word) | Q(definition__icontains=word)
            )
        rows = rows.exclude(pk__in=[one.code_id for one in chosen])
        found = list(
            rows.select_related("system", "parent").order_by("system__key", "code")[:CODES_SHOWN]
        )
    return {
        "is_device": is_device or bool(chosen),
        "device_codes": chosen,
        "code_words": words,
        "code_hits": found,
    }


def _links(opened: Opened) -> list[dict[str, Any]]:
    """Cases it hangs together with, of those she may read."""
    rows = (
        opened.case.links.filter(other__in=Case.objects.visible_to(opened.by))
        .select_related("other", "by")
        .order_by("pk")
    )
    return [
        {
            "pk": one.pk,
            "number": one.other.number,
            "title": one.other.title,
            "url": one.other.get_absolute_url(),
            "kind": one.get_kind_display(),
            "note": one.note,
        }
        for one in rows
    ]

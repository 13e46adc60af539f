"""The event analysis of a case: the order, the group, causes in their places, barriers, proposals, report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from avvikelse import analysis_report, deidentified
from avvikelse.actions import event_analysis
from avvikelse.forms.case_analysis import (
    BarrierForm,
    ClearForm,
    CommissionForm,
    HandInForm,
    MemberForm,
    PlaceForm,
    ProposalForm,
    TakeBackForm,
    TextsForm,
)
from avvikelse.models import Cause, EventAnalysis
from avvikelse.views.case_head import crumbs, head_of
from avvikelse.views.case_opening import Opened, conflict_of, open_whole, record_reading
from avvikelse.workflow import HANDLED
from patientsakerhet.access import holders
from patientsakerhet.access.policy import Can
from patientsakerhet.cases.views.acting import perform

DEPTHS = {"": ("Utan plats", "warn"), "direct": ("Direkt orsak", ""), "underlying": ("Bakom", "")}


@require_safe
def part(request: HttpRequest, number: str) -> HttpResponse:
    """The part with the event analysis."""
    return page(request, open_whole(request, number))


def page(
    request: HttpRequest,
    opened: Opened,
    *,
    forms: Mapping[str, BaseForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The part, with forms as they were sent when they were refused."""
    record_reading(opened, "händelseanalys")
    sent = dict(forms or {})
    found = analysis_of(opened)
    is_handled = opened.case.status in HANDLED
    context: dict[str, Any] = {
        "opened": opened,
        "head": head_of(opened, "deviation_analysis"),
        "crumbs": crumbs(opened),
        "found": found,
        "decides": opened.can(Can.DECIDE_MEASURES) and is_handled,
        "writes": False,
    }
    if found is None:
        orders = context["decides"]
        form = sent.get("order") or (order_form(opened) if orders else None)
        context |= {"order": form, "order_conflict": conflict_of(form, opened) if form else None}
    else:
        writes = opened.can(Can.INVESTIGATE) and is_handled
        context |= _analysis(opened, found, sent, writes=writes)
    return render(request, "avvikelse/case_analysis.html", context, status=status)


def _analysis(
    opened: Opened, found: EventAnalysis, sent: dict[str, BaseForm], *, writes: bool
) -> dict[str, Any]:
    row = found.deviation
    is_reported = found.reported_at is not None
    edits = writes and not is_reported
    made = deidentified.of(found) if is_reported else None
    offered: dict[str, Any] = {}
    if edits:
        offered = {
            "order": sent.get("order") or order_form(opened, found),
            "texts": sent.get("texts") or texts_form(found),
            "member_form": sent.get("member") or MemberForm(),
            "barrier_form": sent.get("barrier") or BarrierForm(deviation=row),
            "proposal_form": sent.get("proposal") or proposal_form(opened, found),
            "hand_in": sent.get("hand_in") or HandInForm(initial={"version": found.version}),
        }
        for name in ("order", "texts", "hand_in"):
            form = offered[name]
            offered[f"{name}_conflict"] = conflict_of(form, opened, version=found.version)
    if writes and is_reported:
        offered["take_back"] = sent.get("take_back") or TakeBackForm()
    if writes and made is not None and not made.is_cleared:
        offered["clear"] = sent.get("clear") or ClearForm(initial={"text_hash": made.hash})
    return {
        "writes": edits,
        "entries": [_departure(one) for one in row.timeline.all() if one.departs],
        "causes": [
            _cause(one, opened, edits, sent.get(f"place-{one.pk}")) for one in row.causes.all()
        ],
        "lacks": event_analysis.lacks(found),
        "deidentified": made,
        **offered,
    }


def analysis_of(opened: Opened) -> EventAnalysis | None:
    """The analysis with all that belongs to it; None before it is ordered."""
    if not hasattr(opened.deviation, "event_analysis"):
        return None
    return analysis_report.for_report(opened.deviation)


def open_analysis(request: HttpRequest, number: str) -> tuple[Opened, EventAnalysis]:
    """The case and its analysis; to whoever may not read it, and before it is ordered, there is none."""
    opened = open_whole(request, number)
    found = analysis_of(opened)
    if found is None:
        raise Http404
    return opened, found


# --- the order, the texts, the report -----------------------------------------------------------


@require_POST
def order(request: HttpRequest, number: str) -> HttpResponse:
    """The analysis is ordered, or its order changed."""
    opened = open_whole(request, number)
    found = analysis_of(opened)
    form = order_form(opened, found, request.POST)

    def do() -> None:
        if found is None:
            event_analysis.commission(opened.case, by=opened.by, **form.cleaned_data)
        else:
            _change(opened, found, form)

    return perform(
        request,
        form,
        do,
        done="Uppdraget är ändrat." if found else "Händelseanalysen är beställd.",
        to=opened.url("deviation_analysis"),
        again=lambda status: page(request, opened, forms={"order": form}, status=status),
    )


@require_POST
def write(request: HttpRequest, number: str) -> HttpResponse:
    """What the report says beside its lists."""
    opened, found = open_analysis(request, number)
    form = texts_form(found, request.POST)
    return perform(
        request,
        form,
        lambda: _change(opened, found, form),
        done="Texterna är sparade.",
        to=f"{opened.url('deviation_analysis')}#texter",
        again=lambda status: page(request, opened, forms={"texts": form}, status=status),
    )


@require_POST
def hand_in(request: HttpRequest, number: str) -> HttpResponse:
    """The report goes to whoever ordered it."""
    opened, found = open_analysis(request, number)
    form = HandInForm(request.POST, initial={"version": found.version})
    return perform(
        request,
        form,
        lambda: event_analysis.hand_in(
            found, by=opened.by, version=form.cleaned_data["version"] or 0
        ),
        done="Rapporten är lämnad till uppdragsgivaren.",
        to=f"{opened.url('deviation_analysis')}#rapport",
        again=lambda status: page(request, opened, forms={"hand_in": form}, status=status),
    )


@require_POST
def take_back(request: HttpRequest, number: str) -> HttpResponse:
    """The report is worked on again."""
    opened, found = open_analysis(request, number)
    form = TakeBackForm(request.POST)
    return perform(
        request,
        form,
        lambda: event_analysis.take_back(found, by=opened.by, **form.cleaned_data),
        done="Rapporten är tillbakatagen och går att ändra.",
        to=f"{opened.url('deviation_analysis')}#rapport",
        again=lambda status: page(request, opened, forms={"take_back": form}, status=status),
    )


@require_POST
def clear(request: HttpRequest, number: str) -> HttpResponse:
    """Somebody has read the de-identified text."""
    opened, found = open_analysis(request, number)
    form = ClearForm(request.POST)
    return perform(
        request,
        form,
        lambda: event_analysis.clear(
            found,
            by=opened.by,
            text_hash=form.cleaned_data["text_hash"],
            now_hash=deidentified.of(found).hash,
        ),
        done="Den avidentifierade versionen är granskad.",
        to=f"{opened.url('deviation_analysis')}#avidentifierad",
        again=lambda status: page(request, opened, forms={"clear": form}, status=status),
    )


# --- values -------------------------------------------------------------------------------------


def order_form(
    opened: Opened, found: EventAnalysis | None = None, data: Any = None
) -> CommissionForm:
    """The order as it stands, or an empty one."""
    initial: dict[str, Any] = {"version": opened.case.version}
    if found is not None:
        initial = {
            "question": found.question,
            "lead": found.lead,
            "due_on": found.due_on,
            "version": found.version,
        }
    return CommissionForm(data, case=opened.case, initial=initial)


def texts_form(found: EventAnalysis, data: Any = None) -> TextsForm:
    """The texts as they stand."""
    names = ("method", "contact", "summary", "lessons", "version")
    return TextsForm(data, initial={name: getattr(found, name) for name in names})


def proposal_form(opened: Opened, found: EventAnalysis, data: Any = None) -> ProposalForm:
    """An empty proposal, with those who could own it."""
    people = holders.every(Can.DO_MEASURES, opened.case.owning_unit).order_by("name")[:100]
    return ProposalForm(data, deviation=found.deviation, people=people)


def _change(opened: Opened, found: EventAnalysis, form: BaseForm) -> None:
    given = dict(form.cleaned_data)
    event_analysis.change(found, by=opened.by, version=given.pop("version") or 0, **given)


def _departure(one: Any) -> dict[str, Any]:
    return {
        "when": analysis_report.moment_in_words(one),
        "text": one.text,
        "expected": one.expected,
    }


def _cause(one: Cause, opened: Opened, edits: bool, refused: BaseForm | None) -> dict[str, Any]:
    word, tone = DEPTHS[one.depth]
    place = one.departure or one.explains
    deviation = opened.deviation
    return {
        "pk": one.pk,
        "text": one.text,
        "area": one.area.label,
        "word": word,
        "tone": tone,
        "of": place.text if place else "",
        "form": (refused or PlaceForm(cause=one, deviation=deviation)) if edits else None,
    }

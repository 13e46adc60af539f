"""One act on the marked cases: what will happen to each, then how it goes, then undo for all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from avvikelse.actions import bulk as actions
from avvikelse.actions.bulk import Outcome
from avvikelse.actions.coordination import UNDO_WITHIN
from avvikelse.forms.coordination_bulk import FORMS, BulkForm
from avvikelse.models import BulkAct, BulkItem
from avvikelse.views.coordination import coordinator
from avvikelse.views.coordination_place import Place
from avvikelse.workflow import KIND
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases.models import Case
from patientsakerhet.lib.refusal import Refused
from patientsakerhet.organisation.models import Person

TITLES = {
    BulkAct.Act.TAKE: "Ta {n}",
    BulkAct.Act.COORDINATE: "Koordinera {n}",
    BulkAct.Act.MERGE: "Slå ihop {n}",
    BulkAct.Act.REJECT: "Avvisa {n}",
}
DONE = {
    BulkAct.Act.TAKE: "tagna",
    BulkAct.Act.COORDINATE: "koordinerade",
    BulkAct.Act.MERGE: "sammanslagna",
    BulkAct.Act.REJECT: "avvisade",
}
SHOW, DO = "visa", "gor"


@transaction.non_atomic_requests
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """First what is to be done, then what it would come to, then the doing."""
    person = coordinator(request)
    act, step = request.POST.get("act", ""), request.POST.get("steg", "")
    place = Place.before(request)
    with transaction.atomic():
        cases = _marked(request, person)
        if act not in FORMS or not cases:
            messages.error(request, "Markera minst ett ärende, och välj vad som ska göras.")
            return redirect(place.url())
        form = _form(request, act, cases, person)
        if not (form.is_bound and form.is_valid()) or (form.fields and step not in {SHOW, DO}):
            status = 422 if form.errors else 200
            return _page(request, place, act, cases, form, status=status)
        try:
            if step != DO:
                return _page(request, place, act, cases, form, _rehearsed(act, cases, form, person))
            chosen = _without_parent(cases, form)
            begun = actions.begin(act, _as_shown(request, chosen), form.arguments(), by=person)
        except Refused as refusal:
            for reason in refusal.reasons:
                form.add_error(None, reason)
            return _page(request, place, act, cases, form, status=409)
    actions.proceed(begun)
    return redirect(_own_url(request, begun))


def _marked(request: HttpRequest, person: Person) -> list[Case]:
    """The marked cases that the person may coordinate, oldest first."""
    return list(
        Case.objects.where_may(person, Can.COORDINATE)
        .of_kind(KIND)
        .filter(number__in=request.POST.getlist("case")[: actions.MOST + 1])
        .select_related("owning_unit__care_provider", "filing_unit")
        .in_queue_order()
    )


def _form(request: HttpRequest, act: str, cases: list[Case], person: Person) -> BulkForm:
    step = request.POST.get("steg", "")
    bound = bool(step) or act == BulkAct.Act.TAKE
    return FORMS[act](cases, person, request.POST if bound else None)


def _rehearsed(act: str, cases: list[Case], form: BulkForm, person: Person) -> list[Outcome]:
    return actions.rehearse(act, _without_parent(cases, form), form.arguments(), by=person)


def _without_parent(cases: list[Case], form: BulkForm) -> list[Case]:
    """The leading case is not merged with itself."""
    leading = form.cleaned_data.get("leading")
    return [case for case in cases if case != leading]


def _as_shown(request: HttpRequest, cases: list[Case]) -> list[Case]:
    """Each in the version that was shown, so that what has changed since is refused."""
    shown = dict(pair.split(":", 1) for pair in request.POST.getlist("version") if ":" in pair)
    for case in cases:
        told = shown.get(case.number, "")
        case.version = int(told) if told.isdecimal() and len(told) < 9 else case.version
    return cases


def _page(
    request: HttpRequest,
    place: Place,
    act: str,
    cases: list[Case],
    form: BulkForm,
    outcomes: list[Outcome] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    will = sum(outcome.will for outcome in outcomes or [])
    n = "1 ärende" if len(cases) == 1 else f"{len(cases)} ärenden"
    context = {
        "title": TITLES[BulkAct.Act(act)].format(n=n),
        "act": act,
        "cases": cases,
        "form": form,
        "outcomes": outcomes,
        "will": will,
        "will_not": len(outcomes or []) - will,
        "kept": _hidden(request, form) if outcomes else [],
        "place": place,
        "back": place.url(),
    }
    return render(request, "avvikelse/coordination_bulk.html", context, status=status)


def _hidden(request: HttpRequest, form: BulkForm) -> list[tuple[str, str]]:
    """What was filled in, to be sent again with the confirmation."""
    return [(name, request.POST[name]) for name in form.fields if request.POST.get(name)]


@dataclass(frozen=True)
class Progress:
    """How far an act on many cases has come."""

    total: int
    done: int
    refused: int
    waiting: int
    title: str
    can_undo: bool


def _progress(act: BulkAct, items: list[BulkItem]) -> Progress:
    states = [item.state for item in items]
    undone = act.undone_at is not None
    done = states.count(BulkItem.State.UNDONE if undone else BulkItem.State.DONE)
    refused = states.count(BulkItem.State.KEPT if undone else BulkItem.State.REFUSED)
    waiting = sum(state in BulkItem.WAITING for state in states)
    word = "ångrade" if undone else DONE[BulkAct.Act(act.act)]
    return Progress(
        total=len(items),
        done=done,
        refused=refused,
        waiting=waiting,
        title=f"{done} av {len(items)} ärenden {word}",
        can_undo=not undone
        and bool(states.count(BulkItem.State.DONE))
        and timezone.now() - act.at <= UNDO_WITHIN,
    )


@require_safe
def bulk_act(request: HttpRequest, pk: int) -> HttpResponse:
    """How an act on many cases is going; one may leave the page and come back."""
    person = coordinator(request)
    act = get_object_or_404(BulkAct, pk=pk, by=person)
    return render(request, _template(request), _told(request, act))


@transaction.non_atomic_requests
@require_POST
def bulk_proceed(request: HttpRequest, pk: int) -> HttpResponse:
    """The act goes on for a while."""
    person = coordinator(request)
    act = get_object_or_404(BulkAct, pk=pk, by=person)
    actions.proceed(act)
    with transaction.atomic():
        return _shown(request, act)


@transaction.non_atomic_requests
@require_POST
def bulk_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything the act did is taken back, case by case."""
    person = coordinator(request)
    act = get_object_or_404(BulkAct, pk=pk, by=person)
    try:
        act = actions.undo(act, by=person)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(_own_url(request, act))
    actions.proceed(act)
    return redirect(_own_url(request, act))


def _shown(request: HttpRequest, act: BulkAct) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]  # set by the middleware
        return render(request, _template(request), _told(request, act))
    return redirect(_own_url(request, act))


def _own_url(request: HttpRequest, act: BulkAct) -> str:
    place = Place.before(request)
    return place.with_from(reverse("coordination_bulk_act", args=[act.pk]))


def _template(request: HttpRequest) -> str:
    part = request.htmx  # type: ignore[attr-defined]  # set by the middleware
    return f"avvikelse/{'_' if part else ''}coordination_bulk_act.html"


def _told(request: HttpRequest, act: BulkAct) -> dict[str, Any]:
    items = list(act.items.select_related("case"))
    if not items:
        raise Http404
    trail.read(
        "list.read",
        by=act.by,
        right=Can.COORDINATE,
        body={"list": "bulk", "cases": [item.case_id for item in items]},
    )
    place = Place.before(request)
    return {
        "act": act,
        "items": items,
        "progress": _progress(act, items),
        "place": place,
        "back": place.url(),
    }

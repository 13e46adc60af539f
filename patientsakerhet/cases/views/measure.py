"""One measure: what it is, which cases it serves, how far it has come, and what its owner and deciders do with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from patientsakerhet.access import holders, policy
from patientsakerhet.access.asking import person_of
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases.actions import measures
from patientsakerhet.cases.forms.measures import (
    CancelForm,
    ChangeForm,
    EffectForm,
    ProgressForm,
    StepForm,
)
from patientsakerhet.cases.models import Case, Measure
from patientsakerhet.cases.views import measure_history
from patientsakerhet.cases.views.measure_words import state_of
from patientsakerhet.lib.refusal import NotAllowed, Refused, Stale
from patientsakerhet.organisation.models import Person
from patientsakerhet.ui import swedish
from patientsakerhet.ui.conflict import differences
from patientsakerhet.ui.parts import Act

SUGGESTED = 100


@dataclass(frozen=True)
class Opened:
    """A measure as it lies before somebody, and what she may do with it."""

    measure: Measure
    cases: list[Case]
    """Those of its cases that she may know of."""
    does: bool
    decides: bool
    by: Person

    def url(self, name: str) -> str:
        """An address below the measure's own."""
        return reverse(name, args=[self.measure.pk])


def open_measure(request: HttpRequest, pk: int) -> Opened:
    """The measure; one that may not be known of does not exist."""
    by = person_of(request)
    row = get_object_or_404(
        Measure.objects.visible_to(by).select_related("owner", "unit", "decided_by", "effect_by"),
        pk=pk,
    )
    served = Case.objects.filter(measures=row)
    decides = served.where_may(by, Can.DECIDE_MEASURES).exists()
    does = decides or row.owner_id == by.pk or served.where_may(by, Can.DO_MEASURES).exists()
    cases = list(served.extract_visible_to(by).newest_first())
    return Opened(row, cases, does, decides, by)


@require_safe
def measure(request: HttpRequest, pk: int) -> HttpResponse:
    """The measure's page."""
    return page(request, open_measure(request, pk))


def page(
    request: HttpRequest,
    opened: Opened,
    *,
    refused: tuple[str, BaseForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page; with a form that was refused, filled in as it was, beside what stands now."""
    row = opened.measure
    name, form = refused or ("", None)
    trail.read(
        "measure.read",
        by=opened.by,
        unit_id=row.unit_id,
        object_type="measure",
        object_id=row.pk,
        body={"cases": [case.pk for case in opened.cases]},
    )
    is_open = row.status in Measure.OPEN
    is_changeable = is_open or row.status == Measure.Status.PROPOSED
    is_done = row.status == Measure.Status.DONE
    history = measure_history.of(row, opened.cases)
    forms: dict[str, BaseForm | None] = {
        "progress": _progress(opened) if is_open and opened.does else None,
        "change": _change(opened) if is_changeable and opened.decides else None,
        "cancel": CancelForm(initial=_version(row)) if is_changeable and opened.decides else None,
        "effect": EffectForm(initial=_version(row)) if is_done and opened.decides else None,
    }
    if form is not None and name in forms:
        forms[name] = form
    forward, others = _acts(opened)
    state = state_of(row, timezone.localdate())
    context: dict[str, Any] = {
        "row": row,
        "opened": opened,
        "state": state,
        "facts": _facts(opened),
        "forward": forward,
        "others": others,
        **forms,
        "opens": name,
        "step": form if name == "step" else None,
        "conflict": _conflict(form, history) if form is not None else None,
        "history": history.events,
    }
    return render(request, "cases/measure.html", context, status=status)


# --- acts -----------------------------------------------------------------------------------------


@require_POST
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    """The work has begun."""
    opened, form = open_measure(request, pk), StepForm(request.POST)
    return _perform(
        request,
        opened,
        ("step", form),
        lambda: measures.begin(opened.measure, by=opened.by, **form.cleaned_data),
        "Åtgärden är påbörjad.",
    )


@require_POST
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    """The measure is done."""
    opened, form = open_measure(request, pk), StepForm(request.POST)
    day = swedish.day(opened.measure.effect_due_on)
    return _perform(
        request,
        opened,
        ("step", form),
        lambda: measures.finish(opened.measure, by=opened.by, **form.cleaned_data),
        f"Åtgärden är klar. Effekten följs upp {day}.",
    )


@require_POST
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it has come."""
    opened = open_measure(request, pk)
    form = _progress(opened, request.POST)
    return _perform(
        request,
        opened,
        ("progress", form),
        lambda: measures.change(opened.measure, by=opened.by, **form.cleaned_data),
        "Sparat.",
    )


@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Its text, days or owner are others."""
    opened = open_measure(request, pk)
    form = _change(opened, request.POST)
    return _perform(
        request,
        opened,
        ("change", form),
        lambda: measures.change(
            opened.measure,
            by=opened.by,
            version=form.cleaned_data["version"],
            reason=form.cleaned_data["reason"],
            owner_is_told=form.cleaned_data["owner_is_told"],
            **form.given(),
        ),
        "Åtgärden är ändrad.",
    )


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """It is not carried out."""
    opened, form = open_measure(request, pk), CancelForm(request.POST)
    return _perform(
        request,
        opened,
        ("cancel", form),
        lambda: measures.cancel(opened.measure, by=opened.by, **form.cleaned_data),
        "Åtgärden utgår.",
    )


@require_POST
def effect(request: HttpRequest, pk: int) -> HttpResponse:
    """What the follow-up found."""
    opened, form = open_measure(request, pk), EffectForm(request.POST)
    return _perform(
        request,
        opened,
        ("effect", form),
        lambda: measures.follow_up_effect(opened.measure, by=opened.by, **form.cleaned_data),
        "Uppföljningen är sparad.",
    )


def _perform(
    request: HttpRequest,
    opened: Opened,
    refused: tuple[str, BaseForm],
    do: Callable[[], Any],
    done: str,
) -> HttpResponse:
    """Do it and show the measure, or show the form again with what was written and what is in the way."""
    form = refused[1]
    if not form.is_valid():
        _refuse_strangers(refused[0], opened)
        return page(request, opened, refused=refused, status=422)
    try:
        do()
    except NotAllowed:
        raise
    except Refused as refusal:
        for reason in refusal.reasons:
            form.add_error(None, reason)
        if isinstance(refusal, Stale):
            _renew(form, opened.measure)
        return page(request, opened, refused=refused, status=409)
    messages.success(request, done)
    return redirect("measure", opened.measure.pk)


def _refuse_strangers(name: str, opened: Opened) -> None:
    """Whoever may not do this hears that, and not what is wrong in the form."""
    may = opened.does if name in {"step", "progress"} else opened.decides
    if not may:
        needed = Can.DO_MEASURES if name in {"step", "progress"} else Can.DECIDE_MEASURES
        policy.check(opened.by, needed, opened.measure.cases.order_by("pk")[0])


def _renew(form: BaseForm, row: Measure) -> None:
    """Sending the form again writes over what stands now, which the page shows beside it."""
    sent: Any = form.data
    form.data = sent.copy()
    form.data[form.add_prefix("version")] = row.version  # type: ignore[index]  # the copy can be changed
    form.stale = True  # type: ignore[attr-defined]  # a mark for the template


# --- values ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Conflict:
    """Who changed the measure meanwhile and when, and where the two differ."""

    who: str
    event: Any
    fields: list[Any]


def _conflict(form: BaseForm, history: measure_history.History) -> Conflict | None:
    if not getattr(form, "stale", False):
        return None
    last = history.events[0] if history.events else None
    return Conflict(last.who if last else "Någon", last, differences(form))


def _version(row: Measure) -> dict[str, Any]:
    return {"version": row.version}


def _progress(opened: Opened, data: Any = None) -> ProgressForm:
    initial = {"progress": opened.measure.progress, **_version(opened.measure)}
    return ProgressForm(data, initial=initial)


def _change(opened: Opened, data: Any = None) -> ChangeForm:
    row = opened.measure
    fields = (
        "title",
        "description",
        "strength",
        "owner",
        "due_on",
        "effect_sign",
        "effect_due_on",
        "progress",
        "version",
    )
    people = holders.every(Can.DO_MEASURES, row.unit).order_by("name")[:SUGGESTED]
    initial = {name: getattr(row, name) for name in fields}
    return ChangeForm(data, initial=initial, people=people, auto_id="andra_%s")


def _acts(opened: Opened) -> tuple[Act | None, list[Act]]:
    """The act that leads on, and what else can be done at once."""
    row = opened.measure
    if row.status == Measure.Status.DONE and not row.effect and opened.decides:
        return Act("Följ upp effekten", "#effekt", post=False), []
    if row.status not in Measure.OPEN or not opened.does:
        return None, []
    done = Act("Markera som klar", opened.url("measure_finish"), fields=_version(row))
    if row.status == Measure.Status.STARTED:
        return Act(done.label, done.url, kind="primary", fields=done.fields), []
    start = Act("Påbörja", opened.url("measure_begin"), kind="primary", fields=_version(row))
    return start, [done]


def _facts(opened: Opened) -> list[tuple[str, str]]:
    row = opened.measure
    facts = [
        ("Ansvarig", row.owner.name),
        ("Enhet", row.unit.name),
        ("Klar senast", swedish.day(row.due_on)),
        ("Styrka", row.get_strength_display().capitalize()),
    ]
    if row.decided_at is not None and row.decided_by is not None:
        word = "Avslagen" if row.status == Measure.Status.REJECTED else "Beslutad"
        facts.append((word, f"{swedish.day(row.decided_at)} av {row.decided_by.name}"))
    if row.decision_reason:
        facts.append(("Skäl till beslutet", row.decision_reason))
    if row.done_at is not None:
        facts.append(("Blev klar", swedish.day(row.done_at)))
    facts.append(("Effekten följs upp", swedish.day(row.effect_due_on)))
    return facts

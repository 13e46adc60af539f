"""The acts of the queue that one press does: decide as suggested, take, release, link, remind, undo."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from avvikelse.actions import coordination as actions
from avvikelse.actions import decision
from avvikelse.forms.coordination import DecisionForm
from avvikelse.models import Deviation
from avvikelse.views.coordination import show
from avvikelse.views.coordination_list import prepared
from avvikelse.views.coordination_place import (
    SHOWN,
    Place,
    forget_done,
    on_to_next,
    say_done,
    signed_in,
)
from avvikelse.views.coordination_preview import find
from patientsakerhet.cases.actions import links
from patientsakerhet.cases.models import Case
from patientsakerhet.lib.refusal import Refused
from patientsakerhet.organisation.models import Person, Unit

REFUSED = 409
UNREADABLE = 422


@require_POST
def decide(request: HttpRequest, number: str) -> HttpResponse:
    """The decision beside the list: saved as it stands, or sent to the suggested unit with it."""
    person = signed_in(request)
    deviation = find(person, number)
    sends = request.POST.get("gor") == "coordinate"
    form = DecisionForm(deviation, request.POST, moves=sends)
    place = Place.before(request)
    if not form.is_valid():
        return show(request, place, number, decision=form, status=UNREADABLE)
    told: dict[str, Any] = {
        "by": person,
        "codes": form.codes(),
        "judgement": form.judgement(),
        "version": form.cleaned_data["version"],
    }
    try:
        if not sends:
            decision.judge(deviation.case, **told)
            say_done(request, f"Bedömningen av {number} är sparad.")
            return redirect(place.url(**{SHOWN: number}))
        unit = _suggested(deviation)
        decision.decide(deviation.case, to=unit, basis=form.cleaned_data["basis"], **told)
    except Refused as refusal:
        refuse(form, refusal)
        return show(request, place, number, decision=form, status=REFUSED)
    done = f"{number} koordinerades till {unit}."
    return on_to_next(request, person, deviation.case, done, undo=deviation.case)


def _suggested(deviation: Deviation) -> Unit:
    found = prepared(deviation.case)
    if found is None or found.receiver is None:
        raise Refused("Ingen enhet är föreslagen längre. Välj en enhet.")
    return found.receiver


@require_POST
def take(request: HttpRequest, number: str) -> HttpResponse:
    """The case is the person's own."""
    return _at_once(request, number, actions.take, "Du har tagit {number}.", undo=True)


@require_POST
def release(request: HttpRequest, number: str) -> HttpResponse:
    """The case is in the queue again."""
    return _at_once(request, number, actions.release, "{number} ligger i kön igen.")


@require_POST
def answered(request: HttpRequest, number: str) -> HttpResponse:
    """The reporter has answered in another way."""
    return _at_once(request, number, actions.heard_answer, "{number} väntar inte längre på svar.")


def _at_once(
    request: HttpRequest, number: str, act: Callable[..., Case], told: str, *, undo: bool = False
) -> HttpResponse:
    person = signed_in(request)
    deviation = find(person, number)
    version = request.POST.get("version", "")
    try:
        act(deviation.case, by=person, version=int(version) if version.isdecimal() else None)
    except Refused as refusal:
        return _refused(request, number, refusal)
    done = told.format(number=number)
    return on_to_next(request, person, deviation.case, done, undo=deviation.case if undo else None)


@require_POST
def link(request: HttpRequest, number: str) -> HttpResponse:
    """The two hang together, though they are not the same event."""
    person = signed_in(request)
    deviation = find(person, number)
    other = other_case(request, person, deviation)
    if other is None:
        return _refused(request, number, Refused("Det finns inget sådant ärende."))
    try:
        links.link(deviation.case, other, by=person)
    except Refused as refusal:
        return _refused(request, number, refusal)
    say_done(request, f"{number} är länkat till {other.number}.")
    return redirect(Place.before(request).url(**{SHOWN: number}))


def other_case(request: HttpRequest, person: Person, deviation: Deviation) -> Case | None:
    """The other case that was named, when the person may read it."""
    number = (request.POST.get("med") or request.GET.get("med") or "").strip().upper()
    return (
        Case.objects.visible_to(person)
        .of_kind(deviation.case.kind)
        .select_related("filing_unit")
        .filter(number=number)
        .exclude(pk=deviation.pk)
        .first()
    )


@require_POST
def tie(request: HttpRequest, number: str) -> HttpResponse:
    """What the text names of the register is what the case is about."""
    person = signed_in(request)
    deviation = find(person, number)
    found = prepared(deviation.case)
    what = request.POST.get("vad", "")
    if found is None or what not in {"device", "device_model", "system"}:
        return _refused(request, number, Refused("Det finns inget att lägga till."))
    try:
        decision.tie_to_register(deviation.case, by=person, **{what: getattr(found, what)})
    except Refused as refusal:
        return _refused(request, number, refusal)
    say_done(request, f"{getattr(found, what)} står nu i {number}.")
    return redirect(Place.before(request).url(**{SHOWN: number}))


@require_POST
def remind(request: HttpRequest, number: str) -> HttpResponse:
    """The unit that has not received the case is told again."""
    person = signed_in(request)
    deviation = find(person, number)
    try:
        handover = actions.remind_receiver(deviation.case, by=person)
    except Refused as refusal:
        return _refused(request, number, refusal)
    return on_to_next(request, person, deviation.case, f"{handover.to_unit} är påmind om {number}.")


@require_POST
def undo(request: HttpRequest, number: str) -> HttpResponse:
    """The person's last step with the case is taken back, and the case shown again."""
    person = signed_in(request)
    deviation = find(person, number)
    forget_done(request)
    try:
        actions.undo(deviation.case, by=person)
    except Refused as refusal:
        return _refused(request, number, refusal)
    say_done(request, f"Ångrat. {number} är som förut.")
    return redirect(Place.before(request).url(**{SHOWN: number}))


def refuse(form: Any, refusal: Refused) -> None:
    """Say in the form why it was not done; what was written stays."""
    for reason in refusal.reasons:
        form.add_error(None, reason)


def _refused(request: HttpRequest, number: str, refusal: Refused) -> HttpResponse:
    """The queue as it stands now, with the reasons above it."""
    for reason in refusal.reasons:
        messages.error(request, reason)
    return show(request, Place.before(request), number, status=REFUSED)

"""The acts of the queue that ask something first, in a dialog or on a page of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from avvikelse.actions import coordination as actions
from avvikelse.actions import decision
from avvikelse.forms.coordination import (
    AskForm,
    HandOverForm,
    MergeForm,
    OtherForm,
    ReasonForm,
    RejectForm,
    UnitForm,
)
from avvikelse.models import Deviation
from avvikelse.preparation.receiver import went_to
from avvikelse.views.coordination_acts import REFUSED, UNREADABLE, other_case, refuse
from avvikelse.views.coordination_list import prepared
from avvikelse.views.coordination_place import SHOWN, Place, on_to_next, signed_in
from avvikelse.views.coordination_preview import find
from patientsakerhet.cases.models import Case
from patientsakerhet.lib.refusal import Refused
from patientsakerhet.organisation.models import Person, Unit

asks = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True)
class Done:
    """What was done, in words, and the case whose step can be taken back."""

    told: str
    undo: Case | None = None


@dataclass(frozen=True)
class Question:
    """A page that asks for what an act needs."""

    title: str
    button: str
    form: Any
    act: Callable[[dict[str, Any]], Done] | None = None
    """Given the form's values; without one the page only leads on."""
    of_decision: bool = False
    """Whether the form stands beside the decision's own fields, which go with it."""
    compared: Sequence[Deviation] = field(default_factory=tuple)
    other: str = ""
    """The number of the case it is compared with."""

    def answer(self, request: HttpRequest, person: Person, deviation: Deviation) -> HttpResponse:
        """Ask; or do what was answered and go on to the next case; or say why not."""
        if request.method != "POST" or self.act is None:
            return self._page(request, deviation)
        if not self.form.is_valid():
            return self._page(request, deviation, status=UNREADABLE)
        try:
            done = self.act(self.form.cleaned_data)
        except Refused as refusal:
            refuse(self.form, refusal)
            return self._page(request, deviation, status=REFUSED)
        return on_to_next(request, person, deviation.case, done.told, undo=done.undo)

    def _page(
        self, request: HttpRequest, deviation: Deviation, *, status: int = 200
    ) -> HttpResponse:
        place = Place.before(request)
        in_dialog = request.htmx and status == 200  # type: ignore[attr-defined]  # set by the middleware
        name = "_coordination_dialog" if in_dialog else "coordination_question"
        context = {
            "question": self,
            "form": self.form,
            "case": deviation.case,
            "place": place,
            "back": place.url(**{SHOWN: deviation.case.number}),
        }
        return render(request, f"avvikelse/{name}.html", context, status=status)


@asks
def unit(request: HttpRequest, number: str) -> HttpResponse:
    """Another unit than the suggested one, with the decision."""
    person = signed_in(request)
    deviation = find(person, number)
    form = UnitForm(deviation, request.POST or None, first=_usual(deviation))

    def act(told: dict[str, Any]) -> Done:
        decision.decide(
            deviation.case,
            to=told["to"],
            by=person,
            codes=form.codes(),
            judgement=form.judgement(),
            basis=told["basis"],
            note=told["note"],
            version=told["version"],
        )
        return Done(f"{number} koordinerades till {told['to']}.", deviation.case)

    if request.htmx:  # type: ignore[attr-defined]  # set by the middleware
        form.send_with("beslut")
    question = Question("Koordinera till en enhet", "Koordinera dit", form, act, of_decision=True)
    return question.answer(request, person, deviation)


@asks
def hand_over(request: HttpRequest, number: str) -> HttpResponse:
    """Another unit for a case that has been given to one."""
    person = signed_in(request)
    deviation = find(person, number)
    form = HandOverForm(deviation.case, request.POST or None, first=_usual(deviation))

    def act(told: dict[str, Any]) -> Done:
        actions.hand_over(
            deviation.case,
            to=told["to"],
            by=person,
            reason=told["reason"],
            basis=told["basis"],
            version=told["version"],
        )
        return Done(f"{number} lämnades till {told['to']}.")

    question = Question("Lämna till en annan enhet", "Lämna över", form, act)
    return question.answer(request, person, deviation)


@asks
def ask(request: HttpRequest, number: str) -> HttpResponse:
    """A question to the reporter."""
    person = signed_in(request)
    deviation = find(person, number)
    form = AskForm(request.POST or None, initial={"version": deviation.case.version})

    def act(told: dict[str, Any]) -> Done:
        actions.ask_reporter(deviation.case, told["question"], by=person, version=told["version"])
        return Done(f"Frågan om {number} är skickad till rapportören.", deviation.case)

    question = Question("Fråga rapportören", "Skicka till rapportören", form, act)
    return question.answer(request, person, deviation)


@asks
def reject(request: HttpRequest, number: str) -> HttpResponse:
    """No deviation, with the reason and the answer."""
    person = signed_in(request)
    deviation = find(person, number)
    form = RejectForm(request.POST or None, initial={"version": deviation.case.version})

    def act(told: dict[str, Any]) -> Done:
        actions.reject(
            deviation.case,
            by=person,
            reason=told["reason"],
            answer=told["answer"],
            version=told["version"],
        )
        return Done(f"{number} är avvisat och rapportören har fått svar.", deviation.case)

    question = Question("Avvisa ärendet", "Avvisa och svara", form, act)
    return question.answer(request, person, deviation)


@asks
def recall(request: HttpRequest, number: str) -> HttpResponse:
    """A case that nobody has received is with the coordinators again."""
    person = signed_in(request)
    deviation = find(person, number)
    form = ReasonForm(request.POST or None, initial={"version": deviation.case.version})

    def act(told: dict[str, Any]) -> Done:
        actions.send_back(deviation.case, by=person, reason=told["reason"], version=told["version"])
        return Done(f"{number} ligger hos samordnarna igen.")

    question = Question("Ta tillbaka ärendet", "Ta tillbaka", form, act)
    return question.answer(request, person, deviation)


@asks
def merge(request: HttpRequest, number: str) -> HttpResponse:
    """Two reports of one event become one case; first which other, then which of them leads."""
    person = signed_in(request)
    deviation = find(person, number)
    other = other_case(request, person, deviation)
    if other is None:
        return _which_other(request).answer(request, person, deviation)
    pair = {deviation.case.number: deviation.case, other.number: other}

    def act(told: dict[str, Any]) -> Done:
        parent = pair[told["parent"]]
        child = other if parent == deviation.case else deviation.case
        version = told["version"] if child == deviation.case else None
        actions.merge(child, into=parent, by=person, version=version)
        return Done(f"{child.number} är sammanslaget med {parent.number}.", child)

    compared = list(
        Deviation.objects.filter(pk__in=[one.pk for one in pair.values()])
        .select_related("case__filing_unit")
        .order_by("case__filed_at", "pk")
    )
    form = MergeForm(deviation.case, other, request.POST or None)
    question = Question(
        "Slå ihop två ärenden", "Slå ihop", form, act, compared=compared, other=other.number
    )
    return question.answer(request, person, deviation)


def _which_other(request: HttpRequest) -> Question:
    form = OtherForm(request.GET if "med" in request.GET else None)
    if form.is_bound and form.is_valid():
        form.add_error("med", "Det finns inget sådant ärende som du kan läsa.")
    return Question("Slå ihop med ett annat ärende", "Fortsätt", form)


def _usual(deviation: Deviation) -> list[Unit]:
    """Where it was suggested to go, and where similar ones went."""
    found = prepared(deviation.case)
    if found is None:
        return []
    went = went_to([one["case"] for one in found.likely])
    keys = [pk for pk in (found.receiver_id, *(pk for pk, _ in went.most_common(4))) if pk]
    units = Unit.objects.in_bulk(keys)
    return [units[pk] for pk in dict.fromkeys(keys)]

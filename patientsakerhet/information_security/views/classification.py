"""The owner's part of a classification: which information, the levels with their reasons; its steps."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from patientsakerhet.access import policy
from patientsakerhet.access.asking import person_of
from patientsakerhet.access.policy import Can
from patientsakerhet.cases.views.acting import perform, renewed
from patientsakerhet.information_security import workflow
from patientsakerhet.information_security.actions import classifying, deciding, ordering
from patientsakerhet.information_security.forms.classification import (
    LevelsForm,
    OrderForm,
    OwnerForm,
    ReasonForm,
    StepForm,
)
from patientsakerhet.information_security.models import (
    ASPECTS,
    ConsequenceLevel,
    InformationClassification,
)
from patientsakerhet.information_security.views.head import crumbs, head_of
from patientsakerhet.information_security.views.opening import (
    Opened,
    open_classification,
    record_reading,
)
from patientsakerhet.information_security.workflow import UNDER_WAY

SAYS = {
    "send_back": "Ägaren får klassningen igen och blir påmind. Det som står kvar kan ändras.",
    "reassess": "Den som leder riskbedömningen får den tillbaka.",
    "end": "Klassningen slutar gälla. Systemet visas som oklassat så länge det är i drift.",
    "cancel": "Klassningen görs inte. Det som är skrivet står kvar att läsa.",
}


@require_safe
def part(request: HttpRequest, number: str) -> HttpResponse:
    """Which information it is, how bad it is when it fails, and why."""
    return page(request, open_classification(request, number))


def page(
    request: HttpRequest,
    opened: Opened,
    *,
    levels: LevelsForm | None = None,
    owner: OwnerForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The part, with what was refused as it was sent."""
    record_reading(opened, "klassning")
    row, version = opened.classification, opened.case.version
    known = list(_levels_of(row))
    named = {one.number: one for one in known}
    context: dict[str, Any] = {
        "opened": opened,
        "head": head_of(opened, "classification"),
        "crumbs": crumbs(),
        "row": row,
        "form": (renewed(levels, opened.case) if levels else _form(opened, known))
        if opened.writes
        else None,
        "aspects": [
            (one, named.get(one.level) if one.level is not None else None) for one in row.aspects
        ],
        "known": known,
        "owner_form": owner or OwnerForm(initial={"version": version}, prefix="agare"),
        "may_change_owner": opened.leads and opened.case.status in UNDER_WAY,
    }
    return render(request, "information_security/classification.html", context, status=status)


@require_POST
def write(request: HttpRequest, number: str) -> HttpResponse:
    """The owner's words are saved, whole or not."""
    opened = open_classification(request, number)
    form = LevelsForm(request.POST, levels=ConsequenceLevel.objects.current())
    return perform(
        request,
        form,
        lambda: classifying.write(opened.case, by=opened.by, **form.given()),
        done="Sparat.",
        to=opened.url("classification"),
        again=lambda status: page(request, opened, levels=form, status=status),
    )


@require_POST
def change_owner(request: HttpRequest, number: str) -> HttpResponse:
    """Somebody else is asked to deliver."""
    opened = open_classification(request, number)
    form = OwnerForm(request.POST, prefix="agare")
    return perform(
        request,
        form,
        lambda: ordering.change_owner(opened.case, by=opened.by, **form.cleaned_data),
        done="Den nya informationsägaren är tillfrågad.",
        to=opened.url("classification"),
        again=lambda status: page(request, opened, owner=form, status=status),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """One step, at once or with a reason."""
    opened = open_classification(request, number)
    found = workflow.WORKFLOW.named(name)
    if request.method != "POST":
        policy.check(opened.by, Can(found.needs), opened.case)
    shape: type[forms.Form] = ReasonForm if found.reason else StepForm
    form = shape(request.POST or None, initial={"version": opened.case.version})

    def again(status: int) -> HttpResponse:
        context = {
            "opened": opened,
            "head": head_of(opened, ""),
            "crumbs": crumbs(),
            "form": renewed(form, opened.case),
            "title": found.label,
            "says": SAYS.get(name, ""),
            "missing": found.missing(opened.classification),
        }
        return render(request, "information_security/step.html", context, status=status)

    if request.method != "POST":
        return again(200)
    return perform(
        request,
        form,
        lambda: deciding.take_step(opened.case, name, by=opened.by, **form.cleaned_data),
        done=f"{workflow.WORKFLOW.label(found.target)}.",
        to=opened.url("classification_risks" if name == "assess" else "classification"),
        again=again,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def order(request: HttpRequest) -> HttpResponse:
    """A classification is ordered of its owner."""
    by = person_of(request)
    policy.check_anywhere(by, Can.LEAD_CLASSIFICATION)
    asked = {
        "system": request.GET.get("system", "")[:120],
        "copied_from": request.GET.get("kopia", "")[:30],
    }
    if asked["copied_from"]:
        asked["occasion"] = InformationClassification.Occasion.RENEWAL
    form = OrderForm(request.POST or None, person=by, initial=asked)
    key = _submission(request)
    made: list[str] = []

    def do() -> None:
        made.append(ordering.order(form.order, by=by, submission=key).get_absolute_url())

    def again(status: int) -> HttpResponse:
        context = {"form": form, "submission": key, "crumbs": crumbs()}
        return render(request, "information_security/order.html", context, status=status)

    if request.method != "POST":
        return again(200)
    answer = perform(
        request,
        form,
        do,
        done="Klassningen är beställd och ägaren tillfrågad.",
        to=reverse("classifications"),
        again=again,
    )
    if made:
        answer["Location"] = made[0]
    return answer


def _submission(request: HttpRequest) -> UUID:
    """The form's own key, so that a second press leads to the first one's classification."""
    try:
        return UUID(request.POST.get("submission", ""))
    except ValueError:
        return uuid4()


def _levels_of(row: InformationClassification) -> QuerySet[ConsequenceLevel]:
    """The levels in the words of the day it was decided; in today's until then, and for older ones."""
    levels = ConsequenceLevel.objects
    if row.decided_at is None:
        return levels.current()
    day = timezone.localdate(row.decided_at)
    first = levels.order_by("valid_from").values_list("valid_from", flat=True)[:1].get()
    return levels.on(max(day, first))


def _form(opened: Opened, known: list[ConsequenceLevel]) -> LevelsForm:
    row = opened.classification
    initial = {name: getattr(row, name) for name, _ in ASPECTS}
    reasons = {f"{name}_reason": getattr(row, f"{name}_reason") for name, _ in ASPECTS}
    return LevelsForm(
        initial={
            **initial,
            **reasons,
            "information": row.information,
            "version": opened.case.version,
        },
        levels=known,
    )

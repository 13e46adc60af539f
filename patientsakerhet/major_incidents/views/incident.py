"""What happened, whom it concerned, who leads the work, its numbers elsewhere, and its steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.forms import BaseForm, Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.cases.views.acting import perform, renewed, take_back
from patientsakerhet.major_incidents.actions import declaring, handling
from patientsakerhet.major_incidents.forms.incident import (
    DescribeForm,
    LeaderForm,
    NumberForm,
    ReasonForm,
    ScopeForm,
    StepForm,
)
from patientsakerhet.major_incidents.views.head import crumbs, head_of
from patientsakerhet.major_incidents.views.opening import Opened, open_incident, record_reading
from patientsakerhet.major_incidents.workflow import WORKFLOW

PART = "major_incident"


@require_safe
def part(request: HttpRequest, number: str) -> HttpResponse:
    """The part with what happened."""
    return page(request, open_incident(request, number))


def page(
    request: HttpRequest,
    opened: Opened,
    *,
    refused: tuple[str, BaseForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The part, with a form that was refused as it was sent, by its name."""
    record_reading(opened, "händelsen")
    row, version = opened.incident, opened.case.version
    sent = {refused[0]: renewed(refused[1], opened.case)} if refused else {}
    context: dict[str, Any] = {
        "opened": opened,
        "head": head_of(opened, PART),
        "crumbs": crumbs(),
        "row": row,
        "tickets": opened.case.tickets.all(),
        "unfolded": next(iter(sent), ""),
        "describe": None,
    }
    if opened.writes:
        scope = {"systems": list(row.systems.all()), "units": list(row.units.all())}
        context |= {
            "describe": sent.get("describe") or DescribeForm.of(row),
            "scope": sent.get("scope") or ScopeForm(initial={**scope, "version": version}),
            "leader": sent.get("leader") or LeaderForm(initial={"version": version}),
            "ticket": sent.get("ticket") or NumberForm(initial={"version": version}),
        }
    return render(request, "major_incidents/incident.html", context, status=status)


def _done(
    request: HttpRequest,
    opened: Opened,
    name: str,
    form: BaseForm,
    do: Callable[[], Any],
    place: str,
    done: str = "Sparat.",
) -> HttpResponse:
    return perform(
        request,
        form,
        do,
        done=done,
        to=f"{opened.url(PART)}#{place}",
        again=lambda status: page(request, opened, refused=(name, form), status=status),
    )


@require_POST
def describe(request: HttpRequest, number: str) -> HttpResponse:
    """What happened, when, and what it meant for care."""
    opened, form = open_incident(request, number), DescribeForm(request.POST)

    def do() -> None:
        handling.describe(opened.case, by=opened.by, **form.cleaned_data)

    return _done(request, opened, "describe", form, do, "handelsen")


@require_POST
def concern(request: HttpRequest, number: str) -> HttpResponse:
    """Which systems and units it concerns."""
    opened, form = open_incident(request, number), ScopeForm(request.POST)

    def do() -> None:
        declaring.concern(opened.case, by=opened.by, **form.cleaned_data)

    return _done(request, opened, "scope", form, do, "berorda")


@require_POST
def hand_over(request: HttpRequest, number: str) -> HttpResponse:
    """Somebody else leads the work."""
    opened, form = open_incident(request, number), LeaderForm(request.POST)

    def do() -> None:
        declaring.hand_over(opened.case, by=opened.by, **form.cleaned_data)

    return _done(request, opened, "leader", form, do, "leder", "Arbetet är överlämnat.")


@require_POST
def add_ticket(request: HttpRequest, number: str) -> HttpResponse:
    """Its number in the service-management system."""
    opened, form = open_incident(request, number), NumberForm(request.POST)

    def do() -> None:
        handling.add_ticket(opened.case, by=opened.by, **form.cleaned_data)

    return _done(request, opened, "ticket", form, do, "nummer", "Numret är tillagt.")


@require_POST
def remove_ticket(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The number was wrong."""
    opened, form = open_incident(request, number), StepForm(request.POST)
    row = get_object_or_404(opened.case.tickets.select_related("case"), pk=pk)
    form.full_clean()
    version = form.cleaned_data.get("version")
    return take_back(
        request,
        lambda: handling.remove_ticket(opened.case, row, by=opened.by, version=version),
        done="Numret är borttaget.",
        to=f"{opened.url(PART)}#nummer",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """One step, at once or with a reason."""
    opened = open_incident(request, number)
    found = WORKFLOW.named(name)
    if request.method != "POST":
        policy.check(opened.by, Can(found.needs), opened.case)
    shape: type[Form] = ReasonForm if found.reason else StepForm
    form = shape(request.POST or None, initial={"version": opened.case.version})

    def again(status: int) -> HttpResponse:
        context = {
            "opened": opened,
            "head": head_of(opened, ""),
            "crumbs": crumbs(),
            "form": renewed(form, opened.case),
            "title": found.label,
            "says": "",
            "missing": found.missing(opened.incident),
        }
        return render(request, "major_incidents/step.html", context, status=status)

    if request.method != "POST":
        return again(200)
    return perform(
        request,
        form,
        lambda: handling.take_step(opened.case, name, by=opened.by, **form.cleaned_data),
        done=f"{WORKFLOW.label(found.target)}.",
        to=opened.url(PART),
        again=again,
    )

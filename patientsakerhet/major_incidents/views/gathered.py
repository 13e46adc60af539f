"""The deviations under an incident: those gathered, those that may belong there."""

from __future__ import annotations

from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from patientsakerhet.cases.models import Case
from patientsakerhet.cases.views.acting import perform, renewed, take_back
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.major_incidents import gathering
from patientsakerhet.major_incidents.actions import gathering as acts
from patientsakerhet.major_incidents.forms.incident import GatherForm, StepForm
from patientsakerhet.major_incidents.views.head import crumbs, head_of
from patientsakerhet.major_incidents.views.opening import Opened, open_incident, record_reading

PART = "incident_deviations"


@require_safe
def part(request: HttpRequest, number: str) -> HttpResponse:
    """The part with the deviations."""
    return page(request, open_incident(request, number))


def page(
    request: HttpRequest, opened: Opened, *, refused: BaseForm | None = None, status: int = 200
) -> HttpResponse:
    """The part, with the form as it was sent when it was refused."""
    record_reading(opened, "avvikelser")
    incident, version = opened.incident, opened.case.version
    held = list(gathering.gathered(incident, by=opened.by))
    offered: list[Case] = []
    if opened.writes:
        offered = list(gathering.suggested(incident, by=opened.by)[: gathering.MOST + 1])
    form = refused or GatherForm(initial={"version": version})
    context: dict[str, Any] = {
        "opened": opened,
        "head": head_of(opened, PART),
        "crumbs": crumbs(),
        "rows": held,
        "hidden": len(incident.gathered.all()) - len(held),
        "suggestions": offered[: gathering.MOST],
        "more": len(offered) > gathering.MOST,
        "form": renewed(form, opened.case) if opened.writes else None,
        "has_systems": bool(incident.systems.all()),
    }
    return render(request, "major_incidents/deviations.html", context, status=status)


@require_POST
def gather(request: HttpRequest, number: str) -> HttpResponse:
    """The deviation with this number lies under the incident."""
    opened, form = open_incident(request, number), GatherForm(request.POST)

    def do() -> None:
        wanted = Case.objects.filter(number=form.cleaned_data["number"]).first()
        if wanted is None:
            raise NotReady("Avvikelsen finns inte.")
        acts.gather(opened.case, wanted, by=opened.by, version=form.cleaned_data["version"])

    return perform(
        request,
        form,
        do,
        done="Avvikelsen är samlad under incidenten.",
        to=f"{opened.url(PART)}#samlade",
        again=lambda status: page(request, opened, refused=form, status=status),
    )


@require_POST
def release(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The deviation no longer lies under the incident."""
    opened, form = open_incident(request, number), StepForm(request.POST)
    other = get_object_or_404(gathering.gathered(opened.incident, by=opened.by), pk=pk)
    form.full_clean()
    version = form.cleaned_data.get("version")
    return take_back(
        request,
        lambda: acts.release(opened.case, other, by=opened.by, version=version),
        done="Avvikelsen är inte längre samlad under incidenten.",
        to=f"{opened.url(PART)}#samlade",
    )

"""The part with what must be in place before the risk assessment: administrations, checklist, people."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from patientsakerhet.cases.views.acting import perform
from patientsakerhet.information_security.actions import classifying, preparing
from patientsakerhet.information_security.forms.classification import (
    AdministrationForm,
    CoordinatorForm,
    InputForm,
    ParticipantForm,
    StepForm,
)
from patientsakerhet.information_security.models import AffectedAdministration, InputMaterial
from patientsakerhet.information_security.views.head import crumbs, head_of
from patientsakerhet.information_security.views.opening import (
    Opened,
    open_classification,
    record_reading,
)
from patientsakerhet.organisation.models import Person
from patientsakerhet.ui.parts import Act, Tone

TONES: dict[str, Tone] = {"missing": "warn", "there": "good", "not_applicable": "info"}


@require_safe
def part(request: HttpRequest, number: str) -> HttpResponse:
    """Who must take part, what must be there, who took part."""
    return page(request, open_classification(request, number))


def page(
    request: HttpRequest,
    opened: Opened,
    *,
    unit: AdministrationForm | None = None,
    coordinator: tuple[int, CoordinatorForm] | None = None,
    item: tuple[int, InputForm] | None = None,
    participant: ParticipantForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The part, with what was refused as it was sent."""
    record_reading(opened, "underlag")
    row, version = opened.classification, opened.case.version
    units = [one.unit for one in row.administrations.all()] if opened.names else []
    people = preparing.candidates(units)
    context: dict[str, Any] = {
        "opened": opened,
        "head": head_of(opened, "classification_input"),
        "crumbs": crumbs(),
        "administrations": [
            _administration(opened, one, people.get(one.unit_id, []), coordinator)
            for one in row.administrations.all()
        ],
        "unit_form": unit or AdministrationForm(initial={"version": version}, prefix="ny"),
        "inputs": [_input(opened, one, item) for one in row.inputs.all()],
        "participants": [
            (one, _remove(opened, "classification_participant_remove", one.pk))
            for one in row.participants.all()
        ],
        "participant_form": participant
        or ParticipantForm(initial={"version": version}, prefix="deltagare"),
    }
    return render(request, "information_security/input.html", context, status=status)


@require_POST
def add_administration(request: HttpRequest, number: str) -> HttpResponse:
    """One more administration is concerned."""
    opened = open_classification(request, number)
    form = AdministrationForm(request.POST, prefix="ny")
    return perform(
        request,
        form,
        lambda: preparing.name_administration(
            opened.case,
            by=opened.by,
            **form.cleaned_data,
        ),
        done="Förvaltningen är tillagd.",
        to=f"{opened.url('classification_input')}#forvaltningar",
        again=lambda status: page(request, opened, unit=form, status=status),
    )


@require_POST
def name_coordinator(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The coordinator of an administration is named."""
    opened = open_classification(request, number)
    row = get_object_or_404(opened.classification.administrations, pk=pk)
    people = preparing.candidates([row.unit])[row.unit_id]
    form = CoordinatorForm(request.POST, people=people, prefix=f"f{row.pk}")
    return perform(
        request,
        form,
        lambda: preparing.name_administration(
            opened.case,
            row.unit,
            by=opened.by,
            coordinator=form.cleaned_data["coordinator"],
            version=form.cleaned_data["version"],
        ),
        done="Samordnaren är utsedd.",
        to=f"{opened.url('classification_input')}#forvaltningar",
        again=lambda status: page(request, opened, coordinator=(pk, form), status=status),
    )


@require_POST
def remove_administration(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The administration is not concerned."""
    opened = open_classification(request, number)
    row = get_object_or_404(
        opened.classification.administrations.select_related("unit", "classification__case"), pk=pk
    )
    form = StepForm(request.POST)
    return perform(
        request,
        form,
        lambda: preparing.remove_administration(
            row, by=opened.by, version=form.cleaned_data["version"]
        ),
        done="Förvaltningen är borttagen.",
        to=f"{opened.url('classification_input')}#forvaltningar",
        again=lambda status: page(request, opened, status=status),
    )


@require_POST
def check_off(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """One thing of the checklist stands so."""
    opened = open_classification(request, number)
    row = get_object_or_404(
        opened.classification.inputs.select_related("item", "classification__case"), pk=pk
    )
    form = InputForm(request.POST, prefix=f"u{pk}")
    return perform(
        request,
        form,
        lambda: preparing.check_off(row, by=opened.by, **form.cleaned_data),
        done="Sparat.",
        to=f"{opened.url('classification_input')}#underlag",
        again=lambda status: page(request, opened, item=(pk, form), status=status),
    )


@require_POST
def add_participant(request: HttpRequest, number: str) -> HttpResponse:
    """Somebody took part."""
    opened = open_classification(request, number)
    form = ParticipantForm(request.POST, prefix="deltagare")
    return perform(
        request,
        form,
        lambda: classifying.add_participant(opened.case, by=opened.by, **form.cleaned_data),
        done="Deltagaren är tillagd.",
        to=f"{opened.url('classification_input')}#deltagare",
        again=lambda status: page(request, opened, participant=form, status=status),
    )


@require_POST
def remove_participant(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """She did not take part."""
    opened = open_classification(request, number)
    row = get_object_or_404(
        opened.classification.participants.select_related("classification__case"), pk=pk
    )
    form = StepForm(request.POST)
    return perform(
        request,
        form,
        lambda: classifying.remove_participant(
            row, by=opened.by, version=form.cleaned_data["version"]
        ),
        done="Deltagaren är borttagen.",
        to=f"{opened.url('classification_input')}#deltagare",
        again=lambda status: page(request, opened, status=status),
    )


def _administration(
    opened: Opened,
    row: AffectedAdministration,
    people: list[Person],
    refused: tuple[int, CoordinatorForm] | None,
) -> dict[str, Any]:
    form = None
    if opened.names:
        form = (
            refused[1]
            if refused is not None and refused[0] == row.pk
            else CoordinatorForm(
                people=people,
                initial={"version": opened.case.version, "coordinator": row.coordinator_id},
                prefix=f"f{row.pk}",
            )
        )
    return {
        "row": row,
        "form": form,
        "url": opened.url("classification_coordinator", row.pk),
        "remove": _remove(opened, "classification_administration_remove", row.pk),
    }


def _input(
    opened: Opened, row: InputMaterial, refused: tuple[int, InputForm] | None
) -> dict[str, Any]:
    mine = refused is not None and refused[0] == row.pk
    return {
        "row": row,
        "tone": TONES[row.state] if row.is_missed or row.state != "missing" else "",
        "form": refused[1]
        if refused and mine
        else InputForm(
            initial={"version": opened.case.version, "state": row.state, "note": row.note},
            prefix=f"u{row.pk}",
        ),
        "open": mine,
        "url": opened.url("classification_input_check", row.pk),
    }


def _remove(opened: Opened, name: str, pk: int) -> Act:
    return Act(
        "Ta bort", opened.url(name, pk), kind="quiet", fields={"version": opened.case.version}
    )

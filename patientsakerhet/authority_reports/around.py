"""What each kind of case tells about itself to its reports; each app signs its own in when it starts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest

from patientsakerhet.access.policy import Can
from patientsakerhet.cases.models import Case
from patientsakerhet.organisation.models import Person

SOURCES = {
    "number": "ärendets nummer",
    "title": "ärendets rubrik",
    "provider": "vårdgivare",
    "organisation_number": "organisationsnummer",
    "unit": "enhet där det hände",
    "owning_unit": "enhet som har ärendet",
    "handler": "handläggare",
    "event_provider": "vårdgivare där det hände",
    "occurred": "när det hände",
    "discovered": "när det upptäcktes",
    "what_happened": "vad som hände",
    "consequence": "följden",
    "could_have_happened": "vad som kunde ha hänt",
    "immediate_action": "vad som gjordes direkt",
    "affected": "vem som berördes",
    "product": "produkt",
    "manufacturer": "tillverkare",
    "model_number": "modell- eller artikelnummer",
    "serial": "serie- eller lotnummer",
    "udi": "UDI",
    "software_version": "programversion",
    "kept": "var produkten finns nu",
    "system": "IT-system",
    "workaround": "hur verksamheten klarade sig",
    "timeline": "händelseförlopp",
    "causes": "orsaker",
    "similar_before": "liknande händelser tidigare",
    "measures": "åtgärder",
    "safety_notice": "säkerhetsmeddelandets beteckning",
}
"""What a worksheet's field may be filled from, in the words of the settings."""

Facts = Mapping[str, str]


@dataclass(frozen=True)
class Framed:
    """A case as it lies before somebody, in the frame of its own kind's pages."""

    case: Case
    by: Person
    may: frozenset[Can]
    template: str
    """The frame, with a block `part` for what stands in it."""
    context: Mapping[str, Any]
    """What the frame takes."""


def _not_told(_case: Case) -> None:
    return None


@dataclass(frozen=True)
class Around:
    """What a kind of case knows that its reports ask for."""

    open: Callable[[HttpRequest, str], Framed]
    """The case with this number for whoever may read all of it; 404 for everybody else."""
    facts: Callable[[Case], Facts]
    """What the case says, by the keys of `SOURCES`."""
    occurred_at: Callable[[Case], datetime | None]
    """When the event that the case is about took place, if that is known."""
    became_known_at: Callable[[Case], datetime | None] = _not_told
    """When it became known, where the kind tells that apart from when the case came in."""


_kinds: dict[str, Around] = {}


def register(kind: str, around: Around) -> None:
    """Make a kind of case one that can be reported."""
    _kinds[kind] = around


def of(kind: str) -> Around | None:
    """What the kind has signed in, if its cases can be reported."""
    return _kinds.get(kind)


def open_case(request: HttpRequest, number: str) -> Framed:
    """The case with this number in its own frame; one of a kind that is never reported does not exist here."""
    kind = Case.objects.filter(number=number).values_list("kind", flat=True).first()
    found = _kinds.get(kind or "")
    if found is None:
        raise Http404
    return found.open(request, number)

"""What the register shows of risks: those a system or a product stands in, and the analyses of them."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.urls import reverse

from patientsakerhet.cases.models import Case
from patientsakerhet.organisation.models import Person
from patientsakerhet.register import history
from patientsakerhet.register.history import MOST, About, Entry
from patientsakerhet.register.models import Device
from patientsakerhet.risk_analysis.models import Risk
from patientsakerhet.risk_analysis.words import BANDS, NOT_JUDGED, TONES
from patientsakerhet.risk_analysis.workflow import KIND


def register() -> None:
    """Sign the two sorts in with the register."""
    history.sign_in(history.Source("risks", "Risker", risks, order=40))
    history.sign_in(history.Source("risk_analyses", "Riskanalyser", analyses, order=45))


def risks(person: Person, about: About) -> list[Entry]:
    """The risks the thing stands in that the person may read, gravest first."""
    rows = (
        Risk.objects.visible_to(person)
        .standing()
        .filter(Exists(_standing_in(about)))
        .gravest_first()
        .select_related("analysis__case")[:MOST]
    )
    return [
        Entry(
            at=one.reviewed_at,
            title=one.title,
            url=reverse("analysis_risk", args=[one.analysis.case.number, one.serial]),
            text=f"{one.analysis.case.number}, risk {one.serial} · {_level(one)}",
            tone=TONES[one.band] if one.band else "",
        )
        for one in rows
    ]


def analyses(person: Person, about: About) -> list[Entry]:
    """The latest analyses with such a risk that the person may read."""
    held = Risk.objects.standing().filter(Exists(_standing_in(about)))
    counted = held.filter(analysis=OuterRef("pk")).order_by().values("analysis")
    rows = (
        Case.objects.visible_to(person)
        .of_kind(KIND)
        .filter(pk__in=held.values("analysis"))
        .annotate(held=counted.annotate(n=Count("pk")).values("n"))
        .order_by("-filed_at", "-pk")[:MOST]
    )
    return [
        Entry(
            at=one.filed_at,
            title=one.title,
            url=one.get_absolute_url(),
            text=f"{one.number} · {one.status_label} · {_many(one.held)}",
        )
        for one in rows
    ]


def _standing_in(about: About) -> QuerySet[Any]:
    """The rows that tie a risk to the thing; a device's risks are those of its model."""
    if about.system is not None:
        return Risk.systems.through.objects.filter(risk=OuterRef("pk"), itsystem=about.system)
    products = Risk.products.through.objects.filter(risk=OuterRef("pk"))
    if about.device is not None:
        models = Device.objects.filter(pk=about.device).values("model")
        return products.filter(devicemodel__in=models)
    return products.filter(devicemodel__in=about.models)


def _level(risk: Risk) -> str:
    return f"risktal {risk.score}, {BANDS[risk.band]}" if risk.band else NOT_JUDGED


def _many(count: int) -> str:
    return "1 risk" if count == 1 else f"{count} risker"

"""What the register shows of deviations: those about a device, a model or a system, and their measures."""

from __future__ import annotations

from django.db.models import Prefetch, Q
from django.urls import reverse

from avvikelse.models import Deviation
from avvikelse.workflow import WORKFLOW
from patientsakerhet.cases.models import Case, Measure
from patientsakerhet.organisation.models import Person
from patientsakerhet.register import history
from patientsakerhet.register.history import MOST, About, Entry


def register() -> None:
    """Sign the two sorts in with the register."""
    history.sign_in(history.Source("deviations", "Avvikelser", deviations, order=10))
    history.sign_in(history.Source("measures", "Åtgärder", measures, order=20))


def deviations(person: Person, about: About) -> list[Entry]:
    """The latest cases about the thing that the person may read."""
    cases = (
        Case.objects.visible_to(person).filter(_about(about)).order_by("-filed_at", "-pk")[:MOST]
    )
    return [
        Entry(
            at=case.filed_at,
            title=case.title or case.number,
            url=reverse("deviation", args=[case.number]),
            text=f"{case.number} · {WORKFLOW.label(case.status)}",
        )
        for case in cases
    ]


def measures(person: Person, about: About) -> list[Entry]:
    """The latest measures in those cases."""
    cases = Case.objects.visible_to(person).filter(_about(about))
    rows = (
        Measure.objects.filter(cases__in=cases.values("pk"))
        .distinct()
        .prefetch_related(Prefetch("cases", cases, to_attr="seen"))
        .order_by("-decided_at", "-pk")[:MOST]
    )
    return [
        Entry(
            at=one.decided_at or one.owner_told_at,
            title=one.title,
            url=reverse("measure", args=[one.pk]),
            text=f"{', '.join(case.number for case in one.seen)} · {one.get_status_display()}",
        )
        for one in rows
    ]


def _about(about: About) -> Q:
    """Cases whose deviation is about the thing."""
    if about.device is not None:
        found = Deviation.objects.filter(device=about.device)
    elif about.system is not None:
        found = Deviation.objects.filter(system=about.system)
    else:
        found = Deviation.objects.filter(device_model__in=about.models)
    return Q(pk__in=found.values("pk"))

"""What the register shows of safety notices: those about a device, a model or a system."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse

from patientsakerhet.organisation.models import Person
from patientsakerhet.register import history
from patientsakerhet.register.history import MOST, About, Entry
from sakerhetsmeddelanden.models import (
    AffectedProduct,
    Recipient,
    RecipientDevice,
    SafetyNotice,
)


def register() -> None:
    """Sign the sort in with the register."""
    history.sign_in(history.Source("notices", "Säkerhetsmeddelanden", notices, order=15))


def notices(person: Person, about: About) -> list[Entry]:
    """The latest notices about the thing that the person may read, whole or as one of her units was asked."""
    asked = Recipient.objects.readable_by(person).asked().values("notice")
    rows = (
        SafetyNotice.objects.filter(
            Q(pk__in=SafetyNotice.objects.visible_to(person).values("pk")) | Q(pk__in=asked),
            _about(about),
        )
        .select_related("case")
        .order_by("-received_at", "-pk")[:MOST]
    )
    return [
        Entry(
            at=one.received_at,
            title=one.case.title or one.case.number,
            url=reverse("safety_notice", args=[one.case.number]),
            text=f"{one.case.number} · {one.case.status_label}",
        )
        for one in rows
    ]


def _about(about: About) -> Q:
    """Notices that asked about the device, name the model, or are about the system."""
    if about.device is not None:
        devices = RecipientDevice.objects.filter(device=about.device)
        return Q(pk__in=devices.values("recipient__notice"))
    if about.system is not None:
        tied = SafetyNotice.systems.through.objects.filter(itsystem=about.system)
        return Q(pk__in=tied.values("safetynotice"))
    products = AffectedProduct.objects.filter(models_chosen__in=about.models)
    return Q(pk__in=products.values("notice"))

"""Signs of life from what runs in the background, and who has fallen silent."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import F, Value
from django.db.models.functions import Greatest, Now

from patientsakerhet.notifications.models import Heartbeat

SILENT_AFTER = timedelta(minutes=5)

_expected: dict[str, timedelta] = {}


def expect(role: str, *, silent_after: timedelta = SILENT_AFTER) -> None:
    """From an app's `ready()`: this role is to give signs of life, and is missed after so long."""
    _expected[role] = silent_after


def beat(role: str) -> None:
    """The role is alive now, by the database's clock."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(role=role, at=Now())],
        update_conflicts=True,
        unique_fields=["role"],
        update_fields=["at"],
    )


def ages() -> dict[str, timedelta | None]:
    """How long each expected role has been silent; None for one that has never been heard."""
    heard = dict(
        Heartbeat.objects.filter(role__in=_expected)
        # A clock that has been set back must not give a negative age.
        .annotate(silent_for=Greatest(Now() - F("at"), Value(timedelta())))
        .values_list("role", "silent_for")
    )
    return {role: heard.get(role) for role in sorted(_expected)}


def silent() -> list[str]:
    """The expected roles that have been silent too long."""
    return [role for role, age in ages().items() if age is None or age > _expected[role]]

"""Giving out and taking back keys to the API."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction

from patientsakerhet.access import policy
from patientsakerhet.access.models import ApiToken, Scope
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import Person, Unit

LONGEST = 731
"""Days that a key may be in force."""


@transaction.atomic
def give_out(
    person: Person,
    *,
    by: Person,
    name: str,
    scopes: Sequence[str],
    days: int,
    unit: Unit | None = None,
) -> tuple[ApiToken, str]:
    """A key for this person, and its secret, which is shown this once and never again.

    Refuses without a scope, for longer than two years, for somebody who cannot sign in, and a
    unit for a key that files nothing.
    """
    policy.check_anywhere(by, Can.ADMINISTER)
    if not scopes or set(scopes) - set(Scope.values):
        raise NotReady("Välj vad nyckeln ska få användas till.")
    if not 1 <= days <= LONGEST:
        raise NotReady("En nyckel gäller minst en dag och högst två år.")
    if not person.is_active:
        raise NotReady("Personen är avstängd. Välj någon annan som nyckeln ska handla som.")
    if unit is not None and Scope.REPORTS_WRITE not in scopes:
        raise NotReady("En enhet begränsar bara anmälningar. Välj omfånget lämna anmälningar.")
    token, secret = ApiToken.objects.create(
        person,
        expiry=timedelta(days=days),
        name=name.strip() or "Utan namn",
        scopes=sorted(set(scopes)),
        unit=unit,
        made_by=by,
    )
    trail.record(
        "token.given_out",
        by=by,
        right=Can.ADMINISTER,
        object_type="person",
        object_id=person.pk,
        unit_id=unit.pk if unit else None,
        body={"name": token.name, "scopes": token.scopes, "days": days},
    )
    return token, secret


@transaction.atomic
def take_back(token: ApiToken, *, by: Person) -> None:
    """The key opens nothing from the next request on; refuses one that is gone already."""
    policy.check_anywhere(by, Can.ADMINISTER)
    if not ApiToken.objects.select_for_update(of=("self",)).filter(pk=token.pk).exists():
        raise NotReady("Nyckeln är redan återkallad.")
    trail.record(
        "token.taken_back",
        by=by,
        right=Can.ADMINISTER,
        object_type="person",
        object_id=token.user_id,
        body={"name": token.name},
    )
    token.delete()

"""How every change of a case begins and ends."""

from __future__ import annotations

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.cases.models import Case
from patientsakerhet.lib.refusal import Stale
from patientsakerhet.organisation.models import Person


def begin(case: Case, *, by: Person, needs: Can | str, version: int | None = None) -> Case:
    """The case with its row locked, after the person's right and the version are checked.

    Refuses with `NotAllowed` (and a mark of the attempt) or `Stale` when somebody else changed
    the case after `version`. The lock comes first, so two people at once are judged one after
    the other, the second by what the first left behind.
    """
    locked = lock(case)
    policy.check(by, needs, locked)
    expect(locked, version)
    return locked


def lock(case: Case) -> Case:
    """The case as it is now, with its row locked until the transaction ends."""
    return (
        Case.objects.select_for_update(of=("self",))
        .select_related("owning_unit", "filing_unit", "handler")
        .get(pk=case.pk)
    )


def expect(case: Case, version: int | None) -> None:
    """Refuses when the case has been changed since the version somebody looked at."""
    if version is not None and version != case.version:
        raise Stale(
            "Någon annan ändrade ärendet medan du skrev. Din text är kvar. "
            "Jämför med det som står nu och spara igen."
        )


def save(case: Case, *fields: str) -> None:
    """Write these fields and raise the version by one, as the database demands."""
    case.version += 1
    case.save(update_fields=[*fields, "version", "changed_at"])

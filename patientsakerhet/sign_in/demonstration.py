"""The invented people one may sign in as with one click, when the product runs as a demonstration."""

from collections.abc import Callable
from dataclasses import dataclass

from patientsakerhet.organisation.models import Assignment, Person

MOST = 30


@dataclass(frozen=True)
class Guest:
    """An invented person to be, what she is and where, and what is worth trying as her."""

    person: Person
    part: str
    tip: str = ""


def everybody() -> list[Guest]:
    """Those who have an assignment today, when nobody has chosen a smaller company."""
    held = Assignment.objects.current().select_related("person", "unit").order_by("person__name")
    guests: dict[int, Guest] = {}
    for assignment in held[:MOST]:
        part = f"{assignment.get_role_display()}, {assignment.unit}"
        guests.setdefault(assignment.person.pk, Guest(assignment.person, part))
    return list(guests.values())


_ask: Callable[[], list[Guest]] = everybody


def guests_from(ask: Callable[[], list[Guest]]) -> None:
    """Says who chooses the people (the demonstration app, from its ready())."""
    global _ask
    _ask = ask


def guests() -> list[Guest]:
    """The people to choose among."""
    return _ask()

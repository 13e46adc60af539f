"""Who may do what where: the one place that names roles.

Three things decide. A role grants capabilities at a unit and everything below it. How far a
case has reached that unit limits them. The case's secrecy limits them again. Whoever has no
READ after that does not know that the case exists.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.utils import timezone

from patientsakerhet.access.capabilities import Can as Can
from patientsakerhet.access.models import CaseAccess, Level
from patientsakerhet.access.reaching import Reached as Reached
from patientsakerhet.access.reaching import reach as reach
from patientsakerhet.access.reaching import reach_all as reach_all
from patientsakerhet.access.reaching import reach_first as reach_first
from patientsakerhet.access.reaching import withdraw as withdraw
from patientsakerhet.audit import trail
from patientsakerhet.lib.refusal import NotAllowed
from patientsakerhet.organisation.models import Assignment, Person, Role, Unit

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


_HANDLING = frozenset(
    {
        Can.FILE,
        Can.READ,
        Can.RECEIVE,
        Can.HAND_OVER,
        Can.ASSESS,
        Can.INVESTIGATE,
        Can.DECIDE_MEASURES,
        Can.DO_MEASURES,
        Can.COMMENT,
        Can.ANSWER_REPORTER,
        Can.EXPORT,
        Can.READ_NOTICE,
        Can.ANSWER_NOTICE,
        Can.READ_REGISTER,
        Can.LEAD_ANALYSIS,
        Can.ASK_FOR_REPORT,
        Can.KEEP_REPORTS,
    }
)
_ANSWERING = _HANDLING | {
    Can.CLOSE,
    Can.REOPEN,
    Can.READ_SENSITIVE,
    Can.GET_ESCALATIONS,
    Can.READ_CLASSIFICATION,
    Can.DECIDE_REPORT,
    Can.READ_YEAR_REGISTERS,
}

GRANTS: dict[Role, frozenset[Can]] = {
    Role.REPORTER: frozenset({Can.FILE, Can.READ_NOTICE}),
    Role.UNIT_MANAGER: _ANSWERING | {Can.DECIDE_ANALYSIS},
    Role.HEAD_OF_OPERATIONS: _ANSWERING
    | {
        Can.DECIDE_ANALYSIS,
        Can.DECIDE_SECURITY_REPORT,
        Can.DECIDE_CLASSIFICATION,
        Can.LEAD_INCIDENT,
    },
    Role.COORDINATOR: _ANSWERING
    | {
        Can.COORDINATE,
        Can.LEAD_INCIDENT,
        Can.SEE_REPORTER,
        Can.SEE_READERS,
        Can.SET_SECRECY,
        Can.MANAGE_RULES,
        Can.IMPORT_CASES,
        Can.SEE_UNDELIVERED,
        Can.MANAGE_NOTICES,
        Can.KEEP_REGISTER,
        Can.KEEP_PARTIES,
        Can.IMPORT_REGISTER,
        Can.KEEP_YEAR_REGISTERS,
        Can.KEEP_RESPONSIBILITIES,
        Can.WRITE_ANNUAL_REPORT,
        Can.RECALCULATE,
    },
    Role.INVESTIGATOR: _HANDLING | {Can.CLOSE},
    Role.ACTION_OWNER: frozenset({Can.FILE, Can.DO_MEASURES, Can.READ_NOTICE, Can.ANSWER_NOTICE}),
    Role.CHIEF_PHYSICIAN: _ANSWERING
    | {
        Can.COORDINATE,
        Can.LEAD_INCIDENT,
        Can.SEE_REPORTER,
        Can.SEE_READERS,
        Can.SET_SECRECY,
        Can.READ_PROTECTED,
        Can.REVIEW_DOWNGRADES,
        Can.MANAGE_RULES,
        Can.SEE_UNDELIVERED,
        Can.MANAGE_NOTICES,
        Can.WAIVE_NOTICE,
        Can.DECIDE_ANALYSIS,
        Can.DECIDE_LEX_MARIA,
        Can.DECIDE_SECURITY_REPORT,
        Can.KEEP_YEAR_REGISTERS,
        Can.KEEP_RESPONSIBILITIES,
        Can.WRITE_ANNUAL_REPORT,
        Can.SIGN_ANNUAL_REPORT,
        Can.RECALCULATE,
    },
    Role.INFOSEC_COORDINATOR: frozenset(
        {
            Can.FILE,
            Can.COMMENT,
            Can.READ_NOTICE,
            Can.READ_REGISTER,
            Can.READ_CLASSIFICATION,
            Can.LEAD_CLASSIFICATION,
            Can.READ_YEAR_REGISTERS,
            Can.KEEP_YEAR_REGISTERS,
            Can.ASK_FOR_REPORT,
            Can.KEEP_REPORTS,
        }
    ),
    Role.SYSTEM_MANAGER: _HANDLING
    | {
        Can.KEEP_REGISTER,
        Can.READ_CLASSIFICATION,
        Can.DELIVER_CLASSIFICATION,
        Can.LEAD_INCIDENT,
    },
    Role.EXTERNAL_PARTY: frozenset(
        {Can.FILE, Can.READ_EXTRACT, Can.COMMENT, Can.READ_NOTICE, Can.ANSWER_NOTICE}
    ),
    Role.LOG_REVIEWER: frozenset({Can.REVIEW_LOG}),
    Role.ADMINISTRATOR: frozenset(
        {
            Can.ADMINISTER,
            Can.SEE_UNDELIVERED,
            Can.READ_REGISTER,
            Can.KEEP_REGISTER,
            Can.KEEP_PARTIES,
            Can.IMPORT_REGISTER,
        }
    ),
}
"""What each role may do where it is held. An administrator reads no case, and a coordinator of
information security those of her own field alone, which hold no text about patients.

The register holds no patients: everybody who handles cases reads all of it. A row of it is kept at
the unit that manages it, by whoever may keep the register there, and a system by its own manager.
The registers of the year are read at one's units by those who answer for them, and kept by those
who work for patient safety or information security there.
"""

OF_THE_REGISTER = frozenset(
    {
        Can.READ_REGISTER,
        Can.KEEP_REGISTER,
        Can.KEEP_PARTIES,
        Can.IMPORT_REGISTER,
        Can.READ_YEAR_REGISTERS,
        Can.KEEP_YEAR_REGISTERS,
        Can.KEEP_RESPONSIBILITIES,
        Can.RECALCULATE,
    }
)
"""What is about no case, and is never asked for one."""

_READING = frozenset({Can.READ, Can.READ_SENSITIVE, Can.READ_PROTECTED, Can.COMMENT, Can.EXPORT})
_RECEIVING = frozenset({Can.READ_NOTICE, Can.ANSWER_NOTICE})
_CLASSIFYING = frozenset(
    {
        Can.READ_CLASSIFICATION,
        Can.LEAD_CLASSIFICATION,
        Can.DELIVER_CLASSIFICATION,
        Can.DECIDE_CLASSIFICATION,
    }
)
_REPORTING = frozenset(
    {Can.ASK_FOR_REPORT, Can.KEEP_REPORTS, Can.DECIDE_REPORT, Can.DECIDE_SECURITY_REPORT}
)
_WITH_MEASURES = frozenset({Can.COMMENT, Can.DECIDE_MEASURES, Can.DO_MEASURES})
_ADVISING = frozenset({Can.READ_CLASSIFICATION, Can.ADVISE_ASSESSMENT})
_EVERYTHING = frozenset(Can) - _RECEIVING - OF_THE_REGISTER - _CLASSIFYING - _ADVISING
ALLOWS: dict[Level, frozenset[Can]] = {
    Level.COORDINATION: _EVERYTHING,
    Level.OWNER: _EVERYTHING - {Can.COORDINATE},
    Level.HANDLER: _EVERYTHING - {Can.COORDINATE},
    Level.MEASURES: frozenset({Can.READ_EXTRACT, Can.DO_MEASURES, Can.COMMENT}),
    Level.READER: _READING,
    Level.EXTRACT: frozenset({Can.READ_EXTRACT, Can.COMMENT}),
    Level.RECIPIENT: _RECEIVING,
    Level.CLASSIFICATION: _CLASSIFYING | _WITH_MEASURES | _REPORTING,
    Level.ADVISER: _ADVISING,
}
"""What may be done with a case that has come this far, at the most."""

TO_A_PERSON: dict[Level, frozenset[Can]] = {
    Level.HANDLER: (_HANDLING - _RECEIVING - OF_THE_REGISTER)
    | {Can.READ_SENSITIVE, Can.READ_PROTECTED, Can.LEAD_INCIDENT},
    Level.MEASURES: ALLOWS[Level.MEASURES],
    Level.READER: _READING,
    Level.CLASSIFICATION: (_CLASSIFYING - {Can.LEAD_CLASSIFICATION}) | _WITH_MEASURES,
    Level.ADVISER: _ADVISING,
}
"""What somebody gets who has been named in the case herself, whatever her roles."""

READS = frozenset({Can.READ, Can.READ_EXTRACT, Can.READ_NOTICE, Can.READ_CLASSIFICATION})
"""Whoever may do none of these with a case does not know that it exists."""

NEEDED_FOR_SECRECY: dict[int, Can | None] = {
    0: None,
    1: Can.READ_SENSITIVE,
    2: Can.READ_PROTECTED,
}


FEW = 200
"""So many units are named one by one in a query, which tells the planner how many rows they have."""


def roles_with(capability: Can) -> list[Role]:
    """The roles that grant this."""
    return [role for role, granted in GRANTS.items() if capability in granted]


def assignments_of(person: Person | AnonymousUser) -> list[Assignment]:
    """The person's roles in force today, each with its unit and, as `.below`, the keys of the
    unit and those below it, one more than `FEW` at the most.

    Remembered on the person object, which lives as long as the request.
    """
    if not isinstance(person, Person) or not person.is_active:
        return []
    held: list[Assignment] | None = getattr(person, "_assignments_today", None)
    if held is None:
        held = list(_held_on(timezone.localdate()).filter(person=person))
        person._assignments_today = held  # type: ignore[attr-defined]  # a memory, not a field
    return held


@lru_cache(maxsize=2)
def _held_on(day: date) -> QuerySet[Assignment]:
    """Everybody's roles in force that day: the question alone, put together once and not for
    every request.
    """
    below = Unit.objects.filter(path__startswith=OuterRef("unit__path")).values("pk")
    return (
        Assignment.objects.on(day)
        .select_related("unit")
        .annotate(below=ArraySubquery(below[: FEW + 1]))
        .order_by("pk")
    )


def may(person: Person | AnonymousUser, capability: Can) -> bool:
    """True when the person may do this somewhere."""
    return any(capability in GRANTS[Role(held.role)] for held in assignments_of(person))


def capabilities_anywhere(person: Person | AnonymousUser) -> frozenset[Can]:
    """Everything the person may do somewhere."""
    return frozenset[Can]().union(*(GRANTS[Role(h.role)] for h in assignments_of(person)))


def units_where(
    person: Person | AnonymousUser, capability: Can, *, without: Can | None = None
) -> QuerySet[Unit]:
    """The units in which this person may do this today, by a role that may not do the other."""
    held = [
        h
        for h in assignments_of(person)
        if capability in GRANTS[Role(h.role)] and without not in GRANTS[Role(h.role)]
    ]
    return Unit.objects.filter(_below(held)) if held else Unit.objects.none()


def may_at(person: Person | AnonymousUser, capability: Can, unit: Unit) -> bool:
    """True when the person may do this at the unit."""
    return any(
        capability in GRANTS[Role(held.role)] and unit.path.startswith(held.unit.path)
        for held in assignments_of(person)
    )


def capabilities(person: Person | AnonymousUser, case: Reached) -> frozenset[Can]:
    """Everything the person may do with this case now; empty when she may not know of it."""
    if not isinstance(person, Person):
        return frozenset()
    granted: set[Can] = set()
    needed = NEEDED_FOR_SECRECY[case.secrecy]
    for row in CaseAccess.objects.in_force().filter(case=case.pk).select_related("unit"):
        level = Level(row.level)
        if row.person_id is not None:
            if row.person_id == person.pk:
                granted |= TO_A_PERSON.get(level, frozenset())
            continue
        for held in assignments_of(person):
            if row.unit is not None and row.unit.path.startswith(held.unit.path):
                here = GRANTS[Role(held.role)] & ALLOWS[level]
                if needed is None or needed in here:
                    granted |= here
    if not granted & READS:
        return frozenset()
    return frozenset(granted)


def check(person: Person, capability: Can | str, case: Reached) -> frozenset[Can]:
    """Everything the person may do with the case; refuses, and leaves a mark, when not this."""
    held = capabilities(person, case)
    if Can(capability) not in held:
        trail.denied(f"case.{capability}", by=person, case_id=case.pk, number=case.number)
        raise NotAllowed("Du har inte behörighet att göra det här i ärendet.")
    return held


def check_anywhere(person: Person, *capabilities: Can) -> None:
    """Refuses, and leaves a mark, when the person may do none of these anywhere."""
    if not capabilities_anywhere(person) & set(capabilities):
        trail.denied(f"page.{capabilities[0]}", by=person)
        raise NotAllowed("Du har inte behörighet att göra det här.")


def _below(held: Iterable[Assignment]) -> Q:
    """A unit that is one of these assignments' units, or below one."""
    condition = Q()
    for path in {one.unit.path for one in held}:
        condition |= Q(path__startswith=path)
    return condition

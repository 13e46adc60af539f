"""How a case comes into being, with its number, deadline, reach, receipt and trail at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from patientsakerhet.access import policy
from patientsakerhet.access.models import Level
from patientsakerhet.audit import trail
from patientsakerhet.cases import desks, kinds, numbers
from patientsakerhet.cases.actions import deadlines
from patientsakerhet.cases.models import Case, Reporter, Submission, Transition
from patientsakerhet.cases.querysets import SEARCH_CONFIG
from patientsakerhet.notifications import outbox
from patientsakerhet.organisation.models import Person, Unit

FILED = "file"
"""The step every case begins with."""


@dataclass(frozen=True)
class From:
    """Who files: a person with an account, somebody with an address, or nobody known."""

    person: Person | None = None
    mode: str = Reporter.Mode.OPEN
    name: str = ""
    title: str = ""
    email: str = ""
    code_lookup: str | None = None

    @property
    def shown(self) -> Person | None:
        """Who stands as author in rows that others read: nobody, unless the reporter is open."""
        return self.person if self.mode == Reporter.Mode.OPEN else None


@transaction.atomic(savepoint=False)
def open_case(
    kind_key: str,
    *,
    title: str,
    unit: Unit,
    reporter: From | None,
    submission: UUID,
    searchable: str,
    filed_at: datetime | None = None,
    by: Person | None = None,
    owner: Unit | None = None,
) -> Case:
    """A new case, with everything the database demands of one before the commit.

    The submission is claimed first: a second sending of the same form waits here for the first
    and then fails on the claim with `IntegrityError`, which the caller turns into the first
    one's case. `filed_at` is given only for what was filed elsewhere earlier, on paper say; `by`
    only when somebody else than the reporter types it in. A case of a kind without reporters has
    none, and nobody is promised a receipt. `owner` owns it from the first; without one the
    coordinating desk does.
    """
    kind = kinds.of(kind_key)
    if kind.has_reporter != (reporter is not None):
        raise ValueError(f"{kind_key}: a reporter exactly where the kind has one")
    by = by or (reporter.person if reporter else None)
    now = timezone.now()
    desk = desks.for_unit(unit)
    owner = owner or desk
    year = timezone.localdate(now).year
    serial = numbers.take(kind.key, year)
    case = Case(
        kind=kind.key,
        number=numbers.written(kind.prefix, year, serial),
        year=year,
        serial=serial,
        title=title,
        status=kind.workflow.initial,
        status_since=now,
        owning_unit=owner,
        filing_unit=unit,
        origin=Case.Origin.OWN if desks.is_own(unit, desk) else Case.Origin.INCOMING,
        filed_at=filed_at or now,
    )
    deadline = deadlines.first(case, at=now)
    case.due_at = deadline.due_at
    case.save(force_insert=True)
    deadline.case = case  # again, now that the case has its key
    deadline.save(force_insert=True)
    Submission.objects.create(id=submission, case=case)
    Transition.objects.create(
        case=case,
        step=FILED,
        to_status=case.status,
        to_unit=owner,
        occurred_at=now,
        by=reporter.shown if reporter and by == reporter.person else by,
    )
    policy.reach_first(case, {unit: Level.READER, owner: Level.OWNER, desk: Level.COORDINATION})
    index(case, searchable)
    if reporter is not None:
        _receive(case, reporter)
    trail.record(
        "case.filed",
        by=by,
        case_id=case.pk,
        number=case.number,
        unit_id=unit.pk,
        right="file",
        body={"status": case.status, "desk": desk.code},
    )
    return case


def _receive(case: Case, reporter: From) -> None:
    """The case has its reporter, who is promised a receipt."""
    Reporter.objects.create(
        case=case,
        person=reporter.person,
        mode=reporter.mode,
        name=reporter.name,
        title=reporter.title,
        email=reporter.email,
        code_lookup=reporter.code_lookup,
    )
    told = reporter.person is not None or bool(reporter.email)
    outbox.promise(
        "receipt",
        key=f"receipt:{case.pk}",
        person=reporter.person,
        address=reporter.email,
        case_id=case.pk,
        number=case.number,
        channel="mail" if told else "page",
    )


def index(case: Case, searchable: str) -> None:
    """The case is found by its number, its title and these words, whatever it was before."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO cases_casetext (case_id, vector)
            VALUES (%(case)s,
                    setweight(to_tsvector(%(config)s, %(title)s), 'A')
                    || to_tsvector(%(config)s, %(body)s))
            ON CONFLICT (case_id) DO UPDATE SET vector = EXCLUDED.vector
            """,
            {
                "case": case.pk,
                "config": SEARCH_CONFIG,
                "title": f"{case.number} {case.title}",
                "body": searchable[:200_000],
            },
        )

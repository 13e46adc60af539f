"""What classifications and impact assessments are made with: checklist, criteria, the levels' words.

A changed row is a new one from a day; what has begun keeps the one it began with.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.administration.actions import core, dated
from patientsakerhet.information_security.models import (
    ConsequenceLevel,
    InputItem,
    InputMaterial,
    ScreeningAnswer,
    ScreeningCriterion,
)
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import Person

MAY = (Can.ADMINISTER, Can.LEAD_CLASSIFICATION)
"""One of these is enough: who administers, and who leads the work."""

Term = InputItem | ScreeningCriterion | ConsequenceLevel


@dataclass(frozen=True)
class TermList:
    """One list of terms: where it is kept, what a row says, and what its key is called."""

    name: str
    """In the address and in files."""
    title: str
    text: str
    one: str
    """A row, in the definite form."""
    model: Any
    key: str
    facts: tuple[str, ...]
    is_used: Callable[[Any], bool]
    grows: bool = True
    """Whether rows are added and ended; the levels are five."""

    @property
    def page(self) -> str:
        """What the list's page is called, and its file."""
        return f"security_terms_{self.name}"

    @property
    def marked(self) -> tuple[str, ...]:
        """What has changed when somebody was first."""
        return (*self.facts, "valid_from", "valid_to")


CHECKLIST = TermList(
    "underlag",
    "Underlag inför riskbedömning",
    "Det som ska finnas innan en riskbedömning börjar.",
    "Underlaget",
    InputItem,
    "code",
    ("label", "help", "position", "is_required", "basis", "standing"),
    lambda row: InputMaterial.objects.filter(item=row).exists(),
)
CRITERIA = TermList(
    "kriterier",
    "Kriterier för konsekvensbedömning",
    "Det som prövas först: om behandlingen sannolikt innebär hög risk för människor.",
    "Kriteriet",
    ScreeningCriterion,
    "code",
    ("label", "position", "basis", "standing"),
    lambda row: ScreeningAnswer.objects.filter(criterion=row).exists(),
)
LEVELS = TermList(
    "nivaer",
    "Konsekvensnivåer",
    "Nivåerna 0 till 4 som informationen klassas i, med orden för när var och en väljs.",
    "Nivåtexten",
    ConsequenceLevel,
    "number",
    ("label", "text", "basis", "standing"),
    lambda _row: False,
    grows=False,
)
LISTS = {one.name: one for one in (CHECKLIST, CRITERIA, LEVELS)}


@transaction.atomic
def put(
    terms: TermList,
    key: str | int,
    *,
    by: Person | None,
    since: date | None = None,
    seen: str = "",
    **given: Any,
) -> Term:
    """From the day the row says this. Refuses one without its ground in words, and a sixth level."""
    _allow(by)
    if not given["basis"].strip():
        raise NotReady(
            "Skriv vilken grund texten har: lagen, vägledningen eller det lokala beslutet."
        )
    is_new = not terms.model.objects.filter(**{terms.key: key}).exists()
    if is_new and not terms.grows:
        raise NotReady("Nivåerna är 0 till 4.")
    row: Any
    row, changed = dated.renew(
        terms.model.objects.all(),
        given,
        key={terms.key: key},
        since=since or timezone.localdate(),
        seen=seen,
        marked=terms.marked,
        is_used=terms.is_used,
        what=terms.one,
    )
    if changed is not None:
        body = {"list": terms.name, "key": key, "from": row.valid_from, **changed}
        core.record("security_term.set", row, by=by, body=body)
    found: Term = row
    return found


@transaction.atomic
def end(
    terms: TermList, key: str | int, *, by: Person | None, last_day: date, seen: str = ""
) -> Term:
    """The row is not asked about after the day; what has begun goes on. Refuses a level."""
    _allow(by)
    if not terms.grows:
        raise NotReady("En nivå kan inte tas bort.")
    row: Any = dated.end(
        terms.model.objects.all(),
        key={terms.key: key},
        last_day=last_day,
        seen=seen,
        marked=terms.marked,
        what=terms.one,
    )
    body = {"list": terms.name, "key": key, "to": last_day}
    core.record("security_term.ended", row, by=by, body=body)
    found: Term = row
    return found


def mark_of(terms: TermList, row: Term) -> str:
    """How the row stands now, in a few signs."""
    return core.mark(row, terms.marked)


def _allow(by: Person | None) -> None:
    if by is not None:
        policy.check_anywhere(by, *MAY)

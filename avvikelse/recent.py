"""Recent reports from one unit like the one somebody is writing, with nothing shown she may not see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.utils import timezone

from avvikelse.preparation import words
from avvikelse.similar import About, rank
from patientsakerhet.cases.models import Case
from patientsakerhet.organisation.models import Person, Unit

WITHIN = timedelta(days=14)
FEWEST_COUNTED = 3
"""Of what the reader may not see, fewer than this are not even counted."""

SHOWN, LOOKED_AT = 3, 40


@dataclass(frozen=True)
class Recent:
    """What may be said of them."""

    shown: tuple[Case, ...]
    hidden: int


def like(text: str, *, unit: Unit, reader: Person | None) -> Recent:
    """The unit's reports of the last fortnight that are like the text.

    Those the reader may read, or has filed, come as cases, newest first; the rest as a number,
    0 when there are fewer than three. What is under secrecy is not counted at all.
    """
    asked = About(text=text, at=timezone.now(), stems=tuple(words.stems_in(text)), unit_id=unit.pk)
    alike = [
        one.case.pk
        for one in rank(asked, None, LOOKED_AT)
        if one.same_unit and one.days <= WITHIN.days
    ]
    if not alike:
        return Recent((), 0)
    counted = Case.objects.filter(pk__in=alike, secrecy=Case.Secrecy.NORMAL)
    readable = Case.objects.visible_to(reader or AnonymousUser())
    may_see = Q(pk__in=readable.filter(pk__in=alike).values("pk"))
    if reader is not None:
        may_see |= Q(reporter__person=reader)
    shown = tuple(counted.filter(may_see).select_related("reporter").newest_first())
    hidden = counted.count() - len(shown)
    return Recent(shown[:SHOWN], hidden if hidden >= FEWEST_COUNTED else 0)

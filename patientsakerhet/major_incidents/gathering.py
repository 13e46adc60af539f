"""Which deviations lie under an incident, and which may belong there."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.utils import timezone

from patientsakerhet.cases import kinds
from patientsakerhet.cases.models import Case
from patientsakerhet.cases.querysets import CaseQuerySet
from patientsakerhet.lib import calendar
from patientsakerhet.major_incidents.models import MajorIncident
from patientsakerhet.organisation.models import Person

MOST = 20
"""So many are suggested."""


def events() -> Iterator[kinds.Kind]:
    """The kinds of case that somebody files when something has happened: those that can be gathered."""
    return (one for one in kinds.every() if one.has_reporter and one.occurred_path)


def can_be_gathered(case: Case) -> bool:
    """Whether the case tells of an event."""
    return any(one.key == case.kind for one in events())


def gathered(incident: MajorIncident, *, by: Person) -> CaseQuerySet:
    """Those under the incident that she may read, newest first."""
    keys = [one.case_id for one in incident.gathered.all()]
    return Case.objects.visible_to(by).filter(pk__in=keys).newest_first().for_list()


def suggested(incident: MajorIncident, *, by: Person) -> CaseQuerySet:
    """Those she may read about any of its systems, of events within its time, not gathered already.

    From the beginning of its first day: of an event whose hour nobody knew, the day is what is kept.
    """
    systems = [one.pk for one in incident.systems.all()]
    first = calendar.start_of_day(calendar.local_day(incident.started_at))
    window = (first, incident.ended_at or timezone.now())
    told = Q(pk__in=[])
    for kind in events():
        if kind.system_path and systems:
            told |= Q(
                **{
                    f"{kind.system_path}__in": systems,
                    f"{kind.occurred_path}__range": window,
                    "kind": kind.key,
                }
            )
    found: CaseQuerySet = Case.objects.visible_to(by).filter(told, parent=None)
    already = [one.case_id for one in incident.gathered.all()]
    return found.exclude(pk__in=already).newest_first().for_list()

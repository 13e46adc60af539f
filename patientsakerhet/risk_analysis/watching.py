"""What has happened around a risk: deviations about its systems, its products, or in its words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q

from patientsakerhet.cases import kinds
from patientsakerhet.cases.models import Case
from patientsakerhet.cases.querysets import SEARCH_CONFIG, CaseQuerySet
from patientsakerhet.organisation.models import Unit
from patientsakerhet.risk_analysis.models import Risk

FACTS = ("pk", "severity", "risk_score", "filed_at")


def is_watched(risk: Risk) -> bool:
    """Whether anything is said by which deviations about the risk are found."""
    return bool(risk.watched_words or risk.systems.all() or risk.products.all())


def deviations(risk: Risk, *, since: datetime | None = None) -> CaseQuerySet:
    """The deviations filed since the risk was last judged or looked at, or since this moment.

    Whoever shows them narrows to what somebody may see.
    """
    systems = [one.pk for one in risk.systems.all()]
    products = [one.pk for one in risk.products.all()]
    about = Q(pk__in=[])
    for kind in reported_kinds():
        of_kind = Q(kind=kind.key)
        if kind.system_path and systems:
            about |= of_kind & Q(**{f"{kind.system_path}__in": systems})
        if kind.model_path and products:
            about |= of_kind & Q(**{f"{kind.model_path}__in": products})
        if risk.watched_words:
            about |= of_kind & in_words(risk.watched_words, risk.analysis.case.owning_unit)
    found = Case.objects.filter(about, filed_at__gte=since or risk.reviewed_at)
    return found.exclude(pk=risk.raised_from_id) if risk.raised_from_id else found


def severe_pairs(risks: Iterable[Risk]) -> set[tuple[int, int]]:
    """Risk and deviation, by key, for each severe deviation about a risk since it was last looked at.

    What is severe is said by the risk's method. One statement for each way a case can be about a
    thing, and one for each risk with words; the risks are fetched with their watched things.
    """
    watched = list(risks)
    if not watched:
        return set()
    lowest = min(one.analysis.method.review_from_severity for one in watched)
    least = min(one.analysis.method.review_from_score for one in watched)
    since = min(one.reviewed_at for one in watched)
    found: set[tuple[int, int]] = set()
    for kind in reported_kinds():
        severe = Case.objects.filter(
            Q(severity__gte=lowest) | Q(risk_score__gte=least), kind=kind.key, filed_at__gte=since
        ).order_by()
        for path, things in ((kind.system_path, "systems"), (kind.model_path, "products")):
            if path:
                found |= _about_things(watched, severe, path, things)
        for one in watched:
            if one.watched_words:
                words = in_words(one.watched_words, one.analysis.case.owning_unit)
                rows = severe.filter(words).values_list(*FACTS)
                found |= {(one.pk, row[0]) for row in rows if _is_severe(one, *row)}
    return found


def _about_things(
    watched: list[Risk], severe: CaseQuerySet, path: str, things: str
) -> set[tuple[int, int]]:
    by_thing: dict[int, list[Risk]] = {}
    for one in watched:
        for thing in getattr(one, things).all():
            by_thing.setdefault(thing.pk, []).append(one)
    if not by_thing:
        return set()
    rows = severe.filter(**{f"{path}__in": list(by_thing)}).values_list(path, *FACTS)
    return {
        (one.pk, facts[0])
        for thing, *facts in rows
        for one in by_thing[thing]
        if _is_severe(one, *facts)
    }


def _is_severe(
    risk: Risk, key: int, severity: int | None, score: int | None, filed_at: datetime
) -> bool:
    """Whether the deviation is severe by the risk's own method, and later than its last review."""
    method = risk.analysis.method
    grave = (severity or 0) >= method.review_from_severity or (
        (score or 0) >= method.review_from_score
    )
    return grave and filed_at >= risk.reviewed_at and key != risk.raised_from_id


def reported_kinds() -> Iterator[kinds.Kind]:
    """The kinds of case that somebody files when something has happened."""
    return (one for one in kinds.every() if one.has_reporter)


def in_words(words: str, unit: Unit) -> Q:
    """Cases filed at the unit or below it that hold the words."""
    query = SearchQuery(words, config=SEARCH_CONFIG, search_type="websearch")
    return Q(text__vector=query, filing_unit__path__startswith=unit.path)

"""Cases like this one, and why: for the coordinator, the investigator and the one who reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from avvikelse.models import Deviation
from avvikelse.preparation import words
from avvikelse.preparation.likeness import (
    Collection,
    common_words,
    groups_of,
    nearly_same,
    shared_words,
)
from avvikelse.workflow import KIND
from patientsakerhet.cases.models import Case

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from patientsakerhet.organisation.models import Person

BY_WORDS, BY_THING, BY_UNIT, LATEST = 150, 50, 50, 150
"""How many candidates at most by each way to be alike; the latest also say what is common."""

LEAST = 0.13
"""Likeness of texts below which two cases share no more than the language."""

FAR_BEHIND = 0.3
"""Less than this share of the best score: not worth a look beside it."""

SAME_THING, SAME_UNIT = 0.15, 0.04
EDITED = 0.55
DUPLICATE_WITHIN = timedelta(days=14)
SAME_OCCASION = timedelta(days=2)
HALF_AS_NEAR = 365.0
"""After this many days between them a case counts for somewhat less: half the weight of time."""


@dataclass(frozen=True)
class About:
    """What others are compared with: a case, or a report that is being written."""

    text: str
    at: datetime
    stems: tuple[str, ...]
    pk: int | None = None
    unit_id: int | None = None
    device_id: int | None = None
    model_id: int | None = None
    system_id: int | None = None


@dataclass(frozen=True)
class Similar:
    """A case that is like another, and what makes it so."""

    case: Case
    score: float
    words: tuple[str, ...]
    same_device: bool
    same_model: bool
    same_system: bool
    same_unit: bool
    days: int
    is_duplicate: bool
    """Perhaps the same event, told twice."""

    @property
    def circumstances(self) -> str:
        """What they have in common beside the words: `samma modell, 9 dagar emellan`."""
        return circumstances(
            same_device=self.same_device,
            same_model=self.same_model,
            same_system=self.same_system,
            same_unit=self.same_unit,
            days=self.days,
        )

    def why(self) -> dict[str, object]:
        """The same as data, to be stored."""
        return {
            "words": list(self.words),
            "same_device": self.same_device,
            "same_model": self.same_model,
            "same_system": self.same_system,
            "same_unit": self.same_unit,
            "days": self.days,
        }


def circumstances(
    *, same_device: bool, same_model: bool, same_system: bool, same_unit: bool, days: int
) -> str:
    """The sentence after the shared words."""
    said = []
    if same_device:
        said.append("samma utrustning")
    elif same_model:
        said.append("samma modell")
    if same_system:
        said.append("samma IT-system")
    if same_unit:
        said.append("samma enhet")
    if days == 0:
        said.append("samma dag")
    elif days == 1:
        said.append("en dag emellan")
    else:
        said.append(f"{days} dagar emellan")
    return ", ".join(said)


def similar_to(
    case: Case, reader: Person | AnonymousUser | None, limit: int = 5, *, least: float = LEAST
) -> list[Similar]:
    """The cases most like this one that the reader may read, most alike first.

    `reader` is None only for the product's own preparation; what it stores is shown later to
    those who may read it and to nobody else.
    """
    return rank(about(case), reader, limit, least=least)


def similar_to_text(
    text: str,
    reader: Person | AnonymousUser,
    limit: int = 5,
    *,
    unit_id: int | None = None,
    system_id: int | None = None,
    model_id: int | None = None,
) -> list[Similar]:
    """The same for a text that is still being written."""
    asked = About(
        text=text,
        at=timezone.now(),
        stems=tuple(words.stems_in(text)),
        unit_id=unit_id,
        system_id=system_id,
        model_id=model_id,
    )
    return rank(asked, reader, limit)


def about(case: Case) -> About:
    """What the case is compared by; what was found in its text counts as if it had been stated."""
    deviation = (
        Deviation.objects.select_related("case", "preparation")
        .defer("closing_note")
        .get(pk=case.pk)
    )
    found = getattr(deviation, "preparation", None)
    return About(
        text=text_of(deviation),
        at=deviation.case.filed_at,
        stems=tuple(words.stems_of(deviation.pk)),
        pk=deviation.pk,
        unit_id=deviation.case.filing_unit_id,
        device_id=deviation.device_id or (found.device_id if found else None),
        model_id=deviation.device_model_id or (found.device_model_id if found else None),
        system_id=deviation.system_id or (found.system_id if found else None),
    )


def text_of(deviation: Deviation) -> str:
    """What a deviation is compared by: its title and what happened."""
    return f"{deviation.case.title.rstrip('…')}\n{deviation.what_happened}"


def rank(
    asked: About,
    reader: Person | AnonymousUser | None,
    limit: int,
    *,
    least: float = LEAST,
) -> list[Similar]:
    """The most alike among the candidates, with the reasons; never the case itself."""
    rows = _candidates(asked, reader)
    texts = {row.pk: text_of(row) for row in rows}
    groups = {pk: groups_of(text) for pk, text in texts.items()}
    mine = groups_of(asked.text)
    collection = Collection([mine, *groups.values()])
    weights = collection.weights(mine)
    found = []
    for row in rows:
        alike = collection.alike(weights, collection.weights(groups[row.pk]))
        one = _judge(asked, row, alike, texts[row.pk])
        if one is not None and alike >= least:
            found.append(one)
    found.sort(key=lambda one: (-one.score, -one.case.pk))
    found = [one for one in found if one.score >= FAR_BEHIND * found[0].score]
    dull = common_words(list(texts.values()))
    return [_with_words(asked, one, texts[one.case.pk], dull) for one in found[:limit]]


def _judge(asked: About, row: Deviation, alike: float, text: str) -> Similar | None:
    prepared = getattr(row, "preparation", None)
    model = row.device_model_id or (prepared.device_model_id if prepared else None)
    system = row.system_id or (prepared.system_id if prepared else None)
    device = row.device_id or (prepared.device_id if prepared else None)
    same_device = asked.device_id is not None and asked.device_id == device
    same_model = asked.model_id is not None and asked.model_id == model
    same_system = asked.system_id is not None and asked.system_id == system
    same_unit = asked.unit_id is not None and asked.unit_id == row.case.filing_unit_id
    apart = abs(asked.at - row.case.filed_at)
    thing = same_device or same_model or same_system
    score = alike + SAME_THING * thing + SAME_UNIT * same_unit
    score *= 0.5 + 0.5 * HALF_AS_NEAR / (HALF_AS_NEAR + apart.days)
    told_twice = apart <= DUPLICATE_WITHIN and (
        alike >= EDITED or (alike >= LEAST and nearly_same(asked.text, text))
    )
    # Two who saw the same thing use different words, but about one device on one day.
    same_occasion = (
        apart <= SAME_OCCASION and same_unit and (same_device or thing) and alike >= 2 * LEAST
    )
    return Similar(
        case=row.case,
        score=round(min(score, 1.0), 3),
        words=(),
        same_device=same_device,
        same_model=same_model,
        same_system=same_system,
        same_unit=same_unit,
        days=apart.days,
        is_duplicate=told_twice or same_occasion,
    )


def _with_words(asked: About, one: Similar, text: str, dull: set[str]) -> Similar:
    return Similar(**{**one.__dict__, "words": tuple(shared_words(asked.text, text, common=dull))})


def _candidates(asked: About, reader: Person | AnonymousUser | None) -> list[Deviation]:
    """Cases that may be alike: by the words that tell most, by what they are about, by place and
    time. At most a few hundred whatever there is to choose from."""
    cases = Case.objects.of_kind(KIND)
    if reader is not None:
        cases = cases.visible_to(reader)
    if asked.pk is not None:
        cases = cases.exclude(pk=asked.pk)
    cases = cases.exclude(status="merged").newest_first()
    ways = [cases[:LATEST]]
    if stems := words.rarest(asked.stems):
        ways.append(cases.filter(text__vector=words.any_of(stems))[:BY_WORDS])
    for name in ("device_id", "model_id", "system_id"):
        if value := getattr(asked, name):
            column = {"model_id": "device_model_id"}.get(name, name)
            ways.append(cases.filter(**{f"deviation__{column}": value})[:BY_THING])
    if asked.unit_id is not None:
        ways.append(cases.filter(filing_unit=asked.unit_id)[:BY_UNIT])
    keys = ways[0].values_list("pk").union(*(way.values_list("pk") for way in ways[1:]))
    return list(
        Deviation.objects.filter(pk__in=[pk for (pk,) in keys])
        .select_related("case__filing_unit", "preparation")
        .only(
            "case__number",
            "case__title",
            "case__kind",
            "case__status",
            "case__filed_at",
            "case__parent_id",
            "case__filing_unit__name",
            "what_happened",
            "device_id",
            "device_model_id",
            "system_id",
            "preparation__device_id",
            "preparation__device_model_id",
            "preparation__system_id",
        )
    )

"""Changing how risks are scored: a new version of a method from a day; analyses under way keep theirs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.lib.refusal import NotReady, Stale
from patientsakerhet.organisation.models import Person
from patientsakerhet.risk_analysis.models import ScoringMethod

LIMITS = (
    "medium_from",
    "high_from",
    "measure_from",
    "measure_from_severity",
    "review_from_severity",
    "review_from_score",
)
SCALES = ("severity", "probability", "detection")
WORDS = tuple(f"{scale}_{part}" for scale in SCALES for part in ("labels", "texts"))
CHANGEABLE = ("name", *LIMITS, *WORDS, "basis")


@transaction.atomic
def renew(
    method: ScoringMethod, *, by: Person, since: date, version: int, **given: Any
) -> ScoringMethod:
    """A new version of the method holds from the day; the old one ends the day before.

    `given` holds all of `CHANGEABLE`. Refuses a day that has been, another number of steps than
    the scales have words for, limits that no risk can reach, and whoever has seen an older version.
    """
    policy.check_anywhere(by, Can.ADMINISTER)
    if unknown := set(given) ^ set(CHANGEABLE):
        raise TypeError(f"a method's facts, no more and no less: {sorted(unknown)}")
    latest = (
        ScoringMethod.objects.select_for_update()
        .filter(code=method.code)
        .order_by("-version")
        .first()
    )
    if latest is None or latest.version != version:
        raise Stale
    if since <= max(timezone.localdate(), latest.valid_from):
        raise NotReady("Välj en senare dag: metoden gäller redan den dagen.")
    new = ScoringMethod(
        code=latest.code,
        version=latest.version + 1,
        rank=latest.rank,
        standing=latest.standing,
        valid_from=since,
        **given,
    )
    _refuse_unusable(new, latest)
    latest.valid_to = since - timedelta(days=1)
    latest.save(update_fields=["valid_to"])
    try:
        new.full_clean()
    except ValidationError as refusal:
        raise NotReady(refusal.messages) from refusal
    new.save()
    trail.record(
        "scoring_method.renewed",
        by=by,
        right=Can.ADMINISTER,
        object_type="scoringmethod",
        object_id=new.pk,
        body={
            "code": new.code,
            "version": new.version,
            "since": f"{since}",
            **{name: [getattr(latest, name), getattr(new, name)] for name in LIMITS},
        },
    )
    return new


def _refuse_unusable(new: ScoringMethod, old: ScoringMethod) -> None:
    """Scales with as many words as steps, and limits that lie within what can be reached."""
    wrong = []
    for scale in SCALES:
        words, texts = getattr(new, f"{scale}_labels"), getattr(new, f"{scale}_texts")
        steps = len(getattr(old, f"{scale}_labels"))
        if len(words) != steps or len(texts) != steps:
            wrong.append(
                f"Varje skala ska ha {steps} steg, ett per rad, med lika många förklaringar."
            )
    if not new.basis.strip():
        wrong.append("Skriv vilken grund gränserna har.")
    if not 1 <= new.medium_from < new.high_from <= new.highest:
        wrong.append(f"Hög risk ska börja över medelhög, och båda mellan 1 och {new.highest}.")
    if not 1 <= new.measure_from <= new.highest:
        wrong.append(f"Gränsen för åtgärd ska ligga mellan 1 och {new.highest}.")
    if wrong:
        raise NotReady(list(dict.fromkeys(wrong)))

"""Proposing that a risk be judged again: by a severe deviation about it, without anyone asking."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from patientsakerhet.audit import trail
from patientsakerhet.notifications import outbox
from patientsakerhet.organisation.models import stand_in
from patientsakerhet.risk_analysis import watching
from patientsakerhet.risk_analysis.models import Risk, RiskReview

PROPOSED = "risk_review"
"""The message to whoever leads the analysis that the risk stands in."""
AT_A_TIME = 500
"""Risks looked at together."""


def sweep() -> int:
    """Each risk has a review proposed for each severe deviation about it since it was last looked
    at; how many are new. Safe to run late, twice or at once."""
    proposed = 0
    watched = (
        Risk.objects.standing()
        .filter(Q(systems__isnull=False) | Q(products__isnull=False) | ~Q(watched_words=""))
        .exclude(score=None)
        .distinct()
        .order_by("pk")
    )
    last = 0
    while risks := list(
        watched.filter(pk__gt=last)
        .select_related("analysis__case__owning_unit", "analysis__method")
        .prefetch_related("systems", "products")[:AT_A_TIME]
    ):
        last = risks[-1].pk
        for risk_id, case_id in sorted(watching.severe_pairs(risks)):
            proposed += _propose(risk_id, case_id)
    return proposed


@transaction.atomic
def _propose(risk_id: int, case_id: int) -> bool:
    """The review waits, and the leader is told; False when it was proposed before."""
    _, is_new = RiskReview.objects.get_or_create(
        risk_id=risk_id, case_id=case_id, defaults={"proposed_at": timezone.now()}
    )
    if not is_new:
        return False
    risk = Risk.objects.select_related("analysis__case__handler").get(pk=risk_id)
    case = risk.analysis.case
    trail.record(
        "risk.review_proposed",
        by=None,
        case_id=case.pk,
        number=case.number,
        right="sweep",
        object_type="risk",
        object_id=risk.pk,
        body={"risk": risk.serial, "deviation": case_id},
    )
    if case.handler is not None:
        outbox.promise(
            PROPOSED,
            key=f"{PROPOSED}:{risk.pk}:{case_id}",
            person=stand_in(case.handler, on=timezone.localdate()),
            case_id=case.pk,
            number=case.number,
            urgent=False,
            context={"risk": risk.serial},
        )
    return True

"""What classifications can start from: templates added and changed by those who lead the work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.information_security.models import ClassificationTemplate
from patientsakerhet.lib.refusal import NotReady, Stale
from patientsakerhet.organisation.models import Person


@transaction.atomic
def put(
    row: ClassificationTemplate | None,
    *,
    by: Person,
    name: str,
    text: str,
    information: str,
    reasons: Mapping[str, str],
    risks: Sequence[Mapping[str, Any]],
    is_offered: bool = True,
    version: int | None = None,
) -> ClassificationTemplate:
    """The template as written; a new one without a row. Classifications begun from it are left.

    One that came with Varsam is the region's own from its first change. Refuses a name that another
    has.
    """
    policy.check_anywhere(by, Can.LEAD_CLASSIFICATION)
    others = ClassificationTemplate.objects.filter(name__iexact=name)
    if (others.exclude(pk=row.pk) if row else others).exists():
        raise NotReady(f"Det finns redan en mall som heter {name}.")
    if row is None:
        row, before = ClassificationTemplate(), {}
    else:
        row = ClassificationTemplate.objects.select_for_update().get(pk=row.pk)
        if version is not None and version != row.version:
            raise Stale
        row.version += 1
        before = {"name": row.name, "is_offered": row.is_offered}
    row.name, row.text, row.is_offered, row.is_ours = name, text, is_offered, False
    row.content = {
        "information": information,
        "reasons": dict(reasons),
        "risks": [dict(one) for one in risks],
    }
    row.save()
    trail.record(
        "classification_template.put",
        by=by,
        right=Can.LEAD_CLASSIFICATION,
        object_type="classificationtemplate",
        object_id=row.pk,
        body={
            "before": before,
            "after": {"name": name, "is_offered": is_offered},
            "risks": len(risks),
        },
    )
    return row

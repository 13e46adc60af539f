"""What analyses can start from: templates added and changed by those who lead analyses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.lib.refusal import NotReady, Stale
from patientsakerhet.organisation.models import Person
from patientsakerhet.risk_analysis.models import AnalysisTemplate, RiskAnalysis
from patientsakerhet.risk_analysis.workflow import risks_of

RISK_TEXTS = ("title", "cause", "consequence", "existing_controls")


@transaction.atomic
def put(
    row: AnalysisTemplate | None,
    *,
    by: Person,
    name: str,
    occasion: str,
    text: str,
    steps: Sequence[Mapping[str, str]],
    risks: Sequence[Mapping[str, Any]],
    is_offered: bool = True,
    version: int | None = None,
) -> AnalysisTemplate:
    """The template as written; a new one without a row. Analyses begun from it are left as they are.

    A template that came with Varsam is the region's own from its first change. Refuses a name that
    another has, a template without steps, and a risk in a step that is not there.
    """
    policy.check_anywhere(by, Can.LEAD_ANALYSIS)
    _refuse_unusable(row, name, steps, risks)
    if row is None:
        row = AnalysisTemplate()
    else:
        row = AnalysisTemplate.objects.select_for_update().get(pk=row.pk)
        if version is not None and version != row.version:
            raise Stale
        row.version += 1
    before = {"name": row.name, "is_offered": row.is_offered} if row.pk else {}
    row.name, row.occasion, row.text = name, occasion, text
    row.content = {"steps": [dict(one) for one in steps], "risks": [dict(one) for one in risks]}
    row.is_offered, row.is_ours = is_offered, False
    row.save()
    trail.record(
        "analysis_template.put",
        by=by,
        right=Can.LEAD_ANALYSIS,
        object_type="analysistemplate",
        object_id=row.pk,
        body={
            "before": before,
            "after": {"name": name, "is_offered": is_offered},
            "steps": len(steps),
            "risks": len(risks),
        },
    )
    return row


def content_of(analysis: RiskAnalysis) -> dict[str, list[dict[str, Any]]]:
    """The steps and risks of an analysis fetched `whole`, as a template holds them."""
    steps = list(analysis.steps.all())
    places = {one.pk: place for place, one in enumerate(steps)}
    return {
        "steps": [{"title": one.title, "description": one.description} for one in steps],
        "risks": [
            {
                "step": places.get(one.step_id) if one.step_id else None,
                **{name: getattr(one, name) for name in RISK_TEXTS},
            }
            for one in risks_of(analysis)
        ],
    }


def _refuse_unusable(
    row: AnalysisTemplate | None,
    name: str,
    steps: Sequence[Mapping[str, str]],
    risks: Sequence[Mapping[str, Any]],
) -> None:
    others = AnalysisTemplate.objects.exclude(pk=row.pk) if row else AnalysisTemplate.objects
    wrong = []
    if others.filter(name__iexact=name).exists():
        wrong.append(f"Det finns redan en mall som heter {name}.")
    if not steps:
        wrong.append("Skriv minst ett processteg.")
    wrong += [
        f"Risken ”{one['title']}” står i steg {one['step'] + 1}, som inte finns."
        for one in risks
        if one.get("step") is not None and not 0 <= one["step"] < len(steps)
    ]
    if wrong:
        raise NotReady(wrong)

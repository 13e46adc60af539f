"""Measures against the risks of an impact assessment: the spine's own, with owner, day and follow-up."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from patientsakerhet.cases.actions import measures
from patientsakerhet.cases.models import Measure
from patientsakerhet.information_security.actions import impact
from patientsakerhet.information_security.impact_workflow import DRAFTING
from patientsakerhet.information_security.models import RightsRisk
from patientsakerhet.organisation.models import Person


@transaction.atomic
def decide_measure(
    row: RightsRisk, *, by: Person, version: int | None = None, **given: Any
) -> Measure:
    """A measure against the risk, decided as `measures.decide` takes it; its owner is told."""
    locked, _ = impact.begin(row.assessment.case, by=by, states={DRAFTING}, version=version)
    made = measures.decide(locked, by=by, **given)
    row.measures.add(made)
    impact.end(locked, "impact.risk_measure", by=by, body={"risk": row.title})
    return made

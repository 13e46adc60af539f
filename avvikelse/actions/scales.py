"""The risk scale: a changed scale is a new row from a day; assessments keep the scale they were made on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from avvikelse.models import Assessment, RiskScale
from patientsakerhet.administration.actions import core
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import Person

STEPS = 4
FACTS = (
    "name",
    "severity_labels",
    "severity_texts",
    "probability_labels",
    "probability_texts",
    "medium_from",
    "high_from",
    "analysis_from_score",
    "analysis_from_severity",
    "basis",
)


@transaction.atomic
def set_scale(values: Mapping[str, Any], *, by: Person, since: date | None = None) -> RiskScale:
    """From the day, risks are assessed on this scale; what is already so changes nothing.

    Refuses fewer or more than four steps, limits out of order, and a scale without its ground.
    """
    core.allow(by)
    given = {name: values[name] for name in FACTS}
    since = since or timezone.localdate()
    for name in ("severity_labels", "severity_texts", "probability_labels", "probability_texts"):
        if len([one for one in given[name] if str(one).strip()]) != STEPS:
            raise NotReady("Fyll i alla fyra stegen, med ord och förklaring.")
    if not str(given["basis"]).strip():
        raise NotReady("Skriv vilken grund skalan har.")
    open_ones = list(RiskScale.objects.select_for_update().filter(valid_to=None))
    if any(all(getattr(one, name) == given[name] for name in FACTS) for one in open_ones):
        return open_ones[0]
    for one in open_ones:
        if one.valid_from > since:
            raise NotReady(f"En skala gäller redan från {one.valid_from}. Välj en senare dag.")
        if one.valid_from < since:
            one.valid_to = since - timedelta(days=1)
            one.save(update_fields=["valid_to"])
        elif Assessment.objects.filter(scale=one).exists():
            raise NotReady("Risker är redan bedömda på dagens skala. Välj en senare dag.")
        else:
            one.delete()
    row = RiskScale(**given, valid_from=since)
    core.refuse_invalid(row)
    row.save()
    core.record("risk_scale.set", row, by=by, body={"from": since, **given})
    return row

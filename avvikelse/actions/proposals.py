"""What an event analysis proposes, and what whoever ordered it decides."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from avvikelse.actions.event_analysis import being_made
from avvikelse.actions.handled import opened, record
from avvikelse.models import Cause, EventAnalysis, Proposal
from patientsakerhet.access.policy import Can
from patientsakerhet.cases.actions import measures
from patientsakerhet.cases.models import Measure
from patientsakerhet.lib.refusal import NotReady, WrongStep
from patientsakerhet.organisation.models import Person

WITHDRAWN = "Förslaget togs bort ur händelseanalysen."


@transaction.atomic
def propose(
    analysis: EventAnalysis, *, by: Person, cause: Cause | None = None, **given: Any
) -> Proposal:
    """The measure is proposed, as `measures.propose` takes it, and waits for whoever ordered."""
    locked, row = being_made(analysis, by=by)
    if cause is not None and cause.deviation_id != row.pk:
        raise NotReady("Orsaken hör till ett annat ärende.")
    measure = measures.propose(locked, by=by, **given)
    return Proposal.objects.create(analysis=row, measure=measure, cause=cause)


@transaction.atomic
def withdraw(made: Proposal, *, by: Person) -> None:
    """The proposal is no longer in the analysis, and its measure is not carried out."""
    locked, _ = being_made(made.analysis, by=by)
    measure = _undecided(made)
    measures.cancel(measure, by=by, version=measure.version, reason=WITHDRAWN)
    record(locked, "case.proposal_withdrawn", made, by=by, body={"measure": measure.pk})
    made.delete()


@transaction.atomic
def accept(made: Proposal, *, by: Person, version: int) -> Measure:
    """The proposed measure is to be done."""
    _refuse_unreported(made, by=by)
    return measures.accept(made.measure, by=by, version=version)


@transaction.atomic
def reject(made: Proposal, *, by: Person, version: int, reason: str) -> Measure:
    """The proposed measure is not to be done, with the reason."""
    _refuse_unreported(made, by=by)
    return measures.reject(made.measure, by=by, version=version, reason=reason)


def _undecided(made: Proposal) -> Measure:
    measure = Measure.objects.get(pk=made.measure_id)
    if measure.status != Measure.Status.PROPOSED:
        raise WrongStep("Förslaget är redan beslutat.")
    return measure


def _refuse_unreported(made: Proposal, *, by: Person) -> None:
    opened(made.analysis.deviation.case, by=by, needs=Can.DECIDE_MEASURES)
    if EventAnalysis.objects.get(pk=made.analysis_id).reported_at is None:
        raise NotReady("Rapporten är inte lämnad än.")

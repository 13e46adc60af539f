"""The data protection officer of an impact assessment: chosen, asked, and her advice."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from patientsakerhet.access import policy
from patientsakerhet.access.models import Level
from patientsakerhet.access.policy import Can
from patientsakerhet.cases.actions import core
from patientsakerhet.cases.models import Case
from patientsakerhet.information_security.actions import begun, impact
from patientsakerhet.information_security.impact_workflow import ADVISING, DRAFTING
from patientsakerhet.information_security.models import ImpactAssessment
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import Person

CHOSEN_IN = (DRAFTING, ADVISING)


@transaction.atomic
def choose_officer(
    case: Case,
    *,
    by: Person,
    officer_person: Person | None = None,
    officer: str = "",
    version: int | None = None,
) -> Case:
    """This is the data protection officer: somebody here, who may open the assessment and is asked
    for her advice when it is time, or another by name.

    Refuses whoever answers for the processing or leads the assessment, and a change of whoever
    has advised.
    """
    locked, found = impact.begin(case, by=by, states=CHOSEN_IN, version=version)
    name = officer_person.name if officer_person is not None else officer.strip()
    if not name:
        raise NotReady("Skriv vem dataskyddsombudet är.")
    if officer_person is not None and officer_person.pk in {found.owner_id, found.lead_id}:
        raise NotReady(
            "Dataskyddsombudet kan inte själv ansvara för behandlingen eller leda bedömningen."
        )
    if found.advised_on is not None and (officer_person, name) != (
        found.officer_person,
        found.officer,
    ):
        raise NotReady(f"{found.officer} har redan gett sitt råd.")
    former = found.officer_person
    impact.keep(found, {"officer": name, "officer_person": officer_person})
    if former is not None and former != officer_person:
        policy.withdraw(locked, Level.ADVISER, person=former)
    if officer_person is not None:
        policy.reach(locked, Level.ADVISER, person=officer_person)
    if locked.status == ADVISING:
        _hand_to(locked, officer_person or found.lead)
    core.save(locked, "handler")
    begun.record(
        locked,
        "impact.officer_chosen",
        by=by,
        right=Can.LEAD_CLASSIFICATION,
        body={"officer": [former and former.pk, officer_person and officer_person.pk]},
    )
    if locked.status == ADVISING and officer_person is not None and officer_person != former:
        impact.ask(locked, "impact_to_advise", officer_person, by=by)
    return locked


@transaction.atomic
def advise(case: Case, *, by: Person, advice: str, text: str, version: int | None = None) -> Case:
    """The data protection officer has given this advice today.

    An officer with an account gives it herself; what another has said is written down by whoever
    leads the assessment.
    """
    core.lock(case)
    right = needed(ImpactAssessment.objects.get(pk=case.pk))
    locked, found = impact.begin(case, by=by, states={ADVISING}, version=version, needs=right)
    if not found.officer:
        raise NotReady("Välj dataskyddsombud först.")
    if advice not in ImpactAssessment.Advice.values or not text.strip():
        raise NotReady("Skriv vilket råd det är, och vad som råds.")
    told = begun.masked(locked, {"advice_text": text}, where="impact:")
    impact.keep(found, {**told, "advice": advice, "advised_on": timezone.localdate()})
    _hand_to(locked, found.lead)
    core.save(locked, "handler")
    begun.record(locked, "impact.advised", by=by, right=right, body={"advice": advice})
    impact.ask(locked, "impact_advised", found.lead, by=by)
    return locked


def needed(assessment: ImpactAssessment) -> Can:
    """What writes the advice down: being its officer, or leading where the officer has no account."""
    is_here = assessment.officer_person_id is not None
    return Can.ADVISE_ASSESSMENT if is_here else Can.LEAD_CLASSIFICATION


def _hand_to(case: Case, person: Person) -> None:
    """The turn is this person's, and the former handler's right as such ends; not saved."""
    former = case.handler
    if former == person:
        return
    if former is not None:
        policy.withdraw(case, Level.HANDLER, person=former)
    case.handler = person
    policy.reach(case, Level.HANDLER, person=person)

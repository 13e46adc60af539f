"""What happens to who filed a case."""

from __future__ import annotations

from django.db import transaction

from patientsakerhet.audit import trail
from patientsakerhet.cases.actions import core
from patientsakerhet.cases.models import Case, Reporter
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import Person


@transaction.atomic
def claim(case: Case, *, by: Person) -> Reporter:
    """The case, sent just after the person's sign-in had run out, is among her own reports.

    The caller has made sure that the form was hers. Refuses a case that somebody has, and one
    whose reporter wanted to be nobody. She stays confidential, as she has been since.
    """
    core.lock(case)
    reporter = Reporter.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if reporter.person_id == by.pk:
        return reporter
    if reporter.person_id is not None or reporter.mode == Reporter.Mode.ANONYMOUS:
        raise NotReady("Anmälan går inte att koppla till ditt konto.")
    reporter.person, reporter.name, reporter.title = by, "", ""
    reporter.save(update_fields=["person", "name", "title"])
    trail.record("case.claimed", by=by, case_id=case.pk, number=case.number, right="reporter")
    return reporter

"""Moving a case on, closing it, opening it again, and what the reporter thought of the answer."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from patientsakerhet.audit import trail
from patientsakerhet.cases import sealing
from patientsakerhet.cases.actions import comments, core, steps
from patientsakerhet.cases.models import Case, Comment, Reporter
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.notifications import outbox
from patientsakerhet.organisation.models import Person


@transaction.atomic
def give_feedback(case: Case, text: str, *, by: Person) -> Comment:
    """The reporter, and the reporters of merged duplicates, have the answer."""
    return comments.say(
        case,
        text,
        by=by,
        audience=Comment.Audience.REPORTER,
        purpose=Comment.Purpose.FEEDBACK,
    )


@transaction.atomic
def plan(case: Case, *, by: Person, version: int | None = None) -> Case:
    """The investigation is done and the measures are worked on."""
    return steps.take_step(case, "plan", by=by, version=version)


@transaction.atomic
def follow_up(case: Case, *, by: Person, version: int | None = None) -> Case:
    """The measures are done and their effect is followed up."""
    return steps.take_step(case, "follow_up", by=by, version=version)


@transaction.atomic
def resume(case: Case, *, by: Person, reason: str, version: int | None = None) -> Case:
    """More has to be done; the effect was not there."""
    return steps.take_step(case, "resume", by=by, reason=reason, version=version)


@transaction.atomic
def close(case: Case, *, by: Person, version: int | None = None) -> Case:
    """The case is closed and its reporter told; refuses with everything that blocks it."""
    closed = steps.take_step(case, "close", by=by, version=version)
    for one in (closed, *closed.merged.all()):
        reporter: Reporter = one.reporter
        told = reporter.person is not None or bool(reporter.email)
        outbox.promise(
            "closed",
            key=f"closed:{one.pk}:{closed.version}",
            person=reporter.person,
            address=reporter.email,
            case_id=one.pk,
            number=one.number,
            channel="mail" if told else "page",
            urgent=False,
        )
    return closed


@transaction.atomic
def reopen(case: Case, *, by: Person, reason: str, version: int | None = None) -> Case:
    """The case is investigated again, with the reason."""
    return steps.take_step(case, "reopen", by=by, reason=reason, version=version)


@transaction.atomic
def judge_answer(case: Case, *, answered: str, note: str = "", by: Person | None) -> Reporter:
    """The reporter has said whether she got an answer to what she wrote.

    The caller has made sure that it is she.
    """
    locked = core.lock(case)
    if not locked.comments.filter(purpose=Comment.Purpose.FEEDBACK).exists():
        raise NotReady("Du har inte fått något svar än.")
    if answered not in Reporter.Answered.values:
        raise NotReady("Svara ja, delvis eller nej.")
    reporter = Reporter.objects.select_for_update().get(pk=locked.pk)
    masked = sealing.mask(note)
    reporter.answered, reporter.answered_note = answered, masked.text
    reporter.answered_at = timezone.now()
    reporter.save(update_fields=["answered", "answered_note", "answered_at"])
    if masked.found:
        sealing.seal(locked, "answered_note", note)
    trail.record(
        "case.answer_judged",
        by=by,
        case_id=locked.pk,
        number=locked.number,
        right="reporter",
        body={"answered": answered},
    )
    return reporter

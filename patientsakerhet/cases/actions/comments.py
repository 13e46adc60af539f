"""Saying something in a case, to the right audience."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases import kinds, sealing
from patientsakerhet.cases.actions import core
from patientsakerhet.cases.models import Case, Comment, Reporter
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.notifications import outbox
from patientsakerhet.organisation.models import Person

TWICE_WITHIN = timedelta(minutes=10)
"""The same words from the reporter within this time are one answer, sent twice."""


@transaction.atomic
def say(
    case: Case,
    text: str,
    *,
    by: Person,
    audience: str = Comment.Audience.INTERNAL,
    purpose: str = Comment.Purpose.NOTE,
) -> Comment:
    """The text stands in the case for its audience, and whoever should know is told.

    Refuses an empty text, and writing to the reporter without the right to answer her.
    Feedback to a case others were merged into reaches their reporters too.
    """
    needs = Can.ANSWER_REPORTER if audience == Comment.Audience.REPORTER else Can.COMMENT
    locked = core.begin(case, by=by, needs=needs)
    if audience == Comment.Audience.REPORTER and not kinds.of(locked.kind).has_reporter:
        raise NotReady("Ingen har anmält det här ärendet. Skriv till parterna eller internt.")
    held = policy.capabilities(by, locked)
    if audience == Comment.Audience.INTERNAL and Can.READ not in held:
        raise NotReady("Du kan skriva till parterna, inte internt.")
    comment = _write(locked, text, by=by, audience=audience, purpose=purpose)
    if audience == Comment.Audience.REPORTER:
        tell_reporter(locked, comment)
        if purpose == Comment.Purpose.FEEDBACK:
            for child in locked.merged.all():
                tell_reporter(child, _write(child, text, by=by, audience=audience, purpose=purpose))
    return comment


@transaction.atomic
def answer_as_reporter(
    case: Case, text: str, *, by: Person | None, answers: Comment | None = None
) -> Comment:
    """The reporter has written in her own case, with account or by receipt code.

    The caller has made sure that it is she: by `Case.objects.filed_by` or the code. The same text
    sent twice, by a second press say, stands there once. A reporter who is not open stands in
    the trail and not in the comment.
    """
    locked = core.lock(case)
    earlier = _just_written(locked, text)
    if earlier is not None:
        return earlier
    comment = _write(
        locked,
        text,
        by=by,
        shown=locked.reporter.shown,
        audience=Comment.Audience.REPORTER,
        purpose=Comment.Purpose.ANSWER if answers else Comment.Purpose.NOTE,
        by_reporter=True,
        answers=answers,
    )
    if locked.handler is not None:
        outbox.promise(
            "reporter_wrote",
            key=f"reporter_wrote:{comment.pk}",
            person=locked.handler,
            case_id=locked.pk,
            number=locked.number,
        )
    return comment


def copy_feedback(case: Case, feedback: Comment) -> Comment:
    """What the parent's reporter was answered stands in the merged case too, and its reporter is told."""
    copy = Comment.objects.create(
        case=case,
        audience=feedback.audience,
        purpose=feedback.purpose,
        text=feedback.text,
        by=feedback.by,
    )
    tell_reporter(case, copy)
    return copy


def tell_reporter(case: Case, comment: Comment) -> None:
    """The reporter is told that there is something to read: by mail, or on her page by code."""
    reporter: Reporter = case.reporter
    told = reporter.person is not None or bool(reporter.email)
    kind = {
        Comment.Purpose.QUESTION: "question",
        Comment.Purpose.FEEDBACK: "feedback",
    }.get(Comment.Purpose(comment.purpose), "reporter_message")
    outbox.promise(
        kind,
        key=f"{kind}:{comment.pk}",
        person=reporter.person,
        address=reporter.email,
        case_id=case.pk,
        number=case.number,
        channel="mail" if told else "page",
    )


def _just_written(case: Case, text: str) -> Comment | None:
    """The reporter's last words, when they are these and were written a moment ago."""
    last = case.comments.filter(by_reporter=True).order_by("-at", "-pk").first()
    if last is None or timezone.now() - last.at > TWICE_WITHIN:
        return None
    return last if last.text == sealing.mask(text).text else None


def _write(
    case: Case,
    text: str,
    *,
    by: Person | None,
    audience: str,
    purpose: str,
    shown: Person | None = None,
    by_reporter: bool = False,
    answers: Comment | None = None,
) -> Comment:
    """The comment's row, with personal numbers masked and the original sealed, and its trail."""
    if not text.strip():
        raise NotReady("Skriv något först.")
    masked = sealing.mask(text)
    comment = Comment.objects.create(
        case=case,
        audience=audience,
        purpose=purpose,
        text=masked.text,
        by=shown if by_reporter else by,
        by_reporter=by_reporter,
        answers=answers,
    )
    if masked.found:
        sealing.seal(case, f"comment:{comment.pk}", text)
    trail.record(
        "case.commented",
        by=by,
        case_id=case.pk,
        number=case.number,
        right="reporter" if by_reporter else Can.COMMENT,
        object_type="comment",
        object_id=comment.pk,
        body={"audience": audience, "purpose": purpose},
    )
    return comment

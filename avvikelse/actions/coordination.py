"""What coordinators do in the queue: take, ask, route, merge, reject, and undo."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from avvikelse.models import Deviation, Handover, Preparation, Routing
from avvikelse.workflow import MERGED, RETURNED
from patientsakerhet.access import holders, policy
from patientsakerhet.access.models import Level
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases import desks
from patientsakerhet.cases.actions import attachments, comments, core, steps
from patientsakerhet.cases.files import Received
from patientsakerhet.cases.models import Case, Code, Comment, Transition
from patientsakerhet.lib.refusal import NotAllowed, NotReady
from patientsakerhet.notifications import outbox
from patientsakerhet.organisation.models import Person, Unit, stand_in

UNDO_WITHIN = timedelta(minutes=10)
UNDOES = {
    "take": "release",
    "coordinate": "send_back",
    "reject": "restore",
    "merge": "unmerge",
    "ask": "answer",
}
"""Step -> the step that takes it back."""


@transaction.atomic
def take(case: Case, *, by: Person, version: int | None = None) -> Case:
    """The case is this coordinator's; refuses when somebody else was faster."""
    return steps.take_step(case, "take", by=by, version=version, handler=by)


@transaction.atomic
def release(case: Case, *, by: Person, version: int | None = None) -> Case:
    """The case is back in the queue and nobody's."""
    return steps.take_step(case, "release", by=by, version=version, keep_handler=False)


@transaction.atomic
def ask_reporter(case: Case, question: str, *, by: Person, version: int | None = None) -> Case:
    """The reporter has been asked, and the case waits for her answer."""
    comments.say(
        case,
        question,
        by=by,
        audience=Comment.Audience.REPORTER,
        purpose=Comment.Purpose.QUESTION,
    )
    return steps.take_step(case, "ask", by=by, version=version, handler=by)


@transaction.atomic
def answered_by_reporter(
    case: Case, text: str, *, by: Person | None, files: Sequence[Received] = ()
) -> Case:
    """The reporter has answered, and a case that waited for it is with its coordinator again.

    The caller has made sure that it is the reporter who answers.
    """
    question = (
        case.comments.filter(purpose=Comment.Purpose.QUESTION, replies=None).order_by("-at").first()
    )
    comments.answer_as_reporter(case, text, by=by, answers=question)
    locked = core.lock(case)
    for received in files:
        attachments.attach_as_reporter(locked, received, by=by)
    if locked.status == RETURNED:
        return steps.move(locked, "answer", by=locked.reporter.shown, right="reporter")
    return locked


@transaction.atomic
def heard_answer(case: Case, *, by: Person, version: int | None = None) -> Case:
    """The reporter has answered in another way, by telephone say, and the case goes on."""
    return steps.take_step(case, "answer", by=by, version=version, handler=by)


@transaction.atomic
def classify(
    case: Case,
    *,
    by: Person,
    kind: Code | None = None,
    event_class: Code | None = None,
    cause_class: Code | None = None,
    version: int | None = None,
) -> Case:
    """The deviation's kind, event class and cause class are these, where given."""
    locked = core.begin(case, by=by, needs=Can.ASSESS, version=version)
    deviation = Deviation.objects.get(pk=locked.pk)
    changed = {}
    for name, code in (
        ("kind", kind),
        ("event_class", event_class),
        ("cause_class", cause_class),
    ):
        if code is not None and getattr(deviation, f"{name}_id") != code.pk:
            changed[name] = [getattr(deviation, f"{name}_id"), code.pk]
            setattr(deviation, name, code)
    if changed:
        deviation.save(update_fields=list(changed))
        core.save(locked)
        trail.record(
            "case.classified",
            by=by,
            case_id=locked.pk,
            number=locked.number,
            right=Can.ASSESS,
            body=changed,
        )
    return locked


@transaction.atomic
def coordinate(
    case: Case,
    *,
    to: Unit,
    by: Person,
    basis: str = "",
    note: str = "",
    version: int | None = None,
) -> Case:
    """The unit has the case and is told; what was suggested is kept beside what was chosen."""
    suggested = Preparation.objects.filter(pk=case.pk).select_related("receiver", "rule").first()
    moved = _give(case, "coordinate", to=to, by=by, basis=basis, reason=note, version=version)
    if moved.first_coordinated_at is None:
        Case.objects.filter(pk=moved.pk).update(
            first_coordinated_at=moved.status_since, version=moved.version + 1
        )
        moved.refresh_from_db()
    Routing.objects.create(
        deviation_id=moved.pk,
        suggested=suggested.receiver if suggested else None,
        rule=suggested.rule if suggested else None,
        chosen=to,
        by=by,
        at=moved.status_since,
    )
    return moved


@transaction.atomic
def hand_over(
    case: Case,
    *,
    to: Unit,
    by: Person,
    reason: str,
    basis: str = "",
    version: int | None = None,
) -> Case:
    """Another unit, perhaps another provider's, has the case and is told; this one sees if it is received."""
    if to == case.owning_unit:
        raise NotReady("Enheten har redan ärendet.")
    return _give(case, "hand_over", to=to, by=by, basis=basis, reason=reason, version=version)


@transaction.atomic
def remind_receiver(case: Case, *, by: Person) -> Handover:
    """The unit that has not received the case is told again, once a day at most."""
    locked = core.begin(case, by=by, needs=Can.READ)
    handover = locked.handovers.pending().select_related("from_unit", "to_unit").first()
    if handover is None:
        raise NotReady("Ärendet är redan mottaget eller skickat tillbaka.")
    to = handover.to_unit
    sends = policy.may_at(by, Can.HAND_OVER, handover.from_unit)
    if not sends and Can.COORDINATE not in policy.capabilities(by, locked):
        raise NotAllowed("Bara den som lämnade över ärendet kan påminna.")
    today = timezone.localdate()
    people = {stand_in(one, on=today) for one in holders.nearest(Can.RECEIVE, to)}
    addresses = [(person, "") for person in people] + [(None, to.mailbox)] * bool(to.mailbox)
    if not addresses:
        raise NotReady(f"{to} har ingen som kan ta emot och ingen brevlåda. Ring dem i stället.")
    promised = [
        outbox.promise_once(
            "handover_reminder",
            key=f"handover_reminder:{handover.pk}:{today}:{person.pk if person else 'mailbox'}",
            person=person,
            address=address,
            case_id=locked.pk,
            number=locked.number,
            context={"handover": handover.pk},
        )
        for person, address in addresses
    ]
    if not any(is_new for _, is_new in promised):
        raise NotReady("Enheten är redan påmind i dag.")
    trail.record(
        "case.receiver_reminded",
        by=by,
        case_id=locked.pk,
        number=locked.number,
        unit_id=to.pk,
        right=Can.HAND_OVER if sends else Can.COORDINATE,
        object_type="handover",
        object_id=handover.pk,
    )
    return handover


@transaction.atomic
def receive(
    case: Case, *, by: Person, handler: Person | None = None, version: int | None = None
) -> Case:
    """The unit has received the case and somebody, the receiver unless named, investigates it."""
    moved = steps.take_step(case, "receive", by=by, version=version, handler=handler or by)
    moved.handovers.filter(received_at=None, returned_at=None).update(
        received_at=moved.status_since
    )
    if handler is not None and handler != by:
        outbox.promise(
            "appointed",
            key=f"appointed:{moved.pk}:{moved.version}",
            person=handler,
            case_id=moved.pk,
            number=moved.number,
        )
    return moved


@transaction.atomic
def send_back(case: Case, *, by: Person, reason: str, version: int | None = None) -> Case:
    """The case is with the coordinators again, with the reason."""
    desk = desks.for_unit(case.filing_unit)
    moved = steps.take_step(
        case, "send_back", by=by, reason=reason, version=version, unit=desk, keep_handler=False
    )
    moved.handovers.filter(received_at=None, returned_at=None).update(
        returned_at=moved.status_since
    )
    return moved


@transaction.atomic
def reject(case: Case, *, by: Person, reason: str, answer: str, version: int | None = None) -> Case:
    """The case is closed as no deviation, with the reason, and the reporter has the answer."""
    comments.say(
        case,
        answer,
        by=by,
        audience=Comment.Audience.REPORTER,
        purpose=Comment.Purpose.FEEDBACK,
    )
    return steps.take_step(case, "reject", by=by, reason=reason, version=version)


@transaction.atomic
def restore(case: Case, *, by: Person, reason: str, version: int | None = None) -> Case:
    """The rejected case is with the coordinators again, with the reason."""
    desk = desks.for_unit(case.filing_unit)
    return steps.take_step(
        case, "restore", by=by, reason=reason, version=version, unit=desk, handler=by
    )


@transaction.atomic
def merge(case: Case, *, into: Case, by: Person, version: int | None = None) -> Case:
    """The case is a duplicate of `into`: kept, readable, its reporter answered with the parent's.

    Rows are locked in the order of their keys, so that two merges crossing cannot deadlock.
    """
    if case.pk == into.pk:
        raise NotReady("Ett ärende kan inte slås ihop med sig självt.")
    for one in sorted((case, into), key=lambda c: c.pk):
        core.lock(one)
    parent = Case.objects.get(pk=into.pk)
    policy.check(by, Can.READ, parent)
    if parent.parent_id is not None or parent.status == MERGED:
        raise NotReady(f"{parent.number} är självt sammanslaget. Välj huvudärendet i stället.")
    if parent.kind != case.kind:
        raise NotReady("Bara ärenden av samma slag kan slås ihop.")
    Case.objects.filter(pk=case.pk).update(parent=parent, version=core.lock(case).version + 1)
    moved = steps.take_step(
        case,
        "merge",
        by=by,
        version=None if version is None else version + 1,
        reason=f"Dubblett av {parent.number}.",
    )
    for grandchild in moved.merged.all():
        locked = core.lock(grandchild)
        locked.parent = parent
        core.save(locked, "parent")
    policy.reach(moved, Level.READER, unit=parent.owning_unit)
    for feedback in parent.comments.filter(purpose=Comment.Purpose.FEEDBACK):
        comments.copy_feedback(moved, feedback)
    return moved


@transaction.atomic
def unmerge(case: Case, *, by: Person, reason: str, version: int | None = None) -> Case:
    """The case stands on its own again, with the coordinators."""
    locked = core.begin(case, by=by, needs=Can.COORDINATE, version=version)
    locked.parent = None
    core.save(locked, "parent")
    return steps.take_step(
        locked, "unmerge", by=by, reason=reason, handler=by, unit=desks.for_unit(case.filing_unit)
    )


def undoable(case: Case, *, by: Person) -> Transition | None:
    """The last step, when this person took it in the last ten minutes and it can be taken back."""
    last = case.transitions.order_by("-occurred_at", "-pk").first()
    if last is None or last.by_id != by.pk or last.step not in UNDOES:
        return None
    return last if timezone.now() - last.occurred_at <= UNDO_WITHIN else None


@transaction.atomic
def undo(case: Case, *, by: Person) -> Case:
    """The person's own last step is taken back; both steps stay in the history."""
    last = undoable(case, by=by)
    if last is None:
        raise NotReady("Det går inte att ångra längre. Gör om steget för hand.")
    reason = "Ångrat."
    if last.step == "take":
        return release(case, by=by)
    if last.step == "merge":
        return unmerge(case, by=by, reason=reason)
    moved = steps.take_step(
        case, UNDOES[last.step], by=by, reason=reason, unit=last.from_unit, handler=by
    )
    moved.handovers.filter(received_at=None, returned_at=None).update(
        returned_at=moved.status_since
    )
    return moved


def _give(
    case: Case,
    step: str,
    *,
    to: Unit,
    by: Person,
    basis: str,
    reason: str,
    version: int | None,
) -> Case:
    """The step, with the handover's row, its ground and the message to the receiver."""
    if not to.receives_cases:
        raise NotReady(f"{to} tar inte emot ärenden. Välj en annan enhet.")
    same = to.care_provider_id == case.owning_unit.care_provider_id
    if same:
        basis = Handover.Basis.SAME_PROVIDER
    elif basis not in {Handover.Basis.CONSENT, Handover.Basis.LEGAL, Handover.Basis.DEIDENTIFIED}:
        raise NotReady(
            f"{to} hör till en annan vårdgivare. Ange på vilken grund uppgifterna får lämnas ut."
        )
    sender = case.owning_unit
    moved = steps.take_step(
        case, step, by=by, version=version, reason=reason, unit=to, keep_handler=False
    )
    moved.handovers.filter(received_at=None, returned_at=None).update(
        returned_at=moved.status_since
    )
    handover = Handover.objects.create(
        case=moved, from_unit=sender, to_unit=to, basis=basis, by=by, at=moved.status_since
    )
    for person in holders.nearest(Can.RECEIVE, to):
        outbox.promise(
            "handover",
            key=f"handover:{handover.pk}:{person.pk}",
            person=person,
            case_id=moved.pk,
            number=moved.number,
            urgent=False,
        )
    if to.mailbox:
        outbox.promise(
            "handover",
            key=f"handover:{handover.pk}:mailbox",
            address=to.mailbox,
            case_id=moved.pk,
            number=moved.number,
        )
    return moved

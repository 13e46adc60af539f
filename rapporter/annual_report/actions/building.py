"""Drafts and the files of editions: ordered by a person, made by workers, each part kept as it is done.

The row is the promise. Counting is done without a lock, in one moment's reading; what comes of it is
kept under the row's lock, once, whoever counted. A worker that dies costs the part it was at.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.cases.actions import core as spine
from patientsakerhet.cases.models import Case
from patientsakerhet.lib import waking
from patientsakerhet.lib.refusal import NotReady, Refused
from patientsakerhet.organisation.models import Person
from rapporter.annual_report import freezing, printable, reading, setting, taking
from rapporter.annual_report.actions import core
from rapporter.annual_report.contents import contents
from rapporter.annual_report.ingredients import frozen_of, ingredients_of
from rapporter.annual_report.models import AnnualReport, Build, BuildFile, Edition
from rapporter.annual_report.workflow import REVIEW

WAKE = "rapporter.annual_report.tasks.carry_on"
TRIES = 5
"""So many goes without a step forward, and a person must look at it."""
State = Build.State
Audience = BuildFile.Audience
INTERNAL = (Audience.INTERNAL,)
EVERYBODY = (Audience.INTERNAL, Audience.PUBLIC)


@transaction.atomic
def order(case: Case, *, by: Person) -> Build:
    """A draft of the texts as they stand is on its way; the one that is, when one is.

    Refuses a text with a sign that no typeface of the documents has, and says where it stands.
    """
    locked = spine.lock(case)
    policy.check(by, Can.READ, locked)
    report = AnnualReport.objects.select_related("unit", "template").get(pk=locked.pk)
    report.case = locked
    running = report.builds.filter(state__in=Build.AT_WORK).first()
    if running is not None:
        return running
    made_of = ingredients_of(report)
    wrong = printable.faults(made_of)
    if wrong:
        raise NotReady(wrong)
    build = _ask(report, made_of, by=by)
    core.told(
        report, "annual_report.draft_ordered", by=by, right=Can.READ, body={"draft": build.pk}
    )
    return build


def order_files(edition: Edition, *, by: Person) -> Build:
    """The files of an edition are on their way; the caller has locked the case."""
    return _ask(edition.report, edition.ingredients, by=by, edition=edition)


def carry_on(build_id: int) -> None:
    """Go on with a draft until it is done. Safe to run late, twice or at the same time."""
    build = Build.objects.at_work().filter(pk=build_id).first()
    if build is None or not _tried(build):
        return
    try:
        _count(build_id)
        for audience in _audiences(build):
            _set(build_id, audience)
    except Refused as refusal:
        _fail(build_id, str(refusal))
        return
    _finish(build_id)


def sweep() -> None:
    """Whatever is left to do goes on, whoever died before."""
    for pk in Build.objects.at_work().order_by("pk").values_list("pk", flat=True)[:10]:
        carry_on(pk)


def _ask(
    report: AnnualReport, made_of: dict[str, Any], *, by: Person, edition: Edition | None = None
) -> Build:
    audiences = EVERYBODY if edition else INTERNAL
    build = Build.objects.create(
        report=report,
        edition=edition,
        ingredients=made_of,
        snapshot=edition.snapshot if edition else None,
        parts=1 + len(audiences),
        by=by,
    )
    waking.after_commit(WAKE, build.pk)
    return build


def _tried(build: Build) -> bool:
    """One more go is noted; False, and the draft is stopped, when it has been tried enough."""
    going = Build.objects.at_work().filter(pk=build.pk, attempts__lt=TRIES)
    if going.update(attempts=F("attempts") + 1):
        return True
    _fail(build.pk, "Utkastet avbröts fem gånger på samma ställe. Be driften se i loggen.")
    return False


def _count(build_id: int) -> None:
    """Everything is counted in one moment's reading, and kept once; what is in review, to be signed."""
    build = Build.objects.at_work().get(pk=build_id)
    if build.snapshot_id is None:
        Build.objects.filter(pk=build_id, state=State.WAITING).update(state=State.COUNTING)
        with reading.one_moment(), reading.unswept():
            reports = AnnualReport.objects.select_related("unit", "template", "case")
            report = reports.get(pk=build.report_id)
            taken = taking.take(report, to_sign=report.case.status == REVIEW)

        def keep(locked: Build) -> None:
            if locked.snapshot_id is None:
                locked.snapshot = freezing.keep(report, taken)

        _step(build_id, keep, part=1)
    else:
        _step(build_id, lambda _locked: None, part=1)


def _set(build_id: int, audience: str) -> None:
    """The audience's files are set and kept, once."""
    build = Build.objects.select_related("snapshot").get(pk=build_id)
    if build.snapshot is None or build.files.filter(audience=audience).exists():
        return
    said = contents(build.ingredients, frozen_of(build.snapshot), audience)
    made = setting.files(said, at=build.snapshot.taken_at)

    def keep(locked: Build) -> None:
        if locked.files.filter(audience=audience).exists():
            return
        BuildFile.objects.bulk_create(
            BuildFile(
                build=locked,
                audience=audience,
                form=form,
                content=content,
                sha256=hashlib.sha256(content).hexdigest(),
            )
            for form, content in made.items()
        )

    _step(build_id, keep, part=2 + _audiences(build).index(Audience(audience)))


@transaction.atomic
def _step(build_id: int, keep: Callable[[Build], None], *, part: int) -> None:
    """A part is kept and counted, unless the draft has been stopped or made meanwhile."""
    locked = Build.objects.at_work().select_for_update().filter(pk=build_id).first()
    if locked is None or locked.parts_done >= part:
        return
    keep(locked)
    locked.state, locked.parts_done, locked.attempts = State.SETTING, part, 0
    locked.save(update_fields=["state", "parts_done", "attempts", "snapshot"])


@transaction.atomic
def _finish(build_id: int) -> None:
    locked = Build.objects.at_work().select_for_update().filter(pk=build_id).first()
    if locked is None or locked.parts_done < locked.parts:
        return
    locked.state, locked.finished_at = State.DONE, timezone.now()
    locked.save(update_fields=["state", "finished_at"])
    _leave_old_facts(locked)


def _leave_old_facts(build: Build) -> None:
    """Facts of former drafts are let go: what a draft showed stands in its cells."""
    if build.edition_id is None:
        old = build.report.snapshots.exclude(builds=build)
        signed = Edition.objects.filter(report=build.report).values("snapshot")
        for snapshot in old.filter(keeps_facts=True).exclude(pk__in=signed):
            snapshot.facts.all().delete()


@transaction.atomic
def _fail(build_id: int, why: str) -> None:
    locked = Build.objects.at_work().select_for_update().filter(pk=build_id).first()
    if locked is not None:
        locked.state, locked.failure, locked.finished_at = State.FAILED, why, timezone.now()
        locked.save(update_fields=["state", "failure", "finished_at"])


def _audiences(build: Build) -> tuple[Audience, ...]:
    return EVERYBODY if build.edition_id else INTERNAL

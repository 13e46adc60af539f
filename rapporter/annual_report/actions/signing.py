"""Steps of a report: review, signing an edition, publishing it, correcting it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from patientsakerhet.access.policy import Can
from patientsakerhet.cases.actions import steps
from patientsakerhet.cases.models import Case
from patientsakerhet.documents import signs
from patientsakerhet.lib.refusal import NotReady, WrongStep
from patientsakerhet.organisation.models import Person
from patientsakerhet.ui import swedish
from rapporter.annual_report import canonical, printable
from rapporter.annual_report.actions import building, core
from rapporter.annual_report.ingredients import changes
from rapporter.annual_report.models import AnnualReport, Edition

HAND_IN, SIGN, PUBLISH, CORRECT = "hand_in", "sign", "publish", "correct"


@transaction.atomic
def take_step(
    case: Case, name: str, *, by: Person, version: int | None = None, reason: str = ""
) -> Case:
    """Any step but signing and publishing, which make something of their own.

    With the handing in, the draft that can be signed is on its way.
    """
    if name == SIGN:
        raise WrongStep("Berättelsen fastställs på sin sida, där den som gör det visar vem hon är.")
    if name == PUBLISH:
        raise WrongStep("Berättelsen publiceras under Utkast och utgåvor.")
    found = signs.missing(reason)
    if name == CORRECT and found:  # the reason stands in the edition
        raise NotReady(f"Skälet har {printable.named(found)}.")
    moved = steps.take_step(case, name, by=by, version=version, reason=reason)
    if name == HAND_IN:
        building.order(moved, by=by)
    return moved


@transaction.atomic
def sign(case: Case, *, by: Person, version: int | None = None) -> Edition:
    """The newest draft is an edition, signed by this person; its files are on their way.

    What is signed is what the draft shows: the same texts, the same frozen figures. The caller has
    had her show again who she is.
    """
    moved = steps.take_step(case, SIGN, by=by, version=version)
    report = _whole(moved)
    newest = report.newest
    if newest is None or newest.snapshot is None:
        raise WrongStep("Det finns inget utkast att fastställa.")
    former = report.editions.order_by("-signed_at", "-pk").select_related("snapshot").first()
    now = timezone.now()
    number = f"1.{report.editions.count()}"
    reason = _reason(moved) if former else ""
    made_of = {
        **newest.ingredients,
        "signature": {
            "edition": number,
            "by": ", ".join(filter(None, (by.name, by.title))),
            "at": swedish.moment(now),
            "reason": reason,
            "changes": changes(former.snapshot.figures, newest.snapshot.figures) if former else [],
        },
    }
    wrong = printable.faults(made_of)
    if wrong:
        raise NotReady(wrong)
    edition = Edition.objects.create(
        report=report,
        number=number,
        snapshot=newest.snapshot,
        ingredients=made_of,
        sha256=canonical.digest([made_of, newest.snapshot.sha256]),
        signed_by=by,
        signed_at=now,
        reason=reason,
    )
    building.order_files(edition, by=by)
    body = {"edition": number, "snapshot": newest.snapshot.sha256, "sha256": edition.sha256}
    core.told(report, "annual_report.signed", by=by, right=Can.SIGN_ANNUAL_REPORT, body=body)
    return edition


@transaction.atomic
def publish(case: Case, *, by: Person, version: int | None = None) -> Edition:
    """Anybody may read the newest edition from now on; former ones stay where they are."""
    moved = steps.take_step(case, PUBLISH, by=by, version=version)
    report = _whole(moved)
    edition = report.editions.order_by("-signed_at", "-pk").select_for_update(of=("self",))[0]
    edition.published_at, edition.published_by = timezone.now(), by
    edition.save(update_fields=["published_at", "published_by"])
    body = {"edition": edition.number, "sha256": edition.sha256}
    core.told(report, "annual_report.published", by=by, right=Can.SIGN_ANNUAL_REPORT, body=body)
    return edition


def _whole(case: Case) -> AnnualReport:
    report = AnnualReport.objects.select_related("unit", "template").get(pk=case.pk)
    report.case = case
    return report


def _reason(case: Case) -> str:
    """Why a correction was begun."""
    last = case.transitions.filter(step=CORRECT).order_by("-occurred_at", "-pk").first()
    return last.reason if last is not None else ""

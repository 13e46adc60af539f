"""Moving an analysis on: the steps somebody takes by hand, and signing the final report."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases import files
from patientsakerhet.cases.actions import attachments, measures, steps
from patientsakerhet.cases.actions import core as spine
from patientsakerhet.cases.models import Attachment, Case, Measure
from patientsakerhet.documents import pdf, word
from patientsakerhet.lib.refusal import NotReady, WrongStep
from patientsakerhet.notifications import outbox
from patientsakerhet.organisation.models import Person, stand_in
from patientsakerhet.risk_analysis import report
from patientsakerhet.risk_analysis.models import AnalysisReport, Risk, RiskAnalysis
from patientsakerhet.risk_analysis.workflow import WORKFLOW

BY_HAND = ("start", "submit", "send_back", "revise", "close", "reopen", "cancel")
"""The steps a person takes; `sign` is taken by signing the report."""
TO_DECIDE, SENT_BACK, SIGNED = "analysis_to_decide", "analysis_sent_back", "analysis_signed"


@transaction.atomic
def take_step(
    case: Case, name: str, *, by: Person, reason: str = "", version: int | None = None
) -> Case:
    """The analysis has taken the step, and whoever must go on with it is told."""
    if name not in BY_HAND:
        raise WrongStep("Slutrapporten undertecknas under Slutrapport.")
    if name == "cancel":
        _take_back_proposals(case, by=by, reason=reason)
    moved = steps.take_step(case, name, by=by, reason=reason, version=version)
    if name == "close":
        _lower(moved)
    if name == "submit":
        commissioner = RiskAnalysis.objects.get(pk=moved.pk).commissioned_by
        if commissioner is not None:
            _tell(moved, TO_DECIDE, commissioner, by=by)
    elif name == "send_back" and moved.handler is not None:
        _tell(moved, SENT_BACK, moved.handler, by=by)
    return moved


@transaction.atomic
def sign(case: Case, *, by: Person, version: int | None = None) -> AnalysisReport:
    """The final report is made from the analysis as it stands, signed, and kept as PDF and Word.

    The analysis goes on to its follow-up. Refuses with everything that is missing.
    """
    locked = spine.begin(case, by=by, needs=Can.DECIDE_ANALYSIS, version=version)
    step = WORKFLOW.step("sign", locked.status)
    analysis = RiskAnalysis.objects.whole().get(pk=locked.pk)
    step.check(analysis)
    now = timezone.now()
    edition = analysis.reports.count() + 1
    document = report.document(analysis, signed_by=by, signed_at=now, edition=edition)
    stem = f"{locked.number}-slutrapport-{edition}"
    made = AnalysisReport.objects.create(
        analysis=analysis,
        edition=edition,
        pdf=_keep(locked, f"{stem}.pdf", pdf.make(document), by=by),
        word=_keep(locked, f"{stem}.docx", word.make(document), by=by),
        signed_by=by,
        signed_at=now,
    )
    trail.record(
        "analysis.report_signed",
        by=by,
        case_id=locked.pk,
        number=locked.number,
        unit_id=locked.owning_unit_id,
        right=Can.DECIDE_ANALYSIS,
        object_type="analysisreport",
        object_id=made.pk,
        body={"edition": edition, "sha256": made.pdf.sha256},
    )
    moved = steps.take_step(locked, "sign", by=by)
    if moved.handler is not None:
        _tell(moved, SIGNED, moved.handler, by=by)
    return made


def _lower(case: Case) -> None:
    """The measures are done: each risk stands as it was judged to become, unless reviewed since."""
    risks = Risk.objects.filter(analysis=case.pk).order_by("serial")
    for risk in risks.prefetch_related("scorings"):
        after = risk.after
        if after is not None and risk.latest == after:
            risk.score, risk.band = after.score, after.band
            risk.save(update_fields=["score", "band"])


def _take_back_proposals(case: Case, *, by: Person, reason: str) -> None:
    """What was proposed in an analysis that is broken off binds nobody."""
    if not reason.strip():
        raise NotReady("Skriv varför.")
    for one in case.measures.filter(status=Measure.Status.PROPOSED):
        measures.cancel(one, by=by, version=one.version, reason="Analysen avbröts.")


def _keep(case: Case, name: str, content: bytes, *, by: Person) -> Attachment:
    return attachments.attach(case, files.receive(SimpleUploadedFile(name, content)), by=by)


def _tell(case: Case, kind: str, person: Person, *, by: Person) -> None:
    told = stand_in(person, on=timezone.localdate())
    if told != by:
        outbox.promise(
            kind,
            key=f"{kind}:{case.pk}:{case.version}",
            person=told,
            case_id=case.pk,
            number=case.number,
        )

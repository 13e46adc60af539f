"""How bad it was, and could have been, as three people judged it; what sort it is; lowered assessments."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from avvikelse.actions import assessment, coordination
from avvikelse.forms.case import AssessForm, ClassifyForm, SecrecyForm
from avvikelse.models import Assessment, RiskScale
from avvikelse.scales import current_scale
from avvikelse.views.case_head import BANDS, crumbs, head_of
from avvikelse.views.case_opening import Opened, conflict_of, open_whole, record_reading
from avvikelse.workflow import HANDLED, QUEUE
from patientsakerhet.access import policy
from patientsakerhet.access.asking import person_of
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases.actions import steps
from patientsakerhet.cases.models import Case
from patientsakerhet.cases.views.acting import perform
from patientsakerhet.lib.refusal import NotAllowed, Refused
from patientsakerhet.ui import paging
from patientsakerhet.ui.parts import Tone

UNREVIEWED, ALL = "nya", "alla"


@require_safe
def part(request: HttpRequest, number: str) -> HttpResponse:
    """The part with assessments and classes."""
    return page(request, open_whole(request, number))


def page(
    request: HttpRequest,
    opened: Opened,
    *,
    assess: AssessForm | None = None,
    classify: ClassifyForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The part, with a form as it was sent when it was refused."""
    record_reading(opened, "bedomning")
    may = opened.can(Can.ASSESS) and opened.case.status in (*QUEUE, *HANDLED)
    scale = current_scale()
    if assess is None and may:
        assess = AssessForm(scale=scale, initial=_as_last(opened))
    if classify is None and may:
        classify = ClassifyForm(initial=_classes(opened))
    context: dict[str, Any] = {
        "opened": opened,
        "head": head_of(opened, "deviation_assessment"),
        "crumbs": crumbs(opened),
        "made": [_in_words(one) for one in reversed(list(opened.deviation.assessments.all()))],
        "row": opened.deviation,
        "stage": _stage_now(opened),
        "words": _words(scale),
        "assess": assess,
        "classify": classify,
        "assess_conflict": conflict_of(assess, opened) if assess else None,
        "classify_conflict": conflict_of(classify, opened) if classify else None,
    }
    return render(request, "avvikelse/case_assessment.html", context, status=status)


@require_POST
def assess(request: HttpRequest, number: str) -> HttpResponse:
    """A new assessment is made; a lower one without a reason comes back with what was chosen."""
    opened = open_whole(request, number)
    form = AssessForm(request.POST, scale=current_scale())
    return perform(
        request,
        form,
        lambda: assessment.assess(opened.case, by=opened.by, **form.judged()),
        done="Bedömningen är sparad.",
        to=opened.url("deviation_assessment"),
        again=lambda status: page(request, opened, assess=form, status=status),
    )


@require_POST
def classify(request: HttpRequest, number: str) -> HttpResponse:
    """The deviation is classified."""
    opened = open_whole(request, number)
    form = ClassifyForm(request.POST, initial=_classes(opened))
    return perform(
        request,
        form,
        lambda: coordination.classify(opened.case, by=opened.by, **form.cleaned_data),
        done="Typ och klasser är sparade.",
        to=opened.url("deviation_assessment"),
        again=lambda status: page(request, opened, classify=form, status=status),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def secrecy(request: HttpRequest, number: str) -> HttpResponse:
    """The page where the secrecy level is changed."""
    opened = open_whole(request, number)
    if request.method != "POST":
        policy.check(opened.by, Can.SET_SECRECY, opened.case)
    initial = {"secrecy": opened.case.secrecy, "version": opened.case.version}
    form = SecrecyForm(request.POST or None, initial=initial)

    def again(status: int) -> HttpResponse:
        record_reading(opened, "sekretess")
        context = {
            "opened": opened,
            "head": head_of(opened, ""),
            "crumbs": crumbs(opened),
            "form": form,
            "conflict": conflict_of(form, opened),
        }
        return render(request, "avvikelse/case_secrecy.html", context, status=status)

    if request.method != "POST":
        return again(200)
    return perform(
        request,
        form,
        lambda: steps.set_secrecy(opened.case, by=opened.by, **form.cleaned_data),
        done="Sekretessnivån är ändrad.",
        to=opened.case.get_absolute_url(),
        again=again,
    )


# --- lowered assessments, for the chief physician -----------------------------------------------


@require_safe
def downgrades(request: HttpRequest) -> HttpResponse:
    """Assessments that were lowered, those nobody has looked at unless all are asked for."""
    by = person_of(request)
    policy.check_anywhere(by, Can.REVIEW_DOWNGRADES)
    shown = ALL if request.GET.get("visa") == ALL else UNREVIEWED
    rows = (
        Assessment.objects.filter(
            is_downgrade=True,
            deviation__case__in=Case.objects.where_may(by, Can.REVIEW_DOWNGRADES),
        )
        .select_related("deviation__case__owning_unit", "by", "reviewed_by", "scale")
        .order_by("-at", "-pk")
    )
    if shown == UNREVIEWED:
        rows = rows.filter(reviewed_at=None)
    found = paging.page_of(rows, request.GET.get("sida", ""))
    before = _before(found.rows)
    earlier, later = paging.addresses(request, found)
    trail.read(
        "list.read",
        by=by,
        right=Can.REVIEW_DOWNGRADES,
        body={
            "list": "downgrades",
            "show": shown,
            "cases": sorted({one.deviation_id for one in found.rows}),
        },
    )
    context = {
        "shown": shown,
        "earlier": earlier,
        "later": later,
        "rows": [
            {
                "pk": one.pk,
                "number": one.deviation.case.number,
                "title": one.deviation.case.title,
                "url": f"{one.deviation.case.get_absolute_url()}bedomning/",
                "unit": one.deviation.case.owning_unit.name,
                "before": _score(before.get(one.pk)),
                "after": _score(one),
                "reason": one.reason,
                "by": one.by,
                "at": one.at,
                "reviewed_by": one.reviewed_by,
                "reviewed_at": one.reviewed_at,
                "may": one.reviewed_at is None and one.by_id != by.pk,
                "own": one.by_id == by.pk,
            }
            for one in found.rows
        ],
    }
    return render(request, "avvikelse/case_downgrades.html", context)


@require_POST
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """The chief physician has seen that it was lowered, and why."""
    by = person_of(request)
    row = get_object_or_404(
        Assessment.objects.select_related("deviation__case").filter(
            is_downgrade=True, deviation__case__in=Case.objects.visible_to(by)
        ),
        pk=pk,
    )
    try:
        assessment.review_downgrade(row, by=by)
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Sänkningen i {row.deviation.case.number} är granskad.")
    return redirect("downgrades")


# --- values -------------------------------------------------------------------------------------


def _stage_now(opened: Opened) -> str:
    """Whose assessment one made now is."""
    return "samordnarens" if opened.case.status in QUEUE else "den slutliga, efter utredning"


def _as_last(opened: Opened) -> dict[str, Any]:
    """The form begins where the last assessment ended."""
    initial: dict[str, Any] = {"version": opened.case.version}
    made = list(opened.deviation.assessments.all())
    if made:
        initial["actual"] = made[-1].actual
        if made[-1].probability:
            initial["risk"] = f"{made[-1].potential}-{made[-1].probability}"
    return initial


def _classes(opened: Opened) -> dict[str, Any]:
    row = opened.deviation
    return {
        "kind": row.kind,
        "event_class": row.event_class,
        "cause_class": row.cause_class,
        "version": opened.case.version,
    }


def _words(scale: RiskScale) -> list[tuple[str, str]]:
    """What the words of the matrix mean: first severity, then probability."""
    return [
        *zip(scale.severity_labels, scale.severity_texts, strict=False),
        *zip(scale.probability_labels, scale.probability_texts, strict=False),
    ]


def _in_words(one: Assessment) -> dict[str, Any]:
    """An assessment as it is read."""
    scale = one.scale
    tone: Tone = BANDS[scale.band(one.score)][1] if one.score is not None else ""
    by_reporter = one.stage == Assessment.Stage.REPORTER
    return {
        "stage": one.get_stage_display().capitalize(),
        "actual": _severity(one, one.actual),
        "potential": _severity(one, one.potential),
        "probability": f"{scale.probability_labels[one.probability - 1]} ({one.probability})"
        if one.probability
        else "inte bedömd",
        "score": f"{one.score}, {BANDS[scale.band(one.score)][0].lower()}"
        if one.score is not None
        else "",
        "tone": tone,
        "by": "" if by_reporter or one.by is None else one.by.name,
        "at": one.at,
        "lowered": one.is_downgrade,
        "reason": one.reason,
        "reviewed": f"Granskad av {one.reviewed_by}" if one.reviewed_by else "",
    }


def _severity(one: Assessment, value: int) -> str:
    return f"{one.scale.severity_labels[value - 1]} ({value})" if value else "Ingen skada (0)"


def _before(rows: list[Assessment]) -> dict[int, Assessment]:
    """For each lowered assessment the one before it; one statement."""
    deviations = {one.deviation_id for one in rows}
    history: dict[int, list[Assessment]] = {}
    for one in Assessment.objects.filter(deviation__in=deviations).order_by("at", "pk"):
        history.setdefault(one.deviation_id, []).append(one)
    found = {}
    for row in rows:
        line = history[row.deviation_id]
        place = next(n for n, one in enumerate(line) if one.pk == row.pk)
        if place:
            found[row.pk] = line[place - 1]
    return found


def _score(one: Assessment | None) -> str:
    if one is None:
        return ""
    return f"allvarlighet {one.potential}" + (f", risktal {one.score}" if one.score else "")

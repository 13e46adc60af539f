"""Following one's report: among one's own when signed in, by receipt code otherwise."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from avvikelse.actions import closing, coordination
from avvikelse.forms.follow import (
    READ_WITHIN,
    SENT_WITHIN,
    WRONG_CODE,
    AnswerForm,
    CodeForm,
    VerdictForm,
    opened_by,
    pass_for,
)
from avvikelse.views import followed
from avvikelse.workflow import KIND
from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases import receipt_codes, throttle
from patientsakerhet.cases.forms.attached import attached
from patientsakerhet.cases.models import Case, Comment
from patientsakerhet.lib.refusal import Refused
from patientsakerhet.notifications import outbox
from patientsakerhet.organisation.models import Person
from patientsakerhet.ui.answers import SeeOther
from patientsakerhet.ui.paging import page_of

SAID = {
    "svar": "Ditt svar är skickat till den som handlägger ärendet.",
    "omdome": "Tack. Ditt omdöme är sparat.",
}
"""What a page says once after something was sent, by the word in its address."""


@never_cache
@require_safe
def own_reports(request: HttpRequest) -> HttpResponse:
    """Everything the person has reported, newest first, and where she is asked something."""
    person = _signed_in(request)
    unanswered = Comment.objects.filter(
        case=OuterRef("pk"), purpose=Comment.Purpose.QUESTION, replies=None
    )
    cases = (
        Case.objects.filed_by(person)
        .of_kind(KIND)
        .latest_first()
        .select_related("filing_unit", "parent", "reporter")
        .annotate(asks=Exists(unanswered))
    )
    page = page_of(cases, cursor=request.GET.get("sida", ""))
    rows = [followed.row(case) for case in page.rows]
    trail.read(
        "list.read",
        by=person,
        right="reporter",
        body={"list": "own_reports", "cases": [case.pk for case in page.rows]},
    )
    context = {
        "rows": rows,
        "shown": f"{len(rows)} anmälningar, nyast först",
        "before": f"?sida={page.previous}" if page.previous else "",
        "after": f"?sida={page.next}" if page.next else "",
    }
    return render(request, "avvikelse/own_reports.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def own_report(request: HttpRequest, number: str) -> HttpResponse:
    """One of the person's own reports; anybody else's does not exist."""
    person = _signed_in(request)
    case = _for_following(Case.objects.filed_by(person)).filter(number=number).first()
    if case is None:
        _mark_attempt(person, number)
        raise Http404
    here = reverse("own_report", args=[case.number])
    extra = {
        "may_read": Can.READ in policy.capabilities(person, case),
        "own_trail": [("Mina anmälningar", reverse("own_reports"))],
    }
    return _follow(request, case, here, by=person, page="avvikelse/own_report.html", extra=extra)


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def follow_report(request: HttpRequest) -> HttpResponse:
    """The receipt code, which opens a page for half an hour; every wrong code gets one answer."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                throttle.take("code", request)
            except throttle.TooMany as refused:
                form.add_error("code", refused.reasons[0])
                status = 429
            else:
                case = receipt_codes.case_with(form.cleaned_data["code"])
                if case is not None:
                    throttle.give_back("code", request)
                    return SeeOther(reverse("followed_report", args=[pass_for(case)]))
                trail.denied("receipt.opened", by=None, reason="wrong_code")
                form.add_error("code", WRONG_CODE)
    done = SAID.get(request.GET.get("sparat", ""), "")
    context = {"form": form, "ran_out": "slut" in request.GET, "done": done}
    return render(request, "avvikelse/follow.html", context, status=status)


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def followed_report(request: HttpRequest, token: str) -> HttpResponse:
    """The report a code has opened; after half an hour the code is asked for again."""
    sends = request.method == "POST"
    opened = opened_by(token, SENT_WITHIN if sends else READ_WITHIN)
    case = _for_following(Case.objects.all()).filter(pk=opened).first() if opened else None
    if case is None:
        return SeeOther(f"{reverse('follow_report')}?slut")
    here = reverse("followed_report", args=[pass_for(case) if sends else token])
    if sends and opened_by(token, READ_WITHIN) is None:
        here = reverse("follow_report")
    return _follow(request, case, here, by=None, page="avvikelse/followed.html")


def _follow(
    request: HttpRequest,
    case: Case,
    here: str,
    *,
    by: Person | None,
    page: str,
    extra: dict[str, Any] | None = None,
) -> HttpResponse:
    """The page, after what was sent to it has been done."""
    answer, verdict, status = AnswerForm(), VerdictForm(), 200
    if request.method == "POST":
        status = 422
        if request.POST.get("gor") == "omdome":
            verdict = VerdictForm(request.POST)
            if verdict.is_valid():
                try:
                    closing.judge_answer(case, **verdict.cleaned_data, by=by)
                    return SeeOther(f"{here}?sparat=omdome")
                except Refused as refused:
                    verdict.add_error(None, refused.reasons)
        else:
            came_with = attached(request)
            answer = AnswerForm(request.POST, request.FILES, attached=came_with)
            if answer.is_valid():
                coordination.answered_by_reporter(
                    case, answer.cleaned_data["text"], by=by, files=came_with.files
                )
                return SeeOther(f"{here}?sparat=svar")
    context = followed.content(case)
    trail.read(
        "case.read",
        by=by,
        case_id=case.pk,
        number=case.number,
        unit_id=case.owning_unit_id,
        right="reporter" if by else "receipt_code",
    )
    outbox.shown(case.pk, by)
    said = SAID.get(request.GET.get("sparat", ""), "")
    context |= {"answer": answer, "verdict": verdict, "here": here, "done": said, **(extra or {})}
    return render(request, page, context, status=status)


def _for_following(cases: Any) -> Any:
    """With everything the page shows of the case itself."""
    return cases.of_kind(KIND).select_related(
        "deviation__device__model",
        "deviation__system",
        "reporter",
        "owning_unit",
        "filing_unit",
        "parent__owning_unit",
    )


def _mark_attempt(person: Person, number: str) -> None:
    """Somebody asked for a report that is not hers; nothing is written of numbers nobody has."""
    case = Case.objects.filter(number=number).only("pk").first() if number.isprintable() else None
    if case is not None:
        trail.denied("case.read", by=person, case_id=case.pk, number=number)


def _signed_in(request: HttpRequest) -> Person:
    if not isinstance(request.user, Person):  # the middleware lets nobody else come this far
        raise PermissionError
    return request.user

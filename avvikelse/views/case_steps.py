"""Taking a step with a case: one page for all of them, with what the step asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from avvikelse import workflow
from avvikelse.actions import closing, coordination
from avvikelse.forms.case_bulk import HandOverManyForm
from avvikelse.forms.case_steps import (
    AppointForm,
    AskForm,
    CoordinateForm,
    HandOverForm,
    MergeForm,
    ReasonForm,
    ReceiveForm,
    RejectForm,
    StepForm,
)
from avvikelse.views.case_head import crumbs, head_of
from avvikelse.views.case_opening import Opened, conflict_of, open_whole, record_reading
from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.cases import bulk
from patientsakerhet.cases.actions import appointing
from patientsakerhet.cases.models import Case
from patientsakerhet.lib.refusal import NotAllowed, Refused, Stale
from patientsakerhet.organisation.models import Person

Take = Callable[[Opened, dict[str, Any]], Any]


@dataclass(frozen=True)
class Page:
    """What a step's page says and asks, and what it does."""

    form: type[StepForm]
    take: Take
    says: str
    done: str


def _merge(opened: Opened, given: dict[str, Any]) -> Any:
    parent = Case.objects.visible_to(opened.by).filter(number=given.pop("into").upper()).first()
    if parent is None:
        raise Refused("Det finns inget ärende med det numret som du kan läsa.")
    return coordination.merge(opened.case, into=parent, by=opened.by, **given)


def _coordinate(opened: Opened, given: dict[str, Any]) -> Any:
    note = given.pop("reason")
    return coordination.coordinate(opened.case, by=opened.by, note=note, **given)


def _ask(opened: Opened, given: dict[str, Any]) -> Any:
    return coordination.ask_reporter(opened.case, given.pop("question"), by=opened.by, **given)


def _plain(action: Callable[..., Any]) -> Take:
    return lambda opened, given: action(opened.case, by=opened.by, **given)


PAGES: dict[str, Page] = {
    "take": Page(StepForm, _plain(coordination.take), "Du blir den som koordinerar ärendet.", "Ärendet är ditt."),
    "release": Page(StepForm, _plain(coordination.release), "Ärendet läggs tillbaka i kön och blir ingens.", "Ärendet ligger i kön igen."),
    "ask": Page(AskForm, _ask, "Ärendet väntar tills rapportören har svarat.", "Frågan är skickad till rapportören."),
    "coordinate": Page(CoordinateForm, _coordinate, "Enheten får ärendet och meddelas.", "Ärendet är koordinerat."),
    "hand_over": Page(HandOverForm, _plain(coordination.hand_over), "Den andra enheten får ärendet och meddelas. Ni ser om det tas emot.", "Ärendet är överlämnat."),
    "receive": Page(ReceiveForm, _plain(coordination.receive), "Enheten tar emot ärendet och orsaksutredningen börjar.", "Ärendet är mottaget."),
    "send_back": Page(ReasonForm, _plain(coordination.send_back), "Ärendet går tillbaka till koordineringen.", "Ärendet är skickat till koordineringen."),
    "plan": Page(StepForm, _plain(closing.plan), "Utredningen är klar och åtgärderna genomförs.", "Ärendet är i åtgärd."),
    "follow_up": Page(StepForm, _plain(closing.follow_up), "Åtgärderna är klara och effekten följs upp.", "Ärendet är i uppföljning."),
    "resume": Page(ReasonForm, _plain(closing.resume), "Mer behöver göras.", "Ärendet är i åtgärd igen."),
    "close": Page(StepForm, _plain(closing.close), "Ärendet avslutas och rapportören får veta det.", "Ärendet är avslutat."),
    "reopen": Page(ReasonForm, _plain(closing.reopen), "Ärendet utreds igen.", "Ärendet är återöppnat."),
    "reject": Page(RejectForm, _plain(coordination.reject), "Ärendet avslutas som att det inte är någon avvikelse. Rapportören får ditt svar.", "Ärendet är avvisat."),
    "restore": Page(ReasonForm, _plain(coordination.restore), "Avvisningen tas tillbaka och ärendet koordineras.", "Avvisningen är tillbakatagen."),
    "merge": Page(MergeForm, _merge, "Rapporten sparas under huvudärendet, och rapportören får huvudärendets svar.", "Ärendet är sammanslaget."),
    "unmerge": Page(ReasonForm, _plain(coordination.unmerge), "Ärendet står för sig självt igen, i koordineringen.", "Ärendet är delat igen."),
}  # fmt: skip


def _hand_over_one(case: Case, given: dict[str, Any], by: Person) -> None:
    coordination.hand_over(case, by=by, version=case.version, **given)


HAND_OVER_MANY = bulk.Offer(
    key="hand_over",
    label="Lämna över…",
    title="Lämna över",
    needs=Can.HAND_OVER,
    form=HandOverManyForm,
    do=_hand_over_one,
)


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """The page of one step: asks, takes it, or says why it cannot be taken."""
    if name not in PAGES:
        raise Http404
    page = PAGES[name]
    opened = open_whole(request, number)
    arrow = workflow.WORKFLOW.named(name)
    if request.method != "POST":
        policy.check(opened.by, arrow.needs, opened.case)
    return _ask_and_do(request, opened, page, arrow.label, lambda: _missing(opened, name))


@require_http_methods(["GET", "HEAD", "POST"])
def appoint(request: HttpRequest, number: str) -> HttpResponse:
    """The page where a handler is appointed."""
    opened = open_whole(request, number)
    if request.method != "POST":
        policy.check(opened.by, Can.RECEIVE, opened.case)

    def take(opened: Opened, given: dict[str, Any]) -> Any:
        handler = given.pop("handler")
        return appointing.appoint(opened.case, handler, by=opened.by, **given)

    page = Page(AppointForm, take, "Den nya handläggaren meddelas.", "Handläggaren är utsedd.")
    return _ask_and_do(request, opened, page, "Utse handläggare", list)


def _ask_and_do(
    request: HttpRequest, opened: Opened, page: Page, title: str, missing: Callable[[], list[str]]
) -> HttpResponse:
    initial = {"version": opened.case.version}
    form = page.form(request.POST or None, initial=initial, case=opened.case, by=opened.by)
    status = 200
    if request.method == "POST":
        if not form.is_valid():
            status = 422
        else:
            try:
                page.take(opened, dict(form.cleaned_data))
            except NotAllowed:
                raise
            except Refused as refusal:
                for reason in refusal.reasons:
                    form.add_error(None, reason)
                form.stale = isinstance(refusal, Stale)  # type: ignore[attr-defined]  # a mark for the template
                status = 409
            else:
                messages.success(request, page.done)
                return redirect(_where(opened))
    record_reading(opened, "steg")
    context = {
        "opened": opened,
        "head": head_of(opened, ""),
        "crumbs": crumbs(opened),
        "title": title,
        "says": page.says,
        "form": form,
        "missing": missing(),
        "conflict": conflict_of(form, opened),
        "asks": len(form.fields) > 1,
    }
    return render(request, "avvikelse/case_step.html", context, status=status)


def _where(opened: Opened) -> str:
    """Back to the case, or to the list when she no longer reaches it."""
    still = Case.objects.extract_visible_to(opened.by).filter(pk=opened.case.pk).exists()
    return opened.case.get_absolute_url() if still else "/"


def _missing(opened: Opened, name: str) -> list[str]:
    """What stands in the way, in the words of the workflow."""
    arrow = workflow.WORKFLOW.named(name)
    status = opened.case.status
    if status not in arrow.sources:
        label = opened.case.status_label
        return [f"”{arrow.label}” går inte när ärendet är ”{label}”."]
    return arrow.missing(opened.deviation)

"""Taking a step with a report: one page for all of them, with what the step asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.authority_reports.actions import deciding, keeping
from patientsakerhet.authority_reports.forms.reports import (
    DecisionForm,
    ManufacturerForm,
    OutcomeForm,
    PlainForm,
    ReasonForm,
    ReceiptForm,
    SentForm,
    SubmitForm,
    SupplementForm,
)
from patientsakerhet.authority_reports.models import AuthorityReport
from patientsakerhet.authority_reports.views.opening import (
    Opened,
    open_report,
    record_reading,
    shown,
)
from patientsakerhet.authority_reports.workflow import UNDECIDED, WORKFLOW
from patientsakerhet.cases.forms.attached import Attached, attached
from patientsakerhet.cases.views.acting import perform, renewed
from patientsakerhet.ui.parts import Act


@dataclass(frozen=True)
class Page:
    """What a step's page is called, says and asks, which step of the workflow it is, and what it does."""

    title: str
    step: str
    form: type[PlainForm]
    do: Callable[..., Any]
    says: str
    done: str
    right: Can = Can.KEEP_REPORTS
    takes_file: str = ""
    """What the action calls the file that may come with it."""


PAGES: dict[str, Page] = {
    "begar": Page(
        "Begär beslut", "ask", PlainForm, deciding.ask,
        "Den som beslutar får veta det. Ärendet kan inte avslutas förrän beslutet är fattat.",
        "Beslutet är begärt.", Can.ASK_FOR_REPORT,
    ),
    "besluta": Page(
        "Besluta", "decide_no", DecisionForm, deciding.decide,
        "Skriv motiveringen så att någon annan kan förstå beslutet om fem år. Den behövs också när svaret är nej.",
        "Beslutet är fattat.", Can.DECIDE_REPORT,
    ),
    "prova-om": Page(
        "Pröva om", "reconsider", ReasonForm, deciding.reconsider,
        "Beslutet gäller inte längre och begärs på nytt. Det tidigare beslutet står kvar i historiken.",
        "Beslutet är begärt på nytt.", Can.ASK_FOR_REPORT,
    ),
    "skickad": Page(
        "Registrera som inskickad", "submit", SubmitForm, keeping.submit,
        "Varsam skickar ingenting till myndigheten. Skicka in anmälan själv och skriv här när och hur det gjordes.",
        "Anmälan är registrerad som inskickad.", takes_file="receipt",
    ),
    "kvittens": Page(
        "Lägg till diarienummer eller kvittens", "", ReceiptForm, keeping.note_receipt,
        "Det som myndigheten har svarat att den har tagit emot.",
        "Uppgifterna är sparade.", takes_file="receipt",
    ),
    "komplettera": Page(
        "Komplettera", "supplement", SupplementForm, keeping.supplement,
        "Det som har skickats till myndigheten efter anmälan, till exempel utredningen.",
        "Kompletteringen är registrerad.", takes_file="file",
    ),
    "svar": Page(
        "Registrera myndighetens svar", "record_outcome", OutcomeForm, keeping.record_outcome,
        "Vad myndigheten kom fram till, och vilken dag svaret är daterat.",
        "Svaret är registrerat.",
    ),
    "tillverkaren": Page(
        "Tillverkaren är informerad", "", ManufacturerForm, keeping.tell_manufacturer,
        "Myndigheten skickar inte anmälan vidare. Att informera tillverkaren är vårdgivarens uppgift.",
        "Det är antecknat att tillverkaren är informerad.",
    ),
    "avsluta": Page(
        "Avsluta anmälan", "close", ReasonForm, keeping.close,
        "Inget mer väntas från myndigheten, och inget mer ska skickas.",
        "Anmälan är avslutad.",
    ),
    "ta-upp": Page(
        "Ta upp igen", "take_up", ReasonForm, keeping.take_up,
        "Myndigheten har hört av sig, eller något mer ska skickas.",
        "Anmälan är upptagen igen.",
    ),
}  # fmt: skip
FORWARD = ("besluta", "begar", "skickad", "svar")
"""The act that leads on is the one shown first."""


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, number: str, pk: int, act: str) -> HttpResponse:
    """The page of one step: asks, takes it, or says why it cannot be taken."""
    if act not in PAGES:
        raise Http404
    page = PAGES[act]
    opened = open_report(request, number, pk)
    if request.method != "POST":
        policy.check(opened.framed.by, right_of(page, opened.report), opened.framed.case)
        return _shown(request, opened, page, _form(page, opened), Attached(), 200)
    came_with = attached(request, "file") if page.takes_file else Attached()
    form = _form(page, opened, request)
    return perform(
        request,
        _with_problems(form, came_with),
        lambda: page.do(
            opened.report, by=opened.framed.by, **_given(form, came_with, page.takes_file)
        ),
        done=page.done,
        to=opened.report.get_absolute_url(),
        again=lambda status: _shown(request, opened, page, form, came_with, status),
    )


def acts_of(opened: Opened) -> list[Act]:
    """What can be done with the report from where it stands by whoever has it open, what leads on first."""
    report = opened.report
    names = [
        name
        for name, page in PAGES.items()
        if right_of(page, report) in opened.may and _is_time(name, page, report)
    ]
    leading = next((name for name in FORWARD if name in names), "")
    names.sort(key=lambda name: name != leading)
    return [
        Act(
            f"{PAGES[name].title}…",
            opened.url("case_report_step", name),
            post=False,
            kind="primary" if name == leading else "",
        )
        for name in names
    ]


def right_of(page: Page, report: AuthorityReport) -> Can:
    """What the step needs; a decision what its kind says."""
    return Can(report.kind.decided_with) if page.right == Can.DECIDE_REPORT else page.right


def missing_for(page: Page, report: AuthorityReport) -> list[str]:
    """What stands in the way of the step: of its guards, or that it is not its time."""
    if not page.step:
        return []
    return WORKFLOW.named(page.step).missing(report)


def _is_time(name: str, page: Page, report: AuthorityReport) -> bool:
    if name == "begar":
        return report.status in WORKFLOW.named("ask").sources and not report.case.is_final
    if name == "prova-om":
        return report.status in WORKFLOW.named("reconsider").sources and not report.case.is_final
    if name == "kvittens":
        return report.submitted_at is not None
    if name == "tillverkaren":
        return report.kind.tells_manufacturer and report.decision == report.Decision.YES
    if name == "besluta":
        return report.status in UNDECIDED
    return report.status in WORKFLOW.named(page.step).sources


def _form(page: Page, opened: Opened, request: HttpRequest | None = None) -> PlainForm:
    initial: dict[str, Any] = {"version": opened.report.version}
    if "diary_no" in page.form.base_fields:
        initial["diary_no"] = opened.report.diary_no
    data, sent = (request.POST, request.FILES) if request is not None else (None, None)
    if issubclass(page.form, SentForm):
        return page.form(data, sent, initial=initial, report=opened.report)
    return page.form(data, sent, initial=initial)


def _with_problems(form: PlainForm, came_with: Attached) -> PlainForm:
    for problem in came_with.problems:
        form.is_valid()
        form.add_error("file", problem)
    return form


def _given(form: BaseForm, came_with: Attached, takes_file: str) -> dict[str, Any]:
    """What the action takes; of the files that came with it, the last."""
    given = dict(form.cleaned_data)
    given.pop("file", None)
    if takes_file and came_with.files:
        given[takes_file] = came_with.files[-1]
    return given


def _shown(
    request: HttpRequest,
    opened: Opened,
    page: Page,
    form: BaseForm,
    came_with: Attached,
    status: int,
) -> HttpResponse:
    record_reading(opened.framed, "anmälan")
    context = {
        "report": opened.report,
        "page": page,
        "form": renewed(form, opened.report),
        "is_stale": getattr(form, "stale", False),
        "missing": missing_for(page, opened.report),
        "kept": came_with.kept,
        "with_file": bool(page.takes_file),
        "back": opened.report.get_absolute_url(),
    }
    return shown(request, opened.framed, "case_report_step.html", context, status)

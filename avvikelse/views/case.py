"""The case's first part, what the reporter told; the extract others get; what is said and added."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from avvikelse.forms.case import AnswerForm, FileForm, SayForm
from avvikelse.models import Deviation
from avvikelse.views import case_said
from avvikelse.views.case_head import crumbs, head_of
from avvikelse.views.case_opening import Opened, open_case, open_whole, record_reading
from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases import files, sealing, uploads
from patientsakerhet.cases.actions import attachments, comments
from patientsakerhet.cases.models import Case, Comment
from patientsakerhet.cases.views.acting import perform
from patientsakerhet.ui import swedish

PARTS = {
    "handelse": "deviation",
    "utredning": "deviation_investigation",
    "samverkan": "deviation_parties",
}
"""Where one writes, and where one comes back to."""
SENT = {
    "internal": "Sparat internt. Bara de som handlägger ser det.",
    "parties": "Skickat till parterna.",
    "reporter": "Skickat till rapportören.",
}
TOLD = (
    ("immediate_action", "Gjordes direkt"),
    ("consequence", "Följd"),
    ("could_have_happened", "Kunde ha hänt"),
    ("suggestion", "Rapportörens förslag"),
    ("place", "Plats"),
    ("device_text", "Utrustning, som den skrevs"),
    ("device_serial", "Serie- eller lotnummer"),
    ("device_kept", "Utrustningen finns nu"),
    ("system_text", "IT-system, som det skrevs"),
    ("system_workaround", "Så klarade de sig"),
)
SEALED = {
    "what_happened": "Vad hände",
    "place": "Plats",
    **dict(TOLD),
}


@require_safe
def deviation(request: HttpRequest, number: str) -> HttpResponse:
    """What was reported. A merged report leads to the case it was merged into."""
    opened = open_case(request, number)
    if not opened.is_whole:
        return extract(request, opened)
    if (parent := opened.parent) is not None and "eget" not in request.GET:
        return redirect(f"{parent.get_absolute_url()}?fran={number}#sammanslagna")
    return event_page(request, opened)


def event_page(
    request: HttpRequest,
    opened: Opened,
    *,
    say: SayForm | None = None,
    file: FileForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The part with what was reported, and with the conversation below."""
    record_reading(opened, "handelse")
    row = opened.deviation
    sealed = opened.can(Can.SEE_REPORTER) and opened.case.sealed.exists()
    context: dict[str, Any] = {
        "opened": opened,
        "head": head_of(opened, "deviation"),
        "crumbs": crumbs(opened),
        "row": row,
        "told": _told(row),
        "about": _about(opened),
        "sealed": sealed,
        "merged": _merged(opened),
        "came_from": request.GET.get("fran", ""),
        "files": case_said.attachments_of(opened),
        "file": file or case_said.file_form(opened),
        "may_secrecy": opened.can(Can.SET_SECRECY),
        **case_said.context(opened, form=say or _asked_for(request, opened), part="handelse"),
    }
    return render(request, "avvikelse/case_event.html", context, status=status)


def extract(
    request: HttpRequest, opened: Opened, *, say: SayForm | None = None, status: int = 200
) -> HttpResponse:
    """What others than those who handle the case get: what it is, how far it has come, what is
    said to the parties, and its measures. Built field by field, so that nothing else slips in."""
    record_reading(opened, "utdrag")
    case = opened.case
    to_parties = [one for one in case.comments.all() if one.audience == Comment.Audience.PARTIES]
    context = {
        "trail": [("Min sida", "/")],
        "number": case.number,
        "title": case.title,
        "status": case.status_label,
        "since": case.status_since,
        "said": [case_said.said(opened, one) for one in reversed(to_parties)],
        "measures": [
            (one.title, reverse("measure", args=[one.pk]), one.due_on, one.get_status_display())
            for one in case.measures.all()
        ],
        "files": case_said.attachments_of(opened),
        "say": say or (SayForm(may=opened.may) if opened.can(Can.COMMENT) else None),
        "say_url": opened.url("deviation_say"),
    }
    return render(request, "avvikelse/case_extract.html", context, status=status)


@require_POST
def say(request: HttpRequest, number: str) -> HttpResponse:
    """Something is said to the audience chosen."""
    opened = open_case(request, number)
    form = SayForm(request.POST, may=opened.may)
    back = opened.url(PARTS.get(request.GET.get("del", ""), "deviation"))

    def again(status: int) -> HttpResponse:
        if not opened.is_whole:
            return extract(request, opened, say=form, status=status)
        return event_page(request, opened, say=form, status=status)

    return perform(
        request,
        form,
        lambda: comments.say(
            opened.case,
            form.cleaned_data["text"],
            by=opened.by,
            audience=form.cleaned_data["audience"],
            purpose=form.cleaned_data["purpose"],
        ),
        done=SENT.get(request.POST.get(form.add_prefix("audience"), ""), ""),
        to=f"{back}#sagt",
        again=again,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, number: str) -> HttpResponse:
    """The page where the reporter gets her answer."""
    opened = open_whole(request, number)
    form = AnswerForm(request.POST or None)

    def again(status: int) -> HttpResponse:
        record_reading(opened, "aterkoppling")
        given = [
            case_said.said(opened, one)
            for one in opened.case.comments.all()
            if one.purpose == Comment.Purpose.FEEDBACK
        ]
        context = {
            "opened": opened,
            "head": head_of(opened, ""),
            "crumbs": crumbs(opened),
            "form": form,
            "given": given,
            "merged_count": opened.case.merged.count(),
            "row": opened.deviation,
        }
        return render(request, "avvikelse/case_answer.html", context, status=status)

    if request.method != "POST":
        policy.check(opened.by, Can.ANSWER_REPORTER, opened.case)
        return again(200)
    return perform(
        request,
        form,
        lambda: comments.say(
            opened.case,
            form.cleaned_data["text"],
            by=opened.by,
            audience=Comment.Audience.REPORTER,
            purpose=Comment.Purpose.FEEDBACK,
        ),
        done="Återkopplingen är skickad till rapportören.",
        to=opened.case.get_absolute_url(),
        again=again,
    )


@require_POST
def attach(request: HttpRequest, number: str) -> HttpResponse:
    """A file is added to the case."""
    opened = open_case(request, number)
    form = FileForm(request.POST, request.FILES, may=opened.may)

    def again(status: int) -> HttpResponse:
        if not opened.is_whole:
            return extract(request, opened, status=status)
        return event_page(request, opened, file=form, status=status)

    def do() -> None:
        received = files.receive(form.cleaned_data["file"])
        attachments.attach(
            opened.case, received, by=opened.by, audience=form.cleaned_data["audience"]
        )

    form.is_valid()
    if skipped := uploads.too_large(request):
        form.errors.pop("file", None)
        form.add_error("file", f"{skipped[0]}: {files.too_large()}")
    to = f"{opened.case.get_absolute_url()}#bilagor"
    return perform(request, form, do, done="Filen är tillagd.", to=to, again=again)


@require_POST
def original(request: HttpRequest, number: str) -> HttpResponse:
    """What was written before personal numbers were masked; that it was read is written down.

    A POST, so that no browser fetches it beforehand.
    """
    opened = open_whole(request, number)
    policy.check(opened.by, Can.SEE_REPORTER, opened.case)
    rows = list(opened.case.sealed.select_related("case").order_by("pk"))
    trail.read(
        "sealed.read",
        by=opened.by,
        case_id=opened.case.pk,
        number=opened.case.number,
        right=Can.SEE_REPORTER,
        body={"fields": [row.field for row in rows]},
    )
    context = {
        "opened": opened,
        "crumbs": [*crumbs(opened), (opened.case.number, opened.case.get_absolute_url())],
        "texts": [(_sealed_label(row.field), sealing.unseal(row)) for row in rows],
    }
    return render(request, "avvikelse/case_original.html", context)


def _asked_for(request: HttpRequest, opened: Opened) -> SayForm | None:
    """A composer that already says to the reporter, when a link asks for that."""
    if request.GET.get("skriv") != "rapportor" or not opened.can(Can.ANSWER_REPORTER):
        return None
    return SayForm(may=opened.may, initial={"audience": Comment.Audience.REPORTER})


def _told(row: Deviation) -> list[tuple[str, str]]:
    return [(label, text) for name, label in TOLD if (text := getattr(row, name))]


def _about(opened: Opened) -> list[tuple[str, str]]:
    """Facts about the report itself, and about who filed it for those who may see that."""
    row, case = opened.deviation, opened.case
    facts = [("Gäller", row.get_door_display().capitalize())]
    facts.append(("Berörde", row.get_affected_display().capitalize()))
    if row.discovered_at is not None:
        facts.append(("Upptäcktes", swedish.moment(row.discovered_at)))
    facts.append(("Inkom genom", row.get_channel_display()))
    if row.written_on_paper_at is not None:
        facts.append(("Skrevs på papper", swedish.moment(row.written_on_paper_at)))
    provider = case.filing_unit.care_provider.name
    facts.append(("Rapporterande enhet", f"{case.filing_unit.name}, {provider}"))
    facts.append(("Rapportör", reporter_words(opened)))
    for label, code in (("Händelseklass", row.event_class), ("Orsaksklass", row.cause_class)):
        if code is not None:
            facts.append((label, code.label))
    if opened.reporter.answered:
        facts.append(("Fick svar på det hen skrev", opened.reporter.get_answered_display()))
    return facts


def reporter_words(opened: Opened, case: Case | None = None) -> str:
    """The reporter's name and title, or why it does not stand there."""
    reporter = (case or opened.case).reporter
    if reporter.mode == reporter.Mode.ANONYMOUS:
        return "Anonym"
    if not opened.can(Can.SEE_REPORTER):
        return "Visas för samordnaren"
    name = str(reporter.person or reporter.name or reporter.email)
    title = reporter.person.title if reporter.person else reporter.title
    return f"{name}, {title}" if title else name


def _merged(opened: Opened) -> list[dict[str, Any]]:
    """The reports merged into this one that she may read, each with what it told; one statement."""
    rows = (
        Deviation.objects.visible_to(opened.by)
        .filter(case__parent=opened.case)
        .select_related("case__filing_unit", "case__reporter__person")
        .order_by("case__filed_at", "pk")
    )
    return [
        {
            "number": row.case.number,
            "title": row.case.title,
            "unit": row.case.filing_unit.name,
            "filed_at": row.case.filed_at,
            "text": row.what_happened,
            "reporter": reporter_words(opened, row.case),
            "url": f"{row.case.get_absolute_url()}?eget=1",
        }
        for row in rows
    ]


def _sealed_label(field: str) -> str:
    """Where the text stands: `comment:12` is a comment."""
    kind, _, _ = field.partition(":")
    named = {
        "comment": "Kommentar",
        "note": "Anteckning",
        "timeline": "Händelseförlopp",
        "cause": "Orsak",
        "measure": "Åtgärd",
        "transition": "Skäl till ett steg",
        "assessment": "Skäl till bedömning",
    }
    return named.get(kind) or SEALED.get(field, "Text")

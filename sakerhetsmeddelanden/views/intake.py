"""What has come in about safety notices: the list, its states, its export, and what one uploads."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from patientsakerhet.access import policy
from patientsakerhet.access.asking import person_of
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases import files
from patientsakerhet.cases.forms.attached import attached
from patientsakerhet.exchange import writer
from patientsakerhet.lib.refusal import Refused
from patientsakerhet.organisation.models import Person
from patientsakerhet.ui.paging import addresses, counts_of, page_of
from patientsakerhet.ui.parts import Tab
from sakerhetsmeddelanden.actions import intake
from sakerhetsmeddelanden.exchange import lists
from sakerhetsmeddelanden.forms.intake import UploadForm
from sakerhetsmeddelanden.incoming_filters import STATES, IncomingFilter, in_state
from sakerhetsmeddelanden.models import IncomingMessage

TONES = {"waiting": "info", "quarantine": "bad", "notice": "good", "follow_up": "good"}
EMPTY = {
    "": ("Inget att granska", "Nya meddelanden hämtas ur funktionsbrevlådan varje minut."),
    "karantan": (
        "Karantänen är tom",
        "Hit kommer det som är trasigt, för stort eller inte går att läsa, med skälet.",
    ),
}


@dataclass(frozen=True)
class Row:
    """A message in the list."""

    message: IncomingMessage
    url: str
    tone: str
    chips: list[tuple[str, str]]


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """What has come in, in the state that is chosen; what waits longest stands first there."""
    person = manager(request)
    state = _state(request)
    every, narrowed, asked = _rows(request, state)
    page = page_of(narrowed, request.GET.get("sida", ""))
    trail.read(
        "incoming_messages.listed",
        by=person,
        right=Can.MANAGE_NOTICES,
        body={"messages": [one.pk for one in page.rows]},
    )
    counted = counts_of({key: every.filter(verdict__in=v) for key, (_, v) in STATES.items()})
    here = reverse("incoming_messages")
    before, after = addresses(request, page)
    kept = request.GET.copy()
    kept.pop("sida", None)
    title, text = EMPTY.get(state, ("Inget i det här urvalet", "Välj ett annat urval."))
    context = {
        "views": [
            Tab(
                label,
                f"{here}?lage={key}" if key else here,
                count=counted[key].count,
                current=key == state,
            )
            for key, (label, _) in STATES.items()
        ],
        "rows": [_row(one) for one in page.rows],
        "state": state,
        "filter": asked,
        "is_narrowed": any(asked.form.cleaned_data.values()) if asked.form.is_valid() else True,
        "before": before,
        "after": after,
        "shown": f"{len(page.rows)} meddelanden",
        "query": kept.urlencode(),
        "title": title,
        "text": text,
    }
    return render(request, "sakerhetsmeddelanden/inbox.html", context)


@require_safe
def extract(request: HttpRequest, form: str) -> HttpResponseBase:
    """The list as a file, with the same selection."""
    person = manager(request)
    try:
        return writer.respond(lists.incoming(request.GET.dict(), person), form, by=person)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("incoming_messages")


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """A notice that came another way: a mail is read as one, other files as they are."""
    person = manager(request)
    if request.method != "POST":
        return _upload_page(request, UploadForm(), uuid4())
    came_with = attached(request)
    form = UploadForm(request.POST, request.FILES, attached=came_with)
    submission = _submission(request)
    if not form.is_valid():
        return _upload_page(request, form, submission, status=422)
    mails = [one for one in came_with.files if one.content_type == "message/rfc822"]
    others = [one for one in came_with.files if one not in mails]
    taken = None
    for one in mails:
        with files.opened(one.sha256) as raw:
            taken = intake.take_in(
                raw, door=IncomingMessage.Door.UPLOAD, received_at=timezone.now(), by=person
            )
    if others:
        taken = intake.take_written(
            {"note": form.cleaned_data["note"]},
            door=IncomingMessage.Door.UPLOAD,
            submission=submission,
            received=others,
            subject=others[0].name,
            text=form.cleaned_data["note"],
            sender=person.email,
            sender_name=person.name,
            by=person,
        )
    if taken is None or not taken.is_new:
        messages.info(request, "Det här har kommit in förut. Du ser det nedan.")
    else:
        messages.success(request, "Filen är inläst och granskas som det som kommer med e-post.")
    return (
        redirect("incoming_message", taken.message.pk) if taken else redirect("incoming_messages")
    )


def manager(request: HttpRequest) -> Person:
    """Whoever asks, if she handles notices."""
    person = person_of(request)
    policy.check_anywhere(person, Can.MANAGE_NOTICES)
    return person


def _submission(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("submission", ""))
    except ValueError:
        return uuid4()


def _upload_page(
    request: HttpRequest, form: UploadForm, submission: UUID, *, status: int = 200
) -> HttpResponse:
    context = {"form": form, "submission": submission}
    return render(request, "sakerhetsmeddelanden/upload.html", context, status=status)


def _state(request: HttpRequest) -> str:
    state = request.GET.get("lage", "")
    return state if state in STATES else ""


def _rows(
    request: HttpRequest, state: str
) -> tuple[QuerySet[IncomingMessage], QuerySet[IncomingMessage], IncomingFilter]:
    """Everything, what is asked for in its order, and the filter."""
    every = IncomingMessage.objects.all()
    asked = IncomingFilter(request.GET, queryset=every)
    narrowed = in_state(asked.qs, state)
    return every, narrowed, asked


def _row(message: IncomingMessage) -> Row:
    chips = []
    if message.read_at is None:
        chips.append(("läses", "info"))
    if message.lookalike_of:
        chips.append((f"liknar {message.lookalike_of}", "bad"))
    if message.dmarc == "fail" or message.spf == "fail":
        chips.append(("avsändaren inte bekräftad", "warn"))
    if message.duplicate_of_id:
        chips.append(("har kommit förut", "warn"))
    if message.is_automatic:
        chips.append(("automatiskt svar", ""))
    return Row(
        message,
        reverse("incoming_message", args=[message.pk]),
        TONES.get(message.verdict, ""),
        chips[:2],
    )

"""The answer and the work list as a unit meets them, whoever she is and however she came in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from patientsakerhet.audit import trail
from patientsakerhet.lib.refusal import NotAllowed, Refused, Stale
from patientsakerhet.ui import paging, swedish
from patientsakerhet.ui.answers import SeeOther
from patientsakerhet.ui.conflict import carry_version
from patientsakerhet.ui.narrowing import LONGEST
from patientsakerhet.ui.parts import Tone
from sakerhetsmeddelanden import recipient_filters, template
from sakerhetsmeddelanden.actions import answers
from sakerhetsmeddelanden.actions.answers import Signer
from sakerhetsmeddelanden.forms.answering import (
    FEW,
    YES,
    AnswerForm,
    TickForm,
    is_correction,
)
from sakerhetsmeddelanden.models import Recipient, RecipientDevice, SafetyNotice
from sakerhetsmeddelanden.recipient_filters import AnsweredDeviceFilter
from sakerhetsmeddelanden.workflow import (
    ACKNOWLEDGED_AFFECTED,
    ACKNOWLEDGED_NOT_AFFECTED,
    ACTION_DONE,
    ANSWERED,
    NOT_AFFECTED,
    SETTLED,
    WAITING,
    WAIVED,
)

LEFT, HANDLED, ALL = "kvar", "klara", "alla"
STANDING = {LEFT: recipient_filters.LEFT, HANDLED: recipient_filters.HANDLED, ALL: ""}
MARKED = "utrustning"


@dataclass(frozen=True)
class Visit:
    """Somebody at a unit's answer, and the ways on from there."""

    recipient: Recipient
    here: str
    devices_url: str
    signer: Callable[[str], Signer]
    """Who signs, given the name that was written; called when something is sent."""
    signs_as: str = ""
    """Who she is when that is known; otherwise the form asks."""
    name: str = ""
    may_answer: bool = True
    frame: str = "plain.html"
    crumbs: bool = False
    right: str = "answer_notice"
    reader: Any = None

    @property
    def asks_name(self) -> bool:
        """Whether the form asks who she is."""
        return not self.signs_as


@dataclass(frozen=True)
class Counts:
    """How far the unit has come with its devices."""

    total: int
    handled: int

    @property
    def left(self) -> int:
        """Devices nothing is said of."""
        return self.total - self.handled


def counts_of(recipient: Recipient) -> Counts:
    """How many devices the unit is asked about, and how many it has answered for."""
    found = recipient.devices.aggregate(
        total=Count("pk"), handled=Count("pk", filter=~Q(outcome=""))
    )
    return Counts(found["total"], found["handled"])


def answer(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The page with the answer; what is sent is answered with a receipt, or with what is wrong."""
    recipient = visit.recipient
    counted = counts_of(recipient)
    rows = list(_devices(recipient)[:FEW]) if counted.total <= FEW else []
    form = AnswerForm(
        request.POST if request.method == "POST" else None,
        recipient=recipient,
        devices=rows,
        count=counted.total,
        asks_name=visit.asks_name,
        name=visit.name,
    )
    status, stale = 200, False
    if request.method == "POST":
        _may_send(visit)
        status = 422
        if form.is_valid():
            try:
                answers.answer(
                    recipient,
                    form.said(),
                    signer=visit.signer(form.cleaned_data.get("name", "")),
                    version=form.cleaned_data["version"],
                )
            except NotAllowed:
                raise
            except Refused as refusal:
                for reason in refusal.reasons:
                    form.add_error(None, reason)
                status, stale = 409, isinstance(refusal, Stale)
            else:
                messages.success(request, "Svaret är skickat och undertecknat.")
                return SeeOther(visit.here)
    if stale:
        visit = _again(visit)
        carry_version(form, visit.recipient.version)
    _read(visit, "svar")
    common = _common(visit)
    context = {
        **common,
        "accepts": common["accepts"] or form.is_bound,
        "form": form,
        "counted": counted,
        "many": counted.total > FEW,
        "stale": stale,
        "corrects": is_correction(recipient),
        "opens": form.is_bound or not recipient.answer or _is_unfinished(recipient),
        "yes": YES,
    }
    return render(request, "sakerhetsmeddelanden/answer.html", context, status=status)


def devices(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The work list: marked devices are ticked off, today's some and tomorrow's the rest."""
    recipient = visit.recipient
    corrects = bool(recipient.answer) and recipient.status != ACKNOWLEDGED_AFFECTED
    form = TickForm(
        request.POST if request.method == "POST" else None,
        asks_name=visit.asks_name,
        corrects=corrects,
        initial={"name": visit.name},
    )
    status = 200
    if request.method == "POST":
        _may_send(visit)
        status = 422
        marked = _marked(request, recipient)
        if form.is_valid():
            try:
                answers.tick(
                    recipient,
                    {pk: form.said_of(was) for pk, was in marked.items()},
                    signer=visit.signer(form.cleaned_data.get("name", "")),
                    reason=form.cleaned_data.get("reason", ""),
                )
            except NotAllowed:
                raise
            except Refused as refusal:
                for reason in refusal.reasons:
                    form.add_error(None, reason)
                status = 409
            else:
                count = len(marked)
                what = "utrustning" if count == 1 else "utrustningar"
                messages.success(
                    request, f"{swedish.in_words(count).capitalize()} {what} är sparade."
                )
                return SeeOther(f"{visit.devices_url}?{request.GET.urlencode()}")
    which, words = request.GET.get("visa", ""), _words(request)
    counted = counts_of(recipient)
    if which not in (LEFT, HANDLED, ALL):
        which = LEFT if counted.left else ALL
    found = _narrowed(recipient, which, words)
    page = paging.page_of(found, request.GET.get("sida", ""))
    before, after = paging.addresses(request, page)
    _read(visit, "arbetslista")
    context = {
        **_common(visit),
        "form": form,
        "counted": counted,
        "corrects": corrects,
        "rows": page.rows,
        "marked": request.POST.getlist(MARKED),
        "views": _views(visit, which, words, counted),
        "words": words,
        "which": which,
        "before": before,
        "after": after,
        "shown": f"{len(page.rows)} utrustningar visas",
    }
    return render(request, "sakerhetsmeddelanden/devices.html", context, status=status)


def _may_send(visit: Visit) -> None:
    if not visit.may_answer:
        trail.denied(
            "notice.answer",
            by=visit.reader,
            case_id=visit.recipient.notice_id,
            number=visit.recipient.notice.case.number,
        )
        raise PermissionDenied


def _again(visit: Visit) -> Visit:
    """The same visit with the recipient as it stands now."""
    fresh = Recipient.objects.select_related(
        "notice__case", "notice__risk_class", "unit", "answered_by"
    ).get(pk=visit.recipient.pk)
    return Visit(**{**visit.__dict__, "recipient": fresh})


def _devices(recipient: Recipient) -> QuerySet[RecipientDevice]:
    return recipient.devices.select_related("device__model").order_by("pk")


def _words(request: HttpRequest) -> str:
    """What is looked for, no longer than can be."""
    return request.GET.get("q", "").replace("\x00", "")[:LONGEST]


def _narrowed(recipient: Recipient, which: str, words: str) -> QuerySet[RecipientDevice]:
    asked = {"standing": STANDING[which], "q": words}
    found: QuerySet[RecipientDevice] = AnsweredDeviceFilter(asked, queryset=_devices(recipient)).qs
    return found


def _marked(request: HttpRequest, recipient: Recipient) -> dict[int, str]:
    """The marked devices, each with the answer it was shown with."""
    keys = [int(one) for one in request.POST.getlist(MARKED) if one.isdecimal() and len(one) < 18]
    known = set(recipient.devices.filter(pk__in=keys).values_list("pk", flat=True))
    return {pk: request.POST.get(f"was-{pk}", "") for pk in keys if pk in known}


@dataclass(frozen=True)
class View:
    """A selection of the work list."""

    label: str
    url: str
    count: int
    current: bool


def _views(visit: Visit, which: str, words: str, counted: Counts) -> list[View]:
    asked = f"&q={words}" if words else ""
    return [
        View(label, f"{visit.devices_url}?visa={key}{asked}", count, which == key)
        for key, label, count in (
            (LEFT, "Kvar", counted.left),
            (HANDLED, "Klara", counted.handled),
            (ALL, "Alla", counted.total),
        )
    ]


def _is_unfinished(recipient: Recipient) -> bool:
    return recipient.status in (ACKNOWLEDGED_AFFECTED, ACKNOWLEDGED_NOT_AFFECTED)


def _common(visit: Visit) -> dict[str, Any]:
    """What both pages say of the notice and of how far the unit has come."""
    recipient = visit.recipient
    notice = recipient.notice
    fields = {one.code: one.value or one.proposed for one in notice.fields.all()}
    return {
        "visit": visit,
        "recipient": recipient,
        "notice": notice,
        "case": notice.case,
        "asked": _asked(recipient),
        "told": [
            (label, fields[code]) for code, label in template.TOLD.items() if fields.get(code)
        ],
        "state": state_of(recipient),
        "is_settled": recipient.status in SETTLED,
        "accepts": recipient.status in (*WAITING, *ANSWERED)
        and notice.case.status in answers.ANSWERABLE,
        "waived": recipient.status == WAIVED,
    }


def _asked(recipient: Recipient) -> list[str]:
    """What the unit is asked to do, in words."""
    labels = dict(SafetyNotice.UserAction.choices)
    codes = recipient.asked or recipient.notice.user_actions
    return [str(labels[code]).capitalize() for code in codes if code in labels]


@dataclass(frozen=True)
class State:
    """Where a unit stands, in a word and a tone."""

    text: str
    tone: Tone = ""


def state_of(recipient: Recipient) -> State:
    """The unit's state as a chip says it: what is late comes before what it is called."""
    now = timezone.now()
    if recipient.status in WAITING and recipient.due_at and recipient.due_at < now:
        return State("Svaret är försenat", "bad")
    if recipient.status in WAITING:
        return State("Väntar på ert svar", "warn")
    tones: dict[str, Tone] = {
        ACKNOWLEDGED_AFFECTED: "info",
        ACKNOWLEDGED_NOT_AFFECTED: "warn",
        ACTION_DONE: "good",
        NOT_AFFECTED: "good",
    }
    return State(recipient.status_label, tones.get(recipient.status, ""))


def _read(visit: Visit, part: str) -> None:
    """The trail tells that this part of the unit's answer was read, and by which door."""
    case = visit.recipient.notice.case
    trail.read(
        "notice.read",
        by=visit.reader,
        case_id=case.pk,
        number=case.number,
        unit_id=visit.recipient.unit_id,
        right=visit.right,
        object_type="recipient",
        object_id=visit.recipient.pk,
        body={"part": part},
    )

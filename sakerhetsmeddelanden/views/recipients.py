"""The part "Utskick och svar" of a notice: how far the units have come, which of them need somebody, and the acts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.exchange import writer
from patientsakerhet.exchange.writer import Column, Extract
from patientsakerhet.lib.refusal import NotAllowed, Refused
from patientsakerhet.ui import swedish
from patientsakerhet.ui.paging import addresses, count_of, page_of
from patientsakerhet.ui.parts import Tab
from sakerhetsmeddelanden import figure_words as words
from sakerhetsmeddelanden.actions import coordinating, distribution
from sakerhetsmeddelanden.models import Ground, NoticeTally, Recipient
from sakerhetsmeddelanden.recipient_filters import (
    AFFECTED,
    DONE,
    GROUPS,
    LATE,
    LOST,
    SILENT,
    UNSIGNED,
    RecipientFilter,
)
from sakerhetsmeddelanden.views.head import crumbs, tabs_of
from sakerhetsmeddelanden.views.sent_notice import (
    Coverage,
    SentNotice,
    Standing,
    coverage_of,
    open_notice,
    record_reading,
    standing_of,
    with_devices,
)
from sakerhetsmeddelanden.workflow import (
    ASSESSING,
    RECIPIENT_WORKFLOW,
    SELECTED,
    SENT_OUT,
    WAITING,
    WORKFLOW,
)

MARKED = "unit"
SEARCHED = ("unit", "status", "device")
"""What the list is searched by; the groups are the views above it."""
VIEWS = ("", LATE, SILENT, LOST, AFFECTED, DONE, UNSIGNED)


@dataclass(frozen=True)
class Row:
    """A recipient in the list."""

    code: str
    unit: str
    url: str
    standing: Standing
    devices: str
    address: str
    may_be_reminded: bool


@require_safe
def page(request: HttpRequest, number: str) -> HttpResponse:
    """The recipients in pages, those to answer first before those who may wait."""
    return _page(request, open_notice(request, number))


def _page(request: HttpRequest, sent: SentNotice, *, status: int = 200) -> HttpResponse:
    narrow = RecipientFilter(request.GET, queryset=sent.recipients, request=request)
    is_valid = narrow.form.is_valid()
    rows = narrow.qs if is_valid else sent.recipients.none().order_by("due_at", "pk")
    found = page_of(with_devices(rows).select_related("unit"), request.GET.get("sida", ""))
    before, after = addresses(request, found)
    covered = coverage_of(sent)
    manages = Can.MANAGE_NOTICES in sent.may
    record_reading(sent, "utskick och svar")
    query = request.GET.copy()
    query.pop("sida", None)
    chosen = sent.notice.recipients.filter(status=SELECTED).count() if manages else 0
    context: dict[str, Any] = {
        "sent": sent,
        "case": sent.case,
        "notice": sent.notice,
        "covered": covered,
        "sending": sent.notice.distributions.filter(finished_at=None).first(),
        "chosen": chosen,
        "crumbs": crumbs(),
        "tabs": tabs_of(
            sent.url,
            "notice_recipients",
            recipients=covered.total + chosen,
            reports=sent.case.authority_reports.count(),
        ),
        "step": WORKFLOW.named("distribute" if sent.case.status == ASSESSING else "widen"),
        "next_step_at": _next_step(sent),
        "manages": manages,
        "reminds": manages and sent.case.status in SENT_OUT and covered.silent > 0,
        "views": _views(sent, query.get("group", ""), covered),
        "filter": narrow,
        "fields": [narrow.form[name] for name in SEARCHED],
        "group": query.get("group", ""),
        "active": any(query.get(name) for name in SEARCHED),
        "rows": [_row(sent, one) for one in found.rows],
        "shown": f"{len(found.rows)} av {count_of(rows)} enheter",
        "before": before,
        "after": after,
        "links": _links(sent, query.urlencode()),
        "here": sent.url("notice_recipients"),
        "query": query.urlencode(),
        "risk": sent.notice.risk_class,
        **_figures(sent),
    }
    status = status if is_valid else 422
    return render(request, "sakerhetsmeddelanden/recipients.html", context, status=status)


@require_POST
def distribute(request: HttpRequest, number: str) -> HttpResponse:
    """The notice goes out to every chosen unit."""
    sent = open_notice(request, number)
    version = request.POST.get("version", "")
    return _done(
        request,
        sent,
        lambda: distribution.distribute(
            sent.case, by=sent.by, version=int(version) if version.isdecimal() else None
        ),
        "Utskicket har börjat. Enheterna ser det redan på sina egna sidor.",
    )


@require_POST
def remind_all(request: HttpRequest, number: str) -> HttpResponse:
    """Every unit that has not answered is reminded, in the background."""
    sent = open_notice(request, number)
    return _done(
        request,
        sent,
        lambda: distribution.remind_all(sent.case, by=sent.by),
        "Påminnelserna är på väg.",
    )


@require_POST
def remind(request: HttpRequest, number: str) -> HttpResponse:
    """The marked units are reminded at once."""
    sent = open_notice(request, number)
    marked = request.POST.getlist(MARKED)[: coordinating.MOST]
    chosen = list(sent.recipients.filter(unit__code__in=marked).order_by("pk"))
    try:
        reminded = coordinating.remind_now(sent.case, chosen, by=sent.by)
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(_back(request, sent))
    if reminded.count:
        word = "enhet är påmind" if reminded.count == 1 else "enheter är påminda"
        messages.success(request, f"{swedish.in_words(reminded.count).capitalize()} {word}.")
    for reason, count in reminded.refused.items():
        messages.warning(request, f"{swedish.in_words(count).capitalize()} påmindes inte: {reason}")
    return redirect(_back(request, sent))


COLUMNS = (
    Column("Enhet", "unit__name"),
    Column("Enhetskod", "unit__code"),
    Column("Vårdgivare", "unit__care_provider__name"),
    Column("Vald genom", "ground", shown=dict(Ground.choices).get),
    Column("Skäl", "reason"),
    Column("Läge", "status", shown=RECIPIENT_WORKFLOW.labels.get),
    Column("I läget sedan", "status_since"),
    Column("Skickat till", "address"),
    Column("Skickades", "sent_at"),
    Column("Svarar senast", "due_at"),
    Column("Påminnelser", "reminders"),
    Column("Svar", "answer", shown=dict(Recipient.Answer.choices).get),
    Column("Svarade", "answered_at"),
    Column("Undertecknat av", "answered_name"),
    Column("Kommentar", "answer_note"),
    Column("Utrustningar", "device_count"),
    Column("Utrustningar med svar", "handled_count"),
    Column("Åtgärdat", "done_at"),
    Column("Skäl att avstå", "waived_reason"),
)


@require_safe
def extract(request: HttpRequest, number: str, form: str) -> HttpResponseBase:
    """The whole selection as a file."""
    sent = open_notice(request, number)
    if form not in writer.FORMATS:
        raise Http404
    policy.check(sent.by, Can.EXPORT, sent.case)
    narrow = RecipientFilter(request.GET, queryset=sent.recipients, request=request)
    if not narrow.form.is_valid():
        raise Http404
    return writer.respond(
        Extract(
            name=f"svar-{sent.case.number.lower()}",
            title=f"Svar på {sent.case.number}",
            rows=with_devices(narrow.qs),
            columns=COLUMNS,
            selection=[("Säkerhetsmeddelande", sent.case.number), *narrow.described()],
            case_id="notice_id",
            right=Can.EXPORT,
        ),
        form,
        by=sent.by,
    )


def _done(request: HttpRequest, sent: SentNotice, do: Any, said: str) -> HttpResponse:
    try:
        do()
    except NotAllowed:
        raise
    except Refused as refusal:
        for reason in refusal.reasons:
            messages.error(request, reason)
    else:
        messages.success(request, said)
    return redirect(_back(request, sent))


def _back(request: HttpRequest, sent: SentNotice) -> str:
    """The list as it was narrowed."""
    query = request.GET.urlencode()
    return sent.url("notice_recipients") + (f"?{query}" if query else "")


def _row(sent: SentNotice, recipient: Recipient) -> Row:
    total: int = recipient.device_count  # type: ignore[attr-defined]  # from `with_devices`
    handled: int = recipient.handled_count  # type: ignore[attr-defined]  # annotated by the query
    return Row(
        code=recipient.unit.code,
        unit=recipient.unit.name,
        url=sent.url("notice_recipient", recipient.unit.code),
        standing=standing_of(recipient),
        devices=f"{swedish.number(handled)} av {swedish.number(total)}" if total else "",
        address=recipient.address,
        may_be_reminded=recipient.status in WAITING,
    )


def _views(sent: SentNotice, group: str, covered: Coverage) -> list[Tab]:
    here = sent.url("notice_recipients")
    counts = {"": covered.total, LATE: covered.late, SILENT: covered.silent, LOST: covered.bounced}
    return [
        Tab(
            GROUPS[key][0] if key else "Alla",
            f"{here}?group={key}" if key else here,
            counts.get(key),
            key == group,
        )
        for key in VIEWS
    ]


def _links(sent: SentNotice, query: str) -> list[tuple[str, str]]:
    links = []
    if Can.MANAGE_NOTICES in sent.may:
        links.append(("Ringlista", f"{sent.url('notice_call_list')}?{query}"))
    if Can.EXPORT in sent.may:
        links += [
            (f"Hämta {label}", f"{sent.url('notice_recipients_extract', form)}?{query}")
            for form, label in writer.FORMATS.items()
        ]
    return links


def _figures(sent: SentNotice) -> dict[str, Any]:
    """How well it reached those it concerns, as last counted; nothing before it has been."""
    tally = NoticeTally.objects.filter(pk=sent.notice.pk).first()
    if tally is None:
        return {"tally": None}
    return {
        "tally": tally,
        "measures": words.measures(words.reached_of(tally)),
        "traces": words.traces(tally),
        "half": words.days(tally.median_days),
    }


def _next_step(sent: SentNotice) -> Any:
    """When the next reminder goes by itself."""
    coming = sent.notice.recipients.filter(
        status__in=WAITING, next_step_at__gt=timezone.now()
    ).order_by("next_step_at")
    return coming.values_list("next_step_at", flat=True).first()

"""What somebody's units have been asked: the list, and the same as a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from patientsakerhet.access import policy
from patientsakerhet.access.asking import person_of
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.exchange import writer
from patientsakerhet.lib.refusal import Refused
from patientsakerhet.organisation.models import Person
from patientsakerhet.ui import swedish
from patientsakerhet.ui.paging import addresses, counts_of, page_of
from patientsakerhet.ui.parts import Tone
from sakerhetsmeddelanden.exchange import lists
from sakerhetsmeddelanden.models import Recipient
from sakerhetsmeddelanden.querysets import RecipientQuerySet
from sakerhetsmeddelanden.recipient_filters import STANDINGS, TO_ANSWER, ToAnswerFilter
from sakerhetsmeddelanden.views.answer_page import state_of
from sakerhetsmeddelanden.views.answering import address_of
from sakerhetsmeddelanden.workflow import WAITING

FEW = ("q", "unit")


@dataclass(frozen=True)
class Row:
    """One notice that one unit has been asked about."""

    title: str
    url: str
    lead: str
    since: str
    tone: str
    number: str
    unit: str
    state: str
    state_tone: Tone


@dataclass(frozen=True)
class View:
    """A standing that has a name, and how many there are."""

    label: str
    url: str
    count: str
    current: bool


@require_safe
def to_answer(request: HttpRequest) -> HttpResponse:
    """What is to be answered, soonest first; what has been answered is a view beside it."""
    person = person_of(request)
    mine = asked_of(person)
    asked = _asked(request)
    narrow = ToAnswerFilter(asked, queryset=mine, request=request)
    is_valid = narrow.form.is_valid()
    rows = narrow.qs if is_valid else mine.none().order_by("due_at", "pk")
    page = page_of(rows.select_related("notice__case", "unit"), request.GET.get("sida", ""))
    before, after = addresses(request, page)
    trail.read(
        "list.read",
        by=person,
        right=Can.READ_NOTICE,
        body={
            "list": "notices_to_answer",
            "filter": asked.urlencode(),
            "cases": sorted({one.notice_id for one in page.rows}),
        },
    )
    context = {
        "rows": [row_of(one) for one in page.rows],
        "views": _views(mine, asked),
        "few": [narrow.form[name] for name in FEW],
        "active": any(asked.get(name) for name in FEW),
        "standing": asked.get("standing", ""),
        "links": _links(person, asked),
        "before": before,
        "after": after,
        "refused": not is_valid,
        "is_all": asked.get("standing") != TO_ANSWER,
        "all_url": reverse("notices_to_answer") + "?standing=",
    }
    return render(
        request, "sakerhetsmeddelanden/to_answer.html", context, status=200 if is_valid else 422
    )


@require_safe
def extract(request: HttpRequest, form: str) -> HttpResponseBase:
    """The whole selection as a file."""
    person = person_of(request)
    if form not in writer.FORMATS:
        raise Http404
    policy.check_anywhere(person, Can.EXPORT)
    given = {name: str(value) for name, value in _asked(request).items()}
    try:
        return writer.respond(lists.to_answer(given, person), form, by=person)
    except Refused:
        raise Http404 from None


def asked_of(person: Person) -> RecipientQuerySet:
    """What her units have been asked."""
    found: RecipientQuerySet = Recipient.objects.readable_by(person).asked()
    return found


def row_of(recipient: Recipient) -> Row:
    """A recipient, with its notice and unit, as a row."""
    state = state_of(recipient)
    lead, since, tone = "", "", ""
    if recipient.due_at is not None and recipient.status in WAITING:
        until = swedish.until(recipient.due_at, today=timezone.localdate())
        lead, since, tone = until.text, until.since, until.tone
    elif recipient.answered_at is not None:
        lead, since = swedish.day_of_month(recipient.answered_at), "svarat"
    return Row(
        title=recipient.notice.case.title,
        url=address_of(recipient),
        lead=lead,
        since=since,
        tone=tone,
        number=recipient.notice.case.number,
        unit=recipient.unit.name,
        state=state.text,
        state_tone=state.tone,
    )


def _asked(request: HttpRequest) -> QueryDict:
    """What the address asks for, without the page; what is to be answered without a word."""
    asked = request.GET.copy()
    asked.pop("sida", None)
    return asked or QueryDict(f"standing={TO_ANSWER}")


def _views(mine: RecipientQuerySet, asked: QueryDict) -> list[View]:
    here = reverse("notices_to_answer")
    counted = counts_of({key: _standing(mine, key) for key, _ in STANDINGS})
    return [
        View(
            label,
            f"{here}?standing={key}",
            str(counted[key]) if key in counted else "",
            asked.get("standing", "") == key,
        )
        for key, label in (*STANDINGS, ("", "Alla"))
    ]


def _standing(mine: RecipientQuerySet, key: str) -> Any:
    return ToAnswerFilter(QueryDict(f"standing={key}"), queryset=mine).qs


def _links(person: Person, asked: QueryDict) -> list[tuple[str, str]]:
    if not policy.may(person, Can.EXPORT):
        return []
    return [
        (
            f"Hämta {label}",
            f"{reverse('notices_to_answer_extract', args=[form])}?{asked.urlencode()}",
        )
        for form, label in writer.FORMATS.items()
    ]

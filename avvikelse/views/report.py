"""The report form: handed out, laid back with what was written, sent once; and its receipt."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from avvikelse.actions import report as actions
from avvikelse.forms import drafts as draft_fields
from avvikelse.forms.doors import Door
from avvikelse.forms.report import ReportForm
from avvikelse.forms.units import with_code
from avvikelse.models import Deviation, RiskScale
from avvikelse.scales import current_scale
from avvikelse.views import asking
from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.cases import receipt_codes, throttle
from patientsakerhet.cases.actions import drafts, reporters
from patientsakerhet.cases.forms.attached import attached
from patientsakerhet.cases.forms.sending import RECEIPT_SHOWN, Sending, from_receipt, from_ticket
from patientsakerhet.cases.models import Reporter
from patientsakerhet.lib.refusal import NotReady, Refused
from patientsakerhet.organisation.models import Person, Unit
from patientsakerhet.ui.answers import SeeOther

DOOR_WORDS = {
    "avvikelse": Door.DEVIATION,
    "forslag": Door.IMPROVEMENT,
    "klagomal": Door.COMPLAINT,
}
"""What a link may say after `?till=` to open a door."""

CHANGE_UNIT, CHANGE_QUESTIONS = "byt-enhet", "byt-fragor"
OLD_PAGE = "Sidan hade blivit för gammal. Allt du skrev är kvar. Tryck på Skicka en gång till."
OTHER_PERSON = (
    "Du är inloggad som {name}, men formuläret öppnades av någon annan. Kontrollera vem som "
    "anmäler och tryck på Skicka en gång till."
)
CHANGED_AFTERWARDS = (
    "Det här är redan skickat och har nummer {number}. Det du har ändrat sedan dess är inte "
    "skickat. Tryck på Skicka en gång till om det är en ny händelse."
)


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, code: str = "") -> HttpResponse:
    """The form, for anybody; a POST is filed, or laid back with everything that was written."""
    if request.method == "POST":
        return _sent(request, code)
    person = person_of(request)
    kept = drafts.kept(person, form=draft_fields.FORM) if person else None
    initial = draft_fields.as_initial(kept[1]) if kept else {}
    if door := DOOR_WORDS.get(request.GET.get("till", "")):
        initial["door"] = door
    linked = with_code(code)
    unit = linked or with_code(str(initial.get("unit", ""))) or _home(person)
    return asking.page(
        request,
        _form(request, initial=initial),
        code=code,
        unit=unit,
        gone=bool(code) and linked is None,
        draft_from=kept[0].saved_at if kept else None,
    )


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """That it arrived: number, what happens next, who and by when; printable for a shift.

    A POST from whoever had the form before her sign-in ran out lays the case among her own.
    """
    sending = from_receipt(token)
    case = actions.already_filed(sending.id) if sending else None
    if sending is None or case is None:
        return render(request, "avvikelse/receipt_gone.html", status=404)
    person, reporter = person_of(request), case.reporter
    lost = (
        sending.person_id is not None
        and reporter.person_id is None
        and reporter.mode == Reporter.Mode.CONFIDENTIAL
    )
    hers = person is not None and person.pk == sending.person_id
    if request.method == "POST":
        if person is None or not (lost and hers):
            raise Http404
        reporters.claim(case, by=person)
        return SeeOther(reverse("own_report", args=[case.number]))
    deviation = Deviation.objects.get(pk=case.pk)
    context = {
        "case": case,
        "door": deviation.door,
        "by_phone": deviation.channel == Deviation.Channel.PHONE,
        "code": receipt_codes.grouped(receipt_codes.code_of(case, sending.id)),
        "deadline": case.deadlines.open().order_by("due_at").first(),
        "masked": case.sealed.exists(),
        "attachments": list(case.attachments.all()),
        "told_by_mail": bool(reporter.email) or reporter.person_id is not None,
        "shown_until": case.filed_at + RECEIPT_SHOWN,
        "is_own": person is not None and reporter.person_id == person.pk,
        "lost": lost,
        "can_claim": lost and hers,
        "again": reverse("report_from", args=[case.filing_unit.code]),
    }
    return render(request, "avvikelse/receipt.html", context)


def person_of(request: HttpRequest) -> Person | None:
    """Whoever is signed in."""
    return request.user if isinstance(request.user, Person) else None


def _sent(request: HttpRequest, code: str) -> HttpResponse:
    person, came_with = person_of(request), attached(request)
    wish = request.POST.get("gor", "")
    if wish in {CHANGE_UNIT, CHANGE_QUESTIONS}:
        initial = draft_fields.as_initial(draft_fields.written(request.POST))
        unit = None if wish == CHANGE_UNIT else with_code(str(initial.get("unit", "")))
        form = _form(request, initial=initial, attached=came_with)
        return asking.page(request, form, code=code, unit=unit)
    sending = from_ticket(request.POST.get("sending", ""))
    expired = None
    if person is None and sending is not None and sending.person_id is not None:
        expired = Person.objects.filter(pk=sending.person_id, is_active=True).first()
    form = _form(request, request.POST, request.FILES, attached=came_with, expired=expired)
    if not form.is_valid():
        return asking.page(request, form, code=code, sending=sending, status=422)
    if sending is None:
        form.add_error(None, OLD_PAGE)
        return asking.page(request, form, code=code, status=422)
    if person is not None and sending.person_id not in {None, person.pk}:
        form.add_error(None, OTHER_PERSON.format(name=person.name))
        return asking.page(request, form, code=code, status=422)
    return _filed(request, form, sending, code=code)


def _filed(request: HttpRequest, form: ReportForm, sending: Sending, *, code: str) -> HttpResponse:
    """The receipt of what has been filed, or the form with the reason why not."""
    lookup = None
    if form.needs_code:
        lookup = receipt_codes.lookup_of(receipt_codes.code_for(sending.id))
    told = form.report(code_lookup=lookup)
    try:
        if form.person is None:
            throttle.take("file", request)
        filed = actions.file_once(
            told,
            unit=form.filing_unit,
            submission=sending.id,
            by=form.person if told.channel == Deviation.Channel.PHONE else None,
        )
    except Refused as refused:
        for reason in refused.reasons:
            form.add_error(None, reason)
        status = 429 if isinstance(refused, throttle.TooMany) else 409
        return asking.page(request, form, code=code, sending=sending, status=status)
    if not filed.is_new and not actions.says_the_same(filed.case, told):
        form.add_error(None, CHANGED_AFTERWARDS.format(number=filed.case.number))
        return asking.page(request, form, code=code, status=409)
    if form.person is not None:
        drafts.discard(form=draft_fields.FORM, by=form.person)
    return SeeOther(reverse("receipt", args=[sending.receipt()]))


def _form(request: HttpRequest, *args: Any, **kwargs: Any) -> ReportForm:
    person = person_of(request)
    return ReportForm(
        *args,
        person=person,
        scale=_scale(),
        may_take_calls=person is not None and policy.may(person, Can.COORDINATE),
        **kwargs,
    )


def _home(person: Person | None) -> Unit | None:
    if person is None or person.home_unit_id is None:
        return None
    return Unit.objects.current().filter(pk=person.home_unit_id).first()


def _scale() -> RiskScale | None:
    """The scale in force; without one the questions of level are not asked."""
    try:
        return current_scale()
    except NotReady:
        return None

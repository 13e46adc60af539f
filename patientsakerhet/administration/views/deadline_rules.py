"""Deadlines: the rules by state, a new value from a day, what it would mean, and what was before."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from patientsakerhet.administration.actions import deadline_rules as actions
from patientsakerhet.administration.filters import DeadlineRuleFilter
from patientsakerhet.administration.forms.deadline_rules import DeadlineRuleForm
from patientsakerhet.administration.preview import Preview, preview
from patientsakerhet.administration.views.asking import administrator
from patientsakerhet.administration.views.listing import listing
from patientsakerhet.cases import kinds
from patientsakerhet.cases.models import DeadlineRule
from patientsakerhet.lib.refusal import Refused
from patientsakerhet.ui import swedish
from patientsakerhet.ui.parts import Cell, Column, Tone, table_rows

COLUMNS = (
    Column("Läge"),
    Column("Ska vara gjort"),
    Column("Inom"),
    Column("Påminn före"),
    Column("Lyft efter"),
    Column("Grund"),
    Column("Gäller"),
)
TONES: dict[str, Tone] = {"law": "good", "practice": "info", "local": ""}


@require_safe
def deadline_rules(request: HttpRequest) -> HttpResponse:
    """Every state's rule, those of today and later unless asked for others."""
    administrator(request)
    rules = DeadlineRule.objects.order_by("kind", "status", "valid_from", "pk")
    chosen = DeadlineRuleFilter(request.GET, rules)
    found = listing(request, chosen, chosen.qs, export="deadline_rules")
    rows = table_rows(COLUMNS, [_row(rule) for rule in found.rows])
    context = {"found": found, "columns": COLUMNS, "rows": rows}
    return render(request, "administration/deadline_rules.html", context, status=found.status)


@require_http_methods(["GET", "HEAD", "POST"])
def deadline_rule(request: HttpRequest, case_kind: str, status: str) -> HttpResponse:
    """One state's rule: a new one from a day, tried on the open cases or set."""
    person = administrator(request)
    kind, state = case_kind, _state(case_kind, status)
    history = list(DeadlineRule.objects.filter(kind=kind, status=status).order_by("-valid_from"))
    form = DeadlineRuleForm(history[0] if history else None, request.POST or None)
    if request.method != "POST":
        return _page(request, kind, status, form, history)
    if not form.is_valid():
        return _page(request, kind, status, form, history, code=422)
    values = form.cleaned_data
    tried = preview(kind, status, values["amount"], values["measured"])
    if request.POST.get("do") == "try":
        return _page(request, kind, status, form, history, tried=tried)
    try:
        row = actions.set_rule(kind, status, by=person, **values)
    except Refused as refusal:
        for reason in refusal.reasons:
            form.add_error(None, reason)
        return _page(request, kind, status, form, history, tried=tried, code=409)
    if row in history:
        messages.info(request, "Regeln säger redan så. Inget är ändrat.")
    else:
        messages.success(
            request, f"{state}: {_length(row)} från och med {swedish.day(row.valid_from)}."
        )
    return redirect("deadline_rule", kind, status)


def _page(
    request: HttpRequest,
    kind: str,
    status: str,
    form: DeadlineRuleForm,
    history: list[DeadlineRule],
    *,
    tried: Preview | None = None,
    code: int = 200,
) -> HttpResponse:
    context = {
        "kind": kind,
        "state_key": status,
        "state": _state(kind, status),
        "form": form,
        "history": [(rule, _length(rule), _period(rule), _tone(rule)) for rule in history],
        "tried": tried,
    }
    return render(request, "administration/deadline_rule.html", context, status=code)


def _row(rule: DeadlineRule) -> list[Cell | str]:
    name = _name(rule.kind, rule.status)
    there = reverse("deadline_rule", args=[rule.kind, rule.status]) if name else ""
    return [
        Cell(name or rule.status, url=there),
        rule.label,
        _length(rule),
        _counted(rule.remind_before, rule),
        _counted(rule.escalate_after, rule),
        Cell(rule.get_standing_display().capitalize(), tone=_tone(rule) or "accent"),
        _period(rule),
    ]


def _state(kind: str, status: str) -> str:
    """The state's name; a state in which nothing waits does not exist here."""
    name = _name(kind, status)
    if not name:
        raise Http404
    return name


def _name(kind: str, status: str) -> str:
    """The state's name, empty where no case of a known kind waits: such a rule is only shown."""
    waits = next((one.waits for one in kinds.every() if one.key == kind), {})
    name = waits.get(status, "")
    return f"{name[:1].upper()}{name[1:]}"


def _length(rule: DeadlineRule) -> str:
    return _counted(rule.amount, rule)


def _counted(amount: int, rule: DeadlineRule) -> str:
    """3 arbetsdagar, 1 timme; a dash for none."""
    if not amount:
        return swedish.DASH
    one = {"working_days": "arbetsdag", "calendar_days": "kalenderdag", "hours": "timme"}
    many = rule.get_measured_display()
    return f"{swedish.number(amount)} {one[rule.measured] if amount == 1 else many}"


def _tone(rule: DeadlineRule) -> Tone:
    return TONES[rule.standing]


def _period(rule: DeadlineRule) -> str:
    first, last, today = rule.valid_from, rule.valid_to, timezone.localdate()
    if last is not None:
        return f"{swedish.day(first)}–{swedish.day(last)}"
    return f"{'från' if first > today else 'sedan'} {swedish.day(first)}"

"""Routing rules: the list, one rule, its dry run, on and off."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from avvikelse.actions import rules as actions
from avvikelse.forms.rules import RuleForm
from avvikelse.models import RoutingRule
from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases import desks
from patientsakerhet.lib.refusal import Refused
from patientsakerhet.organisation.models import Person, Unit

RELATED = ("receiver", "kind", "system", "device_model", "filing_unit", "changed_by")


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """Every rule in the order they are tried."""
    _manager(request)
    found = list(RoutingRule.objects.select_related(*RELATED).order_by("position", "pk"))
    context = {"rules": [(rule, conditions(rule)) for rule in found]}
    return render(request, "avvikelse/rules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_rule(request: HttpRequest) -> HttpResponse:
    """A rule that is not there yet."""
    person = _manager(request)
    form = RuleForm(None, _near(person), request.POST or None)
    if request.method != "POST":
        return _page(request, form, None)
    if not form.is_valid():
        return _page(request, form, None, status=422)
    try:
        rule = actions.create(form.values(), by=person)
    except Refused as refusal:
        return _refused(request, form, None, refusal)
    messages.success(request, f"Regeln {rule} är sparad. Provkör den innan du slår på den.")
    return redirect("routing_rule", rule.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: HttpRequest, rule: int) -> HttpResponse:
    """One rule, as it is or as somebody wants it."""
    person = _manager(request)
    row = _rule(rule)
    form = RuleForm(row, _near(person), request.POST or None)
    if request.method != "POST":
        return _page(request, form, row)
    if not form.is_valid():
        return _page(request, form, row, status=422)
    try:
        version = form.cleaned_data["version"] or 0
        changed = actions.change(row, form.values(), by=person, version=version)
    except Refused as refusal:
        return _refused(request, form, row, refusal)
    told = "Regeln är sparad."
    if row.is_active and not changed.is_active:
        told += " Den gäller andra rapporter än förut och är avstängd tills den provkörts."
    messages.success(request, told)
    return redirect("routing_rule", row.pk)


@require_POST
def try_rule(request: HttpRequest, rule: int) -> HttpResponse:
    """What the rule would have done with the last ninety days' reports."""
    person = _manager(request)
    result = actions.try_out(_rule(rule), by=person)
    shown = [one.pk for one in (*result.disagreed, *result.examples)]
    trail.read(
        "list.read",
        by=person,
        right=Can.MANAGE_RULES,
        object_type="routing_rule",
        object_id=rule,
        body={"list": "rule_dry_run", "cases": sorted(set(shown))},
    )
    row = _rule(rule)
    context = {
        "result": result,
        "rule": row,
        "conditions": conditions(row),
        "share": round(100 * result.agreed / result.coordinated) if result.coordinated else None,
        "days": actions.DRY_RUN_DAYS,
    }
    return render(request, "avvikelse/rules_tried.html", context)


@require_POST
def switch_on(request: HttpRequest, rule: int) -> HttpResponse:
    """The rule is asked from now on."""
    return _switch(request, rule, actions.switch_on, "Regeln {rule} är på.")


@require_POST
def switch_off(request: HttpRequest, rule: int) -> HttpResponse:
    """The rule is not asked any more."""
    return _switch(request, rule, actions.switch_off, "Regeln {rule} är avstängd.")


@require_POST
def remove(request: HttpRequest, rule: int) -> HttpResponse:
    """The rule is gone."""
    return _switch(request, rule, actions.remove, "Regeln {rule} är borttagen.")


def _switch(request: HttpRequest, pk: int, act: Any, told: str) -> HttpResponse:
    person = _manager(request)
    row = _rule(pk)
    version = request.POST.get("version", "")
    try:
        act(row, by=person, version=int(version) if version.isdecimal() else row.version)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("routing_rule", pk)
    messages.success(request, told.format(rule=row))
    return redirect("routing_rules")


def conditions(rule: RoutingRule) -> list[tuple[str, str]]:
    """What the rule asks of a report, label and value."""
    told = [
        ("Typ", rule.kind),
        ("IT-system", rule.system),
        ("Produkt", rule.device_model),
        ("Rapporterande enhet", rule.filing_unit),
        ("Något av orden", ", ".join(rule.words)),
    ]
    return [(label, str(value)) for label, value in told if value]


def _manager(request: HttpRequest) -> Person:
    person = cast(Person, request.user)
    policy.check_anywhere(person, Can.MANAGE_RULES)
    return person


def _rule(pk: int) -> RoutingRule:
    return get_object_or_404(RoutingRule.objects.select_related(*RELATED), pk=pk)


def _near(person: Person) -> Unit:
    """The unit whose provider's units come first in the choice of receiver."""
    held = policy.assignments_of(person)[0].unit
    return person.home_unit or desks.for_unit(held)


def _page(
    request: HttpRequest, form: RuleForm, rule: RoutingRule | None, *, status: int = 200
) -> HttpResponse:
    context = {"form": form, "rule": rule}
    return render(request, "avvikelse/rules_edit.html", context, status=status)


def _refused(
    request: HttpRequest, form: RuleForm, rule: RoutingRule | None, refusal: Refused
) -> HttpResponse:
    for reason in refusal.reasons:
        form.add_error(None, reason)
    return _page(request, form, rule, status=409)

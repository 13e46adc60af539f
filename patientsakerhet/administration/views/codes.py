"""Code trees: which there are, one tree level by level, a new code."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from patientsakerhet.administration import code_use
from patientsakerhet.administration.actions import codes as actions
from patientsakerhet.administration.filters import CodeFilter
from patientsakerhet.administration.forms.codes import NewCodeForm
from patientsakerhet.administration.views.asking import administrator
from patientsakerhet.administration.views.listing import listing
from patientsakerhet.cases.models import Code, CodeSystem
from patientsakerhet.lib.refusal import Refused
from patientsakerhet.ui import swedish
from patientsakerhet.ui.parts import Cell, Column, table_rows

SYSTEMS = (
    Column("Kodverk"),
    Column("Koder i dag", end=True),
    Column("Sköts av"),
)
CODES = (
    Column("Benämning"),
    Column("Kod"),
    Column("Under"),
    Column("Gäller"),
    Column("Används", end=True),
)


@require_safe
def code_systems(request: HttpRequest) -> HttpResponse:
    """Every tree, and who looks after it."""
    administrator(request)
    of_today = Count("codes", filter=Q(codes__in=Code.objects.current()))
    found = CodeSystem.objects.annotate(today=of_today).order_by("-editable", "name")
    rows = table_rows(
        SYSTEMS,
        [
            [
                Cell(one.name, url=reverse("code_system", args=[one.key])),
                Cell(swedish.number(one.today), end=True),
                "regionen" if one.editable else "utgivaren",
            ]
            for one in found
        ],
    )
    context = {"columns": SYSTEMS, "rows": rows}
    return render(request, "administration/code_systems.html", context)


@require_safe
def code_system(request: HttpRequest, system: str) -> HttpResponse:
    """One tree: its codes and how often each is used; a search goes through every level."""
    administrator(request)
    tree = get_object_or_404(CodeSystem, key=system)
    under = _under(request, tree)
    asked = request.GET.copy()
    asked.pop("system", None)
    rows = Code.objects.filter(system=tree).order_by("position", "code", "valid_from", "pk")
    chosen = CodeFilter(asked, rows)
    chosen.form.fields.pop("system")
    searches = any(asked.get(name) for name in ("q", "standing"))
    if not searches:
        chosen.queryset = rows.filter(parent=under)
    found = listing(request, chosen, chosen.qs, export="codes", beside={"system": tree.key})
    context = {
        "tree": tree,
        "under": under,
        "found": found,
        "columns": CODES,
        "rows": table_rows(CODES, _rows(tree, found.rows)),
    }
    return render(request, "administration/code_system.html", context, status=found.status)


@require_http_methods(["GET", "HEAD", "POST"])
def new_code(request: HttpRequest, system: str) -> HttpResponse:
    """A code that is not there yet."""
    person = administrator(request)
    tree = get_object_or_404(CodeSystem, key=system, editable=True)
    under = _under(request, tree)
    form = NewCodeForm(tree, request.POST or None, initial={"parent": under.pk if under else None})
    context = {"tree": tree, "form": form}
    if request.method != "POST":
        return render(request, "administration/code_new.html", context)
    if not form.is_valid():
        return render(request, "administration/code_new.html", context, status=422)
    try:
        made = actions.add_code(tree, by=person, **form.cleaned_data)
    except Refused as refusal:
        for reason in refusal.reasons:
            form.add_error(None, reason)
        return render(request, "administration/code_new.html", context, status=409)
    messages.success(request, f"{made.label} går att välja från {swedish.day(made.valid_from)}.")
    return redirect("code", made.pk)


def period(code: Code) -> str:
    """sedan 1 jan. 2020, från 1 dec. 2026, or from day to day."""
    first, last = code.valid_from, code.valid_to
    if last is not None:
        return f"{swedish.day(first)}–{swedish.day(last)}"
    return f"{'från' if first > timezone.localdate() else 'sedan'} {swedish.day(first)}"


def _rows(tree: CodeSystem, shown: list[Any]) -> list[list[Cell | str]]:
    """The codes with how often any version of each is used, and a way down to those below."""
    versions = list(
        Code.objects.filter(system=tree, code__in=[one.code for one in shown]).values_list(
            "pk", "code"
        )
    )
    by_version = code_use.used([pk for pk, _ in versions])
    counts: dict[str, int] = {}
    for pk, code in versions:
        counts[code] = counts.get(code, 0) + code_use.total(by_version.get(pk, {}))
    return [
        [
            Cell(one.label, url=reverse("code", args=[one.pk])),
            one.code,
            one.parent.label if one.parent else swedish.DASH,
            period(one),
            Cell(swedish.number(counts.get(one.code, 0)), end=True),
        ]
        for one in shown
    ]


def _under(request: HttpRequest, tree: CodeSystem) -> Code | None:
    """The code whose level is asked for; the top of the tree without one."""
    asked = request.GET.get("under", "")
    if not asked.isdecimal():
        return None
    return get_object_or_404(Code, Q(pk=int(asked[:18])), system=tree)

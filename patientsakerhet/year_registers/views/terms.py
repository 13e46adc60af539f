"""The choices of the registers, under Inställningar."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from patientsakerhet.access import policy
from patientsakerhet.access.asking import person_of
from patientsakerhet.access.policy import Can
from patientsakerhet.cases.views.acting import perform, renewed
from patientsakerhet.ui import swedish
from patientsakerhet.ui.parts import Cell, Column, table_rows
from patientsakerhet.year_registers.actions import terms as actions
from patientsakerhet.year_registers.forms.rows import TermForm
from patientsakerhet.year_registers.models import RegisterTerm

COLUMNS = ("Namn", "Kod", "Gäller", "Grund")
CHANGED = ("name", "basis", "position", "valid_to", "version")


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    """Every choice there is or has been, list by list."""
    policy.check_anywhere(person_of(request), Can.ADMINISTER)
    columns = [Column(label) for label in COLUMNS]
    found: dict[str, list[list[Cell | str]]] = {name: [] for name in RegisterTerm.List.values}
    for one in RegisterTerm.objects.order_by("position", "name", "pk"):
        found[one.list].append(_line(one))
    lists = [
        (RegisterTerm.List(name).label.capitalize(), table_rows(columns, rows))
        for name, rows in found.items()
    ]
    context = {"lists": lists, "columns": columns}
    return render(request, "year_registers/terms.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A choice is added."""
    return _put(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def term(request: HttpRequest, pk: int) -> HttpResponse:
    """A choice is changed."""
    policy.check_anywhere(person_of(request), Can.ADMINISTER)
    return _put(request, get_object_or_404(RegisterTerm, pk=pk))


def _put(request: HttpRequest, row: RegisterTerm | None) -> HttpResponse:
    by = person_of(request)
    policy.check_anywhere(by, Can.ADMINISTER)
    initial: dict[str, Any] = {name: getattr(row, name) for name in CHANGED} if row else {}
    form = TermForm(request.POST or None, initial=initial or None, is_new=row is None)

    def again(status: int) -> HttpResponse:
        context = {
            "form": form if row is None else renewed(form, row),
            "title": f"Ändra {row.name.lower()}" if row else "Nytt val",
            "trail": [
                ("Inställningar", reverse("settings")),
                ("Val i årets register", reverse("register_terms")),
            ],
        }
        return render(request, "year_registers/new.html", context, status=status)

    if request.method != "POST":
        return again(200)
    return perform(
        request,
        form,
        lambda: actions.put(row, by=by, **form.cleaned_data),
        done="Valet är sparat.",
        to=reverse("register_terms"),
        again=again,
    )


def _line(one: RegisterTerm) -> list[Cell | str]:
    until = swedish.day(one.valid_to) if one.valid_to else "tills vidare"
    return [
        Cell(one.name, reverse("register_term", args=[one.pk])),
        one.code,
        f"{swedish.day(one.valid_from)} – {until}",
        one.basis,
    ]

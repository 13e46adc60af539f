"""What classifications can start from: the templates, and one of them to read and change."""

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
from patientsakerhet.information_security.actions import templates as actions
from patientsakerhet.information_security.forms.templates import TemplateForm
from patientsakerhet.information_security.models import ClassificationTemplate
from patientsakerhet.information_security.views.head import crumbs
from patientsakerhet.information_security.views.listing import tabs


@require_safe
def templates(request: HttpRequest) -> HttpResponse:
    """Every template, also those that are not offered."""
    by = person_of(request)
    policy.check_anywhere(by, Can.LEAD_CLASSIFICATION)
    rows = [(one, len(one.content["risks"])) for one in ClassificationTemplate.objects.all()]
    context: dict[str, Any] = {"rows": rows, "tabs": tabs("classification_templates", by)}
    return render(request, "information_security/templates.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new template."""
    policy.check_anywhere(person_of(request), Can.LEAD_CLASSIFICATION)
    form = TemplateForm(request.POST or None, initial={"is_offered": True, "version": 1})
    return _page(request, None, form, "Ny mall")


@require_http_methods(["GET", "HEAD", "POST"])
def template(request: HttpRequest, pk: int) -> HttpResponse:
    """The template as it stands, to change."""
    policy.check_anywhere(person_of(request), Can.LEAD_CLASSIFICATION)
    row = get_object_or_404(ClassificationTemplate, pk=pk)
    initial = {name: getattr(row, name) for name in ("name", "text", "is_offered", "version")}
    form = TemplateForm(request.POST or None, content=row.content, initial=initial)
    return _page(request, row, form, row.name)


def _page(
    request: HttpRequest, row: ClassificationTemplate | None, form: TemplateForm, title: str
) -> HttpResponse:
    by = person_of(request)

    def again(status: int) -> HttpResponse:
        context: dict[str, Any] = {
            "row": row,
            "form": renewed(form, row) if row else form,
            "title": title,
            "crumbs": [*crumbs(), ("Mallar", reverse("classification_templates"))],
        }
        return render(request, "information_security/template.html", context, status=status)

    if request.method != "POST":
        return again(200)
    return perform(
        request,
        form,
        lambda: actions.put(row, by=by, **form.given()),
        done="Mallen är sparad.",
        to=reverse("classification_templates"),
        again=again,
    )

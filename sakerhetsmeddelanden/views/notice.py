"""The notice's first part: what the supplier says, field by field, and the products it is about."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from patientsakerhet.access import policy
from patientsakerhet.access.asking import person_of
from patientsakerhet.access.policy import Can
from patientsakerhet.cases import related
from patientsakerhet.ui import swedish
from patientsakerhet.ui.parts import Act
from sakerhetsmeddelanden import ranges, template
from sakerhetsmeddelanden.actions import handling, notices, products
from sakerhetsmeddelanden.actions.notices import NewNotice, Read
from sakerhetsmeddelanden.forms.judging import StepForm
from sakerhetsmeddelanden.forms.notice import (
    FieldsForm,
    ModelsForm,
    NewNoticeForm,
    PartiesForm,
    ProductForm,
    SystemsForm,
)
from sakerhetsmeddelanden.makers import likely_makers
from sakerhetsmeddelanden.models import AffectedProduct, Recipient, SafetyNotice
from sakerhetsmeddelanden.template import Sort
from sakerhetsmeddelanden.views.head import crumbs, head_of
from sakerhetsmeddelanden.views.opening import (
    Opened,
    open_notice,
    perform,
    record_reading,
    renewed,
)
from sakerhetsmeddelanden.workflow import OPEN

CHOICES: dict[str, dict[str, str]] = {
    Sort.USER_ACTIONS: dict(SafetyNotice.UserAction.choices),
    Sort.MANUFACTURER_ACTIONS: dict(SafetyNotice.ManufacturerAction.choices),
    Sort.EDITION: dict(SafetyNotice.Edition.choices),
}
"""What the fields that are chosen from a list say."""
SHOWN = 5
"""Earlier cases on the page; the rest is folded."""


@require_safe
def notice(request: HttpRequest, number: str) -> HttpResponse:
    """What the supplier says; whoever has it as a recipient comes to her unit's own part."""
    by = person_of(request)
    if not SafetyNotice.objects.visible_to(by).filter(case__number=number).exists():
        mine = (
            Recipient.objects.readable_by(by)
            .filter(notice__case__number=number)
            .select_related("unit")
            .order_by("unit__path")
            .first()
        )
        if mine is not None:
            return redirect("notice_answer", number, mine.unit.code)
    return page(request, open_notice(request, number))


def page(
    request: HttpRequest,
    opened: Opened,
    *,
    fields: FieldsForm | None = None,
    parties: PartiesForm | None = None,
    product: tuple[int, ProductForm] | None = None,
    models: tuple[int, ModelsForm] | None = None,
    systems: SystemsForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The part, with whatever form was refused as it was sent."""
    record_reading(opened, "meddelandet")
    row = opened.notice
    refused = any((fields, parties, product, models, systems))
    changes = opened.manages and (refused or opened.case.status in OPEN)
    held = {one.code: one for one in row.fields.all()}
    version = opened.case.version
    waits = sum(one.confirmed_at is None for one in held.values())
    context: dict[str, Any] = {
        "opened": opened,
        "head": head_of(opened, "safety_notice"),
        "crumbs": crumbs(),
        "changes": changes,
        "waits": waits,
        "fields": renewed(fields, opened)
        if fields
        else FieldsForm(held=held, initial={"version": version}),
        "read": _read(held),
        "parties": renewed(parties, opened)
        if parties
        else PartiesForm(
            initial={
                "version": version,
                "manufacturer": row.manufacturer,
                "supplier": row.supplier,
                "reply_address": row.reply_address,
            },
            prefix="parter",
        ),
        "products": [
            {**_product(opened, one, product), **_models(opened, one, models)}
            for one in row.products.all()
        ],
        "new_product": renewed(product[1], opened)
        if product and product[0] == 0
        else ProductForm(initial={"version": version}, prefix="p0"),
        "new_product_open": bool(product and product[0] == 0),
        "systems": row.systems.all(),
        "system_form": renewed(systems, opened)
        if systems
        else SystemsForm(initial={"version": version}, prefix="system"),
        "changed": [{**one, "label": template.FIELDS[one["code"]].label} for one in row.changes],
        "siblings": [
            (group.label, group.cases[:SHOWN], group.cases[SHOWN:], group.more)
            for group in related.about_same(opened.case, by=opened.by)
        ],
        "likely": likely_makers(row) if changes else [],
        "knows_sender": bool(row.manufacturer or row.manufacturer_text),
        "is_service": row.sort != SafetyNotice.Sort.DEVICE,
    }
    return render(request, "sakerhetsmeddelanden/notice_fields.html", context, status=status)


@require_POST
def confirm(request: HttpRequest, number: str) -> HttpResponse:
    """The fields are confirmed as they stand in the form."""
    opened = open_notice(request, number)
    held = {one.code: one for one in opened.notice.fields.all()}
    form = FieldsForm(request.POST, held=held)
    return perform(
        request,
        form,
        lambda: handling.confirm_fields(
            opened.case, form.values, by=opened.by, version=form.cleaned_data["version"]
        ),
        done="Fälten är bekräftade.",
        to=f"{opened.url('safety_notice')}#falt",
        again=lambda status: page(request, opened, fields=form, status=status),
    )


@require_POST
def name_parties(request: HttpRequest, number: str) -> HttpResponse:
    """Who is behind the notice."""
    opened = open_notice(request, number)
    form = PartiesForm(request.POST, prefix="parter")
    return perform(
        request,
        form,
        lambda: handling.name_parties(opened.case, by=opened.by, **form.cleaned_data),
        done="Sparat.",
        to=f"{opened.url('safety_notice')}#parter",
        again=lambda status: page(request, opened, parties=form, status=status),
    )


@require_POST
def put_product(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """A product as written; `pk` 0 is a new one."""
    opened = open_notice(request, number)
    row = get_object_or_404(opened.notice.products, pk=pk) if pk else None
    form = ProductForm(request.POST, prefix=f"p{pk}")

    def do() -> None:
        version = form.cleaned_data["version"]
        if row is None:
            products.add(opened.case, form.product, by=opened.by, version=version)
        else:
            products.change(row, form.product, by=opened.by, version=version)

    return perform(
        request,
        form,
        do,
        done="Produkten är sparad.",
        to=f"{opened.url('safety_notice')}#produkter",
        again=lambda status: page(request, opened, product=(pk, form), status=status),
    )


@require_POST
def remove_product(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The notice is not about this product."""
    opened = open_notice(request, number)
    row = get_object_or_404(opened.notice.products, pk=pk)
    form = StepForm(request.POST, prefix=f"p{pk}")

    def again(status: int) -> HttpResponse:
        for reason in form.non_field_errors():
            messages.error(request, str(reason))
        return page(request, opened, status=status)

    return perform(
        request,
        form,
        lambda: products.remove(row, by=opened.by, version=form.cleaned_data["version"]),
        done="Produkten är borttagen.",
        to=f"{opened.url('safety_notice')}#produkter",
        again=again,
    )


@require_POST
def choose_models(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """What the product is in the register, by somebody's choice."""
    opened = open_notice(request, number)
    row = get_object_or_404(opened.notice.products, pk=pk)
    form = ModelsForm(request.POST, prefix=f"m{pk}")
    return perform(
        request,
        form,
        lambda: products.choose_models(row, by=opened.by, **form.cleaned_data),
        done="Valet är sparat. Ta fram träffbilden på nytt.",
        to=f"{opened.url('safety_notice')}#produkter",
        again=lambda status: page(request, opened, models=(pk, form), status=status),
    )


@require_POST
def add_system(request: HttpRequest, number: str) -> HttpResponse:
    """The notice is about this IT system too."""
    opened = open_notice(request, number)
    form = SystemsForm(request.POST, prefix="system")
    return perform(
        request,
        form,
        lambda: products.choose_systems(
            opened.case,
            [*opened.notice.systems.all(), form.cleaned_data["system"]],
            by=opened.by,
            version=form.cleaned_data["version"],
        ),
        done="Systemet är tillagt.",
        to=f"{opened.url('safety_notice')}#produkter",
        again=lambda status: page(request, opened, systems=form, status=status),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A notice is typed in by hand."""
    by = person_of(request)
    policy.check_anywhere(by, Can.MANAGE_NOTICES)
    form = NewNoticeForm(request.POST or None, initial={"received_on": timezone.localdate()})
    key = _submission(request)
    made: list[str] = []

    def do() -> None:
        case = notices.enter(_entered(form), by=by, submission=key)
        made.append(case.get_absolute_url())

    def again(status: int) -> HttpResponse:
        context = {"form": form, "submission": key, "crumbs": crumbs()}
        return render(request, "sakerhetsmeddelanden/notice_new.html", context, status=status)

    if request.method != "POST":
        return again(200)
    answer = perform(
        request,
        form,
        do,
        done="Meddelandet är registrerat.",
        to=reverse("safety_notices"),
        again=again,
    )
    if made:
        answer["Location"] = made[0]
    return answer


def _entered(form: NewNoticeForm) -> NewNotice:
    told = form.cleaned_data
    received = handling.moment_of(told["received_on"])
    return NewNotice(
        title=told["title"],
        channel=SafetyNotice.Channel.MANUAL,
        received_at=min(received, timezone.now()) if received else timezone.now(),
        fields={code: Read(value) for code, value in form.values.items() if value},
        sort=told["sort"],
        language=told["language"],
        supplier=told["supplier"],
        manufacturer=told["manufacturer"],
        manufacturer_text=told["manufacturer_text"],
        reply_address=told["reply_address"],
    )


def _submission(request: HttpRequest) -> UUID:
    """The form's own key, so that a second press leads to the first one's notice."""
    try:
        return UUID(request.POST.get("submission", ""))
    except ValueError:
        return uuid4()


def _read(held: dict[str, Any]) -> list[tuple[str, list[tuple[str, str, str, bool]]]]:
    """The fields for reading: group, and label, text, place, whether it waits."""
    told = []
    for title, group in template.GROUPS:
        rows = [
            (
                f"{one.code.partition('_')[0]} {one.label}" if one.code[0].isdigit() else one.label,
                _in_words(one, row.value if row.confirmed_at is not None else row.proposed),
                row.place,
                row.confirmed_at is None,
            )
            for one in group
            if (row := held.get(one.code)) is not None and (row.value or row.proposed)
        ]
        if rows:
            told.append((title, rows))
    return told


def _models(
    opened: Opened, row: AffectedProduct, refused: tuple[int, ModelsForm] | None
) -> dict[str, Any]:
    """The form in which it is chosen what a product is in the register."""
    mine = refused is not None and refused[0] == row.pk
    initial = {"version": opened.case.version, "models": list(row.models_chosen.all())}
    return {
        "models_form": renewed(refused[1], opened)
        if refused and mine
        else ModelsForm(initial=initial, prefix=f"m{row.pk}"),
        "models_open": mine,
        "models_url": opened.url("notice_product_models", row.pk),
    }


def _in_words(field: template.Field, value: str) -> str:
    """A field's value as it is read: days and choices in Swedish, everything else as it stands."""
    if field.sort == Sort.DAY:
        try:
            return swedish.day(template.read_day(value))
        except template.Unreadable:
            return value
    labels = CHOICES.get(field.sort)
    if labels is None:
        return value
    told = [labels.get(one.strip(), one.strip()) for one in value.split(",")]
    return ", ".join(told).capitalize()


def _product(
    opened: Opened, row: AffectedProduct, refused: tuple[int, ProductForm] | None
) -> dict[str, Any]:
    """A product as its card shows it."""
    mine = refused is not None and refused[0] == row.pk
    return {
        "row": row,
        "ranges": ranges.from_json(row.ranges).words,
        "models": list(row.models_chosen.all()),
        "form": renewed(refused[1], opened)
        if refused and mine
        else ProductForm.of(row, version=opened.case.version),
        "open": mine,
        "url": opened.url("notice_product", row.pk),
        "remove": Act(
            "Ta bort",
            opened.url("notice_product_remove", row.pk),
            kind="quiet",
            fields={f"p{row.pk}-version": opened.case.version},
        ),
    }

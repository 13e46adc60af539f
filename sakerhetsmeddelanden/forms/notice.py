"""The template's fields, the parties behind a notice and its products, as somebody writes them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from patientsakerhet.lib import text
from patientsakerhet.register.forms.fields import SeveralModels, SystemField
from patientsakerhet.register.models import ITSystem, Party
from patientsakerhet.register.spelling import party_spelling
from patientsakerhet.ui.choosing import Chosen
from patientsakerhet.ui.fields import Day, LongText, ShortText, Version
from sakerhetsmeddelanden import template
from sakerhetsmeddelanden.actions.products import Product
from sakerhetsmeddelanden.models import AffectedProduct, NoticeField, SafetyNotice
from sakerhetsmeddelanden.template import Sort

YES_NO = (("", "Framgår inte"), ("ja", "Ja"), ("nej", "Nej"))


def name_of(code: str) -> str:
    """The name of the input for a field of the template."""
    return f"f{code.replace('.', '_')}"


class PartyField(Chosen[Party]):
    """A manufacturer or supplier, however its name is spelt."""

    none = "Registret känner inte ”{}”. Lägg in företaget i registret, eller lämna fältet tomt."
    several = "Flera kan vara menade: {}. Skriv hela namnet."

    def among(self) -> QuerySet[Party]:
        """Everybody who has not been merged into another."""
        return Party.objects.current()

    def written(self, one: Party) -> str:
        """By name."""
        return one.name

    def alike(self, words: str) -> Q:
        """Part of the name."""
        return Q(name__icontains=words)

    def exactly(self, words: str) -> Q:
        """Any of its spellings."""
        return Q(aliases__spelling=party_spelling(words))


class Lines(forms.CharField):
    """A list of numbers, one a line or with commas between."""

    def __init__(self, label: str, *, longest: int, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 2})
        super().__init__(label=label, widget=widget, required=False, max_length=4000, **kwargs)
        self.longest = longest

    def clean(self, value: Any) -> Any:
        """The numbers, each once."""
        found = template.listed(text.clean(super().clean(value) or ""))
        if too_long := [one for one in found if len(one) > self.longest]:
            raise ValidationError(f"”{too_long[0][:30]}…” är för långt. Skriv ett nummer per rad.")
        return found

    def prepare_value(self, value: Any) -> Any:
        """One a line."""
        return "\n".join(value) if isinstance(value, (list, tuple)) else value


def template_field(field: template.Field, *, required: bool) -> forms.Field:
    """The input for a field of the template."""
    match field.sort:
        case Sort.DAY:
            return Day(field.label, required=required)
        case Sort.YES:
            return forms.ChoiceField(label=field.label, choices=YES_NO, required=False)
        case Sort.EDITION:
            choices = (("", "Framgår inte"), *SafetyNotice.Edition.choices)
            return forms.ChoiceField(label=field.label, choices=choices, required=False)
        case Sort.USER_ACTIONS:
            return _actions(field.label, SafetyNotice.UserAction.choices, required=required)
        case Sort.MANUFACTURER_ACTIONS:
            return _actions(field.label, SafetyNotice.ManufacturerAction.choices, required=False)
        case Sort.LINE:
            return ShortText(field.label, required=required, max_length=400)
    return LongText(field.label, rows=2, required=required)


def _actions(label: str, choices: Any, *, required: bool) -> forms.Field:
    return forms.MultipleChoiceField(
        label=label,
        choices=[(value, str(words).capitalize()) for value, words in choices],
        widget=forms.CheckboxSelectMultiple,
        required=required,
    )


class FieldsForm(forms.Form):
    """All the template's fields; what was read stands in them, and saving confirms them."""

    version = Version()

    def __init__(
        self, *args: Any, held: dict[str, NoticeField] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.held = held or {}
        for code, field in template.FIELDS.items():
            made = template_field(field, required=False)
            row = self.held.get(code)
            if row is not None and row.confirmed_at is None and row.place:
                made.help_text = f"Läst i {row.place}"
            self.fields[name_of(code)] = made
            self.initial[name_of(code)] = _shown(field, row)

    @property
    def groups(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """The inputs in the template's groups, each with what is known of it."""
        return [
            (
                title,
                [
                    {
                        "code": one.code,
                        "bound": self[name_of(one.code)],
                        "waits": (row := self.held.get(one.code)) is not None
                        and row.confirmed_at is None,
                    }
                    for one in fields
                ],
            )
            for title, fields in template.GROUPS
        ]

    @property
    def values(self) -> dict[str, str]:
        """The fields' texts by code."""
        return {
            code: template.written(self.cleaned_data.get(name_of(code))) for code in template.FIELDS
        }


def _shown(field: template.Field, row: NoticeField | None) -> Any:
    """What stands in the input: what was confirmed, or what was read."""
    if row is None:
        return None
    said = row.value if row.confirmed_at is not None else row.proposed
    if field.sort in {Sort.LINE, Sort.TEXT}:
        return said
    try:
        value = template.read(field.code, said)
    except template.Unreadable:
        return None
    if field.sort == Sort.YES:
        return template.written(value) if said else ""
    return value


class NewNoticeForm(FieldsForm):
    """A notice typed in by hand: who sent it, what it is called, its fields."""

    title = ShortText(
        "Rubrik", max_length=200, empty="Skriv en rubrik.",
        help_text="Produkten och problemet, till exempel: Volumed 300, fel på trycksensor.",
    )  # fmt: skip
    sort = forms.ChoiceField(
        label="Gäller", choices=SafetyNotice.Sort.choices, widget=forms.RadioSelect,
        initial=SafetyNotice.Sort.DEVICE,
    )  # fmt: skip
    received_on = Day("Kom in", empty="Fyll i dagen.")
    language = forms.ChoiceField(label="Språk", choices=SafetyNotice.Language.choices)
    manufacturer = PartyField("Tillverkare", required=False)
    manufacturer_text = ShortText(
        "Tillverkare som inte finns i registret", required=False,
        help_text="Fyll i om fältet ovanför inte hittar företaget.",
    )  # fmt: skip
    supplier = PartyField("Leverantör", required=False)
    reply_address = forms.EmailField(label="Svar skickas till", required=False)

    FIRST = (
        "title", "sort", "received_on", "language", "manufacturer", "manufacturer_text",
        "supplier", "reply_address",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code in ("fsn_ref", "date", "2.1", "3.1"):
            self.fields[name_of(code)].required = True

    @property
    def first(self) -> list[forms.BoundField]:
        """What stands before the template's own fields."""
        return [self[name] for name in self.FIRST]

    def clean(self) -> dict[str, Any]:
        """Somebody has sent it."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not (cleaned.get("manufacturer") or cleaned.get("manufacturer_text")):
            self.add_error("manufacturer", "Skriv vem som har tillverkat produkten.")
        return cleaned


class PartiesForm(forms.Form):
    """Who is behind the notice."""

    version = Version()
    manufacturer = PartyField("Tillverkare", required=False)
    supplier = PartyField("Leverantör", required=False)
    reply_address = forms.EmailField(label="Svar skickas till", required=False)
    remember = forms.BooleanField(
        label="Känn igen stavningen i meddelandet nästa gång", required=False
    )


class ProductForm(forms.Form):
    """A product as the supplier writes it."""

    version = Version()
    trade_name = ShortText("Handelsnamn", required=False)
    udi_dis = Lines("UDI-DI", longest=60, help_text="Ett per rad.")
    model_numbers = Lines("Modell- eller artikelnummer", longest=80, help_text="Ett per rad.")
    family = ShortText("Produktfamilj", required=False, max_length=120)
    emdn_code = ShortText("EMDN-kod", required=False, max_length=20)
    manufacturer = PartyField(
        "Tillverkare", required=False, help_text="Om den är en annan än meddelandets."
    )
    range_text = LongText(
        "Berörda nummer, som leverantören skriver dem", rows=3, required=False,
        help_text="Till exempel: SN 1000-1499, 1600 · Lot A12–A19 · programversion före 4.2.1. "
        "Tomt: alla.",
    )  # fmt: skip

    @classmethod
    def of(cls, row: AffectedProduct, *, version: int) -> ProductForm:
        """The form as the product stands."""
        names = (
            "trade_name", "udi_dis", "model_numbers", "family", "emdn_code", "manufacturer",
            "range_text",
        )  # fmt: skip
        initial = {name: getattr(row, name) for name in names}
        return cls(initial={**initial, "version": version}, prefix=f"p{row.pk}")

    @property
    def product(self) -> Product:
        """What was written."""
        return Product(
            **{name: self.cleaned_data[name] for name in self.cleaned_data if name != "version"}
        )

    def clean(self) -> dict[str, Any]:
        """Something says which product it is."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        named = ("trade_name", "udi_dis", "model_numbers", "family", "emdn_code")
        if not self.errors and not any(cleaned.get(name) for name in named):
            raise ValidationError("Skriv handelsnamn, UDI-DI, modell, familj eller EMDN-kod.")
        return cleaned


class ModelsForm(forms.Form):
    """The products of the register that a product is, chosen by hand."""

    version = Version()
    models = SeveralModels(
        "Produkter i registret", help_text="En per rad, med namn eller artikelnummer."
    )


class SystemsForm(forms.Form):
    """One more system that the notice is about."""

    version = Version()
    system = SystemField("IT-system eller tjänst", empty="Skriv vilket system.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["system"]
        field.suggest(ITSystem.objects.filter(in_use=True)[:200])

"""What a notice is about: its products with their numbers, and the products of the register they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases.actions import core
from patientsakerhet.cases.models import Case
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import Person
from patientsakerhet.register.models import DeviceModel, ITSystem, Party
from sakerhetsmeddelanden import ranges, template
from sakerhetsmeddelanden.models import AffectedProduct, SafetyNotice
from sakerhetsmeddelanden.workflow import ASSESSING, RECEIVED, REGISTERED, SENT_OUT

CHANGEABLE = {RECEIVED, REGISTERED, ASSESSING, *SENT_OUT}


@dataclass(frozen=True)
class Product:
    """One product as the supplier wrote it."""

    trade_name: str = ""
    udi_dis: Sequence[str] = ()
    manufacturer: Party | None = None
    model_numbers: Sequence[str] = ()
    family: str = ""
    emdn_code: str = ""
    range_text: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing says which product it is."""
        named = self.trade_name or self.udi_dis or self.model_numbers or self.family
        return not (named or self.emdn_code)


def from_fields(fields: Mapping[str, str], manufacturer: Party | None) -> list[Product]:
    """The product that the template's fields 1.2 to 1.7 tell of; none when they tell of none."""
    told = {code: fields.get(code, "").strip() for code in ("device_name", *template.FIELDS)}
    software = told["1.6"]
    texts = [told["1.7"], f"programversion {software}" if software else ""]
    product = Product(
        trade_name=(told["1.2"] or told["device_name"]).split("\n")[0][:200],
        udi_dis=[one[:60] for one in template.listed(told["1.3"])],
        manufacturer=manufacturer,
        model_numbers=[one[:80] for one in template.listed(told["1.5"])],
        range_text=ranges.both(*texts),
    )
    return [] if product.is_empty else [product]


def put(notice: SafetyNotice, wanted: Iterable[Product]) -> list[AffectedProduct]:
    """The products are the notice's, after those it has; in the caller's transaction."""
    rows = []
    for position, one in enumerate(wanted, start=notice.products.count() + 1):
        row = AffectedProduct(notice=notice, position=position)
        _fill(row, one)
        row.save()
        rows.append(row)
    return rows


@transaction.atomic
def add(case: Case, product: Product, *, by: Person, version: int | None = None) -> AffectedProduct:
    """The notice is about this product too, and whom it concerns must be found out again."""
    locked = _begin(case, by=by, version=version)
    if product.is_empty:
        raise NotReady("Skriv handelsnamn, UDI-DI, modell eller familj.")
    row = put(locked.safety_notice, [product])[0]
    _changed(locked, "notice.product_added", row, by=by)
    return row


@transaction.atomic
def change(
    row: AffectedProduct, product: Product, *, by: Person, version: int | None = None
) -> AffectedProduct:
    """The product is as written here, and whom it concerns must be found out again."""
    locked = _begin(row.notice.case, by=by, version=version)
    if product.is_empty:
        raise NotReady("Skriv handelsnamn, UDI-DI, modell eller familj.")
    _fill(row, product)
    row.save()
    _changed(locked, "notice.product_changed", row, by=by)
    return row


@transaction.atomic
def remove(row: AffectedProduct, *, by: Person, version: int | None = None) -> None:
    """The notice is not about this product; the trail keeps that it was said to be."""
    locked = _begin(row.notice.case, by=by, version=version)
    _changed(locked, "notice.product_removed", row, by=by)
    row.models_chosen.clear()
    row.delete()


@transaction.atomic
def choose_models(
    row: AffectedProduct,
    models: Iterable[DeviceModel],
    *,
    by: Person,
    version: int | None = None,
) -> AffectedProduct:
    """The product is these of the register's, by somebody's choice and not by its name."""
    locked = _begin(row.notice.case, by=by, version=version)
    row.models_chosen.set(models)
    row.models_confirmed = True
    row.save(update_fields=["models_confirmed"])
    _changed(locked, "notice.models_chosen", row, by=by)
    return row


@transaction.atomic
def choose_systems(
    case: Case, systems: Iterable[ITSystem], *, by: Person, version: int | None = None
) -> Case:
    """The notice is about these IT systems."""
    locked = _begin(case, by=by, version=version)
    notice = locked.safety_notice
    notice.systems.set(systems)
    _touch(locked)
    trail.record(
        "notice.systems_chosen",
        by=by,
        case_id=locked.pk,
        number=locked.number,
        right=Can.MANAGE_NOTICES,
        body={"systems": list(notice.systems.values_list("pk", flat=True))},
    )
    return locked


def _begin(case: Case, *, by: Person, version: int | None) -> Case:
    locked = core.begin(case, by=by, needs=Can.MANAGE_NOTICES, version=version)
    if locked.status not in CHANGEABLE:
        raise NotReady(f"Produkterna kan inte ändras när ärendet är ”{locked.status_label}”.")
    return locked


def _fill(row: AffectedProduct, product: Product) -> None:
    read = ranges.read(product.range_text)
    if row.pk and (row.trade_name, row.udi_dis, row.model_numbers, row.family, row.emdn_code) != (
        product.trade_name,
        list(product.udi_dis),
        list(product.model_numbers),
        product.family,
        product.emdn_code,
    ):
        row.models_confirmed = False
    row.trade_name = product.trade_name
    row.udi_dis = list(product.udi_dis)
    row.manufacturer = product.manufacturer
    row.model_numbers = list(product.model_numbers)
    row.family = product.family
    row.emdn_code = product.emdn_code
    row.range_text = product.range_text
    row.ranges = read.as_json()
    row.unread = [*read.unread, *read.unread_exceptions]


def _changed(case: Case, action: str, row: AffectedProduct, *, by: Person) -> None:
    _touch(case)
    trail.record(
        action,
        by=by,
        case_id=case.pk,
        number=case.number,
        right=Can.MANAGE_NOTICES,
        object_type="affected_product",
        object_id=row.pk,
        body={"product": str(row), "ranges": row.range_text},
    )


def _touch(case: Case) -> None:
    """What the notice is about has changed now, after whom it concerns was found out."""
    SafetyNotice.objects.filter(pk=case.pk).update(subject_changed_at=timezone.now())
    core.save(case)

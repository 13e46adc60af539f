"""Cases of other kinds about the same products, or that gather this one; each kind says itself where it names them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Q

from patientsakerhet.cases import kinds
from patientsakerhet.cases.models import Case
from patientsakerhet.organisation.models import Person

MOST = 20


@dataclass(frozen=True)
class Related:
    """Cases of one kind about the same products."""

    label: str
    cases: Sequence[Case]
    more: bool


def about_same(case: Case, *, by: Person, only_open: bool = False) -> list[Related]:
    """Cases of other kinds, of those she may read, about a product that this one is about.

    One statement for the products and one for each other kind; none when it is about no product.
    """
    own = kinds.of(case.kind)
    if not own.model_path:
        return []
    products = list(
        Case.objects.filter(pk=case.pk, **{f"{own.model_path}__isnull": False})
        .order_by()
        .values_list(own.model_path, flat=True)
    )
    return about(products, by=by, without=case.kind, only_open=only_open)


def about(
    products: Collection[int], *, by: Person, without: str = "", only_open: bool = False
) -> list[Related]:
    """Cases about any of these products, newest first, kind by kind."""
    if not products:
        return []
    told = []
    for kind in kinds.every():
        if kind.key == without or not kind.model_path:
            continue
        naming = Case.objects.filter(Q(**{f"{kind.model_path}__in": products}), kind=kind.key)
        rows = Case.objects.visible_to(by).filter(pk__in=naming.order_by().values("pk"))
        if only_open:
            rows = rows.open()
        found = list(rows.newest_first().select_related("filing_unit")[: MOST + 1])
        if found:
            told.append(Related(kind.plural, found[:MOST], len(found) > MOST))
    return told


def open_about(
    products: Collection[int], *, by: Person, without: str
) -> list[tuple[str, str, str]]:
    """As `about` of open cases, as facts: what sort, number, address."""
    return [
        (group.label.capitalize(), one.number, one.get_absolute_url())
        for group in about(products, by=by, without=without, only_open=True)
        for one in group.cases
    ]


def gathering(case: Case, *, by: Person) -> list[tuple[str, str, str]]:
    """Those she may read that this case lies under, as facts: what sort, number, address.

    One statement for each kind that gathers others.
    """
    told = []
    for kind in kinds.every():
        if kind.gathered_path:
            rows = Case.objects.visible_to(by).filter(**{kind.gathered_path: case}, kind=kind.key)
            told += [
                (kind.label.capitalize(), one.number, one.get_absolute_url())
                for one in rows.newest_first()[:MOST]
            ]
    return told

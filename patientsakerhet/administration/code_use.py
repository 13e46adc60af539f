"""How often codes are used, wherever a code can stand; asked of the tables that refer to codes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from django.db.models import CharField, Count, F, QuerySet, Value
from django.db.models.fields.related import ForeignKey
from django.db.models.fields.reverse_related import ManyToOneRel

from patientsakerhet.cases.models import Code


def used(codes: Collection[int]) -> dict[int, dict[str, int]]:
    """Code's key -> where -> how many rows; one statement."""
    asked = [_counted(field, codes) for field in _references()]
    found: dict[int, dict[str, int]] = {}
    if not codes or not asked:
        return found
    for key, where, count in asked[0].union(*asked[1:], all=True):
        found.setdefault(key, {})[where] = count
    return found


def total(uses: dict[str, int]) -> int:
    """Everywhere together."""
    return sum(uses.values())


def _references() -> Iterator[ForeignKey[Any, Any]]:
    """The fields in which a code can stand, but for those of the trees themselves."""
    for relation in Code._meta.get_fields(include_hidden=True):
        if isinstance(relation, ManyToOneRel) and relation.related_model is not Code:
            yield relation.field


def _counted(field: ForeignKey[Any, Any], codes: Collection[int]) -> QuerySet[Any, Any]:
    model = field.model
    where = f"{model._meta.verbose_name_plural}, {field.verbose_name}"
    return (
        model._default_manager.filter(**{f"{field.name}__in": codes})
        .order_by()
        .values(used_code=F(field.attname))
        .annotate(used_where=Value(where, output_field=CharField()), used_count=Count("pk"))
        .values_list("used_code", "used_where", "used_count")
    )

"""The questions asked about deviations; about the case itself one asks `Case.objects`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q, QuerySet

from patientsakerhet.cases.models import Case
from patientsakerhet.cases.querysets import SEARCH_CONFIG

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from avvikelse.models import RoutingRule
    from patientsakerhet.organisation.models import Person


# The checker does not follow the circle between models and their querysets.
class DeviationQuerySet(QuerySet["Deviation"]):  # type: ignore[name-defined]  # the model imports this module
    """What one may ask of the deviations."""

    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """The deviations this person may read, by the spine's rule."""
        return self.filter(case__in=Case.objects.visible_to(person))

    def filed_by(self, person: Person | AnonymousUser) -> Self:
        """The person's own reports."""
        return self.filter(case__in=Case.objects.filed_by(person))

    def fitting(self, rule: RoutingRule) -> Self:
        """Those the rule is about: every condition it sets holds; of its words, one is enough.

        What the product found in the text counts where nobody has said anything else.
        """
        found = self
        if rule.kind_id:
            found = found.filter(_stated_or_found("kind", rule.kind_id))
        if rule.system_id:
            found = found.filter(_stated_or_found("system", rule.system_id))
        if rule.device_model_id:
            found = found.filter(_stated_or_found("device_model", rule.device_model_id))
        if rule.filing_unit is not None:
            found = found.filter(case__filing_unit__path__startswith=rule.filing_unit.path)
        if rule.words:
            one_of = SearchQuery(rule.words[0], config=SEARCH_CONFIG, search_type="phrase")
            for word in rule.words[1:]:
                one_of |= SearchQuery(word, config=SEARCH_CONFIG, search_type="phrase")
            found = found.filter(case__text__vector=one_of)
        return found

    def for_page(self) -> Self:
        """With what the case page shows at the top."""
        return self.select_related(
            "case__owning_unit",
            "case__filing_unit__care_provider",
            "case__handler",
            "case__parent",
            "case__reporter__person",
            "device__model",
            "device_model",
            "system",
            "kind",
            "event_class",
            "cause_class",
        )


def _stated_or_found(field: str, value: int) -> Q:
    """Somebody has stated this, or nobody has stated anything and it was found in the text."""
    return Q(**{field: value}) | Q(**{field: None, f"preparation__{field}": value})

"""Keys to the API out as a file; never what opens anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from patientsakerhet.access.models import ApiToken, Scope
from patientsakerhet.access.policy import Can
from patientsakerhet.administration import filters
from patientsakerhet.exchange.kinds import Export
from patientsakerhet.exchange.writer import Column, Extract
from patientsakerhet.organisation.models import Person


def in_words(scopes: Sequence[str]) -> str:
    """lämna anmälningar, läsa ärenden."""
    return ", ".join(Scope(scope).label for scope in scopes)


def extract(given: Mapping[str, str], by: Person | None) -> Extract:
    """The keys of a filter."""
    chosen = filters.ApiKeyFilter(given, ApiToken.objects.order_by("-created", "pk"))
    filters.refuse_unreadable(chosen)
    return Extract(
        name="api-nycklar",
        title="API-nycklar",
        rows=chosen.qs,
        columns=[
            Column("Används av", "name"),
            Column("Handlar som", "user__email"),
            Column("Får användas till", "scopes", in_words),
            Column("Enhet", "unit__code"),
            Column("Utfärdad", "created"),
            Column("Utfärdad av", "made_by__name"),
            Column("Gäller till", "expiry"),
            Column("Användes senast", "last_used_at"),
        ],
        selection=filters.in_words(chosen),
        right=Can.ADMINISTER,
    )


EXPORT = Export("api_keys", "API-nycklar", Can.ADMINISTER, extract)

"""The lists that information security is judged with, as files."""

from __future__ import annotations

from collections.abc import Mapping

from patientsakerhet.access import policy
from patientsakerhet.cases.exchange import asking, refuse_unreadable
from patientsakerhet.cases.models import DeadlineRule
from patientsakerhet.exchange.kinds import Export
from patientsakerhet.exchange.writer import Column, Extract
from patientsakerhet.information_security.actions.terms import MAY, TermList
from patientsakerhet.information_security.filters import TermFilter
from patientsakerhet.organisation.models import Person

YES = {True: "ja", False: "nej"}
COLUMNS = {
    "label": Column("Benämning", "label"),
    "help": Column("Vad som behövs", "help"),
    "text": Column("När den väljs", "text"),
    "position": Column("Ordning", "position"),
    "is_required": Column("Krävs", "is_required", YES.get),
    "basis": Column("Grund", "basis"),
    "standing": Column("Ställning", "standing", dict(DeadlineRule.Standing.choices).get),
}


def export_of(terms: TermList) -> Export:
    """The list as it is taken out; by whoever may change it."""

    def extract(given: Mapping[str, str], by: Person | None = None) -> Extract:
        if by is not None:
            policy.check_anywhere(by, *MAY)
        narrowed = TermFilter(given, queryset=terms.model.objects.all(), request=asking(by))
        refuse_unreadable(narrowed)
        return Extract(
            name=terms.name,
            title=terms.title,
            rows=narrowed.qs,
            columns=[
                Column("Kod" if terms.grows else "Nivå", terms.key),
                *(COLUMNS[name] for name in terms.facts),
                Column("Gäller från", "valid_from"),
                Column("Gäller till", "valid_to"),
            ],
            selection=narrowed.described(),
            right=MAY[0],
        )

    return Export(terms.page, terms.title, "", extract, is_listed=False)

"""How the queue is narrowed: the same words on the page, in saved views and in the extract."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from avvikelse import queue
from avvikelse.models import Assessment
from patientsakerhet.cases.filters import SEVERITIES, within
from patientsakerhet.cases.models import Case, Code
from patientsakerhet.cases.querysets import CaseQuerySet
from patientsakerhet.ui.narrowing import Narrowing, choice, text


def _kinds() -> list[tuple[str, str]]:
    return list(Code.objects.current().of("deviation_kind").values_list("code", "label"))


class QueueFilter(Narrowing):
    """Narrows a view of the queue; keeps the order it was given."""

    q = text("Sök i kön", "find", type="search")
    filing_unit = text("Rapporterande enhet", "filed_by_unit")
    severity_from = choice("Allvarlighet", "at_least", SEVERITIES)
    type = choice("Typ", "of_type", _kinds)
    origin = choice("Ursprung", "from_origin", Case.Origin.choices)

    class Meta:
        model = Case
        fields: list[str] = []

    def find(self, rows: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        return rows.matching(value)

    def filed_by_unit(self, rows: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        return rows.filter(within("filing_unit", value))

    def at_least(self, rows: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        """As assessed, or as the reporter put it until somebody has."""
        told = Assessment.objects.filter(
            deviation=OuterRef("pk"),
            stage=Assessment.Stage.REPORTER,
            potential__gte=int(value),
        )
        return rows.filter(Q(severity__gte=int(value)) | Q(Exists(told), severity=None))

    def of_type(self, rows: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        """As classified, or as suggested until somebody has."""
        codes = Code.objects.of("deviation_kind").filter(code=value).values("pk")
        return rows.alias(sort=queue.sort_of()).filter(sort__in=codes)

    def from_origin(self, rows: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        return rows.filter(origin=value)

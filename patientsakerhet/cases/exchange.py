"""Cases and measures out as files, by page and by command alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef
from django.http import HttpRequest

from patientsakerhet.access.policy import Can
from patientsakerhet.cases import kinds
from patientsakerhet.cases.filters import CaseFilter, MeasureFilter, within_reach
from patientsakerhet.cases.models import Case, Measure, MeasureCase
from patientsakerhet.cases.querysets import CaseQuerySet
from patientsakerhet.exchange.kinds import Export
from patientsakerhet.exchange.writer import Column, Extract
from patientsakerhet.lib.refusal import Refused
from patientsakerhet.organisation.models import Person
from patientsakerhet.ui.narrowing import Narrowing

MEASURE_COLUMNS = (
    Column("Åtgärd", "title"),
    Column("Beskrivning", "description"),
    Column("Styrka", "strength", shown=dict(Measure.Strength.choices).get),
    Column("Ansvarig", "owner__name"),
    Column("Enhet", "unit__name"),
    Column("Klar senast", "due_on"),
    Column("Läge", "status", shown=dict(Measure.Status.choices).get),
    Column("Så långt", "progress"),
    Column("Blev klar", "done_at"),
    Column("Så ska effekten synas", "effect_sign"),
    Column("Effekten följs upp", "effect_due_on"),
    Column("Effekt", "effect", shown=lambda value: dict(Measure.Effect.choices).get(value, "")),
    Column("Resultat av uppföljningen", "effect_result"),
    Column("Skäl till att den utgår", "cancelled_reason"),
    Column("Beslutades", "decided_at"),
    Column("Beslutades av", "decided_by__name"),
)


def cases(
    given: Mapping[str, str], by: Person | None = None, *, marked: Sequence[str] | None = None
) -> Extract:
    """The cases of a filter that somebody may take out, or of those the ones she has marked."""
    seen = within_reach(given, by, Can.EXPORT) if by else Case.objects.all()
    narrowed = CaseFilter(given, queryset=seen, request=asking(by))
    refuse_unreadable(narrowed)
    rows, told = narrowed.qs, narrowed.described()
    if marked is not None:
        rows, told = rows.filter(number__in=marked), [*told, ("Markerade", str(len(marked)))]
    labels = {s: label for kind in kinds.every() for s, label in kind.workflow.labels.items()}
    origins = dict(Case.Origin.choices)
    return Extract(
        name="arenden",
        title="Ärenden",
        rows=rows,
        columns=[
            Column("Nummer", "number"),
            Column("Rubrik", "title"),
            Column("Läge", "status", lambda value: labels.get(value, value)),
            Column("I läget sedan", "status_since"),
            Column("Ansvarig enhet", "owning_unit__name"),
            Column("Rapporterande enhet", "filing_unit__name"),
            Column("Vårdgivare", "filing_unit__care_provider__name"),
            Column("Handläggare", "handler__name"),
            Column("Ursprung", "origin", lambda value: origins.get(value, value)),
            Column("Allvarlighetsgrad", "severity"),
            Column("Risktal", "risk_score"),
            Column("Kom in", "filed_at"),
            Column("Koordinerades", "first_coordinated_at"),
            Column("Nästa tidsgräns", "due_at"),
            Column("Avslutades", "closed_at"),
        ],
        selection=told,
        case_id="pk",
        right=Can.EXPORT,
    )


def measures(given: Mapping[str, str], by: Person | None = None) -> Extract:
    """The measures of a filter that serve a case somebody may take out."""
    served = MeasureCase.objects.filter(case__in=_cases_of(by))
    rows = Measure.objects.filter(Exists(served.filter(measure=OuterRef("pk"))))
    narrowed = MeasureFilter(given, queryset=rows, request=asking(by))
    refuse_unreadable(narrowed)
    return Extract(
        name="atgarder",
        title="Åtgärder",
        rows=narrowed.qs,
        columns=MEASURE_COLUMNS,
        selection=narrowed.described(),
        cases=served.filter(measure__in=narrowed.qs.order_by()).values_list("case", flat=True),
        right=Can.EXPORT,
    )


def asking(by: Person | None) -> HttpRequest:
    """What a filter asks who is asking: "mine" is somebody's."""
    request = HttpRequest()
    request.user = by or AnonymousUser()
    return request


def refuse_unreadable(narrowed: Narrowing) -> None:
    """Refuses a filter that was asked for something it does not know: the whole would be taken out."""
    if not narrowed.form.is_valid():
        raise Refused("Urvalet går inte att läsa. Rätta det och ta ut filen igen.")


def _cases_of(by: Person | None) -> CaseQuerySet:
    """Nobody stands for the command line on the server."""
    return Case.objects.where_may(by, Can.EXPORT) if by else Case.objects.all()


CASES = Export("cases", "Ärenden", Can.EXPORT, cases, "Alla ärenden som du får ta ut.")
MEASURES = Export("measures", "Åtgärder", Can.EXPORT, measures, "Åtgärder i de ärendena.")

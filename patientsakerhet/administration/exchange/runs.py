"""What has been read in, and what became of each row: narrowed, and out as files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import django_filters
from django.db.models import QuerySet

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.administration import filters
from patientsakerhet.exchange import kinds
from patientsakerhet.exchange.kinds import Export, ImportKind
from patientsakerhet.exchange.models import ImportLine, ImportRun
from patientsakerhet.exchange.writer import Column, Extract
from patientsakerhet.lib.refusal import Refused
from patientsakerhet.organisation.models import Person


def kinds_of(by: Person) -> list[ImportKind]:
    """What the person may read in; refuses, and leaves a mark, when it is nothing."""
    opened = kinds.open_to(policy.capabilities_anywhere(by))
    if not opened:
        policy.check_anywhere(by, *(Can(kind.needs) for kind in kinds.every()))
    return opened


class RunFilter(django_filters.FilterSet):
    """By the file's name, what it holds and how far it has come."""

    q = django_filters.CharFilter(label="Filnamn", field_name="name", lookup_expr="icontains")
    kind = django_filters.ChoiceFilter(label="Innehåll", choices=(), empty_label="allt")
    state = django_filters.ChoiceFilter(
        label="Läge", choices=ImportRun.State.choices, empty_label="alla lägen"
    )

    class Meta:
        model = ImportRun
        fields: tuple[str, ...] = ()

    def __init__(self, data: Mapping[str, str], among: Sequence[ImportKind]) -> None:
        rows = ImportRun.objects.of_kinds([kind.key for kind in among])
        super().__init__(data, queryset=rows)
        self.filters["kind"].extra["choices"] = [(kind.key, kind.label) for kind in among]


class LineFilter(django_filters.FilterSet):
    """By what became of the row, and by what it is about."""

    q = django_filters.CharFilter(label="Gäller", field_name="key", lookup_expr="icontains")
    outcome = django_filters.ChoiceFilter(
        label="Utfall", choices=ImportLine.Outcome.choices, empty_label="alla"
    )

    class Meta:
        model = ImportLine
        fields: tuple[str, ...] = ()


def lines_of(run: ImportRun, given: Mapping[str, str]) -> LineFilter:
    """The lines of one import, in the order of the file."""
    return LineFilter(given, queryset=run.lines.all())


def in_order(rows: QuerySet[ImportLine]) -> QuerySet[ImportLine]:
    """As in the file; what is about no row of it last."""
    return rows.order_by("number", "pk")


def imports(given: Mapping[str, str], by: Person | None = None) -> Extract:
    """The imports of a filter, of the kinds that the person may read in."""
    chosen = RunFilter(given, kinds_of(by) if by else list(kinds.every()))
    filters.refuse_unreadable(chosen)
    labels = {kind.key: kind.label for kind in kinds.every()}
    states = dict(ImportRun.State.choices)
    return Extract(
        name="importer",
        title="Importer",
        rows=chosen.qs.order_by("-at", "-pk"),
        columns=[
            Column("Fil", "name"),
            Column("Innehåll", "kind", lambda value: labels.get(value, value)),
            Column("Läge", "state", states.get),
            Column("Rader", "rows"),
            Column("Lämnades in", "at"),
            Column("Av", "by__name"),
            Column("Godkänd", "confirmed_at"),
            Column("Godkänd av", "confirmed_by__name"),
            Column("Klar", "finished_at"),
            Column("Därför stoppad", "failure"),
            *(
                Column(label.capitalize(), f"counts__{outcome}")
                for outcome, label in ImportLine.Outcome.choices
            ),
        ],
        selection=filters.in_words(chosen),
    )


def import_lines(given: Mapping[str, str], by: Person | None = None) -> Extract:
    """What became of the rows of one import, named by `run`; refuses whoever may not read it in."""
    key = given.get("run", "")
    run = ImportRun.objects.filter(pk=int(key)).first() if key.isdecimal() else None
    if run is None:
        raise Refused("Säg vilken import det gäller, med run och dess nummer.")
    if by is not None:
        policy.check_anywhere(by, Can(run.kind_row.needs))
    chosen = lines_of(run, given)
    filters.refuse_unreadable(chosen)
    outcomes: dict[Any, Any] = dict(ImportLine.Outcome.choices)
    return Extract(
        name="importrader",
        title="Importens rader",
        rows=in_order(chosen.qs),
        columns=[
            Column("Rad", "number"),
            Column("Gäller", "key"),
            Column("Utfall", "outcome", outcomes.get),
            Column("Förklaring", "text"),
        ],
        selection=[("Import", f"{run.pk}, {run.name}"), *filters.in_words(chosen)],
        right=run.kind_row.needs,
    )


IMPORTS = Export("imports", "Importer", "", imports, is_listed=False)
LINES = Export("import_lines", "Importens rader", "", import_lines, is_listed=False)

"""The figures as a file, and the rows behind one of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.exchange.kinds import Export
from patientsakerhet.exchange.writer import Column, Computed, Extract
from patientsakerhet.lib.refusal import Refused
from patientsakerhet.organisation.models import Person
from rapporter import figures, registry, rights
from rapporter.forms.asking import AskingForm, OneForm, described
from rapporter.registry import Asked, UnknownMeasure

COLUMNS = (
    Column("Mått", "name"),
    Column("Värde", "value"),
    Column("Räknas i", "unit"),
    Column("Avsnitt", "section"),
    Column("Definition", "definition"),
    Column("Räknas efter", "date_field"),
    Column("Nyckel", "key"),
    Column("Version", "version"),
    Column("Kod", "code_hash"),
    Column("Gäller från", "valid_from"),
    Column("Siffra i berättelsen 2023", "figure"),
)


def asked_of(given: Mapping[str, str], by: Person | None) -> Asked:
    """What the address asks; refuses what cannot be read."""
    return _valid(AskingForm(given)).asked(by)


def _valid(form: AskingForm) -> AskingForm:
    if not form.is_valid():
        raise Refused([str(error) for errors in form.errors.values() for error in errors])
    return form


def row_of(one: figures.Figure) -> dict[str, Any]:
    """A figure with its definition, by the sources of the columns."""
    told = one.measure
    names = ("name", "unit", "section", "definition", "date_field", "key", "version", "figure")
    return {
        **{name: getattr(told, name) for name in names},
        "value": None if one.value is None else round(one.value, told.decimals),
        "code_hash": told.code_hash,
        "valid_from": registry.valid_from(told),
    }


def every(given: Mapping[str, str], by: Person | None = None) -> Extract:
    """Every figure of a year, with its definition."""
    if by is not None:
        policy.check_anywhere(by, *rights.SOME)
    asked = asked_of(given, by)
    return Extract(
        name="matt",
        title="Mått",
        rows=Computed([row_of(one) for one in figures.every(asked)]),
        columns=COLUMNS,
        selection=described(asked),
        right=rights.SOME[0],
    )


def behind(given: Mapping[str, str], by: Person | None = None) -> Extract:
    """The rows behind the figure that `measure` names."""
    try:
        measure = registry.of(given.get("measure", ""))
    except UnknownMeasure as unknown:
        raise Refused("Det finns inget sådant mått.") from unknown
    asked = _valid(OneForm(measure, given)).asked(by)
    if by is not None:
        policy.check_anywhere(by, *measure.needs)
    rows = measure.rows_for(asked)
    told: dict[str, Any] = {}
    if measure.weigh is None:
        told = {"rows": rows, "columns": measure.columns}
    else:
        headings = figures.headings(measure)
        told = {
            "rows": Computed(
                [
                    dict(zip(headings, figures.cells(measure, row, asked), strict=True))
                    for row in rows
                ]
            ),
            "columns": [Column(heading, heading) for heading in headings],
        }
    return Extract(
        name=f"matt-{measure.key.replace('.', '-').replace('_', '-')}",
        title=measure.name,
        selection=[("Mått", measure.name), *described(asked)],
        right=measure.needs[0],
        **told,
    )


FIGURES = Export("figures", "Mått", Can.READ_YEAR_REGISTERS, every)
BEHIND = Export("figure", "Raderna bakom ett mått", "", behind, is_listed=False)
EXPORTS = (FIGURES, BEHIND)

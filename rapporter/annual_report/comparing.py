"""Former years as a report shows them: what their own editions told, what is known now, and why. Pure.

What was frozen before former years were kept then and now is shown as it was: `contents` asks for nothing here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

from patientsakerhet.ui import swedish
from rapporter.annual_report import pictures, plan, wording
from rapporter.annual_report.publishing import MARKS, NOW, SUM, Column, Line, Shelf
from rapporter.annual_report.so_far import WHOLE
from rapporter.annual_report.suppression import Shown
from rapporter.annual_report.told import Table
from rapporter.annual_report.why import (
    COUNTED_NOW,
    NEW_DEFINITION,
    NOW_KNOWN,
    OTHER_DEFINITION,
    SAME,
    THEN_KNOWN,
)
from rapporter.annual_report.wording import Said
from rapporter.charts import sparks
from rapporter.charts.chart import About, Chart

Figures = Mapping[str, Any]
Hidden = Collection[tuple[str, str]]
NOTHING, PER_CENT = "ej uppnådd", "procent"
BOTH = ("Då känt", "Nu känt")
LEFT_OUT = "Året före visas inte: bredvid det årets berättelse skulle små tal gå att räkna ut."
APPENDIX = "Siffror för tidigare år som har ändrats sedan dess"


def is_told(kept: Figures, year: int) -> bool:
    """Whether the year's own edition told the figure."""
    return "told" in kept["former"].get(str(year), {})


def written(kept: Figures, number: str | None) -> str:
    """A number of the figure as it is shown."""
    if number is None:
        return swedish.DASH if kept["unit"] == PER_CENT else NOTHING
    return wording.number(Said(Decimal(number), decimals=kept["decimals"]))


# --- the figures of a section -----------------------------------------------------------------


def last_year(
    figures: Figures, names: Iterable[str], year: int, hidden: Hidden, *, until: str = ""
) -> list[Any]:
    """Headings of last year's columns, and name -> what stands in them, as texts and as values.

    `until` is how much of last year stands beside a year that is not over.
    """
    some = [(name, figures[name]) for name in names]
    told = [is_told(kept, year) for _, kept in some]
    reasons = {name: kept["former"][str(year)]["why"] for name, kept in some}
    both = any(reasons.values())
    span = f"{year}, {WHOLE}" if until and any(told) else f"{year}{until}"
    head = span if any(told) else f"{span}, {COUNTED_NOW}"
    heads = [f"{span}, {THEN_KNOWN}", f"{span}, {NOW_KNOWN}"] if both else [head]
    rows: dict[str, tuple[list[str], list[str | None]]] = {}
    for (name, kept), was_told in zip(some, told, strict=True):
        before = _last(name, kept, "before", hidden)
        if any(told) and not was_told and kept["before"] is not None:
            before = f"{before} ({COUNTED_NOW})"
        texts, values = [before], [_value(name, kept, "before", hidden)]
        if both:
            texts.append(_last(name, kept, "since", hidden) if reasons[name] else SAME)
            values.append(_value(name, kept, "since", hidden))
        rows[name] = texts, values
    return [heads, rows, _reasons(some, reasons, year, hidden)]


def _last(name: str, kept: Figures, which: str, hidden: Hidden) -> str:
    if (name, which) in hidden:
        return MARKS[Shown.SMALL]
    return swedish.DASH if kept[which] is None else written(kept, kept[which])


def _value(name: str, kept: Figures, which: str, hidden: Hidden) -> str | None:
    found: str | None = None if (name, which) in hidden else kept[which]
    return found


def _reasons(
    some: list[tuple[str, Figures]], reasons: Mapping[str, str], year: int, hidden: Hidden
) -> str:
    """Why last year's numbers are others now, in a sentence."""
    told = [
        f"{kept['name']} ({reasons[name]})"
        for name, kept in some
        if reasons[name] and not {(name, "before"), (name, "since")} & set(hidden)
    ]
    if not told:
        return ""
    return f"{year} är som den årets berättelse angav det. Nu känt är ett annat tal: {'; '.join(told)}."


# --- tables that break a measure down ---------------------------------------------------------


def shelf(one: Shelf, chart: Chart | None) -> Table:
    """The table, a former year in two columns where now another number is known, with why."""
    two = [
        column.year
        for column in one.columns
        if column.known == NOW and len(one.of(column.year)) > 1
    ]
    head = plan.breakdown(one.key).head
    heads = [head, *(one.heading(column) for column in one.columns)]
    lines = [*one.lines]
    if one.total:
        lines.append(Line(SUM, one.total, {column: one.sum_of(column) for column in one.columns}))
    rows, plain = [], []
    for line in lines:
        told = [_cell(one, line, column) for column in one.columns]
        rows.append([line.label, *(text for text, _ in told)])
        plain.append([line.code, *(value for _, value in told)])
    if two:
        heads.append("Skäl")
        for line, row, values in zip(lines, rows, plain, strict=True):
            reason = _why(one, line, two)
            row.append(reason)
            values.append(reason)
    notes = [_of_definition(one), LEFT_OUT if one.is_of_one_year else ""]
    if one.marks:
        notes.append("<5: ett till fyra. ..: dolt så att små tal inte går att räkna ut.")
    return Table(
        one.key,
        one.title,
        heads,
        rows,
        note=" ".join(filter(None, notes)),
        plain=plain,
        total=bool(one.total),
        chart=chart,
    )


def by_year(one: Shelf, chart: Chart | None) -> Table:
    """A table whose rows are the years."""
    (line,) = one.lines
    years = sorted({column.year for column in one.columns})
    both = any(len(one.of(year)) > 1 for year in years)
    rows: list[list[str]] = []
    plain: list[list[Any]] = []
    for year in years:
        first, last = one.of(year)[0], one.of(year)[-1]
        name = str(year)
        if year == one.now.year:
            name = one.heading(one.now)
        elif year in one.redefined:
            name = f"{year}, {OTHER_DEFINITION}"
        elif first.known == NOW and one.tells_source:
            name = f"{year}, {COUNTED_NOW}"
        row = [name, swedish.number(line.values[first])]
        values: list[Any] = [year, line.values[first]]
        if both:
            is_apart = first != last
            row += [swedish.number(line.values[last]) if is_apart else SAME]
            row += [line.why.get(year, "") if is_apart else ""]
            values += [line.values[last], row[-1]]
        rows.append(row)
        plain.append(values)
    heads = ["År", "Antal", *([BOTH[1], "Skäl"] if both else [])]
    return Table(
        one.key,
        one.title,
        heads,
        rows,
        note=_of_definition(one),
        plain=plain,
        chart=chart,
        has_years_for_rows=one.tells_source,
        also_numbers=frozenset(BOTH),
    )


def _cell(one: Shelf, line: Line, column: Column) -> tuple[str, int | None]:
    if column == one.now and line.code in one.to_come:
        return swedish.DASH, None
    mark, value = one.shown(line.code, column), line.values[column]
    return (MARKS[mark], None) if mark in MARKS else (swedish.number(value), value)


def _why(one: Shelf, line: Line, years: Iterable[int]) -> str:
    """Why the row's number is another now; not of hidden numbers, and not of a sum."""
    return "; ".join(
        reason
        for year in years
        if (reason := line.why.get(year, ""))
        and all(one.shown(line.code, column) not in MARKS for column in one.of(year))
    )


def _of_definition(one: Shelf) -> str:
    """What a change of the measure's meaning does to the table."""
    years = " och ".join(str(year) for year in sorted(one.redefined))
    if not years:
        return ""
    return (
        f"Måttet betydde något annat i berättelsen för {years}. Det talet går inte att jämföra med de "
        "andra."
    )


# --- year by year -----------------------------------------------------------------------------


def has_years(kept: Figures, year: int) -> bool:
    """Whether the figure was told long enough ago for a line over the years."""
    return any(
        int(one) <= year - pictures.FORMER and told.get("told") is not None
        for one, told in kept["former"].items()
    )


def years(figures: Figures, year: int, as_of: datetime) -> Table | None:
    """Figures year by year, as each year's own edition told them; nothing without figures."""
    if not figures:
        return None
    first = min(int(one) for kept in figures.values() for one in kept["former"])
    span = list(range(first, year + 1))
    lines: list[sparks.Spark] = []
    rows: list[list[str]] = []
    plain: list[list[Any]] = []
    for kept in figures.values():
        told = [_of_year(kept, one, year) for one in span]
        lines.append(_spark(kept, span, told, year))
        rows.append([kept["name"], *(_in_year(kept, one, year) for one in span)])
        plain.append([kept["name"], *told])
        again = [kept["former"].get(str(one), {}) for one in span]
        if any(one.get("why") for one in again):
            name = f"{kept['name']}, {NOW_KNOWN}"
            rows.append(
                [name, *(written(kept, one["now"]) if one.get("why") else SAME for one in again)]
            )
            plain.append([name, *(one.get("now", kept["value"]) for one in again)])
    finding = (
        f"Siffrorna från {span[0]} till {year}, tidigare år som de årens berättelser angav dem. Varje "
        "linje har sin egen skala."
    )
    note = (
        f"{COUNTED_NOW.capitalize()}: året har ingen fastställd berättelse med siffran. "
        f"{OTHER_DEFINITION.capitalize()}: måttet betydde något annat, och talet går inte att jämföra. "
        f"Skälen till att tal är andra nu står under {APPENDIX}."
    )
    name = pictures.YEAR_BY_YEAR
    about = About(f"ar-{'-'.join(figures)}".lower(), name, note, as_of, finding)
    heads = ["Mått", *map(str, span)]
    chart = sparks.sparks(about, span, lines, name=name)
    return Table("ar-for-ar", name, heads, rows, note=note, plain=plain, chart=chart)


def _of_year(kept: Figures, one: int, year: int) -> str | None:
    """The number of a year: as it was told, or as it is known now where nobody told it."""
    told = {"told": kept["value"]} if one == year else kept["former"].get(str(one), {})
    found: str | None = told["told"] if "told" in told else told.get("now")
    return found


def _in_year(kept: Figures, one: int, year: int) -> str:
    number = _of_year(kept, one, year)
    if number is None:
        return swedish.DASH
    text = written(kept, number)
    if one == year:
        return text
    if not is_told(kept, one):
        return f"{text} ({COUNTED_NOW})"
    is_other = kept["former"][str(one)]["why"] == NEW_DEFINITION
    return f"{text} ({OTHER_DEFINITION})" if is_other else text


def _spark(kept: Figures, span: list[int], told: list[str | None], year: int) -> sparks.Spark:
    now = (kept["measure"], kept["version"])
    meant = []
    for one in span:
        before = kept["former"].get(str(one), {})
        meant.append((before["measure"], before["version"]) if "told" in before else now)
    known = [place for place, value in enumerate(told) if value is not None]
    return sparks.Spark(
        kept["name"],
        [None if value is None else float(value) for value in told],
        kept["decimals"],
        breaks=frozenset(
            later for earlier, later in pairwise(known) if meant[earlier] != meant[later]
        ),
        counted=frozenset(
            place for place in known if span[place] != year and not is_told(kept, span[place])
        ),
    )


# --- the appendix -----------------------------------------------------------------------------


def appendix(
    figures: Figures,
    made_by: Mapping[str, Any],
    year: int,
    *,
    then_counted: bool,
    cutoff_at: datetime,
    hidden: Hidden,
    is_public: bool,
) -> Table:
    """Every figure of a former year that is another now, with why; and where former years come from."""
    rows: list[list[str]] = []
    plain: list[list[Any]] = []
    for name, kept in sorted(figures.items()):
        if name in plan.SAME_AS or (name in plan.ALSO and plan.ALSO[name] in figures):
            continue
        for one, told in kept["former"].items():
            if not told["why"] or (
                is_public and kept["disclosure"] == "B" and int(one) != year - 1
            ):
                continue
            if int(one) == year - 1 and {(name, "before"), (name, "since")} & set(hidden):
                continue
            then, now = written(kept, told["told"]), written(kept, told["now"])
            rows.append([kept["name"], one, then, now, told["why"]])
            plain.append([name, int(one), told["told"], told["now"], told["why"]])
    note = _sources(made_by["former"], year, then_counted=then_counted, cutoff_at=cutoff_at)
    heads = ["Mått", "År", *BOTH, "Skäl"]
    if not rows:
        return Table("forr_och_nu", APPENDIX, [], [], note=note)
    return Table(
        "forr_och_nu", APPENDIX, heads, rows, note=note, plain=plain, also_numbers=frozenset(BOTH)
    )


def _sources(
    former: Mapping[str, Any], year: int, *, then_counted: bool, cutoff_at: datetime
) -> str:
    """Which edition each former year's numbers come from, and how a year without one is counted."""
    told = [
        f"{one}, utgåva {source['edition']}, som det var känt "
        f"{swedish.moment(datetime.fromisoformat(source['cutoff']))}"
        for one, source in sorted(former.items(), reverse=True)
    ]
    found = []
    if told:
        found.append(f"Tidigare år är som de årens berättelser angav dem: {'; '.join(told)}.")
    if str(year - 1) not in former:
        known = (
            "som det var känt ett år före årets datumgräns"
            if then_counted
            else "som det är känt nu"
        )
        found.append(
            f"För {year - 1} finns ingen fastställd berättelse: siffrorna är räknade nu ur registren, {known}."
        )
    found.append(
        "Där det står räknat nu hade årets berättelse inte siffran. Nu känt är "
        f"{swedish.moment(cutoff_at)}, och står bredvid när det skiljer mer än en procent eller mer än fyra."
    )
    return " ".join(found)

"""Two reports on real cases, every figure of them counted again from the files alone.

2016 stands on the IT log's incidents, 2025 on the device incidents of that year and the one before. Every
fortieth incident and three hundred devices drawn by the printed seed; all of both files with
VARSAM_WHOLE_FILES=1.
"""

import os
from decimal import Decimal
from itertools import chain
from uuid import uuid4

import pytest
from django.utils import timezone

from patientsakerhet.organisation.models import Role
from rapporter.annual_report import foretelling
from rapporter.annual_report.actions import opening
from rapporter.annual_report.contents import contents
from rapporter.annual_report.ingredients import frozen_of
from rapporter.annual_report.models import ReportTemplate
from rapporter.annual_report.publishing import INTERNAL
from rapporter.flow.forecast import Week
from tests.avvikelse.exchange import real_devices
from tests.avvikelse.exchange import test_real_log as log
from tests.factories import Region, person_as
from tests.rapporter.annual_report import recounted
from tests.rapporter.annual_report.making import work

pytestmark = pytest.mark.django_db
rows = log.rows

WHOLE = bool(os.environ.get("VARSAM_WHOLE_FILES"))
EVERY, DEVICES = (1, None) if WHOLE else (40, 300)
NAMES = {"opened": log.OPENED, "at": log.UPDATED, "state": log.STATE, "group": log.GROUP}
INCOMING, OWN, ELSEWHERE = "servicenow", "servicenow-own", "servicenow-elsewhere"
LOGS = (INCOMING, OWN, ELSEWHERE)
"""The log in three: written outside the administration, within it, and by another care provider that
deals with its own."""
EXACT = Decimal("0.000001")


@pytest.mark.thorough
def test_every_figure_is_the_one_that_the_files_tell(rows, chance):
    region = Region()
    coordinator = person_as(Role.COORDINATOR, region.root)
    matters = [*_incidents(rows, region, coordinator), *_devices(chance, region.root, coordinator)]
    ReportTemplate.objects.update(valid_from="2016-01-01")

    for year in (2016, 2025):
        case = opening.start(
            region.root, year, by=coordinator, submission=uuid4(), cutoff_at=timezone.now()
        )
        work()
        build = case.annual_report.builds.get()
        assert build.is_done, build.failure
        assert {one.form for one in build.files.all()} == {"pdf", "docx"}
        now = build.snapshot.cutoff_at
        told = expected(matters, year, now)
        found = cells(build.snapshot)
        assert found == told, {
            key: (found.get(key), told.get(key))
            for key in found.keys() | told.keys()
            if found.get(key) != told.get(key)
        }
        _stands_in_the_figures(build.snapshot, matters, year)
        _stands_in_the_text(build, told, year)
        _is_seen_when_it_is_wrong(matters, year, now, found)
    assert len(matters) > (4_000 if WHOLE else 300)


def _incidents(rows, region, coordinator):
    """The log read in, and its incidents but for those of the other provider."""
    by_number = {}
    for row in rows[1:]:
        if int(row[log.NUMBER]) % EVERY == 0:
            by_number.setdefault(row[log.NUMBER], []).append(row)
    parent = {INCOMING: region.root.code, OWN: region.administration.code}
    found = []
    for place, system in enumerate(LOGS):
        some = [own for n, own in enumerate(by_number.values()) if n % len(LOGS) == place]
        where = (
            f'parent = "{parent[system]}"'
            if system in parent
            else f'provider = "{region.private.care_provider.name}"'
        )
        mapping = log.MAPPING.read_text("utf-8").replace('"servicenow"', f'"{system}"')
        mapping = mapping.replace("[units.root] ", f"[units.root]\n{where} ")
        log.worked(
            _confirmed(log.packed(rows[0], list(chain.from_iterable(some))), mapping, coordinator)
        )
        if system != ELSEWHERE:
            kept = [[row for row in own if not log.contradicts(row)] for own in some]
            found += [
                recounted.incident(own, moment=log.moment, names=NAMES, is_own=system == OWN)
                for own in kept
                if own
            ]
    return found


def _confirmed(content, mapping, by):
    run = log.runs.upload("event_log", "log.csv.gz", content, by=by, mapping=mapping)
    return log.runs.confirm(log.worked(run), by=by)


def _devices(chance, parent, coordinator):
    every = real_devices.incidents()
    some = chance.sample(every, DEVICES) if DEVICES else every
    real_devices.read_in(some, coordinator, parent)
    return [
        recounted.device(row)
        for row in some
        if not real_devices.is_no_year(row) and not real_devices.contradicts(row)
    ]


def expected(matters, year, now):
    """Every cell that the report must have, and no other."""
    this, before = (recounted.figures(matters, one, now) for one in (year, year - 1))
    found = {("figures", name, year): value for name, value in this.items()}
    found |= {("known", name, year - 1): value for name, value in before.items()}
    found |= recounted.breakdowns(matters, year)
    found |= {("D5", *key): value for key, value in recounted.queue(matters, year).items()}
    found |= foretold(matters, year, this["flow_open"])
    return {key: exact(value) for key, value in found.items()}


def foretold(matters, year, backlog):
    """What the product foretells of a past that is counted from the files; how it foretells is tested apart."""
    months, weeks = recounted.past(matters, year)
    told = foretelling.Past(
        months,
        [(monday, Week(came, left)) for monday, came, left in weeks],
        backlog,
        dict.fromkeys(("flow_came", "flow_left", "flow_open"), 1),
    )
    return {
        (one.table, one.dims["year"], one.dims["code"]): one.value
        for one in foretelling.numbers(told)
    }


def exact(value):
    return None if value is None else Decimal(value).quantize(EXACT)


def cells(snapshot):
    """The report's cells by the same names."""
    found = {}
    for one in snapshot.cells.all():
        if one.table in ("figures", "known"):
            key = (one.table, one.dims["figure"], one.dims["year"])
        elif one.table == "D5":
            key = (one.table, one.dims["month"], one.measure)
        else:
            key = (one.table, one.dims["year"], one.dims["code"])
        assert key not in found
        found[key] = one.value
    return found


def _stands_in_the_figures(snapshot, matters, year):
    """The intervals of what is counted, and what each figure was the year before."""
    this, before = (recounted.figures(matters, one, snapshot.cutoff_at) for one in (year, year - 1))
    assert set(snapshot.figures) == set(this)
    now = {one.dims["figure"]: one for one in snapshot.cells.filter(table="figures")}
    for name, kept in snapshot.figures.items():
        assert exact(this[name]) == exact(kept["value"]), name
        assert exact(before[name]) == exact(kept["before"]) == exact(kept["since"]), name
        cell = now[name]
        bounds = (None, None)
        if kept["counted"] and before[name] is not None:
            bounds = recounted.interval(before[name], this[name])
        for found, told in zip((cell.low, cell.high), bounds, strict=True):
            assert (found is None) == (told is None), name
            assert told is None or float(found) == pytest.approx(told, rel=1e-5, abs=2e-6), name


def _stands_in_the_text(build, told, year):
    """The tables as they are set, with their sums and what had come so far in the year."""
    said = contents(build.ingredients, frozen_of(build.snapshot), INTERNAL)
    tables = [table for part in said.parts for table in part.tables]
    figures = [row for table in tables if table.key == f"siffror-{year}" for row in table.plain]
    assert len({row[0] for row in figures}) > 30
    for name, now, before in figures:
        assert exact(now) == told["figures", name, year]
        assert exact(before) == told["known", name, year - 1]
    by_key = {table.key: table.plain for table in tables}
    for key in ("D1", "D1s", "D3"):
        rows = by_key.get(key, [])
        codes = {code for table, _, code in told if table == key}
        assert {row[0] for row in rows} == (codes | {"*"} if codes else set())
        for code, *numbers in rows:
            for number, that in zip(numbers, (year - 1, year), strict=True):
                parts = [told[key, that, one] for one in (codes if code == "*" else [code])]
                assert number == sum(parts)
    so_far = [0, 0]
    for place, (_, came, left, still, *together) in enumerate(by_key["D5"], start=1):
        month = f"{place:02}"
        assert came == told["D5", month, "flow_came"]
        assert left == told["D5", month, "flow_left"]
        assert still == told["D5", month, "flow_open"]
        so_far = [so_far[0] + came, so_far[1] + left]
        assert together == so_far


def _is_seen_when_it_is_wrong(matters, year, now, found):
    """One matter less, one in the next year, one still open, one of the other side: each is another report."""
    inside = [one for one in matters if one.opened.year == year]
    one = inside[len(inside) // 2]
    rest = [other for other in matters if other is not one]
    later = recounted.Matter(one.opened.replace(year=year + 1, month=1, day=1), is_own=one.is_own)
    open_still = recounted.Matter(one.opened, one.states[1:-1], one.coordinated, is_own=one.is_own)
    open_still.sort, open_still.area = one.sort, one.area
    assert expected(rest, year, now) != found
    assert expected([*rest, later], year, now) != found
    if one.closed:
        assert expected([*rest, open_still], year, now) != found
    other_side = recounted.Matter(
        one.opened, one.states[1:], one.coordinated, is_own=not one.is_own
    )
    assert expected([*rest, other_side], year, now) != found

"""What last year's edition made public and what this one does, read side by side, give away no small number."""

from itertools import product
from types import SimpleNamespace

from hypothesis import given, settings
from hypothesis import strategies as st

from rapporter.annual_report import former, publishing
from rapporter.annual_report.publishing import CUTOFF, NOW, PUBLIC, REPORTED, SUM, Column
from rapporter.annual_report.suppression import SMALL, Shown

TABLE = "D3"
CODES = ("device.infusion", "device.imaging", "device.monitoring", "device.other")
YEAR = 2022


def cell(code, year, known, value, **more):
    dims = {"code": code, "label": code, "year": year, "known": known, "why": "", **more}
    return SimpleNamespace(table=TABLE, measure="filed_deviations", dims=dims, value=value)


def told(counts):
    """The cells of the year's own edition."""
    return [cell(*one) for one in zip(CODES, [YEAR] * 4, [CUTOFF] * 4, counts, strict=True)]


def told_again(then, now, this):
    """The cells of the edition after."""
    public = former.in_public(told(then), {}, YEAR)
    cells = []
    for n, code in enumerate(CODES):
        cells.append(cell(code, YEAR, NOW, now[n]))
        cells.append(cell(code, YEAR + 1, CUTOFF, this[n]))
        cells.append(cell(code, YEAR, REPORTED, then[n], public=public.get((TABLE, code), "")))
    if (TABLE, SUM) in public:
        cells.append(cell(SUM, YEAR, REPORTED, sum(then), public=public[TABLE, SUM]))
    return cells


def shown(cells, column):
    """What a reader sees of the column: which codes a number is of, and the number or its mark."""
    shelf = publishing.tables(cells, {}, PUBLIC).shelves[TABLE]
    if shelf.is_withheld or column not in shelf.columns:
        return []
    rows = [
        (shelf.rests.get(one.code, [one.code]), shelf.shown(one.code, column), one.values[column])
        for one in shelf.lines
    ]
    return [*rows, (list(CODES), shelf.shown(SUM, column), shelf.sum_of(column))]


def fits(values, rows):
    """Whether the codes may have these values for all that is seen."""
    by_code = dict(zip(CODES, values, strict=True))
    for codes, mark, number in rows:
        found = sum(by_code[code] for code in codes)
        if mark == Shown.VALUE and found != number:
            return False
        if mark == Shown.SMALL and found not in SMALL:
            return False
        if mark == Shown.BESIDE and found < SMALL.stop:
            return False
    return True


def possible(rows):
    """Every choice of numbers that fits what is seen; of a sum that is hidden, those of some size."""
    (sums, whole) = next(
        ((mark, number) for codes, mark, number in rows if len(codes) == 4 and mark == Shown.VALUE),
        (None, None),
    )
    if sums is None:
        tried = product(range(12), repeat=4)
    else:
        tried = (
            (*some, whole - sum(some))
            for some in product(range(whole + 1), repeat=3)
            if sum(some) <= whole
        )
    return [values for values in tried if fits(values, rows)]


def worked_out(then, rows):
    """The codes whose small number is not each of one to four for all that is seen."""
    found = possible(rows)
    assert tuple(then) in found
    return [
        code
        for n, code in enumerate(CODES)
        if then[n] in SMALL and not set(SMALL) <= {values[n] for values in found}
    ]


COUNTS = st.tuples(*[st.integers(0, 6)] * 4)


@settings(max_examples=40)
@given(COUNTS, COUNTS, COUNTS)
def test_nothing_small_can_be_worked_out_of_two_editions(then, now, this):
    cells = told_again(then, now, this)
    before, after = shown(told(then), Column(YEAR, CUTOFF)), shown(cells, Column(YEAR, REPORTED))

    assert publishing.leaks(cells, {}) == []
    if after:
        assert worked_out(then, [*before, *after]) == []


@settings(max_examples=40)
@given(COUNTS, COUNTS, COUNTS)
def test_what_last_years_edition_hid_is_hidden_still_and_what_it_showed_is_the_same(
    then, now, this
):
    before = {
        tuple(codes): (mark, number)
        for codes, mark, number in shown(told(then), Column(YEAR, CUTOFF))
    }
    for codes, mark, number in shown(told_again(then, now, this), Column(YEAR, REPORTED)):
        assert before.get(tuple(codes), (mark, number)) == (mark, number)


def test_an_edition_that_knows_nothing_of_the_one_before_gives_away_what_that_hid():
    """2022 hides its sum; 2023 adds the small rows to the rest and would show it: 3, 1 and 1 make 5."""
    then, now, this = (0, 3, 1, 1), (0, 5, 2, 1), (3, 2, 3, 7)
    before = shown(told(then), Column(YEAR, CUTOFF))
    cells = told_again(then, now, this)
    unknowing = [one for one in cells if one.dims["code"] != SUM]
    for one in unknowing:
        one.dims.pop("public", None)

    unknown = [*before, *shown(unknowing, Column(YEAR, REPORTED))]
    known = shown(told_again(then, now, this), Column(YEAR, REPORTED))
    assert worked_out(then, unknown)
    assert not known or worked_out(then, [*before, *known]) == []


def test_a_number_that_is_the_same_then_and_now_is_hidden_in_both():
    then, now, this = (3, 12, 30, 9), (3, 12, 36, 9), (20, 20, 20, 20)
    cells = told_again(then, now, this)
    shelf = publishing.tables(cells, {}, PUBLIC).shelves[TABLE]
    hidden = {
        known: {code for code, column in shelf.marks if column == (YEAR, known)}
        for known in (NOW, REPORTED)
    }

    assert shelf.columns == [(YEAR, REPORTED), (YEAR, NOW), (YEAR + 1, CUTOFF)]
    assert hidden[REPORTED] == hidden[NOW] == {"device.infusion", "device.other"}


def test_a_row_that_is_new_and_a_table_that_was_left_out_need_nothing_of_the_edition_before():
    """2022 knew of no monitoring; 2023 adds it to the rest with two others that are small."""
    then, this = (9, 20, 0, 8), (2, 3, 1, 30)
    known = told_again(then, then, this)
    for one in known:
        if one.dims["code"] == "device.monitoring":
            one.dims.pop("public", None)
    left_out = [one for one in told_again(then, then, this) if one.dims["code"] != SUM]
    for one in left_out:
        one.dims.pop("public", None)

    for cells in (known, left_out):
        shelf = publishing.tables(cells, {}, PUBLIC).shelves[TABLE]
        assert publishing.leaks(cells, {}) == []
        assert [one.code for one in shelf.lines] == ["device.other"]

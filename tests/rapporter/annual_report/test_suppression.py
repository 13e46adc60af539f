"""Nobody who reads everything that is shown can work out a number of one to four."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from rapporter.annual_report import suppression
from rapporter.annual_report.suppression import SMALL, Shown, Sum, Tables


def table(counts, *, total=True):
    cells = {f"c{n}": count for n, count in enumerate(counts)}
    if not total:
        return Tables(cells, (), frozenset(cells))
    sums = (Sum("sum", tuple(cells)),)
    return Tables({**cells, "sum": sum(counts)}, sums, frozenset(cells))


def two_ways(rows):
    """A table with sums of its rows and columns; the sum of everything is shown whatever it is."""
    height, width = len(rows), len(rows[0])
    cells = {(i, j): rows[i][j] for i in range(height) for j in range(width)}
    sums = []
    for i in range(height):
        cells[i, "sum"] = sum(rows[i])
        sums.append(Sum((i, "sum"), tuple((i, j) for j in range(width))))
    for j in range(width):
        cells["sum", j] = sum(row[j] for row in rows)
        sums.append(Sum(("sum", j), tuple((i, j) for i in range(height))))
    cells["sum", "sum"] = sum(map(sum, rows))
    sums.append(Sum(("sum", "sum"), tuple((i, "sum") for i in range(height))))
    sums.append(Sum(("sum", "sum"), tuple(("sum", j) for j in range(width))))
    return Tables(cells, tuple(sums), frozenset(cells) - {("sum", "sum")})


def possible(tables, shown, key, most):
    """By brute force: the values the hidden cell may have, for a single sum."""
    hidden = [one for one in tables.cells if shown[one] != Shown.VALUE]
    choices = [
        SMALL if shown[one] == Shown.SMALL else range(SMALL.stop, most + 1) for one in hidden
    ]
    found = set()
    for values in product(*choices):
        cells = {**tables.cells, **dict(zip(hidden, values, strict=True))}
        if all(cells[one.total] == sum(cells[part] for part in one.parts) for one in tables.sums):
            found.add(cells[key])
    return found


def test_one_small_number_takes_another_with_it():
    shown = suppression.hide(table([3, 9, 40]))

    assert shown == {
        "c0": Shown.SMALL,
        "c1": Shown.BESIDE,
        "c2": Shown.VALUE,
        "sum": Shown.VALUE,
    }


def test_a_neighbour_that_would_give_it_away_is_not_enough():
    """5 beside 3 can only be 5 to 7 when it is no small number, so 3 would be one to three."""
    shown = suppression.hide(table([3, 5, 40]))

    assert shown["c2"] == Shown.BESIDE


def test_without_a_sum_nothing_else_is_hidden():
    assert suppression.hide(table([3, 9, 40], total=False)) == {
        "c0": Shown.SMALL,
        "c1": Shown.VALUE,
        "c2": Shown.VALUE,
    }


def test_a_total_that_names_nobody_is_shown_however_small():
    tables = Tables({"lex maria": 1, "reidar": 3})

    assert suppression.hide(tables) == {"lex maria": Shown.VALUE, "reidar": Shown.VALUE}


def test_what_cannot_be_protected_is_left_out_whole():
    assert suppression.hide(table([1, 0, 0])) is None


def test_the_attack_sees_what_was_forgotten():
    tables = table([3, 9, 40])
    naive = {"c0": Shown.SMALL, "c1": Shown.VALUE, "c2": Shown.VALUE, "sum": Shown.VALUE}

    assert suppression.attacked(tables, naive) == ["c0"]


def test_the_attack_joins_tables_that_show_the_same_cell():
    """A sum hidden in one table is no secret when another table shows its parts."""
    both = Tables(
        {"it": 3, "mtp": 9, "all": 12, "spring": 7, "autumn": 5},
        (Sum("all", ("it", "mtp")), Sum("all", ("spring", "autumn"))),
        frozenset({"it", "mtp", "all"}),
    )
    shown = dict.fromkeys(both.cells, Shown.VALUE) | {"it": Shown.SMALL, "all": Shown.BESIDE}

    assert suppression.attacked(both, shown) == ["it", "all"]


def test_many_small_ones_are_added_to_the_rest():
    counts = {"Journal": 20, "Nät": 2, "Telefoni": 1, "Övrigt": 7, "Utskrift": 3}

    assert suppression.small_first(counts, rest="Övrigt") == {"Journal": 20, "Övrigt": 13}
    assert suppression.small_first({"Nät": 2, "Övrigt": 7}, rest="Övrigt") == {
        "Nät": 2,
        "Övrigt": 7,
    }


@settings(max_examples=40)
@given(st.lists(st.integers(0, 14), min_size=2, max_size=4))
def test_brute_force_agrees_about_one_sum(counts):
    tables = table(counts)
    shown = suppression.hide(tables)
    if shown is None:
        return
    for key, mark in shown.items():
        if mark == Shown.SMALL:
            assert possible(tables, shown, key, sum(counts)) == set(SMALL)


@settings(max_examples=25)
@given(
    st.integers(2, 4).flatmap(
        lambda width: st.lists(
            st.lists(st.integers(0, 12), min_size=width, max_size=width), min_size=2, max_size=3
        )
    )
)
def test_nothing_small_can_be_worked_out_of_a_table_with_sums_both_ways(rows):
    tables = two_ways(rows)
    shown = suppression.hide(tables)
    if shown is not None:
        assert suppression.attacked(tables, shown) == []
        small = {key for key in tables.protected if tables.cells[key] in SMALL}
        assert small <= {key for key, mark in shown.items() if mark == Shown.SMALL}

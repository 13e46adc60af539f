"""The depths of the tests: that together they hold everything, once, and what of it is drawn."""

import re
import tomllib
from collections import Counter
from types import SimpleNamespace

import pytest
from _pytest.mark.expression import Expression
from django.conf import settings

from tests import conftest

PYPROJECT = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())
ASKED_FOR = "kill"
"""What `./dev test -m kill` runs, and nothing else does."""


def sessions():
    """What each session of a landing chooses: that of `./dev test`, and those of CI that choose."""
    given = PYPROJECT["tool"]["pytest"]["ini_options"]["addopts"]
    ci = (settings.BASE_DIR / ".ci" / "run").read_text()
    return [given[given.index("-m") + 1], *re.findall(r'^limit .*dev test -m "([^"]+)"', ci, re.M)]


def chosen(expression, marks):
    return Expression.compile(expression).evaluate(lambda name: name in marks)


@pytest.mark.parametrize("marks", [(), ("long",), ("thorough",), ("long", "thorough")])
def test_at_a_landing_a_test_is_in_one_session(marks):
    assert [chosen(one, marks) for one in sessions()].count(True) == 1


def test_only_the_storm_of_minutes_waits_until_it_is_asked_for():
    assert not any(chosen(one, {ASKED_FOR}) for one in sessions())


def test_ci_runs_the_tests_as_one_starts_them_and_then_the_rest():
    ci = (settings.BASE_DIR / ".ci" / "run").read_text()
    started = re.findall(r"^limit \w+ \./dev test(.*)$", ci, re.M)

    assert started == ["", f' -m "{sessions()[1]}" --one-in=6']


class Item:
    """A test as pytest collects it, as far as it is asked here; a mark is `name` or `name:argument`."""

    def __init__(self, nodeid, *marks, fixtures=()):
        parts = [mark.partition(":") for mark in marks]
        marked = {name: SimpleNamespace(args=(given,)) for name, _, given in parts}
        self.nodeid, self.fixturenames, self.get_closest_marker = nodeid, fixtures, marked.get


def configured(one_in):
    left = []
    hook = SimpleNamespace(pytest_deselected=lambda items: left.extend(items))
    return SimpleNamespace(option=SimpleNamespace(one_in=one_in, seed=7), hook=hook), left


def test_of_what_is_thorough_alone_a_part_is_drawn():
    plain = [Item(f"plain {n}") for n in range(9)]
    long = [Item(f"long {n}", "long") for n in range(9)]
    thorough = [Item(f"thorough {n}", "thorough") for n in range(9)]
    drawing = [Item(f"drawing {n}", "thorough", fixtures=("part_of",)) for n in range(9)]
    config, left = configured(one_in=3)
    items = [*plain, *long, *thorough, *drawing]

    conftest.pytest_collection_modifyitems(config, items)

    assert Counter(one.nodeid.split()[0] for one in items) == {
        "plain": 9,
        "long": 9,
        "thorough": 3,
        "drawing": 9,
    }
    assert sorted(one.nodeid for one in [*left, *items]) == sorted(
        one.nodeid for one in [*plain, *long, *thorough, *drawing]
    )


@pytest.mark.parametrize(("marks", "few"), [([], 10), (["long"], 10), (["thorough"], 4)])
def test_a_test_draws_a_part_only_where_it_is_thorough(marks, few, request, monkeypatch):
    monkeypatch.setattr(request.config.option, "one_in", 3)
    for mark in marks:
        request.node.add_marker(mark)

    drawn = request.getfixturevalue("part_of")(range(10))

    assert len(drawn) == few
    assert drawn == sorted(set(drawn))


def test_one_in_so_many_is_one_at_least_and_every_thing_has_its_chance(chance):
    assert conftest.one_in(8, chance, []) == []
    assert conftest.one_in(8, chance, "a") == ["a"]
    seen = {one for _ in range(200) for one in conftest.one_in(4, chance, "abcdefgh")}
    assert seen == set("abcdefgh")


@pytest.mark.parametrize("side_by_side", [1, 2, 3, 4])
@pytest.mark.parametrize("short", [0, 1, 40])
def test_those_side_by_side_begin_on_runs_that_split_no_company(side_by_side, short):
    items = [
        *(Item(f"tests/lib/{n}") for n in range(short)),
        *(Item(f"tests/journeys/{n}") for n in range(30)),
        *(Item(f"tests/matrix/{n}", f"together:matrix {n % 2}") for n in range(14)),
        *(Item(f"tests/journeys/test_every_page.py::{n}", "together:pages") for n in range(4)),
    ]

    dealt = conftest.dealt(items, side_by_side)

    assert sorted(one.nodeid for one in dealt) == sorted(one.nodeid for one in items)
    ran_by, rest = {}, list(dealt)
    for place in range(side_by_side):  # as xdist hands them out
        run = len(rest) // (side_by_side - place)
        for one in rest[:run]:
            if mark := one.get_closest_marker("together"):
                ran_by.setdefault(mark.args, set()).add(place)
        del rest[:run]
    assert rest == []
    assert {len(places) for places in ran_by.values()} == {1}
    assert dealt[0].nodeid.startswith("tests/journeys/test_every_page.py")

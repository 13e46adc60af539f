"""How many tests run at once: a whole run keeps the cores busy, a few tests run in one."""

import os

import pytest

from patientsakerhet.local.testing import MOST, _processes


@pytest.mark.parametrize(("cores", "processes"), [(1, 1), (2, 3), (4, MOST), (64, MOST), (None, 1)])
@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["-q", "-x"],
        ["--seed=3"],
        ["-m", "thorough"],
        ["-m", "long or thorough", "--one-in=6"],
    ],
)
def test_a_whole_run_uses_the_cores(monkeypatch, arguments, cores, processes):
    monkeypatch.setattr(os, "cpu_count", lambda: cores)

    assert _processes(arguments) == processes


@pytest.mark.parametrize(
    "arguments",
    [
        ["tests/lib"],
        ["-q", "tests/local/test_side_by_side.py::test_a_whole_run_uses_the_cores"],
        ["-k", "matrix"],
        ["-m", "kill"],
        ["-m", "long", "tests/lib"],
        ["--pdb"],
    ],
)
def test_a_few_tests_run_in_one(monkeypatch, arguments):
    monkeypatch.setattr(os, "cpu_count", lambda: 2)

    assert _processes(arguments) == 1

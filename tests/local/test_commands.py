"""What `./dev` is told is understood, or answered with what it could be told."""

import pytest

from patientsakerhet.local import __main__ as dev


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ([], 0),
        (["--help"], 0),
        (["chekc"], 2),
        (["check", "--help"], 0),
        (["check", "--no-test"], 2),
        (["reset", "-y"], 2),
        (["run", "--port", "80"], 2),
    ],
)
def test_what_cannot_be_done_is_told_and_nothing_is_done(monkeypatch, capsys, told, code):
    done = []

    def carried_out(_rest):
        """what the command does"""
        done.append(told)
        return 0

    for name in dev.COMMANDS:
        monkeypatch.setitem(dev.COMMANDS, name, carried_out)

    assert dev.main(told) == code
    assert done == []
    assert "./dev" in capsys.readouterr().out


def test_a_known_option_and_what_is_for_others_are_handed_on(monkeypatch):
    given = []
    monkeypatch.setattr(dev, "stop_on_signals", lambda: None)
    for name in ("check", "test"):
        monkeypatch.setitem(dev.COMMANDS, name, lambda rest: given.append(rest) or 0)

    assert dev.main(["check", "--no-tests"]) == 0
    assert dev.main(["test", "tests/local", "-q"]) == 0
    assert given == [["--no-tests"], ["tests/local", "-q"]]

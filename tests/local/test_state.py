"""The folder of a local installation: one at a time, closed to others, emptied on request."""

import os
import stat

import pytest

from patientsakerhet.local.errors import CannotStart
from patientsakerhet.local.stamp import Stamp


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_the_folder_is_closed_to_others(state):
    state.make()

    assert {mode(each) for each in (state.folder, state.log, state.mail, state.sockets())} == {
        0o700
    }


def test_two_cannot_run_from_the_same_folder(state):
    with state.held():
        told = f"körs redan .* \\(process {os.getpid()}\\)"
        with pytest.raises(CannotStart, match=told), state.held():
            pass
        assert state.is_held()
    assert not state.is_held()


def test_the_key_is_made_once_and_for_its_owner_alone(state):
    state.make()
    first = state.secret_key()

    assert state.secret_key() == first
    assert len(first) > 50
    assert mode(state.folder / "secret_key") == 0o600


def test_a_long_path_gets_a_short_folder_for_its_sockets(state, tmp_path):
    deep = type(state)(tmp_path / ("a" * 90))
    deep.make()

    assert len(str(deep.sockets())) < 80
    assert deep.sockets() == deep.sockets()
    assert mode(deep.sockets()) == 0o700
    deep.empty()


def test_emptying_leaves_only_the_lock(state):
    state.make()
    state.secret_key()
    (state.mail / "1.log").write_text("Till: anna@example.org")

    state.empty()

    assert [entry.name for entry in state.folder.iterdir()] == ["lock"]


def test_nothing_is_emptied_while_it_runs(state):
    with state.held():
        with pytest.raises(CannotStart):
            state.empty()
        assert state.mail.exists()


def test_a_stamp_is_current_until_the_code_changes(tmp_path):
    stamp = Stamp(tmp_path / "prepared")
    assert not stamp.is_current()

    stamp.set()
    assert Stamp(tmp_path / "prepared").is_current()
    assert not Stamp(tmp_path / "prepared", "DEMO=1").is_current()

    (tmp_path / "prepared").write_text("of other code")
    assert not Stamp(tmp_path / "prepared").is_current()

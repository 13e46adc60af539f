"""A local installation in a folder of its own, whatever the tests themselves run on."""

import pytest

from patientsakerhet.local.state import State


@pytest.fixture
def state(tmp_path, monkeypatch):
    for name in ("DATABASE_URL", "REDIS_URL", "STATE_DIR", "DEMO", "DEBUG", "PORT", "HOST"):
        monkeypatch.delenv(name, raising=False)
    state = State(tmp_path / "var")
    yield state
    if state.folder.exists():
        state.empty()

"""A migrated cluster is kept until something that migrations do has changed."""

import pytest

from patientsakerhet.local import migrated
from patientsakerhet.local.postgres import Postgres
from patientsakerhet.local.services import services
from patientsakerhet.local.state import State
from tests.local.test_services import ask

FILES = {
    "requirements.txt": "django\n",
    "patientsakerhet/settings.py": "",
    "avvikelse/migrations/0001_first.py": "from avvikelse import defaults\n",
    "avvikelse/defaults.py": "from avvikelse.words import WORDS\n",
    "avvikelse/words.py": "WORDS = 1\n",
    "avvikelse/views.py": "VIEWS = 1\n",
    "avvikelse/sql/guard.sql": "SELECT 1\n",
}


@pytest.fixture
def project(tmp_path, monkeypatch):
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(migrated, "PROJECT", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "name",
    [
        "requirements.txt",
        "patientsakerhet/settings.py",
        "avvikelse/migrations/0001_first.py",
        "avvikelse/defaults.py",
        "avvikelse/words.py",  # imported by what a migration imports
        "avvikelse/sql/guard.sql",
    ],
)
def test_what_a_migration_does_or_reads_asks_for_a_new_one(project, name):
    before = migrated._digest()
    (project / name).write_text("CHANGED = 1\n")

    assert migrated._digest() != before


def test_what_no_migration_knows_of_leaves_it(project):
    before = migrated._digest()
    (project / "avvikelse/views.py").write_text("CHANGED = 1\n")

    assert migrated._digest() == before


def test_a_cluster_begins_where_another_stopped(tmp_path):
    first, second = State(tmp_path / "first"), State(tmp_path / "second")
    with first.held(), services(first, forgetful=True) as started:
        ask(started.environment["DATABASE_URL"], "CREATE TABLE kept AS SELECT 7 AS number")
    left = Postgres(first).data

    with second.held(), services(second, forgetful=True, beginning=left) as started:
        assert ask(started.environment["DATABASE_URL"], "SELECT number FROM kept") == (7,)
    for state in (first, second):
        state.empty()

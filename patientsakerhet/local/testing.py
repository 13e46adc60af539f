"""`./dev test`: pytest against a database and a broker that exist for this run alone."""

import os
import sys

from patientsakerhet.local.child import in_foreground
from patientsakerhet.local.migrated import DATABASE, migrated_cluster
from patientsakerhet.local.services import passing_services
from patientsakerhet.local.state import PROJECT

MOST = 4
"""So many side by side without being asked: each has a database of its own, at times a browser."""
CHOOSING = ("-k", "-m", "--lf", "--pdb")
"""What asks for a few tests, or for the terminal."""
DEPTHS = {"long", "thorough"}
"""What asks for many, though it chooses."""


def test(arguments: list[str]) -> int:
    """The tests' own exit code. TEST_PROCESSES says how many run side by side, a database each."""
    side_by_side = os.environ.get("TEST_PROCESSES") or str(_processes(arguments))
    split = ["-n", side_by_side, "--dist", "worksteal"] if side_by_side != "1" else []
    given = "DATABASE_URL" in os.environ
    copied = {} if given else {"TEST_TEMPLATE": DATABASE}
    with passing_services(beginning=None if given else migrated_cluster()) as started:
        return in_foreground(
            [sys.executable, "-m", "pytest", *split, *arguments],
            {"DEBUG": "1", **copied, **started.environment},
        )


def _processes(arguments: list[str]) -> int:
    """For a whole run one more than there are cores: each waits now and then, for the database, a
    browser or a clock. One for a few tests: a database takes longer to make than they to run, and
    those that kill processes want a quiet machine."""
    if arguments[:1] == ["-m"] and DEPTHS & set("".join(arguments[1:2]).split()):
        arguments = arguments[2:]
    for each in arguments:
        if each.startswith(CHOOSING) or (PROJECT / each.split("::")[0]).exists():
            return 1
    cores = os.cpu_count() or 1
    return min(cores + 1, MOST) if cores > 1 else 1

"""`./dev test`: pytest against a database and a broker that exist for this run alone."""

import os
import sys

from patientsakerhet.local.child import in_foreground
from patientsakerhet.local.services import passing_services


def test(arguments: list[str]) -> int:
    """The tests' own exit code. TEST_PROCESSES=2 runs them side by side, a database each."""
    side_by_side = os.environ.get("TEST_PROCESSES") or "1"
    split = ["-n", side_by_side] if side_by_side != "1" else []
    with passing_services() as started:
        return in_foreground(
            [sys.executable, "-m", "pytest", *split, *arguments],
            {"DEBUG": "1", **started.environment},
        )

"""`./dev manage …`: Django's commands on the local installation, whether or not it runs now."""

import sys

from patientsakerhet.local.child import in_foreground
from patientsakerhet.local.run import product_environment
from patientsakerhet.local.services import Services, services
from patientsakerhet.local.state import State


def manage(arguments: list[str]) -> int:
    """The command's own exit code; services that do not run are started for it."""
    state = State.of_this_project()
    if state.is_held():
        return _call(state, Services.running(state), arguments)
    with state.held(), services(state) as started:
        return _call(state, started, arguments)


def _call(state: State, reached: Services, arguments: list[str]) -> int:
    return in_foreground(
        [sys.executable, "manage.py", *arguments], product_environment(state, reached)
    )

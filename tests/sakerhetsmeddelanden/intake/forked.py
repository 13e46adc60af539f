"""Readers of hostile things, forked from one that was started once: in place of a Python for each thing.

Each is a process of its own, as in the product, and takes the same limits upon itself before it looks
at anything. What only a whole start shows is tried by the tests that ask for `started_anew`.
"""

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path

from sakerhetsmeddelanden.intake import advisory, fields, limited, mail, pdf_text, reader

READ_IN = (advisory, fields, mail, pdf_text)
"""What a reader would have to read in."""
STREAMS = ("stdin", "stdout", "stderr")


class Started:
    """The reader that others are forked from; asked as `subprocess` is asked by `limited`."""

    TimeoutExpired = subprocess.TimeoutExpired

    def __init__(self):
        self.process = subprocess.Popen(
            [sys.executable, "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={"PATH": os.defpath, "PYTHONPATH": str(limited.PROJECT), "LANG": "C.UTF-8"},
            cwd=limited.PROJECT,
        )

    def stop(self):
        self.process.communicate()

    def run(self, command, *, timeout, cwd, **more):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "stdin").write_bytes(more["input"])
            asked = {"arguments": command[2:], "cwd": str(cwd), "folder": folder, "limit": timeout}
            self.process.stdin.write(json.dumps(asked).encode() + b"\n")
            self.process.stdin.flush()
            ended = json.loads(self.process.stdout.readline())
            said = [(Path(folder) / name).read_bytes() for name in STREAMS[1:]]
        if ended is None:
            raise self.TimeoutExpired(command, timeout)
        return subprocess.CompletedProcess(command, ended, *said)


def main():
    """One line is asked and one answered, until nobody asks: how the fork ended, None when it was too slow."""
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if child == 0:
            _read(asked)
        watched = os.pidfd_open(child)
        in_time, _, _ = select.select([watched], [], [], asked["limit"])
        os.close(watched)
        if not in_time:
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        print(json.dumps(os.waitstatus_to_exitcode(status) if in_time else None), flush=True)


def _read(asked):
    """What the program does when it is started, in a fork; never returns."""
    ended = 1
    try:
        for number, name in enumerate(STREAMS):
            path = Path(asked["folder"]) / name
            os.dup2(os.open(path, os.O_RDWR | os.O_CREAT), number)
        sys.stdin = os.fdopen(0, encoding="utf-8")
        os.chdir(asked["cwd"])
        sys.argv = asked["arguments"]
        reader.main()
        ended = 0
    finally:
        if ended:
            traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(ended)


if __name__ == "__main__":
    main()

"""Reading hostile things in a process of its own, with limits of time, memory and output.

Whatever the reader meets, this returns: with what was read, or with why it was not.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from sakerhetsmeddelanden.intake import reader
from sakerhetsmeddelanden.intake.parsed import Field, FoundFile, Reading

logger = logging.getLogger(__name__)

WALL_SECONDS = 20
MOST_OUTPUT = 32 * 2**20
MOST_LOGGED = 2000
"""Of what the reader writes beside its answer, its end."""
PROJECT = Path(__file__).resolve().parents[2]
TOO_SLOW = "Meddelandet tog för lång tid att läsa och har stoppats."
TOO_MUCH = "Meddelandet krävde för mycket minne att läsa och har stoppats."
FELL = "Läsningen av meddelandet avbröts av ett fel i innehållet."


def read_mail(original: Path, folder: Path, *, trusted: Sequence[str]) -> Reading:
    """The mail in the file; its attachments lie in the folder.

    When something in it stops the reading, the mail is only taken apart, so that its words and
    files are there for a person to see.
    """
    asked = {"kind": "mail", "trusted": list(trusted), "only_taken_apart": False}
    reading = _ask(original, folder, asked)
    if reading.problem not in {TOO_SLOW, TOO_MUCH, FELL}:
        return reading
    again = _ask(original, folder, {**asked, "only_taken_apart": True})
    again.problem = again.problem or reading.problem
    return again


def read_files(
    files: Sequence[tuple[Path, str]], folder: Path, *, subject: str = "", text: str = ""
) -> Reading:
    """Files that did not come by mail, each with its name, and what was written beside them."""
    asked = {
        "kind": "files",
        "files": [(str(path), name) for path, name in files],
        "subject": subject,
        "text": text,
    }
    return _ask(folder, folder, asked)


def _ask(original: Path, folder: Path, asked: dict[str, Any]) -> Reading:
    """The reader has no secrets in its environment and no way to ask for more."""
    environment = {
        "PATH": os.defpath,
        "PYTHONPATH": str(PROJECT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "LANG": "C.UTF-8",
    }
    command = [sys.executable, "-m", reader.__name__, str(original), str(folder)]
    try:
        done = subprocess.run(
            command,
            input=json.dumps(asked).encode(),
            capture_output=True,
            timeout=WALL_SECONDS,
            env=environment,
            cwd=folder,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Reading(problem=TOO_SLOW)
    if done.stderr:
        written = done.stderr[-MOST_LOGGED:].decode(errors="replace")
        logger.error("the reader of hostile things, ended by %s: %s", done.returncode, written)
    if done.returncode == -9 or done.returncode == -24:  # SIGKILL, SIGXCPU
        return Reading(problem=TOO_SLOW)
    if done.returncode or len(done.stdout) > MOST_OUTPUT:
        return Reading(problem=FELL)
    found = json.loads(done.stdout)
    if "fault" in found:
        return Reading(problem=TOO_MUCH)
    return _reading(found)


def _reading(found: dict[str, Any]) -> Reading:
    known = {one.name for one in fields(Reading)}
    values = {name: value for name, value in found.items() if name in known}
    values["files"] = [FoundFile(**one) for one in values["files"]]
    values["fields"] = [Field(**one) for one in values["fields"]]
    return Reading(**values)

"""The program that reads one hostile thing: `python -m sakerhetsmeddelanden.intake.reader`.

Started by `limited`, as a process of its own. Takes limits upon itself before it looks at anything,
knows neither the database nor the network, and answers with JSON.
"""

from __future__ import annotations

import json
import logging
import resource
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sakerhetsmeddelanden.intake.parsed import FoundFile, Reading

logger = logging.getLogger(__name__)

SECONDS = 15
MEMORY = 512 * 2**20
LARGEST_FILE = 80 * 2**20
UNREADABLE = "Filen är skadad eller felbyggd och gick inte att läsa."


def limit() -> None:
    """From here on the system ends this process when it takes too much."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))


def read(original: Path, folder: Path, asked: dict[str, Any]) -> dict[str, Any]:
    """The reading of the file, of the kind that was asked for, as JSON can hold it."""
    from sakerhetsmeddelanden.intake import fields, mail
    from sakerhetsmeddelanden.intake.parsed import FoundFile, Reading

    if asked["kind"] == "mail":
        reading = mail.read(original.read_bytes(), folder, asked["trusted"])
    else:
        reading = Reading()
        for number, (given, name) in enumerate(asked["files"]):
            place = f"{number:03d}"
            (folder / place).symlink_to(given)
            size = Path(given).stat().st_size
            reading.files.append(FoundFile(place, name, "application/octet-stream", size))
        reading.text, reading.subject = asked.get("text", ""), asked.get("subject", "")
    if asked.get("only_taken_apart"):
        return asdict(reading)
    for file in reading.files:
        try:
            _look_into(file, folder / file.place, reading)
        except Exception as error:  # seen: written where `limited` logs it, and the file says so
            logger.exception("a file that no reader expected: %s", type(error).__name__)
            file.problem = UNREADABLE
    fields.propose(reading)
    return asdict(reading)


def _look_into(file: FoundFile, path: Path, reading: Reading) -> None:
    """The file's text is read, if it is of a kind that is."""
    from sakerhetsmeddelanden.intake import advisory, pdf_text

    with path.open("rb") as opened:
        beginning = opened.read(1024)
    if b"%PDF-" in beginning:
        pdf_text.read(path, file)
    elif advisory.may_be(file.name, beginning):
        advisory.read(path, file, reading)


def main() -> None:
    """Reads what the arguments point at; the question comes as JSON, and so goes the answer."""
    limit()
    original, folder = Path(sys.argv[1]), Path(sys.argv[2])
    asked = json.load(sys.stdin)
    try:
        found = read(original, folder, asked)
    except (MemoryError, RecursionError) as fault:
        found = {"fault": type(fault).__name__}
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()

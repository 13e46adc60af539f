"""The bytes of attachments: on disk beside the database, each file under the name of its hash.

Nothing here is served by address. A file that nobody's row points at is swept away after a day.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import time
from typing import IO, BinaryIO

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from patientsakerhet.cases import file_names, file_types
from patientsakerhet.lib.refusal import Refused

CHUNK = 64 * 1024
ORPHANS_STAY = timedelta(hours=24)
_holders: list[Callable[[], Iterable[str]]] = []


class RefusedFile(Refused):
    """A file that is not taken in; says which one and why."""

    def __init__(self, name: str, reason: str) -> None:
        self.name = name
        super().__init__(f"{name}: {reason}")


class DamagedFile(Refused):
    """The bytes are gone, or are no longer those that were added."""

    def __init__(self) -> None:
        super().__init__("Filen går inte att öppna. Kontakta en systemförvaltare.")


@dataclass(frozen=True)
class Received:
    """A file that has been taken in and looked at, and can be added to a case."""

    name: str
    sha256: str
    size: int
    content_type: str


def receive(upload: UploadedFile) -> Received:
    """The upload is on disk under its hash, and its content is of an allowed, passive type.

    Refuses, keeping nothing, a file that is empty, too large, of another type than its name
    says, or that could do something by itself when opened.
    """
    name = file_names.plain(upload.name or "")
    folder = _root() / "incoming"
    folder.mkdir(parents=True, exist_ok=True)
    handle, incoming = tempfile.mkstemp(dir=folder)
    path = Path(incoming)
    try:
        with os.fdopen(handle, "wb") as target:
            sha256, size = _copy(upload.chunks(CHUNK), target, name)
        content_type = file_types.type_of(path, name)
        _publish(path, sha256)
    except file_types.Unsuitable as unsuitable:
        raise RefusedFile(name, unsuitable.reason) from None
    finally:
        path.unlink(missing_ok=True)
    return Received(name, sha256, size, content_type)


def keep(source: IO[bytes]) -> tuple[str, int]:
    """The bytes lie under their hash just as they are, whatever they are; hash and length.

    For evidence: nothing has been found out about them, so whoever keeps them does not hand
    them out before that.
    """
    folder = _root() / "incoming"
    folder.mkdir(parents=True, exist_ok=True)
    handle, incoming = tempfile.mkstemp(dir=folder)
    path, digest, size = Path(incoming), hashlib.sha256(), 0
    try:
        with os.fdopen(handle, "wb") as target:
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                target.write(chunk)
                size += len(chunk)
            target.flush()
            os.fsync(target.fileno())
        _publish(path, digest.hexdigest())
    finally:
        path.unlink(missing_ok=True)
    return digest.hexdigest(), size


def also_held_by(hashes: Callable[[], Iterable[str]]) -> None:
    """From an app's `ready()`: its rows point at files too, which are then not swept away."""
    _holders.append(hashes)


def held_elsewhere() -> set[str]:
    """The hashes that other rows than those of attachments point at."""
    return {sha256 for hashes in _holders for sha256 in hashes()}


@contextmanager
def opened(sha256: str) -> Iterator[BinaryIO]:
    """The file for reading, after its bytes have been found to be the ones that were added."""
    try:
        with place_of(sha256).open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
                raise DamagedFile
            file.seek(0)
            yield file
    except FileNotFoundError:
        raise DamagedFile from None


def exists(sha256: str) -> bool:
    """True when there is a file with this hash."""
    return place_of(sha256).is_file()


def place_of(sha256: str) -> Path:
    """Where the file with this hash lies."""
    if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
        raise ValueError("not a hash")
    return _root() / "sha256" / sha256[:2] / sha256[2:4] / sha256


def stored() -> Iterator[str]:
    """The hashes of everything that lies there."""
    for path in (_root() / "sha256").glob("*/*/*"):
        yield path.name


def remove_orphan(sha256: str) -> bool:
    """The file, which no row points at, is gone if it has lain there for a day."""
    path = place_of(sha256)
    if time() - path.stat().st_mtime < ORPHANS_STAY.total_seconds():
        return False
    path.unlink(missing_ok=True)
    return True


def _copy(chunks: Iterable[bytes], target: BinaryIO, name: str) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    for chunk in chunks:
        size += len(chunk)
        if size > settings.FILE_MAX_BYTES:
            raise RefusedFile(name, too_large())
        digest.update(chunk)
        target.write(chunk)
    if not size:
        raise RefusedFile(name, "filen är tom.")
    target.flush()
    os.fsync(target.fileno())
    return digest.hexdigest(), size


def too_large() -> str:
    """Why a large file is not taken in."""
    return f"filen är för stor. En fil får vara högst {settings.FILE_MAX_BYTES // 2**20} MB."


def _publish(path: Path, sha256: str) -> None:
    """Moved to its place and kept there through a power cut; the same bytes again change nothing."""
    final = place_of(sha256)
    final.parent.mkdir(parents=True, exist_ok=True)
    path.replace(final)
    folder = os.open(final.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _root() -> Path:
    return Path(settings.MEDIA_ROOT)

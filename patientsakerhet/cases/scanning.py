"""Asking a ClamAV server about a file, over its INSTREAM command."""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass
from typing import BinaryIO

from django.conf import settings

CHUNK = 64 * 1024
SECONDS = 30


class ScannerIsAway(Exception):
    """No verdict: the server did not answer, or not in a way that can be understood."""


@dataclass(frozen=True)
class Answer:
    """What the server found; `found` is the name of the harm, empty when there is none."""

    found: str


def is_on() -> bool:
    """True when there is a server to ask."""
    return bool(settings.CLAMAV_ADDRESS)


def ask(file: BinaryIO) -> Answer:
    """The server's verdict on the file's content; raises when there is none."""
    try:
        with _connected() as server:
            server.sendall(b"zINSTREAM\0")
            while chunk := file.read(CHUNK):
                server.sendall(struct.pack("!L", len(chunk)) + chunk)
            server.sendall(struct.pack("!L", 0))
            answer = _read(server)
    except OSError as error:
        raise ScannerIsAway(type(error).__name__) from error
    if answer == "stream: OK":
        return Answer("")
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return Answer(answer.removeprefix("stream: ").removesuffix(" FOUND")[:100])
    raise ScannerIsAway(answer[:100])


def _connected() -> socket.socket:
    """By `/path/to/socket` or `host:port`."""
    address = settings.CLAMAV_ADDRESS
    if address.startswith("/"):
        server = socket.socket(socket.AF_UNIX)
        server.settimeout(SECONDS)
        server.connect(address)
        return server
    host, _, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=SECONDS)


def _read(server: socket.socket) -> str:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < 4096:
        part = server.recv(1024)
        if not part:
            break
        answer += part
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")

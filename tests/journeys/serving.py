"""A server of the test's own, which a browser may keep files from: what it is shown page after page is fetched once.

What a tab asks for can also be answered by Playwright (`browser.answer_with`), but then every page asks
for every style and script again, through Python.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from django.db import connections
from django.test import Client

from tests.journeys.browser import answer_of, static_file


class Answer(NamedTuple):
    """What a browser is given."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Handler(BaseHTTPRequestHandler):
    """Files of /static/ for an hour; anything else as the server's `answer` has it."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        """Answer with a file or a page."""
        path = unquote(urlsplit(self.path).path)
        if path.startswith("/static/"):
            self._send(_file(path.removeprefix("/static/")))
        else:
            self._send(self._asked())

    def do_POST(self) -> None:
        """Answer what is sent."""
        self._send(self._asked())

    def _asked(self) -> Answer:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        return self.server.ask(self.command, self.path, dict(self.headers), body)

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, *_told: Any) -> None:
        """Nothing: what is wrong is seen in the browser."""


class Server(ThreadingHTTPServer):
    """Answers on a port of its own while the test waits for its browser."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://localhost:{self.server_port}"
        self.answers: Callable[[str, str], tuple[Answer | None, Client]]
        """Path and method -> what is shown there, or whose client the product answers."""
        self._held = {alias: connections[alias] for alias in connections}
        self._one_at_a_time = Lock()

    def ask(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        """The answer, given as the test's own thread would: in its transaction."""
        shown, client = self.answers(method, path)
        if shown is not None:
            return shown
        with self._one_at_a_time:
            for alias, connection in self._held.items():
                connections[alias] = connection
            answer = answer_of(client, method, self.url + path, headers, body)
            return Answer(answer.status_code, dict(answer.items()), answer.getvalue())


@contextmanager
def serving() -> Iterator[Server]:
    """The server, until what is in the block is done."""
    server = Server()
    shared = [connections[alias] for alias in connections]
    for one in shared:
        one.inc_thread_sharing()
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        for one in shared:
            one.dec_thread_sharing()


def _file(name: str) -> Answer:
    path = static_file(name)
    if path is None:
        return Answer(404, {}, b"")
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    with open(path, "rb") as file:
        return Answer(200, {"Content-Type": kind, "Cache-Control": "max-age=3600"}, file.read())

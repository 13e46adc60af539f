"""People and systems that file reports, and what they remember: the ledger of what was promised."""

import http.client
import json
import random
import re
import threading
import time
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlencode
from uuid import UUID

ALPHABET = "abcdefghijklmnopqrstuvwxyz"
PATIENCE = 30.0


class NoAnswer(Exception):
    """Nothing that could be understood came back: try again."""


@dataclass
class Submission:
    """One report that somebody wants to file."""

    marker: str
    key: str
    number: str = ""
    """Empty until it has been acknowledged."""
    tries: int = 0
    given_up: bool = False


@dataclass
class Ledger:
    """Everything that was sent, and what was answered."""

    entries: list[Submission] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)
    """Answers that nobody should get, whatever was killed."""

    @property
    def acknowledged(self) -> list[Submission]:
        return [one for one in self.entries if one.number]

    def __str__(self) -> str:
        told = [
            f"{one.marker} {one.number or 'gave up'} after {one.tries} tries"
            for one in self.entries
        ]
        return "\n".join([*told, *self.unexpected])


class Client(threading.Thread):
    """Files one report after another; sends each again until it is acknowledged, or gives up."""

    busy: tuple[int, ...] = ()
    """Answers below 500 that mean "try again"."""

    def __init__(
        self, ledger: Ledger, enough: threading.Event, port: int, seed: str, pace: float
    ) -> None:
        super().__init__(name=seed)
        self._ledger = ledger
        self._enough = enough
        self._port = port
        self._pace = pace
        self.chance = random.Random(seed)

    def run(self) -> None:
        while not self._enough.is_set():
            one = Submission(
                "markör" + "".join(self.chance.choices(ALPHABET, k=12)),
                str(UUID(int=self.chance.getrandbits(128), version=4)),
            )
            self._ledger.entries.append(one)
            self._file(one)
            self._enough.wait(self.chance.uniform(0.5, 1.5) * self._pace)

    def _file(self, one: Submission) -> None:
        leaves = self.chance.random() < 0.08
        while not one.number and not one.given_up:
            one.tries += 1
            try:
                one.number = self.send(one, leaves=leaves)
            except NoAnswer:
                one.given_up = one.given_up or leaves
                time.sleep(self.chance.uniform(0.1, 0.6))

    def send(self, one: Submission, *, leaves: bool) -> str:
        """The number the report was given; when `leaves`, nobody waits for the answer."""
        raise NotImplementedError

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        *,
        leaves: bool = False,
    ) -> tuple[int, http.client.HTTPMessage, str]:
        """Status, headers and text; NoAnswer when the way there or back was cut."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, {"Host": "localhost", **(headers or {})})
            if leaves:
                time.sleep(self.chance.uniform(0, 0.1))
                raise NoAnswer
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read().decode()
        except (OSError, http.client.HTTPException) as cut:
            raise NoAnswer from cut
        finally:
            connection.close()

    def wonder(self, one: Submission, status: int, text: str) -> NoAnswer:
        """A server that says it cannot just now is asked again; anything else is written down."""
        if status < 500 and status not in self.busy:
            self._ledger.unexpected.append(f"{one.marker}: {status} {text[:300]}")
            one.given_up = True
        return NoAnswer()


class System(Client):
    """Another system that files through the API, with an idempotency key for each report."""

    busy = (409,)  # the first sending of the same key is still being worked on

    def __init__(self, *args, unit: str, key: str) -> None:
        super().__init__(*args)
        self._unit = unit
        self._key = key

    def send(self, one: Submission, *, leaves: bool) -> str:
        report = {
            "unit": self._unit,
            "what_happened": f"Pumpen stannade utan att larma. {one.marker}",
            "nature": "near_miss",
            "affected": "patient",
            "precision": "unknown",
        }
        status, _, text = self.ask(
            "POST",
            "/api/v1/reports/",
            json.dumps(report).encode(),
            {
                "Authorization": f"Token {self._key}",
                "Idempotency-Key": one.key,
                "Content-Type": "application/json",
            },
            leaves=leaves,
        )
        if status == 201:
            number: str = json.loads(text)["number"]
            return number
        raise self.wonder(one, status, text)


class Visitor(Client):
    """Somebody without account who fills in the form, and sends the same page again if it fails."""

    def __init__(self, *args, unit: str) -> None:
        super().__init__(*args)
        self._path = f"/anmal/{unit}/"
        self._unit = unit
        self._pages: dict[str, tuple[str, dict[str, str]]] = {}

    def send(self, one: Submission, *, leaves: bool) -> str:
        if one.marker not in self._pages:
            self._pages[one.marker] = self._opened(one)
        cookie, fields = self._pages[one.marker]
        status, headers, text = self.ask(
            "POST",
            self._path,
            urlencode(fields).encode(),
            {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"},
            leaves=leaves,
        )
        if status != 303:
            raise self.wonder(one, status, text)
        return self._receipt(one, headers["Location"], cookie)

    def _opened(self, one: Submission) -> tuple[str, dict[str, str]]:
        """The cookie and the fields of a form that was handed out and filled in."""
        status, headers, text = self.ask("GET", self._path)
        if status != 200:
            raise self.wonder(one, status, text)
        hidden = {
            name: unescape(value)
            for name, value in re.findall(
                r'<input type="hidden" name="(sending|csrfmiddlewaretoken)" value="([^"]+)"', text
            )
        }
        return headers["Set-Cookie"].split(";")[0], {
            **hidden,
            "unit": self._unit,
            "what_happened": f"Larmet hördes inte i korridoren. {one.marker}",
            "immediate_action": "Vi stängde av det.",
            "day": "unknown",
            "affected": "nobody",
            "nature": "near_miss",
            "mode": "open",
            "reporter_email": f"{one.marker.removeprefix('markör')}@exempel.se",
        }

    def _receipt(self, one: Submission, path: str, cookie: str) -> str:
        """The number on the receipt page, asked for until it comes: the report is already in."""
        while True:
            try:
                status, _, text = self.ask("GET", path, headers={"Cookie": cookie})
                if found := re.search(r"AV-\d{4}-\d{5,}", text):
                    return found[0]
                self.wonder(one, status, text)
                if one.given_up:
                    raise NoAnswer
            except NoAnswer:
                if one.given_up:
                    raise
            time.sleep(self.chance.uniform(0.1, 0.6))

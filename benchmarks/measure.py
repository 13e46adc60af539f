"""Page, floor and raw statements in turn, round after round; figures are medians of rounds."""

from __future__ import annotations

import json
import re
import statistics
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from itertools import count, cycle
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import psycopg2

from benchmarks.place import Place, ask

WARM_UP = 3
SENDING = re.compile(r'name="(sending|csrfmiddlewaretoken)" value="([^"]+)"')


@dataclass
class Figures:
    """What one scenario came to in one place; a value a round, milliseconds a request."""

    app: list[float] = field(default_factory=list)
    database: list[float] = field(default_factory=list)
    floor: list[float] = field(default_factory=list)
    sql: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    size: int = 0
    statements: int = 0

    @property
    def cpu(self) -> float:
        """Processor time of web and database for a request."""
        return statistics.median(a + d for a, d in zip(self.app, self.database, strict=True))

    @property
    def of_floor(self) -> float:
        """How many floors the page costs: the median of the rounds' own ratios."""
        return statistics.median(
            (a + d) / f for a, d, f in zip(self.app, self.database, self.floor, strict=True)
        )


Request = tuple[str, str, dict[str, str], bytes | None]


class Asked:
    """One scenario in one place, with everything to ask it again and again."""

    def __init__(self, place: Place, plan: dict[str, Any], run: str) -> None:
        self.place = place
        self.plan = plan
        self.figures = Figures(size=plan["size"], statements=plan["statements"])
        self._paths = cycle(plan["paths"])
        self._counted = count()
        self._run = run

    def page(self, requests: int) -> None:
        """One burst of the page itself."""
        made = [self._request() for _ in range(requests)]
        app, database, wall = self._burst(made)
        self.figures.app.append(app)
        self.figures.database.append(database)
        self.figures.wall.append(wall)

    def floor(self, requests: int) -> None:
        """One burst of its floor, of the same size."""
        path = f"{self.plan['floor']}?bytes={self.plan['size']}"
        made = []
        for method, _, headers, body in (self._request() for _ in range(requests)):
            made.append((method, path, headers, body))
        app, database, _ = self._burst(made)
        self.figures.floor.append(app + database)

    def sql(self, turns: int) -> None:
        """Its own SELECTs without anything around them."""
        if not self.plan["reading"]:
            return
        connection = psycopg2.connect(self.place.url)
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                took = []
                for _ in range(turns):
                    began = time.perf_counter()
                    for statement in self.plan["reading"]:
                        cursor.execute(statement)
                        cursor.fetchall()
                    took.append((time.perf_counter() - began) * 1000)
        finally:
            connection.close()
        self.figures.sql.append(statistics.median(took))

    def warm_up(self) -> None:
        """Whatever is read for the first time is read now."""
        self._burst([self._request() for _ in range(WARM_UP)])

    def _burst(self, made: list[Request]) -> tuple[float, float, float]:
        took = []
        app, database = self.place.cpu()
        for method, path, headers, body in made:
            began = time.perf_counter()
            status, _, text = ask(self.place.port, method, path, headers, body)
            took.append((time.perf_counter() - began) * 1000)
            if status not in {200, 201, 303}:
                raise SystemExit(f"{method} {path}: {status} {text[:500]!r}")
        app_after, database_after = self.place.cpu()
        return (
            (app_after - app) / len(made),
            (database_after - database) / len(made),
            statistics.median(took),
        )

    def _request(self) -> Request:
        path, headers = next(self._paths), dict(self.plan["headers"])
        if self.plan["form"] is None:
            return "GET", path, headers, None
        fields = dict(self.plan["form"])
        fields["what_happened"] += f" Nummer {next(self._counted)} i mätning {self._run}."
        if self.plan["json"]:
            headers |= {"Content-Type": "application/json", "Idempotency-Key": str(uuid4())}
            return "POST", path, headers, json.dumps(fields).encode()
        _, handed, page = ask(self.place.port, "GET", self.plan["fresh"])
        fields |= {name: unescape(value) for name, value in SENDING.findall(page.decode())}
        headers |= {
            "Cookie": handed["Set-Cookie"].split(";")[0],
            "Content-Type": "application/x-www-form-urlencoded",
        }
        return "POST", path, headers, urlencode(fields).encode()


def measure(
    asked: list[list[Asked]], *, rounds: int, requests: int
) -> dict[str, dict[int, Figures]]:
    """The scenarios, each in every place, in turn and every other round backwards.

    `asked` holds for each scenario its places, so that what is compared stands side by side in time.
    """
    for scenario in asked:
        for one in scenario:
            one.warm_up()
    for number in range(rounds):
        for scenario in _turned(asked, number):
            for one in _turned(scenario, number):
                for part in _turned([one.page, one.floor, one.sql], number):
                    part(requests)
        print(f"round {number + 1} of {rounds} done", flush=True)
    found: dict[str, dict[int, Figures]] = defaultdict(dict)
    for scenario in asked:
        for one in scenario:
            found[one.plan["key"]][one.place.count] = one.figures
    return found


def _turned(items: list[Any], number: int) -> Iterator[Any]:
    return reversed(items) if number % 2 else iter(items)

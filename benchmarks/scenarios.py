"""What is measured: where each page is, who asks for it, and the statements it makes.

python -m benchmarks.scenarios   (in the product's environment; prints the plan as JSON)
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import django

SENDING = re.compile(r'name="sending" value="([^"]+)"')

DETAILS = 300
"""So many different cases are asked for in turn."""
PAGE, API = "/golv/sida/", "/golv/api/"
"""Where the floors are, see `floors`."""
SEEN = 0.9
"""How deep the deep page lies."""


@dataclass
class Scenario:
    """One page or call; a different path each time when there are several."""

    key: str
    name: str
    paths: list[str]
    headers: dict[str, str]
    floor: str
    statements: int = 0
    reading: list[str] = field(default_factory=list)
    """Its own SELECTs, to be run without the page."""
    size: int = 0
    form: dict[str, str] | None = None
    """Fields of a form or, with `json`, of a call; what is filed is different each time."""
    json: bool = False
    fresh: str = ""
    """The page that hands out the form."""


def plan() -> Iterator[Scenario]:
    """Every scenario whose page the product has."""
    from django.urls import NoReverseMatch, reverse

    from benchmarks import world
    from patientsakerhet.cases.models import Case
    from patientsakerhet.organisation.models import Person, Unit
    from patientsakerhet.ui.paging import page_of

    coordinator = Person.objects.get(email=world.COORDINATOR)
    manager = Person.objects.get(email=world.MANAGER)
    key = {"Authorization": f"Token {world.key_of(coordinator)}"}
    of_manager = {"Authorization": f"Token {world.key_of(manager)}"}
    cookie, cookie_of_manager = _cookie(coordinator), _cookie(manager)

    total = Case.objects.order_by("-pk").values_list("pk", flat=True)[0]
    there = Case.objects.get(pk=max(1, int(total * (1 - SEEN))))
    deep = page_of(Case.objects.filter(filed_at__lte=there.filed_at).newest_first()).next
    serial = Case.objects.filter(deviation__what_happened__contains="SN-").order_by("-pk")
    number = serial.values_list("deviation__what_happened", flat=True)[0].split("SN-")[1][:6]
    step = max(1, total // DETAILS)
    numbers = list(
        Case.objects.filter(pk__in=range(1, total + 1, step)).values_list("number", flat=True)
    )
    # A search is always narrowed to what one may see; the manager sees one unit's cases.
    lists = (
        ("L1", "kö, första sidan", {}),
        ("L2", "bara öppna", {"open": "open"}),
        ("L3", "djup sida (90 %)", {"cursor": deep}),
        ("L4", "inom en enhet", {}),
        ("S1", "sällsynt ord", {"q": "xenonlampa"}),
        ("S2", "serienummer", {"q": f"SN-{number}"}),
        ("S3", "vanligt ord + öppna", {"q": "infusionspumpen", "open": "open"}),
        ("S4", "två ord", {"q": "kaliumklorid monitorn"}),
        ("S5", "inom en enhet", {"q": "infusionspumpen"}),
    )
    for name, query in (
        ("A", reverse("api-deviation-list")),
        *_page_of_cases(reverse, NoReverseMatch),
    ):
        page = name != "A"
        for short, told, asked in lists:
            narrow = short in {"L4", "S5"}
            asker = (
                (cookie_of_manager if narrow else cookie)
                if page
                else (of_manager if narrow else key)
            )
            given = dict(asked)
            if page and "cursor" in given:
                given["sida"] = given.pop("cursor")
            path = query + (f"?{urlencode(given)}" if given else "")
            yield Scenario(
                f"{short}{'' if page else '-api'}",
                f"{'sida' if page else 'API'}: {told}",
                [path],
                asker,
                PAGE if page else API,
            )
    yield Scenario(
        "D1-api", "API: ett ärende",
        [reverse("api-deviation-detail", args=[one]) for one in numbers], key, API,
    )  # fmt: skip
    try:
        cases = [reverse("deviation", args=[one]) for one in numbers]
        yield Scenario("Q1", "sida: koordineringens kö", [reverse("coordination")], cookie, PAGE)
        yield Scenario("D1", "sida: ärendet", cases, cookie, PAGE)
    except NoReverseMatch:
        pass  # the pages of a case, which the queue's rows lead to, are not there
    yield from _figures(reverse, cookie, cookie_of_manager)
    unit = Unit.objects.get(code="enhet-7")
    yield Scenario(
        "P1-api", "API: lämna en anmälan", [reverse("api-report-list")], key, API, json=True,
        form={"unit": unit.code, "what_happened": TOLD, "nature": "near_miss", "affected": "patient",
              "precision": "unknown"},
    )  # fmt: skip
    form = reverse("report_from", args=[unit.code])
    yield Scenario(
        "P1", "sida: lämna en anmälan", [form], {}, "/golv/skicka/", fresh=form,
        form={"unit": unit.code, "what_happened": TOLD, "day": "unknown", "nature": "near_miss",
              "affected": "patient", "mode": "anonymous", "immediate_action": "Bytte pump."},
    )  # fmt: skip


def _figures(reverse: Any, cookie: Any, of_manager: Any) -> Iterator[Scenario]:
    """The pages of charts, every figure, one built report; of the last whole year but for what is open now."""
    from benchmarks import world
    from patientsakerhet.lib import calendar
    from patientsakerhet.organisation.models import Person
    from rapporter.builder.actions import keeping
    from rapporter.builder.models import SavedReport
    from rapporter.dashboards import boards

    physician = Person.objects.get(email=world.PHYSICIAN)
    of_physician = _cookie(physician)
    year = calendar.today().year - 1
    readers = {"ko": cookie, "enhet": of_manager}
    for number, board in enumerate(boards.BOARDS, start=1):
        asked = urlencode({"vy": board.key, "year": year})
        yield Scenario(
            f"B{number}", f"översikten: {board.label}", [f"{reverse('dashboard')}?{asked}"],
            readers.get(board.key, of_physician), PAGE,
        )  # fmt: skip
    yield Scenario(
        "M1", "alla mått", [f"{reverse('figures')}?{urlencode({'year': year})}"], of_physician, PAGE
    )
    report = SavedReport.objects.filter(owner=physician).first() or keeping.put(
        None, by=physician, name="Inkomna per månad", measure="filed_deviations",
        breakdown="month", picture="control", span="months_36",
    )  # fmt: skip
    yield Scenario("R1", "en egen rapport", [report.get_absolute_url()], of_physician, PAGE)


TOLD = (
    "Infusionspumpen stannade under natten utan att larma. Vi bytte till en reservpump och "
    "informerade jouren. Patienten märkte ingenting men dosen blev försenad en kvart."
)


def _page_of_cases(reverse: Any, missing: type[Exception]) -> Iterator[tuple[str, str]]:
    try:
        yield "sida", reverse("cases")
    except missing:
        return


def _cookie(person: Any) -> dict[str, str]:
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(person, "django.contrib.auth.backends.ModelBackend")
    return {
        "Cookie": f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    }


def look(one: Scenario) -> None:
    """How many statements it makes, which of them read, and how large its answer is."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"Host": "localhost", **one.headers})
    for _ in range(2):  # the first one fills what a process remembers
        given: dict[str, Any] = dict(one.form or {})
        if one.fresh:
            given["sending"] = unescape(SENDING.search(client.get(one.fresh).content.decode())[1])
        with CaptureQueriesContext(connection) as made:
            if one.form is None:
                answer = client.get(one.paths[0])
            elif one.json:
                once = {"Idempotency-Key": f"look/{uuid4()}"}
                answer = client.post(
                    one.paths[0], given, content_type="application/json", headers=once
                )
            else:
                answer = client.post(one.paths[0], given)
        if answer.status_code not in {200, 201, 303}:
            sys.exit(f"{one.key} {one.paths[0]}: {answer.status_code} {answer.content[:3000]!r}")
    told = [each["sql"] for each in made.captured_queries]
    one.statements = sum(
        not sql.startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")) for sql in told
    )
    one.reading = [sql for sql in told if sql.startswith("SELECT")] if one.form is None else []
    one.size = len(answer.content)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
    django.setup()
    found = []
    for one in plan():
        look(one)
        found.append(asdict(one))
    print(json.dumps(found))


if __name__ == "__main__":
    main()

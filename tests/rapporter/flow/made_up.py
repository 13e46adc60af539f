"""The made-up log of 2,180 cases, and what was computed of it elsewhere (R's survival among others)."""

import csv
import gzip
import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from rapporter.flow.spells import Spell, days

DATA = Path(__file__).parent / "data"
NOW = datetime(2024, 3, 1, tzinfo=UTC)
STAGES = ("coordination", "reception", "investigation", "action", "follow_up")
MARKS = ("filed", "coordinated", "accepted", "investigated", "measured", "closed")
CLOSED, REJECTED, REOPENED = "closed", "rejected", "reopened"


def year(number):
    """The first moment of the year; the expected figures count whole years in UTC."""
    return datetime(number, 1, 1, tzinfo=UTC)


@cache
def expected(name="expected"):
    return json.loads((DATA / f"{name}.json").read_text("utf-8"))


@cache
def rows():
    with gzip.open(DATA / "cases.csv.gz", "rt", encoding="utf-8") as text:
        return tuple(csv.DictReader(text))


def at(text):
    return datetime.fromisoformat(text) if text else None


@cache
def spells():
    """Each case's way through its stages; one that was opened again has a stay more, in a stage of its own."""
    found = []
    for row in rows():
        moments = [at(row[mark]) for mark in MARKS]
        if row["rejected"] == "True":
            stays = list(zip(STAGES[:2], moments[:2], [moments[1], moments[5]], strict=True))
        else:
            stays = list(zip(STAGES, moments, moments[1:], strict=False))
        stays = [one for one in stays if one[1] is not None]
        end = REJECTED if row["rejected"] == "True" else CLOSED
        after = [stage for stage, _, _ in stays[1:]] + [end]
        found += [
            Spell(row["case"], stage, start, stop, row["area"], to)
            for (stage, start, stop), to in zip(stays, after, strict=True)
        ]
        if row["reopened"]:
            again = at(row["reopened"]), at(row["reclosed"])
            found.append(Spell(row["case"], REOPENED, *again, row["area"], CLOSED))
    return tuple(found)


def between(start, end):
    return days(end - start)

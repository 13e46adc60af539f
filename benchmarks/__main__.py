"""`./dev bench`: load regions of some sizes and measure the product beside its floors.

./dev bench                              2,000 and 20,000 cases, a few minutes
./dev bench --cases 100000 1000000       by hand; see README.md
./dev bench --only L1 D1 --rounds 9      some scenarios, more rounds
./dev bench --cases 100000 --years 5 --draft   the draft of a report, and the one that is signed
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import socket
import statistics
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks.generate import YEARS
from benchmarks.measure import Asked, Figures, measure
from benchmarks.place import Place
from patientsakerhet.local.signals import stop_on_signals
from patientsakerhet.local.state import PROJECT

SEED = 20260101


def main() -> None:
    """Load what is missing, measure, print tables and keep them as JSON."""
    asked = argparse.ArgumentParser(prog="./dev bench", description="Mät produkten.")
    asked.add_argument("--cases", type=int, nargs="+", default=[2_000, 20_000], metavar="N")
    asked.add_argument("--only", nargs="+", default=[], metavar="SCENARIO")
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--requests", type=int, default=40, help="a burst")
    asked.add_argument("--seed", type=int, default=SEED)
    asked.add_argument("--years", type=int, default=YEARS, help="over which the cases are spread")
    asked.add_argument("--fresh", action="store_true", help="load again")
    asked.add_argument("--load-only", action="store_true")
    asked.add_argument("--draft", action="store_true", help="drafts of a report, nothing else")
    asked.add_argument("--folder", type=Path, default=PROJECT / "var" / "benchmarks")
    chosen = asked.parse_args()
    for outside in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(outside, None)  # a benchmark never writes to a database that is given
    stop_on_signals()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        places = [
            Place(chosen.folder, size, chosen.seed, chosen.years) for size in sorted(chosen.cases)
        ]
        loaded = {}
        for place in places:
            loaded[place.count] = place.load(fresh=chosen.fresh)
            print(_size(place.count, loaded[place.count]), flush=True)
        if chosen.load_only:
            return
        if chosen.draft:
            for place in places:
                stack.callback(place.stop)
                for sort, told in place.drafts().items():
                    print(f"{place.count:,} cases, a draft of the report, {sort}: {told}")
            return
        plans = []
        for place in places:
            stack.callback(place.stop)
            plans.append(place.start(_free_port()))
        run = os.urandom(4).hex()
        scenarios = [
            [Asked(place, plan, run) for place, plan in zip(places, same, strict=True)]
            for same in zip(*plans, strict=True)
            if not chosen.only or same[0]["key"] in chosen.only
        ]
        figures = measure(scenarios, rounds=chosen.rounds, requests=chosen.requests)
        names = {scenario[0].plan["key"]: scenario[0].plan["name"] for scenario in scenarios}
        print(table(figures, names))
        kept = chosen.folder / "figures.json"
        kept.write_text(json.dumps({"machine": _machine(), "loaded": loaded, **_plain(figures)}))
        print(f"\n{_machine()}. Every round's figures are in {kept}.")


def table(figures: dict[str, dict[int, Figures]], names: dict[str, str]) -> str:
    """Ratios first; the last columns are this machine's and this hour's."""
    sizes = sorted(next(iter(figures.values())))
    largest, smallest = sizes[-1], sizes[0]
    head = (
        f"| | scenario | x A0 | flat {smallest:,} → {largest:,} | statements | CPU ms app + db | "
        "A0 ms | SELECTs ms | p50 ms | KB |"
    )
    rows = [head, "| - | - | - | - | - | - | - | - | - | - |"]
    for key, places in figures.items():
        one = places[largest]
        flat = f"{one.cpu / places[smallest].cpu:.2f}" if len(sizes) > 1 else "-"
        sql = f"{statistics.median(one.sql):.2f}" if one.sql else "-"
        rows.append(
            f"| {key} | {names[key]} | {one.of_floor:.2f} | {flat} | {one.statements} | "
            f"{statistics.median(one.app):.1f} + {statistics.median(one.database):.1f} | "
            f"{statistics.median(one.floor):.1f} | {sql} | {statistics.median(one.wall):.1f} | "
            f"{one.size / 1024:.0f} |"
        )
    return "\n".join(rows)


def _size(count: int, loaded: dict[str, Any]) -> str:
    seconds = loaded["seconds"]
    parts = ", ".join(f"{part} {took:.0f} s" for part, took in seconds.items())
    return (
        f"{count:,} cases: loaded in {sum(seconds.values()):.0f} s ({parts}), "
        f"{loaded['sizes']['database']:,} MB"
    )


def _plain(figures: dict[str, dict[int, Figures]]) -> dict[str, Any]:
    return {key: {size: vars(one) for size, one in per.items()} for key, per in figures.items()}


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    main()

"""Machine-readable security advisories: CSAF 2.0 (Common Security Advisory Framework), JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sakerhetsmeddelanden.intake.mail import printable
from sakerhetsmeddelanden.intake.parsed import Field, FoundFile, Reading

_LARGEST = 10 * 2**20
_DEEPEST = 12
_LETTER = re.compile(r"(?<=\d)[A-Z]$")
_HEAD = re.compile(rb"^\s*(?:\xef\xbb\xbf)?\s*\{")


def may_be(name: str, beginning: bytes) -> bool:
    """True for what calls itself JSON and begins like it."""
    return name.casefold().endswith(".json") and bool(_HEAD.match(beginning))


def read(path: Path, file: FoundFile, reading: Reading) -> None:
    """The advisory's text is the file's page, and its facts are the reading's fields."""
    if path.stat().st_size > _LARGEST:
        file.problem = "Filen är för stor för att vara en säkerhetsrådgivning."
        return
    try:
        content = json.loads(path.read_bytes())
        document = content["document"]
        if not str(document["category"]).startswith("csaf_"):
            raise ValueError("another category")
        facts = _facts(content)
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError):
        file.problem = "Filen är ingen säkerhetsrådgivning enligt CSAF 2.0."
        return
    file.content_type = "application/csaf+json"
    lines: list[str] = []
    for code, label, value in facts:
        shown = printable(value)
        if shown:
            reading.fields.append(Field(code, shown, file.place, 1, len(lines) + 1, shown[:500]))
            lines += f"{label}: {shown}".split("\n")
    file.pages = ["\n".join(lines)]
    reading.subject = reading.subject or printable(str(document.get("title", "")))[:300]


def series(tracking_id: str) -> str:
    """The identity that all versions of one advisory share: CISA hangs a letter on at an update."""
    return _LETTER.sub("", tracking_id.strip())


def _facts(content: dict[str, Any]) -> list[tuple[str, str, str]]:
    document = content["document"]
    tracking = document["tracking"]
    products = list(_products(content.get("product_tree", {}).get("branches", [])))
    flaws = content.get("vulnerabilities", [])
    return [
        ("fsn_ref", "Referens", series(str(tracking["id"]))),
        ("version", "Version", str(tracking["version"])),
        ("date", "Datum", str(tracking["current_release_date"])[:10]),
        ("4.1", "Typ", "update" if len(tracking.get("revision_history", [])) > 1 else "new"),
        ("4.7", "Tillverkare", "\n".join(_each(p.get("vendor", "") for p in products))),
        (
            "device_name",
            "Produkt",
            ", ".join(_each(p.get("name", "") for p in products))[:500],
        ),
        ("1.6", "Versioner", "\n".join(_each(p["full"] for p in products))),
        ("2.1", "Problem", "\n".join(_each(_notes(flaw, "summary") for flaw in flaws))),
        ("2.4", "Risk", _notes(document, "summary") or _scores(flaws)),
        ("3.1", "Åtgärder", "\n".join(_each(_remedies(flaws)))),
        ("2.5", "Sårbarheter", ", ".join(_each(str(flaw.get("cve", "")) for flaw in flaws))),
    ]


def _each(values: Any) -> list[str]:
    return list(dict.fromkeys(one.strip() for one in values if one.strip()))


def _products(
    branches: list[dict[str, Any]], above: dict[str, str] | None = None, depth: int = 0
) -> Iterator[dict[str, str]]:
    """Each product with its maker, its name, and the name with versions in words."""
    if depth > _DEEPEST:
        return
    for branch in branches:
        here = dict(above or {})
        if branch["category"] == "vendor":
            here["vendor"] = str(branch["name"])
        elif branch["category"] in {"product_name", "product_family"}:
            here["name"] = str(branch["name"])
        if "product" in branch:
            yield {**here, "full": str(branch["product"]["name"])}
        yield from _products(branch.get("branches", []), here, depth + 1)


def _notes(holder: dict[str, Any], category: str) -> str:
    notes = holder.get("notes", [])
    return "\n".join(str(n.get("text", "")) for n in notes if n.get("category") == category)


def _remedies(flaws: list[dict[str, Any]]) -> Iterator[str]:
    for flaw in flaws:
        for remedy in flaw.get("remediations", []):
            yield str(remedy.get("details", ""))


def _scores(flaws: list[dict[str, Any]]) -> str:
    """The worst score of them all, as the advisory gives it."""
    scores = [
        float(score["cvss_v3"]["baseScore"])
        for flaw in flaws
        for score in flaw.get("scores", [])
        if "baseScore" in score.get("cvss_v3", {})
    ]
    return f"CVSS {max(scores):.1f}" if scores else ""

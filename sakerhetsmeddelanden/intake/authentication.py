"""What our own mail server found out about a sender: SPF, DKIM and DMARC (RFC 8601).

Anybody may write such a header; only those that name our own server are read, and of those the
topmost, which is the last one written.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

RESULTS = frozenset(
    {"none", "pass", "fail", "policy", "neutral", "temperror", "permerror", "softfail"}
)
_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"\b(spf|dkim|dmarc)\s*=\s*([a-z]+)", re.IGNORECASE)


@dataclass(frozen=True)
class Authentication:
    """The results of each method; empty where our server said nothing."""

    by: str = ""
    spf: str = ""
    dkim: str = ""
    dmarc: str = ""


def read(headers: Iterable[str], trusted: Collection[str]) -> Authentication:
    """The results in the topmost `Authentication-Results` that one of our own servers wrote."""
    ours = {name.casefold() for name in trusted}
    for header in headers:
        plain = " ".join(header.split())
        while _COMMENT.search(plain):
            plain = _COMMENT.sub("", plain)
        server, _, results = plain.partition(";")
        name = (server.split() or [""])[0].casefold()
        if name in ours:
            return _read(name, results)
    return Authentication()


def _read(name: str, results: str) -> Authentication:
    """Several signatures give several results; one that passes is enough."""
    found: dict[str, str] = {}
    for part in results.split(";"):
        for method, result in _RESULT.findall(part.strip())[:1]:
            method, result = method.lower(), result.lower()
            if result in RESULTS and found.get(method) != "pass":
                found[method] = result
    return Authentication(name, **found)

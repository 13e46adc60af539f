"""The text of each generated document, made from the tables the product runs on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from patientsakerhet.access.models import Level
from patientsakerhet.access.policy import ALLOWS, GRANTS, NEEDED_FOR_SECRECY, Can
from patientsakerhet.cases import kinds
from patientsakerhet.cases.models import Case
from patientsakerhet.organisation.models import Role
from patientsakerhet.workflow import Workflow, diagram

MADE = "<!-- Made by `manage.py generate_docs`; change the code, not this file. -->\n"


def workflows() -> str:
    """Each kind's diagram, steps and what each step needs."""
    parts = ["# Workflows\n", MADE]
    for kind in kinds.every():
        parts += [f"\n## {kind.plural.capitalize()}\n", *_flow(kind.workflow)]
        for part in kind.parts:
            parts += [f"\n### Within them: `{part.kind}`\n", *_flow(part)]
    for part in kinds.parts_of_any():
        parts += [f"\n## Within any case: `{part.kind}`\n", *_flow(part)]
    return "\n".join(parts)


def _flow(flow: Workflow) -> tuple[str, str]:
    """The diagram, and the table of steps."""
    rows = []
    for step in flow.steps:
        wants = "; ".join(_first_sentence(guard) for guard in step.guards)
        rows.append(
            (
                f"`{step.name}`",
                step.label,
                ", ".join(flow.label(s) for s in flow.statuses if s in step.sources),
                flow.label(step.target),
                f"`{step.needs}`",
                "yes" if step.reason else "",
                wants,
            )
        )
    head = ("step", "label", "from", "to", "capability", "reason", "needs")
    return f"```mermaid\n{diagram(flow).strip()}\n```\n", _table(head, rows)


def access() -> str:
    """Roles x capabilities, what each level of reach allows, and what secrecy demands."""
    rows = [(f"`{can}`", *("x" if can in GRANTS[role] else "" for role in Role)) for can in Can]
    reach = [
        (f"`{level.value}`", level.label, ", ".join(f"`{can}`" for can in Can if can in allowed))
        for level, allowed in ALLOWS.items()
    ]
    secrecy = [
        (str(level), Case.Secrecy(level).label, f"`{needed}`" if needed else "")
        for level, needed in NEEDED_FOR_SECRECY.items()
    ]
    return (
        "\n".join(
            [
                "# Who may do what\n",
                MADE,
                "\n## What each role grants where it is held\n",
                _table(("capability", *(role.label for role in Role)), rows),
                "\n## What each level of reach allows at the most\n",
                _table(("level", "Swedish", "capabilities"), reach),
                "\n## What secrecy demands beside\n",
                _table(("secrecy", "Swedish", "capability"), secrecy),
            ]
        )
        + f"\n{len(Level)} levels, {len(Role)} roles, {len(Can)} capabilities.\n"
    )


def every_address() -> Iterator[tuple[str, str]]:
    """Path and name of every pattern the product answers, as installed without demonstration."""
    yield from _walk(get_resolver().url_patterns, "")


def _walk(patterns: Iterable[Any], before: str) -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        path = before + str(pattern.pattern).removeprefix("^").removesuffix("\\Z").removesuffix("$")
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, path)
        elif isinstance(pattern, URLPattern):
            yield path, pattern.name or ""
        else:
            raise TypeError(f"an address of a sort nobody has described: {pattern!r}")


def _first_sentence(guard: Any) -> str:
    return str(guard.__doc__ or guard.__name__).strip().split("\n")[0].rstrip(".")


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = list(head)
    lines = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(lines) + "\n"

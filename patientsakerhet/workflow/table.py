"""A step and the table of steps."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from patientsakerhet.lib.refusal import NotReady, WrongStep

Guard = Callable[[Any], str]
"""What is missing, as a sentence; "" when nothing is."""


@dataclass(frozen=True)
class Step:
    """One arrow with a name: where it may start, where it leads, what it takes."""

    name: str
    label: str
    sources: frozenset[str]
    target: str
    needs: str
    """The value of the capability the person must hold."""
    guards: tuple[Guard, ...] = ()
    reason: bool = False
    """Whether the person must say why."""

    def __init__(
        self,
        name: str,
        label: str,
        sources: Iterable[str],
        target: str,
        needs: str,
        guards: Iterable[Guard] = (),
        reason: bool = False,
    ) -> None:
        for attribute, value in (
            ("name", name),
            ("label", label),
            ("sources", frozenset(sources)),
            ("target", target),
            ("needs", needs),
            ("guards", tuple(guards)),
            ("reason", reason),
        ):
            object.__setattr__(self, attribute, value)

    def missing(self, subject: Any) -> list[str]:
        """Every sentence about what is missing, in the order of the guards."""
        return [sentence for guard in self.guards if (sentence := guard(subject))]

    def check(self, subject: Any) -> None:
        """Nothing when the step may be taken; otherwise NotReady with all that is missing."""
        if missing := self.missing(subject):
            raise NotReady(missing)

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, eq=False)
class Workflow:
    """All the ways a kind of case may move; refuses to exist when it does not hang together."""

    kind: str
    initial: str
    final: frozenset[str]
    steps: tuple[Step, ...]
    labels: Mapping[str, str] = field(repr=False)
    """What each status is called on a screen; its order is the order of the statuses."""

    def __init__(
        self,
        kind: str,
        initial: str,
        final: Iterable[str],
        steps: Iterable[Step],
        labels: Mapping[str, str],
    ) -> None:
        object.__setattr__(self, "kind", kind)
        object.__setattr__(self, "initial", initial)
        object.__setattr__(self, "final", frozenset(final))
        object.__setattr__(self, "steps", tuple(steps))
        object.__setattr__(self, "labels", dict(labels))
        if faults := list(self._faults()):
            raise ValueError(f"Workflow {kind}: {'; '.join(faults)}")

    @property
    def statuses(self) -> tuple[str, ...]:
        """Every status, in the order the labels give."""
        return tuple(self.labels)

    def label(self, status: str) -> str:
        """What the status is called on a screen."""
        return self.labels[status]

    def named(self, name: str) -> Step:
        """The step with this name, wherever it starts; WrongStep when there is none."""
        for step in self.steps:
            if step.name == name:
                return step
        raise WrongStep(f"Steget ”{name}” finns inte för den här sortens ärende.")

    def step(self, name: str, status: str) -> Step:
        """The step with this name, for a case that has this status; otherwise WrongStep."""
        step = self.named(name)
        if status not in step.sources:
            raise WrongStep(
                f"”{step.label}” går inte när ärendet är ”{self.labels.get(status, status)}”."
            )
        return step

    def available(self, status: str) -> tuple[Step, ...]:
        """The steps that start in this status, ready or not."""
        return tuple(step for step in self.steps if status in step.sources)

    def arrows(self) -> set[tuple[str, str, str]]:
        """Every legal move as (from, step, to): the rows of the database's own table."""
        return {(source, step.name, step.target) for step in self.steps for source in step.sources}

    def _faults(self) -> Iterable[str]:
        known = set(self.labels)
        names = [step.name for step in self.steps]
        used = {self.initial} | self.final
        for step in self.steps:
            used |= step.sources | {step.target}
            if not step.sources:
                yield f"step {step.name} starts nowhere"
        if unknown := used - known:
            yield f"statuses without a label: {', '.join(sorted(unknown))}"
        if twice := {name for name in names if names.count(name) > 1}:
            yield f"steps named twice: {', '.join(sorted(twice))}"
        if unreachable := known - self._reached():
            yield f"statuses that cannot be reached: {', '.join(sorted(unreachable))}"

    def _reached(self) -> set[str]:
        reached, before = {self.initial}, set[str]()
        while reached != before:
            before = set(reached)
            reached |= {step.target for step in self.steps if step.sources & reached}
        return reached

"""Which unit a report should probably go to, and the sentence that says why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from avvikelse.models import Deviation, RoutingRule
from avvikelse.preparation import words
from avvikelse.preparation.mentions import Mentions
from avvikelse.similar import Similar
from patientsakerhet.cases.models import Transition
from patientsakerhet.organisation.models import Unit

NEIGHBOURS = 12
"""So many of the most similar cases that somebody has coordinated have a say."""
AT_LEAST = 3
MAJORITY = 0.6
ENOUGH, HARDLY = 6, 0.2
"""From so many similar cases on, less than this share overrules the register."""


@dataclass(frozen=True)
class Suggestion:
    """A unit, why, and how many of the similar cases went there."""

    unit: Unit | None = None
    reason: str = ""
    rule: RoutingRule | None = None
    there: int = 0
    routed: int = 0


@dataclass(frozen=True)
class Neighbours:
    """Where similar cases were sent: unit -> how many, most first."""

    went: Counter[int] = field(default_factory=Counter)

    @property
    def routed(self) -> int:
        """How many of them have been coordinated at all."""
        return sum(self.went.values())


def suggest(deviation: Deviation, mentions: Mentions, similar: Sequence[Similar]) -> Suggestion:
    """The first that holds: a rule that is on, the register, what coordinators did before; or nothing.

    What coordinators did with nearly all similar cases weighs more than the register.

    Only units that exist today and receive cases are suggested.
    """
    neighbours = Neighbours(went_to([one.case.pk for one in similar]))
    by_register = _by_register(deviation, mentions)
    by_neighbours = _by_neighbours(neighbours)
    if by_register and by_neighbours and _speak_against(neighbours, by_register):
        known = f"{by_register.unit} har det i sitt register, men "
        by_register = replace(by_neighbours, reason=known + by_neighbours.reason)
    found = _by_rule(deviation) or by_register or by_neighbours or Suggestion()
    there = neighbours.went[found.unit.pk] if found.unit else 0
    return Suggestion(found.unit, found.reason, found.rule, there, neighbours.routed)


def went_to(cases: Sequence[int]) -> Counter[int]:
    """Unit -> how many of the first dozen coordinated among these cases went there last."""
    last: dict[int, int] = dict(
        Transition.objects.filter(case__in=cases, step="coordinate")
        .order_by("case", "occurred_at", "pk")
        .values_list("case", "to_unit")
    )
    nearest = [case for case in cases if case in last][:NEIGHBOURS]
    return Counter(last[case] for case in nearest)


def _by_rule(deviation: Deviation) -> Suggestion | None:
    for rule in RoutingRule.objects.active().select_related(
        "receiver", "kind", "system", "device_model", "filing_unit"
    ):
        if not Deviation.objects.fitting(rule).filter(pk=deviation.pk).exists():
            continue
        if unit := _receiving(rule.receiver_id):
            return Suggestion(unit, f"regeln ”{rule.name}”: {_conditions(rule, deviation)}.", rule)
    return None


def _by_register(deviation: Deviation, mentions: Mentions) -> Suggestion | None:
    device = deviation.device or mentions.device
    if device is not None and (unit := _receiving(device.model.managing_unit_id)):
        return Suggestion(
            unit,
            f"{device.model} med inventarienummer {device.inventory_number} står i deras register.",
        )
    model = deviation.device_model or mentions.model
    if model is not None and (unit := _receiving(model.managing_unit_id)):
        return Suggestion(unit, f"{model} står i deras register.")
    system = deviation.system or mentions.system
    if system is not None and (unit := _receiving(system.managing_unit_id)):
        return Suggestion(unit, f"{system} förvaltas där.")
    return None


def _by_neighbours(neighbours: Neighbours) -> Suggestion | None:
    if not neighbours.went:
        return None
    pk, count = neighbours.went.most_common(1)[0]
    if count < AT_LEAST or count / neighbours.routed < MAJORITY:
        return None
    unit = _receiving(pk)
    if unit is None:
        return None
    return Suggestion(unit, f"{count} av {neighbours.routed} liknande ärenden gick dit.")


def _speak_against(neighbours: Neighbours, suggestion: Suggestion) -> bool:
    """Whether hardly any of enough similar cases went to the unit: the register names who owns a
    thing, not always who mends what it takes part in."""
    if suggestion.unit is None or neighbours.routed < ENOUGH:
        return False
    return neighbours.went[suggestion.unit.pk] / neighbours.routed < HARDLY


def _receiving(pk: int) -> Unit | None:
    return Unit.objects.current().filter(pk=pk, receives_cases=True).first()


def _conditions(rule: RoutingRule, deviation: Deviation) -> str:
    """What of the rule the report fulfils, in words."""
    said = []
    if rule.kind:
        said.append(f"typen är {rule.kind}")
    if rule.system:
        said.append(f"det gäller {rule.system}")
    if rule.device_model:
        said.append(f"det gäller {rule.device_model}")
    if rule.filing_unit:
        said.append(f"rapporten kom från {rule.filing_unit}")
    if rule.words:
        text = words.told(deviation)
        stems = {stem for word in rule.words for stem in words.stems_in(word)}
        hit = sorted(words.written(text, stems).values(), key=str.casefold)
        said.append(
            f"texten nämner {' och '.join(hit[:3]).lower()}" if hit else "orden finns i texten"
        )
    return ", ".join(said)

"""Routing rules in and out as files; what comes in is off until it has been tried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from avvikelse.actions import rules
from avvikelse.models import RoutingRule
from patientsakerhet.access.policy import Can
from patientsakerhet.administration.exchange.rows import Outcome, RowByRow, told
from patientsakerhet.cases.models import Code
from patientsakerhet.exchange.cells import Cells
from patientsakerhet.exchange.kinds import Expected, Export, ImportKind
from patientsakerhet.exchange.tables import Row
from patientsakerhet.exchange.writer import Column, Extract
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import Person, Unit
from patientsakerhet.register.models import DeviceModel, ITSystem

NAME, POSITION, KIND, SYSTEM, MODEL = "Namn", "Ordning", "Typ", "IT-system", "Produkt"
FILING, WORDS, RECEIVER, ACTIVE = "Rapporterande enhet", "Ord", "Föreslå enhet", "Påslagen"

COLUMNS = (
    Expected((NAME, "name"), "Regelns namn; så känns den igen.", required=True),
    Expected((POSITION, "position"), "Helt tal; lägre prövas först."),
    Expected((KIND, "kind"), "Typens kod."),
    Expected((SYSTEM, "system"), "IT-systemets namn."),
    Expected((MODEL, "device model"), "Tillverkare och produkt, som Volumed AB Volumed 300."),
    Expected((FILING, "filing unit"), "Enhetskod."),
    Expected((WORDS, "words"), "Ord med komma emellan; ett räcker."),
    Expected((RECEIVER, "receiver"), "Enhetskod.", required=True),
    Expected((ACTIVE, "active"), "Läses inte: en regel slås på när den har provkörts."),
)


class RoutingRules(RowByRow):
    """Each row is a rule by its name; a rule about other reports than before is off again."""

    expected = COLUMNS

    def prepare(self, rows: Sequence[Row]) -> None:
        names = {self.columns.of(row).text(NAME) for row in rows}
        self.known: dict[str, list[RoutingRule]] = {}
        for rule in RoutingRule.objects.filter(name__in=names):
            self.known.setdefault(rule.name, []).append(rule)
        self.units = {unit.code: unit for unit in Unit.objects.current()}
        self.codes = {code.code: code for code in Code.objects.of("deviation_kind").current()}
        self.systems = {system.name: system for system in ITSystem.objects.all()}
        self.models = {
            _named(model): model
            for model in DeviceModel.objects.current().select_related("manufacturer")
        }
        self.seen: set[str] = set()

    def key(self, cells: Cells) -> str:
        return cells.text(NAME)

    def one(self, cells: Cells, *, by: Person | None) -> tuple[str, str, str]:
        if by is None:
            raise NotReady("Ange vem som läser in, med --by: regler ändras i någons namn.")
        name = cells.text(NAME, at_most=80, required=True)
        words = [one.strip() for one in cells.text(WORDS, at_most=2000).split(",") if one.strip()]
        values: dict[str, Any] = {
            "name": name,
            "kind": self._found(cells, KIND, self.codes),
            "system": self._found(cells, SYSTEM, self.systems),
            "device_model": self._found(cells, MODEL, self.models),
            "filing_unit": self._found(cells, FILING, self.units),
            "receiver": self._found(cells, RECEIVER, self.units, required=True),
            "words": words,
        }
        position = cells.whole(POSITION)
        if position is not None:
            values["position"] = position
        if any(len(word) > 60 for word in words):
            cells.problems.append(f"{WORDS}: ett ord är längre än 60 tecken.")
        if values["receiver"] is not None and not values["receiver"].receives_cases:
            cells.problems.append(f"{values['receiver']} tar inte emot ärenden.")
        known = self.known.get(name, [])
        if name in self.seen or len(known) > 1:
            cells.problems.append(f"Flera regler heter {name}.")
        self.seen.add(name)
        if cells.problems:
            raise NotReady(cells.problems)
        if not known:
            rules.create(values, by=by)
            return name, Outcome.ADDED, "avstängd tills den har provkörts"
        before = {field: getattr(known[0], field) for field in values}
        changed = rules.change(known[0], values, by=by, version=known[0].version)
        told_of = [
            (LABELS[field], before[field], getattr(changed, field))
            for field in values
            if before[field] != getattr(changed, field)
        ]
        text = told(told_of)
        if known[0].is_active and not changed.is_active:
            text += "; avstängd tills den har provkörts"
        return name, Outcome.CHANGED if told_of else Outcome.UNCHANGED, text

    def _found(
        self, cells: Cells, column: str, known: Mapping[str, Any], *, required: bool = False
    ) -> Any:
        value = cells.text(column, at_most=300, required=required)
        if value and value not in known:
            cells.problems.append(f"{column}: {value} finns inte.")
        return known.get(value)


LABELS = {
    "name": NAME,
    "position": POSITION,
    "kind": KIND,
    "system": SYSTEM,
    "device_model": MODEL,
    "filing_unit": FILING,
    "receiver": RECEIVER,
    "words": WORDS,
}

IMPORT = ImportKind(
    key="routing_rules",
    label="Vägvisningsregler",
    text="En rad per regel. Nya och ändrade regler är avstängda tills de har provkörts.",
    needs=Can.MANAGE_RULES,
    begin=RoutingRules,
    columns=COLUMNS[:-1],
    words={
        Outcome.ADDED: "nya regler",
        Outcome.CHANGED: "ändrade regler",
        Outcome.UNCHANGED: "oförändrade regler",
        Outcome.ERROR: "rader med fel",
    },
)


def extract(given: Mapping[str, str], by: Person | None = None) -> Extract:
    """Every rule in the order they are tried, with the columns that the import reads."""
    every = DeviceModel.objects.select_related("manufacturer")
    names = {model.pk: _named(model) for model in every}
    return Extract(
        name="vagvisningsregler",
        title="Vägvisningsregler",
        rows=RoutingRule.objects.order_by("position", "pk"),
        columns=[
            Column(NAME, "name"),
            Column(POSITION, "position"),
            Column(KIND, "kind__code"),
            Column(SYSTEM, "system__name"),
            Column(MODEL, "device_model", names.get),
            Column(FILING, "filing_unit__code"),
            Column(WORDS, "words"),
            Column(RECEIVER, "receiver__code"),
            Column(ACTIVE, "is_active"),
        ],
        right=Can.MANAGE_RULES,
    )


EXPORT = Export("routing_rules", "Vägvisningsregler", Can.MANAGE_RULES, extract)


def _named(model: DeviceModel) -> str:
    return f"{model.manufacturer} {model.name}".strip()

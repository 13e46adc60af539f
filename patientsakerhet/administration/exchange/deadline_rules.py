"""Deadline rules in and out as files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from patientsakerhet.access.policy import Can
from patientsakerhet.administration import filters
from patientsakerhet.administration.actions import deadline_rules
from patientsakerhet.administration.exchange.rows import Outcome, RowByRow, told
from patientsakerhet.cases import kinds
from patientsakerhet.cases.models import DeadlineRule
from patientsakerhet.exchange.cells import Cells
from patientsakerhet.exchange.kinds import Expected, Export, ImportKind
from patientsakerhet.exchange.tables import Row
from patientsakerhet.exchange.writer import Column, Extract
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import Person

KIND, STATUS, LABEL, AMOUNT, MEASURED = "Slag", "Läge", "Benämning", "Längd", "Räknas i"
REMIND, ESCALATE, BASIS, STANDING = "Påminn före", "Lyft efter", "Grund", "Ställning"
FROM, TO = "Gäller från", "Gäller till"

COLUMNS = (
    Expected((KIND, "kind"), "Ärendeslag, till exempel deviation.", required=True),
    Expected((STATUS, "status"), "Läget, med sin kod eller sitt namn.", required=True),
    Expected((LABEL, "label"), "Så som tidsgränsen visas.", required=True),
    Expected((AMOUNT, "amount"), "Helt tal.", required=True),
    Expected((MEASURED, "measured"), "arbetsdagar, kalenderdagar eller timmar.", required=True),
    Expected((REMIND, "remind before"), "I samma enhet; 0 för ingen påminnelse."),
    Expected((ESCALATE, "escalate after"), "I samma enhet; 0 för att inte lyfta."),
    Expected((BASIS, "basis"), "Lagen, beslutet eller målet, i ord.", required=True),
    Expected((STANDING, "standing"), "Hur säker grunden är.", required=True),
    Expected((FROM, "valid from"), "Tomt betyder i dag."),
    Expected((TO, "valid to"), "Läses inte: en regel gäller tills nästa tar över."),
)


class DeadlineRules(RowByRow):
    """Each row is the rule of a state from a day. The running deadlines keep the day they were given."""

    expected = COLUMNS

    def prepare(self, rows: Sequence[Row]) -> None:
        self.kinds = {one.key: one for one in kinds.every()}
        self.known = {
            (one.kind, one.status): one for one in DeadlineRule.objects.filter(valid_to=None)
        }
        self.seen: set[tuple[str, str]] = set()

    def key(self, cells: Cells) -> str:
        return f"{cells.text(KIND)} {cells.text(STATUS)}"

    def one(self, cells: Cells, *, by: Person | None) -> tuple[str, str, str]:
        kind, status = self._state(cells)
        amount = cells.whole(AMOUNT)
        if amount is None and not cells.problems:
            cells.problems.append(f"{AMOUNT} saknas.")
        given = {
            "label": cells.text(LABEL, at_most=80, required=True),
            "amount": amount or 0,
            "measured": cells.choice(MEASURED, DeadlineRule.Measured, required=True),
            "remind_before": cells.whole(REMIND) or 0,
            "escalate_after": cells.whole(ESCALATE) or 0,
            "basis": cells.text(BASIS, at_most=4000, required=True),
            "standing": cells.choice(STANDING, DeadlineRule.Standing, required=True),
        }
        since, ended = cells.day(FROM), cells.day(TO)
        if (kind, status) in self.seen:
            cells.problems.append("Läget finns på flera rader.")
        self.seen.add((kind, status))
        if ended is not None:
            cells.problems.append(f"{TO}: en avslutad regel läses inte in. Ta bort raden.")
        if cells.problems:
            raise NotReady(cells.problems)
        before = self.known.get((kind, status))
        row = deadline_rules.set_rule(kind, status, by=by, since=since, **given)  # type: ignore[arg-type]  # cells are of the columns' kinds
        key = f"{kind} {status}"
        if before is None:
            return key, Outcome.ADDED, row.label
        if before == row:
            return key, Outcome.UNCHANGED, ""
        words = [
            (WORDS[name], getattr(before, name), getattr(row, name))
            for name in deadline_rules.FACTS
            if getattr(before, name) != getattr(row, name)
        ]
        return key, Outcome.CHANGED, told(words)

    def _state(self, cells: Cells) -> tuple[str, str]:
        kind, name = cells.text(KIND, required=True), cells.text(STATUS, required=True)
        known = self.kinds.get(kind)
        if known is None:
            cells.problems.append(f"{KIND}: {kind} finns inte. Välj bland {', '.join(self.kinds)}.")
            return kind, name
        for status, label in {**known.workflow.labels, **known.clocks}.items():
            if name.casefold() in (status, label.casefold()):
                return kind, status
        cells.problems.append(f"{STATUS}: {name} finns inte.")
        return kind, name


WORDS = {
    "label": LABEL,
    "amount": AMOUNT,
    "measured": MEASURED,
    "remind_before": REMIND,
    "escalate_after": ESCALATE,
    "basis": BASIS,
    "standing": STANDING,
}

IMPORT = ImportKind(
    key="deadline_rules",
    label="Tidsgränser",
    text="En rad per läge. Löpande tidsgränser behåller sin dag.",
    needs=Can.ADMINISTER,
    begin=DeadlineRules,
    columns=COLUMNS[:-1],
    words={
        Outcome.ADDED: "nya regler",
        Outcome.CHANGED: "ändrade regler",
        Outcome.UNCHANGED: "oförändrade regler",
        Outcome.ERROR: "rader med fel",
    },
)


def extract(given: Mapping[str, str], by: Person | None = None) -> Extract:
    """The rules of a filter, with the columns that the import reads."""
    chosen = filters.DeadlineRuleFilter(given, DeadlineRule.objects.all())
    filters.refuse_unreadable(chosen)
    return Extract(
        name="tidsgranser",
        title="Tidsgränser",
        rows=chosen.qs.order_by("kind", "status", "valid_from", "pk"),
        columns=[
            Column(KIND, "kind"),
            Column(STATUS, "status"),
            Column(LABEL, "label"),
            Column(AMOUNT, "amount"),
            Column(MEASURED, "measured", dict(DeadlineRule.Measured.choices).get),
            Column(REMIND, "remind_before"),
            Column(ESCALATE, "escalate_after"),
            Column(BASIS, "basis"),
            Column(STANDING, "standing", dict(DeadlineRule.Standing.choices).get),
            Column(FROM, "valid_from"),
            Column(TO, "valid_to"),
        ],
        selection=filters.in_words(chosen),
        right=Can.ADMINISTER,
    )


EXPORT = Export("deadline_rules", "Tidsgränser", Can.ADMINISTER, extract)

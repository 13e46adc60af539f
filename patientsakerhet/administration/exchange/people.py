"""People and their roles in and out as files: a row is a person, or a person with one role."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import FilteredRelation, Q
from django.utils import timezone

from patientsakerhet.access.policy import Can
from patientsakerhet.administration import filters
from patientsakerhet.administration.actions import people
from patientsakerhet.administration.exchange.rows import Outcome, RowByRow, told
from patientsakerhet.exchange.cells import Cells
from patientsakerhet.exchange.kinds import Expected, Export, ImportKind
from patientsakerhet.exchange.tables import Row
from patientsakerhet.exchange.writer import Column, Extract
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import Assignment, Person, Role, Unit

EMAIL, NAME, TITLE, HSA = "E-post", "Namn", "Befattning", "HSA-id"
UNIT, ROLE, FROM, TO = "Enhetskod", "Roll", "Från", "Till"

COLUMNS = (
    Expected((EMAIL, "epost", "email", "e-mail"), "Den adress personen loggar in med.", True),
    Expected((NAME, "name"), "Krävs för en ny person."),
    Expected((TITLE, "Titel", "title"), "Till exempel sjuksköterska."),
    Expected((HSA, "HSA id", "hsa id"), "Till exempel SE9999999999-A1B2."),
    Expected((UNIT, "unit code", "unit", "Enhet"), "Var rollen gäller."),
    Expected((ROLE, "role"), f"{', '.join(str(label) for label in Role.labels)}."),
    Expected((FROM, "Gäller från", "from", "valid from"), "Tomt betyder i dag."),
    Expected((TO, "Gäller till", "to", "valid to"), "Tomt betyder tills vidare."),
)


class People(RowByRow):
    """Each row is a person by her address, and perhaps one role. Empty cells change nothing."""

    expected = COLUMNS

    def prepare(self, rows: Sequence[Row]) -> None:
        self.today = timezone.localdate()
        addresses = {self.columns.of(row).text(EMAIL).lower() for row in rows}
        self.people = {one.email: one for one in Person.objects.filter(email__in=addresses)}
        self.units = {unit.code: unit for unit in Unit.objects.all()}
        self.held: dict[tuple[int, str, int], list[Assignment]] = {}
        for one in Assignment.objects.filter(person__email__in=addresses).order_by("valid_from"):
            self.held.setdefault((one.person_id, one.role, one.unit_id), []).append(one)
        self.stated: dict[str, dict[str, Any]] = {}
        self.roles_stated: set[tuple[str, str, str, date | None]] = set()

    def key(self, cells: Cells) -> str:
        return cells.text(EMAIL)

    def one(self, cells: Cells, *, by: Person | None) -> tuple[str, str, str]:
        email = cells.email(EMAIL, required=True)
        given = {
            "name": cells.text(NAME, at_most=120),
            "title": cells.text(TITLE, at_most=120),
            "hsa_id": cells.text(HSA, at_most=31).upper(),
        }
        given = {field: value for field, value in given.items() if value}
        role = cells.choice(ROLE, Role)
        code, first, last = cells.text(UNIT, at_most=40), cells.day(FROM), cells.day(TO)
        unit = self.units.get(code)
        if code and unit is None:
            cells.problems.append(f"{UNIT}: {code} finns inte.")
        if role and not code:
            cells.problems.append(f"{UNIT} saknas: en roll gäller vid en enhet.")
        known = self.people.get(email)
        if known is None and email and "name" not in given:
            cells.problems.append(f"{NAME} saknas.")
        if cells.problems:
            raise NotReady(cells.problems)
        self._agree(email, given)
        if (email, role, code, first) in self.roles_stated:
            raise NotReady("Samma person, roll och enhet finns på en rad till.")
        self.roles_stated.add((email, role, code, first))

        outcome, words = self._person(known, email, given, unit, by=by)
        if role and unit is not None:
            became, word = self._role(self.people[email], role, unit, first, last, by=by)
            words += word
            if outcome == Outcome.UNCHANGED:
                outcome = became
        return email, outcome, told(words)

    def _agree(self, email: str, given: Mapping[str, Any]) -> None:
        """Two rows about one person say the same of her."""
        earlier = self.stated.setdefault(email, {})
        for field, value in given.items():
            if earlier.setdefault(field, value) != value:
                raise NotReady(
                    f"{WORDS[field]} är {value} här men {earlier[field]} på en tidigare rad."
                )

    def _person(
        self,
        known: Person | None,
        email: str,
        given: dict[str, Any],
        unit: Unit | None,
        *,
        by: Person | None,
    ) -> tuple[str, list[tuple[str, Any, Any]]]:
        if known is None:
            made = people.create_person(by=by, email=email, home_unit=unit, **given)
            self.people[email] = made
            return Outcome.ADDED, [(NAME, None, made.name)]
        if known.home_unit_id is None and unit is not None:
            given["home_unit"] = unit
        before = {field: getattr(known, field) for field in given}
        changed = people.change_person(known, by=by, **given)
        if not changed:
            return Outcome.UNCHANGED, []
        for field in changed:
            setattr(known, field, given[field])
        return Outcome.CHANGED, [
            (WORDS[field], before[field], given[field]) for field in given if field in changed
        ]

    def _role(
        self,
        person: Person,
        role: str,
        unit: Unit,
        first: date | None,
        last: date | None,
        *,
        by: Person | None,
    ) -> tuple[str, list[tuple[str, Any, Any]]]:
        """The role from its day, unless it is held then already; an earlier end is taken over."""
        name = f"{Role(role).label} vid {unit.code}"
        held = self.held.setdefault((person.pk, role, unit.pk), [])
        start = first or self.today
        same = next(
            (
                one
                for one in held
                if one.valid_from == first
                or (one.valid_from <= start and (one.valid_to is None or one.valid_to >= start))
            ),
            None,
        )
        if same is None:
            held.append(
                people.give_role(person, role, unit, by=by, valid_from=start, valid_to=last)
            )
            return Outcome.CHANGED, [(ROLE, None, f"{name} från {start}")]
        if last is None or same.valid_to == last:
            return Outcome.UNCHANGED, []
        if same.valid_to is not None and same.valid_to < last:
            raise NotReady(
                f"{name} är avslutad {same.valid_to}. Ge rollen på nytt från dagen efter."
            )
        before = same.valid_to
        people.end_role(same, by=by, last_day=last)
        same.valid_to = last
        return Outcome.CHANGED, [(f"{name} till", before, last)]


WORDS = {"name": NAME, "title": TITLE, "hsa_id": HSA, "home_unit": "Enhet"}

IMPORT = ImportKind(
    key="people",
    label="Personer och roller",
    text="En rad per person och roll; flera roller ger flera rader. "
    "Personer som inte finns i filen rörs inte, och ingen roll tas bort utan ett slutdatum.",
    needs=Can.ADMINISTER,
    begin=People,
    columns=COLUMNS,
    words={
        Outcome.ADDED: "nya personer",
        Outcome.CHANGED: "ändrade eller nya roller",
        Outcome.UNCHANGED: "oförändrade rader",
        Outcome.ERROR: "rader med fel",
    },
)


def extract(given: Mapping[str, str], by: Person | None = None) -> Extract:
    """The people of a filter with their roles in force, with the columns that the import reads."""
    today = timezone.localdate()
    chosen = filters.PersonFilter(given, Person.objects.all())
    filters.refuse_unreadable(chosen)
    in_force = Q(assignments__valid_from__lte=today) & (
        Q(assignments__valid_to=None) | Q(assignments__valid_to__gte=today)
    )
    rows = (
        Person.objects.filter(pk__in=chosen.qs.values("pk"))
        .annotate(held=FilteredRelation("assignments", condition=in_force))
        .order_by("name", "pk", "held__role", "held__unit__path")
    )
    return Extract(
        name="personer",
        title="Personer och roller",
        rows=rows,
        columns=[
            Column(EMAIL, "email"),
            Column(NAME, "name"),
            Column(TITLE, "title"),
            Column(HSA, "hsa_id"),
            Column(UNIT, "held__unit__code"),
            Column(ROLE, "held__role", dict(Role.choices).get),
            Column(FROM, "held__valid_from"),
            Column(TO, "held__valid_to"),
            Column("Aktiv", "is_active"),
        ],
        selection=filters.in_words(chosen),
        right=Can.ADMINISTER,
    )


EXPORT = Export("people", "Personer och roller", Can.ADMINISTER, extract)

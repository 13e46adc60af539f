"""Code trees in and out as files; IMDRF's annexes from its own files."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import F
from django.utils import timezone

from patientsakerhet.access.policy import Can
from patientsakerhet.administration import filters
from patientsakerhet.administration.actions import codes, core
from patientsakerhet.administration.exchange.rows import Outcome, RowByRow, chosen_day, told
from patientsakerhet.cases import defaults_imdrf
from patientsakerhet.cases.models import Code, CodeSystem
from patientsakerhet.exchange.cells import Cells
from patientsakerhet.exchange.kinds import Expected, Export, ImportKind, Line, Option
from patientsakerhet.exchange.tables import Row, Table, Unreadable, cleaned, table_of
from patientsakerhet.exchange.writer import Column, Extract
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import Person

SYSTEM, CODE, LABEL, DEFINITION = "Kodverk", "Kod", "Benämning", "Definition"
PARENT, POSITION, FROM, TO = "Överordnad kod", "Ordning", "Gäller från", "Gäller till"
SINCE, RELEASE = "since", "release"

COLUMNS = (
    Expected((SYSTEM, "system"), "Kodverkets nyckel, till exempel event_class.", required=True),
    Expected((CODE, "code"), "Koden; den ändras aldrig.", required=True),
    Expected((LABEL, "label"), "Så som den visas.", required=True),
    Expected((DEFINITION, "definition")),
    Expected((PARENT, "parent"), "Tom för en kod överst i trädet."),
    Expected((POSITION, "position"), "Helt tal; lägre först."),
    Expected((FROM, "valid from")),
    Expected((TO, "valid to")),
    Expected(("Utgåva", "release")),
    Expected(("Kan väljas", "selectable")),
)


class Codes(RowByRow):
    """Each row is a code in a tree. A new label holds from the chosen day; nothing is ended unsaid."""

    expected = COLUMNS

    def prepare(self, rows: Sequence[Row]) -> None:
        self.since = chosen_day(self.run, SINCE, date.fromisoformat) or timezone.localdate()
        self.systems = {one.key: one for one in CodeSystem.objects.all()}
        self.current = {
            (row.system.key, row.code): row
            for row in Code.objects.current().select_related("system", "parent")
        }
        self.seen: set[tuple[str, str]] = set()

    def ordered(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Codes of the top first, then those below, whatever the order of the file."""
        depth: dict[tuple[str, str], int] = {}
        by_key = {self._key(self.columns.of(row)): self.columns.of(row) for row in rows}
        for key in by_key:
            chain = []
            here: tuple[str, str] | None = key
            while here is not None and here not in depth and here not in chain:
                chain.append(here)
                cells = by_key.get(here)
                parent = cells.text(PARENT) if cells else ""
                here = (here[0], parent) if parent and (here[0], parent) in by_key else None
            start = depth.get(here, -1) if here is not None else -1
            for step, one in enumerate(reversed(chain), start=1):
                depth[one] = start + step
        return sorted(rows, key=lambda row: (depth[self._key(self.columns.of(row))], row.number))

    def key(self, cells: Cells) -> str:
        return cells.text(CODE)

    def one(self, cells: Cells, *, by: Person | None) -> tuple[str, str, str]:
        key = self._key(cells)
        system = self.systems.get(key[0])
        code = cells.text(CODE, at_most=40, required=True)
        label = cells.text(LABEL, required=True)
        definition = cells.text(DEFINITION, at_most=4000)
        parent_code, position = cells.text(PARENT, at_most=40), cells.whole(POSITION)
        first, last = cells.day(FROM), cells.day(TO)
        if system is None:
            keys = ", ".join(sorted(k for k, one in self.systems.items() if one.editable))
            cells.problems.append(f"{SYSTEM}: {key[0] or 'inget'} finns inte. Välj bland {keys}.")
        parent = self.current.get((key[0], parent_code)) if parent_code else None
        if parent_code and parent is None:
            cells.problems.append(f"{PARENT}: {parent_code} finns inte i kodverket.")
        if key in self.seen:
            cells.problems.append(f"Koden {code} finns på flera rader.")
        self.seen.add(key)
        if cells.problems or system is None:
            raise NotReady(cells.problems)
        known = self.current.get(key)
        if known is None:
            made = codes.add_code(
                system,
                by=by,
                code=code,
                label=label,
                definition=definition,
                parent=parent,
                since=first or self.since,
                until=last,
                position=position,
            )
            self.current[key] = made
            return code, Outcome.ADDED, label
        return self._changed(known, label, definition, parent_code, last, key, by=by)

    def _changed(
        self,
        known: Code,
        label: str,
        definition: str,
        parent_code: str,
        last: date | None,
        key: tuple[str, str],
        *,
        by: Person | None,
    ) -> tuple[str, str, str]:
        if parent_code != (known.parent.code if known.parent else ""):
            raise NotReady(
                f"{known.code} ligger under {known.parent.code if known.parent else 'ingen kod'}. "
                "Avsluta den och lägg in en ny kod på den nya platsen."
            )
        words: list[tuple[str, Any, Any]] = []
        row = known
        if label != known.label or (definition and definition != known.definition):
            words.append((LABEL, known.label, label))
            row = codes.rename_code(
                known, by=by, label=label, definition=definition or None, since=self.since
            )
            self.current[key] = row
        if last is not None and last != row.valid_to:
            words.append((TO, row.valid_to, last))
            codes.end_code(row, by=by, last_day=last)
        return known.code, Outcome.CHANGED if words else Outcome.UNCHANGED, told(words)

    def _key(self, cells: Cells) -> tuple[str, str]:
        return cells.text(SYSTEM), cells.text(CODE)


# --- IMDRF ------------------------------------------------------------------------------------

TERM, STATUS, HIERARCHY, OFFICIAL = "term", "Status", "CodeHierarchy", "definition"
ANNEX_COLUMNS = (
    Expected(("code",), "A0101", required=True),
    Expected((TERM,), "Den engelska termen.", required=True),
    Expected((OFFICIAL,), required=True),
    Expected((STATUS,)),
    Expected((HIERARCHY, "code hierarchy"), "A01|A0101", required=True),
)


def read_annex(content: bytes, name: str) -> Table:
    """An annex as IMDRF publishes it: a JSON list with one object per term.

    Cross-codes to vocabularies that need a licence are not read, whatever the file holds.
    """
    try:
        given = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as fault:
        raise Unreadable(f"{name} är ingen JSON-fil: {fault}") from fault
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given) or not given:
        raise Unreadable(f"{name} är ingen lista med termer.")
    heading = [column.headings[0] for column in ANNEX_COLUMNS]
    cells = [heading, *([str(one.get(key) or "") for key in heading] for one in given)]
    return table_of(
        (cleaned(number, row) for number, row in enumerate(cells, start=1)), "JSON, IMDRF"
    )


class Annex(RowByRow):
    """One annex of one release: new terms added, changed ones dated, those that left ended."""

    expected = ANNEX_COLUMNS

    def prepare(self, rows: Sequence[Row]) -> None:
        self.since = timezone.localdate()
        self.release = self.run.options.get(RELEASE, "").strip()
        if not self.release or len(self.release) > 20:
            raise NotReady("Skriv vilken utgåva filen är, till exempel 2024.")
        letters = {self.columns.of(row).text("code")[:1] for row in rows if not row.problem}
        if len(letters) != 1 or not letters <= set(defaults_imdrf.NAMES):
            raise NotReady("Filen ska innehålla en bilaga, A till G, och bara den.")
        self.annex = letters.pop()
        self.system, _ = CodeSystem.objects.get_or_create(
            key=defaults_imdrf.system_key(self.annex),
            defaults={
                "name": defaults_imdrf.NAMES[self.annex],
                "origin": defaults_imdrf.ORIGIN.format(annex=self.annex),
                "editable": False,
            },
        )
        self.current = {
            row.code: row
            for row in Code.objects.select_for_update(of=("self",))
            .current()
            .filter(system=self.system)
            .select_related("system", "parent")
        }
        self.seen: dict[str, tuple[str, str]] = {}
        self.at_home = {
            cells.text("code") for cells in map(self.columns.of, rows) if self._is_at_home(cells)
        }

    def ordered(self, rows: Sequence[Row]) -> Sequence[Row]:
        return sorted(
            rows, key=lambda row: (self.columns.of(row).text(HIERARCHY).count("|"), row.number)
        )

    def key(self, cells: Cells) -> str:
        return cells.text("code")

    def one(self, cells: Cells, *, by: Person | None) -> tuple[str, str, str]:
        core.allow(by)
        code = cells.text("code", at_most=40, required=True)
        term = cells.text(TERM, required=True)
        official = cells.text(OFFICIAL, at_most=8000)
        status, hierarchy = cells.text(STATUS).casefold(), cells.text(HIERARCHY).split("|")
        if hierarchy[-1:] != [code]:
            cells.problems.append(f"{HIERARCHY} slutar inte med koden.")
        if code in self.at_home and not self._is_at_home(cells):
            return code, Outcome.UNCHANGED, f"står också under {hierarchy[0]}"
        if self.seen.get(code) == (term, official):
            return code, Outcome.UNCHANGED, "en upprepning"
        if code in self.seen:
            cells.problems.append(f"Koden {code} finns på flera rader.")
        parent = self.current.get(hierarchy[-2]) if len(hierarchy) > 1 else None
        if len(hierarchy) > 1 and parent is None:
            cells.problems.append(f"Koden {hierarchy[-2]} över {code} finns inte.")
        if cells.problems:
            raise NotReady(cells.problems)
        if "retired" in status:
            return self._retired(code, by=by)
        self.seen[code] = (term, official)
        label = defaults_imdrf.our_label(code, term)[:200]
        given: dict[str, Any] = {
            "label": label,
            "definition": official if label == term else f"{term}. {official}",
            "selectable": "not selectable" not in status,
            "parent": parent,
        }
        known = self.current.get(code)
        if known is None:
            made = Code.objects.create(
                system=self.system,
                code=code,
                position=cells.number * 10,
                release=self.release,
                valid_from=self.since,
                **given,
            )
            self.current[code] = made
            return code, Outcome.ADDED, label
        changed = [name for name in given if getattr(known, name) != given[name]]
        if not changed and known.release == self.release:
            return code, Outcome.UNCHANGED, ""
        words = [(NAMED[name], getattr(known, name), given[name]) for name in changed]
        if changed == ["definition"] and known.definition.casefold() == term.casefold():
            # The starter has the term where the official definition now comes.
            changed = []
        if changed:
            made = codes.replace(known, by=by, since=self.since, release=self.release, **given)
            self.current[code] = made
            for below in self.current.values():
                if below.parent_id == known.pk:
                    below.parent = made
        else:
            known.definition, known.release = given["definition"], self.release
            known.save(update_fields=["definition", "release"])
        return code, Outcome.CHANGED, told(words) or f"utgåva {self.release}"

    def _is_at_home(self, cells: Cells) -> bool:
        """Whether the row has the code in its own place; some terms stand under a second group too."""
        return cells.text("code").startswith(cells.text(HIERARCHY).split("|")[0])

    def _retired(self, code: str, *, by: Person | None) -> tuple[str, str, str]:
        known = self.current.get(code)
        if known is None:
            return code, Outcome.UNCHANGED, "utgången i utgåvan"
        self._end(known, by=by)
        return code, Outcome.CHANGED, "avslutad: utgången i utgåvan"

    def afterwards(self, *, by: Person | None) -> list[Line]:
        """Codes that the release no longer has are ended, those lowest in the tree first."""
        gone = [
            row
            for code, row in self.current.items()
            if code not in self.seen and (row.valid_to is None or row.valid_to >= self.since)
        ]
        lines = []
        for row in sorted(gone, key=lambda one: -len(one.code)):
            self._end(row, by=by)
            lines.append(Line(None, Outcome.CHANGED, row.code, "avslutad: finns inte i utgåvan"))
        return lines

    def _end(self, row: Code, *, by: Person | None) -> None:
        last_day = self.since - timedelta(days=1)
        if row.valid_from > last_day:
            last_day = row.valid_from
        if row.valid_to is None or row.valid_to > last_day:
            codes.end(row, by=by, last_day=last_day)


NAMED = {
    "label": LABEL,
    "definition": DEFINITION,
    "selectable": "Kan väljas",
    "parent": PARENT,
}
WORDS: dict[str, str] = {
    Outcome.ADDED: "nya koder",
    Outcome.CHANGED: "ändrade eller avslutade koder",
    Outcome.UNCHANGED: "oförändrade koder",
    Outcome.ERROR: "rader med fel",
}
IMPORT = ImportKind(
    key="codes",
    label="Koder",
    text="Kodverk som regionen själv sköter. Gamla benämningar står kvar på gamla ärenden.",
    needs=Can.ADMINISTER,
    begin=Codes,
    columns=COLUMNS[:8],
    options=(Option(SINCE, "Nya benämningar gäller från", "Tomt betyder i dag.", is_day=True),),
    words=WORDS,
)
ANNEX = ImportKind(
    key="imdrf",
    label="IMDRF-koder, en bilaga",
    text="En av bilagorna A till G som JSON-fil från IMDRF. Koder som utgåvan inte längre har "
    "avslutas; hänvisningar till kodverk som kräver licens läses inte.",
    needs=Can.ADMINISTER,
    begin=Annex,
    columns=ANNEX_COLUMNS,
    options=(Option(RELEASE, "Utgåva", "Till exempel 2024.", required=True),),
    words=WORDS,
    endings=".json",
    read=read_annex,
)


def extract(given: Mapping[str, str], by: Person | None = None) -> Extract:
    """The codes of a filter, tree by tree, with the columns that the import reads."""
    chosen = filters.CodeFilter(given, Code.objects.all())
    filters.refuse_unreadable(chosen)
    return Extract(
        name="koder",
        title="Koder",
        rows=chosen.qs.order_by("system__key", "position", "code", "valid_from"),
        columns=[
            Column(SYSTEM, "system__key"),
            Column(CODE, "code"),
            Column(LABEL, "label"),
            Column(DEFINITION, "definition"),
            Column(PARENT, F("parent__code")),
            Column(POSITION, "position"),
            Column(FROM, "valid_from"),
            Column(TO, "valid_to"),
            Column("Utgåva", "release"),
            Column("Kan väljas", "selectable"),
        ],
        selection=filters.in_words(chosen),
        right=Can.ADMINISTER,
    )


EXPORT = Export("codes", "Koder", Can.ADMINISTER, extract)

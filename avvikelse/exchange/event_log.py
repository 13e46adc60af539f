"""An older system's event log becomes cases with their true past; the same log again adds nothing.

Written in parts, each with all of the matters in it, because the counter of case numbers is
locked while a part is written and those who report today must not wait for the whole file.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from avvikelse.exchange.described import EVENT_CLASS, SEVERITY, TEXTS, Codes
from avvikelse.exchange.events import Log, Story
from avvikelse.exchange.mapping import Mapping, read
from avvikelse.exchange.moves import Move, moves_of, new_moves
from avvikelse.models import Deviation
from avvikelse.workflow import KIND
from patientsakerhet.access.policy import Can
from patientsakerhet.administration.actions import units
from patientsakerhet.cases import history, sealing
from patientsakerhet.cases.history import PastCase, PastStep
from patientsakerhet.cases.models import Case, ExternalTicket, Transition
from patientsakerhet.exchange.kinds import Line, Taken
from patientsakerhet.exchange.models import ImportLine, ImportRun
from patientsakerhet.exchange.tables import Table
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import CareProvider, Person, Unit

PART = 250
"""Matters in one transaction: a few seconds' lock on the counter of numbers."""
Outcome = ImportLine.Outcome


class EventLog:
    """One event log being read."""

    ignored: Sequence[str] = ()

    def __init__(self, run: ImportRun, table: Table) -> None:
        self.mapping: Mapping = read(run.mapping)
        self.log = Log(self.mapping, self.mapping.places(table))
        self._stories = self.log.stories(table.rows)
        used = set(self.log.places.values())
        self.ignored = [name for place, name in enumerate(table.heading) if place not in used]
        self.codes = Codes(self.mapping.deviation)
        self._new_units: set[str] = set()

    def parts(self) -> Sequence[Sequence[Story]]:
        return [self._stories[n : n + PART] for n in range(0, len(self._stories), PART)]

    def take(self, part: Sequence[Story], *, by: Person | None, write: bool) -> Taken:
        """Every row of these matters gets its line; with `write`, their cases are there after."""
        taken = Taken()
        for story in part:
            taken.lines += [
                Line(
                    fault.number,
                    Outcome.CONTRADICTION if fault.is_contradiction else Outcome.ERROR,
                    fault.key,
                    fault.text,
                )
                for fault in story.faults
            ]
            if story.key and not story.events:
                taken.extra["cases_without"] += 1
        told = [story for story in part if story.events]
        told = self._refuse_unknown_units(told, taken)
        self._count_new_units(told, taken)
        if write:
            self._make_units(told, by=by)
        self._write(told, taken, by=by, write=write)
        taken.lines.sort(key=lambda one: one.number or 0)
        return taken

    # --- units -------------------------------------------------------------------------------

    def code_of(self, group: str) -> str:
        """The code here of a group there; the root stands for the group nobody knows.

        A name that cannot be written as a code keeps a mark of its own, so that two groups never
        become one.
        """
        rule = self.mapping.units
        if not group:
            return rule.root_code
        slug = re.sub(r"[^a-z0-9]+", "-", group.lower())[: 32 - len(rule.prefix)].strip("-")
        if slug != group:
            slug = f"{slug}-{hashlib.sha256(group.encode()).hexdigest()[:6]}".lstrip("-")
        return f"{rule.prefix}-{slug}"

    def _codes(self, stories: Sequence[Story]) -> dict[str, str]:
        """Group there -> code here, for all groups in these matters and for none."""
        groups = {event.unit for story in stories for event in story.events} | {""}
        return {group: self.code_of(group) for group in groups}

    def _refuse_unknown_units(self, stories: list[Story], taken: Taken) -> list[Story]:
        """Matters with groups that are no units here are told of, where units are not made."""
        if self.mapping.units.create:
            return stories
        codes = self._codes(stories)
        known = set(Unit.objects.filter(code__in=codes.values()).values_list("code", flat=True))
        if self.mapping.units.root_code not in known:
            raise NotReady(f"Enheten {self.mapping.units.root_code} finns inte.")
        kept = []
        for story in stories:
            missing = {e.unit for e in story.events if codes[e.unit] not in known}
            if not missing:
                kept.append(story)
                continue
            names = ", ".join(codes[group] for group in sorted(missing))
            taken.lines += [
                Line(event.number, Outcome.ERROR, story.key, f"Enheten {names} finns inte.")
                for event in story.events
            ]
            taken.extra["cases_without"] += 1
        return kept

    def _count_new_units(self, stories: Sequence[Story], taken: Taken) -> None:
        codes = set(self._codes(stories).values()) - self._new_units if stories else set()
        known = set(Unit.objects.filter(code__in=codes).values_list("code", flat=True))
        self._new_units |= codes
        if codes - known:
            taken.extra["units"] += len(codes - known)

    def _make_units(self, stories: Sequence[Story], *, by: Person | None) -> None:
        """The root and each group that is not yet a unit, in the order of their codes."""
        rule = self.mapping.units
        root = Unit.objects.filter(code=rule.root_code).first()
        if root is None:
            parent = None
            if rule.root_parent:
                parent = Unit.objects.filter(code=rule.root_parent).first()
                if parent is None:
                    raise NotReady(f"Enheten {rule.root_parent} finns inte.")
            root = units.create_unit(
                by=by,
                name=rule.root_name,
                code=rule.root_code,
                provider=None if parent else self._provider(),
                parent=parent,
                valid_from=rule.since,
                valid_to=rule.until,
                right=Can.IMPORT_CASES,
            )
        codes = self._codes(stories)
        known = set(Unit.objects.filter(code__in=codes.values()).values_list("code", flat=True))
        for group, code in sorted(codes.items(), key=lambda pair: pair[1]):
            if group and code not in known:
                units.create_unit(
                    by=by,
                    name=rule.name.replace("{value}", group)[:120],
                    code=code,
                    parent=root,
                    valid_from=rule.since,
                    valid_to=rule.until,
                    right=Can.IMPORT_CASES,
                )
                known.add(code)

    def _provider(self) -> CareProvider:
        """The provider named in the mapping, or the one whose unit coordinates."""
        name = self.mapping.units.provider
        found = (
            CareProvider.objects.filter(name=name)
            if name
            else CareProvider.objects.filter(
                pk__in=Unit.objects.current().filter(coordinates=True).values("care_provider"),
                kind=CareProvider.Kind.REGION,
            )
        ).order_by("pk")
        provider = found.first()
        if provider is None:
            raise NotReady(
                f"Vårdgivaren {name} finns inte."
                if name
                else "Ingen enhet koordinerar avvikelser än."
            )
        return provider

    # --- cases -------------------------------------------------------------------------------

    def _write(
        self, stories: Sequence[Story], taken: Taken, *, by: Person | None, write: bool
    ) -> None:
        codes = self._codes(stories)
        existing = {
            case.source_key: case
            for case in Case.objects.filter(
                source_system=self.mapping.system, source_key__in=[story.key for story in stories]
            )
        }
        held = self._held(existing.values())
        rows = {unit.code: unit for unit in Unit.objects.filter(code__in=codes.values())}
        code_by_pk = dict(
            Unit.objects.filter(
                pk__in={one.to_unit_id for many in held.values() for one in many}
            ).values_list("pk", "code")
        )
        people = self._people(stories)
        fresh: list[tuple[Story, list[Move]]] = []
        for story in stories:
            moves, unchanged = moves_of(story, self.mapping)
            taken.lines += unchanged
            case = existing.get(story.key)
            if case is None:
                fresh.append((story, moves))
                added = moves
            else:
                new = new_moves(moves, held[case.pk], code_by_pk, codes)
                taken.lines += [
                    Line(one.number, one.outcome, story.key, one.text) for one in new.lines
                ]
                added = new.moves
                taken.extra["cases_extended" if added else "cases_known"] += 1
                if write and added:
                    steps = [self._step(move, rows, codes, people) for move in added]
                    history.extend(case, steps, by=by, right=Can.IMPORT_CASES)
                    self._tickets([(story, case)])
            taken.lines += [
                Line(move.number, Outcome.ADDED, story.key, move.words)
                for move in added
                if move.number is not None
            ]
            taken.extra["transitions"] += len(added)
        taken.extra["cases"] += len(fresh)
        if write and fresh:
            self._new_cases(fresh, rows, codes, people, by=by)

    def _new_cases(
        self,
        fresh: Sequence[tuple[Story, list[Move]]],
        rows: dict[str, Unit],
        codes: dict[str, str],
        people: dict[str, Person],
        *,
        by: Person | None,
    ) -> None:
        past: list[PastCase] = []
        told: list[Told] = []
        for story, moves in fresh:
            one = Told(self, story)
            told.append(one)
            past.append(
                PastCase(
                    kind=KIND,
                    title=one.masked["title"].text,
                    filing_unit=rows[self.mapping.units.root_code],
                    steps=[self._step(move, rows, codes, people) for move in moves],
                    searchable="\n".join([story.key, *one.searchable]),
                    severity=one.so.get(SEVERITY),
                    source_system=self.mapping.system,
                    source_key=story.key,
                )
            )
        cases = history.write(past, by=by, right=Can.IMPORT_CASES)
        Deviation.objects.bulk_create(
            (one.deviation(case) for case, one in zip(cases, told, strict=True)), batch_size=500
        )
        for case, one in zip(cases, told, strict=True):
            for name, masked in one.masked.items():
                if masked.found:
                    sealing.seal(case, name, one.written[name])
        self._tickets([(story, case) for (story, _), case in zip(fresh, cases, strict=True)])

    def _step(
        self, move: Move, rows: dict[str, Unit], codes: dict[str, str], people: dict[str, Person]
    ) -> PastStep:
        return PastStep(
            step=move.step,
            to_status=move.status,
            at=move.at,
            unit=rows[codes[move.unit]],
            handler=people.get(move.person),
            reason=move.reason,
        )

    def _held(self, cases: Any) -> dict[int, list[Transition]]:
        held: dict[int, list[Transition]] = {case.pk: [] for case in cases}
        for one in Transition.objects.filter(case__in=held).order_by("occurred_at", "pk"):
            held[one.case_id].append(one)
        return held

    def _people(self, stories: Sequence[Story]) -> dict[str, Person]:
        """Handlers that are people here, by what the log calls them; nobody is made."""
        policy = self.mapping.people
        if policy == "none":
            return {}
        named = {event.person for story in stories for event in story.events if event.person}
        wanted = {name.lower() if policy == "email" else name.upper(): name for name in named}
        found = Person.objects.filter(**{f"{policy}__in": wanted})
        return {wanted[getattr(person, policy)]: person for person in found}

    def _tickets(self, pairs: Sequence[tuple[Story, Case]]) -> None:
        """The numbers in the other system, on the cases that came from them."""
        rows = []
        for story, case in pairs:
            seen = Counter(
                (kind, values[column])
                for values in map(self.log.values, story.events)
                for kind, column in self.mapping.tickets
                if values.get(column)
            )
            rows += [
                ExternalTicket(
                    case=case, kind=kind, system=self.mapping.name[:60], number=number[:60]
                )
                for kind, number in seen
            ]
        ExternalTicket.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)


class Told:
    """What the log says that one matter is, as it is written here."""

    def __init__(self, log: EventLog, story: Story) -> None:
        self.event = story.events[-1]
        self.codes, self.described = log.codes, log.mapping.deviation
        values = log.log.values(self.event)
        self.so = self.described.so(values)
        title = log.mapping.title_of(values)
        self.written = {
            "title": title,
            "what_happened": log.mapping.text_of(values) or title,
            **{TEXTS[name]: self.described.told(values, name) for name in TEXTS},
        }
        self.masked = {name: sealing.mask(text) for name, text in self.written.items()}

    @property
    def searchable(self) -> list[str]:
        """Its texts, without the title."""
        return [one.text for name, one in self.masked.items() if name != "title" and one.text]

    def deviation(self, case: Case) -> Deviation:
        """The row to be written; whatever the source is silent of is unknown."""
        happened = self.event.occurred
        precision = Deviation.Precision(self.described.precision)
        return Deviation(
            case=case,
            channel=Deviation.Channel.IMPORT,
            what_happened=self.masked["what_happened"].text,
            nature=self.so.get("nature", Deviation.Nature.UNKNOWN),
            affected=self.so.get("affected", Deviation.Affected.UNKNOWN),
            occurred_at=happened,
            precision=precision if happened else Deviation.Precision.UNKNOWN,
            discovered_at=self.event.discovered,
            kind=self.codes.kind,
            event_class=self.codes.event_classes.get(self.so.get(EVENT_CLASS, "")),
            **{name: self._cut(name) for name in TEXTS.values()},
        )

    def _cut(self, name: str) -> str:
        """As much of the text as its field holds; the whole stands where the mapping puts it."""
        longest = getattr(Deviation._meta.get_field(name), "max_length", None)
        return self.masked[name].text[:longest]

"""What belongs to the history's cases beyond the spine: the deviation, its judgement and its talk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Model

from avvikelse.models import Assessment, Deviation, Handover, Preparation, Routing
from avvikelse.scales import current_scale
from avvikelse.workflow import QUEUE
from patientsakerhet.access.models import CaseAccess, Level
from patientsakerhet.cases import sealing
from patientsakerhet.cases.actions.drafts import keep
from patientsakerhet.cases.models import (
    Case,
    Code,
    Comment,
    Draft,
    ExternalTicket,
    Link,
    Reporter,
)
from patientsakerhet.demonstration import inquiry, judgement
from patientsakerhet.demonstration.records import DemoCase, DemoDraft, Move
from patientsakerhet.demonstration.settling import Rows

BATCH = 1000
TICKETS = "Servicebordet"
SHARED_FOR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Brought:
    """A case of the history and the row it has become."""

    one: DemoCase
    case: Case


def write(brought: Sequence[Brought], drafts: Sequence[DemoDraft], rows: Rows) -> None:
    """Everything about the cases that the spine's writer does not know of."""
    _deviations(brought, rows)
    _parents(brought)
    _assessments(brought, rows)
    _handovers(brought, rows)
    _extracts(brought, rows)
    _comments(brought, rows)
    _verdicts(brought)
    _tickets_and_links(brought, rows)
    Preparation.objects.bulk_create(
        [Preparation(deviation_id=b.case.pk) for b in brought if b.one.status in QUEUE]
    )
    inquiry.write(brought, rows)
    _drafts(drafts, rows)


def _deviations(brought: Sequence[Brought], rows: Rows) -> None:
    codes = {(code.system.key, code.code): code for code in Code.objects.select_related("system")}
    made = []
    for b in brought:
        one = b.one
        masked = sealing.mask(one.what_happened)
        staff = [judged for judged in one.judged if judged.probability is not None]
        made.append(
            Deviation(
                case=b.case,
                door=one.door,
                channel=one.channel,
                what_happened=masked.text,
                immediate_action=one.immediate_action,
                consequence=one.consequence,
                could_have_happened=one.could_have_happened,
                suggestion=one.suggestion,
                nature=one.nature,
                affected=one.affected,
                occurred_at=one.occurred_at,
                occurred_until=one.occurred_until,
                precision=one.precision,
                discovered_at=one.discovered_at,
                written_on_paper_at=one.written_on_paper_at,
                place=one.place,
                device=rows.devices.get(one.device),
                device_model=rows.models.get(one.device_model),
                device_text=one.device_text,
                device_serial=one.device_serial,
                device_kept=one.device_kept,
                system=rows.systems.get(one.system),
                system_text=one.system_text,
                system_workaround=one.system_workaround,
                kind=codes.get(("deviation_kind", one.kind)),
                event_class=codes.get(("event_class", one.event_class)),
                cause_class=codes.get(("cause_class", one.cause_class)),
                needs_event_analysis=bool(staff) and judgement.asks_for_analysis(staff[-1]),
                closing_note=one.closing_note,
            )
        )
    Deviation.objects.bulk_create(made, batch_size=BATCH)
    for b in brought:
        if sealing.mask(b.one.what_happened).found:
            sealing.seal(b.case, "what_happened", b.one.what_happened)


def _parents(brought: Sequence[Brought]) -> None:
    """Merged cases point at the case they were merged into, whose unit may read them."""
    merged = [b for b in brought if b.one.merged_into is not None]
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE cases_case SET parent_id = %s, version = version + 1 WHERE id = %s",
            [(brought[b.one.merged_into or 0].case.pk, b.case.pk) for b in merged],
        )
    CaseAccess.objects.bulk_create(
        [
            CaseAccess(
                case=b.case,
                unit=brought[b.one.merged_into or 0].case.owning_unit,
                level=Level.READER,
            )
            for b in merged
        ],
        ignore_conflicts=True,
    )


def _assessments(brought: Sequence[Brought], rows: Rows) -> None:
    scale = current_scale()
    physician = rows.people["helena.brandt"]
    Assessment.objects.bulk_create(
        [
            Assessment(
                deviation_id=b.case.pk,
                scale=scale,
                stage=judged.stage,
                actual=judged.actual,
                potential=judged.potential,
                probability=judged.probability,
                is_downgrade=judged.is_downgrade,
                reason=judged.reason,
                by=rows.people.get(judged.by),
                at=judged.at,
                reviewed_by=physician if judged.reviewed_at else None,
                reviewed_at=judged.reviewed_at,
            )
            for b in brought
            for judged in b.one.judged
        ],
        batch_size=BATCH,
    )


def _handovers(brought: Sequence[Brought], rows: Rows) -> None:
    """Each time a unit was given a case, whether it received it; and what had been suggested."""
    handovers, routings = [], []
    for b in brought:
        moves = b.one.moves
        for place, move in enumerate(moves):
            if move.step not in ("coordinate", "hand_over"):
                continue
            sender, receiver = rows.units[moves[place - 1].unit], rows.units[move.unit]
            following = moves[place + 1] if place + 1 < len(moves) else None
            same = sender.care_provider_id == receiver.care_provider_id
            handovers.append(
                Handover(
                    case=b.case,
                    from_unit=sender,
                    to_unit=receiver,
                    basis=Handover.Basis.SAME_PROVIDER if same else Handover.Basis.DEIDENTIFIED,
                    by=rows.people.get(move.by),
                    at=move.at,
                    received_at=_when(following, "receive"),
                    returned_at=_when(following, "send_back", "hand_over"),
                )
            )
            if move.step == "coordinate":
                routings.append(
                    Routing(
                        deviation_id=b.case.pk,
                        suggested=rows.units.get(b.one.suggested),
                        chosen=receiver,
                        by=rows.people.get(move.by),
                        at=move.at,
                    )
                )
    Handover.objects.bulk_create(handovers, batch_size=BATCH)
    Routing.objects.bulk_create(routings, batch_size=BATCH)


def _extracts(brought: Sequence[Brought], rows: Rows) -> None:
    """Another care provider that has had a case still reads what is shared of it, for a year."""
    shared = {}
    for b in brought:
        home = rows.units[b.one.unit].care_provider_id
        for move, following in zip(b.one.moves, b.one.moves[1:], strict=False):
            unit = rows.units[move.unit]
            region = b.case.owning_unit.care_provider_id
            if move.step == "hand_over" and unit.care_provider_id not in (home, region):
                shared[b.case.pk, unit.pk] = CaseAccess(
                    case=b.case,
                    unit=unit,
                    level=Level.EXTRACT,
                    valid_until=following.at + SHARED_FOR,
                )
    CaseAccess.objects.bulk_create(shared.values(), batch_size=BATCH)


def _when(move: Move | None, *steps: str) -> datetime | None:
    return move.at if move is not None and move.step in steps else None


def _comments(brought: Sequence[Brought], rows: Rows) -> None:
    """What was said, first what answers nothing, then the answers; each at its own time."""
    made: dict[tuple[int, int], Comment] = {}
    for answers in (False, True):
        new: dict[tuple[int, int], Comment] = {}
        for b in brought:
            for place, said in enumerate(b.one.said):
                if (said.answers is not None) is not answers:
                    continue
                new[b.case.pk, place] = Comment(
                    case=b.case,
                    audience=said.audience,
                    purpose=said.purpose,
                    text=said.text,
                    by=rows.people.get(said.by),
                    by_reporter=said.by_reporter,
                    answers=None if said.answers is None else made[b.case.pk, said.answers],
                )
        Comment.objects.bulk_create(new.values(), batch_size=BATCH)
        made |= new
    date_back(
        Comment,
        "at",
        (
            (made[b.case.pk, place].pk, said.at)
            for b in brought
            for place, said in enumerate(b.one.said)
        ),
    )


def _verdicts(brought: Sequence[Brought]) -> None:
    answered = []
    for b in brought:
        if b.one.verdict:
            reporter = Reporter(pk=b.case.pk)
            reporter.answered = b.one.verdict.answered
            reporter.answered_note = b.one.verdict.note
            reporter.answered_at = b.one.verdict.at
            answered.append(reporter)
    Reporter.objects.bulk_update(
        answered, ["answered", "answered_note", "answered_at"], batch_size=200
    )


def _tickets_and_links(brought: Sequence[Brought], rows: Rows) -> None:
    tickets = [
        (
            ExternalTicket(case=b.case, kind=ticket.kind, system=TICKETS, number=ticket.number),
            ticket.at,
        )
        for b in brought
        for ticket in b.one.tickets
    ]
    ExternalTicket.objects.bulk_create([row for row, _ in tickets], batch_size=BATCH)
    date_back(ExternalTicket, "at", ((row.pk, at) for row, at in tickets))
    links = []
    for b in brought:
        coordinated = next((move for move in b.one.moves if move.step == "coordinate"), None)
        for other in b.one.similar_to if coordinated else ():
            row = Link(
                case=b.case,
                other=brought[other].case,
                kind=Link.Kind.SIMILAR,
                by=rows.people[coordinated.by] if coordinated else rows.people["maja.lindqvist"],
            )
            links.append((row, coordinated.at if coordinated else b.one.filed_at))
    Link.objects.bulk_create([row for row, _ in links], batch_size=BATCH)
    date_back(Link, "at", ((row.pk, at) for row, at in links))


def _drafts(drafts: Sequence[DemoDraft], rows: Rows) -> None:
    made = [
        keep(
            {
                "what_happened": [draft.what_happened],
                "immediate_action": [draft.immediate_action],
            },
            form="report",
            key=draft.unit,
            by=rows.people[draft.person],
        )
        for draft in drafts
    ]
    date_back(
        Draft, "saved_at", ((row.pk, d.saved_at) for row, d in zip(made, drafts, strict=True))
    )


def date_back(model: type[Model], column: str, moments: Iterable[tuple[int, datetime]]) -> None:
    """The rows say when it happened, not when they were brought in."""
    pairs = list(moments)
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {quote(model._meta.db_table)} t SET {quote(column)} = v.at "  # noqa: S608  # names of our own models
            "FROM unnest(%s::bigint[], %s::timestamptz[]) AS v (id, at) WHERE t.id = v.id",
            [[pk for pk, _ in pairs], [at for _, at in pairs]],
        )

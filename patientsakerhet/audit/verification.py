"""Whether the trail is as it was written, and if not, which row is the first that is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Max

from patientsakerhet.audit.heads import Head, binding
from patientsakerhet.audit.models import Seal


@dataclass(frozen=True)
class Fault:
    """What is wrong, at which place in the chain."""

    code: str
    seq: int
    sentence: str


_SENTENCES = {
    "gap": "raderna {missing} i kedjan är borttagna.",
    "event_removed": "händelse {event} (plats {seq}) är borttagen.",
    "relinked": "plats {seq} hänger inte ihop med plats {before}: kedjan är omlagd.",
    "event_changed": "händelse {event} (plats {seq}) är ändrad efter att den skrevs.",
    "event_swapped": "händelse {event} (plats {seq}) har bytt innehåll med händelse {other}.",
    "content_added": "händelse {event} (plats {seq}) har fått ett innehåll i efterhand.",
    "content_removed": "innehållet i händelse {event} (plats {seq}) är borttaget utan gallringsbeslut.",
    "content_changed": "innehållet i händelse {event} (plats {seq}) är ändrat.",
    "erased_content_kept": "innehållet i händelse {event} (plats {seq}) är gallrat men finns kvar.",
    "erasure_untold": "gallringen av händelse {event} (plats {seq}) står inte i något beslut.",
    "unsealed": "händelse {event} saknas i kedjan.",
    "cut": "loggen är avklippt: {at} fanns plats {seq}, nu slutar den vid {head}.",
    "rewritten": "kedjan är omskriven: plats {seq} är inte den som signerades {at}.",
    "bad_signature": "rad {line} i kontrollpunktsfilen har ingen giltig signatur.",
}

# Everything is computed where the rows are; at most one row is ever sent.
_FIRST_FAULT = """
    WITH chain AS (
        SELECT seq, event_id, prev, hash,
               lag(seq) OVER (ORDER BY seq) AS before,
               lag(hash) OVER (ORDER BY seq) AS expected
        FROM audit_seal WHERE seq >= %(after)s
    ), judged AS (
        SELECT c.seq, c.event_id, c.before, c.prev, c.hash, CASE
            WHEN c.seq <> coalesce(c.before, 0) + 1 THEN 'gap'
            WHEN c.prev <> coalesce(c.expected, audit_genesis()) THEN 'relinked'
            WHEN e.id IS NULL THEN 'event_removed'
            WHEN c.hash <> audit_hash(c.prev, e) THEN 'event_changed'
            WHEN e.payload_digest IS NULL AND p.event_id IS NOT NULL THEN 'content_added'
            WHEN x.event_id IS NOT NULL AND p.event_id IS NOT NULL THEN 'erased_content_kept'
            WHEN x.event_id IS NOT NULL AND NOT EXISTS (
                SELECT FROM audit_event b JOIN audit_payload t ON t.event_id = b.id
                WHERE b.id = x.erased_by_id AND b.action = 'audit.erased'
                  AND t.body -> 'events' @> to_jsonb(x.event_id)
            ) THEN 'erasure_untold'
            WHEN e.payload_digest IS NOT NULL AND p.event_id IS NULL AND x.event_id IS NULL
                THEN 'content_removed'
            WHEN e.payload_digest <> audit_digest(p.salt, p.body) THEN 'content_changed'
        END AS code
        FROM chain c
        LEFT JOIN audit_event e ON e.id = c.event_id
        LEFT JOIN audit_payload p ON p.event_id = c.event_id
        LEFT JOIN audit_erasure x ON x.event_id = c.event_id
        WHERE c.seq > %(after)s
    ), faults AS MATERIALIZED (
        -- Apart from the LIMIT, which would make the planner hope for an early fault.
        SELECT * FROM judged WHERE code IS NOT NULL
    )
    SELECT code, seq, event_id, before, prev, hash FROM faults ORDER BY seq LIMIT 1
"""

_UNSEALED = """
    SELECT e.id, (SELECT max(seq) FROM audit_seal WHERE event_id < e.id)
    FROM audit_event e LEFT JOIN audit_seal s ON s.event_id = e.id
    WHERE s.seq IS NULL ORDER BY e.id LIMIT 1
"""

# The event whose content, under this event's id, gives the hash that was sealed.
_SWAPPED_WITH = """
    SELECT o.id FROM audit_event o
    WHERE o.id BETWEEN %(event)s - 1000 AND %(event)s + 1000 AND o.id <> %(event)s
      AND %(hash)s IN (
          audit_hash(%(prev)s, o),
          audit_hash(%(prev)s, jsonb_populate_record(o, jsonb_build_object('id', %(event)s)))
      )
    LIMIT 1
"""


def first_fault(*, after: int = 0) -> Fault | None:
    """The first row after this place that is not as it was sealed; None when all hold."""
    with connection.cursor() as cursor:
        cursor.execute(_FIRST_FAULT, {"after": after})
        row = cursor.fetchone()
        if row is None:
            return _unsealed()
        code, seq, event, before, prev, digest = row
        before, other = before or 0, None
        if code == "event_changed":
            cursor.execute(_SWAPPED_WITH, {"event": event, "prev": prev, "hash": digest})
            if swapped := cursor.fetchone():
                code, other = "event_swapped", swapped[0]
    if code == "gap":
        seq, last = before + 1, seq - 1
        return _fault(code, seq, missing=f"{seq}" if seq == last else f"{seq}–{last}")
    return _fault(code, seq, event=event, before=before, other=other)


def faults_against(lines: Sequence[Head], signed: Sequence[bool]) -> list[Fault]:
    """Where the chain and the signed heads disagree; `signed` says which lines are genuine."""
    found = [
        _fault("bad_signature", 0, line=number)
        for number, genuine in enumerate(signed, start=1)
        if not genuine
    ]
    genuine = [line for line, is_genuine in zip(lines, signed, strict=True) if is_genuine]
    head = last_place()
    kept = dict(
        Seal.objects.filter(seq__in=[line.seq for line in genuine]).values_list("seq", "hash")
    )
    for line in sorted(binding(genuine), key=lambda line: line.seq):
        if line.seq > head:
            found.append(_fault("cut", line.seq, at=line.at, head=head))
        elif line.seq in kept and bytes(kept[line.seq]).hex() != line.hash:
            found.append(_fault("rewritten", line.seq, at=line.at))
    return found


def last_place() -> int:
    """The place of the last link; 0 for an empty chain."""
    return Seal.objects.aggregate(last=Max("seq"))["last"] or 0


def _unsealed() -> Fault | None:
    with connection.cursor() as cursor:
        cursor.execute(_UNSEALED)
        row = cursor.fetchone()
    return _fault("unsealed", (row[1] or 0) + 1, event=row[0]) if row else None


def _fault(code: str, seq: int, **facts: object) -> Fault:
    return Fault(code, seq, _SENTENCES[code].format(seq=seq, **facts))
